"""What may be asked of totals: which meter counts in which, and what they come to."""

from datetime import datetime
from typing import Protocol

from app.model.balance import Totals
from app.model.consumption import Step
from app.model.totals import TotalsPlan
from app.verbs import Viewer


class TotalsVerbs(Protocol):
    """The plan of totals, and every figure of it in a time."""

    async def plan(self, viewer: Viewer) -> TotalsPlan:
        """Return which meter counts in which total."""
        ...

    async def put_plan(
        self, viewer: Viewer, plan: TotalsPlan, note: str = "", base: TotalsPlan | None = None
    ) -> TotalsPlan:
        """Count by another plan from now on; `Conflict` when not as ``base`` now."""
        ...

    async def told(self, viewer: Viewer, start: datetime, end: datetime, step: Step) -> Totals:
        """Return what each entry counted, what is left, and the total of each medium."""
        ...

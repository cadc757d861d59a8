"""What may be asked of the indexes of meters and stated about them, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.counter import Edit, Stated, Statement, StatementId
from app.model.reading import PointId
from app.verbs import Viewer


class MeterVerbs(Protocol):
    """What people know better than a meter told it; nothing that was sent is changed."""

    async def statements(self, viewer: Viewer, points: Sequence[PointId]) -> Sequence[Stated]:
        """Return everything ever stated about indexes, in the order it was stated."""
        ...

    async def state(
        self, viewer: Viewer, point: PointId, says: Edit, reason: str, seen: int | None = None
    ) -> Statement:
        """State something about an index, from now on for every sum.

        `Conflict` when more than ``seen`` statements are there by now.
        """
        ...

    async def take_back(
        self,
        viewer: Viewer,
        point: PointId,
        statement: StatementId,
        reason: str,
        seen: int | None = None,
    ) -> Statement:
        """Take a statement back, as if it had never been made; that can be taken back, too."""
        ...

"""Totals as a page asks for them: a plan that is kept, and figures that never change."""

from datetime import datetime, timedelta
from decimal import Decimal

from app.errors import Conflict, NotPermitted
from app.model.balance import Amount, Told, Totals, worked_out
from app.model.consumption import Step
from app.model.totals import Entry, Kind, TotalsPlan
from app.verbs import Viewer

_LENGTH = {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(days=1)}
_MOST = 31


class FakeTotals:
    """Remembers what was put; each meter counts its rate in every part."""

    def __init__(self) -> None:
        self.kept = TotalsPlan()
        self.refuses = ""  # what is said to who asks for the plan
        self.notes: list[str] = []
        self.rates: dict[str, Decimal] = {}  # by id of the entry; 1 where there is none
        self.asked: list[tuple[datetime, datetime, Step]] = []

    async def plan(self, viewer: Viewer) -> TotalsPlan:
        if self.refuses:
            raise NotPermitted(self.refuses)
        return self.kept

    async def put_plan(
        self, viewer: Viewer, plan: TotalsPlan, note: str = "", base: TotalsPlan | None = None
    ) -> TotalsPlan:
        plan.require_sound()
        if base is not None and base != self.kept:
            raise Conflict("somebody else changed what counts in totals: look again")
        self.kept = plan
        self.notes.append(note)
        return plan

    async def told(self, viewer: Viewer, start: datetime, end: datetime, step: Step) -> Totals:
        self.asked.append((start, end, step))
        length = _LENGTH.get(step, timedelta(days=30))
        many = max(1, min(_MOST, (end - start) // length))
        measured = {
            each.id: self._told(each, many)
            for each in self.kept.entries
            if each.kind is Kind.METER
        }
        starts = tuple(start + length * nth for nth in range(many))
        return worked_out(self.kept, measured, starts, end)

    def _told(self, entry: Entry, many: int) -> Told:
        rate = self.rates.get(entry.id, Decimal(1))
        return Told(entry.id, (Amount(rate),) * many, Amount(rate * many))

"""Samples in files as a command asks for them: nothing is kept of any point."""

from collections.abc import Sequence
from datetime import datetime

from app.model.exportplan import ExportPlan
from app.model.reading import PointId
from app.ports import HistoryStats, Sample
from app.sampleverbs import HandedOut, Part, PointFacts, Verdict
from app.verbs import Viewer


class FakeSamples:
    """Takes whatever is brought and keeps none of it."""

    def __init__(self) -> None:
        self.brought: list[Part] = []
        self.handed_out: list[HandedOut] = []
        self.plan = ExportPlan()

    async def points(self, viewer: Viewer) -> Sequence[PointFacts]:
        return []

    async def kept(
        self, viewer: Viewer, point: PointId, start: datetime, end: datetime
    ) -> Sequence[Sample]:
        return []

    async def stats(self, viewer: Viewer) -> HistoryStats:
        return HistoryStats(0, {}, 0, None, None, None, ())

    async def keep_export(self, viewer: Viewer, out: HandedOut) -> None:
        self.handed_out.append(out)

    async def export_plan(self, viewer: Viewer) -> ExportPlan:
        return self.plan

    async def put_export_plan(
        self, viewer: Viewer, plan: ExportPlan, note: str = "", base: ExportPlan | None = None
    ) -> ExportPlan:
        self.plan = plan
        return plan

    async def export_trouble(self, viewer: Viewer) -> str:
        return ""

    async def add_import(self, viewer: Viewer, file: str, *, dry_run: bool = False) -> str:
        return file

    async def add_part(self, viewer: Viewer, bringing: str, part: Part) -> Verdict:
        self.brought.append(part)
        return Verdict(fresh=sum(map(len, part.series)) + len(part.samples))

    async def keep_import(
        self, viewer: Viewer, bringing: str, sha256: str, *, keep: bool
    ) -> Verdict:
        return Verdict()

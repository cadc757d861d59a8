"""How long samples are kept, as a page asks for it: a plant that has run for six years."""

from datetime import UTC, datetime

from app.model.retention import (
    DataKind,
    KeepRules,
    KindOutcome,
    KindRoom,
    Room,
    Thinning,
)
from app.verbs import Viewer

_MB = 1_000_000


class FakeRetention:
    """Keeps rules and remembers what was asked."""

    def __init__(self) -> None:
        self.kept = KeepRules()
        self.notes: list[str] = []
        self.runs = 0
        self.full_at: datetime | None = datetime(2033, 4, 1, tzinfo=UTC)

    async def rules(self, viewer: Viewer) -> KeepRules:
        return self.kept

    async def put_rules(
        self, viewer: Viewer, rules: KeepRules, note: str = "", base: KeepRules | None = None
    ) -> KeepRules:
        rules.require_sound()
        self.kept = rules
        self.notes.append(note)
        return rules

    async def preview(self, viewer: Viewer, rules: KeepRules) -> Thinning:
        return Thinning(
            (
                KindOutcome(DataKind.COUNTER, 1_204_000, 1_190_300, 312),
                KindOutcome(DataKind.MEASURED, 9_800_000, 9_699_000, 0),
                KindOutcome(DataKind.STATE, 2_100_000, 2_078_000, 0),
            ),
            datetime(2020, 1, 1, tzinfo=UTC),
            datetime(2025, 5, 1, tzinfo=UTC),
        )

    async def run_now(self, viewer: Viewer) -> Thinning:
        self.runs += 1
        return await self.preview(viewer, self.kept)

    async def room(self, viewer: Viewer) -> Room:
        return Room(
            (
                KindRoom("counter", 2_400_000, 61 * _MB),
                KindRoom("measured", 18_000_000, 240 * _MB),
                KindRoom("state", 4_100_000, 22 * _MB),
                KindRoom("figures", 0, 48 * _MB),
                KindRoom("fast", 0, 130 * _MB),
                KindRoom("rest", 0, 12 * _MB),
            ),
            52_000 * _MB,
            31 * _MB,
            self.full_at,
        )

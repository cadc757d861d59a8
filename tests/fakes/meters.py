"""Statements about indexes in memory, kept in the order they were made."""

from collections.abc import Sequence

from app.errors import Conflict
from app.model.counter import (
    Edit,
    Stated,
    Statement,
    StatementId,
    TakenBack,
    as_listed,
)
from app.model.reading import PointId
from app.verbs import Viewer
from tests.fakes.smallplant import NOON


class FakeMeters:
    """A `MeterVerbs` that believes everything."""

    def __init__(self) -> None:
        self.made: list[Statement] = []

    async def statements(self, viewer: Viewer, points: Sequence[PointId]) -> Sequence[Stated]:
        return as_listed(tuple(each for each in self.made if each.point in points))

    async def state(
        self, viewer: Viewer, point: PointId, says: Edit, reason: str, seen: int | None = None
    ) -> Statement:
        return self._keep(viewer, point, says, reason, seen)

    async def take_back(
        self,
        viewer: Viewer,
        point: PointId,
        statement: StatementId,
        reason: str,
        seen: int | None = None,
    ) -> Statement:
        return self._keep(viewer, point, TakenBack(statement), reason, seen)

    def _keep(
        self,
        viewer: Viewer,
        point: PointId,
        says: Edit | TakenBack,
        reason: str,
        seen: int | None,
    ) -> Statement:
        if seen is not None and seen != sum(each.point == point for each in self.made):
            raise Conflict("somebody stated something about this index meanwhile")
        made = Statement(
            StatementId(f"statement-{len(self.made) + 1}"),
            point,
            says,
            reason,
            viewer.name,
            NOON,
        )
        self.made.append(made)
        return made

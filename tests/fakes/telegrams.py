"""The telegram inspector's service, which is real, and what was asked of it."""

from pathlib import Path

from app.compose.telegrams import meters_of, telegrams_of
from app.errors import PlantError
from app.model.anatomy import Anatomy
from app.verbs import Viewer


class FakeTelegrams:
    """Takes telegrams apart as the core does, or fails as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fails: PlantError | None = None
        self._service = telegrams_of(meters_of(Path("nowhere")))

    async def inspect(self, viewer: Viewer, telegram: str, key: str = "") -> Anatomy:
        self.asked.append((telegram, key))
        if self.fails is not None:
            raise self.fails
        return await self._service.inspect(viewer, telegram, key)

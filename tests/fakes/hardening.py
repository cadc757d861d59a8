"""What was found of how a small plant is guarded, as a page asks for it."""

from collections.abc import Sequence

from app.errors import PlantError
from app.hardening.service import findings_of
from app.model.hardening import HardeningFinding
from app.verbs import Viewer
from tests.app.hardening.premises import premises


def some_findings() -> list[HardeningFinding]:
    """Return what the topics themselves find in premises with every kind of fault."""
    return findings_of(premises())


class FakeHardening:
    """Answers what it was given, or fails once."""

    def __init__(self, found: Sequence[HardeningFinding]) -> None:
        self.found = list(found)
        self.asked = 0
        self.fails: PlantError | None = None

    async def findings(self, viewer: Viewer) -> Sequence[HardeningFinding]:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return self.found

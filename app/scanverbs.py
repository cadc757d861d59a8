"""What may be asked of the search for meters on a bus: a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.reading import DeviceId
from app.model.scan import ScanPick, ScanStanding, ScanSteer, ScanWish
from app.verbs import Viewer


class ScanVerbs(Protocol):
    """One search at a time; it goes on when the window that began it is closed."""

    async def begin(self, viewer: Viewer, wish: ScanWish) -> None:
        """Begin a search; `BadInput` while another one is under way."""
        ...

    async def steer(self, viewer: Viewer, how: ScanSteer) -> ScanStanding:
        """Let the search rest, go on or end, and return how it stands then."""
        ...

    async def standing(self, viewer: Viewer) -> ScanStanding:
        """Return how the newest search stands, with what it found."""
        ...

    async def take(
        self, viewer: Viewer, picks: Sequence[ScanPick], area: str = ""
    ) -> Sequence[DeviceId]:
        """Add found meters to the project, all of them in one change."""
        ...

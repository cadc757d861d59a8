"""A search for meters without a bus: tests say how it stands."""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import PlantError
from app.model.device import LinkConfig, LinkId
from app.model.reading import DeviceId
from app.model.scan import (
    ScanFound,
    ScanPick,
    ScanProgress,
    ScanStanding,
    ScanState,
    ScanSteer,
    ScanWish,
)
from app.model.verified import Proof
from app.verbs import Viewer

BUS = LinkConfig(LinkId("bus"), "mbus-tcp", "Cellar bus", {"host": "10.0.0.7", "port": 10001})
HEAT = ScanFound(
    "12345678-KAM-35-04", 1, "12345678", "KAM", "heat", "MULTICAL 403", Proof.VERIFIED
)
WATER = ScanFound("00012345-SIM-01-07", 2, "00012345", "SIM", "water", "")
KNOWN = ScanFound("99887766-KAM-30-02", 3, "99887766", "KAM", "electricity", "")
PROGRESS = ScanProgress(
    0.4,
    150.0,
    212,
    "1234FFFF-FFFF-FF-FF",
    31,
    4,
    2,
    (HEAT, WATER, KNOWN),
    ("55555555-FFFF-FF-07",),
)


class FakeScan:
    """`ScanVerbs` in memory."""

    def __init__(self) -> None:
        self.stands = ScanStanding()
        self.wishes: list[ScanWish] = []
        self.steered: list[ScanSteer] = []
        self.taken: list[tuple[Sequence[ScanPick], str]] = []
        self.error: PlantError | None = None

    def run(self, state: ScanState = ScanState.RUNNING, error: str = "") -> None:
        """Let a search stand so."""
        known = ((KNOWN.secondary, DeviceId("stairs")),)
        self.stands = ScanStanding(state, ScanWish(BUS), PROGRESS, known, "K. Lund", error)

    async def begin(self, viewer: Viewer, wish: ScanWish) -> None:
        self._fail()
        self.wishes.append(wish)
        self.run()

    async def steer(self, viewer: Viewer, how: ScanSteer) -> ScanStanding:
        self._fail()
        self.steered.append(how)
        ends = {
            ScanSteer.PAUSE: ScanState.PAUSED,
            ScanSteer.RESUME: ScanState.RUNNING,
            ScanSteer.CANCEL: ScanState.CANCELLED,
        }
        self.stands = replace(self.stands, state=ends[how])
        return self.stands

    async def standing(self, viewer: Viewer) -> ScanStanding:
        return self.stands

    async def take(
        self, viewer: Viewer, picks: Sequence[ScanPick], area: str = ""
    ) -> Sequence[DeviceId]:
        self._fail()
        self.taken.append((tuple(picks), area))
        return tuple(DeviceId(f"meter-{nth}") for nth, _pick in enumerate(picks))

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

"""A search for the meters of a bus: what is wished, how far it has come, what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from app.model.device import LinkConfig
from app.model.reading import DeviceId
from app.model.verified import Proof

ANY_NUMBER = "FFFFFFFF"
USUAL_RATES = (2400, 300, 9600)  # at which meters come from their makers, most first


class ScanState(Enum):
    """How a search stands."""

    NONE = "none"  # none was begun since the core runs
    RUNNING = "running"
    PAUSED = "paused"  # the line is free for others meanwhile
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ScanSteer(Enum):
    """What may be done with a search under way."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class ScanWish:
    """Where and how to search; a line the project has not is added with its first meter."""

    link: LinkConfig
    by_primary: bool = False  # the addresses 0 to 250 one by one, instead of by wildcards
    within: str = ANY_NUMBER  # only these numbers, with F for any digit
    in_turn: bool = False  # at the line's own rate and at `USUAL_RATES`, where it can be set


@dataclass(frozen=True, slots=True)
class ScanFound:
    """A meter that answered."""

    secondary: str  # "12345678-KAM-35-04"
    primary: int
    number: str
    maker: str  # three letters
    medium: str
    label: str  # of its profile, "" where only the standard is known of it
    proof: Proof = Proof.GENERIC  # what stands behind the reading of its make
    baud: int = 0  # at which it answered, where that is not the line's; 0: at the line's

    @property
    def suggested_name(self) -> str:
        """How it is called until a person says otherwise: its model and its number."""
        return f"{self.label or f'{self.maker} {self.medium}'.strip()} {self.number}"


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a search has come, as its line tells it."""

    share: float = 0.0  # of all addresses, 0 … 1
    left_s: float | None = None  # None before anything can be told
    asked: int = 0
    at: str = ""  # the address that was asked last
    collisions: int = 0  # several meters answered at once
    echoes: int = 0  # our own questions that came back
    noises: int = 0  # answers with bytes around them that are nobody's
    found: Sequence[ScanFound] = ()
    unresolved: Sequence[str] = ()  # addresses that several meters share
    baud: int = 0  # at which the last question was asked; 0: none was yet


@dataclass(frozen=True, slots=True)
class ScanStanding:
    """A search as people see it; ``known`` tells which meters the project has already."""

    state: ScanState = ScanState.NONE
    wish: ScanWish | None = None
    progress: ScanProgress = ScanProgress()
    known: Sequence[tuple[str, DeviceId]] = ()  # secondary address, device
    by: str = ""  # the name of who began it
    error: str = ""  # a sentence


@dataclass(frozen=True, slots=True)
class ScanPick:
    """A meter that was found and is to be added, under a name."""

    secondary: str
    name: str

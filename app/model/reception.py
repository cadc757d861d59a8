"""How meters are heard by radio, and what each receiver brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.model.device import LinkId
from app.model.reading import DeviceId


@dataclass(frozen=True, slots=True)
class AtReceiver:
    """How one receiver hears one meter."""

    receiver: str
    telegrams: int
    level_dbm: float | None  # of the newest; None where the receiver tells none
    best_dbm: float | None
    last_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class MeterReception:
    """How a meter of ours is heard since the core listens."""

    device: DeviceId
    number: str
    telegrams: int  # each once
    repeats: int  # the same ones by other receivers and repeaters
    missed_share: float | None  # 0…1, by gaps in its own numbers; None while unknown
    interval_s: float | None
    level_dbm: float | None  # of the newest telegram, where it was heard best
    last_at: datetime | None  # UTC
    trouble: str  # why the newest one told nothing; "" when it did
    causes: Mapping[str, int]  # cause → telegrams that told nothing
    receivers: tuple[AtReceiver, ...]  # who hears it best stands first


@dataclass(frozen=True, slots=True)
class Stranger:
    """A meter that is heard and belongs to nobody here; it is not read."""

    number: str
    maker: str
    telegrams: int
    level_dbm: float | None
    last_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class ReceiverFigures:
    """What a receiver brought since the core listens."""

    link: LinkId
    receiver: str
    trouble: str  # why it is not connected, or how long it heard nothing; "" while it is well
    telegrams: int
    own: int
    foreign: int
    damaged: int
    no_telegrams: int  # lines that are none
    last_at: datetime | None  # UTC
    strangers: tuple[Stranger, ...]  # the loudest first, two hundred at most
    fault: str = ""  # what the newest line lacks that is none; of a file with its place
    expected: bool = True  # something should be heard at this hour
    judged: bool = False  # ``trouble`` says when it hears too little; no other rule does


@dataclass(frozen=True, slots=True)
class RadioFigures:
    """Everything a link by radio can tell of itself."""

    receivers: tuple[ReceiverFigures, ...]
    meters: tuple[MeterReception, ...]

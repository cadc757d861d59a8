"""How meters are heard by radio, and what each receiver brings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadInput
from app.model.collector import CollectorFigures
from app.model.device import LinkConfig, LinkId
from app.model.reading import DeviceId
from app.words import _

LONGEST_NAME = 60  # letters of a receiver's name
_NAME = re.compile(rf"[\w.\-]{{1,{LONGEST_NAME}}}")


def require_receiver_name(name: str) -> None:
    """Raise `BadInput` for what a line's option could not name a receiver by."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            _(
                "a receiver's name: letters, digits, - . and _, at most {most}, no blanks"
            ).format(most=LONGEST_NAME)
        )


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
    stands: bool = False  # it was connected since the core listens
    again: int = 0  # telegrams of ours that were heard before, by another one or by itself
    best_dbm: float | None = None  # of everything it heard
    reopened: int = 0  # times it was opened anew after it was lost, or heard nothing
    per_minute: float | None = None  # telegrams, over five minutes; None in its first minute
    missed_share: float | None = None  # 0…1, of the meters it hears: what nobody heard
    unsure: bool = False  # whether it hears is not known yet: it brought nothing so far
    collector: CollectorFigures | None = None  # None: nobody says it is one


@dataclass(frozen=True, slots=True)
class RadioFigures:
    """Everything a link by radio can tell of itself."""

    receivers: tuple[ReceiverFigures, ...]
    meters: tuple[MeterReception, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver as configured."""

    name: str
    kind: str  # "tcp", "mqtt" …
    place: str  # what stands behind KIND: in the line's option
    has_secret: bool  # a password or token of it is kept


@dataclass(frozen=True, slots=True)
class RadioLine:
    """A line of meters by radio with its receivers, those of a broken one as they are spelt."""

    link: LinkConfig
    receivers: tuple[Receiver, ...]
    fault: str = ""  # what is wrong with the line's options


@dataclass(frozen=True, slots=True)
class TriedLine:
    """What a receiver handed over while it was tried, in words."""

    says: str
    good: bool  # it is a telegram, or a row that can be read


@dataclass(frozen=True, slots=True)
class ReceiverTried:
    """What came of trying a receiver."""

    stood: bool  # it was connected
    says: str
    lines: tuple[TriedLine, ...] = ()

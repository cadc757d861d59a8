"""One meter of a receiver's list: what it said last, and whether that may be believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from drivers.mbus.telegram import Record
from drivers.wireless.reception import Reception

SAME_S = 20.0  # by which other receivers and repeaters have handed on the same telegram
_PACKETS = 4  # into which a meter may split what it says, each sent several times in turns
MOST_RECENT = 3  # telegrams of a meter that are kept as they came
_BACK = timedelta(minutes=1)  # a clock told to the minute may stand still
_STANDS_S = 90.0
_GIVE_IN_AFTER = 8  # telegrams in a row, none older than the one before: it was set back


@dataclass(slots=True)
class _Mark:
    """What must not go back: the meter's clock and its indexes."""

    clock: datetime | None = None
    at_s: float = 0.0  # when that clock was first heard
    totals: dict[str, float] = field(default_factory=dict)

    def older(self, clock: datetime | None, totals: dict[str, float]) -> bool:
        """Whether a telegram lies before this one."""
        if clock is not None and self.clock is not None:
            if clock > self.clock:
                return False  # nobody who recorded one knows tomorrow's
            if clock < self.clock - _BACK:
                return True
        return any(value < self.totals.get(key, value) for key, value in totals.items())


@dataclass(slots=True)
class HeardMeter:
    """What is known of a meter that is listened for; lives on the core's loop."""

    device: DeviceId
    name: str
    number: str
    maker: str = ""  # three letters; empty: any
    points: dict[str, PointSpec] = field(default_factory=dict)
    specs: tuple[PointSpec, ...] = ()  # of the newest telegram
    ids: tuple[PointId, ...] = ()  # … and their names
    label: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what it says of itself
    before: set[str] = field(default_factory=set)  # points of an earlier core, not heard yet
    keyed: bool = False  # it was opened with a key once
    reception: Reception = field(default_factory=Reception)
    trouble: str = ""  # why its newest telegram told nothing
    row_at: datetime | None = None  # the newest moment that a file told of it
    frame: bytes = b""  # the newest one that was read, as it came
    recent: tuple[bytes, ...] = ()  # the last ones, the newest last, read or not
    # What came lately, read and as it said it, and when: a meter may send its values split
    # by kind, each packet several times, in turns.
    _frames: tuple[tuple[bytes, float], ...] = ()
    _contents: tuple[tuple[tuple[bytes, ...], float], ...] = ()
    _mark: _Mark = field(default_factory=_Mark)
    _refused: _Mark = field(default_factory=_Mark)
    _in_a_row: int = 0

    def learns(self, specs: tuple[PointSpec, ...]) -> bool:
        """Take the points of the newest telegram; True when some of them are new."""
        if specs is self.specs:
            return False
        self.specs = specs
        self.ids = tuple(point_id(self.device, each.key) for each in specs)
        known, before = self.points, self.before
        fresh = {
            each.key: each
            for each in specs
            if each.key not in known or (each.key in before and each != known[each.key])
        }
        self.points |= fresh
        if before:  # a program that was renewed may call or round a point otherwise
            before.difference_update(each.key for each in specs)
        return bool(fresh)

    def same_bytes(self, frame: bytes, at_s: float) -> bool:
        """Whether another receiver handed on this very telegram just now."""
        return any(
            frame == before and at_s - came_s <= SAME_S for before, came_s in self._frames
        )

    def same_content(
        self, access_no: int | None, records: Iterable[Record], at_s: float
    ) -> bool:
        """Whether this says what was said just now: a repeater changes bits around it."""
        content = (bytes([access_no or 0]), *(each.raw for each in records))
        same = any(
            content == before and at_s - came_s <= SAME_S for before, came_s in self._contents
        )
        if not same:
            self._contents = (*self._contents[1 - _PACKETS :], (content, at_s))
        return same

    def note(self, frame: bytes) -> None:
        """Remember a telegram to try keys on; one that several receivers heard once."""
        if frame not in self.recent:
            self.recent = (*self.recent[1 - MOST_RECENT :], frame)

    def keep(self, frame: bytes, at_s: float) -> None:
        """Remember the newest telegram."""
        self.frame = frame
        self._frames = (*self._frames[1 - _PACKETS :], (frame, at_s))

    def replayed(self, totals: dict[str, float], clock: datetime | None, at_s: float) -> bool:
        """Whether a telegram is not newer than what was accepted: recorded, and sent again.

        ``totals`` are its indexes by key. A meter that was set back goes on from there: when
        several telegrams in a row say so, none older than the one before, they are believed.
        """
        if not self._mark.older(clock, totals) and not self._stands(clock, totals, at_s):
            self._accept(clock, totals, at_s)
            return False
        steady = self._in_a_row > 0 and not self._refused.older(clock, totals)
        self._in_a_row = self._in_a_row + 1 if steady else 1
        self._refused = _Mark(clock, at_s, totals)
        if self._in_a_row < _GIVE_IN_AFTER:
            return True
        self._mark = _Mark()
        self._accept(clock, totals, at_s)
        return False

    @property
    def clock(self) -> datetime | None:
        """Return the newest moment by its own clock; what is older is an old telegram."""
        return self._mark.clock

    def believe(self, clock: datetime | None, at_s: float) -> None:
        """Take the moment that an earlier core accepted."""
        self._mark.clock, self._mark.at_s = clock, at_s

    def _stands(self, clock: datetime | None, totals: dict[str, float], at_s: float) -> bool:
        """Whether a clock that tells minutes says for longer what it said before."""
        mark = self._mark
        same = clock is not None and clock == mark.clock
        return same and at_s - mark.at_s > _STANDS_S and totals.items() <= mark.totals.items()

    def _accept(self, clock: datetime | None, totals: dict[str, float], at_s: float) -> None:
        if clock is not None and clock != self._mark.clock:
            self._mark.clock, self._mark.at_s = clock, at_s
        self._mark.totals.update(totals)
        self._in_a_row = 0

"""What each kind of data takes on the disk, and when the disk will be full."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.history.history import History
from app.history.outlines import days_of
from app.history.schema import FAST, QUARTER
from app.history.streamhistory import StreamHistory
from app.model.reading import PointId
from app.model.retention import DataKind, KeepRules, KindRoom, Room, Stage

FIGURES, RECENT, REST = "figures", "fast", "rest"  # kinds besides those of samples
_EVER = 1 << 30  # a slot after all others
_MONTHS_AHEAD = 600
_MONTH = timedelta(days=30.44)
_CHUNK_BYTES, _SAMPLE_BYTES = 30, 3  # of what is left when a month was thinned out
_DAYS = 31


@dataclass(slots=True)
class Usual:
    """What a month of samples takes while all of them are kept, by kind."""

    full: Counter[DataKind] = field(default_factory=Counter)  # bytes
    points: Counter[DataKind] = field(default_factory=Counter)
    figures: int = 0  # bytes a month, which stay

    @property
    def monthly_bytes(self) -> int:
        """How much one more month takes before anything is thinned out."""
        return sum(self.full.values()) + self.figures

    def left(self, kind: DataKind, stage: Stage) -> int:
        """Return what is left of a month's bytes."""
        full = self.full[kind]
        if stage is Stage.ALL:
            return full
        samples = {Stage.DAILY: _DAYS, Stage.MONTHLY: 1, Stage.NOTHING: 0}[stage]
        if not samples:
            return 0
        return min(full, self.points[kind] * (_CHUNK_BYTES + samples * _SAMPLE_BYTES))


def room_of(
    history: History,
    kind_of: Callable[[PointId], DataKind],
    rules: KeepRules,
    free_bytes: int | None,
    now: datetime,
) -> Room:
    """Return what a history takes and when the disk will be full; blocks, for seconds.

    Args:
        history: Whose.
        kind_of: Of which kind a point's samples are.
        rules: By which it is thinned out.
        free_bytes: That may be filled; None where nobody knows.
        now: The clock.
    """
    samples: Counter[DataKind] = Counter()
    sizes: Counter[DataKind] = Counter()
    figures = rest = months = 0
    kinds_of: list[Mapping[int, DataKind]] = []  # of each place
    for place in history.there(QUARTER):
        held = _held(place, kind_of)
        kinds_of.append(held.kinds)
        figures += held.derived
        rest += place.place.size_bytes() - held.derived
        samples.update(held.samples)
        sizes.update(held.sizes)
    rest -= sum(sizes.values())
    usual, first = _usual(history, kinds_of, now)
    if first is not None:
        months = _months_between(first, _month(now, history)) or 1
        usual.figures = figures // months
    fast = sum(place.place.size_bytes() for place in history.there(FAST))
    kinds = [KindRoom(kind.value, samples[kind], sizes[kind]) for kind in DataKind]
    others = {FIGURES: figures, RECENT: fast, REST: max(rest, 0)}
    kinds += [KindRoom(name, 0, size) for name, size in others.items()]
    known, full = usual.monthly_bytes > 0, None
    if known and free_bytes is not None:
        full = full_at(usual, rules, free_bytes, months, now)
    return Room(tuple(kinds), free_bytes, usual.monthly_bytes, full, known)


def full_at(
    usual: Usual, rules: KeepRules, free_bytes: int, months: int, now: datetime
) -> datetime | None:
    """Return when a disk will be full, by what a month takes and what rules give back.

    Args:
        usual: What a month takes.
        rules: By which months are thinned out as they grow old.
        free_bytes: That may be filled.
        months: How many months are kept already, and grow old too.
        now: From when on.
    """
    grown = 0
    for ahead in range(1, _MONTHS_AHEAD + 1):
        before = grown
        grown += usual.monthly_bytes
        for kind in DataKind:
            grown -= _given_back(usual, kind, rules, ahead, months)
        if grown > free_bytes:
            share = (free_bytes - before) / (grown - before) if grown > before else 0.0
            return now + (ahead - 1 + max(share, 0.0)) * _MONTH
    return None


def _given_back(usual: Usual, kind: DataKind, rules: KeepRules, ahead: int, months: int) -> int:
    """Return what growing one month older gives back, over all months that are there."""
    rule = rules.of[kind]
    ages = {rule.all_months, rule.daily_years * 12} - {0}
    freed = 0
    for age in ages:
        if age < months + ahead:  # the month that comes to this age now was recorded
            freed += usual.left(kind, rule.stage(age - 1)) - usual.left(kind, rule.stage(age))
    return freed


@dataclass(slots=True)
class _Held:
    """What lies together in one place."""

    samples: Counter[DataKind] = field(default_factory=Counter)
    sizes: Counter[DataKind] = field(default_factory=Counter)  # bytes
    derived: int = 0  # bytes of what is worked out of them
    kinds: dict[int, DataKind] = field(default_factory=dict)  # of its points, by number


def _held(place: StreamHistory, kind_of: Callable[[PointId], DataKind]) -> _Held:
    """Look only up what has samples: a plant knows many times more points."""
    held = _Held()
    with place.place.reading() as reader:
        if reader is None:
            return held
        lying = list(reader.tables.chunks.room(-_EVER, _EVER))
        named = reader.tables.points.numbered(number for number, *_ in lying)
        held.kinds = {number: kind_of(PointId(name)) for number, name, _ in named}
        outlines = sum(int(size) for *_, size in reader.tables.outlines.room(-_EVER, _EVER))
        held.derived = outlines + reader.tables.days.room()
    for number, count, size in lying:
        kind = held.kinds.get(number)
        if kind is not None:
            held.samples[kind] += int(count)
            held.sizes[kind] += int(size)
    return held


def _usual(
    history: History, kinds_of: Sequence[Mapping[int, DataKind]], now: datetime
) -> tuple[Usual, int | None]:
    """Return what the newest whole month takes, and the first month there is."""
    usual, first = Usual(), None
    this = _month(now, history)
    for place, kinds in zip(history.there(QUARTER), kinds_of, strict=False):
        with place.place.reading() as reader:
            if reader is None:
                continue
            months = {
                month for _group, month, merged, _ in reader.tables.months.all() if merged
            }
            whole = [month for month in months if month < this]
            if not whole:
                continue
            first = min(whole) if first is None else min(first, *whole)
            days = days_of(max(whole))
            usual = Usual()  # places come in the order of their years: the newest holds
            for number, _count, size in reader.tables.chunks.room(days[0], days[-1]):
                kind = kinds.get(number)  # none of what came since `_held` looked
                if kind is not None:
                    usual.full[kind] += int(size)
                    usual.points[kind] += 1
    return usual, first


def _month(moment: datetime, history: History) -> int:
    local = moment.astimezone(history.zone)
    return (local.year - 1970) * 12 + local.month - 1


def _months_between(first: int, this: int) -> int:
    return max(this - first, 0)

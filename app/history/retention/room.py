"""What each kind of data takes on the disk, and when the disk will be full."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.history.engine import Tables
from app.history.history import History
from app.history.outlines import days_of
from app.history.retention.growth import IN_A_FILE, MONTHS, Growth
from app.history.retention.servergrowth import ON_A_SERVER
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
_OUTLINES = 4  # that a month has while it goes on: of up to eight days each


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies on the same disk and grows with a history."""

    copies: int = 0  # backups of the whole project that stay
    to_come: int = 0  # of these, are to be made yet
    other_bytes: int = 0  # of the project besides its history: journals, documents


@dataclass(slots=True)
class Usual:
    """What a month of samples takes while all of them are kept, by kind."""

    full: Counter[DataKind] = field(default_factory=Counter)  # bytes
    points: Counter[DataKind] = field(default_factory=Counter)
    figures: int = 0  # bytes a month, which stay
    stays: int = 0  # of these what is not the figures of days
    share_of_days: float = 1.0  # bytes of a file for one of the figures of days

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
    beside: Beside = Beside(),
) -> Room:
    """Return what a history takes and when the disk will be full; blocks, for seconds.

    Args:
        history: Whose.
        kind_of: Of which kind a point's samples are.
        rules: By which it is thinned out.
        free_bytes: That may be filled; None where nobody knows.
        now: The clock.
        beside: What else takes room where the history lies.
    """
    samples: Counter[DataKind] = Counter()
    sizes: Counter[DataKind] = Counter()
    figures = rest = months = days = 0
    kinds_of: list[Mapping[int, DataKind]] = []  # of each place
    for place in history.there(QUARTER):
        held = _held(place, kind_of)
        kinds_of.append(held.kinds)
        figures += held.derived
        days += held.days
        rest += place.place.size_bytes() - held.derived
        samples.update(held.samples)
        sizes.update(held.sizes)
    rest -= sum(sizes.values())
    usual, first = _usual(history, kinds_of, now)
    if first is not None:
        months = _months_between(first, _month(now, history)) or 1
        usual.figures = usual.stays + round(days / months * usual.share_of_days)
    fast = sum(place.place.size_bytes() for place in history.there(FAST))
    kinds = [KindRoom(kind.value, samples[kind], sizes[kind]) for kind in DataKind]
    besides = {FIGURES: figures, RECENT: fast, REST: max(rest, 0)}
    kinds += [KindRoom(name, 0, size) for name, size in besides.items()]
    known, full = usual.monthly_bytes > 0, None
    if known and free_bytes is not None:
        whole = sum(each.size_bytes for each in kinds) + beside.other_bytes
        others = round(beside.other_bytes / months * (1 + beside.copies))
        left = free_bytes - beside.to_come * whole
        full = full_at(usual, rules, left, months, now, 1 + beside.copies, others)
    return Room(tuple(kinds), free_bytes, usual.monthly_bytes, full, known)


def full_at(
    usual: Usual,
    rules: KeepRules,
    free_bytes: int,
    months: int,
    now: datetime,
    times: int = 1,
    others: int = 0,
) -> datetime | None:
    """Return when a disk will be full, by what a month takes and what rules give back.

    Args:
        usual: What a month takes.
        rules: By which months are thinned out as they grow old.
        free_bytes: That may be filled.
        months: How many months are kept already, and grow old too.
        now: From when on.
        times: How often all of it is on the disk, with its backups.
        others: Bytes a month by which the rest of the disk grows.
    """
    grown = 0
    for ahead in range(1, _MONTHS_AHEAD + 1):
        before = grown
        back = sum(_given_back(usual, kind, rules, ahead, months) for kind in DataKind)
        grown += times * (usual.monthly_bytes - back) + others
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
    days: int = 0  # of these the figures of days
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
        held.days = reader.tables.days.room()
        held.derived = outlines + held.days
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
    usual, first, figures = Usual(), None, list[int]()
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
            figures += _figures_of(reader.tables, whole)
            # Places come in the order of their years: the newest holds.
            growth = ON_A_SERVER if place.place.on_a_server else IN_A_FILE
            usual = _month_of(reader.tables, days_of(max(whole)), kinds, figures, growth)
    return usual, first


def _figures_of(tables: Tables, months: Collection[int]) -> list[int]:
    """Return how long the figures of the first points were, day by day."""
    days = days_of(min(months))[0], days_of(max(months))[-1]
    return [len(packed) for *_, packed in tables.days.of([0], *days)]


def _month_of(
    tables: Tables,
    days: range,
    kinds: Mapping[int, DataKind],
    figures: Sequence[int],
    growth: Growth,
) -> Usual:
    """Return what a month takes that is over and put together, its pages counted.

    ``figures`` says how long those of days are.
    """
    lying = list(tables.chunks.room(days[0], days[-1]))
    drawn = [int(size) for *_, size in tables.outlines.room(days[0], days[-1])]
    sizes = [int(size) for *_, size in lying]
    shares = (
        growth.share_of_points(sizes, _DAYS, "chunk"),
        growth.share_of_points(drawn, _OUTLINES, "outline"),
        growth.share_of_groups(figures),
    )
    stays = round(sum(drawn) * shares[1] + growth.empty_bytes() / MONTHS)
    usual = Usual(stays=stays, share_of_days=shares[2])
    for number, _count, size in lying:
        kind = kinds.get(number)  # none of what came since `_held` looked
        if kind is not None:
            usual.full[kind] += round(int(size) * shares[0])
            usual.points[kind] += 1
    return usual


def _month(moment: datetime, history: History) -> int:
    local = moment.astimezone(history.zone)
    return (local.year - 1970) * 12 + local.month - 1


def _months_between(first: int, this: int) -> int:
    return max(this - first, 0)

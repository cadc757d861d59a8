"""One run of the retention over a whole history: judged first, then taken out, step by step."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.errors import StoreBroken
from app.history.counters.asking import within
from app.history.history import History
from app.history.outlines import days_of
from app.history.readings import to_moment, to_ms
from app.history.retention.survivors import (
    AROUND_MS,
    DAY_MS,
    Kept,
    Month,
    Told,
    of_index,
    of_measured,
    of_unknown,
)
from app.history.retention.thinning import Portion, ThinningOut
from app.history.samples import Ints
from app.history.schema import QUARTER
from app.history.streamhistory import StreamHistory
from app.history.thinnedmonths import state_of
from app.history.thinnedout import day_begins, readings_told, told_days
from app.model.counter import (
    INDEX_ROLES,
    Edit,
    Shape,
    Spread,
    Statement,
    TakenBack,
    in_force,
    moments,
    rules_of,
)
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId
from app.model.retention import DataKind, KeepRules, KindOutcome, Stage, Thinning
from app.ports import StatementBook
from app.series import Series

_log = logging.getLogger(__name__)
_WEEKS_MS = 8 * 7 * DAY_MS  # what a gap is spread like may lie so far before it
_WORTH = 0.1  # the part of a place that must have become free for it to be written anew
Spans = Sequence[tuple[int, int]]


class Known(Protocol):
    """What is known of points besides their samples; asked in a thread."""

    @property
    def statements(self) -> StatementBook:
        """What people stated about indexes."""
        ...

    def spec_of(self, point: PointId) -> PointSpec | None:
        """Return what a point is; None for one that no profile knows any more."""
        ...

    def moves(self, points: Collection[PointId]) -> Mapping[PointId, Sequence[datetime]]:
        """Return when tenants moved in and out where the points were counted."""
        ...


def kind_of(spec: PointSpec | None) -> DataKind:
    """Return of which kind the samples of a point are; what nobody knows may be an index."""
    if spec is None or spec.role in INDEX_ROLES:
        return DataKind.COUNTER
    measured = spec.kind is ValueKind.NUMBER and spec.write is None and not spec.listed
    return DataKind.MEASURED if measured else DataKind.STATE


@dataclass(frozen=True, slots=True)
class _Judged:
    """What goes of one portion."""

    going: dict[int, Ints]
    counts: Mapping[DataKind, tuple[int, int, int]]  # samples, gone, kept for sums


class Retention:
    """The retention of one history; blocks, in any thread but the core's loop."""

    def __init__(self, history: History, known: Known) -> None:
        self._history, self._known = history, known

    def run(self, rules: KeepRules, now: datetime, keep_going: Callable[[], bool]) -> Thinning:
        """Thin out what the rules say; ``keep_going`` is asked before each step.

        Raises `StoreBroken` at the end where a place could not be used; the others are
        done first.
        """
        tally = _Tally()
        failed: StoreBroken | None = None
        for place, thinning in self._places():
            freed = 0
            try:
                for portion in thinning.due(self._wanted(rules, now)):
                    if not keep_going():
                        return tally.told(complete=False)
                    stages = self._stages(rules, now, portion.month)
                    freed += self._step(thinning, portion, stages, tally)
                self._give_back(place, freed)
            except StoreBroken as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return tally.told(complete=True)

    def preview(
        self, rules: KeepRules, now: datetime, keep_going: Callable[[], bool]
    ) -> Thinning:
        """Return what `run` would take out; nothing is changed."""
        tally = _Tally()
        for _place, thinning in self._places():
            for portion in thinning.due(self._wanted(rules, now)):
                if not keep_going():
                    return tally.told(complete=False)
                stages = self._stages(rules, now, portion.month)
                judged = self._judged(thinning, portion, stages)
                tally.add(portion.month, judged.counts)
        return tally.told(complete=True)

    def _places(self) -> Iterator[tuple[StreamHistory, ThinningOut]]:
        for place in self._history.there(QUARTER):
            if place.thinning is not None:
                yield place, place.thinning

    def _wanted(self, rules: KeepRules, now: datetime) -> Callable[[int], int]:
        """Return what says of a month in which state the rules want it."""
        known: dict[int, int] = {}

        def wanted(month: int) -> int:
            if month not in known:
                known[month] = state_of(self._stages(rules, now, month))
            return known[month]

        return wanted

    def _stages(self, rules: KeepRules, now: datetime, month: int) -> dict[DataKind, Stage]:
        local = now.astimezone(self._history.zone)
        ago = (local.year - 1970) * 12 + local.month - 1 - month - 1
        return {kind: rules.of[kind].stage(ago) for kind in DataKind}

    def _step(
        self,
        thinning: ThinningOut,
        portion: Portion,
        stages: Mapping[DataKind, Stage],
        tally: "_Tally",
    ) -> int:
        """Take one portion; return how many bytes became free."""
        thinning.prepare(portion)
        judged = self._judged(thinning, portion, stages)
        taken = thinning.take(portion, judged.going)
        if taken is None:
            return 0
        tally.add(portion.month, judged.counts)
        return taken.size_bytes

    def _give_back(self, place: StreamHistory, freed: int) -> None:
        """Give the room that became free back to the disk, where that is worth the while."""
        if freed < _WORTH * place.place.size_bytes():
            return
        try:
            place.place.settle()
        except StoreBroken as error:  # somebody reads: the room is used again meanwhile
            _log.info("what was thinned out still takes its room: %s", error)

    def _judged(
        self, thinning: ThinningOut, portion: Portion, stages: Mapping[DataKind, Stage]
    ) -> _Judged:
        names = thinning.names(portion)
        numbers = {name: number for number, name in names.items()}
        days = portion.days
        month = Month(self._history.zone, days[0] * DAY_MS, (days[-1] + 1) * DAY_MS)
        points = [each for each in numbers if stages[self._kind(each)] is not Stage.ALL]
        counts = dict.fromkeys(DataKind, (0, 0, 0))
        going: dict[int, Ints] = {}
        if not points:
            return _Judged(going, counts)
        begin, end = (to_moment(each) for each in month.around)
        judge = _Judge(self._history, self._known, month, points)
        for series in self._history.ranges(points, begin, end, "quarter"):
            spec = self._known.spec_of(series.point)
            kind = kind_of(spec)
            kept = judge.kept(series, spec, stages[kind])
            inside = month.inside(series.times_ms)
            going[numbers[series.point]] = series.times_ms[inside & ~kept.stays]
            found = int(inside.sum()), int((inside & ~kept.stays).sum()), kept.for_sums
            counts[kind] = tuple(map(sum, zip(counts[kind], found, strict=True)))  # type: ignore[assignment]
        return _Judged(going, counts)

    def _kind(self, point: PointId) -> DataKind:
        return kind_of(self._known.spec_of(point))


class _Judge:
    """What is known of some points in a month."""

    def __init__(
        self, history: History, known: Known, month: Month, points: Sequence[PointId]
    ) -> None:
        self._month, self._history = month, history
        self._stated = known.statements.of(points)
        self._moves = known.moves(points)
        self._points = list(points)
        self._told: dict[PointId, Told] | None = None

    def kept(self, series: Series, spec: PointSpec | None, stage: Stage) -> Kept:
        """Return what stays of one point."""
        if spec is None:
            stated = bool(self._stated[series.point])
            return of_unknown(series, self._month, Stage.ALL if stated else stage)
        if kind_of(spec) is not DataKind.COUNTER:
            return of_measured(series, self._month, stage)
        told = None if stage is Stage.DAILY else self._figures(series.point)
        statements = self._stated[series.point]
        begin, end = (to_moment(each) for each in self._month.around)
        edits = within(in_force(statements), begin, end)
        protected = [*spans_of(statements), *self._spans_of_moves(series.point)]
        return of_index(series, self._month, stage, rules_of(spec), edits, protected, told)

    def _spans_of_moves(self, point: PointId) -> list[tuple[int, int]]:
        at = [to_ms(each) for each in self._moves.get(point, ())]
        return [(each - AROUND_MS, each + AROUND_MS) for each in at]

    def _figures(self, point: PointId) -> Told:
        """Return what the figures of days tell of a point; all points are read at once."""
        if self._told is None:
            span = (to_moment(each) for each in self._month.around)
            days = told_days(self._history, self._points, *span)
            self._told = {}
            for nth, name in enumerate(self._points):
                mine = days.take(days.series == nth)
                begins = day_begins(self._history.zone, mine.days)
                times, values = readings_told(mine)
                first, last = self._month.around
                here = (times >= first) & (times < last)
                self._told[name] = Told(begins, times[here], values[here])
        return self._told[point]


def spans_of(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Return the times (ms) that statements depend on, those taken back included."""
    spans = []
    for each in statements:
        says: Edit | TakenBack = each.says
        if isinstance(says, TakenBack):
            continue
        first, last = (to_ms(at) for at in moments(says))
        back = AROUND_MS
        if isinstance(says, Spread) and says.shape is Shape.WEEK_BEFORE:
            back += _WEEKS_MS + (last - first)
        spans.append((first - back, last + AROUND_MS))
    return spans


class _Tally:
    """Counts what was judged."""

    def __init__(self) -> None:
        self._samples: Counter[DataKind] = Counter()
        self._gone: Counter[DataKind] = Counter()
        self._for_sums: Counter[DataKind] = Counter()
        self._months: set[int] = set()

    def add(self, month: int, counts: Mapping[DataKind, tuple[int, int, int]]) -> None:
        """Count one portion."""
        for kind, (samples, gone, for_sums) in counts.items():
            self._samples[kind] += samples
            self._gone[kind] += gone
            self._for_sums[kind] += for_sums
            if gone:
                self._months.add(month)

    def told(self, *, complete: bool) -> Thinning:
        """Return all of it."""
        kinds = tuple(
            KindOutcome(kind, self._samples[kind], self._gone[kind], self._for_sums[kind])
            for kind in DataKind
        )
        ends = [to_moment(days_of(each)[0] * DAY_MS) for each in sorted(self._months)]
        first, last = (ends[0], ends[-1]) if ends else (None, None)
        return Thinning(kinds, first, last, complete)

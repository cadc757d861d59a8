"""Answers what a point was in the past, from the finest samples kept of each moment."""

import asyncio
from collections.abc import Callable, Mapping, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.errors import BadInput
from app.history.comparing import MOST_POINTS as MOST_COMPARED
from app.history.comparing import means, side_of, side_of_sums
from app.history.counters.asking import (
    AROUND,
    Facts,
    answer,
    answer_by_days,
    in_turns,
    nothing,
    parts_asked,
    question,
)
from app.history.counters.checking import checked, to_check
from app.history.counters.fromdays import serves
from app.history.finest import finest
from app.history.monthly import empty, monthly, told_by
from app.history.performance import Due, performance
from app.history.quarters import QUARTER
from app.history.questions import check, installed, number, too_much
from app.history.readings import to_moment, to_ms
from app.history.thinnedout import for_sums, means_told
from app.history.tiles import checked as tiles_checked
from app.history.tiles import outline
from app.model.comparison import Compared, Period, Side
from app.model.consumption import Consumption, Step
from app.model.counter import INDEX_ROLES
from app.model.figures import Figures
from app.model.performance import Performance
from app.model.point import PointSpec
from app.model.reading import PointId
from app.model.validation import Checked
from app.ports import Clock, HistoryStore
from app.series import Outline, Series, Tile
from app.verbs import Capability, Viewer, verb
from app.words import _

_READERS = 2  # a long question of a report does not hold up a chart
_SHORTEST_S, _LONGEST_S = 900, 31 * 86_400
_MANY_AT_A_TIME = 3000  # points of which only counts are read
_FLEET = 200  # indexes from which on days' figures cost less than every sample of each
_AT_A_TIME = 50  # points read together; between them a question may be given up
_IN_MEMORY = 4_000_000  # samples read together for sums, of which only the sums stay
MOST_POINTS = 50_000  # of a question
MOST_SAMPLES = 30_000_000  # of an answer: half a gigabyte
_UTC = ZoneInfo("UTC")  # where nobody says in which zone the plant lies
_BEGIN_OF_TIME = datetime(1970, 1, 2, tzinfo=UTC)  # nothing is older, and a bit is subtracted


def _utc_now() -> datetime:
    return datetime.now(UTC)


_Found = TypeVar("_Found")
_Read = Callable[[Sequence[PointId], datetime, datetime], list[_Found]]


class HistoryService:
    """`HistoryVerbs` over a store; reads in threads of its own, never on the core's loop."""

    def __init__(
        self, store: HistoryStore, facts: Facts | None = None, now: Clock = _utc_now
    ) -> None:
        """``facts`` tell of indexes; without them no consumption is known."""
        self._store, self._facts, self._now = store, facts, now
        self._readers = ThreadPoolExecutor(_READERS, "history-reader")
        self._closing = False

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: the finest samples kept of each moment.

        Cancelling the call gives the question up after the points being read.

        Raises:
            BadInput: A time without zone, an end before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        return await self._answer(self._finest, points, start, end)

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: its samples at :00, :15, :30 and :45.

        Raises:
            BadInput: A time without zone, an end before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        return await self._answer(self._kept, points, start, end)

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def outline(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        tile: Tile,
    ) -> Sequence[Outline]:
        """Return least, most and mean of each point in all tiles that touch the period.

        Up to two days ahead of now; of the stream of quarters of an hour.

        Raises:
            BadInput: A time without zone, an end before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        check(start, end)
        begin = max(start, _BEGIN_OF_TIME)
        until = max(begin, min(end, self._now() + AROUND))
        tiles_checked(len(points), begin, until, tile)
        zone = _UTC if self._facts is None else self._facts.zone()

        def read(some: Sequence[PointId], first: datetime, last: datetime) -> list[Outline]:
            return outline(self._store, zone, some, first, last, tile)

        return await self._answer(read, points, begin, until)

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def figures(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
        interval_s: int = 900,
    ) -> Sequence[Figures]:
        """Return what each point read, was on average and counted, by the day or month.

        With it comes how many of the readings came that were due each ``interval_s``
        seconds. Only parts that have begun are told.

        Raises:
            BadInput: A point nobody knows or that is no number, another step, a time without
                zone, an end before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        told_by(step)
        facts, alone = self._known(), list(dict.fromkeys(points))
        due = self._due(start, end, interval_s)
        whole = replace(due, end=self._now())  # of the last part too all that was due
        specs = await in_turns(alone, lambda point: number(facts, point))
        parts = parts_asked(facts, len(alone), due.start, due.end, step)
        if not len(parts):
            return [empty(point, specs[point].unit, due.start) for point in points]
        indexes = [point for point in alone if specs[point].role in INDEX_ROLES]
        counted = await self._consumed(indexes, due.start, due.end, step)
        units = {point: spec.unit for point, spec in specs.items()}

        def read(some: Sequence[PointId], _begin: datetime, _end: datetime) -> list[Figures]:
            return monthly(self._store, units, some, parts, whole, installed(facts, some))

        found = await self._answer(read, alone, due.start, due.end, _MANY_AT_A_TIME)
        used = {each.point: each for each in counted}
        told = {each.point: replace(each, counted=used.get(each.point)) for each in found}
        return [told[point] for point in points if told]

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        """Return what each index counted in every part that touches the period.

        Cancelling the call gives the question up after the points being worked on.

        Raises:
            BadInput: A point that is no index, a time without zone, an end before the start,
                or too much at once.
            StoreBroken: A file cannot be read.
        """
        return await self._consumed(points, start, end, step)

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def performance(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        interval_s: int = 900,
    ) -> Sequence[Performance]:
        """Return how many of the readings that were due came, and of which quality.

        One is due each ``interval_s`` seconds since the device came, up to now. Cancelling
        the call gives the question up after the points being worked on.

        Raises:
            BadInput: No interval of at least a quarter of an hour, a time without zone, an
                end before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        facts, due = self._known(), self._due(start, end, interval_s)

        def read(
            some: Sequence[PointId], _begin: datetime, _end: datetime
        ) -> list[Performance]:
            return performance(self._store, facts.zone(), some, due, installed(facts, some))

        return await self._answer(read, points, due.start, due.end, _MANY_AT_A_TIME)

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def comparison(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        first: Period,
        second: Period,
        step: Step,
    ) -> Sequence[Compared]:
        """Return up to 100 points in two periods: what indexes counted, else means.

        Raises:
            BadInput: A point nobody knows or that is no number, a time without zone, an end
                before the start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        facts = self._known()
        if len(points) > MOST_COMPARED:
            raise BadInput(too_much(f"{MOST_COMPARED} points"))
        specs = {point: number(facts, point) for point in points}
        indexes = [point for point in points if specs[point].role in INDEX_ROLES]
        measured = [point for point in points if specs[point].role not in INDEX_ROLES]
        sides: list[dict[PointId, Side]] = []
        for period in (first, second):
            counted = await self._consumed(indexes, period.start, period.end, step)
            told = await self._means(facts, specs, measured, period, step)
            sides.append({each.point: side_of(each) for each in counted} | told)
        one, other = sides
        return [Compared(each, each in indexes, (one[each], other[each])) for each in points]

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        """Return what the rules find in indexes: range, spike, negative, frozen, sum, physics.

        Nothing is changed by it. Cancelling the call gives the question up after the
        indexes being checked.

        Raises:
            BadInput: A point that is no index, a time without zone, an end before the
                start, or too much at once.
            StoreBroken: A file cannot be read.
        """
        check(start, end)
        facts, store = self._known(), self._store
        start = max(start, _BEGIN_OF_TIME + AROUND)
        asked = await to_check(facts, points, start, max(start, min(end, self._now() + AROUND)))

        def read(some: Sequence[PointId], _begin: datetime, _end: datetime) -> list[Checked]:
            return checked(asked, facts, store, some)

        return await self._answer(read, points, asked.start, asked.end, _AT_A_TIME)

    async def _means(
        self,
        facts: Facts,
        specs: Mapping[PointId, PointSpec],
        points: Sequence[PointId],
        period: Period,
        step: Step,
    ) -> dict[PointId, Side]:
        check(period.start, period.end)
        start, end = max(period.start, _BEGIN_OF_TIME), max(period.end, _BEGIN_OF_TIME)
        parts = parts_asked(facts, len(points), start, end, step)
        if not len(parts):
            return {each: Side(specs[each].unit, (), start, (), ()) for each in points}
        edges = to_moment(int(parts.edges_ms[0])), to_moment(int(parts.edges_ms[-1]))

        def read(some: Sequence[PointId], begin: datetime, last: datetime) -> list[Side]:
            told = means_told(self._store, some, parts)
            if told is not None:  # samples went there, and what was counted of them stayed
                sums, counts = told
                return [
                    side_of_sums(sums[nth], counts[nth], specs[point], parts)
                    for nth, point in enumerate(some)
                ]
            found = self._store.ranges(some, begin, last, "quarter")
            return [means(series, specs[series.point], parts) for series in found]

        return dict(zip(points, await self._answer(read, points, *edges, 1), strict=True))

    async def _consumed(
        self, points: Sequence[PointId], start: datetime, end: datetime, step: Step
    ) -> Sequence[Consumption]:
        check(start, end)
        facts = self._known()
        start = max(start, _BEGIN_OF_TIME + AROUND)
        asked = await question(facts, points, start, max(start, end), step)

        def read(some: Sequence[PointId], begin: datetime, end: datetime) -> list[Consumption]:
            return answer(asked, facts, for_sums(self._store, some, begin, end))

        if not len(asked.bins):
            return [nothing(asked, point, start) for point in points]
        edges, store = asked.bins.edges_ms, self._store
        if len(points) >= _FLEET and serves(store, asked.bins.zone, step):

            def by_days(
                some: Sequence[PointId], _begin: datetime, _end: datetime
            ) -> list[Consumption]:
                return answer_by_days(asked, facts, store, some)

            return await self._answer(by_days, points, start, end, _MANY_AT_A_TIME)
        begin, last = to_moment(int(edges[0])), to_moment(int(edges[-1]))
        quarters = (last - begin + 2 * AROUND) / QUARTER
        at_a_time = max(1, min(_AT_A_TIME, int(_IN_MEMORY / quarters)))
        return await self._answer(read, points, begin - AROUND, last + AROUND, at_a_time)

    def _due(self, start: datetime, end: datetime, interval_s: int) -> Due:
        """Return what is due in a period, up to now."""
        check(start, end)
        if not _SHORTEST_S <= interval_s <= _LONGEST_S:
            raise BadInput(_("readings are due every quarter of an hour to every month"))
        begin = max(start, _BEGIN_OF_TIME)
        until = max(begin, min(end, self._now()))
        return Due(begin, until, timedelta(seconds=interval_s))

    def _known(self) -> Facts:
        if self._facts is None:
            raise BadInput("nothing is known of indexes here")
        return self._facts

    def close(self) -> None:
        """End the readers; a question still open is answered first, up to its next points."""
        self._closing = True
        self._readers.shutdown(cancel_futures=True)

    async def _answer(
        self,
        read: _Read[_Found],
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        at_a_time: int = _AT_A_TIME,
    ) -> Sequence[_Found]:
        """Read in a thread; a question given up ends after the points being read."""
        check(start, end)
        if len(points) > MOST_POINTS:
            raise BadInput(too_much(f"{MOST_POINTS:,} points"))
        start = max(start, _BEGIN_OF_TIME)
        given_up = Event()

        def work() -> list[_Found]:
            found: list[_Found] = []
            samples = 0
            for begin in range(0, len(points), at_a_time):
                if given_up.is_set() or self._closing:
                    return []
                part = read(tuple(points[begin : begin + at_a_time]), start, end)
                samples += sum(len(each) for each in part if isinstance(each, Sized))
                if samples > MOST_SAMPLES:
                    raise BadInput(too_much(f"{MOST_SAMPLES:,} samples"))
                found += part
            return found

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, work)
        finally:
            given_up.set()

    def _finest(
        self, points: Sequence[PointId], start: datetime, end: datetime
    ) -> list[Series]:
        kept = self._store.ranges(points, start, end, "quarter")
        fast = self._store.ranges(points, start - QUARTER, end, "fast")
        return [finest(*both, to_ms(start)) for both in zip(kept, fast, strict=True)]

    def _kept(self, points: Sequence[PointId], start: datetime, end: datetime) -> list[Series]:
        return list(self._store.ranges(points, start, end, "quarter"))

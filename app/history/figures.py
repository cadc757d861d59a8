"""What is asked of long times: outlines for charts, and the figures of local days.

What is kept beside the samples answers where it can; where it cannot, because a month is
not over, samples wait to be put together, or an older program wrote the file, the samples
themselves do. The answer is the same.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.history import dayrows
from app.history.chunks import touched
from app.history.codec import Codec
from app.history.dayparts import (
    DAY_MS,
    Cuts,
    DayParts,
    month_cuts,
    parts_of,
    side_by_side,
    whole_days,
    whole_months,
)
from app.history.energydays import Step, edges_between, local_days
from app.history.engine import Chunk, DayRow, Looking
from app.history.history import History
from app.history.line import Line
from app.history.lines import (
    FoundLines,
    in_order,
    lines_of,
    one_after_the_other,
    parted,
    samples_of,
)
from app.history.outlines import month_of, outline_of, whole_buckets
from app.history.readings import to_ms
from app.history.samples import Floats, Ints, Samples
from app.history.schema import GROUP_SIZE, QUARTER
from app.history.streamhistory import StreamHistory
from app.history.thinnedmonths import thinned_months
from app.model.reading import PointId
from app.series import Series

_T = TypeVar("_T")
_EPOCH = date(1970, 1, 1)
_NONE: Ints = np.zeros(0, np.int64)
_SIDE_DAYS = 2  # of UTC that a local day may reach beyond its own


def outlines(
    history: History, points: Sequence[PointId], start: datetime, end: datetime
) -> list[Series]:
    """Return one series a point: smallest and largest value of every eight hours.

    All eight hours (UTC) that the time touches are told whole; `outlines` says how.
    """
    begin, stop = whole_buckets(to_ms(start), to_ms(end))
    if begin >= stop:
        return [_series(point, []) for point in points]
    years = range(_year(begin), _year(stop - 1) + 1)
    found = [_outline(each, points, begin, stop) for each in history.there(QUARTER, years)]
    return [_series(point, found) for point in points]


def days(history: History, points: Sequence[PointId], first: date, last: date) -> DayParts:
    """Return the figures of the local days from ``first`` to ``last`` of some points.

    They come by point, then day; the ``series`` of an entry is the position of its point in
    ``points``. A day of which a point has no sample has no entry.
    """
    return whole_days(parts_of_days(history, points, first, last))


def parts_of_days(
    history: History, points: Sequence[PointId], first: date, last: date
) -> DayParts:
    """Return the same for each part of a local day that lies in one day of UTC, in no order."""
    begin, end = (first - _EPOCH).days, (last - _EPOCH).days
    slots = _slots_of(history.zone, begin, end)
    found = []
    for place in history.there(QUARTER, range(first.year - 1, last.year + 2)):
        numbers, parts = _parts(place, points, slots, (begin, end), history)
        found.append(_placed(parts, numbers))
    return side_by_side(found)


def _slots_of(zone: ZoneInfo, begin: int, end: int) -> range:
    """Return the days of UTC that local days touch, all counted from 1970."""
    around = (begin - _SIDE_DAYS) * DAY_MS, (end + 1 + _SIDE_DAYS) * DAY_MS
    edges = edges_between(zone, Step.DAY, *around)
    numbers = local_days(zone, edges)
    first, stop = edges[numbers >= begin][0], edges[numbers > end][0]
    return range(int(first) // DAY_MS, max(int(stop - 1), int(first)) // DAY_MS + 1)


def months(history: History, points: Sequence[PointId], first: int, last: int) -> DayParts:
    """Return the figures of local months, counted from January 1970, of some points.

    They come by point, then month, which stands in ``days``; ``series`` as in `days`.
    """
    years = range(1970 + (first - 1) // 12, 1970 + (last + 1) // 12 + 1)
    found = []
    for place in history.there(QUARTER, years):
        numbers, parts = _months(place, points, range(first, last + 1), history)
        parts = parts.take((parts.days >= first) & (parts.days <= last))
        found.append(_placed(parts, numbers))
    return whole_days(side_by_side(found))


def _months(
    place: StreamHistory, points: Sequence[PointId], wanted: range, history: History
) -> tuple[Ints, DayParts]:
    """Return one place's figures of local months, and the numbers of the points."""
    cuts = {month: month_cuts(history.zone, month) for month in wanted}
    ends = dayrows.month_slot(wanted[-1]), dayrows.month_slot(wanted[0])
    kept: dict[tuple[int, int], DayParts] = {}
    with place.place.reading() as reader:
        if reader is None:
            return _NONE, side_by_side([])
        numbers = place.numbering(reader, points)
        groups = _groups(numbers)
        span = range(cuts[wanted[0]][1][0], cuts[wanted[-1]][1][-1] + 1)
        waiting = _waiting(reader, groups, span)
        rows = reader.tables.days.of(groups, *ends)
        reader.leave()
        for row in rows:
            group, month = row[0], dayrows.month_slot(row[1])
            own, slots = cuts[month]
            if row[2] and not any((group, slot) in waiting for slot in slots):
                parts = dayrows.unpacked(reader.codec, row, own)
                if parts is not None:
                    kept[group, month] = parts
    found = list(kept.values())
    for group in groups:
        for month in wanted:
            if (group, month) not in kept:
                mine = _in_group(points, numbers, group)
                days = int(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
                following = np.datetime64(month + 1, "M").astype("datetime64[D]").astype(int)
                wide = (days, int(following) - 1)
                whole = whole_months(_parts(place, mine, cuts[month][1], wide, history)[1])
                found.append(whole.take(whole.days == month))
    return numbers, side_by_side(found)


def _groups(numbers: Ints) -> list[int]:
    """Return the groups of the points that are known."""
    groups: list[int] = np.unique(numbers[numbers > 0] // GROUP_SIZE).tolist()
    return groups


def _in_group(points: Sequence[PointId], numbers: Ints, group: int) -> list[PointId]:
    mine = (numbers // GROUP_SIZE == group) & (numbers > 0)
    return [points[place] for place in np.flatnonzero(mine).tolist()]


def _places_of(numbers: Ints) -> Ints:
    """Return for each number the place of its point among those asked for, else -1."""
    here = np.full(int(numbers.max(initial=0)) + 1, -1)
    here[numbers] = np.arange(len(numbers))
    here[0] = -1  # where a point is not known
    return here


def _placed(parts: DayParts, numbers: Ints) -> DayParts:
    """Return the entries of the points asked for, under the place of each among them."""
    here = _places_of(numbers)
    parts = parts.take(parts.series < len(here))
    placed = replace(parts, series=here[parts.series])
    return placed.take(placed.series >= 0)


def openings(history: History, points: Sequence[PointId], day: date) -> Floats:
    """Return the first value of each point in a local day that is believed.

    NaN stands where there is none. What a fleet of meters used in a month is the openings
    of the following month less its own: this asks for nothing else, and is the quickest.
    """
    number = (day - _EPOCH).days
    slots = _slots_of(history.zone, number, number)
    values = np.full(len(points), np.nan)
    for place in reversed(history.there(QUARTER, range(day.year - 1, day.year + 2))):
        numbers, found = _in_slots(
            place, points, slots, history, dayrows.openings, dayrows.Openings.of
        )
        here = _places_of(numbers)
        for _, part in sorted(found, key=lambda each: -each[0]):  # the earlier one holds
            series, told = part.series, part.values
            wanted = (part.days == number) & (series < len(here)) & ~np.isnan(told)
            at = here[series[wanted]]
            values[at[at >= 0]] = told[wanted][at >= 0]
    return values


def _parts(
    place: StreamHistory,
    points: Sequence[PointId],
    slots: range,
    wanted: tuple[int, int],
    history: History,
) -> tuple[Ints, DayParts]:
    """Return the parts of local days in some days of UTC, and the numbers of the points.

    ``wanted`` are the first and the last local day.
    """
    numbers, found = _in_slots(
        place, points, slots, history, dayrows.unpacked, lambda parts: parts
    )
    return numbers, side_by_side([_of_days(parts, wanted) for _, parts in found])


def _in_slots(
    place: StreamHistory,
    points: Sequence[PointId],
    slots: range,
    history: History,
    unpack: Callable[[Codec, DayRow, Cuts | None], _T | None],
    lean: Callable[[DayParts], _T],
) -> tuple[Ints, list[tuple[int, _T]]]:
    """Return the numbers of the points, and what is known of their groups in each slot.

    Args:
        place: Where to look.
        points: Whose.
        slots: Days of UTC.
        history: Whose zone it is.
        unpack: Takes of a row what is wanted; None where it was cut otherwise.
        lean: Takes the same of figures made just now where no row holds.
    """
    with place.place.reading() as reader:
        if reader is None:
            return _NONE, []
        numbers = place.numbering(reader, points)
        groups = _groups(numbers)
        rows = reader.tables.days.of(groups, slots[0], slots[-1])
        waiting = _waiting(reader, groups, slots)
        closed = thinned_months(reader.tables.months.all())
        reader.leave()
        cuts = {slot: Cuts.of(history.zone, slot) for slot in slots}
        kept: dict[tuple[int, int], _T] = {}
        for row in rows:
            group, slot, _ = row
            if (group, slot) not in waiting:
                anyhow = bool(closed) and (group, month_of(slot)) in closed
                parts = unpack(reader.codec, row, None if anyhow else cuts[slot])
                if parts is not None:
                    kept[group, slot] = parts
    found = [(slot, parts) for (_, slot), parts in kept.items()]
    for group, lacking in _lacking(groups, slots, kept.keys()):
        mine = _in_group(points, numbers, group)
        span = lacking[0] * DAY_MS, (lacking[-1] + 1) * DAY_MS
        samples = samples_of(place.lines(mine, *span).lines)
        at = samples.times_ms // DAY_MS
        found += [
            (slot, lean(parts_of(samples.take(at == slot), cuts[slot])))
            for slot in (lacking if len(samples) else ())
        ]
    return numbers, found


def _of_days(parts: DayParts, wanted: tuple[int, int]) -> DayParts:
    if not len(parts) or (parts.days[1:] < parts.days[:-1]).any():  # of a row made just now
        return parts.take((parts.days >= wanted[0]) & (parts.days <= wanted[1]))
    begin, end = np.searchsorted(parts.days, [wanted[0], wanted[1] + 1])
    return parts.take(slice(begin, end))


def _waiting(reader: Looking, groups: Sequence[int], slots: range) -> set[tuple[int, int]]:
    """Return each (group, slot) of which samples wait to be put together.

    Of a month that was thinned out none do: what comes late for it shows once it is put
    together with what is kept of it.
    """
    places = reader.tables.batches.places(slots[-1] + 1)
    found = {(group, slot) for slot, group in places if group in groups and slot >= slots[0]}
    if not found:
        return found
    closed = thinned_months(reader.tables.months.all())
    return {each for each in found if (each[0], month_of(each[1])) not in closed}


def _lacking(
    groups: Sequence[int], slots: range, kept: Collection[tuple[int, int]]
) -> Iterator[tuple[int, range]]:
    """Yield the spans of slots of which there are no figures, group by group."""
    for group in groups:
        begin = None
        for slot in [*slots, slots[-1] + 1]:
            gone = slot < slots.stop and (group, slot) not in kept
            if gone and begin is None:
                begin = slot
            elif not gone and begin is not None:
                yield group, range(begin, slot)
                begin = None


def _outline(
    place: StreamHistory, points: Sequence[PointId], begin_ms: int, end_ms: int
) -> FoundLines:
    """Return one place's outline of a span of whole eight hours."""
    slots = range(begin_ms // DAY_MS, (end_ms - 1) // DAY_MS + 1)
    with place.place.reading() as reader:
        if reader is None:
            return FoundLines({}, {})
        numbers = place.numbers_of(reader, points)
        chunks = reader.tables.outlines.of(numbers.values(), slots[0], slots[-1])
        groups = sorted({number // GROUP_SIZE for number in numbers.values()})
        waiting = _waiting(reader, groups, slots)
        lying = reader.tables.batches.of(groups, slots[0], slots[-1]) if waiting else []
        reader.leave()
        kept = lines_of(reader.codec, chunks, DAY_MS)
        waiting &= touched(reader.codec, lying, DAY_MS, np.array([*numbers.values()], np.int64))
    bare = _Bare(sorted(numbers.values()), slots, chunks, waiting)
    parts = {
        number: [bare.without(number, line.between(begin_ms, end_ms))]
        for number, line in kept.items()
    }
    for some, span in bare.spans():
        mine = [point for point, number in numbers.items() if number in some]
        ends = max(span[0] * DAY_MS, begin_ms), min((span[-1] + 1) * DAY_MS, end_ms)
        late = bare.only(outline_of(samples_of(place.lines(mine, *ends).lines)))
        for number, line in parted(late).items():
            parts.setdefault(number, []).append(line)
    return FoundLines({number: in_order(lines) for number, lines in parts.items()}, numbers)


class _Bare:
    """Of which points and days there is no outline that holds."""

    def __init__(
        self,
        numbers: Sequence[int],
        slots: range,
        chunks: Sequence[Chunk],
        waiting: Collection[tuple[int, int]],
    ) -> None:
        self._numbers, self._slots = np.array(numbers, np.int64), slots
        bare = np.ones((len(numbers), len(slots)), bool)
        rows = {number: row for row, number in enumerate(numbers)}
        for number, slot, many, _ in chunks:
            first = max(slot - many + 1 - slots.start, 0)
            bare[rows[number], first : slot + 1 - slots.start] = False
        for group, slot in waiting:
            bare[self._numbers // GROUP_SIZE == group, slot - slots.start] = True
        self._bare = bare

    def spans(self) -> Iterator[tuple[set[int], range]]:
        """Yield a span of days, and the points that lack an outline anywhere in it."""
        columns = np.flatnonzero(self._bare.any(axis=0)).tolist()
        begin = 0
        for place in range(len(columns)):
            if place + 1 == len(columns) or columns[place + 1] != columns[place] + 1:
                span = range(columns[begin], columns[place] + 1)
                lacking = self._bare[:, span.start : span.stop].any(axis=1)
                shifted = range(span.start + self._slots.start, span.stop + self._slots.start)
                yield set(self._numbers[lacking].tolist()), shifted
                begin = place + 1

    def without(self, number: int, line: Line) -> Line:
        """Return what holds of a point's outline."""
        bare = self._bare[int(np.searchsorted(self._numbers, number))]
        column = line.times_ms // DAY_MS - self._slots.start
        if not len(line) or not bare[column[0] : column[-1] + 1].any():
            return line
        holds = ~bare[column]
        return Line(line.times_ms[holds], line.values[holds], line.quality[holds])

    def only(self, samples: Samples) -> Samples:
        """Return those of the outlines made just now that stand for ones that do not."""
        return samples.take(self._of(samples))

    def _of(self, samples: Samples) -> NDArray[np.bool_]:
        row = np.searchsorted(self._numbers, samples.series)
        column = samples.times_ms // DAY_MS - self._slots.start
        inside = (column >= 0) & (column < len(self._slots))
        found = np.zeros(len(samples), bool)
        found[inside] = self._bare[row[inside], column[inside]]
        return found


def _year(time_ms: int) -> int:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)).year


def _series(point: PointId, found: Sequence[FoundLines]) -> Series:
    line = one_after_the_other([each.of(point) for each in found])
    return Series(point, line.times_ms, line.values, line.quality)

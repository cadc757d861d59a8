"""Months that are over: the chunks of their days become one chunk of each point.

One chunk of a month takes less room and is read many times as fast as thirty of days. A
month is merged some days after its end, a hundred points at a time; what comes later for
it lies in chunks of days beside it, and is merged in when four weeks have passed, so that
nothing large is written again every day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import StoreBroken
from app.history.chunks import month_chunks, unpacked
from app.history.codec import OUTLINE, Codec
from app.history.derived import Derived
from app.history.engine import DayRow, Place, Tables
from app.history.outlines import days_of, outline_of
from app.history.samples import by_time, joined
from app.history.schema import GROUP_SIZE, Stream
from app.history.thinnedmonths import OPEN, is_thinned, state_in
from app.history.thinnedmonths import merged as merged_state

_GRACE_SLOTS = 3  # after the end of a month, in which late samples are still common
_AGAIN_SLOTS = 28
_AT_A_TIME = 100  # points: a fraction of a second


@dataclass(frozen=True, slots=True)
class MonthStep:
    """Some points of a group and a month."""

    group: int
    month: int  # since January 1970
    points: range
    today: int  # the first open slot
    last: bool  # of the month and group


class Merging:
    """The months to be merged in one place; whoever calls waits for its other writers."""

    def __init__(self, place: Place, stream: Stream, derived: Derived) -> None:
        self._place = place
        self._stream = stream
        self._derived = derived
        self._codec = Codec()  # whoever writes; the place lets in one at a time
        self._failed: set[tuple[int, int]] = set()

    def steps(self, open_slot: int) -> list[MonthStep]:
        """Return what there is to merge of the months that ended some days ago."""
        self._failed.clear()
        with self._place.reading() as reader:
            rows = [] if reader is None else list(reader.tables.months.all())
            due = [
                (group, month)
                for group, month, merged, state in rows
                if state & OPEN
                and days_of(month)[-1] + _GRACE_SLOTS < open_slot
                and (not merged or open_slot - merged >= _AGAIN_SLOTS)
            ]
            if reader is None or not due:
                return []
            highest = max((number for number, _, _ in reader.tables.points.all()), default=0)
        return [
            step for group, month in due for step in _portions(group, month, open_slot, highest)
        ]

    def take(self, step: MonthStep) -> None:
        """Merge some points' month; doing it again does nothing."""
        try:
            figures = self._figures(step) if step.last else []
            with self._place.writing() as tables:
                self._merge(tables, step)
                if step.last and (step.group, step.month) not in self._failed:
                    tables.days.put(figures)
                    state = merged_state(state_in(tables, step.group, step.month))
                    tables.months.put([(step.group, step.month, step.today, state)])
        except StoreBroken:
            self._failed.add((step.group, step.month))
            raise

    def _merge(self, tables: Tables, step: MonthStep) -> None:
        days = days_of(step.month)
        chunks = tables.chunks.of(step.points, days[0], days[-1])
        of_days = [each for each in chunks if each[2] == 1]
        if not of_days:
            return
        touched = {each[0] for each in of_days}
        samples = unpacked(
            self._codec, [each for each in chunks if each[0] in touched], self._stream.slot_ms
        )
        tables.chunks.drop([(number, slot, 1) for number, slot, _, _ in of_days])
        tables.chunks.put(month_chunks(self._codec, samples, days, self._stream.slot_ms))
        outline = outline_of(samples)
        kept = tables.outlines.of(sorted(touched), days[0], days[-1])
        if is_thinned(state_in(tables, step.group, step.month)):  # what was smallest stays so
            before = unpacked(self._codec, kept, self._stream.slot_ms)
            outline = outline_of(by_time(joined([outline, before])))
        tables.outlines.drop([(number, slot, slots) for number, slot, slots, _ in kept])
        rows = month_chunks(self._codec, outline, days, self._stream.slot_ms, OUTLINE)
        tables.outlines.put(rows)

    def _figures(self, step: MonthStep) -> list[DayRow]:
        """Return the local month's figures, and those of days that have none yet.

        Days lack theirs where an older program wrote their chunks, and beside the turn of
        the year, where another place has their samples.
        """
        span = self._derived.month_span(step.month)
        first, last = (
            min(span[0], days_of(step.month)[0]),
            max(span[-1], days_of(step.month)[-1]),
        )
        with self._place.reading() as reader:
            if reader is None:
                return []
            rows = list(reader.tables.days.of([step.group], first, last))
            lacking = set(range(first, last + 1)) - {slot for _, slot, _ in rows}
            made: list[DayRow] = []
            if lacking:
                portions = (
                    unpacked(
                        reader.codec,
                        reader.tables.chunks.of(portion.points, first, last),
                        self._stream.slot_ms,
                        values_only=True,
                    )
                    for portion in _portions(
                        step.group, step.month, step.today, step.points.stop - 1
                    )
                )
                made = self._derived.rows_of(portions, step.group, sorted(lacking))
            whole = self._derived.month_row(
                reader.codec, [*rows, *made], step.group, step.month
            )
        return made if whole is None else [*made, whole]


def _portions(group: int, month: int, today: int, highest: int) -> Iterator[MonthStep]:
    """Yield the steps of a group's month; there is no point beyond the highest number."""
    begin, end = group * GROUP_SIZE, min((group + 1) * GROUP_SIZE, highest + 1)
    for first in range(begin, end, _AT_A_TIME):
        points = range(first, first + _AT_A_TIME)
        yield MonthStep(group, month, points, today, last=points.stop >= end)

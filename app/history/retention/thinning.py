"""Takes samples out of the months of one place, a hundred points at a time.

Each step is one transaction: a kill leaves a month's points as they were or thinned out, and
the month is marked before the first of them, so that no figure is ever worked out from what
was left over. A step done twice does nothing the second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from app.history import dayrows, series
from app.history.chunks import month_chunks, unpacked
from app.history.codec import OUTLINE, Codec
from app.history.dayparts import Cuts
from app.history.derived import Derived
from app.history.engine import ChunkRow, Looking, Place, Tables
from app.history.outlines import days_of, outline_of
from app.history.places import Places
from app.history.samples import Ints
from app.history.schema import GROUP_SIZE, Stream
from app.history.thinnedmonths import OPEN, TOUCHED, covers, further, is_thinned, state_in
from app.model.reading import PointId

_AT_A_TIME = 100  # points: a fraction of a second


@dataclass(frozen=True, slots=True)
class Portion:
    """Some points of a group and a month."""

    group: int
    month: int  # since January 1970
    points: range
    state: int  # of the month once all its points are done
    last: bool

    @property
    def days(self) -> range:
        """The days (UTC) of the month."""
        return days_of(self.month)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step took out."""

    samples: int
    size_bytes: int


class ThinningOut:
    """The months to be thinned out in one place; whoever calls waits for its other writers."""

    def __init__(self, place: Place, stream: Stream, derived: Derived) -> None:
        self._place, self._stream, self._derived = place, stream, derived
        self._codec = Codec()  # whoever writes; the place lets in one at a time

    def due(self, wanted: Callable[[int], int]) -> list[Portion]:
        """Return what there is to thin out, the oldest month first.

        Months that still wait to be merged, or have samples that wait to be put together,
        are left for later.

        Args:
            wanted: Month → the state that the rules want it in; see `thinnedmonths`.
        """
        with self._place.reading() as reader:
            if reader is None:
                return []
            due = [
                (month, group, further(state, wanted(month)))
                for group, month, _merged, state in reader.tables.months.all()
                if not state & OPEN and not covers(state, wanted(month))
            ]
            if not due:
                return []
            highest = max((number for number, _, _ in reader.tables.points.all()), default=0)
        return [
            Portion(group, month, points, state, last=points.stop >= end)
            for month, group, state in sorted(due)
            for end in [min((group + 1) * GROUP_SIZE, highest + 1)]
            for points in _portions(group * GROUP_SIZE, end)
        ]

    def names(self, portion: Portion) -> Mapping[int, PointId]:
        """Return the points of a portion that have samples in its month, by number."""
        days = portion.days
        with self._place.reading() as reader:
            if reader is None:
                return {}
            chunks = reader.tables.chunks.of(portion.points, days[0], days[-1])
            numbers = sorted({chunk[0] for chunk in chunks})
            return series.points_of(reader.tables.points, numbers) if numbers else {}

    def prepare(self, portion: Portion) -> None:
        """Make sure that each day of a month has its figures, before any sample goes.

        They are lacking where the plant was taken to lie in another zone meanwhile.
        """
        with self._place.reading() as reader:
            if reader is None or is_thinned(
                state_in(reader.tables, portion.group, portion.month)
            ):
                return
            lacking = self._lacking(reader, portion)
            if not lacking:
                return
            begin, end = portion.group * GROUP_SIZE, (portion.group + 1) * GROUP_SIZE
            days = portion.days
            parts = (
                unpacked(
                    reader.codec,
                    reader.tables.chunks.of(points, days[0], days[-1]),
                    self._stream.slot_ms,
                    values_only=True,
                )
                for points in _portions(begin, end)
            )
            rows = self._derived.rows_of(parts, portion.group, lacking)
        with self._place.writing() as tables:
            if not state_in(tables, portion.group, portion.month):
                tables.days.put(rows)

    def take(self, portion: Portion, going: Mapping[int, Ints]) -> Taken | None:
        """Take the samples at some moments out; None when the month is to be done later.

        Args:
            portion: Whose, and when.
            going: Point's number → moments (ms).
        """
        days = portion.days
        with self._place.writing() as tables:
            state = state_in(tables, portion.group, portion.month)
            places = tables.batches.places(days[-1] + 1)
            if state & OPEN or any(
                group == portion.group and slot >= days[0] for slot, group in places
            ):
                return None
            taken = self._rewritten(tables, portion, going)
            done = portion.state if portion.last else TOUCHED
            merged = _merged_at(tables, portion)
            tables.months.put([(portion.group, portion.month, merged, done)])
        return taken

    def _lacking(self, reader: Looking, portion: Portion) -> list[int]:
        rows = reader.tables.days.of([portion.group], portion.days[0], portion.days[-1])
        told = {
            row[1]
            for row in rows
            if dayrows.unpacked(reader.codec, row, Cuts.of(self._derived.zone, row[1]))
            is not None
        }
        return [slot for slot in portion.days if slot not in told]

    def _rewritten(self, tables: Tables, portion: Portion, going: Mapping[int, Ints]) -> Taken:
        days, slot_ms = portion.days, self._stream.slot_ms
        wanted = [number for number, at in going.items() if len(at)]
        chunks = tables.chunks.of(wanted, days[0], days[-1]) if wanted else []
        self._keep_outlines(tables, portion, wanted)
        rows: list[ChunkRow] = []
        gone = freed = 0
        for number, slot, covered, packed in chunks:
            place = Places.of([number], [slot], slot_ms, [covered])
            samples = self._codec.unpack([packed], place)
            goes = np.isin(samples.times_ms, going[number])
            gone += int(goes.sum())
            freed += len(packed)
            if goes.all():
                tables.chunks.drop([(number, slot, covered)])
                continue
            if goes.any():
                rest = samples.take(~goes)
                counts = np.array([len(rest)], np.int64)
                [packed] = self._codec.pack_chunks(rest, counts, place)  # noqa: PLW2901
                rows.append((number, slot, covered, len(rest), packed))
            freed -= len(packed)
        tables.chunks.put(rows)
        if gone:  # one of them may have been its point's newest
            tables.newest.drop([portion.group])
        return Taken(gone, freed)

    def _keep_outlines(self, tables: Tables, portion: Portion, wanted: list[int]) -> None:
        """Work out the outlines that are not there yet, while all samples are."""
        days, slot_ms = portion.days, self._stream.slot_ms
        there = {each[0] for each in tables.outlines.of(wanted, days[0], days[-1])}
        lacking = sorted(set(wanted) - there)
        if not lacking:
            return
        chunks = tables.chunks.of(lacking, days[0], days[-1])
        outline = outline_of(unpacked(self._codec, chunks, slot_ms, values_only=True))
        tables.outlines.put(month_chunks(self._codec, outline, days, slot_ms, OUTLINE))


def _merged_at(tables: Tables, portion: Portion) -> int:
    rows = tables.months.all()
    return next(row[2] for row in rows if row[:2] == (portion.group, portion.month))


def _portions(begin: int, end: int) -> list[range]:
    return [range(at, min(at + _AT_A_TIME, end)) for at in range(begin, end, _AT_A_TIME)]

"""What is worked out of the samples of a day: the figures of local days, and what is undone.

It is renewed in the very transaction that puts samples together, from all the samples of
the points that were touched, so that a late sample is in every figure or in none.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from app.history import dayrows
from app.history.chunks import unpacked
from app.history.codec import Codec
from app.history.dayoutlines import keep_outline
from app.history.dayparts import (
    DAY_MS,
    Cuts,
    DayParts,
    month_cuts,
    parts_of,
    side_by_side,
    whole_months,
)
from app.history.engine import DayRow, Tables
from app.history.outlines import month_of
from app.history.samples import Samples, joined, settled
from app.history.schema import GROUP_SIZE
from app.history.thinnedmonths import fuller, is_thinned, state_in


class Derived:
    """The figures beside the chunks of one place; ``zone`` says in which the plant lies."""

    def __init__(self, zone: Callable[[], ZoneInfo]) -> None:
        self._zone = zone
        self._codec = Codec()  # whoever writes; the place lets in one at a time

    @property
    def zone(self) -> ZoneInfo:
        """In which the plant lies."""
        return self._zone()

    def renew(
        self, tables: Tables, samples: Samples, group: int, slot: int, *, over: bool
    ) -> None:
        """Work out anew what depends on a group's samples of one slot.

        Args:
            tables: To write to; the chunks are there already.
            samples: All samples of the slot of those points of which any is new, settled.
            group: Whose.
            slot: The day (UTC), counted from 1970.
            over: Whether nothing more is expected for it: then its outline is kept as well.
        """
        numbers = np.unique(samples.series).tolist()
        tables.months.open(group, month_of(slot))
        closed = self._closed(tables, group, slot)
        if closed is None:
            keep_outline(tables, self._codec, samples, slot, over=over)
            cuts = Cuts.of(self._zone(), slot)
            others = self._others(tables, numbers, group, slot, cuts)
            parts = side_by_side([parts_of(samples, cuts), others])
        else:
            cuts, kept = closed
            parts = fuller(parts_of(samples, cuts), kept)
        tables.days.put([self._row(parts, cuts, group, slot)])
        self._forget_months(tables, group, cuts)

    def month_row(
        self, codec: Codec, rows: Sequence[DayRow], group: int, month: int
    ) -> DayRow | None:
        """Return a local month's figures from all its days'; None where one is lacking."""
        cuts, slots = month_cuts(self._zone(), month)
        by_slot = {row[1]: row for row in rows}
        parts = []
        for slot in slots:
            row = by_slot.get(slot)
            if row is None:
                return None
            kept = dayrows.unpacked(codec, row, Cuts.of(self._zone(), slot))
            if kept is None:
                return None
            parts.append(kept)
        whole = whole_months(side_by_side(parts))
        mine = whole.take(whole.days == month)
        return self._row(mine, cuts, group, dayrows.month_slot(month))

    def month_span(self, month: int) -> range:
        """Return the days of UTC that a local month touches."""
        return month_cuts(self._zone(), month)[1]

    def _forget_months(self, tables: Tables, group: int, cuts: Cuts) -> None:
        """Take back the figures of the local months that some days belong to."""
        days = cuts.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        for month in np.unique(days).tolist():
            slot = dayrows.month_slot(month)
            if tables.days.of([group], slot, slot):
                tables.days.put([(group, slot, b"")])

    def forget_outlines(
        self, tables: Tables, numbers: Sequence[int], first: int, last: int
    ) -> None:
        """Take back the outlines of some points that cover any slot of a span."""
        outlines = tables.outlines.of(numbers, first, last)
        tables.outlines.drop([(number, at, slots) for number, at, slots, _ in outlines])

    def forget(self, tables: Tables, numbers: Sequence[int], slots: range) -> None:
        """Work out anew what samples of some points were taken out of."""
        self.forget_outlines(tables, numbers, slots[0], slots[-1])
        groups = sorted({number // GROUP_SIZE for number in numbers})
        for group, slot, _ in list(tables.days.of(groups, slots[0], slots[-1])):
            mine = [number for number in numbers if number // GROUP_SIZE == group]
            closed = self._closed(tables, group, slot)
            cuts = Cuts.of(self._zone(), slot) if closed is None else closed[0]
            others = self._others(tables, mine, group, slot, cuts)
            left = parts_of(self._samples(tables, mine, slot), cuts)
            parts = side_by_side([left, others])
            tables.days.put([self._row(parts, cuts, group, slot)])
            self._forget_months(tables, group, cuts)

    def rows_of(
        self, samples: Iterable[Samples], group: int, slots: Collection[int]
    ) -> list[DayRow]:
        """Return the figures of all of a group's samples of some slots, given in portions.

        Each portion has all samples of its points in those slots, settled.
        """
        found: dict[int, list[DayParts]] = {slot: [] for slot in slots}
        cuts = {slot: Cuts.of(self._zone(), slot) for slot in slots}
        for portion in samples:
            at = portion.times_ms // DAY_MS
            for slot, parts in found.items():
                parts.append(parts_of(portion.take(at == slot), cuts[slot]))
        return [
            self._row(side_by_side(parts), cuts[slot], group, slot)
            for slot, parts in found.items()
        ]

    def _closed(self, tables: Tables, group: int, slot: int) -> tuple[Cuts, DayParts] | None:
        """Return the figures of a day that was thinned out, as they were cut then."""
        if not is_thinned(state_in(tables, group, month_of(slot))):
            return None
        for row in tables.days.of([group], slot, slot):
            return dayrows.unpacked_as_cut(self._codec, row)
        return None

    def _others(
        self, tables: Tables, numbers: Sequence[int], group: int, slot: int, cuts: Cuts
    ) -> DayParts:
        """Return the figures of the group's other points in the same slot."""
        for row in tables.days.of([group], slot, slot):
            kept = dayrows.unpacked(self._codec, row, cuts)
            if kept is not None:
                return kept.take(~np.isin(kept.series, numbers))
        others = sorted(set(_points_of(group)) - set(numbers))
        return parts_of(self._samples(tables, others, slot), cuts)

    def _samples(self, tables: Tables, numbers: Sequence[int], slot: int) -> Samples:
        chunks = tables.chunks.of(numbers, slot, slot)
        if not chunks:
            return joined([])
        samples = unpacked(self._codec, chunks, DAY_MS, values_only=True)
        return settled(samples.take(samples.times_ms // DAY_MS == slot))

    def _row(self, parts: DayParts, cuts: Cuts, group: int, slot: int) -> DayRow:
        ordered = parts.take(np.lexsort((parts.series, parts.days)))
        return group, slot, dayrows.packed(self._codec, ordered, cuts, group, slot)


def _points_of(group: int) -> range:
    return range(group * GROUP_SIZE, (group + 1) * GROUP_SIZE)

"""Outlines of days that are over, kept until their month is merged: a few days in one row.

A chart of a time whose last month is going on would else take thirty chunks of each point
apart. A point's row grows by a day when that day is put together and the row ended with the
day before; a day beside a gap begins a row of its own, so that a row never covers a day of
which nobody knows. What comes late is worked into the row that has its day.
"""

from collections.abc import Iterable

import numpy as np

from app.history.chunks import unpacked
from app.history.codec import OUTLINE, Codec
from app.history.dayparts import DAY_MS
from app.history.engine import Chunk, ChunkRow, Tables
from app.history.outlines import days_of, month_of, outline_of
from app.history.places import Places
from app.history.samples import Samples, by_time, joined

MOST_DAYS = 8  # in a row: each of them writes it anew, and four make a month
_Key = tuple[int, int]  # last slot, slots


def keep_outline(
    tables: Tables, codec: Codec, samples: Samples, slot: int, *, over: bool
) -> None:
    """Renew the outlines of some points' day; a part of the caller's transaction.

    Args:
        tables: To write to.
        codec: Of who writes.
        samples: All samples of the points in that day, settled.
        slot: The day (UTC), counted from 1970.
        over: Whether the day is; of one that goes on only what is kept already is renewed.
    """
    fresh = outline_of(samples)
    numbers = np.unique(fresh.series).tolist()
    first = max(slot - 1, days_of(month_of(slot))[0])
    near = list(tables.outlines.of(numbers, first, slot))
    keys, before, gone = _places(near, slot, over=over)
    tables.outlines.drop(gone)
    if over:
        keys = {number: keys.get(number, (slot, 1)) for number in numbers}
    elif keys:
        fresh = fresh.take(np.isin(fresh.series, np.fromiter(keys, np.int64)))
    if keys:
        lying = unpacked(codec, before, DAY_MS, values_only=True)
        other_days = lying.take(lying.times_ms // DAY_MS != slot)
        tables.outlines.put(_rows(codec, by_time(joined([other_days, fresh])), keys))


def _places(
    near: Iterable[Chunk], slot: int, *, over: bool
) -> tuple[dict[int, _Key], list[Chunk], list[tuple[int, int, int]]]:
    """Return into which row each point's day comes, what those rows hold, and what goes."""
    keys: dict[int, _Key] = {}
    before: list[Chunk] = []
    gone: list[tuple[int, int, int]] = []
    rows = list(near)
    covering = {number for number, last, _, _ in rows if last >= slot}
    for row in rows:
        number, last, covered, _ = row
        if last >= slot and number not in keys:
            keys[number] = (last, covered)
        elif over and number not in covering and covered < MOST_DAYS:
            keys[number] = (slot, covered + 1)
            gone.append((number, last, covered))
        else:
            continue
        before.append(row)
    return keys, before, gone


def _rows(codec: Codec, outline: Samples, keys: dict[int, _Key]) -> list[ChunkRow]:
    changes = np.flatnonzero(outline.series[1:] != outline.series[:-1]) + 1
    starts = np.append(0, changes)
    counts = np.diff(np.append(starts, len(outline)))
    numbers = outline.series[starts].tolist()
    lasts, covered = zip(*(keys[number] for number in numbers), strict=True)
    places = Places.of(numbers, lasts, DAY_MS, covered)
    packed = codec.pack_chunks(outline, counts, places, OUTLINE)
    return list(zip(numbers, lasts, covered, counts.tolist(), packed, strict=True))

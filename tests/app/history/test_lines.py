"""Lines read straight from the chunks are the very samples that a careful reading finds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.history.codec import Codec
from app.history.columns import Rows
from app.history.engine import Chunk
from app.history.line import NOTHING, Line
from app.history.lines import lines_of, one_after_the_other, with_later
from app.history.places import Places
from app.history.samples import Floats, Ints, Samples, joined, settled
from app.series import QUALITY_CODES

DAY_MS = 86_400_000
DAY = 20_000
QUARTER_MS = 900_000


def samples(point: int, times: Ints, values: Floats, quality: Ints, lag_ms: int = 0) -> Samples:
    numbers = np.where(quality >= 4, np.nan, values)
    lag = np.full(len(times), lag_ms, np.int64) if lag_ms else None
    owner = np.full(len(times), point, np.int64)
    return Samples(owner, times, numbers, quality.astype(np.uint8), lag_ms=lag)


def chunk(part: Samples, slot: int, covered: int) -> Chunk:
    owner = int(part.series[0])
    places = Places.of([owner], [slot], DAY_MS, [covered])
    [blob] = Codec().pack_chunks(part, Rows.of([len(part)]).counts, places)
    return owner, slot, covered, blob


@st.composite
def points(draw: st.DrawFn, number: int) -> tuple[list[Chunk], Samples]:
    """Some days of a point: steady or not, of whole numbers or not, with months beside days."""
    chance = np.random.default_rng(draw(st.integers(0, 2**20)))
    parts, chunks = [], []
    days = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    first = DAY
    for covered in days:
        count = draw(st.sampled_from([1, 2, 24, 96, 3000]))
        span = covered * DAY_MS
        times = first * DAY_MS + np.arange(count) * max(span // count // 1000 * 1000, 1)
        if draw(st.booleans()):
            times = np.unique(times[chance.random(count) < 0.8]) if count > 9 else times
            times = times + chance.integers(0, 3, len(times)) * 0
        if draw(st.booleans()):
            times[len(times) // 2 :] += 1
        kind = draw(st.sampled_from(["tenths", "steady", "counts", "any", "products"]))
        steps = chance.integers(-40, 300, len(times)).astype(float)
        values = {
            "tenths": steps / 10,
            "steady": np.full(len(times), 55.5),
            "counts": np.cumsum(np.abs(steps)) * 1000,
            "any": chance.random(len(times)),
            "products": steps * 0.01,
        }[kind]
        best, worst = draw(st.sampled_from([(0, 1), (0, 1), (0, len(QUALITY_CODES)), (5, 6)]))
        quality = chance.integers(best, worst, len(times))
        part = samples(number, times, values, quality, draw(st.sampled_from([0, 3000])))
        parts.append(part)
        chunks.append(chunk(part, first + covered - 1, covered))
        first += covered
    if draw(st.booleans()):  # late ones, in a chunk of a day beside the month's
        at = np.array([DAY * DAY_MS + 7, DAY * DAY_MS + QUARTER_MS + 11])
        late = samples(number, at, np.array([1.5, 2.5]), np.array([0, 0]))
        if chunks[0][2] > 1:
            parts.append(late)
            chunks.append(chunk(late, DAY, 1))
    return sorted(chunks, key=lambda each: each[:3]), settled(joined(parts))


@st.composite
def plants(draw: st.DrawFn) -> tuple[list[Chunk], dict[int, Samples]]:
    found = {number: draw(points(number)) for number in range(1, draw(st.integers(2, 5)))}
    chunks = [each for some, _ in found.values() for each in some]
    return chunks, {number: whole for number, (_, whole) in found.items()}


def same(line: Line, part: Samples) -> bool:
    return (
        line.times_ms.tolist() == part.times_ms.tolist()
        and line.values.tobytes() == part.values.tobytes()
        and line.quality.tolist() == part.quality.tolist()
    )


@settings(max_examples=60)
@given(plants())
def test_lines_are_the_samples_that_were_put_in(
    plant: tuple[list[Chunk], dict[int, Samples]],
) -> None:
    chunks, wholes = plant
    lines = lines_of(Codec(), chunks, DAY_MS)
    assert lines.keys() == wholes.keys()
    assert all(same(lines[number], whole) for number, whole in wholes.items())


@settings(max_examples=40)
@given(plants(), st.lists(st.tuples(st.integers(1, 5), st.integers(-3, 9)), max_size=12))
def test_what_waits_joins_what_lies_together(
    plant: tuple[list[Chunk], dict[int, Samples]], waiting: list[tuple[int, int]]
) -> None:
    chunks, wholes = plant
    parts = [
        samples(number, np.array([(DAY + day) * DAY_MS]), np.array([day * 1.5]), np.array([1]))
        for number, day in waiting
    ]
    late = joined(parts)
    whole = settled(joined([*wholes.values(), late]))
    lines = with_later(Codec(), chunks, DAY_MS, late)
    edges = np.flatnonzero(whole.series[1:] != whole.series[:-1]) + 1
    assert sum(map(len, lines.values())) == len(whole)
    for begin, end in pairwise([0, *edges.tolist(), len(whole)]):
        mine = whole.take(slice(begin, end))
        assert same(lines[int(mine.series[0])], mine)


def test_what_waits_finds_its_room_behind_many_samples() -> None:
    chance = np.random.default_rng(7)
    parts, chunks, late = [], [], []
    for number in (1, 2, 3):
        for day in range(3):
            times = (DAY + day) * DAY_MS + np.arange(3000) * 20_000
            if number == 2:
                times[7] += 1  # one of them in no rhythm
            quality = np.where(np.arange(3000) == 40 * number, 5, 0)
            part = samples(
                number, times, chance.integers(0, 99 ** (day + 1), 3000) / 10, quality
            )
            parts.append(part)
            chunks.append(chunk(part, DAY + day, 1))
        if number != 3:
            after = np.array([(DAY + 5 - number) * DAY_MS, (DAY + 9) * DAY_MS])
            late.append(samples(number, after, np.array([1.5, 2.5]), np.array([1, 0])))
    among = samples(3, np.array([DAY * DAY_MS + 5]), np.array([3.5]), np.array([0]))
    waiting = joined([*late, among])
    whole = settled(joined([*parts, waiting]))
    lines = with_later(Codec(), chunks, DAY_MS, waiting)
    for number in (1, 2, 3):
        assert same(lines[number], whole.take(whole.series == number))


def test_points_read_in_one_rhythm_share_their_times_which_nobody_may_change() -> None:
    times = DAY * DAY_MS + np.arange(96) * QUARTER_MS
    parts = [samples(n, times, times / 10, np.zeros(96, np.int64)) for n in (1, 2)]
    lines = lines_of(Codec(), [chunk(part, DAY, 1) for part in parts], DAY_MS)
    assert lines[1].times_ms is lines[2].times_ms
    with pytest.raises(ValueError, match="read-only"):
        lines[1].times_ms[0] = 0
    late = joined(
        [samples(n, times[-1:] + 60_000, times[:1] / 10, np.zeros(1, np.int64)) for n in (1, 2)]
    )
    later = with_later(Codec(), [chunk(part, DAY, 1) for part in parts], DAY_MS, late)
    assert later[1].times_ms is later[2].times_ms
    assert len(later[1]) == 97


def test_a_chunk_in_the_place_of_another_is_refused() -> None:
    times = DAY * DAY_MS + np.arange(96) * QUARTER_MS
    _, slot, covered, blob = chunk(samples(1, times, times / 10, np.zeros(96, int)), DAY, 1)
    with pytest.raises(StoreBroken, match="damaged"):
        lines_of(Codec(), [(2, slot, covered, blob)], DAY_MS)


def test_a_span_is_cut_out_of_a_line_by_its_times() -> None:
    line = Line(np.array([10, 20, 30]), np.array([1.0, 2.0, 3.0]), np.zeros(3, np.uint8))
    assert line.between(10, 31) is line
    assert line.between(11, 30).values.tolist() == [2.0]
    assert len(NOTHING.between(0, 9)) == 0
    assert one_after_the_other([NOTHING, line]) is line
    assert one_after_the_other([line, line]).times_ms.tolist() == [10, 20, 30] * 2


def test_a_rhythm_may_change_from_row_to_row() -> None:
    hours = DAY * DAY_MS + np.arange(24) * 3_600_000
    quarters = (DAY + 1) * DAY_MS + np.arange(96) * QUARTER_MS
    parts = [
        samples(1, each, each / 10, np.zeros(len(each), int)) for each in (hours, quarters)
    ]
    chunks = [chunk(part, DAY + nth, 1) for nth, part in enumerate(parts)]
    assert same(lines_of(Codec(), chunks, DAY_MS)[1], joined(parts))

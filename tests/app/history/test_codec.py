"""What is packed comes back bit for bit, and damage never passes for a value."""

import struct
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.history.codec import Codec
from app.history.places import Places
from app.history.samples import BELIEVABLE, Samples
from app.series import QUALITY_CODES

DAY_MS = 86_400_000
DAY = 20_000
NOON_MS = DAY * DAY_MS + DAY_MS // 2

whole_64 = st.integers(-(2**63), 2**63 - 1)
any_double = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, float("inf"), float("-inf"), 21.3, 213 * 0.1, 1e300, 5e-324]),
    st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0]),
    st.integers(-20_000, 20_000).map(lambda tenths: tenths / 10),
)
texts = st.text(st.characters(), max_size=8)


def bits_of(values: np.ndarray) -> list[int]:
    bits: list[int] = values.view(np.int64).tolist()
    return bits


@st.composite
def samples(draw: st.DrawFn, count: int) -> Samples:
    def column(each: st.SearchStrategy[int], kind: type[np.generic]) -> np.ndarray:
        return np.array(draw(st.lists(each, min_size=count, max_size=count)), kind)

    quality = column(st.sampled_from([0, 0, 0, *range(len(QUALITY_CODES))]), np.uint8)
    values = np.array(draw(st.lists(any_double, min_size=count, max_size=count)), np.float64)
    words = ("", *draw(st.lists(texts.map(lambda text: f"t{text}"), max_size=3)))
    reasons = ("", *draw(st.lists(texts, max_size=3)))
    word = column(st.integers(0, len(words) - 1), np.int64) * BELIEVABLE[quality]
    values[~BELIEVABLE[quality] | (word != 0)] = np.nan
    maybe = st.booleans()
    return Samples(
        series=column(st.integers(0, 2**40), np.int64),
        times_ms=column(whole_64, np.int64),
        values=values,
        quality=quality,
        origin=column(st.integers(0, 3), np.uint8) if draw(maybe) else None,
        lag_ms=column(whole_64, np.int64) if draw(maybe) else None,
        delay_ms=column(whole_64, np.int64) if draw(maybe) else None,
        reason=column(st.integers(0, len(reasons) - 1), np.int64) if draw(maybe) else None,
        word=word if draw(maybe) or word.any() else None,
        reasons=reasons,
        words=words,
    )


def same(found: Samples, kept: Samples) -> None:
    """Compare everything but the points, bit for bit."""
    assert found.times_ms.tolist() == kept.times_ms.tolist()
    assert bits_of(found.values) == bits_of(kept.values)
    assert found.quality.tolist() == kept.quality.tolist()
    for ours, theirs in (
        (found.origin, kept.origin),
        (found.lag_ms, kept.lag_ms),
        (found.delay_ms, kept.delay_ms),
    ):
        assert as_list(ours, len(kept)) == as_list(theirs, len(kept))
    assert spelled(found.reason, found.reasons, len(kept)) == spelled(
        kept.reason, kept.reasons, len(kept)
    )
    assert spelled(found.word, found.words, len(kept)) == spelled(
        kept.word, kept.words, len(kept)
    )


def as_list(column: np.ndarray | None, count: int) -> list[int]:
    return [0] * count if column is None else column.tolist()


def spelled(column: np.ndarray | None, words: Sequence[str], count: int) -> list[str]:
    return [words[code] for code in as_list(column, count)]


@given(st.data(), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_chunks_come_back_bit_for_bit(data: st.DataObject, counts: list[int]) -> None:
    kept = data.draw(samples(sum(counts)))
    places = Places.of(range(len(counts)), [DAY] * len(counts), DAY_MS)
    packed = Codec().pack_chunks(kept, np.array(counts), places)
    found = Codec().unpack(packed, places)
    same(found, kept)
    assert found.series.tolist() == np.repeat(np.arange(len(counts)), counts).tolist()


@given(st.data(), st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_batches_come_back_bit_for_bit_with_their_points(
    data: st.DataObject, counts: list[int]
) -> None:
    kept = data.draw(samples(sum(counts)))
    places = Places.of(range(3, 3 + len(counts)), [DAY] * len(counts), DAY_MS)
    batches = Codec().pack_batches(kept, np.array(counts), places)
    found = Codec().unpack(batches, places)
    same(found, kept)
    assert found.series.tolist() == kept.series.tolist()


@given(st.data(), st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_no_sample_of_a_point_is_left_out_with_the_batches_of_others(
    data: st.DataObject, counts: list[int]
) -> None:
    kept = data.draw(samples(sum(counts)))
    few = st.integers(0, 5)
    begins = data.draw(st.lists(few, min_size=len(counts), max_size=len(counts)))
    steps = data.draw(st.lists(st.integers(-2, 2), min_size=len(counts), max_size=len(counts)))
    series = [
        begin + 10 + step * nth
        for begin, step, count in zip(begins, steps, counts, strict=True)
        for nth in range(count)
    ]
    if data.draw(st.booleans()):  # in no rhythm at all
        series = data.draw(st.permutations(series))
    kept = replace(kept, series=np.array(series, np.int64))
    places = Places.of(range(3, 3 + len(counts)), [DAY] * len(counts), DAY_MS)
    batches = Codec().pack_batches(kept, np.array(counts), places)
    wanted = np.array(data.draw(st.lists(few, max_size=3)), np.int64) + 10
    found = Codec().unpack(batches, places, only=wanted)
    ours = kept.take(np.isin(kept.series, wanted))
    found = found.take(np.isin(found.series, wanted))
    same(found, ours)
    assert found.series.tolist() == ours.series.tolist()


def test_of_many_batches_of_one_point_each_only_those_asked_for_are_taken_apart() -> None:
    """As they lie after a file came in, until the night puts them together."""
    many, each = 200, 50
    series = np.repeat(np.arange(many, dtype=np.int64), each)
    times = DAY * DAY_MS + np.tile(np.arange(each, dtype=np.int64), many) * 60_000
    kept = Samples(series, times, series.astype(np.float64), np.zeros(many * each, np.uint8))
    places = Places.of([0] * many, [DAY] * many, DAY_MS)
    batches = Codec().pack_batches(kept, np.full(many, each), places)
    found = Codec().unpack(batches, places, only=np.array([7, 190]))
    assert found.series.tolist() == [7] * each + [190] * each
    assert found.values.tolist() == found.series.tolist()
    assert len(Codec().unpack(batches, places, only=np.array([many + 1]))) == 0
    spoiled = [*batches[:-1], bytes([batches[-1][0], *batches[-1][1:-1], batches[-1][-1] ^ 1])]
    with pytest.raises(StoreBroken, match="damaged"):  # also where nobody asked for it
        Codec().unpack(spoiled, places, only=np.array([7]))


def test_a_large_tick_is_packed_into_the_very_bytes_of_its_parts() -> None:
    """Two threads compress it; what is on the disk does not depend on how many do."""
    each, parts = 20_000, 9
    count = each * parts
    values = np.round(np.random.default_rng(8).normal(60, 20, count), 1)
    series, times = np.arange(1, count + 1), np.full(count, 900_000)
    tick = Samples(series, times, values, np.zeros(count, np.uint8))
    places = Places(np.arange(parts), np.ones(parts, np.int64), 900_000)
    codec, counts = Codec(), np.full(parts, each)
    packed = codec.pack_batches(tick, counts, places)
    alone = [
        codec.pack_batches(
            tick.take(slice(nth * each, (nth + 1) * each)),
            counts[:1],
            places.part(slice(nth, nth + 1)),
        )[0]
        for nth in range(parts)
    ]
    assert packed == alone
    same(codec.unpack(packed, places), tick)


@given(st.data(), st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_values_alone_are_the_same_values(data: st.DataObject, counts: list[int]) -> None:
    kept = data.draw(samples(sum(counts)))
    places = Places.of(range(len(counts)), [DAY] * len(counts), DAY_MS)
    packed = Codec().pack_chunks(kept, np.array(counts), places)
    found = Codec().unpack(packed, places, values_only=True)
    assert bits_of(found.values) == bits_of(kept.values)
    assert found.times_ms.tolist() == kept.times_ms.tolist()
    assert found.quality.tolist() == kept.quality.tolist()
    assert as_list(found.origin, len(kept)) == as_list(kept.origin, len(kept))


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_flipped_bit_passes_for_a_value(where: int, flip: int) -> None:
    chunk = bytearray(one_day_chunk())
    chunk[where % len(chunk)] ^= flip
    with pytest.raises(StoreBroken, match="block of history"):
        Codec().unpack([bytes(chunk)], Places.of([7], [DAY], DAY_MS))


def test_no_cut_off_chunk_passes_for_a_value() -> None:
    chunk = one_day_chunk()
    for length in range(len(chunk)):
        with pytest.raises(StoreBroken):
            Codec().unpack([chunk[:length]], Places.of([7], [DAY], DAY_MS))


@pytest.mark.parametrize(("point", "day"), [(8, DAY), (7, DAY + 1), (0, 0)])
def test_a_chunk_in_the_wrong_place_is_found_out(point: int, day: int) -> None:
    with pytest.raises(StoreBroken, match="damaged"):
        Codec().unpack([one_day_chunk()], Places.of([point], [day], DAY_MS))


def test_a_chunk_of_a_newer_layout_is_refused_by_name() -> None:
    place = Places.of([7], [DAY], DAY_MS)
    newer = rewritten(one_day_chunk(), place, version=2)
    with pytest.raises(StoreBroken, match="layout 2, this program knows 1"):
        Codec().unpack([newer], place)


def test_bytes_with_a_right_checksum_and_nonsense_inside_are_refused() -> None:
    place = Places.of([7], [DAY], DAY_MS)
    for nonsense in (b"", b"\x00" * 7, b"\xff" * 40, bytes(range(256))):
        sealed = Codec().sealed([nonsense], place)
        with pytest.raises(StoreBroken):
            Codec().unpack(sealed, place)


def test_good_qualities_live_readings_and_a_steady_rhythm_cost_nothing() -> None:
    bare = quarter_hours(np.round(20 + np.sin(np.arange(96) / 9), 1))
    beside = Samples(
        bare.series,
        bare.times_ms,
        bare.values,
        bare.quality,
        origin=np.zeros(96, np.uint8),
        lag_ms=np.zeros(96, np.int64),
        delay_ms=np.zeros(96, np.int64),
        reason=np.zeros(96, np.int64),
    )
    assert len(packed_day(beside)) == len(packed_day(bare)) < 100


def test_a_night_offline_costs_a_few_bytes() -> None:
    values = np.round(20 + np.sin(np.arange(96) / 9), 1)
    whole = len(packed_day(quarter_hours(values)))
    quality = np.zeros(96, np.uint8)
    quality[10:30] = 5
    values[10:30] = np.nan
    day = quarter_hours(values, quality)
    assert len(packed_day(day)) < whole + 12


@pytest.mark.parametrize(
    ("values", "most"),
    [
        (np.arange(96) // 4 + 812_345.0, 45),  # an index in whole kWh
        (np.full(96, 70.0), 30),  # a setting nobody touched
        (np.arange(96) % 7 * 0.1, 90),  # raw · 0.1, as a driver scales
        (np.arange(96) % 7 / 10, 90),  # the same as a fraction
        ((np.arange(96) % 5 * 0.5 + 230.25).astype(np.float32).astype(float), 110),
    ],
)
def test_a_day_of_an_ordinary_point_is_small(values: np.ndarray, most: int) -> None:
    assert len(packed_day(quarter_hours(values.astype(float)))) <= most


def test_a_sensor_that_says_minus_zero_now_and_then_keeps_its_small_chunk() -> None:
    values = np.round(np.sin(np.arange(96) / 20) * 3, 1)
    values[[5, 50]] = -0.0
    assert len(packed_day(quarter_hours(values))) < 130


def quarter_hours(values: np.ndarray, quality: np.ndarray | None = None) -> Samples:
    count = len(values)
    return Samples(
        series=np.full(count, 7, np.int64),
        times_ms=DAY * DAY_MS + np.arange(count) * 900_000,
        values=values,
        quality=np.zeros(count, np.uint8) if quality is None else quality,
    )


def packed_day(day: Samples) -> bytes:
    place = Places.of([7], [DAY], DAY_MS)
    [chunk] = Codec().pack_chunks(day, np.array([len(day)]), place)
    same(Codec().unpack([chunk], place), day)
    return chunk


def one_day_chunk() -> bytes:
    return packed_day(quarter_hours(np.round(20 + np.sin(np.arange(96) / 9), 1)))


def rewritten(chunk: bytes, place: Places, version: int) -> bytes:
    """Return the chunk as another program would write it, with a checksum that fits."""
    import zlib

    body = bytes([version]) + chunk[1:-4]
    return body + zlib.crc32(body, place.seeds()[0]).to_bytes(4, "little")

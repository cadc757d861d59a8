"""Qualities, reasons and texts of few chunks come back, and are refused when cut off."""

from collections.abc import Sequence

import numpy as np
import pytest

from app.history.columns import Rows
from app.history.rarities import (
    HAS_APART,
    HAS_ORIGIN,
    HAS_QUALITY,
    HAS_REASON,
    HAS_WORD,
    Rare,
    pack,
    unpack,
)
from app.history.samples import Ints, Samples


def some(count: int, **columns: object) -> Samples:
    plain: dict[str, object] = {
        "series": np.zeros(count, np.int64),
        "times_ms": np.arange(count),
        "values": np.full(count, 1.0),
        "quality": np.zeros(count, np.uint8),
    }
    return Samples(**(plain | columns))  # type: ignore[arg-type]


def there_and_back(
    samples: Samples,
    counts: Sequence[int],
    apart: Sequence[int] = (),
    *,
    values_only: bool = False,
) -> tuple[Rare, list[int], list[float]]:
    """Return what comes back, each row's bits, and the values after it."""
    rows = Rows.of(counts)
    marked = np.zeros(len(samples), bool)
    marked[list(apart)] = True
    packed = pack(samples, marked, rows)
    bits = np.array([each for each, _ in packed])
    ends = np.cumsum([len(blob) for _, blob in packed])
    at: Ints = np.append(0, ends[:-1])
    values = np.zeros(len(samples))
    whole = b"".join(blob for _, blob in packed)
    rare = unpack(whole, at, bits, rows, values, values_only=values_only)
    return rare, bits.tolist(), values.tolist()


def test_what_is_ordinary_takes_nothing() -> None:
    samples = some(4, origin=np.zeros(4, np.uint8), reason=np.zeros(4, np.int64))
    assert pack(samples, np.zeros(4, bool), Rows.of([2, 2])) == [(0, b"")] * 2


def test_only_the_rows_that_need_it_have_it() -> None:
    quality = np.array([0, 0, 5, 5, 0], np.uint8)
    rare, bits, _ = there_and_back(some(5, quality=quality), [2, 3])
    assert bits == [0, HAS_QUALITY]
    assert rare.quality.tolist() == quality.tolist()


def test_every_rare_column_at_once() -> None:
    samples = some(
        6,
        quality=np.array([5, 0, 0, 4, 0, 0], np.uint8),
        origin=np.array([0, 1, 2, 3, 0, 0], np.uint8),
        word=np.array([0, 1, 2, 0, 1, 0]),
        reason=np.array([1, 0, 0, 2, 0, 0]),
        values=np.array([1.0, 1.0, 1.0, 1.0, 1.0, -0.0]),
        words=("", "tWinter", "tå"),
        reasons=("", "device-offline", "sensor-open"),
    )
    rare, bits, values = there_and_back(samples, [6], apart=[5])
    assert bits == [HAS_QUALITY | HAS_ORIGIN | HAS_WORD | HAS_APART | HAS_REASON]
    assert rare.quality.tolist() == [5, 0, 0, 4, 0, 0]
    assert rare.origin is not None
    assert rare.origin.tolist() == [0, 1, 2, 3, 0, 0]
    assert rare.word is not None
    assert [list(rare.words)[code] for code in rare.word] == [
        "",
        "tWinter",
        "tå",
        "",
        "tWinter",
        "",
    ]
    assert rare.reason is not None
    assert [list(rare.reasons)[code] for code in rare.reason] == [
        "device-offline",
        "",
        "",
        "sensor-open",
        "",
        "",
    ]
    assert np.signbit(values).tolist() == [False] * 5 + [True]


def test_values_alone_leave_the_reasons_out() -> None:
    samples = some(2, reason=np.array([1, 0]), reasons=("", "sensor-open"))
    rare, _, _ = there_and_back(samples, [2], values_only=True)
    assert rare.reason is None


def test_rows_share_their_words() -> None:
    samples = some(4, word=np.array([1, 2, 2, 1]), words=("", "ta", "tb"))
    rare, _, _ = there_and_back(samples, [2, 2])
    assert list(rare.words) == ["", "ta", "tb"]
    assert rare.word is not None
    assert rare.word.tolist() == [1, 2, 2, 1]


@pytest.mark.parametrize("count", [255, 256, 257, 65_536, 65_537])
def test_long_rows_count_with_more_bytes(count: int) -> None:
    quality = (np.arange(count) % 6).astype(np.uint8)
    rare, _, _ = there_and_back(some(count, quality=quality), [count])
    assert rare.quality.tolist() == quality.tolist()


def test_a_long_time_of_one_quality_takes_a_few_bytes() -> None:
    quality = np.full(256, 5, np.uint8)
    [(_, blob)] = pack(some(256, quality=quality), np.zeros(256, bool), Rows.of([256]))
    assert len(blob) == 3


def test_a_text_no_encoding_allows_is_kept_as_it_came() -> None:
    samples = some(1, word=np.array([1]), words=("", "t\ud800"))
    rare, _, _ = there_and_back(samples, [1])
    assert list(rare.words) == ["", "t\ud800"]


def test_what_is_cut_off_is_refused() -> None:
    samples = some(3, word=np.array([1, 0, 1]), words=("", "tWinter"))
    rows = Rows.of([3])
    [(bits, blob)] = pack(samples, np.zeros(3, bool), rows)
    for length in range(len(blob)):
        with pytest.raises((ValueError, IndexError)):
            unpack(
                blob[:length],
                np.array([0]),
                np.array([bits]),
                rows,
                np.zeros(3),
                values_only=False,
            )

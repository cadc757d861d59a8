"""Turn readings into columns to be stored, and stored columns back into readings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.history.samples import ORIGIN_CODES, Codes, Floats, Ints, Samples
from app.model.reading import Origin, PointId, Quality, Reading, Value
from app.series import CODE_OF, QUALITY_CODES

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_MS = 1000
# Enum members hash slowly in Python 3.11; their addresses do not.
_QUALITY_AT = {id(quality): code for quality, code in CODE_OF.items()}
_ORIGIN_AT = {id(origin): code for code, origin in enumerate(ORIGIN_CODES)}
_TEXT, _MOMENT = "t", "d"  # first letter of a word: a text, or a date and time
_STALE = CODE_OF[Quality.STALE]
_LARGEST = float(np.finfo(np.float64).max)


def to_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970, cutting off what is finer."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND_MS + since.microseconds // 1000


def to_moment(time_ms: int) -> datetime:
    """Return the moment (UTC) of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=time_ms)


def from_readings(
    readings: Sequence[Reading], series: Ints, filed_ms: int | Ints | None = None
) -> Samples:
    """Return readings as columns; ``series`` gives the number of each one's point.

    Args:
        readings: In the order they came.
        series: As many numbers as readings.
        filed_ms: See `filed`.
    """
    return filed(as_told(readings, series), filed_ms)


def as_told(readings: Sequence[Reading], series: Ints) -> Samples:
    """Return readings as columns, each under the moment it was measured; see `filed`."""
    measured = _all_ms([reading.measured_at for reading in readings])
    delay = _delays_ms(readings, measured)
    quality = _codes([reading.quality for reading in readings], Quality.GOOD, _QUALITY_AT)
    reasons, reason = dictionary([reading.reason for reading in readings])
    values, words, word = _values([reading.value for reading in readings])
    return Samples(
        series=series,
        times_ms=measured,
        values=values,
        quality=np.zeros(len(readings), np.uint8) if quality is None else quality,
        origin=_codes([reading.origin for reading in readings], Origin.LIVE, _ORIGIN_AT),
        delay_ms=delay,
        reason=reason,
        word=word,
        reasons=reasons,
        words=words,
    )


def filed(told: Samples, filed_ms: int | Ints | None = None) -> Samples:
    """Return what `as_told` gave, each under the moment it is filed at.

    Args:
        told: Each under the moment it was measured.
        filed_ms: The moment to file them all at, or one for each; then the moment of
            measuring is kept to the whole second: nothing that is kept for years depends
            on parts of a second, and they would cost more room than the values. None
            files each at the moment it was measured; a STALE one at the moment it came,
            because that is when the value became stale, and not when it was measured
            and good.
    """
    measured = told.times_ms
    if filed_ms is not None:
        times = np.full(len(told), filed_ms, np.int64)
        whole: Ints = times - measured
        whole += _SECOND_MS // 2
        whole //= _SECOND_MS
        whole *= _SECOND_MS
        return replace(told, times_ms=times, lag_ms=_or_none(whole))
    if told.delay_ms is None:
        return told
    lag = _or_none(np.where(told.quality == _STALE, told.delay_ms, 0))
    return told if lag is None else replace(told, times_ms=measured + lag, lag_ms=lag)


def to_readings(samples: Samples, points: Iterable[PointId]) -> list[Reading]:
    """Return each sample as the reading it was made of; ``points`` names each one's point."""
    count = len(samples)
    measured = samples.times_ms
    if samples.lag_ms is not None:
        measured = measured - samples.lag_ms
    return [
        Reading(
            point, _value(number, word, quality), quality, to_moment(time), why, origin, came
        )
        for point, number, word, quality, time, why, origin, came in zip(
            points,
            samples.values.tolist(),
            _looked_up(samples.word, samples.words, count),
            _looked_up(samples.quality, QUALITY_CODES, count),
            measured.tolist(),
            _looked_up(samples.reason, samples.reasons, count),
            _looked_up(samples.origin, ORIGIN_CODES, count),
            _received(measured, samples.delay_ms),
            strict=True,
        )
    ]


def _all_ms(moments: list[datetime]) -> Ints:
    """Convert each distinct moment once: the readings of a poll, side by side, share one."""
    addresses = np.fromiter(map(id, moments), np.int64, len(moments))
    begins = np.flatnonzero(np.append(True, addresses[1:] != addresses[:-1])[: len(moments)])
    converted: dict[int, int] = {}
    found = np.empty(len(begins), np.int64)
    for nth, (begin, address) in enumerate(
        zip(begins.tolist(), addresses[begins].tolist(), strict=True)
    ):
        if address not in converted:
            converted[address] = to_ms(moments[begin])
        found[nth] = converted[address]
    return np.repeat(found, np.diff(np.append(begins, len(moments))))


def _delays_ms(readings: Sequence[Reading], measured: Ints) -> Ints | None:
    received = [reading.received_at for reading in readings]
    if received.count(None) == len(received):
        return None
    return _or_none(_all_ms([reading.arrived_at for reading in readings]) - measured)


def _received(measured: Ints, delay_ms: Ints | None) -> list[datetime | None]:
    if delay_ms is None:
        return [None] * len(measured)
    return [
        to_moment(time + delay) if delay else None
        for time, delay in zip(measured.tolist(), delay_ms.tolist(), strict=True)
    ]


def _codes(members: list[_T], usual: _T, at: dict[int, int]) -> Codes | None:
    if members.count(usual) == len(members):
        return None
    return np.fromiter(map(at.__getitem__, map(id, members)), np.uint8, len(members))


def _looked_up(codes: NDArray[Any] | None, meanings: Sequence[_T], count: int) -> Sequence[_T]:
    if codes is None:
        return [meanings[0]] * count
    return [meanings[code] for code in codes.tolist()]


def dictionary(texts: list[str]) -> tuple[tuple[str, ...], Ints | None]:
    """Return the texts that occur, "" first, and each one's position; None where all are ""."""
    if texts.count("") == len(texts):
        return ("",), None
    known = {"": 0}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return tuple(known), np.array(codes, np.int64)


def _values(values: list[Value | None]) -> tuple[Floats, tuple[str, ...], Ints | None]:
    # By type, not by trying: numpy would take the text "12.5" for a number.
    if set(map(type, values)) <= {float, int, bool, type(None)}:
        return _numbers(values), ("",), None
    words, word = dictionary(["" if _is_number(value) else _word(value) for value in values])
    return _numbers([value if _is_number(value) else None for value in values]), words, word


def _numbers(values: list[Any]) -> Floats:
    try:
        return np.array(values, np.float64)  # None becomes NaN
    except OverflowError:  # a whole number beyond every double
        near = [v if v is None else min(max(v, -_LARGEST), _LARGEST) for v in values]
        return np.array(near, np.float64)


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, float | int | np.number | np.bool_)


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return _MOMENT + value.isoformat()
    return f"{_TEXT}{value}"


def _value(number: float, word: str, quality: Quality) -> Value | None:
    if not quality.believable:
        return None
    if not word:
        return number
    return datetime.fromisoformat(word[1:]) if word[0] == _MOMENT else word[1:]


def _or_none(column: Ints) -> Ints | None:
    return column if column.any() else None

"""Stored readings of many points side by side, one column for each thing worth knowing.

A **sample** is a reading under the moment it is filed at. Readings of the fast stream
are filed at the moment they were measured; those of the quarter stream at the quarter
of an hour for which they were valid, with the moment of measuring kept beside it.

Columns that say nothing (no reason, no delay, everything live) are ``None``: they
cost neither room nor time. Times are whole milliseconds UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from app.model.reading import Origin, PointId, Quality
from app.series import CODE_OF, QUALITY_CODES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

ORIGIN_CODES: tuple[Origin, ...] = (
    Origin.LIVE,
    Origin.BACK_FILLED,
    Origin.ENTERED,
    Origin.COMPUTED,
)  # position = the code stored; append only, never reorder
BELIEVABLE = np.array([quality.believable for quality in QUALITY_CODES])
_GOOD = CODE_OF[Quality.GOOD]
_BACK_FILLED = ORIGIN_CODES.index(Origin.BACK_FILLED)
_NO_WORDS = ("",)


@dataclass(frozen=True, slots=True)
class Samples:
    """Columns of equal length; ``series`` are the store's own numbers of points."""

    series: Ints
    times_ms: Ints
    values: Floats  # NaN where nothing is believable, and for texts
    quality: Codes  # positions in QUALITY_CODES
    origin: Codes | None = None  # positions in ORIGIN_CODES; None: all live
    lag_ms: Ints | None = None  # filed minus measured
    delay_ms: Ints | None = None  # received minus measured
    reason: Ints | None = None  # positions in ``reasons``
    word: Ints | None = None  # positions in ``words``; 0: the value is a number
    reasons: tuple[str, ...] = _NO_WORDS
    words: tuple[str, ...] = _NO_WORDS

    def __len__(self) -> int:
        return len(self.times_ms)

    def take(self, which: Ints | NDArray[np.bool_] | slice) -> "Samples":
        """Return the samples at the given positions, in their order."""
        return Samples(
            self.series[which],
            self.times_ms[which],
            self.values[which],
            self.quality[which],
            None if self.origin is None else self.origin[which],
            None if self.lag_ms is None else self.lag_ms[which],
            None if self.delay_ms is None else self.delay_ms[which],
            None if self.reason is None else self.reason[which],
            None if self.word is None else self.word[which],
            self.reasons,
            self.words,
        )


@dataclass(frozen=True, slots=True)
class Bulk:
    """Samples of many points as they come in columns, such as those of a file or a tick."""

    points: Sequence[PointId]  # each once
    which: Ints  # of each sample the position of its point in ``points``
    times_ms: Ints  # when it is filed
    values: Floats
    quality: Codes  # positions in QUALITY_CODES
    origin: Origin = Origin.LIVE  # of all of them
    each_once: ClassVar[bool] = False

    def __len__(self) -> int:
        return len(self.times_ms)

    def take(self, which: NDArray[np.bool_]) -> "Bulk":
        """Return some of the samples."""
        return Bulk(
            self.points,
            self.which[which],
            self.times_ms[which],
            self.values[which],
            self.quality[which],
            self.origin,
        )

    def samples(self, numbers: Ints) -> Samples:
        """Return the same under the numbers that the points have in a place."""
        code = ORIGIN_CODES.index(self.origin)
        origin = np.full(len(self), code, np.uint8) if code else None
        series = numbers[self.which]
        return Samples(series, self.times_ms, self.values, self.quality, origin)


@dataclass(frozen=True, slots=True)
class Named:
    """Samples with all that is known of them, whose points are named and not numbered yet."""

    points: Sequence[PointId]
    told: Samples  # the numbers of their points are positions in ``points``
    each_once: bool = False  # one of each point, in the order of ``points``, at one moment

    def __len__(self) -> int:
        return len(self.told)

    @property
    def times_ms(self) -> Ints:
        """When they are filed."""
        return self.told.times_ms

    def take(self, which: NDArray[np.bool_]) -> "Named":
        """Return some of the samples."""
        return Named(self.points, self.told.take(which))

    def samples(self, numbers: Ints) -> Samples:
        """Return the same under the numbers that the points have in a place."""
        if self.each_once:  # in the order of the points: nothing is to be looked up
            return replace(self.told, series=numbers)
        return replace(self.told, series=numbers[self.told.series])


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the samples of all parts, one part after the other."""
    return gathered(parts, sum(map(len, parts)))


def gathered(parts: Iterable[Samples], total: int) -> Samples:
    """Return the samples of all parts, ``total`` together; each part is let go at once."""
    remaining = iter(parts)
    first = next(remaining, None)
    if first is not None and len(first) == total:
        return first
    gathering = _Gathering(total)
    for part in chain([first] if first is not None else [], remaining):
        gathering.add(part)
    return gathering.samples()


class _Gathering:
    """Room for so many samples, filled part by part."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._filled = 0
        # One room for all: the operating system hands out a large one in large pages,
        # which took a tenth of the time of four smaller ones.
        room = np.empty(total * 25, np.uint8)
        self._series, self._times = room[: 16 * total].view(np.int64).reshape(2, total)
        self._values = room[16 * total : 24 * total].view(np.float64)
        self._quality = room[24 * total :]
        self._origin: Codes | None = None
        self._ints: dict[str, Ints] = {}
        self._reasons = {"": 0}
        self._words = {"": 0}

    def add(self, part: Samples) -> None:
        """Take over the samples of the next part."""
        span = slice(self._filled, self._filled + len(part))
        self._filled = span.stop
        self._series[span] = part.series
        self._times[span] = part.times_ms
        self._values[span] = part.values
        self._quality[span] = part.quality
        if part.origin is not None:
            if self._origin is None:
                self._origin = np.zeros(self._total, np.uint8)
            self._origin[span] = part.origin
        self._add_ints("lag", span, part.lag_ms)
        self._add_ints("delay", span, part.delay_ms)
        self._add_ints("reason", span, _recoded(part.reason, part.reasons, self._reasons))
        self._add_ints("word", span, _recoded(part.word, part.words, self._words))

    def samples(self) -> Samples:
        """Return all of them, once every part is in."""
        return Samples(
            self._series,
            self._times,
            self._values,
            self._quality,
            self._origin,
            self._ints.get("lag"),
            self._ints.get("delay"),
            self._ints.get("reason"),
            self._ints.get("word"),
            tuple(self._reasons),
            tuple(self._words),
        )

    def _add_ints(self, name: str, span: slice, column: Ints | None) -> None:
        if column is not None:
            if name not in self._ints:
                self._ints[name] = np.zeros(self._total, np.int64)
            self._ints[name][span] = column


def _recoded(codes: Ints | None, words: tuple[str, ...], known: dict[str, int]) -> Ints | None:
    """Return the positions in ``known`` of what are positions in ``words``."""
    if codes is None:
        return None
    new = np.array([known.setdefault(word, len(known)) for word in words], np.int64)
    return new[codes]


def settled(samples: Samples) -> Samples:
    """Return the samples by point and time, each moment once; the later written one holds.

    Samples come in the order they were written. A back-filled sample that is not GOOD
    leaves a GOOD one alone, however much later it comes.
    """
    series, times = samples.series, samples.times_ms
    same_point = series[1:] == series[:-1]
    rising = (series[1:] > series[:-1]) | (same_point & (times[1:] > times[:-1]))
    if rising.all():
        return samples
    order = by_point_and_time(series, times)
    series, times = series[order], times[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (series[1:] != series[:-1]) | (times[1:] != times[:-1])
    if fresh.all():
        return samples.take(order)
    starts = np.flatnonzero(fresh)
    winners = np.append(starts[1:], len(order)) - 1  # the last written of each moment
    _spare_good_ones(samples, order, starts, winners)
    return samples.take(order[winners])


def by_time(samples: Samples) -> Samples:
    """Return the samples by point and time, those of one moment beside each other."""
    return samples.take(by_point_and_time(samples.series, samples.times_ms))


def by_point_and_time(series: Ints, times: Ints) -> Ints:
    """Return the order by point and time; equal moments stay as they were written.

    One number made of both sorts several times as fast as two, above all where long
    parts are in order already; it needs room for both.
    """
    points = int(series.max()) - int(series.min()) + 1
    span = int(times.max()) - int(times.min()) + 1
    if points * span >= np.iinfo(np.int64).max:
        return np.lexsort((times, series))
    both = (series - series.min()) * span + (times - times.min())
    return np.argsort(both, kind="stable")


def _spare_good_ones(samples: Samples, order: Ints, starts: Ints, winners: Ints) -> None:
    """Let GOOD samples stand where only worse back-filled ones were written after them."""
    if samples.origin is None:
        return
    worse = ((samples.origin == _BACK_FILLED) & (samples.quality != _GOOD))[order]
    good = (samples.quality == _GOOD)[order]
    for moment in np.flatnonzero(worse[winners] & (starts < winners)).tolist():
        holds = int(starts[moment])
        for rival in range(holds + 1, int(winners[moment]) + 1):
            if not (worse[rival] and good[holds]):
                holds = rival
        winners[moment] = holds

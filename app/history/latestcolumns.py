"""What the plant said last of every point, in columns: a quarter of an hour is a copy of them.

Each reading is turned into columns once, on its way to the fast stream. Two hundred thousand
take a tenth of a second for that, and a quarter of an hour that began with the readings would
take it once more, while everybody waits for it to be on the disk.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.history.readings import as_told, dictionary, filed
from app.history.samples import Codes, Floats, Ints, Named, Samples
from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF

NOT_RECORDED = "not-recorded"  # the reason where nobody knows what was valid
_N = TypeVar("_N", bound=np.generic)
_point_of = attrgetter("point")


class LatestColumns:
    """The newest reading of every point, as they are told one after the other; one thread."""

    def __init__(self) -> None:
        self._at: dict[PointId, int] = {}
        self._points: tuple[PointId, ...] = ()
        self._measured: Ints = np.zeros(0, np.int64)
        self._delay: Ints = np.zeros(0, np.int64)
        self._values: Floats = np.zeros(0)
        self._quality: Codes = np.zeros(0, np.uint8)
        self._origin: Codes = np.zeros(0, np.uint8)
        self._reasons, self._words = _Texts(), _Texts()

    def __len__(self) -> int:
        return len(self._points)

    def take(self, readings: Sequence[Reading]) -> Named:
        """Know readings, and return them in columns, each filed as `filed` does by itself."""
        points = list(map(_point_of, readings))
        found = list(map(self._at.get, points))
        if None in found:
            self._add(points)
            found = list(map(self._at.get, points))
        told = as_told(readings, np.array(found, np.int64))
        self._know(told)
        return Named(self._points, filed(told))

    def at(self, moment_ms: int) -> Named:
        """Return what was said last of each point, filed at a moment (ms since 1970)."""
        reasons, reason = self._reasons.coded()
        words, word = self._words.coded()
        told = Samples(
            series=np.arange(len(self)),
            times_ms=self._measured,
            values=self._values.copy(),
            quality=self._quality.copy(),
            origin=self._origin.copy() if self._origin.any() else None,
            delay_ms=self._delay.copy() if self._delay.any() else None,
            reason=reason,
            word=word,
            reasons=reasons,
            words=words,
        )
        return Named(self._points, filed(told, moment_ms), each_once=True)

    def missed(self, moment_ms: int) -> Named:
        """Return of each point that nobody knows what was valid at a moment."""
        count = len(self)
        told = Samples(
            series=np.arange(count),
            times_ms=np.full(count, moment_ms, np.int64),
            values=np.full(count, np.nan),
            quality=np.full(count, CODE_OF[Quality.OFFLINE], np.uint8),
            reason=np.ones(count, np.int64),
            reasons=("", NOT_RECORDED),
        )
        return Named(self._points, told, each_once=True)

    def _add(self, points: Sequence[PointId]) -> None:
        """Make room for points never heard of; those that were keep their places."""
        for point in points:
            self._at.setdefault(point, len(self._at))
        self._points = tuple(self._at)
        count = len(self._points)
        self._measured, self._delay = (
            _longer(self._measured, count),
            _longer(self._delay, count),
        )
        self._values = _longer(self._values, count)
        self._quality, self._origin = (
            _longer(self._quality, count),
            _longer(self._origin, count),
        )
        self._reasons.grow(count)
        self._words.grow(count)

    def _know(self, told: Samples) -> None:
        newest = _last_of_each(told.series, len(self))
        if newest is not None:
            told = told.take(newest)
        at = told.series
        self._measured[at] = told.times_ms
        self._values[at] = told.values
        self._quality[at] = told.quality
        self._delay[at] = 0 if told.delay_ms is None else told.delay_ms
        self._origin[at] = 0 if told.origin is None else told.origin
        self._reasons.put(at, told.reason, told.reasons)
        self._words.put(at, told.word, told.words)


def _longer(column: NDArray[_N], count: int) -> NDArray[_N]:
    longer = np.zeros(count, column.dtype)
    longer[: len(column)] = column
    return longer


def _last_of_each(series: Ints, count: int) -> Ints | None:
    """Return where each number occurs last; None where none occurs twice."""
    seen = np.zeros(count, bool)
    seen[series] = True
    if np.count_nonzero(seen) == len(series):
        return None
    _, from_the_end = np.unique(series[::-1], return_index=True)
    last: Ints = len(series) - 1 - from_the_end
    return last


class _Texts:
    """A text of each point; nearly always of none."""

    def __init__(self) -> None:
        self._texts: NDArray[np.object_] = np.zeros(0, np.object_)  # 0 for none
        self._some = False  # there may be one: two hundred thousand need no look

    def grow(self, count: int) -> None:
        self._texts = _longer(self._texts, count)

    def put(self, at: Ints, codes: Ints | None, texts: Sequence[str]) -> None:
        """Take in the texts of some points; no codes say that none has one."""
        if codes is None:
            if self._some:
                self._texts[at] = 0
            return
        self._some = True
        self._texts[at] = np.array([text or 0 for text in texts], np.object_)[codes]

    def coded(self) -> tuple[tuple[str, ...], Ints | None]:
        """Return the texts there are, "" first, and each one's position; see `dictionary`."""
        if self._some:
            self._some = bool(self._texts.any())
        if not self._some:
            return ("",), None
        some = np.flatnonzero(self._texts)
        texts, codes = dictionary(self._texts[some].tolist())
        whole = np.zeros(len(self._texts), np.int64)
        whole[some] = 0 if codes is None else codes
        return texts, whole

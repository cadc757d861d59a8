"""Whether a sample that is brought takes the place of the one that is kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.errors import BadInput
from app.history.readings import to_moment, to_ms
from app.history.samples import Ints
from app.model.reading import PointId, Quality, Reading
from app.ports import Sample
from app.sampleverbs import Part, Verdict
from app.series import CODE_OF, QUALITY_CODES, Series
from app.words import _

_AT_A_TIME = 50  # points compared together: a month of them is some megabytes
_GOOD, _SOMETHING, _NOTHING = 2, 1, 0
# Of each quality: a better one never gives way to a worse one.
_WORTH = np.array(
    [
        _GOOD if each is Quality.GOOD else _SOMETHING if each.believable else _NOTHING
        for each in QUALITY_CODES
    ],
    np.uint8,
)
BEGIN_MS = 86_400_000  # the second day of 1970; nothing is older
AHEAD = timedelta(days=1)  # a sample may be so much later than our clock says


class Kept(Protocol):
    """What is read of a history to compare with; methods block."""

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]: ...

    def samples(
        self, point: PointId, start: datetime, end: datetime, stream: str
    ) -> Sequence[Sample]: ...


def judged(kept: Kept, part: Part, latest: datetime) -> tuple[Part, Verdict]:
    """Return what is to be written of a part, each moment once, and the counts; blocks.

    Whoever writes last wins, but never something worse: a GOOD sample gives way to a
    GOOD one alone, and a value never to the word that there is none.

    Args:
        kept: The history.
        part: What is brought.
        latest: No sample may be later.

    Raises:
        BadInput: A time before 1970 or after ``latest``, or a value that is none.
    """
    last_ms = to_ms(latest)
    taken: list[Series] = []
    verdict = Verdict()
    for month in _months([_once(each, last_ms) for each in part.series if len(each)]):
        for begin in range(0, len(month), _AT_A_TIME):
            fresh = month[begin : begin + _AT_A_TIME]
            for series, counts in zip(fresh, _compared(kept, fresh), strict=True):
                mask, told = counts
                verdict += told
                if mask.any():
                    taken.append(_some(series, mask))
    repeated = sum(map(len, part.series)) - verdict.taken - verdict.same - verdict.spared
    verdict += Verdict(spared=repeated)
    samples, told = _judged_samples(kept, part.samples, last_ms)
    return Part(taken, samples), verdict + told


def _once(series: Series, last_ms: int) -> Series:
    """Return the samples by time, of each moment the best, of equals the later in the file."""
    times, values, quality = series.times_ms, series.values, series.quality
    if not len(times) == len(values) == len(quality) or int(quality.max()) >= len(_WORTH):
        raise BadInput(f"{series.point}: columns that do not fit each other")
    _require_times(series.point, int(times.min()), int(times.max()), last_ms)
    worth = _WORTH[quality]
    if not np.array_equal(np.isfinite(values), worth > _NOTHING) or np.isinf(values).any():
        raise BadInput(f"{series.point}: a value that does not fit its quality")
    order = np.lexsort((worth, times))
    ends = np.append(np.diff(times[order]) != 0, True)
    best = order[ends]
    return Series(series.point, times[best], values[best], quality[best])


def _require_times(point: PointId, first: int, last: int, last_ms: int) -> None:
    if first < BEGIN_MS:
        raise BadInput(_("{point}: a time before 1970").format(point=point))
    if last > last_ms:
        raise BadInput(_("{point}: a time in the future").format(point=point))


def _months(all_series: Iterable[Series]) -> Iterator[list[Series]]:
    """Yield what lies in the same month together, the older month first."""
    found: dict[int, list[Series]] = {}
    for series in all_series:
        month = series.times_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(int)
        begins = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
        for begin, end in zip(begins, [*begins[1:], len(month)], strict=True):
            part = slice(int(begin), int(end))
            cut = Series(
                series.point, series.times_ms[part], series.values[part], series.quality[part]
            )
            found.setdefault(int(month[begin]), []).append(cut)
    for number in sorted(found):
        yield found.pop(number)


def _compared(kept: Kept, fresh: Sequence[Series]) -> list[tuple[NDArray[np.bool_], Verdict]]:
    """Return of each series which samples are to be written, and the counts."""
    start = min(int(each.times_ms[0]) for each in fresh)
    end = max(int(each.times_ms[-1]) for each in fresh) + 1
    points = [each.point for each in fresh]
    there = kept.ranges(points, to_moment(start), to_moment(end), "quarter")
    return [_against(old, new) for old, new in zip(there, fresh, strict=True)]


def _against(old: Series, new: Series) -> tuple[NDArray[np.bool_], Verdict]:
    if not len(old):
        return np.ones(len(new), bool), Verdict(fresh=len(new))
    at: Ints = np.searchsorted(old.times_ms, new.times_ms)
    at = np.minimum(at, len(old) - 1)
    met = old.times_ms[at] == new.times_ms
    values, quality = old.values[at], old.quality[at]
    equal = (values == new.values) | (np.isnan(values) & np.isnan(new.values))
    same = met & equal & (quality == new.quality)
    worse = met & ~same & (_WORTH[new.quality] < _WORTH[quality])
    taken = ~same & ~worse
    fresh = int((~met).sum())
    counts = Verdict(fresh, int(taken.sum()) - fresh, int(same.sum()), int(worse.sum()))
    return taken, counts


def _some(series: Series, which: NDArray[np.bool_]) -> Series:
    return Series(
        series.point, series.times_ms[which], series.values[which], series.quality[which]
    )


def _judged_samples(
    kept: Kept, samples: Sequence[Sample], last_ms: int
) -> tuple[list[Sample], Verdict]:
    """Judge one by one what has a reason or a word."""
    by_month: dict[tuple[PointId, int, int], dict[datetime, Sample]] = {}
    for sample in samples:
        point, at_ms = sample.reading.point, to_ms(sample.at)
        _require_times(point, at_ms, at_ms, last_ms)
        month = by_month.setdefault((point, sample.at.year, sample.at.month), {})
        before = month.get(sample.at)
        if before is None or _worth(sample.reading) >= _worth(before.reading):
            month[sample.at] = sample
    taken: list[Sample] = []
    verdict = Verdict()
    for (point, _year, _month), month in by_month.items():
        end = to_moment(to_ms(max(month)) + 1)
        there = {s.at: s.reading for s in kept.samples(point, min(month), end, "quarter")}
        for sample in month.values():
            told = _beside(there.get(sample.at), sample.reading)
            verdict += told
            if told.taken:
                taken.append(sample)
    repeated = len(samples) - sum(map(len, by_month.values()))
    return taken, verdict + Verdict(spared=repeated)


def _beside(old: Reading | None, new: Reading) -> Verdict:
    if old is None:
        return Verdict(fresh=1)
    if (old.value, old.quality, old.reason) == (new.value, new.quality, new.reason):
        return Verdict(same=1)
    return Verdict(spared=1) if _worth(new) < _worth(old) else Verdict(changed=1)


def _worth(reading: Reading) -> int:
    return int(_WORTH[CODE_OF[reading.quality]])

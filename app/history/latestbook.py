"""The newest values of a whole plant, gathered from all places its history lies in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.history.latestvalues import Names, newest_of
from app.history.samples import Ints, Samples, joined
from app.history.schema import FAST, QUARTER, Stream
from app.history.streamhistory import StreamHistory
from app.model.reading import PointId


@dataclass(frozen=True, slots=True)
class LatestOfAll:
    """The newest sample of each point, in columns; ``series`` are positions in ``points``."""

    points: Sequence[PointId]
    samples: Samples

    def names(self) -> list[PointId]:
        """Return each sample's point."""
        return [self.points[each] for each in self.samples.series.tolist()]


class LatestBook:
    """Gathers them; what points are called where is remembered, for it never changes."""

    def __init__(self, there: Callable[[Stream], Sequence[StreamHistory]]) -> None:
        """``there`` returns the places of a stream, the older first."""
        self._there = there
        self._points: list[PointId] = []
        self._at: dict[PointId, int] = {}
        self._known: dict[str, tuple[Names, Ints]] = {}  # by place: its names, where they are

    def all(self) -> LatestOfAll:
        """Return the newest sample of every point; of equal moments the kept stream's."""
        found: list[Samples] = []
        answered = np.zeros(0, bool)
        for place in reversed(self._there(QUARTER)):
            at = self._positions(place, place.latest.names())
            answered = np.append(answered, np.zeros(len(self._points) - len(answered), bool))
            if answered[at[1:]].all() and found:
                continue  # a newer year has all that were ever known in this one
            found.append(self._samples(place))
            answered[found[-1].series] = True
        found += [self._samples(place) for place in self._there(FAST)]
        newest = newest_of(found[::-1], len(self._points)) if found else joined([])
        return LatestOfAll(self._points, newest)

    def _samples(self, place: StreamHistory) -> Samples:
        latest = place.latest.all()
        at = self._positions(place, latest.names)
        return replace(latest.samples, series=at[latest.samples.series])

    def _positions(self, place: StreamHistory, names: Names) -> Ints:
        """Return where each number of a place stands among all points."""
        kept = self._known.get(place.place.name)
        if kept is not None and kept[0] is names:
            return kept[1]
        at = np.zeros(len(names), np.int64)
        for number, name in enumerate(names.tolist()):
            if name == 0:
                continue
            if name not in self._at:
                self._at[name] = len(self._points)
                self._points.append(name)
            at[number] = self._at[name]
        self._known[place.place.name] = names, at
        return at

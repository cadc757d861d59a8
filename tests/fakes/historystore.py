"""A history store in memory that fails, or takes its time, when a test says so."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Lock

import numpy as np

from app.errors import StoreBroken
from app.history.readings import to_moment, to_ms, to_readings
from app.history.samples import Named
from app.model.reading import PointId, Reading
from app.ports import Sample
from app.series import CODE_OF, Series


class FakeHistoryStore:
    """Keeps commits in the order they came; `broken` holds the sentence it fails with."""

    def __init__(self) -> None:
        self.commits: list[tuple[str, datetime | None, list[Reading]]] = []
        self.broken: dict[str, str] = {}  # stream, or "compact" → sentence
        self.tries = 0
        self.compacted = 0
        self.dropped_before: list[datetime] = []
        self.kept: dict[str, list[Sample]] = {"quarter": [], "fast": []}
        self.may_commit = Event()
        self.may_commit.set()
        self._lock = Lock()

    def append(
        self, readings: Sequence[Reading], stream: str, at: datetime | None = None
    ) -> None:
        self._commit(list(readings), stream, at)

    def bring(self, brought: Named, stream: str) -> None:
        told = brought.told
        readings = to_readings(told, [brought.points[each] for each in told.series.tolist()])
        at = to_moment(int(told.times_ms[0])) if stream == "quarter" else None
        self._commit(readings, stream, at)

    def _commit(self, readings: list[Reading], stream: str, at: datetime | None) -> None:
        self.tries += 1
        self.may_commit.wait(10)
        if stream in self.broken:
            raise StoreBroken(self.broken[stream])
        with self._lock:
            self.commits.append((stream, at, readings))

    def readings(self, stream: str) -> list[Reading]:
        """Everything committed to a stream, in order."""
        return [each for name, _, part in self.commits if name == stream for each in part]

    def quarters(self) -> list[datetime]:
        """The quarters of an hour committed, in order."""
        return [at for name, at, _ in self.commits if name == "quarter" and at is not None]

    def range(self, point: PointId, start: datetime, end: datetime, stream: str) -> Series:
        return self.ranges([point], start, end, stream)[0]

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        if stream in self.broken:
            raise StoreBroken(self.broken[stream])
        found = []
        for point in points:
            ours = sorted(
                (at or reading.measured_at, reading)
                for name, at, part in self.commits
                for reading in part
                if name == stream
                and reading.point == point
                and start <= (at or reading.measured_at) < end
            )
            found.append(
                Series(
                    point,
                    np.array([to_ms(at) for at, _ in ours], np.int64),
                    np.array([reading.value for _, reading in ours], np.float64),
                    np.array([CODE_OF[reading.quality] for _, reading in ours], np.uint8),
                )
            )
        return found

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        if stream in self.broken:
            raise StoreBroken(self.broken[stream])
        return [sample for sample in self.kept[stream] if sample.at < before]

    def newest_moment(self, stream: str, before: datetime) -> datetime | None:
        return max((sample.at for sample in self.newest(stream, before)), default=None)

    def latest(self) -> Sequence[Reading]:
        return list({reading.point: reading for reading in self.readings("fast")}.values())

    def compact(self, now: datetime, keep_going: Callable[[], bool]) -> int:
        self.compacted += 1
        if "compact" in self.broken:
            raise StoreBroken(self.broken["compact"])
        return 0

    def drop_fast_before(self, moment: datetime) -> None:
        self.dropped_before.append(moment)

    def close(self) -> None: ...

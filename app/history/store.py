"""The history of a plant in files of its own: one for each year, one for the last two days."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import numpy as np

from app.errors import BadInput, StoreBroken
from app.history.forgetting import Kept
from app.history.readings import to_moment, to_ms
from app.history.samples import joined
from app.history.schema import FAST, QUARTER, Stream
from app.history.streamfile import Found, StreamFile
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.ports import HistoryStats, Sample
from app.series import Series

# A slot is put together when samples are no longer expected for it; later ones still
# find their way, at the price of packing its chunks again.
_SETTLE = timedelta(minutes=2)
_FAST_FILE = "fast.sqlite"
_YEAR_FILE = re.compile(r"\d{4}\.sqlite")
_END_OF_TIME_MS = to_ms(datetime.max.replace(tzinfo=UTC))
STREAMS: Mapping[str, Stream] = {stream.name: stream for stream in (QUARTER, FAST)}


class EmbeddedHistory:
    """A `HistoryStore` in SQLite files of one folder; any thread may use it.

    The quarter stream has one file a year (`2026.sqlite`, by UTC), so that a year is
    thrown away by removing its file; the fast stream has `fast.sqlite`. A file that is
    damaged or of a newer program is told when it is first needed, and takes nothing
    else with it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, StreamFile] = {}
        self._opening = Lock()

    def append(
        self, readings: Sequence[Reading], stream: str, at: datetime | None = None
    ) -> None:
        """Make the readings durable, in one commit for each year they are filed in."""
        filed_ms = None if at is None else to_ms(at)
        for file, part in self._parts(readings, _stream(stream), at):
            file.append(part, filed_ms)

    def take_in(self, samples: Sequence[Sample], stream: str) -> None:
        """Make samples of another history durable, each under the moment it was filed at.

        One commit for each year they are filed in.
        """
        files: dict[Path, list[Sample]] = {}
        for sample in samples:
            year = f"{sample.at.astimezone(UTC).year:04d}.sqlite"
            name = _FAST_FILE if _stream(stream) is FAST else year
            files.setdefault(self._folder / name, []).append(sample)
        for path, part in sorted(files.items()):
            filed_ms = np.array([to_ms(sample.at) for sample in part], np.int64)
            file = self._file(path, _stream(stream))
            file.append([sample.reading for sample in part], filed_ms)

    def range(self, point: PointId, start: datetime, end: datetime, stream: str) -> Series:
        """Return the samples of one point; see `ranges`."""
        return self.ranges([point], start, end, stream)[0]

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        """Return one series a point, in their order; of unknown points an empty one."""
        found = self._found(points, start, end, stream, values_only=True)
        return [_series(point, found) for point in points]

    def samples(
        self, point: PointId, start: datetime, end: datetime, stream: str
    ) -> Sequence[Sample]:
        """Return the samples of a point with all that is known of them."""
        found = self._found([point], start, end, stream, values_only=False)
        return [sample for each in found for sample in each.samples_of(point)]

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        """Return the newest sample of every point filed before a moment.

        Of the fast stream only the newest quarter of an hour put together is looked at,
        besides what waits to be.
        """
        newest: dict[PointId, Sample] = {}
        for file in reversed(self._existing(_stream(stream))):
            for sample in file.newest(to_ms(before)):
                newest.setdefault(sample.reading.point, sample)
        return list(newest.values())

    def latest(self) -> Sequence[Reading]:
        """Return the newest stored reading of every point."""
        end = to_moment(_END_OF_TIME_MS)
        latest = {sample.reading.point: sample for sample in self.newest(QUARTER.name, end)}
        for sample in self.newest(FAST.name, end):
            kept = latest.get(sample.reading.point)
            if kept is None or sample.at > kept.at:
                latest[sample.reading.point] = sample
        return [sample.reading for sample in latest.values()]

    def compact(self, now: datetime, keep_going: Callable[[], bool]) -> int:
        """Put the samples of closed slots together; return how many steps were taken."""
        taken, first = 0, None
        for stream in (FAST, QUARTER):
            open_slot = to_ms(now - _SETTLE) // stream.slot_ms
            for file in self._existing(stream):
                for step in file.compaction.steps(open_slot):
                    if not keep_going():
                        return taken
                    try:
                        file.compaction.take(step)
                    except StoreBroken as error:
                        first = first or error  # damage in one place holds up no other
                    taken += 1
        if first is not None:
            raise first
        return taken

    def drop_fast_before(self, moment: datetime) -> None:
        """Throw away the quarter hours of the fast stream that end before a moment."""
        for file in self._existing(FAST):
            file.drop_before(to_ms(moment) // FAST.slot_ms)

    def points_of(self, device: DeviceId) -> list[PointId]:
        """Return every point of a device that anything was ever kept of."""
        found = {
            point
            for stream in (QUARTER, FAST)
            for file in self._existing(stream)
            for point in file.points()
            if split_point(point)[0] == device
        }
        return sorted(found)

    def forget(
        self, points: Sequence[PointId], start: datetime, end: datetime, kept: Kept
    ) -> int:
        """Take the samples at ``start ≤ at < end`` out of both streams, and return how many.

        Of the quarter stream those stay whose moments are in ``kept``. Nothing of what
        went is left in the files; that may take minutes for the files of many years.
        """
        gone = 0
        span = (to_ms(start), to_ms(end))
        years = range(start.astimezone(UTC).year, end.astimezone(UTC).year + 1)
        for stream in (FAST, QUARTER):
            for file in self._existing(stream, years):
                here = file.forgetting.forget(points, span, kept if stream is QUARTER else {})
                if here:
                    file.forgetting.settle()
                gone += here
        return gone

    def stats(self) -> HistoryStats:
        """Count what is stored; reads through the files, so it may take a while."""
        files = {stream.name: self._existing(stream) for stream in (QUARTER, FAST)}
        held = {name: [file.contents() for file in each] for name, each in files.items()}
        samples = {name: sum(each.samples for each in held[name]) for name in held}
        size = sum(_size_bytes(file.path) for each in files.values() for file in each)
        end = to_moment(_END_OF_TIME_MS)
        newest = [sample.at for name in files for sample in self.newest(name, end)]
        first = [each.first_slot for each in held[QUARTER.name] if each.first_slot is not None]
        return HistoryStats(
            points=max((each.points for name in held for each in held[name]), default=0),
            samples=samples,
            size_bytes=size,
            bytes_per_sample=size / sum(samples.values()) if any(samples.values()) else None,
            oldest=to_moment(min(first) * QUARTER.slot_ms) if first else None,
            newest=max(newest, default=None),
            places=tuple(str(file.path) for each in files.values() for file in each),
        )

    def samples_per_point(self, stream: str) -> Mapping[PointId, int]:
        """Count the samples of every point; late ones may count twice until put together."""
        counts: Counter[PointId] = Counter()
        for file in self._existing(_stream(stream)):
            counts.update(file.counts())
        return counts

    def close(self) -> None:
        """Let go of all files; may be called twice."""
        with self._opening:
            files, self._files = self._files, {}
        for file in files.values():
            file.close()

    def _found(
        self,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        stream: str,
        *,
        values_only: bool,
    ) -> list[Found]:
        """Return what each file has of the points, the older file first."""
        start_ms, end_ms = to_ms(start), to_ms(end)
        years = range(start.astimezone(UTC).year, end.astimezone(UTC).year + 1)
        return [
            file.read(points, start_ms, end_ms, values_only=values_only)
            for file in self._existing(_stream(stream), years)
        ]

    def _parts(
        self, readings: Sequence[Reading], stream: Stream, at: datetime | None
    ) -> Iterator[tuple[StreamFile, Sequence[Reading]]]:
        """Yield each file that takes some of the readings, and which."""
        if not readings:
            return
        if stream is FAST:
            yield self._file(self._folder / _FAST_FILE, stream), readings
            return
        if at is not None:
            yield self._year(at.astimezone(UTC).year), readings
            return
        years: dict[int, list[Reading]] = {}
        for reading in readings:
            years.setdefault(reading.measured_at.astimezone(UTC).year, []).append(reading)
        for year, part in sorted(years.items()):
            yield self._year(year), part

    def _existing(
        self, stream: Stream, years: Collection[int] | None = None
    ) -> list[StreamFile]:
        """Return the files of a stream that are there, the older one first."""
        if stream is FAST:
            fast = self._folder / _FAST_FILE
            return [self._file(fast, stream)] if fast.exists() else []
        return [
            self._file(path, stream)
            for path in sorted(self._folder.glob("*.sqlite"))
            if _YEAR_FILE.fullmatch(path.name) and (years is None or int(path.stem) in years)
        ]

    def _year(self, year: int) -> StreamFile:
        return self._file(self._folder / f"{year:04d}.sqlite", QUARTER)

    def _file(self, path: Path, stream: Stream) -> StreamFile:
        with self._opening:
            if path not in self._files:
                self._files[path] = StreamFile(path, stream)
            return self._files[path]


def _stream(name: str) -> Stream:
    try:
        return STREAMS[name]
    except KeyError:
        raise BadInput(f"there is no stream {name!r} in the history") from None


def _series(point: PointId, found: Sequence[Found]) -> Series:
    """Return one point's samples of all files, the older file's first."""
    samples = joined([each.of(point) for each in found])
    return Series(point, samples.times_ms, samples.values, samples.quality)


def _size_bytes(path: Path) -> int:
    """Return the size of a file with what SQLite keeps beside it."""
    beside = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
    return sum(each.stat().st_size for each in beside if each.exists())

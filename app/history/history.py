"""The history of a plant, wherever it is kept: both streams, and the places they lie in."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from app.errors import BadInput, StoreBroken
from app.history.forgetting import Kept
from app.history.latestbook import LatestBook
from app.history.lines import FoundLines, one_after_the_other
from app.history.readings import from_readings, to_moment, to_ms, to_readings
from app.history.samples import Bulk, Named
from app.history.schema import FAST, QUARTER, Stream
from app.history.streamhistory import StreamHistory
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.ports import HistoryStats, Sample
from app.series import Series

# A slot is put together when samples are no longer expected for it; later ones still
# find their way, at the price of packing its chunks again.
_SETTLE = timedelta(minutes=2)
_END_OF_TIME_MS = to_ms(datetime.max.replace(tzinfo=UTC))
UTC_DAYS = ZoneInfo("UTC")  # where nobody says in which zone the plant lies
STREAMS: Mapping[str, Stream] = {stream.name: stream for stream in (QUARTER, FAST)}


class History(ABC):
    """A `HistoryStore`; any thread may use it. Its children say where the streams lie.

    A place is asked for the years (UTC) it holds, so that one that is damaged or of a
    newer program is told when it is first needed, and takes nothing else with it.
    """

    zone: ZoneInfo  # the plant's; figures of days cut in another are worked out anew

    @abstractmethod
    def there(
        self, stream: Stream, years: Collection[int] | None = None
    ) -> Sequence[StreamHistory]:
        """Return the places of a stream that hold anything of some years, the older first."""

    @abstractmethod
    def place_of(self, stream: Stream, year: int) -> StreamHistory:
        """Return the place that takes samples filed in a year; of FAST always the same."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything; may be called twice, and using it again opens it again."""

    def append(
        self, readings: Sequence[Reading], stream: str, at: datetime | None = None
    ) -> None:
        """Make the readings durable, in one commit for each place they are filed in.

        Turned into columns and handed to `bring`, the one way in.
        """
        stream_named(stream)
        if not readings:
            return
        points = tuple(reading.point for reading in readings)
        filed_ms = None if at is None else to_ms(at)
        told = from_readings(readings, np.arange(len(readings)), filed_ms)
        self.bring(Named(points, told), stream)

    def take_in(self, samples: Sequence[Sample], stream: str) -> None:
        """Make samples of another history durable, each under the moment it was filed at.

        One commit for each place they are filed in.
        """
        points = tuple(sample.reading.point for sample in samples)
        filed_ms = np.array([to_ms(sample.at) for sample in samples], np.int64)
        readings = [sample.reading for sample in samples]
        told = from_readings(readings, np.arange(len(samples)), filed_ms)
        self.bring(Named(points, told), stream)

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        """Make samples that come in columns durable, one commit for each place."""
        kept = stream_named(stream)
        if not len(brought):
            return
        times = brought.times_ms
        ends = to_moment(int(times.min())), to_moment(int(times.max()))
        if kept is FAST or ends[0].year == ends[1].year:
            self.place_of(kept, ends[0].year).bring(brought)
            return
        for year in _years(*ends):
            bounds = (to_ms(datetime(each, 1, 1, tzinfo=UTC)) for each in (year, year + 1))
            here = (times >= next(bounds)) & (times < next(bounds))
            if here.any():
                self.place_of(kept, year).bring(brought.take(here))

    def range(self, point: PointId, start: datetime, end: datetime, stream: str) -> Series:
        """Return the samples of one point; see `ranges`."""
        return self.ranges([point], start, end, stream)[0]

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        """Return one series a point, in their order; of unknown points an empty one."""
        span = to_ms(start), to_ms(end)
        places = self.there(stream_named(stream), _years(start, end))
        found = [place.lines(points, *span) for place in places]
        return [_series(point, found) for point in points]

    def samples(
        self, point: PointId, start: datetime, end: datetime, stream: str
    ) -> Sequence[Sample]:
        """Return the samples of a point with all that is known of them."""
        span = to_ms(start), to_ms(end)
        places = self.there(stream_named(stream), _years(start, end))
        found = [place.read([point], *span, values_only=False) for place in places]
        return [sample for each in found for sample in each.samples_of(point)]

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        """Return the newest sample of every point filed before a moment.

        Of the fast stream only the newest quarter of an hour put together is looked at,
        besides what waits to be.
        """
        newest: dict[PointId, Sample] = {}
        for place in reversed(self.there(stream_named(stream))):
            found = place.newest(to_ms(before), newest)  # of the others, in older years
            newest |= {sample.reading.point: sample for sample in found}
        return list(newest.values())

    def newest_moment(self, stream: str, before: datetime) -> datetime | None:
        """Return the newest moment before one that anything is filed at, None for nothing."""
        for place in reversed(self.there(stream_named(stream))):
            found = place.newest_moment(to_ms(before))
            if found is not None:
                return to_moment(found)
        return None

    def latest(self) -> Sequence[Reading]:
        """Return the newest stored reading of every point."""
        found = self.newest_values.all()
        return to_readings(found.samples, found.names())

    @cached_property
    def newest_values(self) -> LatestBook:
        """The newest sample of every point, in columns: a fraction of the time of `latest`."""
        return LatestBook(self.there)

    def compact(self, now: datetime, keep_going: Callable[[], bool]) -> int:
        """Put the samples of closed slots together; return how many steps were taken."""
        taken, first = 0, None
        for stream in (FAST, QUARTER):
            open_slot = to_ms(now - _SETTLE) // stream.slot_ms
            for place in self.there(stream):
                for step in place.steps(open_slot):
                    if not keep_going():
                        return taken
                    try:
                        step()
                    except StoreBroken as error:
                        first = first or error  # damage in one place holds up no other
                    taken += 1
                try:
                    if not place.latest.keep_up(keep_going):
                        return taken
                except StoreBroken as error:
                    first = first or error
        if first is not None:
            raise first
        return taken

    def drop_fast_before(self, moment: datetime) -> None:
        """Throw away the quarter hours of the fast stream that end before a moment."""
        for place in self.there(FAST):
            place.drop_before(to_ms(moment) // FAST.slot_ms)

    def points_of(self, device: DeviceId) -> list[PointId]:
        """Return every point of a device that anything was ever kept of."""
        found = {
            point
            for stream in (QUARTER, FAST)
            for place in self.there(stream)
            for point in place.points()
            if split_point(point)[0] == device
        }
        return sorted(found)

    def forget(
        self, points: Sequence[PointId], start: datetime, end: datetime, kept: Kept
    ) -> int:
        """Take the samples at ``start ≤ at < end`` out of both streams, and return how many.

        Of the quarter stream those stay whose moments are in ``kept``. Nothing of what
        went is left on the disk; that may take minutes for many years.
        """
        gone = 0
        span = (to_ms(start), to_ms(end))
        for stream in (FAST, QUARTER):
            for place in self.there(stream, _years(start, end)):
                staying = kept if stream is QUARTER else {}
                here = place.forgetting.forget(points, span, staying)
                if here:
                    place.forgetting.settle()
                gone += here
        return gone

    def stats(self) -> HistoryStats:
        """Count what is stored; reads through it, so it may take a while."""
        places = {stream.name: self.there(stream) for stream in (QUARTER, FAST)}
        held = {name: [place.contents() for place in each] for name, each in places.items()}
        samples = {name: sum(each.samples for each in held[name]) for name in held}
        size = sum(each.place.size_bytes() for some in places.values() for each in some)
        end = to_moment(_END_OF_TIME_MS)
        newest = [sample.at for name in places for sample in self.newest(name, end)]
        first = [each.first_slot for each in held[QUARTER.name] if each.first_slot is not None]
        return HistoryStats(
            points=max((each.points for name in held for each in held[name]), default=0),
            samples=samples,
            size_bytes=size,
            bytes_per_sample=size / sum(samples.values()) if any(samples.values()) else None,
            oldest=to_moment(min(first) * QUARTER.slot_ms) if first else None,
            newest=max(newest, default=None),
            places=tuple(each.place.name for some in places.values() for each in some),
        )

    def samples_per_point(self, stream: str) -> Mapping[PointId, int]:
        """Count the samples of every point; late ones may count twice until put together."""
        counts: Counter[PointId] = Counter()
        for place in self.there(stream_named(stream)):
            counts.update(place.counts())
        return counts


def stream_named(name: str) -> Stream:
    """Return a stream; `BadInput` for one that is not kept."""
    try:
        return STREAMS[name]
    except KeyError:
        raise BadInput(f"there is no stream {name!r} in the history") from None


def _years(start: datetime, end: datetime) -> Collection[int]:
    return range(start.astimezone(UTC).year, end.astimezone(UTC).year + 1)


def _series(point: PointId, found: Sequence[FoundLines]) -> Series:
    """Return one point's samples of all places, the older place's first."""
    line = one_after_the_other([each.of(point) for each in found])
    return Series(point, line.times_ms, line.values, line.quality)

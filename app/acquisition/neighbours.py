"""What a meter with several paths may know of the devices that are its paths."""

from collections.abc import Callable, Mapping, Sequence

from app.model.device import DeviceStanding, Presence
from app.model.hearing import LateBook
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Reading
from app.pointtable import PointTable, Watcher, Watchers


class Neighbours:
    """Fulfils `app.model.hearing.Others`; lives on the core's loop."""

    def __init__(
        self,
        table: PointTable,
        profile_of: Callable[[DeviceId], Profile | None],
        standing_of: Callable[[DeviceId], DeviceStanding | None],
        book: Callable[[], LateBook],
        report: Callable[[Exception], None],
    ) -> None:
        """``book`` keeps what came late; ``report`` hears of a watcher's error."""
        self._table, self._profile_of, self._standing_of = table, profile_of, standing_of
        self._book = book
        self._late: Watchers[Sequence[Reading]] = Watchers(report)

    def watch(self, now: Watcher, late: Watcher) -> Callable[[], None]:
        """Hear of every reading as it comes, and of those of earlier moments."""
        stops = (self._table.watch(now), self._late.add(late))

        def stop() -> None:
            for each in stops:
                each()

        return stop

    def latest(self, point: PointId) -> Reading | None:
        """Return the newest reading of a point."""
        return self._table.latest(point)

    def points_of(self, device: DeviceId) -> Mapping[str, PointSpec]:
        """Return the points of a device as far as they are known by now."""
        profile = self._profile_of(device)
        return {} if profile is None else profile.points

    def presence_of(self, device: DeviceId) -> Presence | None:
        """Return how a device is doing; None for one that is not configured."""
        standing = self._standing_of(device)
        return None if standing is None else standing.presence

    def file(self, readings: Sequence[Reading]) -> None:
        """Keep readings that came late, and tell of them."""
        self._book().file(readings)
        self._late.tell(readings)

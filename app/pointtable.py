"""The one place where the present state of the plant is known."""

import logging
from collections.abc import Callable, Iterable, Sequence

from app.model.reading import PointId, Reading

Watcher = Callable[[Sequence[Reading]], None]
_log = logging.getLogger(__name__)


class PointTable:
    """The latest reading of every point, and who wants to hear of the next.

    Lives on the core's event loop; only acquisition publishes to it. Readings
    travel in batches: a poll's worth costs each watcher one call.
    """

    def __init__(self, report: Callable[[Exception], None] | None = None) -> None:
        """``report`` hears of a watcher's error; by default it is logged."""
        self._report = report or _log_error
        self._latest: dict[PointId, Reading] = {}
        self._watchers: list[Watcher] = []

    def latest(self, point: PointId) -> Reading | None:
        """Return the newest reading, or ``None`` before the first one."""
        return self._latest.get(point)

    def snapshot(self) -> list[Reading]:
        """Return the newest reading of every point, in no order."""
        return list(self._latest.values())

    def publish(self, readings: Sequence[Reading]) -> None:
        """Take in readings in the order they were measured and tell every watcher.

        A watcher that raises never starves the others nor the driver that brought
        the readings: its error is reported, and it is called again next time.
        """
        if not readings:
            return
        latest = self._latest
        for reading in readings:
            latest[reading.point] = reading
        for watcher in tuple(self._watchers):
            try:
                watcher(readings)
            except Exception as error:  # noqa: BLE001 - a named supervisor: isolates watchers
                self._report(error)

    def forget(self, points: Iterable[PointId]) -> None:
        """Drop points that no longer exist: their device was removed or changed its profile."""
        for point in points:
            self._latest.pop(point, None)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call ``watcher`` for every batch from now on; call the result to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)


def _log_error(error: Exception) -> None:
    _log.error("a watcher of the point table failed", exc_info=error)

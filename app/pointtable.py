"""The one place where the present state of the plant is known."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from app.model.reading import PointId, Reading

_T = TypeVar("_T")
Watcher = Callable[[Sequence[Reading]], None]
_log = logging.getLogger(__name__)


class Watchers(Generic[_T]):
    """Who wants to hear of something; one that raises starves nobody else.

    Lives on the loop of whoever tells. ``report`` hears of a watcher's error.
    """

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._watching: dict[object, Callable[[_T], None]] = {}

    def add(self, watcher: Callable[[_T], None]) -> Callable[[], None]:
        """Call ``watcher`` with all news from now on; call the result to stop, even twice."""
        ticket = object()
        self._watching[ticket] = watcher

        def stop() -> None:
            self._watching.pop(ticket, None)

        return stop

    def tell(self, news: _T) -> None:
        """Hand ``news`` to everybody, in the order they came.

        Who stops meanwhile hears no more of it; who begins meanwhile hears the next.
        """
        for ticket, watcher in tuple(self._watching.items()):
            if ticket not in self._watching:
                continue
            try:
                watcher(news)
            except Exception as error:  # noqa: BLE001 - a named supervisor: isolates watchers
                self._tell(error)

    def _tell(self, error: Exception) -> None:
        try:
            self._report(error)
        except Exception:  # noqa: BLE001 - the named supervisor: failing twice changes nothing
            _log.exception("a watcher's error could not be reported: %s", error)


class PointTable:
    """The latest reading of every point, and who wants to hear of the next.

    Lives on the core's event loop; only acquisition publishes to it. Readings
    travel in batches: a poll's worth costs each watcher one call.
    """

    def __init__(self, report: Callable[[Exception], None] | None = None) -> None:
        """``report`` hears of a watcher's error; by default it is logged."""
        self._latest: dict[PointId, Reading] = {}
        self.forgettings = 0  # how often points were dropped since the start
        self._watchers: Watchers[Sequence[Reading]] = Watchers(report or _log_error)

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
        self._watchers.tell(readings)

    def recall(self, readings: Iterable[Reading]) -> None:
        """Know readings of an earlier run, where the plant has not spoken yet.

        Nobody is told: they are no news. Who looks finds them, as old as they are.
        """
        for reading in readings:
            self._latest.setdefault(reading.point, reading)

    def forget(self, points: Iterable[PointId]) -> None:
        """Drop points that no longer exist: their device was removed or changed its profile."""
        self.forgettings += 1
        for point in points:
            self._latest.pop(point, None)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call ``watcher`` for every batch from now on; call the result to stop."""
        return self._watchers.add(watcher)


def _log_error(error: Exception) -> None:
    _log.error("a watcher of the point table failed", exc_info=error)

"""Tells screens and alarms how devices are doing: at once when it matters, else in batches."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from app.acquisition.unit import Unit
from app.model.device import DeviceStanding
from app.model.reading import DeviceId
from app.pointtable import Watchers

TELL_EVERY_S = 0.25
_log = logging.getLogger(__name__)
Standings = Callable[[Sequence[DeviceStanding]], None]


class Telling:
    """Collects devices whose standing changed and tells every watcher; core's loop."""

    def __init__(self, report: Callable[[str, Exception], None] | None = None) -> None:
        """``report`` hears of a watcher's error; the other watchers are told all the same."""
        self._report = report
        self._watchers: Watchers[Sequence[DeviceStanding]] = Watchers(self._failed)
        self._changed: dict[DeviceId, Unit] = {}
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, watcher: Standings) -> Callable[[], None]:
        """Call ``watcher`` from now on; call the result to stop."""
        return self._watchers.add(watcher)

    def note(self, unit: Unit, presence_changed: bool) -> None:
        """Tell of this device: at once when its presence changed, else with the next batch."""
        self._changed[unit.config.id] = unit
        if self._timer is None or presence_changed:
            if self._timer is not None:
                self._timer.cancel()
            delay_s = 0.0 if presence_changed else TELL_EVERY_S
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tell)

    def forget(self, device: DeviceId) -> None:
        """Tell nothing of a device that has gone."""
        self._changed.pop(device, None)

    def tell_all(self, standings: Iterable[DeviceStanding]) -> None:
        """Tell of these now, whatever changed, and that the devices themselves are others.

        That is an empty batch: whoever lists devices asks anew what they are called.
        """
        told = list(standings)
        self._watchers.tell(told)
        if told:
            self._watchers.tell([])

    def stop(self) -> None:
        """Tell nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self) -> None:
        self._timer = None
        standings = [unit.keeper.standing() for unit in self._changed.values()]
        self._changed.clear()
        self._watchers.tell(standings)

    def _failed(self, error: Exception) -> None:
        _log.error("a watcher of the devices failed", exc_info=error)
        if self._report is not None:
            self._report("a watcher of the devices", error)

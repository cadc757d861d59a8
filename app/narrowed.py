"""What a person hears of the plant: only what they see, for as long as they see it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from app.asked import Asked
from app.model.alarm import Alarm
from app.model.device import DeviceStanding
from app.model.reading import DeviceId, Reading, split_point
from app.model.rights import Capability
from app.verbs import Viewer

_T = TypeVar("_T")
_Watcher = Callable[[Sequence[_T]], None]
_Watch = Callable[[_Watcher[_T]], Callable[[], None]]


def narrowed(asked: Asked, viewer: Viewer) -> Asked:
    """Return the same services, whose news are this viewer's alone.

    The verbs look after themselves; news come without a question, so they are sifted
    here, by the rights as they are when each is told.
    """
    return replace(
        asked,
        watch_readings=_sifted(asked.watch_readings, viewer, Capability.SEE_PLANT, _of_reading),
        watch_alarms=_sifted(asked.watch_alarms, viewer, Capability.SEE_ALARMS, _of_alarm),
        watch_devices=_sifted(asked.watch_devices, viewer, Capability.SEE_PLANT, _of_standing),
        watch_rights=viewer.grant.watch,
    )


def _sifted(
    watch: _Watch[_T],
    viewer: Viewer,
    capability: Capability,
    device_of: Callable[[_T], DeviceId],
) -> _Watch[_T]:
    def watch_own(watcher: _Watcher[_T]) -> Callable[[], None]:
        def hear(batch: Sequence[_T]) -> None:
            rights = viewer.rights
            if rights.whole(capability) or not batch:  # an empty batch: look at them again
                watcher(batch)
                return
            seen = rights.reach(capability)
            own = [each for each in batch if seen(device_of(each))]
            if own:
                watcher(own)

        return watch(hear)

    return watch_own


def _of_reading(reading: Reading) -> DeviceId:
    return split_point(reading.point)[0]


def _of_alarm(alarm: Alarm) -> DeviceId:
    return alarm.rule.device


def _of_standing(standing: DeviceStanding) -> DeviceId:
    return standing.device

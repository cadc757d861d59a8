"""The alarms of meters and receivers, as rules: nobody has to set them up."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from app.acquisition.service import Acquisition
from app.alarms.own import own_rules
from app.errors import BadInput
from app.model.alarm import PROGRAM, AlarmRule
from app.model.device import DeviceConfig, LinkConfig
from app.model.reading import DeviceId, point_id
from app.model.reception import ReceiverFigures
from app.ports import Clock
from app.project.config import PlantConfig
from app.words import _

SILENT_AFTER = timedelta(minutes=10)  # of a receiver; a street speaks every few seconds
LOOK_EVERY_S = 30.0
WIRED, RADIO = "mbus", "wmbus"
HEARD = "heard"  # kind of the rules about what is heard by radio
_LOST_S = 60.0  # a receiver that is opened again by itself is no alarm before that
_HIGH, _USUAL = 2, 3


class MeterWatch:
    """Makes their rules and says what is wrong now; lives on the core's loop."""

    def __init__(
        self,
        acquisition: Acquisition,
        clock: Clock,
        *,
        wanted: bool = True,
        passed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without ``wanted`` meters and receivers raise no alarm by themselves."""
        self._acquisition, self._clock, self._wanted = acquisition, clock, wanted
        self._passed_s = passed_s
        self._looked_s = float("-inf")
        self._silent: frozenset[str] = frozenset()  # receivers, and batteries of collectors
        self._settled: frozenset[str] = frozenset()  # of receivers, whether silent or not
        self._by_radio: frozenset[str] = frozenset()  # all there are, of lines in service
        self._heard_at: dict[str, datetime] = {}  # over a line that is begun anew

    def rules(self, config: PlantConfig, *, on_server: bool) -> Iterator[AlarmRule]:
        """Yield the program's own rules, and those of its meters and receivers."""
        yield from own_rules(on_server=on_server)
        if not self._wanted:
            return
        set_up = {(rule.kind, rule.device) for rule in config.rules.values()}
        by_radio = set[str]()
        for device in config.devices.values():
            link = config.links.get(device.link)
            if link is not None and link.kind.startswith((WIRED, RADIO)):
                for rule in _of_meter(device, link, set_up):
                    if rule.kind == HEARD and link.enabled and device.enabled:
                        by_radio.add(rule.id)
                    yield rule
        for link in config.links.values():
            if link.kind == RADIO:
                for rule in _of_receivers(link):
                    if link.enabled:
                        by_radio.add(rule.id)
                    yield rule
        self._by_radio = frozenset(by_radio)

    @property
    def alarming(self) -> frozenset[str]:
        """The names of what troubles meters and receivers by radio now."""
        lines = self._acquisition.hearing.values()
        wrong = (_wrong_key(device) for line in lines for device in line.wrong_keys)
        now_s = self._passed_s()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._look([each for line in lines for each in line.figures().receivers])
        return self._silent.union(wrong)

    @property
    def unsure(self) -> frozenset[str]:
        """The names of what nobody knows yet: nothing was heard since the line was begun.

        Whatever stood before, as of an earlier start, is neither true nor over.
        """
        spoke = {
            _wrong_key(device)
            for line in self._acquisition.hearing.values()
            for device in line.spoke
        }
        return self._by_radio - self._settled - spoke

    def _look(self, receivers: Sequence[ReceiverFigures]) -> None:
        silent, settled = set[str](), set[str]()
        for each in receivers:
            rule = _silent(each.link, each.receiver)
            if self._is_silent(each, rule):
                silent.add(rule)
            if not (each.unsure and each.expected):
                settled.add(rule)
            if each.collector is not None and each.collector.charge is not None:
                settled.add(weak := _weak(each.link, each.receiver))
                if each.collector.low:
                    silent.add(weak)
        self._silent, self._settled = frozenset(silent), frozenset(settled)

    def _is_silent(self, receiver: ReceiverFigures, rule: str) -> bool:
        now = self._clock()
        last_at = receiver.last_at or self._heard_at.get(rule, now)
        self._heard_at[rule] = last_at if receiver.expected else now
        if receiver.trouble or receiver.judged or not receiver.expected:
            return bool(receiver.trouble) and receiver.expected
        return now - last_at >= SILENT_AFTER


def _of_meter(
    config: DeviceConfig, link: LinkConfig, set_up: Collection[tuple[str, DeviceId]]
) -> Iterator[AlarmRule]:
    """Yield the rules of one meter, but those of a kind that somebody set up for it."""
    from drivers.mbus.valve import KEY

    device = config.id
    if ("offline", device) not in set_up and _is_wanted(config, "alarm_silent"):
        words = _("Meter silent beyond its interval")
        yield AlarmRule(f"{device}-silent", "offline", device, None, words, _USUAL)
    if link.kind == RADIO and not _is_wanted(config, "alarm_wrong_key"):
        return
    if link.kind == RADIO:
        words = _("The key of the meter does not fit its telegrams")
        yield AlarmRule(_wrong_key(device), HEARD, device, None, words, _USUAL)
    elif (
        config.options.get("valve_kind")
        and ("unknown-state", device) not in set_up
        and _is_wanted(config, "alarm_supply")
    ):
        words, point = _("Nobody knows whether heat is connected"), point_id(device, KEY)
        yield AlarmRule(f"{device}-supply", "unknown-state", device, point, words, _HIGH)


def _is_wanted(config: DeviceConfig, alarm: str) -> bool:
    """Whether nobody switched an alarm off in the meter's options."""
    return config.options.get(alarm) is not False


def _of_receivers(link: LinkConfig) -> Iterator[AlarmRule]:
    from drivers.wmbus import receivers_of

    with suppress(BadInput):  # its meters say what is wrong with the line
        for way in receivers_of(link):
            words = _("Receiver {name} hears nothing").format(name=way.name)
            rule = _silent(link.id, way.name)
            yield AlarmRule(rule, HEARD, PROGRAM, None, words, _HIGH, on_delay_s=_LOST_S)
            if way.type.tells_battery:
                words = _("Battery of the collector {name} is low").format(name=way.name)
                yield AlarmRule(_weak(link.id, way.name), HEARD, PROGRAM, None, words, _USUAL)


def _wrong_key(device: DeviceId) -> str:
    return f"{device}-wrong-key"


def _silent(link: str, receiver: str) -> str:
    return f"{link}-{receiver}-silent"


def _weak(link: str, receiver: str) -> str:
    return f"{link}-{receiver}-battery"

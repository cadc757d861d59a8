"""All lines of the plant: started, stopped and changed as the configuration says."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypedDict

from app.acquisition.choosing import ProfileChooser
from app.acquisition.courtesy import Courtesy
from app.acquisition.hearing import HearingLine
from app.acquisition.line import Line
from app.acquisition.neighbours import Neighbours
from app.acquisition.supervisor import Supervisor
from app.acquisition.telling import Standings, Telling
from app.acquisition.unit import Unit
from app.errors import BadInput
from app.model.conversation import Conversation, Frame
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Presence
from app.model.hearing import Around, LateBook, MeterKeyring, NothingLate, no_keys
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.pointtable import PointTable
from app.ports import (
    Clock,
    DeviceMemory,
    DriverType,
    Foretelling,
    Identity,
    Link,
    Overheard,
)

STAGGER_S = 0.005  # lines start this far apart, so that thousands do not connect at once
LONGEST_STAGGER_S = 5.0
_log = logging.getLogger(__name__)


class _Shared(TypedDict):
    """What every kind of line is given."""

    start_profile: Mapping[str, Profile]
    clock: Clock
    changed: Callable[[Unit, bool], None]
    memory: DeviceMemory | None


@dataclass(slots=True)
class _Running:
    line: Line | HearingLine
    config: LinkConfig
    devices: tuple[DeviceConfig, ...]
    units: dict[DeviceId, Unit] = field(default_factory=dict)


class Acquisition:
    """The only one that talks to drivers; lives on the core's loop."""

    def __init__(
        self,
        table: PointTable,
        drivers: Iterable[DriverType],
        profiles: ProfileChooser,
        clock: Clock,
        report: Callable[[str, Exception], None] | None = None,
        memory: DeviceMemory | None = None,
        keys: MeterKeyring = no_keys,
        secrets: Callable[[LinkConfig, str], str] = lambda _link, _receiver: "",
    ) -> None:
        """``memory`` tells who answered before this core ran; ``keys`` open what is sealed.

        ``secrets`` are the passwords of receivers, by link and name.
        """
        self._keys, self._secrets = keys, secrets
        self.courtesy = Courtesy()  # asked by a window of this process
        self.late: LateBook = NothingLate()  # keeps what is heard of earlier moments
        self._memory = memory
        self._table = table
        self._drivers = {driver.kind: driver for driver in drivers}
        self._profiles = profiles
        self._clock = clock
        self._report = report
        self._supervisor = Supervisor(self._on_crash)
        self.running: dict[str, _Running] = {}  # by link
        self.hearing: dict[str, HearingLine] = {}  # by link: those whose devices speak
        self._units: dict[DeviceId, Unit] = {}
        self._idle: dict[DeviceId, DeviceStanding] = {}  # configured, but not served
        self._broken: dict[DeviceId, DeviceStanding] = {}  # of these: what cannot be served
        self._telling = Telling(report)
        self._others = Neighbours(
            table,
            self.profile_of,
            self.standing_of,
            lambda: self.late,
            partial(_log.error, "%s"),
        )

    async def apply(
        self, links: Collection[LinkConfig], devices: Collection[DeviceConfig]
    ) -> None:
        """Make what runs equal to the configuration; unchanged lines are not touched."""
        by_link: dict[LinkId, list[DeviceConfig]] = {}
        for device in devices:
            if device.enabled:
                by_link.setdefault(device.link, []).append(device)
        wanted = {
            link.id: (link, tuple(by_link.get(link.id, ()))) for link in links if link.enabled
        }
        for name, running in tuple(self.running.items()):
            kept = wanted.get(running.config.id)
            if kept != (running.config, running.devices):
                await self._end(name, running)
        self._broken.clear()
        fresh = [
            (link, served)
            for name, (link, served) in wanted.items()
            if name not in self.running and (served or _hears(self._drivers.get(link.kind)))
        ]
        for position, (link, served) in enumerate(fresh):
            self._begin(link, served, min(position * STAGGER_S, LONGEST_STAGGER_S))
        at = self._clock()
        self._idle = {
            device.id: self._broken.get(device.id)
            or DeviceStanding(device.id, Presence.DISABLED, at)
            for device in devices
            if device.id not in self._units
        }
        units = (unit.keeper.standing() for unit in self._units.values())
        self._telling.tell_all([*self._idle.values(), *units])

    def recall(self, stored: Iterable[Reading]) -> None:
        """Show the newest readings of an earlier run until the devices speak themselves.

        Those of devices that are not served, and of points no profile knows, are left out.
        """
        by_device: dict[DeviceId, list[Reading]] = {}
        for reading in stored:
            by_device.setdefault(split_point(reading.point)[0], []).append(reading)
        for device, readings in by_device.items():
            if (unit := self._units.get(device)) is not None:
                unit.recall(readings)

    async def stop(self) -> None:
        """End every line; nothing is published afterwards."""
        await self._supervisor.stop_all()
        self._telling.stop()
        self.running.clear()

    async def read_now(self, device: DeviceId, keys: Collection[str]) -> Sequence[Reading]:
        """Ask the device itself; empty ``keys`` means every point its profile places."""
        line, unit = self._find(device)
        outcome = await line.ask(unit, keys)
        return outcome.readings

    async def write(self, device: DeviceId, key: str, value: float) -> None:
        """Send one value, in the point's unit, exactly once; only `app.control` calls this."""
        line, unit = self._find(device)
        await line.write(unit, key, value)

    def profile_of(self, device: DeviceId) -> Profile | None:
        """Return the profile in force; None until the device said who it is."""
        unit = self._units.get(device)
        return unit.profile if unit else None

    def config_of(self, device: DeviceId) -> DeviceConfig:
        """Return a running device's configuration; `BadInput` for any other."""
        return self._find(device)[1].config

    def identity_of(self, device: DeviceId) -> Identity | None:
        """Return what the device said of itself, if it did."""
        unit = self._units.get(device)
        return unit.identity if unit else None

    def mismatch_of(self, device: DeviceId) -> str:
        """Return a sentence when the device is not what was configured, else ""."""
        unit = self._units.get(device)
        return (unit.mismatch or unit.stranger) if unit else ""

    def standing_of(self, device: DeviceId) -> DeviceStanding | None:
        """Return how the device is doing; None for one that is not configured."""
        unit = self._units.get(device)
        return unit.keeper.standing() if unit else self._idle.get(device)

    def conversation_of(self, device: DeviceId) -> Conversation:
        """Return the last 24 hours with a running device; `BadInput` for any other."""
        line, unit = self._find(device)
        link = line.link
        round_s = link.round_s() if isinstance(link, Foretelling) else None
        return replace(unit.keeper.logbook.told(self._clock()), round_s=round_s)

    def frames_of(self, device: DeviceId) -> Sequence[Frame]:
        """Return what went over a running device's line last; `BadInput` for any other."""
        link = self._find(device)[0].link
        return link.frames() if isinstance(link, Overheard) else ()

    def watch(self, watcher: Standings) -> Callable[[], None]:
        """Hear of changed standings, at most four times a second; call the result to stop."""
        return self._telling.watch(watcher)

    def _find(self, device: DeviceId) -> tuple[Line | HearingLine, Unit]:
        for running in self.running.values():
            if device in running.units:
                return running.line, running.units[device]
        if device in self._broken:
            raise BadInput(self._broken[device].last_error)
        if device in self._idle:
            raise BadInput(f"device {device} is disabled")
        raise BadInput(f"there is no device {device!r} in this project")

    def _begin(
        self, link: LinkConfig, served: tuple[DeviceConfig, ...], delay_s: float
    ) -> None:
        driver = self._drivers.get(link.kind)
        if driver is None:
            for config in served:
                self._refuse(config, f"link {link.name}: no driver of kind {link.kind!r}")
            return
        first = self._first_profiles(link, served, driver)
        now_s = asyncio.get_running_loop().time() + delay_s
        units = [
            Unit(config, self._table, self._clock, now_s, self._memory, link)
            for config in served
            if config.id in first
        ]
        if not units and (served or not _is_sound(link, driver, self._clock)):
            return
        shared: _Shared = {
            "start_profile": first,
            "clock": self._clock,
            "changed": self._telling.note,
            "memory": self._memory,
        }
        line: Line | HearingLine
        if driver.hears:
            line = HearingLine(
                link,
                units,
                driver,
                around=Around(
                    self._keys, partial(self._secrets, link), self.late.settled, self._others
                ),
                file_late=self._others.file,
                table=self._table,
                **shared,
            )
            self.hearing[link.id] = line
        else:
            candidates, choose = self._profiles.candidates(link.kind), self._profiles.choose
            line = Line(
                link,
                units,
                driver,
                candidates=candidates,
                choose=choose,
                courtesy=self.courtesy,
                **shared,
            )
        by_id = {unit.config.id: unit for unit in units}
        self.running[link.id] = _Running(line, link, served, by_id)
        self._units.update(by_id)
        self._supervisor.start(_name_of(link), lambda: line.run(delay_s))

    def _first_profiles(
        self, link: LinkConfig, served: tuple[DeviceConfig, ...], driver: DriverType
    ) -> dict[str, Profile]:
        """Return the profile each device begins with; without one it cannot be served."""
        first: dict[str, Profile] = {}
        for config in served:
            try:
                driver.link(link, self._clock)  # opens nothing; says what is wrong with it
                first[config.id] = self._profiles.first(config)
            except BadInput as error:
                self._refuse(config, str(error))
        return first

    def _on_crash(self, name: str, error: Exception) -> None:
        if self._report is not None:
            self._report(name, error)
        for running in self.running.values():
            if _name_of(running.config) == name:
                running.line.crashed(error)

    def _refuse(self, config: DeviceConfig, why: str) -> None:
        """Leave out what cannot be served, and say so; the rest goes on."""
        _log.error("%s is not served: %s", config.name, why)
        at = self._clock()
        self._broken[config.id] = DeviceStanding(
            config.id, Presence.FAULT, at, last_error=why, faults=(why,)
        )

    async def _end(self, name: str, running: _Running) -> None:
        await self._supervisor.stop(_name_of(running.config))
        for device, unit in running.units.items():
            unit.forget()
            self._units.pop(device, None)
            self._telling.forget(device)
        self.hearing.pop(name, None)
        del self.running[name]


def link_of(acquisition: Acquisition, link: LinkId) -> Link | None:
    """Return a line's link while it runs, so that a search may share it."""
    found = acquisition.running.get(link)
    return found.line.link if found is not None else None


def known_before(acquisition: Acquisition) -> list[PointId]:
    """Return the points that meters told of themselves, before this start or since.

    Those of profiles are not among them: a plant of controllers has hundreds of thousands,
    and each is read again within seconds.
    """
    heard = [unit for line in acquisition.hearing.values() for unit in line.units]
    asked = [unit for each in acquisition.running.values() for unit in each.units.values()]
    told = [unit for unit in asked if unit.identity is not None and unit.identity.points]
    return [point for unit in (*heard, *told) for point in unit.points()]


def _hears(driver: DriverType | None) -> bool:
    """Whether a line listens though no meter of ours is on it yet: others are counted."""
    return driver is not None and driver.hears


def _is_sound(link: LinkConfig, driver: DriverType, clock: Clock) -> bool:
    try:
        driver.link(link, clock)
    except BadInput as error:
        _log.error("%s is not served: %s", link.name, error)
        return False
    return True


def _name_of(link: LinkConfig) -> str:
    return f"link {link.name} ({link.id})"  # two links may have the same name

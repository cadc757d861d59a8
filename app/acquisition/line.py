"""One link and the devices on it: connect, identify, poll in turn, notice silence."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Protocol, TypeGuard, runtime_checkable

from app.acquisition.courtesy import Courtesy
from app.acquisition.knownbefore import KnownBefore
from app.acquisition.schedule import Due, Schedule
from app.acquisition.unit import Unit
from app.errors import (
    DeviceRefused,
    DeviceUnreachable,
    GarbledAnswer,
    NothingSent,
    PlantError,
)
from app.model.device import LinkConfig
from app.model.profile import Profile
from app.ports import (
    Clock,
    Device,
    DeviceMemory,
    DriverType,
    Identity,
    Link,
    Polled,
    PollOutcome,
    Writable,
)

FIRST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 8.0  # so that a device is back within 15 s of its return
DEAD_SHARE = 0.2  # of the link's time that silent units may take from the living
_log = logging.getLogger(__name__)

ChooseProfile = Callable[[Unit, Identity], Profile]


class Rounds(Protocol):
    """What a slow line knows of how long its readouts take."""

    def recall(self, kept: Mapping[str, str]) -> None:
        """Begin with what an earlier run told."""
        ...

    def news(self) -> Mapping[str, str]:
        """Return what is to be kept for the next run and was not told before."""
        ...


@runtime_checkable
class Pacing(Link, Protocol):
    """A line that knows how long its readouts take."""

    rounds: Rounds


class Line:
    """Runs the conversation on one link; lives on the core's loop.

    ``choose`` gives the profile in force for a device once it said who it is;
    ``candidates`` are the profiles it may be asked to tell apart.
    """

    def __init__(
        self,
        config: LinkConfig,
        units: Sequence[Unit],
        driver: DriverType,
        *,
        candidates: Collection[Profile],
        start_profile: Mapping[str, Profile],
        choose: ChooseProfile,
        clock: Clock,
        changed: Callable[[Unit, bool], None],
        memory: DeviceMemory | None = None,
        courtesy: Courtesy | None = None,
    ) -> None:
        """``memory`` keeps over a restart how long readouts take on a slow line.

        And what devices told of their own points: these stand before anybody answers.
        ``courtesy`` lets polls wait for the screen.
        """
        self._courtesy = courtesy or Courtesy()
        self._memory = memory
        self.config = config
        self.units = tuple(units)
        self._driver = driver
        self._candidates = candidates
        self._start_profile = start_profile
        self._choose = choose
        self._clock = clock
        self._changed = changed
        self._link: Link | None = None
        self._rounds: Rounds | None = None
        self._known = KnownBefore(memory, config, [unit.config.id for unit in self.units])
        for unit in self.units:
            before = self._known.of(unit.config)
            if before is not None:
                unit.learn(choose(unit, before), before)
            unit.expect(unit.profile or start_profile[unit.config.id])
        self._schedule = Schedule()
        self._retry_at_s: dict[int, float] = {}
        self._back_off_s: dict[int, float] = {}
        self._dead_probe_from_s = 0.0
        self._meeting = asyncio.Lock()

    async def run(self, first_delay_s: float) -> None:
        """Serve the devices until cancelled; a driver's own bug comes out as it is."""
        loop = asyncio.get_running_loop()
        await _wait(loop.time() + first_delay_s)
        link = self._driver.link(self.config, self._clock)
        self._rounds = link.rounds if isinstance(link, Pacing) else None
        if self._rounds is not None and self._memory is not None:
            self._rounds.recall(self._memory.learned(self.config.id))
        try:
            self._begin(link, loop.time())
            while True:
                await self._courtesy.passed()
                await self._turn(loop.time())
                await _wait(self._next_s(loop.time()))
        finally:
            self._link = None
            await link.close()

    async def ask(self, unit: Unit, keys: Collection[str]) -> PollOutcome:
        """Read points of one device now, ahead of its cycle, and publish them.

        Empty ``keys`` means every point the profile in force places.
        """
        driver = unit.driver
        if not isinstance(driver, Polled) or unit.keeper.lost_s is not None:
            unit_index = self.units.index(unit)
            await self._meet(unit_index, unit)
            driver = unit.driver
        if not isinstance(driver, Polled):
            raise PlantError(f"{unit.config.name}: cannot be read on demand")
        started_s = asyncio.get_running_loop().time()
        outcome = await driver.poll(keys or unit.placed())
        self._publish(unit, "", outcome, started_s)
        return outcome

    @property
    def link(self) -> Link | None:
        """Return the link while it runs."""
        return self._link

    def crashed(self, error: Exception) -> None:
        """Note that the driver itself failed: all its devices were without an answer."""
        now_s = asyncio.get_running_loop().time()
        sentence = f"a fault in the driver ({type(error).__name__}); it starts again by itself"
        for unit in self.units:
            self._note(unit, unit.failed(now_s, sentence, link_lost=False))

    async def write(self, unit: Unit, key: str, value: float) -> None:
        """Send one value to one device, exactly once; see `Writable.write` for errors."""
        only_known = unit.driver is None and unit.profile is not None
        if only_known or unit.keeper.lost_s is not None:
            raise NothingSent(f"{unit.config.name} does not answer; nothing was sent")
        if not isinstance(unit.driver, Writable):
            raise DeviceRefused(f"{unit.config.name}: its driver cannot write")
        await unit.driver.write(key, value)

    def _begin(self, link: Link, now_s: float) -> None:
        """Start with a new link: what a crash left behind speaks to the old one."""
        self._link = link
        self._dead_probe_from_s = now_s
        for index, unit in enumerate(self.units):
            unit.driver = None
            self._schedule.drop(index)
            self._retry_at_s[index] = now_s

    async def _turn(self, now_s: float) -> None:
        # First, so that a driver that crashes at every turn cannot keep values fresh.
        for unit in self.units:
            if now_s >= unit.keeper.next_change_s():
                self._note(unit, unit.aged(now_s))
        retry = self._retry_due(now_s)
        if retry is not None:
            await self._revive(retry)
        due = self._schedule.take(asyncio.get_running_loop().time())
        if due is not None:
            await self._poll(due)

    def _next_s(self, now_s: float) -> float:
        retry_s = min(map(self._probe_s, self._retry_at_s), default=float("inf"))
        ages = (u.keeper.next_change_s() for u in self.units)
        return max(now_s, min(self._schedule.next_s(), retry_s, min(ages, default=now_s + 1)))

    def _probe_s(self, index: int) -> float:
        """Return when a lost unit may be asked next; one that never failed need not wait."""
        at_s = self._retry_at_s[index]
        shared = len(self.units) > 1 and index in self._back_off_s
        return max(at_s, self._dead_probe_from_s) if shared else at_s

    def _retry_due(self, now_s: float) -> int | None:
        due = [
            (index in self._back_off_s, self._retry_at_s[index], index)
            for index in self._retry_at_s
            if self._probe_s(index) <= now_s
        ]
        return min(due)[2] if due else None

    async def _revive(self, index: int) -> None:
        unit, started_s = self.units[index], asyncio.get_running_loop().time()
        try:
            await self._meet(index, unit)
        except PlantError as error:
            self._lose(index, unit, error, started_s)

    async def _meet(self, index: int, unit: Unit) -> None:
        """Connect if need be, ask who is there, and start the device's cycles."""
        async with self._meeting:
            await self._introduce(index, unit)

    async def _introduce(self, index: int, unit: Unit) -> None:
        link = self._need_link()
        if not link.connected:
            await link.open()
        start = self._start_profile[unit.config.id]
        driver = unit.driver or self._driver.device(link, unit.config, start, self._clock)
        identity = await driver.identify(self._candidates)
        profile = self._choose(unit, identity)
        if unit.driver is None or unit.profile is not profile:
            driver = self._driver.device(link, unit.config, profile, self._clock)
        now_s = asyncio.get_running_loop().time()
        _recognise(unit, identity)
        if not unit.stranger:
            self._known.keep(unit.config.id, identity)
        unit.equip(profile, driver, now_s)
        self._retry_at_s.pop(index, None)
        if len(self._back_off_s) == len(self.units):
            # The line itself is back: whoever was lost with it is asked at once.
            self._back_off_s.clear()
            self._dead_probe_from_s = now_s
            self._retry_at_s.update(dict.fromkeys(self._retry_at_s, now_s))
        groups = unit.groups()
        self._schedule.start(index, groups, now_s)
        if not any(period_s > 0 for period_s, _keys in groups.values()):
            self._only_met(index, unit, now_s)

    def _only_met(self, index: int, unit: Unit, now_s: float) -> None:
        """Nothing is polled of it: that it says who it is, once a cycle, is its answer."""
        self._back_off_s.pop(index, None)
        self._retry_at_s[index] = now_s + unit.keeper.cycle_s
        self._publish(unit, "", PollOutcome([]), now_s)

    async def _poll(self, due: Due) -> None:
        unit = self.units[due.device]
        if not _is_polled(unit.driver):
            return
        started_s = asyncio.get_running_loop().time()
        try:
            outcome = await unit.driver.poll(due.keys)
        except PlantError as error:
            self._lose(due.device, unit, error, started_s)
        else:
            why = unit.nothing_came(due.group, outcome)
            if why:
                unit.show(outcome.readings)
                self._lose(due.device, unit, GarbledAnswer(why), started_s)
                return
            self._back_off_s.pop(due.device, None)
            self._publish(unit, due.group, outcome, started_s)
            if self._rounds is not None and self._memory is not None:
                self._memory.learn(self.config.id, self._rounds.news())

    def _publish(self, unit: Unit, group: str, outcome: PollOutcome, started_s: float) -> None:
        now_s = asyncio.get_running_loop().time()
        changed = unit.publish(
            group,
            outcome.readings,
            outcome.faults,
            now_s=now_s,
            took_s=now_s - started_s,
            requests=outcome.requests,
        )
        self._note(unit, changed)

    def _lose(self, index: int, unit: Unit, error: PlantError, started_s: float) -> None:
        now_s = asyncio.get_running_loop().time()
        self._dead_probe_from_s = now_s + (now_s - started_s) * (1 / DEAD_SHARE - 1)
        self._schedule.drop(index)
        back_off_s = self._back_off_s.get(index, FIRST_BACK_OFF_S)
        self._retry_at_s[index] = now_s + back_off_s
        self._back_off_s[index] = min(2 * back_off_s, LONGEST_BACK_OFF_S)
        link_lost = not self._need_link().connected and back_off_s > FIRST_BACK_OFF_S
        self._note(unit, unit.failed(now_s, str(error), link_lost=link_lost))

    def _note(self, unit: Unit, presence_changed: bool) -> None:
        lost = unit.keeper.lost_s is not None
        if lost is not unit.loss_told:  # once on loss, once on return
            unit.loss_told = lost
            if lost:
                _log.warning("%s lost: %s", unit.config.name, unit.keeper.last_error)
            else:
                _log.info("%s is back", unit.config.name)
        self._changed(unit, presence_changed)

    def _need_link(self) -> Link:
        if self._link is None:
            raise DeviceUnreachable(f"{self.config.name}: the link is not running yet")
        return self._link


def _is_polled(driver: Device | None) -> TypeGuard[Polled]:
    return driver is not None and _answers(type(driver))


@cache
def _answers(kind: type) -> bool:
    """Return whether drivers of a kind answer when asked.

    Looking a protocol up takes as long as a poll of ten points does; a plant polls
    hundreds of devices a second.
    """
    return issubclass(kind, Polled)


def _recognise(unit: Unit, identity: Identity) -> None:
    known = unit.stranger
    unit.meet(identity)
    if unit.stranger and not known:
        _log.warning("%s; nothing is written until it is saved anew", unit.stranger)


async def _wait(until_s: float) -> None:
    """Sleep until a moment of the loop's clock; always gives way at least once."""
    await asyncio.sleep(max(0.0, until_s - asyncio.get_running_loop().time()))

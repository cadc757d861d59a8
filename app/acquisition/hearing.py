"""A link whose devices speak by themselves, and the devices heard on it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.acquisition.unit import Unit
from app.errors import BadInput, DeviceRefused, PlantError
from app.model.device import LinkConfig
from app.model.hearing import Around
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, Reading
from app.model.reception import RadioFigures
from app.pointtable import PointTable
from app.ports import (
    Clock,
    DeviceMemory,
    DriverType,
    Heard,
    Hearing,
    Identity,
    PollOutcome,
)
from app.words import _

SILENT_AFTER = 6.0  # of its own intervals; radio loses one now and then, and several at times
LEAST_CYCLE_S = 60.0
UNKNOWN_CYCLE_S = 86_400.0  # of a device that was not heard twice: some speak once a day
_AGE_S = 2.0
_KEEP_S = 1.0  # between two parts of what is kept for the next start
_log = logging.getLogger(__name__)


class HearingLine:
    """Takes in what devices say; lives on the core's loop, in the place of a `Line`."""

    def __init__(
        self,
        config: LinkConfig,
        units: Sequence[Unit],
        driver: DriverType,
        *,
        start_profile: Mapping[str, Profile],
        around: Around,
        file_late: Callable[[Sequence[Reading]], None],
        table: PointTable,
        clock: Clock,
        changed: Callable[[Unit, bool], None],
        memory: DeviceMemory | None = None,
    ) -> None:
        """Readings go to the ``table`` in batches; those that came late to ``file_late``.

        What an earlier core learned of the devices, and ``memory`` knows, stands at once.
        """
        self.config, self.units = config, tuple(units)
        self._by_device: dict[DeviceId, Unit] = {unit.config.id: unit for unit in units}
        self._driver, self._around, self._clock = driver, around, clock
        self._file_late = file_late
        self._table, self._changed, self._memory = table, changed, memory
        self._start_profile = start_profile
        self._link: Hearing | None = None
        self.wrong_keys: set[DeviceId] = set()  # whose newest telegram no key opens
        self.spoke: set[DeviceId] = set()  # since the line was begun
        self._age_at_s = self._keep_at_s = 0.0
        self._made: dict[tuple[str, str, tuple[str, ...]], Profile] = {}
        for unit in self.units:
            unit.expect(start_profile[unit.config.id])
            unit.keeper.cycle_s = cycle_of(unit, None)
        self._first: Hearing | None = None
        with suppress(BadInput):  # said when it runs
            self._first = self._attending()

    async def run(self, first_delay_s: float) -> None:
        """Listen until cancelled; a driver's own bug comes out as it is."""
        await asyncio.sleep(first_delay_s)
        link, self._first = self._first or self._attending(), None
        try:
            await link.open()
            self._link = link
            while True:
                self._take(await link.hear())
                now_s = asyncio.get_running_loop().time()
                self._age(now_s)
                if now_s >= self._keep_at_s:
                    self._keep_at_s = now_s + _KEEP_S
                    self._keep(link.learned())
                await asyncio.sleep(0)
        finally:
            self._link = None
            self._keep(link.learned(everything=True))
            await link.close()

    @property
    def link(self) -> Hearing | None:
        """The link while it runs."""
        return self._link

    def figures(self) -> RadioFigures:
        """Return what was heard since the link runs."""
        return RadioFigures((), ()) if self._link is None else self._link.figures()

    def recent(self, number: str) -> Sequence[bytes]:
        """Return the last telegrams of a meter, the newest first."""
        return () if self._link is None else self._link.recent(number)

    async def ask(self, unit: Unit, keys: Collection[str]) -> PollOutcome:
        """Refuse: who speaks by itself cannot be asked."""
        raise PlantError(
            _("{name} speaks by itself and cannot be asked").format(name=unit.config.name)
        )

    async def write(self, unit: Unit, key: str, value: float) -> None:
        """Refuse: nothing is sent to such a device."""
        raise DeviceRefused(
            _("{name} speaks by itself and takes nothing").format(name=unit.config.name)
        )

    def crashed(self, error: Exception) -> None:
        """Note that the driver itself failed: nobody was heard meanwhile."""
        now_s = asyncio.get_running_loop().time()
        sentence = f"a fault in the driver ({type(error).__name__}); it starts again by itself"
        for unit in self.units:
            self._changed(unit, unit.failed(now_s, sentence, link_lost=False))

    def _attending(self) -> Hearing:
        """Return a link that knows its devices, and what an earlier one learned of them."""
        link = self._driver.link(self.config, self._clock)
        if not isinstance(link, Hearing):
            raise TypeError(f"{self.config.kind}: a link that does not hear")
        before = {} if self._memory is None else self._memory.learned(self.config.id)
        for each in link.attend([unit.config for unit in self.units], self._around, before):
            unit = self._by_device[each.device]
            self._learn(unit, each)
            unit.keeper.cycle_s = cycle_of(unit, each.interval_s)
        return link

    def _keep(self, news: Mapping[str, str]) -> None:
        if self._memory is not None and news:
            self._memory.learn(self.config.id, news)

    def _take(self, heard: Sequence[Heard]) -> None:
        now_s = asyncio.get_running_loop().time()
        readings: list[Reading] = []
        late: list[Reading] = []
        for each in heard:
            unit = self._by_device[each.device]
            self.spoke.add(each.device)
            (self.wrong_keys.add if each.wrong_key else self.wrong_keys.discard)(each.device)
            if each.interval_s is not None:
                unit.keeper.cycle_s = cycle_of(unit, each.interval_s)
            if each.points is not None or (unit.profile is None and not each.trouble):
                self._learn(unit, each)
            late += each.late
            if each.trouble:
                self._changed(unit, unit.failed(now_s, each.trouble, link_lost=each.lost))
                continue
            if each.late and not each.readings:
                continue
            readings += each.readings
            self._changed(unit, unit.publish("", (), (), now_s=now_s, took_s=None, requests=1))
        if late:
            self._file_late(late)
        self._table.publish(readings)

    def _learn(self, unit: Unit, heard: Heard) -> None:
        """Put in force what the device told of itself; its other values stand."""
        points: Mapping[str, PointSpec] = heard.points or {}
        base = self._start_profile[unit.config.id]
        shape = (base.id, heard.label, tuple(points))
        kept = self._made.get(shape)
        if kept is None or kept.points != {**base.points, **points}:
            label = heard.label or base.label
            kept = replace(base, points={**base.points, **points}, label=label)
            self._made[shape] = kept
        unit.learn(kept, Identity(base.id, heard.label, heard.facts))

    def _age(self, now_s: float) -> None:
        if now_s < self._age_at_s:
            return
        self._age_at_s = now_s + _AGE_S
        for unit in self.units:
            if now_s >= unit.keeper.next_change_s():
                self._changed(unit, unit.aged(now_s))


def cycle_of(unit: Unit, interval_s: float | None) -> float:
    """Return by what cycle a device's silence is judged: as it is wished, or as it speaks."""
    wished = unit.config.options.get("interval_s")
    if isinstance(wished, int | float) and not isinstance(wished, bool) and wished > 0:
        return float(wished)
    if interval_s is None:
        return UNKNOWN_CYCLE_S
    return max(LEAST_CYCLE_S, interval_s * SILENT_AFTER)

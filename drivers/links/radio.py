"""A radio network: several receivers, one list of meters, and nobody asked anything."""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from app.acquisition.supervisor import Supervisor
from app.errors import PlantError
from app.model.collector import CollectorKind
from app.model.conversation import Frame
from app.model.device import DeviceConfig, LinkConfig
from app.model.hearing import Around
from app.model.meterprofile import MeterProfiles
from app.model.reception import RadioFigures
from app.ports import Clock, Heard
from app.words import _
from drivers.links.whylost import why_lost
from drivers.receivers.receiver import Outlet, Way
from drivers.wireless.caught import NOTHING, Caught, caught_in
from drivers.wireless.ear import Ear
from drivers.wireless.figures import figures_of
from drivers.wireless.notebook import Notebook
from drivers.wireless.silence import SilenceWatch

AT_ONCE = 64  # telegrams between two looks at everything else the loop has to do
_MOST_WAITING = 20_000  # telegrams; then receivers wait, where they can
_WAIT_S, _LOOKS_S = 1.0, 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0
_log = logging.getLogger(__name__)


class RadioLink:
    """A `Hearing` link over the receivers named; lives on the core's loop.

    Each receiver is opened again by itself for as long as the link is.
    """

    def __init__(
        self,
        config: LinkConfig,
        ways: Sequence[Way],
        profiles: MeterProfiles,
        clock: Clock,
        watch: SilenceWatch | None = None,
        collectors: Mapping[str, CollectorKind] = MappingProxyType({}),
    ) -> None:
        """Prepare; nothing is opened yet. ``watch`` judges receivers that hear nothing.

        ``collectors`` tells which of them are collectors of which kind.
        """
        self._watch = watch or SilenceWatch()
        self._id, self._name, self._ways = config.id, config.name, tuple(ways)
        self._profiles, self._clock, self._collectors = profiles, clock, collectors
        self._waiting = deque[tuple[Caught, str]]()
        self._came, self._room, self._turned = (asyncio.Event() for _each in range(3))
        self._receivers, self._listens = Supervisor(self._fell_over), False
        self._around = Around()
        self.ear = Ear((), self._around.keys, clock, profiles)
        self._notebook = Notebook(self.ear, clock)

    @property
    def connected(self) -> bool:
        """Whether it listens; which of its receivers do is told by their traffic."""
        return self._listens

    def attend(
        self,
        devices: Collection[DeviceConfig],
        around: Around,
        learned: Mapping[str, str] = MappingProxyType({}),
    ) -> Sequence[Heard]:
        """Listen for these meters; raises `BadInput` for one without a number."""
        self._around = around
        self.ear = Ear(devices, around.keys, self._clock, self._profiles)
        self._notebook = Notebook(self.ear, self._clock)
        return self._notebook.recall(learned, _now_s())

    def learned(self, *, everything: bool = False) -> Mapping[str, str]:
        """Return what to know again after a restart; see `Hearing.learned`."""
        return self._notebook.news(_now_s(), everything=everything)

    async def open(self) -> None:
        """Begin to listen at every receiver."""
        self._room.set()
        if not self._listens:
            self._listens = True
            for way in self._ways:
                self._receivers.start(way.name, partial(self._attend_to, way))

    async def close(self) -> None:
        """Hang up; may be called twice."""
        self._listens = False
        await self._receivers.stop_all()

    def frames(self) -> Sequence[Frame]:
        """Return the telegrams of own meters that were looked at last, oldest first."""
        return [Frame(at, sent=False, data=data) for at, _receiver, data in self.ear.last]

    def figures(self) -> RadioFigures:
        """Return what was heard since the link was made."""
        now_s = _now_s()
        return figures_of(self.ear, self._id, self._clock(), now_s, self._collectors)

    def recent(self, number: str) -> Sequence[bytes]:
        """Return the last telegrams of a meter; see `Hearing.recent`."""
        meter = self.ear.meters.get(number.lower())
        return () if meter is None else meter.recent[::-1]

    async def hear(self) -> Sequence[Heard]:
        """Return what meters said since; see `Hearing.hear`."""
        self._turned.set()
        if not self._waiting:
            self._came.clear()
            try:
                async with asyncio.timeout(_WAIT_S):
                    await self._came.wait()
            except TimeoutError:
                return ()
        now_s = _now_s()
        found: list[Heard] = []
        for _each in range(min(AT_ONCE, len(self._waiting))):
            caught, receiver = self._waiting.popleft()
            heard = self.ear.take(caught, receiver, now_s)
            if heard is not None:
                found.append(heard)
        self._room.set()
        return found

    def _fell_over(self, receiver: str, error: Exception) -> None:
        """Say of a receiver that a fault of ours ended it; it alone is opened again."""
        fault = _("a fault of Heatdesk itself: {kind}")
        self.ear.of(receiver).trouble = fault.format(kind=type(error).__name__)

    async def _attend_to(self, way: Way) -> None:
        """Keep one receiver open, and open it anew when it stands and is deaf."""
        traffic, loop = self.ear.of(way.name), asyncio.get_running_loop()
        traffic.judged = way.type.seldom or bool(self._watch.limit_s)
        traffic.rests = way.type.seldom and not self._watch.limit_s
        while True:
            opened = asyncio.create_task(self._keep_open(way))
            try:
                while not opened.done():
                    await asyncio.wait([opened], timeout=_LOOKS_S)
                    if self._watch.deaf(way.name, traffic, self._clock(), loop.time()):
                        _log.warning(
                            "%s: receiver %s: %s", self._name, way.name, traffic.silence
                        )
                        traffic.reopened += 1
                        break
            finally:
                opened.cancel()
                await asyncio.wait([opened])
            if not opened.cancelled() and (error := opened.exception()) is not None:
                raise error

    async def _keep_open(self, way: Way) -> None:
        """Listen at one receiver, and again whenever it was lost."""
        traffic, pause_s = self.ear.of(way.name), _FIRST_PAUSE_S

        def up() -> None:
            nonlocal pause_s
            if traffic.trouble:
                _log.info("%s: receiver %s is back", self._name, way.name)
            traffic.stood()
            pause_s = _FIRST_PAUSE_S

        async def take(line: bytes | Caught) -> None:
            await self._take(line, way.name)

        def fault(sentence: str) -> None:
            traffic.lines += 1
            traffic.nothing += 1
            traffic.fault = sentence
            _log.warning("%s: receiver %s: %s", self._name, way.name, sentence)

        outlet = Outlet(take, up, lambda: self._around.secrets(way.name), fault, self._settled)
        while True:
            try:
                await way.type.run(way.rest, outlet)
            except (OSError, TimeoutError, PlantError) as error:
                why = str(error) if isinstance(error, PlantError) else why_lost(error)
                if not traffic.trouble:
                    _log.warning("%s: receiver %s lost: %s", self._name, way.name, why)
                traffic.trouble = why
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _settled(self) -> bool:
        """Wait until all that waits here was taken on, and is kept; False where it is not."""
        while self._waiting:
            await self._next_turn()
        await self._next_turn()  # what was heard last is handed over by then
        return await self._around.settled()

    async def _next_turn(self) -> None:
        self._turned.clear()
        self._came.set()  # nobody waits for a telegram now
        await self._turned.wait()

    async def _take(self, line: bytes | Caught, receiver: str) -> None:
        caught = caught_in(line) if isinstance(line, bytes) else line
        if caught is NOTHING:
            return
        traffic = self.ear.of(receiver)
        traffic.lines += 1
        traffic.line_s = asyncio.get_running_loop().time()
        if caught is None:
            traffic.nothing += 1
            return
        while len(self._waiting) >= _MOST_WAITING:
            self._room.clear()
            await self._room.wait()
        self._waiting.append((caught, receiver))
        self._came.set()


def _now_s() -> float:
    return asyncio.get_running_loop().time()

"""A line with many units on it: every question takes its time, and silence takes longest."""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from app.errors import DeviceUnreachable
from app.model.device import DeviceConfig, LinkConfig
from app.model.profile import Profile
from app.model.reading import Quality, Reading, point_id
from app.ports import DriverType, Identity, PollOutcome
from tests.plant import NOON


@dataclass
class SharedLine:
    """The wires; tests turn the knobs and read what happened when (loop time, in s)."""

    answer_s: float = 0.1
    timeout_s: float = 3.0
    silent: set[str] = field(default_factory=set)  # device ids
    mute_polls: set[str] = field(default_factory=set)  # these say who they are, and no more
    refused: bool = False  # no connection at all, told at once
    connected: bool = False
    opened: int = 0
    closed: int = 0
    busy_s: float = 0.0
    wasted_s: float = 0.0
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    met: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    polls: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    writes: list[tuple[float, str, str, float]] = field(default_factory=list)
    crash: list[BaseException] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def driver(self) -> DriverType:
        """Return a driver type that speaks on this line."""
        return DriverType(
            "fake",
            object,
            lambda config, clock: _Link(self, config),
            lambda link, config, profile, clock: _Unit(self, link, config, profile),
        )

    async def question(self, device: str, *, polling: bool) -> None:
        """Let one question and its answer, or none, pass over the line."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            if not self.connected:
                raise DeviceUnreachable(f"{device}: the connection was refused")
            deaf = device in self.silent or (polling and device in self.mute_polls)
            took_s = self.timeout_s if deaf else self.answer_s
            await asyncio.sleep(took_s)
            self.busy_s += took_s
            if self.crash:
                raise self.crash.pop()
            if deaf:
                self.wasted_s += took_s
                raise DeviceUnreachable(f"{device}: no answer at {loop.time():.1f}")


class _Link:
    """A connection; an old one is dead for good."""

    def __init__(self, line: SharedLine, config: LinkConfig) -> None:
        self._line = line
        self._name = config.name
        self.shut = False

    @property
    def connected(self) -> bool:
        return self._line.connected and not self.shut

    async def open(self) -> None:
        if self._line.refused:
            raise DeviceUnreachable(f"{self._name}: the connection was refused")
        self._line.opened += 1
        self._line.connected = True

    async def close(self) -> None:
        if not self.shut:
            self._line.closed += 1
        self.shut = True
        self._line.connected = False


class _Unit:
    def __init__(
        self, line: SharedLine, link: object, config: DeviceConfig, profile: Profile
    ) -> None:
        self._line = line
        self._link = link
        self._config = config
        self._profile = profile

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        self._alive()
        self._line.asked[self._config.id].append(asyncio.get_running_loop().time())
        await self._line.question(self._config.id, polling=False)
        self._line.met[self._config.id].append(asyncio.get_running_loop().time())
        return Identity()

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        self._alive()
        await self._line.question(self._config.id, polling=True)
        now_s = asyncio.get_running_loop().time()
        for key in keys:
            self._line.polls[self._config.id, key].append(now_s)
        return PollOutcome(
            [Reading(point_id(self._config.id, k), 20.0, Quality.GOOD, NOON) for k in keys]
        )

    async def write(self, key: str, value: float) -> None:
        self._alive()
        await self._line.question(self._config.id, polling=False)
        now_s = asyncio.get_running_loop().time()
        self._line.writes.append((now_s, self._config.id, key, value))

    def _alive(self) -> None:
        if isinstance(self._link, _Link) and self._link.shut:
            raise DeviceUnreachable(f"{self._config.id}: this link was closed for good")

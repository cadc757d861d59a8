"""A driver without wires: devices in memory that answer, fall silent, refuse or crash."""

from collections.abc import Collection
from dataclasses import dataclass, field

from app.errors import DeviceRefused, DeviceUnreachable, NothingSent
from app.model.device import DeviceConfig, LinkConfig
from app.model.profile import Profile
from app.model.reading import Quality, Reading, point_id
from app.ports import Clock, DriverType, Identity, Link, PollOutcome


@dataclass
class FakePlant:
    """The world behind the wires; tests turn its knobs."""

    values: dict[str, float] = field(
        default_factory=lambda: {"supply": 71.5, "limit": 50.0, "comfort": 20.0}
    )
    silent: set[str] = field(default_factory=set)  # device ids
    link_down: bool = False
    crash: BaseException | None = None
    refuse_write: str = ""
    lose_after_write: bool = False
    lost_before_write: bool = False
    ignore_write: bool = False
    identity: Identity = field(default_factory=Identity)
    faults: tuple[str, ...] = ()
    polls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    writes: list[tuple[str, str, float]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    clock: Clock | None = None

    def driver(self) -> DriverType:
        """Return a driver type that speaks with this plant."""
        return DriverType(
            "fake",
            object,
            lambda config, clock: FakeLink(self, config),
            lambda link, config, profile, clock: FakeDevice(self, link, config, profile, clock),
        )


class FakeLink:
    def __init__(self, plant: FakePlant, config: LinkConfig) -> None:
        self._plant = plant
        self._config = config
        self._open = False

    @property
    def connected(self) -> bool:
        return self._open and not self._plant.link_down

    async def open(self) -> None:
        if self._plant.link_down:
            raise DeviceUnreachable(f"{self._config.name}: connection refused")
        self._plant.opened += 1
        self._open = True

    async def close(self) -> None:
        self._plant.closed += self._open
        self._open = False


class FakeDevice:
    def __init__(
        self, plant: FakePlant, link: Link, config: DeviceConfig, profile: Profile, clock: Clock
    ) -> None:
        self._plant = plant
        self._link = link
        self._config = config
        self._profile = profile
        self._clock = clock

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        self._answer()
        return self._plant.identity

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        self._answer()
        self._plant.polls.append((self._config.id, tuple(keys)))
        at = self._clock()
        readings = [
            Reading(point_id(self._config.id, key), self._plant.values[key], Quality.GOOD, at)
            for key in keys
        ]
        return PollOutcome(readings, self._plant.faults)

    async def write(self, key: str, value: float) -> None:
        self._answer()
        if self._plant.refuse_write:
            raise DeviceRefused(self._plant.refuse_write)
        if self._plant.lost_before_write:
            raise NothingSent("the connection was lost before the question was sent")
        self._plant.writes.append((self._config.id, key, value))
        if not self._plant.ignore_write:
            self._plant.values[key] = value
        if self._plant.lose_after_write:
            self._plant.silent.add(self._config.id)
            raise DeviceUnreachable(f"{self._config.name}: no answer")

    def _answer(self) -> None:
        if self._plant.crash is not None:
            crash, self._plant.crash = self._plant.crash, None
            raise crash
        if self._plant.link_down or self._config.id in self._plant.silent:
            raise DeviceUnreachable(f"{self._config.name}: no answer")

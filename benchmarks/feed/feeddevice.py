"""A stand-in for Modbus TCP: any number of devices that answer at once, without a socket.

Each number a profile polls swings around a middle of its own, so that every poll brings
changed values; a setting keeps what was written to it.
"""

import math
from collections.abc import Collection
from zlib import crc32

from app.errors import DeviceUnreachable
from app.model.device import DeviceConfig, LinkConfig
from app.model.point import PointSpec, ValueKind
from app.model.profile import Profile
from app.model.reading import Quality, Reading, Value, point_id
from app.ports import Clock, DriverType, Identity, Link, PollOutcome
from drivers.modbus_tcp import Options, options_of

SILENT = "silent"  # a device of which the serial number says so never answers
_MIDDLES = {"°C": 55.0, "kW": 80.0, "W": 80_000.0, "l/h": 1200.0, "m³/h": 1.2, "bar": 4.0}
_SWING = 0.06  # of the middle
_WAVE_S = 600.0


class FeedLink:
    """A line that is always there."""

    def __init__(self) -> None:
        self.connected = False

    async def open(self) -> None:
        self.connected = True

    async def close(self) -> None:
        self.connected = False


class FeedDevice:
    """A device that answers by its profile."""

    def __init__(self, config: DeviceConfig, profile: Profile, clock: Clock) -> None:
        self._id, self._clock = config.id, clock
        self._silent = config.serial.startswith(SILENT)
        self._profile = profile
        self._phase = crc32(config.id.encode()) % 1000 / 1000 * math.tau
        self._written: dict[str, float] = {}

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        self._answer()
        return Identity(self._profile.id, self._profile.label, {})

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        self._answer()
        at, points = self._clock(), self._profile.points
        wave = math.sin(at.timestamp() / _WAVE_S * math.tau + self._phase)
        told = [
            Reading(point_id(self._id, key), self._value(points[key], wave), Quality.GOOD, at)
            for key in keys
        ]
        return PollOutcome(told)

    async def write(self, key: str, value: float) -> None:
        self._answer()
        self._written[key] = value

    def _answer(self) -> None:
        if self._silent:
            raise DeviceUnreachable(f"{self._id}: no answer")

    def _value(self, spec: PointSpec, wave: float) -> Value:
        if spec.key in self._written:
            return self._written[spec.key]
        if spec.kind is ValueKind.NUMBER and spec.write is None:
            return round(_MIDDLES.get(spec.unit, 40.0) * (1 + _SWING * wave), spec.decimals)
        return resting_value(spec)


def resting_value(spec: PointSpec) -> Value:
    """Return what a point says while nobody changes it: its default, else what it allows."""
    if spec.kind is ValueKind.TEXT:
        return "A266"
    if spec.kind is ValueKind.TIME_OF_DAY:
        return 600.0
    if spec.kind is ValueKind.CHOICE:
        return float(next(iter(spec.choices), 0))
    if spec.kind is ValueKind.FLAGS:
        return 0.0
    if spec.default is not None:
        return spec.default
    return spec.write.minimum if spec.write and spec.write.minimum is not None else 1.0


def _link(config: LinkConfig, _clock: Clock) -> Link:
    options_of(config)
    return FeedLink()


def _device(_link: Link, config: DeviceConfig, profile: Profile, clock: Clock) -> FeedDevice:
    return FeedDevice(config, profile, clock)


DRIVER = DriverType(kind="modbus-tcp", options=Options, link=_link, device=_device)

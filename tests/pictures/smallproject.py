"""A small project on the profiles the product ships, standing still at noon.

Controllers and heat meters with every point, picture and week plan of their profiles;
values follow from the point's meaning and the device's place in the list, so that they
are the same on every machine.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from app.asked import DeviceDetail, DeviceView
from app.model.conversation import Attendance, Stay
from app.model.device import Presence
from app.model.point import PointSpec, ValueKind
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id, split_point
from app.model.scan import ScanState
from app.profiles.loader import load_all
from app.series import Series
from app.verbs import Viewer
from tests.fakes.asked import FakeHistory, FakePlant, FakeServices
from tests.fakes.smallplant import AHORNVEJ, METER, NOON, alarms, substations

CONTROLLER_PROFILE, METER_PROFILE = "danfoss.ecl310.a266_1", "kamstrup.multical_x03"
_VALUES = {
    "s1": -2.3,
    "s2": 20.8,
    "s3": 51.6,
    "s4": 53.4,
    "s5": 33.3,
    "s6": 41.8,
    "s3_desired_flow": 52.0,
    "c1_heat_curve_slope": 1.2,
    "c1_flow_min": 28.0,
    "c1_flow_max": 70.0,
    "c1_room_comfort": 20.0,
    "c2_dhw_comfort": 53.0,
    "c1_mode": 1.0,
    "c2_mode": 1.0,
    "c1_status": 2.0,
    "c2_status": 2.0,
    "relay1_state": 1.0,
    "relay2_state": 1.0,
    "relay2_manual": 1.0,
    "triac1_state": 1.0,
}
_ODD = {
    "s2": (Quality.STALE, "link-lost", timedelta(minutes=14)),
    "s6": (Quality.BAD, "sensor-open", timedelta()),
    "relay2_state": (Quality.MANUAL, "", timedelta()),
    "power": (Quality.UNCERTAIN, "implausible", timedelta()),
}
_WEEK = {"1_start": 600.0, "1_stop": 1900.0}  # HHMM: comfort of every day; no other periods


@cache
def profile_of(label: str) -> Profile:
    """Return the profile of a controller or a meter by the label of its device."""
    return load_all().profiles[METER_PROFILE if label == METER else CONTROLLER_PROFILE]


def small_project() -> FakeServices:
    """Return twelve controllers and four meters with their alarms, as services."""
    views = [_with_profile(view) for view in substations()]
    services = FakeServices(views, alarms())
    services.plant = _Plant(views)
    services.history = _History(services.plant)
    for view in views:
        services.plant.details[view.config.id] = detail(view)
    services.scan.run(ScanState.PAUSED)
    return services


def detail(view: DeviceView) -> DeviceDetail:
    """Return what the core would say of a device of that profile."""
    profile = profile_of(view.label)
    return DeviceDetail(
        view,
        tuple(profile.points.values()),
        {"serial": "423187751", "code_number": "087H3040"},
        profile.diagram,
        dict(profile.slots),
        profile.unknown,
        profile.week_programs,
        -41.0 if profile.clock is not None else None,
        "" if profile.clock is not None else "The device keeps no clock that we know of.",
        dict(profile.circuits),
    )


def value_of(spec: PointSpec, at: int) -> float | str:
    """Return what a point of the device at this place in the list shows at noon."""
    if spec.key in _VALUES:
        return _VALUES[spec.key] + (at * 0.7 if spec.unit == "°C" else 0.0)
    by_kind: dict[ValueKind, float | str] = {
        ValueKind.TEXT: "2.45",
        ValueKind.FLAGS: 0.0,
        ValueKind.CHOICE: float(min(spec.choices, default=0)),
        ValueKind.TIME_OF_DAY: _WEEK.get(spec.key.partition("_")[2][4:], 2400.0),
    }
    if spec.kind in by_kind:
        return by_kind[spec.kind]
    rules = spec.write
    if spec.default is not None:
        return spec.default
    if rules is not None and rules.minimum is not None and rules.maximum is not None:
        return float(round((rules.minimum + rules.maximum) / 2, spec.decimals))
    return round(10 + (sum(map(ord, spec.key)) + 7 * at) % 89 * 0.5, spec.decimals)


def _attended() -> Attendance:
    """Return a week with a night out, a morning of garbled answers and a core that slept."""
    hours = (
        (52, 41, Presence.ON),
        (41, 33, Presence.OFFLINE),
        (33, 26, Presence.ON),
        (22, 20, Presence.FAULT),
        (20, 3, Presence.ON),
        (3, 2.9, Presence.LATE),
        (2.9, 0, Presence.ON),
    )
    own = tuple(
        Stay(NOON - timedelta(hours=begin), NOON - timedelta(hours=end), presence)
        for begin, end, presence in hours
    )
    line = tuple(
        replace(each, presence=Presence.ON) if each.presence is Presence.FAULT else each
        for each in own
    )
    return Attendance(own[0].begin, own, line, 48 * 3600.0, 39.9 * 3600)


class _Plant(FakePlant):
    """Answers for every point of a device's profile."""

    async def attendance(
        self, viewer: Viewer, device: DeviceId, start: datetime, end: datetime
    ) -> Attendance:
        return _attended()

    def read(self, device: DeviceId, keys: Collection[str] | None = None) -> list[Reading]:
        """Return the readings of noon."""
        at, view = next(
            (at, each) for at, each in enumerate(self.views) if each.config.id == device
        )
        specs = profile_of(view.label).points.values()
        return [
            _reading(point_id(device, spec.key), spec, at)
            for spec in specs
            if keys is None or spec.key in keys
        ]

    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        wanted: dict[DeviceId, set[str]] = {}
        for point in points:
            device, key = split_point(point)
            wanted.setdefault(device, set()).add(key)
        return [
            each for device, keys in sorted(wanted.items()) for each in self.read(device, keys)
        ]

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        return self.read(device, set(keys) or None)


class _History(FakeHistory):
    """Quarter hours up to noon: each point swings gently about its value of noon."""

    def __init__(self, plant: _Plant) -> None:
        self._plant = plant

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        return [await self._swing(point, start, end) for point in points]

    async def _swing(self, point: PointId, start: datetime, end: datetime) -> Series:
        first, last = (round(each.timestamp() * 1000) for each in (start, end))
        noon = round(NOON.timestamp() * 1000)
        step = 900_000 if last - first > 7_200_000 else 10_000
        times = np.arange(first, min(last, noon) + 1, step, dtype=np.int64)
        device, key = split_point(point)
        at_noon = next((each.value for each in self._plant.read(device, {key})), 0.0)
        middle = at_noon if isinstance(at_noon, float) else 0.0
        phase = (times - noon) / 7.2e6
        values = middle + 0.08 * abs(middle) * np.sin(phase) * np.cos(phase / 3.1)
        return Series(point, times, values, np.zeros(len(times), dtype=np.uint8))


def readings(device: DeviceId = AHORNVEJ) -> list[Reading]:
    """Return the readings a screen begins with."""
    return _Plant([_with_profile(view) for view in substations()]).read(device)


def _reading(point: PointId, spec: PointSpec, at: int) -> Reading:
    quality, reason, age = _ODD.get(spec.key, (Quality.GOOD, "", timedelta()))
    if at:  # the first device has one of each kind, the others are well
        quality, reason, age = Quality.GOOD, "", timedelta()
    value = None if quality is Quality.BAD else value_of(spec, at)
    return Reading(point, value, quality, NOON - age, reason)


def _with_profile(view: DeviceView) -> DeviceView:
    profile = profile_of(view.label)
    config = replace(view.config, profile=profile.id)
    standing = replace(view.standing, profile=profile.id)
    return replace(view, config=config, standing=standing)

"""A project of five thousand devices and two hundred thousand points, made in seconds.

Substations with A266.1 and other controllers, heat meters and electricity meters, five
to a gateway; half of one percent never answers. Alarm rules, a year of history of the
points that pages show, two thousand lines of audit, notes and documents.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import drivers
from app.asked import Note
from app.compose.kinds import driver_types
from app.history.store import EmbeddedHistory
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.profiles.loader import load_all
from app.project.config import PlantConfig
from app.project.opening import Administrator, Project, create_project, open_project
from benchmarks.feed.feeddevice import SILENT

LOGIN, WORD = "bench", "a bench needs no secrets"
A266, ECL, METER, ELECTRIC = (
    "danfoss.ecl310.a266_1",
    "danfoss.ecl310.generic",
    "kamstrup.multical_x03",
    "eastron.sdm630",
)
_STREETS = ("Ahornvej", "Birkevej", "Cedervej", "Havnegade", "Kajen", "Skolegade", "Torvet")
_AREAS = ("Østerby", "Vesterby", "Nordhavn", "Sydbyen", "Midtbyen", "Engvang", "Bakken")
_ON_A_LINK = 5
_SILENT_EVERY = 200
_RULE_EVERY = 5
_WARM_C, _HOT_C = 90.0, 40.0  # limits: hardly ever reached, always exceeded
_STANDING_EVERY = 100
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Size:
    """How many devices of each kind, and how much of the past there is."""

    mix: tuple[tuple[str, int], ...] = ((A266, 450), (ECL, 550), (METER, 3600), (ELECTRIC, 400))
    shown: int = 12  # A266.1 devices with a past
    days: int = 30
    audit: int = 2000

    @property
    def devices(self) -> int:
        """How many devices there are in all."""
        return sum(count for _profile, count in self.mix)


LARGE = Size()
SMALL = Size(((A266, 6), (ECL, 4), (METER, 16), (ELECTRIC, 4)), shown=2, days=2, audit=20)


def use_feed() -> None:
    """Let the core find the drivers without sockets; they take the place of the others.

    Raises:
        RuntimeError: They do not: a driver of the same module name stands before one.
    """
    folder = str(Path(__file__).parent / "feed")
    if folder not in drivers.__path__:
        drivers.__path__.append(folder)
    by_kind = {driver.kind: driver for driver in driver_types()}
    if by_kind[_link(0).kind].device.__module__ != f"{drivers.__name__}.feeddevice":
        raise RuntimeError("the plant would be polled over sockets: feeddevice is not found")


def make_large(folder: Path, size: Size = LARGE) -> int:
    """Make the project; returns how many points are polled by themselves."""
    administrator = Administrator(LOGIN, "Bench", WORD)
    create_project(
        folder, title="Storbyen", zone="Europe/Copenhagen", administrator=administrator
    )
    devices = list(planned(size))
    links = [_link(number) for number in range(math.ceil(len(devices) / _ON_A_LINK))]
    rules = list(_rules(devices))

    def fill(plant: PlantConfig) -> PlantConfig:
        return replace(
            plant,
            utility="Storbyens Fjernvarme",
            links={x.id: x for x in links},
            devices={x.id: x for x in devices},
            rules={x.id: x for x in rules},
        )

    with closing(open_project(folder)) as project:
        project.configuration.change(LOGIN, "a large plant", fill)
        shown = [x.id for x in devices if x.profile == A266][: size.shown]
        _write_down(project, shown, size)
        _fill_history(project.folder.history, shown, size)
    return polled_points(devices)


@cache
def shown_devices(size: Size = LARGE) -> Sequence[DeviceId]:
    """Return the devices that have a past: those whose pages are opened."""
    return [x.id for x in planned(size) if x.profile == A266][: size.shown]


def polled_points(devices: Sequence[DeviceConfig]) -> int:
    """Return how many points the devices tell by themselves."""
    profiles = load_all([]).profiles
    live = {
        name: sum(spec.live and key in profile.places for key, spec in profile.points.items())
        for name, profile in profiles.items()
    }
    return sum(live[device.profile] for device in devices)


def planned(size: Size) -> Iterator[DeviceConfig]:
    """Yield the devices, their kinds mixed as they are in a town."""
    count = dict(size.mix)
    left = dict(size.mix)
    for number in range(size.devices):
        profile = max(left, key=lambda each: left[each] / count[each])
        left[profile] -= 1
        silent = number % _SILENT_EVERY == _SILENT_EVERY - 1
        yield DeviceConfig(
            DeviceId(f"d{number}"),
            f"{_STREETS[number % len(_STREETS)]} {number // len(_STREETS) + 1}",
            _AREAS[number // 97 % len(_AREAS)],
            LinkId(f"l{number // _ON_A_LINK}"),
            number % _ON_A_LINK + 1,
            profile,
            serial=f"{SILENT}-{number}" if silent else str(60_000_000 + number),
        )


def _link(number: int) -> LinkConfig:
    host = f"10.{number // 250}.{number % 250}.7"
    return LinkConfig(LinkId(f"l{number}"), "modbus-tcp", f"Gateway {number}", {"host": host})


def _rules(devices: Sequence[DeviceConfig]) -> Iterator[AlarmRule]:
    for number, device in enumerate(devices):
        yield AlarmRule(f"{device.id}-off", "offline", device.id, None, "Device offline", 3)
        if number % _RULE_EVERY or device.profile != A266:
            continue
        limit = _HOT_C if number % _STANDING_EVERY == 0 else _WARM_C
        point = point_id(device.id, "s3")
        yield AlarmRule(
            f"{device.id}-hot", "high", device.id, point, "Flow too hot", 2, limit, 2.0
        )


def _write_down(project: Project, shown: Sequence[DeviceId], size: Size) -> None:
    """Let people have done and written things."""
    for number in range(size.audit):
        project.audit.append(
            login=LOGIN,
            name="Bench",
            workstation="desk",
            verb="control.write",
            entity=str(point_id(shown[number % len(shown)], "s3")),
            old="20",
            new=str(20 + number % 5),
            result="confirmed",
        )
    for device in shown:
        for number in range(5):
            project.notes.keep(Note("", device, f"Filter cleaned, round {number}"), "Bench")
            project.documents.file(
                b"%PDF-1.4 paper",
                f"report {number}.pdf",
                title=f"Report {number}",
                kind="note",
                created_by="Bench",
                device=device,
            )


def _fill_history(folder: Path, shown: Sequence[DeviceId], size: Size) -> None:
    """Give the shown devices a past, a sample of each sensor a quarter of an hour."""
    store = EmbeddedHistory(folder)
    keys = sensors(A266)
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    points = [point_id(device, key) for device in shown for key in keys]
    for day in range(size.days, 0, -1):
        begin = end - timedelta(days=day)
        store.append(day_of_samples(points, begin), "quarter")
    store.compact(end, lambda: True)
    store.close()


@cache
def sensors(profile: str) -> Sequence[str]:
    """Return the keys of what a profile polls every few seconds."""
    found = load_all([]).profiles[profile]
    return [key for key, spec in found.points.items() if spec.poll_group == "fast"]


def day_of_samples(points: Sequence[PointId], begin: datetime) -> list[Reading]:
    """Return a day of each point, a sample a quarter of an hour from ``begin`` on."""
    told = []
    for nth, point in enumerate(points):
        for quarter in range(96):
            at = begin + quarter * _QUARTER
            value = round(50 + nth % 20 + 5 * math.sin(quarter / 15 + nth), 1)
            told.append(Reading(point, value, Quality.GOOD, at))
    return told

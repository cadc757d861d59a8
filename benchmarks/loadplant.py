"""A plant of load devices through all of our way but the screen."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import app.alarms.rules
import drivers
from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.compose.recording import Recording
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, Occurrence
from app.model.device import DeviceConfig, LinkConfig, LinkId, Presence
from app.model.point import PointSpec
from app.model.profile import Area, DataType, LinkRules, Profile, RegisterPlace
from app.model.reading import DeviceId, Reading, point_id
from app.plugins import discover
from app.pointtable import PointTable
from app.ports import Deed, DriverType
from app.settings.parts import HistorySettings

BLOCKS = (range(20), range(100, 120))
RULES_A_DEVICE = 4


def load_profile(cycle_s: float) -> Profile:
    """Return the profile of a load device: forty points in two blocks."""
    addresses = [address for block in BLOCKS for address in block]
    points = {
        f"r{address}": PointSpec(
            f"r{address}", f"Register {address}", "°C", 2, poll_group="fast"
        )
        for address in addresses
    }
    places = {
        f"r{address}": RegisterPlace(Area.HOLDING, address, DataType.INT16, 1, scale=0.01)
        for address in addresses
    }
    return Profile(
        "load",
        1,
        "Heatdesk",
        ("Load",),
        "Load device",
        "draft",
        "modbus-tcp",
        points,
        places,
        link=LinkRules(timeout_ms=5000),
        poll_groups={"fast": cycle_s},
    )


class LoadPlant:
    """Acquisition, point table, recorder and alarms over many load devices."""

    def __init__(self, ports: Sequence[int], folder: Path, cycle_s: float) -> None:
        def now() -> datetime:
            return datetime.now(UTC)

        self.readings = 0
        self.table = PointTable()
        chooser = ProfileChooser({"load": load_profile(cycle_s)}, lambda p, _options: p)
        kinds = discover(drivers, "DRIVER", DriverType).values()
        self.acquisition = Acquisition(self.table, kinds, chooser, now)
        rules = discover(app.alarms.rules, "RULE", RuleType).values()
        self.alarms = AlarmService(rules, _NoJournal(), _NoAudit(), now)
        self.recording = Recording(folder, self.table, HistorySettings(), now)
        self._links = [
            LinkConfig(
                LinkId(f"l{n}"), "modbus-tcp", f"L{n}", {"host": "127.0.0.1", "port": port}
            )
            for n, port in enumerate(ports)
        ]
        self._devices = [
            DeviceConfig(DeviceId(f"d{n}"), f"D{n}", "", link.id, 1, "load")
            for n, link in enumerate(self._links)
        ]

    async def start(self) -> None:
        """Begin to poll, record and judge."""
        self.table.watch(self._count)
        self.table.watch(self.alarms.on_readings)
        self.acquisition.watch(self.alarms.on_standings)
        self.alarms.apply([rule for d in self._devices for rule in _rules(d.id)])
        await self.recording.start()
        await self.acquisition.apply(self._links, self._devices)

    async def stop(self) -> None:
        """End everything."""
        await self.acquisition.stop()
        await self.recording.stop()

    def lost(self) -> int:
        """Return how many devices are not on."""
        standings = (self.acquisition.standing_of(device.id) for device in self._devices)
        return sum(s is None or s.presence is not Presence.ON for s in standings)

    def _count(self, readings: Sequence[Reading]) -> None:
        self.readings += len(readings)


def _rules(device: DeviceId) -> list[AlarmRule]:
    return [
        AlarmRule(
            f"{device}-r{n}", "high", device, point_id(device, f"r{n}"), "High", 2, 400.0, 2.0
        )
        for n in range(RULES_A_DEVICE)
    ]


class _NoJournal:
    """A journal that keeps nothing: no alarm is raised by these values."""

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord:
        raise AssertionError(f"no alarm is expected from load devices: {alarm} at {at}")

    def standing(self) -> Sequence[Alarm]:
        return ()

    def history(self, limit: int, before_seq: int | None = None) -> Sequence[AlarmRecord]:
        return ()

    def occurrences(self, rule: str) -> Sequence[Occurrence]:
        return ()


class _NoAudit:
    """An audit that keeps nothing: nobody does anything here."""

    def admit(self) -> None:
        """Nothing is in the way of anybody."""

    def append(self, **deed: Unpack[Deed]) -> int:
        raise AssertionError(f"nobody is expected to {deed['verb']} {deed['entity']}")

    def keep(self, **deed: Unpack[Deed]) -> None:
        self.append(**deed)

"""The core's own services over a plant without wires, wired as the real core wires them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any, cast

import app.alarms.rules
from app.acquisition.choosing import GENERIC, ProfileChooser
from app.acquisition.service import Acquisition
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.asked import Asked
from app.control.service import ControlService
from app.model.alarm import AlarmRule
from app.model.control import WriteResult
from app.model.device import DeviceConfig
from app.model.point import PointSpec
from app.model.reading import DeviceId
from app.model.rights import Grant
from app.plant.service import PlantService
from app.plugins import discover
from app.pointtable import PointTable
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.driver import FakePlant
from tests.fakes.intents import FakeIntents
from tests.fakes.journal import FakeJournal
from tests.fakes.overrides import FakeOverrides
from tests.plant import LINK, device, profile


@dataclass
class MiniCore:
    """The parts a test may look at."""

    plant: FakePlant
    table: PointTable
    acquisition: Acquisition
    control: ControlService
    alarms: AlarmService
    services: PlantService
    audit: FakeAudit
    journal: FakeJournal
    clock: FakeClock

    def asked(self) -> Asked:
        """The services as screens get them; what is not wired here is absent."""
        wired = {
            "plant": self.services,
            "alarms": self.alarms,
            "control": self.control,
            "watch_readings": self.table.watch,
            "watch_alarms": self.alarms.watch,
            "watch_devices": self.acquisition.watch,
            "watch_rights": Grant().watch,
        }
        absent = dict.fromkeys(each.name for each in fields(Asked))
        return Asked(**cast("Any", absent | wired))


@asynccontextmanager
async def mini_core(
    plant: FakePlant | None = None,
    devices: tuple[DeviceConfig, ...] = (device(),),
    rules: tuple[AlarmRule, ...] = (),
    audit: FakeAudit | None = None,
    period_s: float = 0.2,
    intents: FakeIntents | None = None,
    overrides: FakeOverrides | None = None,
    points: Mapping[str, PointSpec] | None = None,
) -> AsyncIterator[MiniCore]:
    """Run the services over ``plant`` until the block ends."""
    plant, audit = plant or FakePlant(), FakeAudit() if audit is None else audit
    clock, table, journal = FakeClock(), PointTable(), FakeJournal()
    own = {} if points is None else {"points": points}
    kinds_of = (profile(period_s, **own), profile(period_s, id=GENERIC, detect=(), **own))
    known = {each.id: each for each in kinds_of}
    chooser = ProfileChooser(known, lambda found, options: found)
    acquisition = Acquisition(table, [plant.driver()], chooser, clock)
    kinds = discover(app.alarms.rules, "RULE", RuleType).values()
    alarms = AlarmService(kinds, journal, audit, clock)

    async def past(_device: DeviceId) -> Mapping[str, WriteResult]:
        return {}

    services = PlantService(acquisition, table, known, clock)
    control = ControlService(
        acquisition,
        audit,
        clock,
        past,
        lambda: services.zone,
        intents or FakeIntents(),
        overrides or FakeOverrides(),
        clock.seconds,
    )
    services.apply("Østerby", "Europe/Copenhagen", [LINK], devices)
    table.watch(alarms.on_readings)
    acquisition.watch(alarms.on_standings)
    alarms.apply(rules)
    await acquisition.apply([LINK], devices)
    looking = asyncio.ensure_future(control.run())
    try:
        yield MiniCore(
            plant, table, acquisition, control, alarms, services, audit, journal, clock
        )
    finally:
        looking.cancel()
        await acquisition.stop()

"""The core and the drivers load on a machine that has no Qt at all; every verb has a right."""

import subprocess
import sys
from inspect import getmembers, iscoroutinefunction

import pytest

from app.alarms.service import AlarmService
from app.backup.service import BackupService
from app.channel.surface import surface
from app.control.service import ControlService
from app.hardening.service import HardeningService
from app.history.exchange.scheduled import ScheduledExchange
from app.history.retention.service import RetentionService
from app.history.service import HistoryService
from app.history.totals import TotalsService
from app.personal.service import CustomerService
from app.plant.radio import RadioService
from app.plant.scan import ScanService
from app.plant.service import PlantService
from app.plant.telegrams import TelegramService
from app.project.deskservice import DeskService
from app.project.meterservice import MeterService
from app.project.service import ProjectService
from app.project.versionservice import VersionService
from app.reports.service import ReportService
from app.second.service import PairService
from app.users.auditservice import AuditService
from app.users.peopleservice import PeopleService
from app.users.sessionservice import SessionService
from app.verbs import verbs_of

PROBE = """
import sys, pkgutil, importlib
sys.modules["PyQt6"] = None  # importing it now fails
import app, drivers
for package in (app, drivers):
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        parts = info.name.split(".")
        if parts[-1] != "__main__" and "migrations" not in parts:
            importlib.import_module(info.name)
"""
SERVICES = {
    "plant": PlantService,
    "history": HistoryService,
    "alarms": AlarmService,
    "control": ControlService,
    "reports": ReportService,
    "project": ProjectService,
    "audit": AuditService,
    "desk": DeskService,
    "people": PeopleService,
    "versions": VersionService,
    "hardening": HardeningService,
    "customers": CustomerService,
    "session": SessionService,
    "pairs": PairService,
    "meters": MeterService,
    "samples": ScheduledExchange,
    "retention": RetentionService,
    "radio": RadioService,
    "telegrams": TelegramService,
    "scan": ScanService,
    "backups": BackupService,
    "totals": TotalsService,
}
# The core's own: what runs for as long as it lives, what it does at its start, and what
# the marks of verbs ask. None is in `Asked`, and the channel serves marked methods only.
OF_THE_CORE = {"run", "look", "own_up", "devices_of"}


def test_core_and_drivers_need_no_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_public_coroutine_of_a_service_needs_a_capability(name: str) -> None:
    service = SERVICES[name]
    own = {
        verb
        for verb, _ in getmembers(service, iscoroutinefunction)
        if not verb.startswith("_") and verb not in OF_THE_CORE
    }
    assert own <= set(verbs_of(service))


def test_everything_that_may_be_asked_is_a_verb_of_its_service() -> None:
    for name, call in surface().items():
        assert call.verb in verbs_of(SERVICES[call.service]), name
        assert call.verb not in OF_THE_CORE

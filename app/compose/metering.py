"""What looks after meters, put together: by radio, their telegrams, the search on a bus."""

from app.acquisition.service import Acquisition
from app.compose.kinds import driver_types
from app.compose.radio import radio_of
from app.compose.telegrams import telegrams_of
from app.model.meterprofile import MeterSource
from app.plant.radio import RadioService
from app.plant.scan import ScanService
from app.plant.telegrams import TelegramService
from app.ports import Clock
from app.project.changes import ChangeDesk
from app.project.opening import Project


def metering_of(
    project: Project,
    changes: ChangeDesk,
    acquisition: Acquisition,
    meters: MeterSource,
    clock: Clock,
) -> tuple[RadioService, TelegramService, ScanService]:
    """Return the services in the order of `Asked`."""
    drivers = {each.kind: each for each in driver_types(meters)}
    return (
        radio_of(project, changes, acquisition),
        telegrams_of(meters),
        ScanService(acquisition, drivers, changes, clock),
    )

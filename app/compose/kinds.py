"""What kinds of drivers and alarm rules can be loaded here."""

from collections.abc import Collection

import app.alarms.rules
import drivers
from app.alarms.ruletype import RuleType
from app.model.meterprofile import MeterSource
from app.plugins import discover
from app.ports import DriverType


def driver_types(meters: MeterSource | None = None) -> Collection[DriverType]:
    """Return every driver that can be loaded here, of a project with its meter profiles."""
    found = discover(drivers, "DRIVER", DriverType).values()
    if meters is None:
        return found
    return [each.with_meters(meters) if each.with_meters else each for each in found]


def rule_types() -> Collection[RuleType]:
    """Return every kind of alarm rule that can be loaded here."""
    return discover(app.alarms.rules, "RULE", RuleType).values()

"""What kinds of drivers and alarm rules can be loaded here."""

from collections.abc import Collection

import app.alarms.rules
import drivers
from app.alarms.ruletype import RuleType
from app.plugins import discover
from app.ports import DriverType


def driver_types() -> Collection[DriverType]:
    """Return every driver that can be loaded here."""
    return discover(drivers, "DRIVER", DriverType).values()


def rule_types() -> Collection[RuleType]:
    """Return every kind of alarm rule that can be loaded here."""
    return discover(app.alarms.rules, "RULE", RuleType).values()

"""When samples go out by themselves, and where to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadInput
from app.model.device import Option
from app.words import _

EXPORT_FAILED = "own-export-failed"  # the alarm
HOURS, MOST_DAYS = 24, 62
_PREFIX = "export_"


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """A file for each day of the plant, every night; see docs/export-schema.md."""

    folder: str = ""  # a whole path on the computer that runs the project; "": none is made
    hour: int = 3  # of the day, in the plant's zone
    window_days: int = 7  # so many past days are looked at anew, for what came late
    devices: str = ""  # ids, apart by commas; "": all
    points: str = ""  # keys, apart by commas; "": all
    flags: bool = False  # a column tells what the rules found: version 2 of the schema

    def require_sound(self) -> None:
        """Raise `BadInput` for a plan that cannot be carried out."""
        if self.folder and not Path(self.folder).is_absolute():
            raise BadInput(_("{folder}: say the whole path").format(folder=self.folder))
        if not 0 <= self.hour < HOURS:
            raise BadInput(_("the hour of the export is 0 to 23"))
        if not 1 <= self.window_days <= MOST_DAYS:
            raise BadInput(_("1 to {most} days are looked at anew").format(most=MOST_DAYS))

    def options(self) -> dict[str, Option]:
        """Return it as options of the plant."""
        return {
            f"{_PREFIX}folder": self.folder,
            f"{_PREFIX}hour": self.hour,
            f"{_PREFIX}window_days": self.window_days,
            f"{_PREFIX}devices": self.devices,
            f"{_PREFIX}points": self.points,
            f"{_PREFIX}flags": self.flags,
        }

    def takes(self, device: str, key: str) -> bool:
        """Whether a point of a device goes out."""
        return _named(self.devices, device) and _named(self.points, key)

    def names(self, device: str) -> bool:
        """Whether it names a device itself, and not all of them."""
        return bool(self.devices.strip()) and _named(self.devices, device)

    def told(self) -> str:
        """Return it in a line, as the activity log keeps it."""
        if not self.folder:
            return "none"
        of = f"devices {self.devices or 'all'}, points {self.points or 'all'}"
        told = f"{self.folder}, daily at {self.hour}:00, {self.window_days} days anew, {of}"
        return f"{told}, with flags" if self.flags else told


def export_plan(options: Mapping[str, Option]) -> ExportPlan:
    """Return the plan in a plant's options; one that makes no sense exports nothing."""
    usual = ExportPlan()
    hour = options.get(f"{_PREFIX}hour", usual.hour)
    window = options.get(f"{_PREFIX}window_days", usual.window_days)
    if not isinstance(hour, int) or not isinstance(window, int):
        return usual
    folder, devices, points = (
        str(options.get(f"{_PREFIX}{name}") or "") for name in ("folder", "devices", "points")
    )
    flags = options.get(f"{_PREFIX}flags") is True
    plan = ExportPlan(folder, hour, window, devices, points, flags)
    try:
        plan.require_sound()
    except BadInput:
        return usual
    return plan


def named_in(names: str) -> list[str]:
    """Return the names that stand apart by commas; none: all are meant."""
    return [each.strip() for each in names.split(",") if each.strip()]


def _named(names: str, name: str) -> bool:
    wanted = named_in(names)
    return not wanted or name in wanted

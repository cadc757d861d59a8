"""What is known of the backups of a plant, and when one is made by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import BadInput
from app.words import _

MOST_KEPT, HOURS = 400, 24
_PREFIX = "backup_"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where and when a backup is made every night, and how many stay."""

    folder: str = ""  # a whole path on the computer that runs the project; "": none is made
    hour: int = 2  # of the day, in the plant's zone
    keep: int = 7  # so many of them stay; older ones go when a new one stands
    sealed: bool = False  # by the passphrase that is kept among the project's secrets

    def require_sound(self) -> None:
        """Raise `BadInput` for a plan that cannot be carried out."""
        if self.folder and not Path(self.folder).is_absolute():
            raise BadInput(_("{folder}: say the whole path").format(folder=self.folder))
        if not 0 <= self.hour < HOURS:
            raise BadInput(_("the hour of the backup is 0 to 23"))
        if not 1 <= self.keep <= MOST_KEPT:
            raise BadInput(_("1 to {most} backups are kept").format(most=MOST_KEPT))

    def options(self) -> dict[str, int | str | bool]:
        """Return it as options of the plant."""
        return {
            f"{_PREFIX}folder": self.folder,
            f"{_PREFIX}hour": self.hour,
            f"{_PREFIX}keep": self.keep,
            f"{_PREFIX}sealed": self.sealed,
        }


def backup_plan(options: Mapping[str, object]) -> BackupPlan:
    """Return the plan in a plant's options; one that makes no sense makes no backup."""
    usual = BackupPlan()
    folder = options.get(f"{_PREFIX}folder", usual.folder)
    hour = options.get(f"{_PREFIX}hour", usual.hour)
    keep = options.get(f"{_PREFIX}keep", usual.keep)
    if not (isinstance(folder, str) and isinstance(hour, int) and isinstance(keep, int)):
        return usual
    plan = BackupPlan(folder, hour, keep, bool(options.get(f"{_PREFIX}sealed", False)))
    try:
        plan.require_sound()
    except BadInput:
        return usual
    return plan


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole project in one file, as it was made."""

    file: str  # its whole path on the computer that runs the project
    made_at: datetime  # UTC
    size_bytes: int
    parts: int  # files in it
    sealed: bool  # opens with its passphrase alone
    carried: bool  # the databases lay on a server and lie in the backup as files
    verified: bool  # read back once it was made, every part as it was written


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was brought back of one damaged history file."""

    file: str  # as it was called: "2026.sqlite"
    samples: int  # that were readable
    brought: int  # of them, of moments that nothing was kept of
    unreadable: int  # blocks that are there and are damaged

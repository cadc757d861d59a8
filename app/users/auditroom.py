"""How much room the activity log has, and when nothing more may be changed for want of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from app.words import _, ngettext

WARN_SHARE = 0.8  # of the limit
WARN_FREE = 4  # times the space that is kept free
_BACK = 0.95  # a level is left a little later than it is reached, so that nothing flutters
MB = 1_000_000


class Level(IntEnum):
    """How the audit's storage stands."""

    WELL = 0
    SCARCE = 1
    STOPPED = 2  # what is not essential is refused


def free_bytes(folder: Path) -> int:
    """Return the free space of a folder's disk, in bytes; the folder may not be there yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


@dataclass(frozen=True, slots=True)
class AuditRoom:
    """What the audit may take, and what must stay free beside it.

    Essential entries (alarms acknowledged, people coming in, how a write ended) are
    written beyond the limit, too; what is kept free on the disk is for them.
    """

    limit_bytes: int = 1000 * MB
    keep_free_bytes: int = 100 * MB
    most_late: int = 1000  # entries that wait in memory while nothing can be written
    free: Callable[[Path], int] = free_bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """How the audit's storage stands at a moment."""

    level: Level
    size_bytes: int
    limit_bytes: int
    free_bytes: int
    why: str = ""  # a sentence without its end: "only 40 MB are free on …"

    @property
    def says(self) -> str:
        """Return the whole sentence an operator is told; "" while all is well."""
        if self.level is Level.WELL:
            return ""
        if self.level is Level.SCARCE:
            return _(
                "{why}: when it is full, nothing of the plant can be changed any more"
            ).format(why=self.why)
        return _(
            "{why}: changes of settings, devices, rules, people, notes and documents are "
            "refused until it has room again; reading and acknowledging alarms go on"
        ).format(why=self.why)


def judged(room: AuditRoom, size: int, free: int, before: Level, fault: str = "") -> Standing:
    """Return how things stand for an audit of ``size`` bytes on a disk with ``free`` bytes.

    ``before`` is the level until now: the way back begins a little further down.
    ``fault`` is what was said when the last entry could not be written.
    """

    def stands(level: Level, why: str) -> Standing:
        return Standing(level, size, room.limit_bytes, free, why)

    def reached(level: Level, load: float) -> bool:
        return load >= (_BACK if before >= level else 1.0)

    limit, kept = room.limit_bytes, room.keep_free_bytes
    scarcely = _("only {free} MB are free on the disk of the activity log")
    if reached(Level.STOPPED, kept / max(free, 1)):
        return stands(Level.STOPPED, scarcely.format(free=_mb(free)))
    if fault:
        why = _("the activity log cannot be written ({fault})")
        return stands(Level.STOPPED, why.format(fault=fault))
    if reached(Level.STOPPED, size / limit):
        why = _("the activity log is full ({size} of {limit} MB)")
        return stands(Level.STOPPED, why.format(size=_mb(size), limit=_mb(limit)))
    if reached(Level.SCARCE, size / (limit * WARN_SHARE)):
        why = _("the activity log has taken {size} of its {limit} MB")
        return stands(Level.SCARCE, why.format(size=_mb(size), limit=_mb(limit)))
    if reached(Level.SCARCE, kept * WARN_FREE / max(free, 1)):
        return stands(Level.SCARCE, scarcely.format(free=_mb(free)))
    return stands(Level.WELL, "")


def late_words(waiting: int, lost: int) -> str:
    """Return what is told of entries that could not be written yet; "" when there are none."""
    if lost:
        return _(
            "{lost} entries of the activity log are lost: it could not be written for too long"
        ).format(lost=lost)
    if waiting:
        return ngettext(
            "{count} entry waits to be written into the activity log; it is lost if "
            "Heatdesk ends before",
            "{count} entries wait to be written into the activity log; they are lost if "
            "Heatdesk ends before",
            waiting,
        ).format(count=waiting)
    return ""


def _mb(count: int) -> str:
    """Return bytes as MB: whole ones, or with a decimal below ten."""
    return f"{count / MB:.0f}" if count >= 10 * MB else f"{count / MB:.1f}"

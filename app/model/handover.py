"""What of a laptop's project differs from ours, and what an import of it brought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.model.hardening import said


class State(Enum):
    """How a thing of the laptop stands to ours."""

    NEW = "new"  # the laptop alone has it
    CHANGED = "changed"  # changed on the laptop alone
    OURS = "changed here"  # changed here alone, since the laptop took its copy
    CONFLICT = "conflict"  # differs, and nobody can tell which one should hold
    STRANGER = "other device"  # another device lies at that address with us
    REMOVED = "removed"  # removed on the laptop
    STAYS = "stays there"  # of the laptop alone, and never brought: an account


class Choice(Enum):
    """Whose thing holds afterwards; the other one stays among the versions."""

    HERE = "here"
    LAPTOP = "laptop"


_USUAL: Mapping[State, Choice | None] = {
    State.NEW: Choice.LAPTOP,
    State.CHANGED: Choice.LAPTOP,
    State.OURS: Choice.HERE,
    State.CONFLICT: None,
    State.STRANGER: None,
    State.REMOVED: Choice.HERE,
    State.STAYS: Choice.HERE,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same on the laptop and here."""

    kind: str  # "plant", "link", "device", "rule", "profile", "diagram", "secret", "audit",
    # "role", "preset", "account", "index"
    id: str  # with us
    name: str  # as shown
    state: State
    lines: tuple[str, ...] = ()  # a sentence each: ours → the laptop's

    @property
    def key(self) -> str:
        """What a choice names it by: "device:ahornvej-14"."""
        return f"{self.kind}:{self.id}"

    @property
    def usual(self) -> Choice | None:
        """What holds unless somebody says otherwise; None: somebody has to."""
        return _USUAL[self.state]


STATES: Mapping[State, str] = {
    State.NEW: said("New from the laptop"),
    State.CHANGED: said("Changed on the laptop"),
    State.OURS: said("Changed here"),
    State.CONFLICT: said("Conflict"),
    State.STRANGER: said("Another device at that address"),
    State.REMOVED: said("Removed on the laptop"),
    State.STAYS: said("Stays on the laptop"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought."""

    backup: Path
    taken: int  # things of the laptop that hold now
    kept: int  # things that differ and stayed as they were here
    versions: int
    notes: int
    documents: int
    alarms: int
    samples: int
    audit_entries: int  # of the laptop, kept beside ours
    statements: int = 0  # about indexes of meters

    def in_a_line(self) -> str:
        """Return what was brought, as the activity log keeps it."""
        counts = {
            "taken": self.taken,
            "kept": self.kept,
            "versions": self.versions,
            "notes": self.notes,
            "documents": self.documents,
            "alarms": self.alarms,
            "samples": self.samples,
            "entries of its log": self.audit_entries,
            "statements about indexes": self.statements,
        }
        return ", ".join(f"{what} {count}" for what, count in counts.items())


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """Which package goes into which project, and for whom."""

    root: Path  # of our project, which nobody runs
    package: Path
    passphrase: str = field(repr=False)
    login: str
    password: str = field(repr=False)

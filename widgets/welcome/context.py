"""What the welcome page works with, and what somebody may choose on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeAlias

from app.model.handover import Choice as Holds
from app.model.handover import Difference, Imported, MergeOrder
from app.project.recent import RecentProjects
from app.users.keyplaces import Keys
from widgets.asking import Asking
from widgets.theme import Look

Step = Callable[[int, int], bool]  # done and in all; False calls it off


class Merging(Protocol):
    """Compares a packed project with one of ours, and merges it; blocks, any thread."""

    def compare(self, order: MergeOrder, step: Step) -> Sequence[Difference]: ...

    def merge(
        self,
        order: MergeOrder,
        seen: Sequence[Difference],
        choices: Mapping[str, Holds],
        step: Step,
    ) -> Imported: ...


@dataclass(frozen=True, slots=True)
class WelcomeContext:
    """Everything around the welcome page; there is no core yet, only a thread for work."""

    look: Look
    asking: Asking
    recents: RecentProjects
    folder: Path  # where new projects are suggested
    zone: str  # of this computer, IANA name
    now: Callable[[], datetime]  # UTC
    keys: Keys | None = None  # None: this machine's own places
    merging: Merging | None = None  # None: nothing is merged from here


@dataclass(frozen=True, slots=True)
class OpenProject:
    """Open this project; without a login the person is asked who they are."""

    root: Path
    title: str
    login: str = ""
    password: str = ""
    language: str = ""  # chosen for this session alone

    def __repr__(self) -> str:
        return f"OpenProject({self.root}, {self.login})"


class Other(Enum):
    """What else may be chosen."""

    DEMO = "demo"


Choice: TypeAlias = OpenProject | Other

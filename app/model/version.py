"""Earlier versions of one thing: a device, a role, a preset, a file of the project."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ThingKind(Enum):
    """What is kept in versions, each on its own."""

    PLANT = "plant"  # its name, time zone and letterhead
    LINK = "link"
    DEVICE = "device"
    RULE = "alarm rule"
    PERSON = "account"
    ROLE = "role"
    SECOND = "second person"  # for what nobody acts alone
    PRESET = "preset"  # groups of devices, dashboards, and selections people named
    PROFILE = "profile"  # a device profile of the project's own
    DIAGRAM = "diagram"  # a diagram of the project's own


FILES = (ThingKind.PROFILE, ThingKind.DIAGRAM)
PLANT = "plant"  # the id of the one plant there is
SECOND = "rules"  # and of its one set of rules for second persons


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is kept in versions, by its id among its kind."""

    kind: ThingKind
    id: str


@dataclass(frozen=True, slots=True)
class ThingVersion:
    """A thing as somebody saved it."""

    number: int  # counts up, not always by one; 0 for what was never saved
    at: datetime | None  # UTC; None where nobody kept it
    author: str  # the name; "" where nobody kept it
    note: str
    content: str  # JSON of its fields, or a file's text; "" when it was removed

    @property
    def is_gone(self) -> bool:
        """Whether the thing was removed by this version."""
        return not self.content


@dataclass(frozen=True, slots=True)
class ThingStory:
    """A thing in a list: what it is called and who touched it last."""

    thing: Thing
    name: str
    at: datetime | None  # UTC, of the newest version
    author: str
    count: int  # of versions
    is_gone: bool = False
    sort: str = ""  # of a preset: what it is for ("dashboard")
    watches: str = ""  # the device of an alarm rule: many rules are called alike

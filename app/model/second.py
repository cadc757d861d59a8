"""What needs a second person, and a wish that waits until one confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Danger(Enum):
    """What a project may let nobody do alone."""

    OVERRIDE = "override"  # an output or mode taken out of automatic; a supply cut off
    BULK = "bulk"  # the same at many devices within minutes
    REMOVE = "remove"  # devices and lines taken out of the plant
    RESTORE = "restore"  # the plant made as it was: undone, done again, an earlier version
    ERASE = "erase"  # a resident's data, for good
    PEOPLE = "people"  # accounts, passwords of others, roles


DEFAULT_WAIT_MIN = 30
LEAST_WAIT_MIN, MOST_WAIT_MIN = 1, 24 * 60


@dataclass(frozen=True, slots=True)
class SecondRules:
    """What a project says of second persons; off unless an administrator says otherwise."""

    dangers: frozenset[Danger] = frozenset()
    wait_min: int = DEFAULT_WAIT_MIN  # a wish nobody confirms for so long is over
    version: int = 0  # as it was read; a change that finds another one is a conflict


class WishState(Enum):
    """How a wish for a second person stands."""

    WAITING = "waiting"  # nothing has been done
    RUNNING = "running"  # confirmed, and being carried out
    DONE = "done"
    WITHDRAWN = "withdrawn"  # by who asked, or declined by who was asked
    EXPIRED = "expired"


OVER = frozenset({WishState.DONE, WishState.WITHDRAWN, WishState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Wish:
    """One verb to be carried out: its name, and its arguments as they cross the channel."""

    call: str  # "control.write"
    arguments: str = field(repr=False)  # a JSON object by the names of the verb's parameters


@dataclass(frozen=True, slots=True)
class WishEnd:
    """What became of one verb: its answer as it crosses the channel, or why there is none."""

    answer: str  # JSON
    error: str = ""


@dataclass(frozen=True, slots=True)
class PairRequest:
    """What somebody would like to do and may not do alone; passwords in it are not told."""

    id: str
    wishes: Sequence[Wish]
    reason: str
    login: str
    name: str
    workstation: str
    asked_at: datetime
    until: datetime
    state: WishState
    second: str = ""  # the name of who confirmed or declined
    ends: Sequence[WishEnd] = ()
    mine_to_confirm: bool = False  # whether who looks at it may be the second person

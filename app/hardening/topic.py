"""How a topic introduces itself, and what it may look at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from app.model.device import LinkConfig
from app.model.hardening import Grade, HardeningFinding
from app.model.meterkey import MeterKey
from app.model.person import Person
from app.model.rights import Rights

LOOKED_BACK = timedelta(days=90)  # how far logins are looked at


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody came in, or was not let in."""

    at: datetime
    login: str
    source: str
    done: bool


@dataclass(frozen=True, slots=True)
class Listening:
    """Where this program waits for others."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """A secret of the store: never itself, only what may be said of it."""

    name: str
    since: datetime | None  # None: kept before this was written down
    guessable: bool


@dataclass(frozen=True, slots=True)
class Premises:
    """Everything that topics look at, gathered at one moment; blocks to make, not to use."""

    now: datetime
    root: Path
    private: tuple[Path, ...]  # files that nobody but their owner may read
    people: Sequence[Person]
    rights: Mapping[str, Rights]  # by login
    old_hashes: frozenset[str]  # logins whose password is kept in a way of former times
    logins: Sequence[Login]  # of the last `LOOKED_BACK`, newest first
    links: Sequence[LinkConfig]
    guarded_kinds: frozenset[str]  # of lines that are encrypted and prove both ends
    listening: Sequence[Listening] | None  # measured; None: the system does not tell
    own_port: int | None  # of the channel for windows and commands
    key_places: Sequence[str]  # of the secrets: "keyring", "passphrase", "key-file"
    secrets: Sequence[KeptSecret]
    audit_fault: str  # a sentence; "" while the chain is whole
    meter_keys: Sequence[MeterKey] = ()  # that there are keys, never one itself

    def people_in(self) -> list[Person]:
        """Return who may come in."""
        return [person for person in self.people if not self.rights[person.login].ended]


@dataclass(frozen=True, slots=True)
class Told:
    """What a topic found: a finding before it is known of which topic."""

    grade: Grade
    place: str
    sentence: str
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """One side of how a project is guarded: one per module, named ``TOPIC``.

    ``look`` reads the premises and files, blocks for moments, and raises nothing.
    """

    kind: str
    title: str  # English, marked by `said`
    order: int
    look: Callable[[Premises], Iterator[Told]]

    def findings(self, premises: Premises) -> Iterator[HardeningFinding]:
        """Look, and return what was found as one tells it."""
        for told in self.look(premises):
            yield HardeningFinding(
                self.kind,
                self.title,
                told.grade,
                told.place,
                told.sentence,
                told.advice,
                told.values,
            )

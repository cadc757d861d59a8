"""Who uses the heat of a meter: a resident with a contract, and what became of his data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A meter, and since when until when a customer's heat went through it."""

    meter: str  # the id of a device; a plain name, for whole customers are seen or none
    since: datetime  # UTC, aware
    until: datetime | None = None  # the first moment that is another's; None: still his

    def end(self, now: datetime) -> datetime:
        """Return where the period ends, seen from a moment."""
        return now if self.until is None else min(self.until, now)


@dataclass(frozen=True, slots=True)
class Customer:
    """A resident as kept; everything but the id is personal and lies sealed."""

    id: str  # given by the program, says nothing: "c-5f03a1"; "" for a new one
    name: str
    number: str = ""  # of the contract
    email: str = ""
    phone: str = ""
    address: str = ""  # where letters go
    remark: str = ""
    meters: tuple[Tenancy, ...] = ()
    version: int = 0

    @property
    def called(self) -> tuple[str, ...]:
        """The words by which he is found in what people wrote."""
        return tuple(word for word in (self.name, self.number, self.email, self.phone) if word)


class AskedBy(Enum):
    """On whose wish data are erased."""

    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    AUTHORITY = "authority"
    OPERATOR = "operator"  # the time to keep them is over


@dataclass(frozen=True, slots=True)
class ErasureWish:
    """What somebody asks to be erased, with what must be said to prove it later."""

    customer: str
    version: int  # of the customer as it was seen
    asked_by: AskedBy
    case: str = ""  # the operator's own reference; never a name
    also: tuple[str, ...] = ()  # further words he is called by: an earlier name, a nickname


@dataclass(frozen=True, slots=True)
class PersonalTraces:
    """Where a customer is found before anything is erased, as counts."""

    counts: Mapping[str, int] = field(default_factory=dict)  # see `KINDS_OF_TRACES`
    months: int = 0  # of sums that will stay as they are
    exports: tuple[str, ...] = ()  # lines: files made that hold his data


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What is left to show that somebody was erased; names nobody but who did it."""

    id: str
    at: datetime  # UTC
    customer: str  # the id that says nothing
    done_by: str
    workstation: str
    asked_by: AskedBy
    case: str
    counts: Mapping[str, int]
    sums_checked: int
    sums_digest: str  # SHA-256 of the building's sums, the same before and after
    left: tuple[str, ...]  # places that hold him still and were not ours to change
    exports: tuple[str, ...]  # files handed out before, for their holders to be told
    digest: str  # SHA-256 of all this


# What is counted, in the order it is told.
KINDS_OF_TRACES = (
    "customer records", "readings", "alarm values", "notes", "documents", "texts",
    "activity log entries", "log lines", "files", "backup copies",
    "damaged history files",
)  # fmt: skip

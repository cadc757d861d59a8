"""How long what kind of stored samples is kept: all of them, then one a day, then one a month.

The defaults are those of the trade: everything for thirteen months, so that each quarter of an
hour of last year stands beside this one's; one a day up to five years; then one a month for
good. What was worked out of the samples by the day and the month is kept in any case, so views
of ten years and of the year before look as they did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from app.errors import BadInput
from app.words import _

LEAST_MONTHS = 2  # a month that is still open, and one that late samples come for
MOST_MONTHS, MOST_YEARS = 1200, 100
_YEAR = 12
_PREFIX = "keep_"


class DataKind(Enum):
    """Kinds of samples that are kept for different times."""

    COUNTER = "counter"  # readings of the indexes of meters
    MEASURED = "measured"  # temperatures, flows, powers
    STATE = "state"  # settings, states, words


class Then(Enum):
    """What is left when the years of one sample a day are over."""

    MONTHLY = "monthly"
    NOTHING = "nothing"


class Stage(Enum):
    """How much of a month of samples is kept."""

    ALL = 0
    DAILY = 1
    MONTHLY = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How long one kind is kept, counted in whole months of the plant's calendar.

    Attributes:
        all_months: So long every sample stays; 0: for ever.
        daily_years: So long, from the beginning, one a day stays; 0: for ever.
        then: What stays after that.
    """

    all_months: int = 13
    daily_years: int = 5
    then: Then = Then.MONTHLY

    def stage(self, months_ago: int) -> Stage:
        """Return what is kept of a month that ended so many whole months ago."""
        if not self.all_months or months_ago < self.all_months:
            return Stage.ALL
        if not self.daily_years or months_ago < self.daily_years * _YEAR:
            return Stage.DAILY
        return Stage.MONTHLY if self.then is Then.MONTHLY else Stage.NOTHING


def _defaults() -> dict[DataKind, KeepRule]:
    return {kind: KeepRule() for kind in DataKind}


@dataclass(frozen=True, slots=True)
class KeepRules:
    """The rules of a project, one for each kind of samples."""

    of: Mapping[DataKind, KeepRule] = field(default_factory=_defaults)

    def require_sound(self) -> None:
        """Raise `BadInput` for rules that contradict themselves or would touch open days."""
        for kind in DataKind:
            rule = self.of[kind]
            if rule.all_months and not LEAST_MONTHS <= rule.all_months <= MOST_MONTHS:
                raise BadInput(
                    _("all samples are kept {least} to {most} months, or for ever (0)").format(
                        least=LEAST_MONTHS, most=MOST_MONTHS
                    )
                )
            if not 0 <= rule.daily_years <= MOST_YEARS:
                raise BadInput(
                    _("one sample a day is kept up to {most} years, or for ever (0)").format(
                        most=MOST_YEARS
                    )
                )
            if rule.daily_years and (
                not rule.all_months or rule.daily_years * _YEAR < rule.all_months
            ):
                raise BadInput(
                    _("one sample a day cannot end before the time all of them are kept")
                )

    def options(self) -> dict[str, int | str]:
        """Return the rules as options of the plant."""
        told: dict[str, int | str] = {}
        for kind in DataKind:
            rule, name = self.of[kind], f"{_PREFIX}{kind.value}"
            told[f"{name}_all_months"] = rule.all_months
            told[f"{name}_daily_years"] = rule.daily_years
            told[f"{name}_then"] = rule.then.value
        return told


def keep_rules(options: Mapping[str, object]) -> KeepRules:
    """Return the rules in a plant's options; what is lacking or makes no sense: the default.

    A rule that makes no sense throws nothing away: it is one of keeping everything.
    """
    found = KeepRules({kind: _rule(options, kind) for kind in DataKind})
    try:
        found.require_sound()
    except BadInput:
        return KeepRules({kind: KeepRule(0, 0) for kind in DataKind})
    return found


def _rule(options: Mapping[str, object], kind: DataKind) -> KeepRule:
    name, usual = f"{_PREFIX}{kind.value}", KeepRule()
    months = options.get(f"{name}_all_months", usual.all_months)
    years = options.get(f"{name}_daily_years", usual.daily_years)
    then = options.get(f"{name}_then", usual.then.value)
    if not isinstance(months, int) or not isinstance(years, int):
        return KeepRule(0, 0)
    if then not in {each.value for each in Then}:
        return KeepRule(0, 0)
    return KeepRule(months, years, Then(then))


@dataclass(frozen=True, slots=True)
class KindOutcome:
    """What a retention takes, or would take, of one kind of samples."""

    kind: DataKind
    samples: int  # looked at, in the months that rules thin out
    gone: int  # of them
    kept_for_sums: int  # that only stay because a sum or a statement needs them


@dataclass(frozen=True, slots=True)
class Thinning:
    """What one run of the retention did, or what the next one would do."""

    kinds: tuple[KindOutcome, ...]
    first: datetime | None  # month (UTC) of the oldest sample that goes
    last: datetime | None
    complete: bool = True  # False: given up before the end; going on later loses nothing

    @property
    def gone(self) -> int:
        """How many samples in all."""
        return sum(each.gone for each in self.kinds)


@dataclass(frozen=True, slots=True)
class KindRoom:
    """What one kind of data takes on the disk."""

    name: str  # a `DataKind`'s value, or "fast", "figures", "waiting", "other"
    samples: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Room:
    """What a plant's history takes, and when its disk will be full."""

    kinds: tuple[KindRoom, ...]
    free_bytes: int | None  # that may be filled; None on a server, which does not tell it
    monthly_bytes: int  # by which it grows now, before anything is thinned out
    full_at: datetime | None  # None: not within the next fifty years, or nobody can tell
    known: bool = True  # False: there is no full month yet from which to tell

"""What was stated about an index, in one line, for lists, comparisons and the activity log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from app.model.counter import (
    Accepted,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Spread,
    TakenBack,
    Withdrawn,
)

_UNKNOWN = "?"


def in_a_line(says: Edit | TakenBack) -> str:
    """Return a statement in one line, in UTC and the same in every language.

    The words are those of the stored statement, so that an entry of the log reads alike
    for whoever opens it: "exchange 2026-11-21 12:00 UTC: 12345.6 → 0.3".
    """
    if isinstance(says, TakenBack):
        return f"taken back {says.statement}"
    if isinstance(says, Broken):
        parts = [f"{says.kind.value} {_moment(says.at)}", *_figures(says)]
        if says.rules is not None:
            parts.append(_rules(says.rules))
        return ": ".join(parts) + _photo(says)
    if isinstance(says, Entered):
        return f"entered {_moment(says.at)}: {says.value}{_photo(says)}"
    return f"{_word(says)} {_moment(says.start)} – {_moment(says.end)}"


def _photo(says: Broken | Entered) -> str:
    return f"; photo {says.photo}" if says.photo else ""


def _word(says: Withdrawn | Accepted | Spread) -> str:
    if isinstance(says, Spread):
        return f"spread {says.shape.value}"
    return "withdrawn" if isinstance(says, Withdrawn) else "accepted"


def _figures(says: Broken) -> Iterator[str]:
    if says.final is not None or says.initial is not None:
        final = f"{_figure(says.final)}{' (estimated)' if says.estimated else ''}"
        yield f"{final} → {_figure(says.initial)}"


def _rules(rules: IndexRules) -> str:
    told = [rules.unit, f"{rules.decimals} decimals"]
    if rules.wraps_at is not None:
        told.append(f"back to 0 after {rules.wraps_at} of its last digit")
    if rules.most_per_hour is not None:
        told.append(f"at most {rules.most_per_hour} an hour")
    return ", ".join(told)


def _figure(value: Decimal | None) -> str:
    return _UNKNOWN if value is None else str(value)


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M} UTC" if not utc.second else f"{utc:%Y-%m-%d %H:%M:%S} UTC"

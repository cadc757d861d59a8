"""What is to be known about a figure besides it: an exchange, a gap, an estimate, in words."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from app.model.consumption import UnplacedAmount
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    Shape,
    Spread,
    Stated,
    TakenBack,
    Withdrawn,
    moments,
)
from app.words import _
from widgets.consumption.pairs import Part, Told
from widgets.controls.moments import day_text, local
from widgets.controls.quality import NO_VALUE, exact


def statement_words(says: Edit | TakenBack, zone: tzinfo | None, unit: str = "") -> str:
    """Return a statement in the person's words, in plant time.

    ``unit`` is that of the index; "" where the unit stands beside it already.
    """
    behind = f" {unit}" if unit else ""
    if isinstance(says, TakenBack):
        return _("Taken back: {statement}").format(statement=says.statement)
    if isinstance(says, Broken):
        name = {
            Break.EXCHANGE: _("Meter exchanged"),
            Break.RESET: _("Index reset"),
            Break.UNIT: _("Counts on otherwise"),
        }[says.kind]
        told = f"{name} {moment_words(says.at, zone)}"
        if says.final is None and says.initial is None:
            return told
        final, initial = (
            NO_VALUE if each is None else exact(each) for each in (says.final, says.initial)
        )
        guessed = " (" + _("estimated") + ")" if says.estimated else ""
        return f"{told}: {final}{guessed} → {initial}{behind}"
    if isinstance(says, Entered):
        return _("Index read") + f" {moment_words(says.at, zone)}: {exact(says.value)}{behind}"
    return f"{_kind(says)} {span_words(says.start, says.end, zone)}"


def _kind(says: Withdrawn | Accepted | Spread) -> str:
    if isinstance(says, Withdrawn):
        return _("Not to be believed")
    if isinstance(says, Accepted):
        return _("The jump is real")
    return {
        Shape.EVEN: _("Spread evenly"),
        Shape.WEEK_BEFORE: _("Spread like the weeks before"),
    }[says.shape]


def moment_words(moment: datetime, zone: tzinfo | None) -> str:
    """Return day, hour and minute of the plant."""
    return f"{day_text(moment, zone)} {local(moment, zone):%H:%M}"


def span_words(start: datetime, end: datetime, zone: tzinfo | None) -> str:
    """Return a time from one minute to another; the day once where it is the same."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date():
        return f"{moment_words(start, zone)} – {last:%H:%M}"
    return f"{moment_words(start, zone)} – {moment_words(end, zone)}"


def unplaced_words(each: UnplacedAmount, told: Told, zone: tzinfo | None) -> str:
    """Return what was counted in a time, nobody knows when."""
    sentence = (
        _("{amount} {unit} more than can be counted in {span}")
        if each.jump
        else _("{amount} {unit} counted in {span}, nobody knows when")
    )
    return sentence.format(
        amount=told.words(each.amount),
        unit=told.unit,
        span=span_words(each.start, each.end, zone),
    )


def remarks(
    part: Part | None,
    told: Told,
    unplaced: Sequence[UnplacedAmount],
    stated: Sequence[Stated],
    now: datetime,
    zone: tzinfo | None,
) -> list[str]:
    """Return what is to be known of a part, the weightiest first; "" never."""
    if part is None or part.start >= now:
        return []
    found = [
        statement_words(each.statement.says, zone)
        for each in stated
        if each.holds and is_exchange(each) and part.start <= _at(each) < part.end
    ]
    found += [
        unplaced_words(each, told, zone)
        for each in unplaced
        if each.start < part.end and each.end > part.start
    ]
    if part.end > now:
        found.append(_("not over yet"))
    elif part.amount is None:
        found.append(_("nothing is known"))
    elif not part.whole and not found:
        found.append(_("not everything is known"))
    if part.estimated:
        found.append(_("estimated"))
    return found


def is_exchange(stated: Stated) -> bool:
    """Whether somebody stated that an index was broken off."""
    return isinstance(stated.statement.says, Broken)


def _at(stated: Stated) -> datetime:
    says = stated.statement.says
    assert not isinstance(says, TakenBack)  # noqa: S101 - `is_exchange` was asked
    return moments(says)[0]

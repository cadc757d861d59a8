"""The table of receivers: how each is doing, what it brings, what it missed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.model.collector import CollectorFigures, charge_text, limits_text, warnings_of
from app.model.device import LinkId, Presence
from app.model.reception import RadioLine, Receiver, ReceiverFigures
from app.words import _
from widgets.controls.marks import Mark, presence_mark
from widgets.controls.moments import since_text
from widgets.controls.quality import figures
from widgets.models.receiverplace import kind_title
from widgets.models.rows import Cell, Column

_NUMBER_PX = 76
_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """A receiver with its line and its figures; None where it does not listen."""

    line: RadioLine
    receiver: Receiver
    figures: ReceiverFigures | None

    @property
    def key(self) -> tuple[str, str]:
        """Tell it from all others."""
        return self.line.link.id, self.receiver.name or self.receiver.place


def rows_of(
    lines: Sequence[RadioLine], told: Sequence[ReceiverFigures]
) -> Iterator[ReceiverRow]:
    """Yield every receiver there is, line by line; a line that names none has one row."""
    by_name: dict[tuple[LinkId, str], ReceiverFigures] = {
        (each.link, each.receiver): each for each in told
    }
    for line in lines:
        for each in line.receivers:
            yield ReceiverRow(line, each, by_name.get((line.link.id, each.name)))
        if line.fault and not line.receivers:
            yield ReceiverRow(line, Receiver("", "", "", has_secret=False), None)


def state_of(row: ReceiverRow) -> tuple[str, Mark]:
    """Return how a receiver is doing in words, and the mark for it."""
    told = row.figures
    if row.line.fault:
        return row.line.fault, presence_mark(Presence.FAULT)
    if not row.line.link.enabled:
        return _("out of service"), presence_mark(Presence.DISABLED)
    if told is None or told.trouble:
        why = _("does not listen") if told is None else told.trouble
        return why, presence_mark(Presence.OFFLINE)
    if not told.stands:
        return _("connecting"), presence_mark(Presence.LATE)
    if told.expected and told.unsure:
        return _("listens; nothing heard yet"), presence_mark(Presence.LATE)
    return _listening(told)


def _listening(told: ReceiverFigures) -> tuple[str, Mark]:
    """Return how one that listens stands by what its kind can."""
    if told.collector is not None and (beyond := warnings_of(told.collector)):
        return "; ".join(beyond), presence_mark(Presence.FAULT)
    quiet = _("listens; nothing is expected now")
    return _("listens") if told.expected else quiet, presence_mark(Presence.ON)


def receiver_columns(
    now: Callable[[], datetime], zone: tzinfo | None
) -> Sequence[Column[ReceiverRow]]:
    """Return the columns; what is not known is empty, which is not 0."""

    def last(row: ReceiverRow) -> str:
        at = None if row.figures is None else row.figures.last_at
        return since_text(at, now(), zone)

    return (
        Column("name", lambda: _("Receiver"), _name, 96),
        Column("kind", lambda: _("Kind"), _kind, 198, tip=lambda row: row.receiver.place),
        Column("carries", lambda: _("Meters"), _carries, 76, _meters, right=True),
        Column("battery", lambda: _("Battery"), _battery, 72),
        Column("state", lambda: _("Status"), _state, 120, stretch=True),
        Column("last", lambda: _("Last telegram"), lambda row: Cell(last(row)), 134, _last),
        _number("rate", lambda: _("Per minute"), lambda told: told.per_minute, 1),
        _number("missed", lambda: _("Missed %"), _missed, 1),
        _number("foreign", lambda: _("Others’ meters"), lambda told: len(told.strangers)),
        _number("again", lambda: _("Duplicates"), lambda told: told.again),
        _number("best", lambda: _("Best dBm"), lambda told: told.best_dbm),
        _number("reopened", lambda: _("Reopened"), lambda told: told.reopened),
    )


def _name(row: ReceiverRow) -> Cell:
    return Cell(
        row.receiver.name or row.receiver.place or row.line.link.name, tip=row.line.link.name
    )


def _kind(row: ReceiverRow) -> Cell:
    return Cell(kind_title(row.receiver.kind))


def _collector(row: ReceiverRow) -> CollectorFigures | None:
    return None if row.figures is None else row.figures.collector


def _carries(row: ReceiverRow) -> Cell:
    """Return how many meters a collector brought, and how many it is made for."""
    of = _collector(row)
    if of is None or of.kind is None:
        return Cell()
    brought, most = figures(of.meters, 0), of.kind.most_meters
    tip = f"{of.kind.title}\n{limits_text(of.kind)}"
    return Cell(brought if most is None else f"{brought} / {figures(most, 0)}", tip=tip)


def _meters(row: ReceiverRow) -> float:
    of = _collector(row)
    return float("inf") if of is None else of.meters


def _battery(row: ReceiverRow) -> Cell:
    of = _collector(row)
    if of is None:
        return Cell()
    told = "" if of.charge is None else f"{of.charge.at:%Y-%m-%d %H:%M} UTC"
    return Cell(charge_text(of), tip=told)


def _state(row: ReceiverRow) -> Cell:
    text, mark = state_of(row)
    fault = "" if row.figures is None else row.figures.fault
    return Cell(text, mark, tip="\n".join(each for each in (text, fault) if each))


def _last(row: ReceiverRow) -> float:
    at = None if row.figures is None else row.figures.last_at
    return float("inf") if at is None else -at.timestamp()


def _missed(told: ReceiverFigures) -> float | None:
    return None if told.missed_share is None else _PERCENT * told.missed_share


def _number(
    own: str,
    title: Callable[[], str],
    value: Callable[[ReceiverFigures], float | None],
    decimals: int = 0,
) -> Column[ReceiverRow]:
    def known(row: ReceiverRow) -> float | None:
        return None if row.figures is None else value(row.figures)

    def cell(row: ReceiverRow) -> Cell:
        found = known(row)
        return Cell() if found is None else Cell(figures(found, decimals))

    def order(row: ReceiverRow) -> float:
        found = known(row)
        return float("inf") if found is None else found

    return Column(own, title, cell, _NUMBER_PX, order, right=True)

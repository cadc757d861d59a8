"""Requests to cut heat off and to give it back: one row each, as the activity log tells them.

The log holds two entries of a request: that it was sent, and how it ended. Both are one row;
without the second one it is under way. Nothing of it can be changed here or anywhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import Enum

from app.auditverbs import AuditEntry, AuditQuery, Sought
from app.model.heatsupply import CONNECTED, DISCONNECTED, HEAT_SUPPLY
from app.model.reading import DeviceId, PointId, split_point
from app.reports.render.book import Moment
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from app.sentences import told_sentence
from app.words import _, retold
from widgets.controls.marks import Mark
from widgets.controls.moments import moment_text
from widgets.models.rows import Cell, Column, Tone

_SENT = "sent"
_END = f".{HEAT_SUPPLY}"
_PROSE = frozenset({8})  # the reason, which may be a sentence
NameOf = Callable[[DeviceId], str]


class Standing(Enum):
    """What became of a request; the values are those of the activity log."""

    UNDER_WAY = _SENT
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"


_MARKS = {
    Standing.UNDER_WAY: Mark("presence-late"),
    Standing.CONFIRMED: Mark("presence-on"),
    Standing.UNCONFIRMED: Mark("write-unconfirmed"),
    Standing.REFUSED: Mark("write-refused"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``before`` and ``wanted`` are values of the setting, as written."""

    seq: int  # of its first entry
    at: datetime
    device: DeviceId
    wanted: str
    before: str
    person: str
    workstation: str
    standing: Standing
    reason: str

    @property
    def is_done(self) -> bool:
        """Whether the meter says that it is as it was asked for."""
        return self.standing is Standing.CONFIRMED


def about_heat() -> AuditQuery:
    """Return what finds every entry about the supply of heat, the oldest first."""
    return AuditQuery(sought=(Sought(_END, ("entity",)),), falling=False)


def requests_in(entries: Iterable[AuditEntry]) -> list[Request]:
    """Return the requests of entries that stand in their order, the newest first."""
    found: list[Request] = []
    open_at: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        if not entry.entity.endswith(_END):
            continue
        key, made = (entry.entity, entry.login, entry.new), _request(entry)
        sent = open_at.pop(key, None)
        if made.standing is Standing.UNDER_WAY:
            open_at[key] = len(found)
        elif sent is not None:
            found[sent] = replace(found[sent], standing=made.standing, reason=made.reason)
            continue
        found.append(made)
    return found[::-1]


def request_word(wanted: str) -> str:
    """Return what was asked for, in a word."""
    words = {str(DISCONNECTED): _("disconnect"), str(CONNECTED): _("reconnect")}
    return words.get(wanted, wanted)


def standing_word(standing: Standing) -> str:
    """Return what became of it, in words."""
    return {
        Standing.UNDER_WAY: _("under way"),
        Standing.CONFIRMED: _("confirmed"),
        Standing.UNCONFIRMED: _("unconfirmed"),
        Standing.REFUSED: _("refused"),
    }[standing]


def request_columns(name_of: NameOf, zone: tzinfo | None) -> Sequence[Column[Request]]:
    """Return the columns of the table."""
    return (
        Column(
            "at",
            lambda: _("When"),
            lambda each: Cell(moment_text(each.at, zone), tone=Tone.QUIET),
            170,
            lambda each: each.at,
        ),
        Column("device", lambda: _("Device"), lambda each: Cell(name_of(each.device)), 170),
        Column(
            "request",
            lambda: _("Request"),
            lambda each: Cell(request_word(each.wanted), strong=True),
            140,
        ),
        Column("before", lambda: _("Before"), _before, 110),
        Column("standing", lambda: _("Result"), _standing, 150),
        Column("person", lambda: _("Who"), lambda each: Cell(each.person), 140),
        Column("workstation", lambda: _("Where"), lambda each: Cell(each.workstation), 90),
        Column("reason", lambda: _("Reason"), _reason, 200, stretch=True),
    )


def request_sheet(
    rows: Sequence[Request],
    name_of: NameOf,
    made: tuple[datetime, str],
    zone: tzinfo | None,
    words: Words,
) -> PlainTable:
    """Return the rows shown for a file; ``made`` is when and by whom."""
    _ = words

    def told(text: str) -> str:
        return retold(text, words.language)

    heads = (
        *(_("When"), _("UTC offset"), _("Device"), _("Request"), _("Before")),
        *(_("Result"), _("Who"), _("Where"), _("Reason")),
    )
    filled: list[list[Content]] = [
        [
            Moment(each.at),
            name_of(each.device),
            told(request_word(each.wanted)),
            told(supply_word(each.before)),
            told(standing_word(each.standing)),
            each.person,
            each.workstation,
            told_sentence(each.reason),
        ]
        for each in rows
    ]
    name = str(getattr(zone, "key", "") or "UTC")
    return PlainTable(_("Heat disconnections"), name, *made, heads, filled, _PROSE)


def supply_word(written: str) -> str:
    """Return how the supply was, as written; "" where nobody knew."""
    words = {str(DISCONNECTED): _("disconnected"), str(CONNECTED): _("connected")}
    return words.get(written, written)


def _request(entry: AuditEntry) -> Request:
    known = {each.value: each for each in Standing}
    return Request(
        entry.seq,
        entry.at,
        split_point(PointId(entry.entity))[0],
        entry.new,
        entry.old,
        entry.name or entry.login,
        entry.workstation,
        known.get(entry.result, Standing.REFUSED),  # what never was a request to the meter
        entry.reason,
    )


def _before(each: Request) -> Cell:
    return Cell(supply_word(each.before), tone=Tone.QUIET)


def _standing(each: Request) -> Cell:
    return Cell(standing_word(each.standing), _MARKS[each.standing])


def _reason(each: Request) -> Cell:
    said = told_sentence(each.reason)
    return Cell(said, tone=Tone.QUIET, tip=said)

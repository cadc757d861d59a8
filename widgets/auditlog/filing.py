"""The log as it is shown, written to a file: the same entries, columns, order and words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from app.auditverbs import AuditEntry, AuditVerbs
from app.model.letterhead import Letterhead
from app.reports.pace import tell_rows
from app.reports.render.book import Moment
from app.reports.sheets.plaintable import Content, PlainTable, plain_csv, plain_xlsx
from app.reports.words import Words
from app.verbs import Viewer
from app.words import _, language
from widgets.auditlog.model import BLOCK
from widgets.controls.filewriter import Maker
from widgets.models.audit import told_text

AT_ONCE = 10 * BLOCK  # entries fetched together


async def fetched(
    audit: AuditVerbs, viewer: Viewer, numbers: Sequence[int]
) -> Sequence[AuditEntry]:
    """Return the entries of some numbers, however many."""
    entries: list[AuditEntry] = []
    for begin in range(0, len(numbers), AT_ONCE):
        entries += await audit.numbered(viewer, numbers[begin : begin + AT_ONCE])
    return entries


def log_maker(
    entries: Sequence[AuditEntry],
    names: Mapping[str, str],
    end: str,
    zone: str,
    made_at: datetime,
    made_by: str,
    stood: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Maker:
    """Return what makes a file of entries; ``names`` are the things changed, by their code.

    ``stood`` tells what was before and after, by the thing and by what is written.
    """

    def made(_head: Letterhead, given_up: Callable[[], bool]) -> bytes:
        rows: list[Sequence[Content]] = []
        for done, entry in enumerate(entries):
            if given_up():
                return b""
            tell_rows(given_up, done, len(entries))
            rows.append(_row(entry, names, stood))
        sheet = PlainTable(_("Activity log"), zone, made_at, made_by, heads(), rows)
        return (plain_csv if end == "csv" else plain_xlsx)(sheet, Words(language()))

    return made


def heads() -> tuple[str, ...]:
    """Return the heads of the columns: a moment takes two."""
    return (
        *(_("No."), _("When"), _("UTC offset"), _("Who"), _("Where"), _("What")),
        *(_("Of what"), _("Old"), _("New"), _("Result"), _("Reason")),
    )


def _row(
    entry: AuditEntry, names: Mapping[str, str], stood: Mapping[tuple[str, str], str]
) -> Sequence[Content]:
    return (
        entry.seq,
        Moment(entry.at),
        entry.name or entry.login,
        entry.workstation,
        told_text("verb", entry.verb),
        names.get(entry.entity, entry.entity),
        stood.get((entry.entity, entry.old)) or told_text("old", entry.old),
        stood.get((entry.entity, entry.new)) or told_text("new", entry.new),
        told_text("result", entry.result),
        told_text("reason", entry.reason),
    )

"""The columns of documents kept with a device or a plant."""

from collections.abc import Sequence
from datetime import tzinfo

from app.asked import Document
from app.words import _
from widgets.controls.moments import moment_text
from widgets.models.rows import Cell, Column, Tone


def document_columns(zone: tzinfo | None) -> Sequence[Column[Document]]:
    """Return the columns of a list of documents."""
    return (
        Column("title", lambda: _("Document"), lambda each: Cell(each.title), stretch=True),
        Column("kind", lambda: _("Kind"), _kind, 200),
        Column("form", lambda: _("Form"), _form, 80),
        Column(
            "made",
            lambda: _("Made"),
            lambda each: Cell(moment_text(each.created_at, zone), tone=Tone.QUIET),
            176,
            lambda each: each.created_at,
        ),
        Column("by", lambda: _("By"), _by, 160),
    )


def kind_text(kind: str) -> str:
    """Return a document's kind in words."""
    words = {
        "commissioning-report": _("Commissioning report"),
        "commissioning-difference": _("Difference of reports"),
        "note": _("Note"),
    }
    return words.get(kind, kind.replace("-", " "))


def _kind(document: Document) -> Cell:
    return Cell(kind_text(document.kind), tone=Tone.QUIET)


def _form(document: Document) -> Cell:
    return Cell(document.path.suffix.removeprefix(".").upper(), tone=Tone.QUIET)


def _by(document: Document) -> Cell:
    return Cell(document.created_by, tone=Tone.QUIET)

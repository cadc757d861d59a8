"""The columns of documents kept with a device or a plant."""

from collections.abc import Container, Sequence
from datetime import tzinfo

from app.asked import Document
from app.words import _
from widgets.controls.moments import moment_text
from widgets.controls.quality import NO_VALUE, figures
from widgets.models.rows import Cell, Column, Tone

_KILO, _MEGA = 1000, 1_000_000


def document_columns(
    zone: tzinfo | None, changed: Container[str] = ()
) -> Sequence[Column[Document]]:
    """Return the columns of a list of documents.

    ``changed`` holds the ids of reports whose figures the history tells otherwise now.
    """

    def title(document: Document) -> Cell:
        if document.id not in changed:
            return Cell(document.title)
        return Cell(_("{title} – data revised since").format(title=document.title))

    return (
        Column("title", lambda: _("Document"), title, stretch=True),
        Column("kind", lambda: _("Kind"), _kind, 180),
        Column("form", lambda: _("Form"), _form, 72),
        Column("version", lambda: _("Version"), _version, 80, lambda each: each.version),
        Column("size", lambda: _("Size"), _size, 80, lambda each: each.size, right=True),
        Column(
            "made",
            lambda: _("Made"),
            lambda each: Cell(moment_text(each.created_at, zone), tone=Tone.QUIET),
            176,
            lambda each: each.created_at,
        ),
        Column("by", lambda: _("By"), _by, 140),
    )


def kind_text(kind: str) -> str:
    """Return a document's kind in words."""
    words = {
        "commissioning-report": _("Commissioning report"),
        "commissioning-data": _("Data of a report"),
        "difference-report": _("Difference of reports"),
        "difference-data": _("Data of a report"),
        "consumption-report": _("Consumption report"),
        "consumption-data": _("Data of a report"),
        "commissioning-difference": _("Difference of reports"),
        "note": _("Note"),
        "document": _("Added file"),
    }
    return words.get(kind, kind.replace("-", " "))


def size_text(size: int) -> str:
    """Return a file's size as people say it: "12 kB"."""
    if not size:
        return NO_VALUE
    if size < _MEGA:
        return f"{figures(max(size / _KILO, 1), 0)} kB"
    return f"{figures(size / _MEGA, 1)} MB"


def _version(document: Document) -> Cell:
    return Cell(str(document.version), tone=Tone.QUIET)


def _size(document: Document) -> Cell:
    return Cell(size_text(document.size), tone=Tone.QUIET)


def _kind(document: Document) -> Cell:
    return Cell(kind_text(document.kind), tone=Tone.QUIET)


def _form(document: Document) -> Cell:
    return Cell(document.path.suffix.removeprefix(".").upper(), tone=Tone.QUIET)


def _by(document: Document) -> Cell:
    return Cell(document.created_by, tone=Tone.QUIET)

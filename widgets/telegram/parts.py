"""The parts of a telegram as a table: layers, each with its fields below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from app.model.anatomy import Anatomy, Part, Span
from app.words import _
from widgets.controls.table import Table
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.telegram.words import part_name, part_said, places
from widgets.theme import Look

_INDENT = "     "


@dataclass(frozen=True, slots=True)
class Line:
    """A part in the table, with the bytes of its layer."""

    nth: int
    part: Part
    layer: tuple[Span, ...]


def lines_of(anatomy: Anatomy) -> list[Line]:
    """Return the parts in their order, each with the bytes of the layer it is in."""
    lines: list[Line] = []
    layer: tuple[Span, ...] = ()
    for nth, part in enumerate(anatomy.parts):
        layer = part.spans if part.layer else layer
        lines.append(Line(nth, part, layer))
    return lines


def line_at(lines: Sequence[Line], byte: int) -> Line | None:
    """Return the innermost part that a byte belongs to."""
    fitting = [
        line for line in lines if any(start <= byte < end for start, end in line.part.spans)
    ]
    inner = [line for line in fitting if not line.part.layer]
    return next(iter(inner or fitting), None)


class PartsTable(Table[Line]):
    """The lines of a telegram in the order of its bytes."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        model: RowsModel[Line] = RowsModel(_columns(), lambda line: line.nth)
        super().__init__(model, look, _("Parts of the telegram"), parent=parent)
        model.setParent(self)
        self.setSortingEnabled(False)  # the order of the bytes is the only one
        self.setSelectionMode(self.SelectionMode.SingleSelection)


def _columns() -> tuple[Column[Line], ...]:
    return (
        Column("part", lambda: _("Part"), _part_cell, 250),
        Column(
            "said",
            lambda: _("Says"),
            lambda line: Cell(part_said(line.part)),
            200,
            stretch=True,
        ),
        Column(
            "bytes",
            lambda: _("Bytes"),
            lambda line: Cell(places(line.part.spans), tone=Tone.QUIET),
            110,
        ),
    )


def _part_cell(line: Line) -> Cell:
    name = part_name(line.part)
    if line.part.layer:
        return Cell(name, strong=True)
    return Cell(f"{_INDENT}{name}")

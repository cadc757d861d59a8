"""How a small window with something to fill in is laid out: parts, and a row of buttons."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.card import GAP, MARGIN
from widgets.controls.plain import button


def lay_form(
    dialog: QDialog,
    parts: Sequence[QWidget],
    buttons: Sequence[QWidget],
    beside: QWidget | None = None,
) -> None:
    """Put the parts below each other, and below them Cancel and the buttons at the right.

    ``beside`` stands at the left of them, such as what tells that something is under way.
    """
    column, row = QVBoxLayout(dialog), QHBoxLayout()
    column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    column.setSpacing(GAP)
    row.setSpacing(8)
    if beside is not None:
        row.addWidget(beside)
    row.addStretch(1)
    for each in (button(_("Cancel"), dialog.reject), *buttons):
        row.addWidget(each)
    for part in parts:
        column.addWidget(part)
    column.addLayout(row)

"""The form of the plant's name and letterhead."""

from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.awaited import Awaited
from widgets.controls.card import PAD, Card, Elided
from widgets.controls.plain import button
from widgets.letterhead.wish import Wish
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field, line

_ADDRESS_PX = 76
LONGEST = 300


class HeadForm(Card):
    """Fields for what is printed; ``edited`` tells every change."""

    edited = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(_("Name and letterhead"))
        self._logo: Path | None = None
        self._title, self._utility, self._address = line(), line(), QPlainTextEdit()
        for each in (self._title, self._utility):
            each.setMaxLength(LONGEST)
        self._address.setTabChangesFocus(True)
        self._address.setFixedHeight(_ADDRESS_PX)
        self.title_field = Field(
            _("Name of the plant"), self._title, _("Stands at the top of the window.")
        )
        utility = Field(
            _("Utility"), self._utility, _("Who runs the plant, as printed on every report.")
        )
        address = Field(
            _("Address"), self._address, _("Printed below the utility’s name, on one line.")
        )
        self.file = Elided("", "")
        look = context.look
        self.choose = button(_("Choose a file…"), self._ask, look=look, drawing="open")
        self.none = button(_("No logo"), lambda: self.take_logo(None))
        row, inside = QHBoxLayout(), QWidget()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        row.addWidget(self.none)
        inside.setLayout(row)
        inside.setFocusProxy(self.choose)
        self.logo_field = Field(
            _("Logo"),
            inside,
            _("PNG, JPEG or SVG. It is printed in greys, at most 44 mm wide and 14 mm high."),
        )
        everything = QWidget()
        fields = QVBoxLayout(everything)
        fields.setContentsMargins(PAD, PAD, PAD, PAD)
        fields.setSpacing(12)
        for field in (self.title_field, utility, address, self.logo_field):
            fields.addWidget(field)
        fields.addStretch(1)
        self.awaited = Awaited(everything)
        self.body.addWidget(self.awaited, 1)
        for each in (self._title, self._utility):
            each.textChanged.connect(lambda _text: self.edited.emit())
        self._address.textChanged.connect(self.edited)

    def show_wish(self, wish: Wish) -> None:
        """Show what is kept, or what was begun."""
        self.blockSignals(True)
        self._title.setText(wish.title)
        self._utility.setText(wish.utility)
        self._address.setPlainText(wish.address)
        self.blockSignals(False)
        self.awaited.show_kept()
        self.take_logo(wish.logo)

    def wish(self) -> Wish:
        """Return what stands in the form."""
        lines = (each.strip() for each in self._address.toPlainText().splitlines())
        address = ", ".join(each.rstrip(",") for each in lines if each)
        return Wish(
            self._title.text().strip(), self._utility.text().strip(), address, self._logo
        )

    def take_logo(self, file: Path | None) -> None:
        """Take another file for the logo, or none."""
        self._logo = file
        self.file.setText(file.name if file is not None else _("no logo"))
        self.none.setEnabled(file is not None)
        self.edited.emit()

    def _ask(self) -> None:
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg *.svg)"
        chosen, _filter = QFileDialog.getOpenFileName(self, _("Logo for reports"), "", kinds)
        if chosen:
            self.take_logo(Path(chosen))

"""The floor area of a house, from a day on: what it was before stays for the time before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from PyQt6.QtCore import QDate, pyqtSignal
from PyQt6.QtWidgets import (
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import BadInput, PlantError
from app.model.device import DeviceConfig
from app.model.normalised import areas_of, with_area
from app.words import _
from widgets.controls.card import GAP
from widgets.controls.moments import date_text
from widgets.controls.notice import Notice
from widgets.controls.plain import label, sentence
from widgets.controls.quality import exact
from widgets.controls.still import still
from widgets.pagetype import PageContext


class FloorAreaDialog(QDialog):
    """Asks for square metres and the day from which they hold; ``kept`` tells of it."""

    kept = pyqtSignal()

    def __init__(
        self, context: PageContext, device: DeviceConfig, since: date, parent: QWidget
    ) -> None:
        """``since`` is proposed: the first day of the time that is shown."""
        super().__init__(parent)
        self._context, self._device = context, device
        self.setWindowTitle(_("Floor area of {device}").format(device=device.name))
        self.area = QLineEdit()
        self.area.setAccessibleName(_("Floor area, m²"))
        self.since = still(QDateEdit(QDate(since.year, since.month, since.day)))
        self.since.setAccessibleName(_("Holds from"))
        self.notice, self.says = Notice(context.look), sentence("", "fault")
        self.known = sentence(_known(device), "quiet")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)
        form, column = QFormLayout(), QVBoxLayout(self)
        form.addRow(label(_("Floor area, m²")), self.area)
        form.addRow(label(_("Holds from")), self.since)
        column.setSpacing(GAP)
        column.addWidget(self.notice)
        column.addLayout(form)
        column.addWidget(self.known)
        column.addWidget(self.says)
        column.addWidget(self.buttons)
        self.area.textChanged.connect(lambda _text: self._weigh())
        self._weigh()

    def made(self) -> DeviceConfig:
        """Return the device as it is to be; `BadInput` with a sentence for what is no area."""
        text = self.area.text().strip().replace(",", ".")
        try:
            area = Decimal(text)
        except InvalidOperation:
            raise BadInput(_("Write the floor area in m², as 1400.")) from None
        since = self.since.date()
        day = date(since.year(), since.month(), since.day())
        options = with_area(self._device.options, day, area)
        return replace(self._device, options=options)

    def _weigh(self) -> None:
        """Say what is wrong while one types."""
        fault = ""
        try:
            self.made()
        except BadInput as error:
            fault = str(error)
        self.says.setText(fault if self.area.text().strip() else "")
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not fault)

    def _keep(self) -> None:
        context = self._context
        context.asking.ask(
            context.asked.project.put_device(context.viewer, self.made(), "", self._device),
            owner=self,
            done=self._kept,
            failed=self._fail,
        )

    def _kept(self, _answer: object) -> None:
        self.kept.emit()
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))


def _known(device: DeviceConfig) -> str:
    """Return what was said before."""
    try:
        areas = areas_of(device.options)
    except BadInput as error:
        return str(error)
    if not areas:
        return _("No floor area was said yet.")
    told = "; ".join(f"{date_text(day)}: {exact(area)} m²" for day, area in areas)
    return _("Said before: {areas}").format(areas=told)

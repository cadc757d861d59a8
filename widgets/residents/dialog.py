"""The residents of one meter: listed, added, handed their data, erased when said twice."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QDate, QEvent, Qt
from PyQt6.QtWidgets import (
    QDateEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import PlantError
from app.model.customer import Customer, ErasureProof, Tenancy
from app.model.letterhead import Letterhead
from app.model.reading import DeviceId
from app.reports.sheets.erasure import erasure_table
from app.reports.words import Words
from app.verbs import Capability
from app.words import _, language
from widgets.controls.filewriter import FileWriter
from widgets.controls.moments import day_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button
from widgets.controls.still import still
from widgets.pagetype import PageContext
from widgets.residents.erasing import EraseForm
from widgets.speech import PAPER_KEY, paper_language
from widgets.welcome.fields import Field, line

_WIDE_PX, _HIGH_PX, _LIST_PX = 640, 560, 96


class ResidentsDialog(QDialog):
    """Asks the core when it opens and after every change; holds no name when it closes."""

    def __init__(self, context: PageContext, device: DeviceId, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._device = context, device
        name = context.directory.name(device)
        self.setWindowTitle(_("Residents of {meter}").format(meter=name))
        self.resize(_WIDE_PX, _HIGH_PX)
        self.found: Sequence[Customer] = ()
        self.list = QListWidget()
        self.list.setAccessibleName(_("Residents"))
        self.list.setObjectName("choices")
        self.list.setMinimumHeight(_LIST_PX)
        self.notice = Notice(context.look)
        self.name, self.number = line(), line()
        today = context.now().astimezone(context.zone)  # the plant's, not this computer's
        self.since = still(QDateEdit(QDate(today.year, today.month, today.day)))
        self.since.setCalendarPopup(True)
        self.since.setDisplayFormat(_("d MMM yyyy"))
        look = context.look
        self.add = button(_("Add"), self._add, look=look)
        self.hand_out = button(_("Hand out data…"), self._ask_path, look=look, drawing="export")
        self.erase = EraseForm(context)
        self.erase.erased.connect(self._erased)
        self.erase.failed.connect(self._tell)
        self.files = FileWriter(context, self)
        self.proof: ErasureProof | None = None  # of what was erased here last
        self.record = button(_("Record as PDF…"), self._ask_record, look=look, drawing="export")
        self.record.hide()
        self.list.currentRowChanged.connect(self._choose)
        self._build()
        self.refresh()

    @property
    def chosen(self) -> Customer | None:
        """The resident whose line is lit."""
        row = self.list.currentRow()
        return self.found[row] if 0 <= row < len(self.found) else None

    def event(self, event: QEvent | None) -> bool:
        """Grow with what is said: Qt lets a window be lower than sentences that wrap need."""
        grows = event is not None and event.type() is QEvent.Type.LayoutRequest
        handled = super().event(event)  # may have been the last: nothing is asked after it
        if grows and isinstance(layout := self.layout(), QVBoxLayout):
            needs_px = layout.totalHeightForWidth(self.width())
            if needs_px > self.height():
                self.resize(self.width(), needs_px)
        return handled

    def refresh(self) -> None:
        """Ask who had this meter."""
        context = self._context
        context.asking.ask(
            context.asked.customers.customers(context.viewer),
            owner=self,
            done=self._take,
            failed=self._tell,
        )

    def write(self, path: Path) -> None:
        """Hand out the lit resident's data into a file."""
        customer = self.chosen
        if customer is not None:
            context = self._context
            context.asking.ask(
                context.asked.customers.personal_data(context.viewer, customer.id, language()),
                owner=self,
                done=partial(self._written, path),
                failed=self._tell,
            )

    def _build(self) -> None:
        form = QFormLayout()
        form.addRow(Field(_("Name"), self.name))
        form.addRow(Field(_("Number of the contract"), self.number))
        form.addRow(Field(_("Contract from"), self.since))
        below = QHBoxLayout()
        below.addWidget(self.add)
        below.addStretch(1)
        below.addWidget(self.hand_out)
        column = QVBoxLayout(self)
        for each in (self.notice, self.record, self.list):
            column.addWidget(each)
        column.addLayout(form)
        column.addLayout(below)
        column.addWidget(self.erase)
        may = self._context.viewer.rights.whole(Capability.ERASE_CUSTOMERS)
        self.erase.setVisible(may)
        self._choose(-1)

    def _take(self, everybody: Sequence[Customer]) -> None:
        self.found = [
            each
            for each in everybody
            if any(held.meter == self._device for held in each.meters)
        ]
        self.list.clear()
        for each in self.found:
            self.list.addItem(QListWidgetItem(self._line(each)))
        self.list.setCurrentRow(0 if self.found else -1)
        self._choose(self.list.currentRow())

    def _line(self, customer: Customer) -> str:
        zone = self._context.zone
        held = next(each for each in customer.meters if each.meter == self._device)
        until = day_text(held.until, zone) if held.until else "…"
        parts = (
            customer.name,
            customer.number,
            f"{day_text(held.since, zone)} – {until}",
        )
        return " · ".join(part for part in parts if part)

    def _choose(self, _row: int) -> None:
        self.hand_out.setEnabled(self.chosen is not None)
        self.erase.describe(self.chosen)

    def _add(self) -> None:
        day = self.since.date()
        since = datetime(day.year(), day.month(), day.day(), tzinfo=self._context.zone)
        made = Customer(
            "", self.name.text(), self.number.text(), meters=(Tenancy(self._device, since),)
        )
        self.add.setEnabled(False)  # pressed twice it is one resident
        context = self._context
        context.asking.ask(
            context.asked.customers.put_customer(context.viewer, made),
            owner=self,
            done=lambda _made: self._added(made),
            failed=self._not_added,
        )

    def _added(self, sent: Customer) -> None:
        self.add.setEnabled(True)
        self.notice.hide()
        for field, text in ((self.name, sent.name), (self.number, sent.number)):
            if field.text() == text:  # else the next one is being typed already
                field.clear()
        self.refresh()

    def _not_added(self, error: PlantError) -> None:
        self.add.setEnabled(True)
        self._tell(error)

    def _erased(self, proof: ErasureProof) -> None:
        self.notice.tell(
            _("Erased. Record {record}, {digest}").format(record=proof.id, digest=proof.digest)
        )
        self.proof = proof
        self.record.show()
        self.refresh()

    def _ask_record(self) -> None:
        if self.proof is not None:
            path = self.files.ask_path(_("Record as PDF"), self.proof.id, "pdf")
            if path is not None:
                self.write_record(path)

    def write_record(self, path: Path) -> None:
        """Write what shows that somebody was erased, as the command line does."""
        proof = self.proof
        if proof is None:
            return
        words = Words(paper_language(self._context.desk.value(PAPER_KEY)))
        zone = str(getattr(self._context.zone, "key", "") or "UTC")
        sheet = erasure_table(proof, zone=zone, words=words)

        def made(head: Letterhead, given_up: Callable[[], bool]) -> bytes:
            from app.reports.paper.plaintable import plain_pdf

            return plain_pdf(sheet, head, words, given_up=given_up)

        self.files.write(path, made)

    def _ask_path(self) -> None:
        customer = self.chosen
        if customer is not None:
            path = self.files.ask_path(_("Hand out data"), customer.id, "zip")
            if path is not None:
                self.write(path)

    def _written(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            self.notice.tell(f"{path}: {error.strerror or error}")
            return
        self.notice.tell(_("All data of this resident are in {file}").format(file=path))

    def _tell(self, error: PlantError) -> None:
        self.notice.tell(str(error))


def open_residents(context: PageContext, device: DeviceId, over: QWidget) -> ResidentsDialog:
    """Show who had a meter, beside the page."""
    dialog = ResidentsDialog(context, device, over)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog

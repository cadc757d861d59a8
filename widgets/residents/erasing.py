"""Erases a resident: what would go is told, then number and password are typed once more."""

from functools import partial

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.customer import AskedBy, Customer, ErasureProof, ErasureWish, PersonalTraces
from app.reports.sheets.erasure import ASKED_BY, WHAT
from app.words import _
from widgets.controls.plain import button, sentence
from widgets.controls.still import still
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field, line

_LINE_PX = 20


class EraseForm(QWidget):
    """Counts first; erases only after the customer's id and one's password were typed."""

    erased = pyqtSignal(ErasureProof)
    failed = pyqtSignal(PlantError)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._customer: Customer | None = None
        self.told = sentence("")
        self.told.setMinimumHeight(_LINE_PX)  # a line is kept for it: nothing moves
        self.asked_by = still(QComboBox())
        self.asked_by.setAccessibleName(_("Asked by"))
        for who, word in ASKED_BY.items():
            self.asked_by.addItem(_(word), who.value)
        self.case, self.again, self.password = line(), line(), line(secret=True)
        look = context.look
        self.count = button(_("What would go?"), self.look, look=look)
        self.button = button(_("Erase for good"), self.erase, look=look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.count, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.told)
        self._id = Field(_("Type the customer’s id once more"), self.again)
        for field in (
            Field(_("Asked by"), self.asked_by),
            Field(_("Case (never a name)"), self.case),
            self._id,
            Field(_("Your password"), self.password),
        ):
            column.addWidget(field)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        self.again.textChanged.connect(lambda _text: self._enable())
        self.password.textChanged.connect(lambda _text: self._enable())
        self.describe(None)

    def describe(self, customer: Customer | None) -> None:
        """Speak of another resident; nothing that was typed for one holds for the next."""
        self._customer = customer
        for each in (self.case, self.again, self.password):
            each.clear()
        self.told.setText(
            ""
            if customer is None
            else _("{id}: look first what would go.").format(id=customer.id)
        )
        self.count.setEnabled(customer is not None)
        self._enable()

    def look(self) -> None:
        """Ask what an erasure would take."""
        wish = self._wish()
        if wish is not None:
            context = self._context
            context.asking.ask(
                context.asked.customers.traces(context.viewer, wish),
                owner=self,
                done=partial(self._tell, wish.customer),
                failed=self.failed.emit,
            )

    def erase(self) -> None:
        """Erase, once the id was typed again; the core proves the password."""
        wish = self._wish()
        if wish is None or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        context = self._context
        context.asking.ask(
            context.asked.customers.erase(context.viewer, wish, self.password.text()),
            owner=self,
            done=self.erased.emit,
            failed=self._fail,
        )
        self.password.clear()

    def _wish(self) -> ErasureWish | None:
        if self._customer is None:
            return None
        by = AskedBy(self.asked_by.currentData())
        return ErasureWish(self._customer.id, self._customer.version, by, self.case.text())

    def _tell(self, id_: str, traces: PersonalTraces) -> None:
        if self._customer is None or self._customer.id != id_:
            return  # another one was chosen meanwhile: these counts are not theirs
        counts = ", ".join(
            f"{count} {_(WHAT.get(kind, kind))}" for kind, count in traces.counts.items()
        )
        self.told.setText(
            _("{id}: {counts} would go; the sums of {months} months stay.").format(
                id=id_, counts=counts, months=traces.months
            )
        )

    def _fail(self, error: PlantError) -> None:
        self._enable()
        self.failed.emit(error)

    def _enable(self) -> None:
        same = self._customer is not None and self.again.text().strip() == self._customer.id
        self.button.setEnabled(same and bool(self.password.text()))

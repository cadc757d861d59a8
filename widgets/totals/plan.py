"""Which meter counts in which total: listed, changed, and saved with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import BadInput, PlantError
from app.model.counter import INDEX_ROLES
from app.model.reading import point_id
from app.model.totals import Entry, GasValue, Kind, Medium, TotalsPlan
from app.words import _
from widgets.controls.card import GAP, MARGIN
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.pagetype import PageContext

_WIDTH_PX, _LIST_PX, _GAS_PX = 860, 300, 64
_LONGEST_REASON = 500  # characters
_PARTS = 3  # of a line about gas: day, calorific value, correction


def medium_words(medium: Medium) -> str:
    """Return a medium in the person's words."""
    return {
        Medium.ELECTRICITY: _("Electricity"),
        Medium.HEAT: _("Heat"),
        Medium.COOLING: _("Cooling"),
        Medium.GAS: _("Gas"),
        Medium.WATER: _("Water"),
    }[medium]


def kind_words(kind: Kind) -> str:
    """Return a kind of entry in the person's words."""
    return {
        Kind.METER: _("Meter"),
        Kind.SUM: _("Virtual: sum of what stands under it"),
        Kind.SHARE: _("Virtual: a share of the meter above"),
        Kind.REMAINDER: _("Virtual: what is left of the meter above"),
    }[kind]


def indexes(context: PageContext) -> list[tuple[str, str]]:
    """Return every index of the plant: its point, and device and name for people."""
    found = [
        (point_id(view.config.id, spec.key), f"{view.config.name} · {spec.name} [{spec.unit}]")
        for roles, views in context.directory.alike(paths=False)
        for view in views
        for role, spec in roles.items()
        if role in INDEX_ROLES
    ]
    return sorted(found, key=lambda each: each[1].casefold())


class PlanDialog(QDialog):
    """The entries left, the fields of the one chosen right; closes once the core took it."""

    def __init__(
        self, context: PageContext, plan: TotalsPlan, done: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What counts in totals"))
        self.setMinimumWidth(_WIDTH_PX)
        self._context, self._base, self._done = context, plan, done
        self.entries: list[Entry] = list(plan.entries)
        self.list = QListWidget()
        self.name, self.percent = QLineEdit(), QLineEdit()
        self.medium, self.kind, self.point, self.above = (QComboBox() for _each in range(4))
        self.outward = QCheckBox(_("Delivered: taken off instead of added"))
        self.counts = QCheckBox(_("Counts in sums"))
        self.gas, self.reason = QPlainTextEdit(_gas_lines(plan.gas)), QLineEdit()
        self.reason.setMaxLength(_LONGEST_REASON)
        self.notice = Notice(context.look)
        self.add = button(_("Add"), self.add_entry, look=context.look, drawing="add")
        self.remove = button(_("Remove"), self.remove_entry, look=context.look, drawing="close")
        self.save = button(_("Save"), self.send, role="primary")
        self._showing = False
        self._fill()
        self._build()
        self._list_all(0)

    def plan(self) -> TotalsPlan:
        """Return what the fields say; `BadInput` for what cannot be a plan."""
        made = TotalsPlan(tuple(self.entries), _gas_values(self.gas.toPlainText()))
        made.require_sound()
        return made

    def add_entry(self) -> None:
        """Add an entry for the first index that is not among them yet."""
        taken = {each.point for each in self.entries}
        free = [each for each in indexes(self._context) if each[0] not in taken]
        own = _free_id({each.id for each in self.entries})
        medium = self.entries[-1].medium if self.entries else Medium.ELECTRICITY
        point, name = free[0] if free else ("", "")
        kind = Kind.METER if free else Kind.SUM
        self.entries.append(Entry(own, name.split(" · ")[0] or own, medium, kind, point))
        self._list_all(len(self.entries) - 1)
        self.name.setFocus()

    def remove_entry(self) -> None:
        """Take the one chosen out; what stood under it stands where it stood."""
        at = self.list.currentRow()
        if not 0 <= at < len(self.entries):
            return
        gone = self.entries.pop(at)
        self.entries = [
            replace(each, above=gone.above) if each.above == gone.id else each
            for each in self.entries
        ]
        self._list_all(min(at, len(self.entries) - 1))

    def send(self) -> None:
        """Give the plan to the core."""
        context = self._context
        if context.write_lock.all_locked:
            context.write_lock.ask_unlock()
            return
        try:
            made = self.plan()
        except BadInput as error:
            self.notice.tell(str(error))
            return
        self.save.setEnabled(False)
        totals = context.asked.totals
        context.asking.ask(
            totals.put_plan(context.viewer, made, self.reason.text().strip(), self._base),
            owner=self,
            done=self._taken,
            failed=self._fail,
        )

    def _fill(self) -> None:
        for medium in Medium:
            self.medium.addItem(medium_words(medium), medium)
        for kind in Kind:
            self.kind.addItem(kind_words(kind), kind)
        self.point.addItem(_("none"), "")
        for point, words in indexes(self._context):
            self.point.addItem(words, point)

    def _build(self) -> None:
        form = QFormLayout()
        for words, field in (
            (_("Name"), self.name),
            (_("Medium"), self.medium),
            (_("Kind"), self.kind),
            (_("Index"), self.point),
            (_("Part of"), self.above),
            (_("Share [%]"), self.percent),
        ):
            field.setAccessibleName(words)
            form.addRow(label(words), field)
        for check in (self.outward, self.counts):
            check.setAccessibleName(check.text())
            form.addRow(label(), check)
        self.list.setAccessibleName(_("What counts in totals"))
        self.gas.setAccessibleName(_("Calorific values of gas"))
        self.gas.setTabChangesFocus(True)
        self.list.setObjectName("choices")
        self.reason.setAccessibleName(_("Reason"))
        self.gas.setFixedHeight(_GAS_PX)
        self.list.setFixedWidth(_LIST_PX)
        left, both, foot = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        left.addWidget(self.list, 1)
        tools = QHBoxLayout()
        tools.addWidget(self.add)
        tools.addWidget(self.remove)
        tools.addStretch(1)
        left.addLayout(tools)
        both.setSpacing(GAP)
        both.addLayout(left)
        both.addLayout(form, 1)
        gas = _("Calorific values of gas, a line each: day, kWh/m³, correction")
        foot.addWidget(label(_("Reason")))
        foot.addWidget(self.reason, 1)
        foot.addWidget(button(_("Go back"), self.reject))
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(self.notice)
        column.addLayout(both, 1)
        column.addWidget(sentence(gas))
        column.addWidget(self.gas)
        column.addLayout(foot)
        self._connect()

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show)
        for edit in (self.name, self.percent):
            edit.editingFinished.connect(self._keep)
        for choice in (self.medium, self.kind, self.point, self.above):
            choice.activated.connect(lambda _at: self._keep())
        for check in (self.outward, self.counts):
            check.clicked.connect(lambda _on: self._keep())

    def _list_all(self, at: int) -> None:
        """Show the entries anew, with one of them chosen."""
        self._showing = True
        self.list.clear()
        plan = TotalsPlan(tuple(self.entries))
        for each in self.entries:
            depth = _depth(plan, each)
            self.list.addItem("    " * depth + _mark(each) + each.name)
        self._showing = False
        self.list.setCurrentRow(at)
        self._show(at)

    def _show(self, at: int) -> None:
        """Fill the fields with an entry."""
        if self._showing:
            return
        known = 0 <= at < len(self.entries)
        fields = (self.name, self.medium, self.kind, self.point, self.above, self.percent)
        for field in (*fields, self.outward, self.counts, self.remove):
            field.setEnabled(known)
        if not known:
            return
        entry = self.entries[at]
        self._showing = True
        self.name.setText(entry.name)
        self.percent.setText(f"{entry.percent.normalize():f}")
        self.above.clear()
        self.above.addItem(_("none, it stands at the top"), "")
        for each in self.entries:
            if each.id != entry.id and each.kind in {Kind.METER, Kind.SUM}:
                self.above.addItem(each.name, each.id)
        if entry.point and self.point.findData(entry.point) < 0:
            self.point.addItem(entry.point, entry.point)  # of a device that is gone
        for choice, value in (
            (self.medium, entry.medium),
            (self.kind, entry.kind),
            (self.point, entry.point),
            (self.above, entry.above),
        ):
            choice.setCurrentIndex(max(choice.findData(value), 0))
        self.outward.setChecked(entry.outward)
        self.counts.setChecked(entry.counts)
        self._allow(entry)
        self._showing = False

    def _allow(self, entry: Entry) -> None:
        """Let only that be changed which such an entry has."""
        self.point.setEnabled(entry.kind is Kind.METER)
        self.percent.setEnabled(entry.kind is Kind.SHARE)
        self.outward.setEnabled(entry.kind in {Kind.METER, Kind.SUM})

    def _keep(self) -> None:
        """Take the fields into the entry chosen."""
        at = self.list.currentRow()
        if self._showing or not 0 <= at < len(self.entries):
            return
        kind = self.kind.currentData()
        try:
            percent = Decimal(self.percent.text().strip().replace(",", "."))
        except InvalidOperation:
            percent = Decimal(-1)  # refused with a sentence when it is saved
        self.entries[at] = replace(
            self.entries[at],
            name=self.name.text().strip(),
            medium=self.medium.currentData(),
            kind=kind,
            point=self.point.currentData() if kind is Kind.METER else "",
            above=self.above.currentData(),
            outward=self.outward.isChecked() and kind in {Kind.METER, Kind.SUM},
            counts=self.counts.isChecked(),
            percent=percent if kind is Kind.SHARE else Decimal(100),
        )
        self._list_all(at)

    def _taken(self, _plan: TotalsPlan) -> None:
        self._done()
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.save.setEnabled(True)
        self.notice.tell(str(error))


def begin(
    context: PageContext, plan: TotalsPlan, done: Callable[[], None], over: QWidget
) -> PlanDialog:
    """Open the dialog over a page."""
    made = PlanDialog(context, plan, done, over)
    made.finished.connect(partial(_gone, made))
    made.open()
    return made


def _gone(dialog: PlanDialog, _result: int) -> None:
    dialog.deleteLater()


def _free_id(taken: set[str]) -> str:
    return next(own for nth in range(1, len(taken) + 2) if (own := f"m{nth}") not in taken)


def _depth(plan: TotalsPlan, entry: Entry) -> int:
    depth, at = 0, plan.of(entry.above)
    while at is not None and depth < len(plan.entries):
        depth, at = depth + 1, plan.of(at.above)
    return depth


def _mark(entry: Entry) -> str:
    if not entry.counts:
        return "○ "
    return "− " if entry.outward else "+ "


def _gas_lines(values: Sequence[GasValue]) -> str:
    return "\n".join(
        f"{each.since.isoformat()} {each.calorific_kwh_m3} {each.correction}" for each in values
    )


def _gas_values(text: str) -> tuple[GasValue, ...]:
    """Return what was typed; `BadInput` names the line that is none."""
    found: list[GasValue] = []
    for nth, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            day, *figures = words[:_PARTS]
            told = [Decimal(each.replace(",", ".")) for each in figures]
            found.append(GasValue(date.fromisoformat(day), *told))
        except (ValueError, InvalidOperation, TypeError):
            said = _("line {number} of the calorific values: write 2026-01-01 10.472 0.9627")
            raise BadInput(said.format(number=nth)) from None
    return tuple(sorted(found, key=lambda each: each.since))

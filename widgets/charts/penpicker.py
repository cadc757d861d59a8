"""Chooses more points for a chart: any number of any device, found as one types."""

from collections.abc import Iterable, Sequence

from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.asked import DeviceDetail
from app.model.point import ValueKind
from app.model.reading import DeviceId, PointId, point_id, split_point
from app.words import _, ngettext
from widgets.charts.pens import Subject
from widgets.controls.card import GAP, Search
from widgets.controls.plain import sentence
from widgets.controls.table import Table
from widgets.models.rows import Cell, Column, RowsModel
from widgets.pagetype import PageContext
from widgets.speech import told_detail


class PenPicker(QDialog):
    """Lists the numbers of one device; Enter or a double click takes one."""

    def __init__(self, context: PageContext, device: DeviceId | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("More pens"))
        self.resize(560, 520)
        self._context = context
        self.devices = QComboBox()
        self.devices.setAccessibleName(_("Device"))
        views = sorted(context.directory.views, key=lambda view: view.config.name.casefold())
        for view in views:
            self.devices.addItem(view.config.name, view.config.id)
        self.search = Search(_("Find a value"), context.look)
        model: RowsModel[Subject] = RowsModel(_columns(), lambda subject: subject.point)
        self.table: Table[Subject] = Table(model, context.look, _("Values"), parent=self)
        model.setParent(self.table)
        self.says = sentence("", "quiet")
        self._most, self._have = 0, frozenset[PointId]()
        self._buttons = buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.devices, 1)
        row.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.says)
        column.addWidget(buttons)
        self.search.textChanged.connect(self.table.rows_model.find)
        self.table.opened.connect(lambda _row: self.accept())
        selection = self.table.selectionModel()
        assert selection is not None  # noqa: S101 - a view with a model has one
        selection.selectionChanged.connect(lambda _new, _old: self._count())
        self.devices.currentIndexChanged.connect(lambda _at: self._ask())
        at = self.devices.findData(device)
        self.devices.setCurrentIndex(max(at, 0))
        self._ask()

    def picked(self) -> Sequence[Subject]:
        """Return the points chosen."""
        return self.table.chosen()

    def leave_room(self, most: int, have: Iterable[PointId] = ()) -> None:
        """Let no more be chosen than there is room for beside what is there already."""
        self._most, self._have = most, frozenset(have)
        self._count()

    def accept(self) -> None:
        """Take what is chosen, if there is room for it."""
        if self._fits():
            super().accept()

    def _fits(self) -> bool:
        new = {subject.point for subject in self.picked()} - self._have
        return not self._most or len(new) + len(self._have) <= self._most

    def _count(self) -> None:
        """Say when more is chosen than there is room for."""
        fits = self._fits()
        button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if button is not None:
            button.setEnabled(fits)
        if fits:
            self.says.setText("")
            return
        room = self._most - len(self._have)
        words = ngettext(
            "There is room for {count} value, {chosen} are chosen.",
            "There is room for {count} values, {chosen} are chosen.",
            room,
        )
        new = {subject.point for subject in self.picked()} - self._have
        self.says.setText(words.format(count=room, chosen=len(new)))

    def _ask(self) -> None:
        device = self.devices.currentData()
        if device is None:
            self.says.setText(_("There is no device yet."))
            return
        self._context.asking.ask(
            self._context.asked.plant.device(self._context.viewer, device),
            owner=self,
            done=self._take,
            failed=lambda error: self.says.setText(str(error)),
        )

    def _take(self, detail: DeviceDetail) -> None:
        config = detail.view.config
        if config.id != self.devices.currentData():
            return  # another device was chosen meanwhile
        self.says.setText("")
        self.table.rows_model.replace(
            Subject(point_id(config.id, spec.key), spec, config.name)
            for spec in told_detail(detail).points
            if spec.kind is ValueKind.NUMBER and spec.live
        )


def subject_of(context: PageContext, point: PointId) -> Subject | None:
    """Return what can be drawn of a point; None while it is not known."""
    spec = context.directory.spec(point)
    device, _key = split_point(point)
    return None if spec is None else Subject(point, spec, context.directory.name(device))


def _columns() -> list[Column[Subject]]:
    return [
        Column("name", lambda: _("Name"), lambda row: Cell(row.spec.name), 300, stretch=True),
        Column("unit", lambda: _("Unit"), lambda row: Cell(row.spec.unit), 80),
    ]

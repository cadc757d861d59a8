"""Chooses more points for a chart: any number of any device, found as one types."""

from collections.abc import Sequence

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
from app.words import _
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
        buttons = QDialogButtonBox(
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
        self.devices.currentIndexChanged.connect(lambda _at: self._ask())
        at = self.devices.findData(device)
        self.devices.setCurrentIndex(max(at, 0))
        self._ask()

    def picked(self) -> Sequence[Subject]:
        """Return the points chosen."""
        return self.table.chosen()

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

"""Beside the device table: the plant as a tree, and the groups that fill themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QElapsedTimer, QModelIndex, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.asked import DeviceView
from app.words import _
from widgets.controls.card import GAP, Card
from widgets.controls.plain import button
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.models.devicefilter import SMART, By, Condition, Plant, counted, wanted
from widgets.models.devicetree import Node, Trunk, nodes, tree_columns
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import Look

SIDE_PX = 248
_ROW_PX = 28
_LATER_MS = 150  # a flood of alarms lays the tree out a few times a second at most
_MOST_GROUPS = 9  # rows before the list of groups scrolls


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the smart groups: one of the product's, or one's own by its conditions."""

    key: str
    words: str
    conditions: tuple[Condition, ...]
    devices: int


class Tree(Table[Node]):
    """Lines that open and close: Right and Left, Enter, or a click on the triangle."""

    flipped = pyqtSignal(object, object)  # Node, bool: open

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        node = self.current()
        keys = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}
        way = keys.get(Qt.Key(event.key())) if event is not None else None
        if node is not None and way is not None and node.branches and node.open is not way:
            self.flipped.emit(node, way)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        if event is None:
            return
        node = self.rows_model.row(self.indexAt(event.position().toPoint()))
        letter = self.fontMetrics().height()
        if node is not None and node.branches:
            left = 12 + node.depth * letter
            if left - 6 <= event.position().x() <= left + letter:
                self.flipped.emit(node, not node.open)


class Side(QWidget):
    """``picked`` tells of a branch (None: the whole plant), ``grouped`` of a smart group."""

    picked = pyqtSignal(object)  # Condition | None
    grouped = pyqtSignal(object)  # Group
    adding = pyqtSignal()  # a smart group of one's own is wanted

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(SIDE_PX)
        self.trunk = QComboBox()
        self.trunk.setAccessibleName(_("The tree branches by"))
        for words in (_("By area"), _("By gateway"), _("By group")):
            self.trunk.addItem(words)
        self.tree_model: RowsModel[Node] = RowsModel(
            tree_columns(), lambda node: node.key, self
        )
        self.tree = Tree(self.tree_model, look, _("Plant"), row_px=_ROW_PX, head=False)
        self.tree.setSelectionMode(Tree.SelectionMode.SingleSelection)
        self.group_model: RowsModel[Group] = RowsModel(
            _group_columns(), lambda each: each.key, self
        )
        self.groups: Table[Group] = Table(
            self.group_model, look, _("Smart groups"), row_px=_ROW_PX, head=False
        )
        self.groups.setSelectionMode(Table.SelectionMode.NoSelection)
        self._views: Sequence[DeviceView] = ()
        self._plant: Plant | None = None
        self._own: Sequence[tuple[str, str, Sequence[Condition]]] = ()
        self._closed: set[str] = set()
        self._quiet = False
        self._since = QElapsedTimer()  # it was laid out last
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._lay_out)
        self._build(look)

    def show_plant(
        self,
        views: Sequence[DeviceView],
        plant: Plant,
        own: Sequence[tuple[str, str, Sequence[Condition]]],
    ) -> None:
        """Show these devices; ``own`` are the person's smart groups: id, name, conditions."""
        first = self._plant is None or len(views) != len(self._views)
        self._views, self._plant, self._own = views, plant, own
        if first:
            self._lay_out()
        elif not self._later.isActive():
            gone_ms = self._since.elapsed() if self._since.isValid() else _LATER_MS
            self._later.start(max(_LATER_MS - gone_ms, 0))

    def mark(self, conditions: Sequence[Condition]) -> None:
        """Put the focus of the tree where the conditions say; nobody is told."""
        by = {By.AREA: 0, By.GATEWAY: 1, By.GROUP: 2}
        branch = next((each for each in conditions if each.by in by), None)
        self._quiet = True
        if branch is not None and by[branch.by] != self.trunk.currentIndex():
            self.trunk.setCurrentIndex(by[branch.by])
        if not self.tree.go_to(lambda node: node.condition == branch):
            self.tree.go_to(lambda node: node.condition is None)
        self._quiet = False

    def settled(self) -> bool:
        """Whether tree and counts are up to date."""
        return not self._later.isActive()

    def settle(self) -> None:
        """Bring tree and counts up to date at once."""
        self._later.stop()
        self._lay_out()

    def _build(self, look: Look) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        plant = Card(_("Plant"))
        plant.head.add(self.trunk)
        plant.body.addWidget(self.tree)
        column.addWidget(plant, 1)
        smart = Card(_("Smart groups"))
        add = button(
            "", self.adding.emit, look=look, drawing="add", role="bare", says=_("New group…")
        )
        smart.head.add(add)
        smart.body.addWidget(self.groups)
        self._smart = smart
        column.addWidget(smart)
        self.trunk.currentIndexChanged.connect(lambda _at: self._branch_otherwise())
        self.tree.flipped.connect(self._flip)
        self.tree.opened.connect(lambda node: self._flip(node, not node.open))
        selection = self.tree.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._pick)
        self.groups.clicked.connect(self._choose)
        self.groups.opened.connect(self.grouped)

    def _lay_out(self) -> None:
        if self._plant is None:
            return
        self._since.start()
        trunk = tuple(Trunk)[self.trunk.currentIndex()]
        self._quiet = True
        self.tree_model.replace(nodes(trunk, self._views, self._plant, self._closed))
        self._quiet = False
        self.group_model.replace(self._groups(self._plant))
        rows = min(self.group_model.rowCount(), _MOST_GROUPS)
        self.groups.setFixedHeight(rows * _ROW_PX + 2)

    def _groups(self, plant: Plant) -> list[Group]:
        counts = counted(self._views, plant)
        found = [
            Group(
                smart.id,
                smart.title(),
                (Condition(By.SMART, smart.id),),
                counts[smart.id],
            )
            for smart in SMART.values()
        ]
        for key, name, conditions in self._own:
            count = sum(wanted(conditions, view, plant) for view in self._views)
            found.append(Group(key, name, tuple(conditions), count))
        return found

    def _branch_otherwise(self) -> None:
        was = self._quiet
        self._lay_out()
        if not was:
            self.tree.go_to(lambda node: node.condition is None)

    def _flip(self, node: Node, opened: bool) -> None:
        if not node.branches:
            return
        (self._closed.discard if opened else self._closed.add)(node.key)
        self._lay_out()

    def _pick(self, index: QModelIndex) -> None:
        node = self.tree_model.row(index)
        if node is not None and not self._quiet:
            self.picked.emit(node.condition)

    def _choose(self, index: QModelIndex) -> None:
        group = self.group_model.row(index)
        if group is not None:
            self.grouped.emit(group)


def _group_columns() -> Sequence[Column[Group]]:
    return (
        Column("name", lambda: _("Group"), lambda each: Cell(each.words), stretch=True),
        Column(
            "devices",
            lambda: _("Devices"),
            lambda each: Cell(figures(each.devices, 0), tone=Tone.QUIET),
            width=56,
            right=True,
        ),
    )

"""What somebody is given, to be ticked: devices, areas as a tree, or groups; with a search."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.words import _
from widgets.controls.card import Bar, Search, Segments
from widgets.controls.plain import sentence
from widgets.controls.table import Table
from widgets.models.people import Givable, Kind, givable_columns
from widgets.models.rows import RowsModel
from widgets.theme import Look


class _Ticks(Table[Givable]):
    """Space, Enter, a double click or a click on the first column tick rows."""

    ticking = pyqtSignal(list)  # of `Givable`

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Space:
            self.ticking.emit(self.chosen() or [each for each in (self.current(),) if each])
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        row = self.rows_model.row(index)
        if row is not None and index.column() == 0:
            self.ticking.emit([row])


class _One(QWidget):
    """The list of one kind."""

    changed = pyqtSignal()

    def __init__(self, look: Look, says: str, columns: tuple[str, str], hint: str) -> None:
        super().__init__()
        self.given: dict[str, None] = {}  # in the order they were given
        self.free = True
        heads = givable_columns(lambda row: row.id in self.given, *columns)
        self.model: RowsModel[Givable] = RowsModel(heads, lambda row: row.id, self)
        self.table = _Ticks(self.model, look, says)
        self.search = Search(_("Find in list"), look)
        self.search.textChanged.connect(self.model.find)
        self.table.ticking.connect(self._tick)
        self.table.opened.connect(lambda row: self._tick([row]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bar("toolbar", 40).add(self.search))
        told = sentence(hint, "small")
        told.setContentsMargins(12, 4, 12, 4)
        column.addWidget(told)
        column.addWidget(self.table, 1)

    def _tick(self, rows: Sequence[Givable]) -> None:
        """Give the rows; take them back when all of them were given."""
        if not self.free or not rows:
            return
        if all(row.id in self.given for row in rows):
            for row in rows:
                del self.given[row.id]
        else:
            self.given |= dict.fromkeys(row.id for row in rows)
        self.table.touch_visible()
        self.changed.emit()


class GivenLists(QWidget):
    """Three lists behind a switch; `given` has what is ticked."""

    changed = pyqtSignal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        space = _("Space gives or takes back what is chosen.")
        of_device = (_("Device"), _("Area"))
        of_area, of_group = (_("Area"), _("Devices")), (_("Group"), _("Devices"))
        area = _("An area is given with all that lies in it, now and later.")
        group = _("A group counts while its owner may manage people.")
        self.lists = {
            Kind.DEVICE: _One(look, _("Devices given"), of_device, space),
            Kind.AREA: _One(look, _("Areas given"), of_area, f"{space} {area}"),
            Kind.GROUP: _One(look, _("Groups given"), of_group, f"{space} {group}"),
        }
        self.switch = Segments([word(0) for word in _WORDS.values()], _("Give by"))
        self.switch.chosen.connect(self.show_kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bar("toolbar", 40).add(self.switch))
        for at, each in enumerate(self.lists.values()):
            each.changed.connect(self._tell)
            column.addWidget(each, 1)
            each.setVisible(at == 0)

    def show_kind(self, at: int) -> None:
        """Show the list of one kind."""
        for nth, each in enumerate(self.lists.values()):
            each.setVisible(nth == at)

    def offer(self, kind: Kind, rows: Sequence[Givable]) -> None:
        """Let these be ticked."""
        self.lists[kind].model.replace(rows)

    def give(self, kind: Kind, given: Sequence[str]) -> None:
        """Show what was given of a kind."""
        self.lists[kind].given = dict.fromkeys(given)
        self.lists[kind].table.touch_visible()
        self._count()

    def given(self, kind: Kind) -> tuple[str, ...]:
        """Return what is ticked of a kind."""
        return tuple(self.lists[kind].given)

    def let(self, *, free: bool) -> None:
        """Allow ticking, or only reading."""
        for each in self.lists.values():
            each.free = free

    def _tell(self) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        for at, (kind, each) in enumerate(self.lists.items()):
            self.switch.rename(at, _WORDS[kind](len(each.given)))


_WORDS: dict[Kind, Callable[[int], str]] = {
    Kind.DEVICE: lambda count: _("Devices ({count})").format(count=count),
    Kind.AREA: lambda count: _("Areas ({count})").format(count=count),
    Kind.GROUP: lambda count: _("Groups ({count})").format(count=count),
}

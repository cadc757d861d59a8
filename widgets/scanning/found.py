"""The meters that answered, each with a box that chooses it to be added."""

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PyQt6.QtWidgets import QStyle, QStyleOptionViewItem

from app.model.reading import DeviceId
from app.model.scan import ScanFound
from app.model.verified import Proof, proof_text
from app.words import _, told
from widgets.controls.table import CellPainter, Table, paint_ground
from widgets.devicelist.table import CHECK, paint_box
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import Look

_Flag = QItemSelectionModel.SelectionFlag


class FoundTable(Table[ScanFound]):
    """Space or a click on the box chooses a meter; one that is in the plant has no box."""

    chosen_changed = pyqtSignal()
    moved = pyqtSignal()  # the row in front is another one

    def __init__(
        self,
        look: Look,
        name_of: Callable[[ScanFound], str],
        called: Callable[[DeviceId], str],
    ) -> None:
        """``called`` is the name of a device that is in the plant already."""
        self._called = called
        self._known: Mapping[str, DeviceId] = {}
        columns: Sequence[Column[ScanFound]] = (
            Column(CHECK, lambda: "", lambda _found: Cell(), 40, lambda _found: 0),
            Column("number", lambda: _("Number"), lambda found: Cell(found.number), 85),
            Column(
                "name", lambda: _("Name"), lambda found: Cell(name_of(found)), 155, stretch=True
            ),
            Column(
                "primary",
                lambda: _("Address"),
                _address,
                70,
                lambda found: found.primary,
                right=True,
            ),
            Column("maker", lambda: _("Maker"), lambda found: Cell(found.maker), 60),
            Column("medium", lambda: _("Medium"), lambda found: Cell(told(found.medium)), 80),
            Column("profile", lambda: _("Profile"), self._profile, 110),
            Column("proof", lambda: _("Decoding"), _proof, 100),
            Column("known", lambda: _("In the plant"), self._place, 90, stretch=True),
        )
        model: RowsModel[ScanFound] = RowsModel(columns, lambda found: found.secondary)
        super().__init__(model, look, _("Meters that answered"))
        self.setItemDelegate(_FoundPainter(look, self))
        selection = self.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(lambda _on, _off: self.chosen_changed.emit())
            selection.currentRowChanged.connect(lambda _at, _before: self.moved.emit())

    def show_found(self, found: Sequence[ScanFound], known: Mapping[str, DeviceId]) -> None:
        """Show who answered; what was chosen stays chosen."""
        fresh = {each.secondary for each in known_of(self.rows_model.rows, self._known)}
        there = {each.secondary for each in known_of(found, known)}
        if list(found) == list(self.rows_model.rows) and fresh == there:
            return
        self._known = known
        self.rows_model.replace(found)
        self.chosen_changed.emit()

    def is_known(self, found: ScanFound) -> bool:
        """Whether a meter is in the plant already."""
        return found.secondary in self._known

    def chosen(self) -> list[ScanFound]:
        """Return the meters to be added."""
        return [each for each in super().chosen() if not self.is_known(each)]

    def selectionCommand(  # noqa: N802 - Qt calls it by this name
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """A box or Space adds or takes away one row; a click elsewhere only moves there."""
        if isinstance(event, QKeyEvent):
            space = event.key() == Qt.Key.Key_Space
            return _Flag.Toggle | _Flag.Rows if space else _Flag.NoUpdate
        if isinstance(event, QMouseEvent):
            box = index.isValid() and self.rows_model.columns[index.column()].id == CHECK
            pressed = event.type() == QEvent.Type.MouseButtonPress
            return _Flag.Toggle | _Flag.Rows if box and pressed else _Flag.NoUpdate
        return super().selectionCommand(index, event)

    def _profile(self, found: ScanFound) -> Cell:
        if found.label:
            return Cell(found.label)
        return Cell(_("by the standard"), tone=Tone.QUIET)

    def _place(self, found: ScanFound) -> Cell:
        device = self._known.get(found.secondary)
        name = "" if device is None else self._called(device)
        return Cell(name, tone=Tone.QUIET, tip=name)


def _address(found: ScanFound) -> Cell:
    """Return the primary address; the tip tells a rate that is not the line's."""
    tip = _("answers at {baud} Bd").format(baud=found.baud) if found.baud else ""
    return Cell(str(found.primary), tip=tip)


def _proof(found: ScanFound) -> Cell:
    verified = found.proof is Proof.VERIFIED
    words = _("verified") if verified else _("not verified")
    tone = Tone.NORMAL if verified else Tone.QUIET
    return Cell(words, tone=tone, tip=proof_text(found.proof))


def known_of(found: Sequence[ScanFound], known: Mapping[str, DeviceId]) -> list[ScanFound]:
    """Return those that are in the plant already."""
    return [each for each in found if each.secondary in known]


class _FoundPainter(CellPainter):
    """Draws the box of a row, none for a meter that is in the plant."""

    def __init__(self, look: Look, table: FoundTable) -> None:
        super().__init__(look, table)
        self._own_look, self._found = look, table

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None or self._found.rows_model.columns[index.column()].id != CHECK:
            super().paint(painter, option, index)
            return
        theme = self._own_look.theme
        paint_ground(painter, option, index, theme, self._found)
        row = self._found.rows_model.row(index)
        if row is not None and not self._found.is_known(row):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            paint_box(painter, QRectF(option.rect), theme, chosen=chosen)

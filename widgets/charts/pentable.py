"""The table under a chart: what each pen says at the cursors, now, and of the time seen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from PyQt6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QStyleOptionViewItem, QWidget

from app.words import _, ngettext
from widgets.charts.pens import Kind, Pen
from widgets.controls.quality import figures
from widgets.controls.table import CellPainter, Table, least_px, paint_ground
from widgets.models.points import unit_px
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import Look

ROW_PX = 28
HEAD_PX = 36
MOST_ROWS = 6  # more of them scroll
LEAST_PX, GOOD_PX = 180, 320  # of the chart above: in the lowest window, in any other
_AROUND_PX = 56  # the gap above the table and the line below it
_BOX_PX, _SWATCH_PX = 14, 28
_NUMBER_PX = 80
_NOW_PX = 140  # "−12.4", a clock and "23 h 59 min" beside each other
# What gives way where room is short: first what tells nothing now, then what is told elsewhere.
_GIVES_WAY = ("unit", "slope", "change", "b", "a", "axis", "device", "pen", "good")


class PenTable(Table[Pen]):
    """Rows of pens; Space or a click on the box hides a line, Delete takes a pen away."""

    toggled = pyqtSignal(object)  # Pen
    removed = pyqtSignal(object)  # Pen
    picked = pyqtSignal(object)  # Pen: the row the focus is on

    def __init__(
        self,
        look: Look,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        model: RowsModel[Pen] = RowsModel(_columns(now, zone), lambda pen: pen.key)
        super().__init__(model, look, _("Pens of the chart"), row_px=ROW_PX, parent=parent)
        model.setParent(self)
        self._whole_px = 1 << 16
        self._wide_px: dict[str, int] = {}  # of columns that gave way, when they were seen
        self.setItemDelegate(_PenPainter(look, self))
        self.setSortingEnabled(False)
        selection = self.selectionModel()
        assert selection is not None  # noqa: S101 - a view with a model has one
        selection.currentRowChanged.connect(self._pick)

    def show_pens(self, pens: Sequence[Pen]) -> None:
        """Show these pens from now on."""
        self.rows_model.replace(pens)
        self.fit(self._whole_px)

    def fit(self, whole_px: int) -> None:
        """Take the room of ``whole_px`` that a chart of good height leaves, a row at least."""
        self._whole_px = whole_px
        free = whole_px - GOOD_PX - HEAD_PX - _AROUND_PX
        wanted = min(max(self.rows_model.rowCount(), 1), MOST_ROWS)
        rows = max(min(wanted, free // ROW_PX), 1)
        self.setMinimumHeight(HEAD_PX + ROW_PX + 2)
        self.setMaximumHeight(HEAD_PX + ROW_PX * rows + 2)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def tell(self) -> None:
        """Show what the pens say now."""
        self.rows_model.touch(0, self.rows_model.rowCount() - 1)
        self.spread()

    def spread(self) -> None:
        """Let columns give way that have nothing to tell, until the others have room."""
        head, columns = self.horizontalHeader(), self.rows_model.columns
        if head is None:
            return
        for at, column in enumerate(columns):
            if not head.isSectionHidden(at):
                self._wide_px[column.id] = head.sectionSize(at)
        wide = {
            each.id: least_px(each) if each.stretch else self._wide_px[each.id]
            for each in columns
        }
        over = sum(wide.values()) - self._ground().width()
        away = set()
        for name in sorted(_GIVES_WAY, key=self._tells):
            if over > 0:
                away.add(name)
                over -= wide[name]
        for at, column in enumerate(columns):
            if head.isSectionHidden(at) is not (column.id in away):
                head.setSectionHidden(at, column.id in away)
        super().spread()

    def _tells(self, name: str) -> bool:
        """Whether a column has something to tell apart, or at all."""
        pens = self.rows_model.rows
        if name in ("a", "b"):
            return any((pen.at_a if name == "a" else pen.at_b) is not None for pen in pens)
        if name in ("slope", "change"):
            return any(pen.change() is not None for pen in pens)
        if name == "device":
            return len({pen.subject.device for pen in pens}) > 1
        if name == "axis":
            return any(pen.alone for pen in pens)
        return True

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        pen = self.current()
        if event is not None and pen is not None:
            if event.key() == Qt.Key.Key_Space:
                self.toggled.emit(pen)
                return
            if event.key() == Qt.Key.Key_Delete:
                self.removed.emit(pen)
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            pen = self.rows_model.row(index)
            if pen is not None and index.column() == 0:
                self.toggled.emit(pen)

    def _pick(self, current: QModelIndex, _before: QModelIndex) -> None:
        pen = self.rows_model.row(current)
        if pen is not None:
            self.picked.emit(pen)


class _PenPainter(CellPainter):
    """Draws the box that shows or hides a line, and the line itself."""

    def __init__(self, look: Look, table: PenTable) -> None:
        super().__init__(look, table)
        self._pen_look, self._pens = look, table

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        pen = self._pens.rows_model.row(index)
        if index.column() > 1 or painter is None or pen is None:
            super().paint(painter, option, index)
            return
        theme = self._pen_look.theme
        paint_ground(painter, option, index, theme, self._pens)
        middle = option.rect.center().y() + 0.5
        if index.column() == 1:
            left = option.rect.left() + 8
            painter.setPen(pen.line(theme))
            painter.drawLine(QPointF(left, middle), QPointF(left + _SWATCH_PX, middle))
            return
        box = QRectF(option.rect.left() + 12, middle - _BOX_PX / 2, _BOX_PX, _BOX_PX)
        painter.setPen(QPen(QColor(theme.accent if pen.visible else theme.control_edge), 1.5))
        painter.setBrush(QColor(theme.accent if pen.visible else theme.surface))
        painter.drawRoundedRect(box, 2, 2)
        if pen.visible:
            painter.setPen(QPen(QColor(theme.on_accent), 2))
            spots = [(0.22, 0.52), (0.43, 0.72), (0.80, 0.30)]
            points = [
                QPointF(box.left() + x * _BOX_PX, box.top() + y * _BOX_PX) for x, y in spots
            ]
            painter.drawPolyline(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _columns(now: Callable[[], datetime], zone: tzinfo | None) -> list[Column[Pen]]:
    def number(
        name: str,
        title: Callable[[], str],
        cell: Callable[[Pen], Cell],
        width: int = _NUMBER_PX,
    ) -> Column[Pen]:
        return Column(name, title, cell, width, right=True)

    def at(value: tuple[float, bool] | None, pen: Pen) -> Cell:
        known, doubtful = value or (None, False)
        return _figure(pen, known, doubtful=doubtful)

    def name(pen: Pen) -> Cell:
        later = pen.kind is not Kind.MEASURED
        return Cell(pen.name, tone=Tone.QUIET if later else Tone.NORMAL)

    def present(pen: Pen) -> Cell:
        told = pen.present(now(), zone)
        return Cell(shown=replace(told, unit=""))  # it stands once, in its own column

    def axis(pen: Pen) -> Cell:
        return Cell(_("own") if pen.alone else _("shared"), tone=Tone.QUIET)

    return [
        Column("shown", lambda: "", _box, 40),
        Column("pen", lambda: _("Pen"), lambda pen: Cell(pen.tag), 52),
        Column("tag", lambda: _("Short name"), lambda pen: Cell(pen.tag, strong=True), 96),
        Column("name", lambda: _("Name"), name, 170, stretch=True),
        Column("device", lambda: _("Device"), lambda pen: Cell(pen.subject.device), 130),
        Column("unit", lambda: _("Unit"), lambda pen: Cell(pen.spec.unit), 56),
        number("a", lambda: "A", lambda pen: at(pen.at_a, pen)),
        number("b", lambda: "B", lambda pen: at(pen.at_b, pen)),
        number("change", lambda: "Δ B − A", _change),
        number("slope", lambda: _("Slope per h"), _slope, 100),
        number("now", lambda: _("Now"), present, _NOW_PX),
        number("least", lambda: _("Min"), lambda pen: _figure(pen, pen.summary.least)),
        number("most", lambda: _("Max"), lambda pen: _figure(pen, pen.summary.most)),
        number("mean", lambda: _("Mean"), lambda pen: _figure(pen, pen.summary.mean)),
        number("good", lambda: _("Good data"), _good, 92),
        Column("axis", lambda: _("Axis"), axis, unit_px((_("own"), _("shared")), 72)),
    ]


def _box(pen: Pen) -> Cell:
    return Cell(_("shown") if pen.visible else _("hidden"))


def _figure(
    pen: Pen, value: float | None, *, doubtful: bool = False, strong: bool = False
) -> Cell:
    """Return a computed value: calm text, the live colour is for what is measured now."""
    return Cell(pen.figure(value, doubtful=doubtful).text, strong=strong)


def _change(pen: Pen) -> Cell:
    value, doubtful = pen.change() or (None, False)
    return Cell(_signed(pen, value, doubtful=doubtful), strong=True)


def _slope(pen: Pen) -> Cell:
    return Cell(_signed(pen, pen.slope_per_h, finer=1))


def _signed(pen: Pen, value: float | None, *, doubtful: bool = False, finer: int = 0) -> str:
    told = pen.figure(value, doubtful=doubtful, finer=finer).text
    plus = value is not None and round(value, pen.spec.decimals + finer) > 0
    return f"+{told}" if plus else told


def _good(pen: Pen) -> Cell:
    share = pen.good_share
    text = "–" if share is None else f"{figures(100 * share, 0)} %"
    words = (
        ngettext(
            "{count} stored value; the least and most of each pixel are drawn",
            "{count} stored values; the least and most of each pixel are drawn",
            pen.stored,
        )
        if pen.reduced
        else ngettext(
            "{count} stored value, drawn as it is",
            "{count} stored values, every one drawn",
            pen.stored,
        )
    )
    return Cell(text, tone=Tone.QUIET, tip=words.format(count=figures(pen.stored, 0)))

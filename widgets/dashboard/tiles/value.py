"""One value, large, with its quality and its last day."""

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.model.point import PointSpec
from app.model.reading import PointId, Reading, split_point
from app.verbs import Capability
from app.words import _
from widgets.controls.plain import sentence, tip
from widgets.controls.quality import shown
from widgets.controls.valuepainter import EMPTY, ValuePainter, value_width
from widgets.dashboard.asking import ask_points
from widgets.dashboard.spark import Spark
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.fonts import FIGURE_PX
from widgets.pagetype import PageContext, Show
from widgets.valuedoor import Door, open_by

_HIGH_PX = 36


class Figure(QWidget):
    """A value of 26 px at the left; Enter or a click opens its chart, the menu the rest."""

    def __init__(self, context: PageContext, point: PointId, spec: PointSpec) -> None:
        super().__init__()
        self._context, self._point, self._spec = context, point, spec
        self._shown = EMPTY
        self.setFixedHeight(_HIGH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(spec.name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        open_by(self, context, self._find)
        context.look.changed.connect(self.update)
        self._take(context.feed.latest(point))
        context.feed.show(point, self._take, self)

    @property
    def text(self) -> str:
        """What it says, quality included."""
        return self._shown.spoken

    def sizeHint(self) -> QSize:
        return QSize(round(value_width(self._shown, FIGURE_PX, strong=True)) + 4, _HIGH_PX)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        wide = min(value_width(self._shown, FIGURE_PX, strong=True), self.width() - 1.0)
        box = QRectF(0, 0, wide, self.height())
        ValuePainter(self._context.theme, FIGURE_PX, strong=True).paint(
            painter, box, self._shown
        )
        if self.hasFocus():
            painter.setPen(self.palette().accent().color())
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)

    def keyPressEvent(self, event: object) -> None:
        key = getattr(event, "key", lambda: 0)()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def mouseReleaseEvent(self, event: object) -> None:
        super().mouseReleaseEvent(event)  # type: ignore[arg-type]
        if getattr(event, "button", lambda: None)() is Qt.MouseButton.LeftButton:
            self._open()

    def _open(self) -> None:
        device = split_point(self._point)[0]
        self._context.show(Show("device", device, self._point, part="chart"))

    def _find(self, at: QPoint | None) -> tuple[Door, QPoint] | None:
        spot = at or QPoint(0, self.height())
        return Door(self._point, self._spec), self.mapToGlobal(spot)

    def _take(self, reading: Reading | None) -> None:
        context = self._context
        self._shown = shown(reading, self._spec, context.now(), context.zone)
        self.setToolTip(tip(self._shown.tip))
        self.setAccessibleDescription(self._shown.spoken)
        self.update()


class ValueTile(QWidget):
    """Says which point it is as soon as the core has told; then shows it."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        self.point = PointId(given.word("point"))
        self.figure: Figure | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 12, 8)
        self._column.setSpacing(0)
        self._says = sentence("", "small")
        self._column.addWidget(self._says)
        given.context.directory.described.connect(self._try)
        given.context.directory.listed.connect(self._try)
        self._try()

    def _try(self) -> None:
        context = self._given.context
        if self.figure is not None:
            return
        if not self.point:
            self._says.setText(_("No value was chosen yet."))
            return
        spec = context.directory.spec(self.point)
        device = split_point(self.point)[0]
        self._given.title.setText(context.directory.name(device))
        if spec is None:
            if context.directory.is_listed and context.directory.view(device) is None:
                self._says.setText(_("This device is not in the project any more."))
            return
        self._says.setText(spec.name)
        self.figure = Figure(context, self.point, spec)
        self._column.addWidget(self.figure)
        if context.viewer.may(Capability.SEE_HISTORY):
            self._column.addWidget(Spark(context, [(self.point, spec)], bare=True), 1)
        context.asking.ask(
            context.asked.plant.latest(context.viewer, [self.point]),
            owner=self,
            done=context.feed.seed,
            failed=lambda error: self._says.setText(str(error)),
        )


def _ask(context: PageContext, options: Options, parent: QWidget) -> Options | None:
    picked = ask_points(context, parent, str(options.get("point", "")))
    return {"point": str(picked[0])} if picked else None


TILE = TileType(
    "value",
    lambda: _("Value"),
    lambda: _("One value of a device, large, with the course of the last day."),
    "meter",
    10,
    (2, 1),
    (1, 1),
    Capability.SEE_PLANT,
    ValueTile,
    _ask,
    asks_first=True,
)

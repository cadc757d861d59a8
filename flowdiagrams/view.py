"""The window onto a live picture: it fits, it zooms, and every value in it is a door."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from PyQt6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QTransform,
)
from PyQt6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from app.model.point import PointSpec
from app.model.reading import PointId
from app.words import _
from flowdiagrams.document import Document, load_library
from flowdiagrams.doors import Doors
from flowdiagrams.items import Live
from flowdiagrams.scene import DiagramScene
from widgets.controls.plain import tip
from widgets.controls.standing import Standing
from widgets.pointfeed import PointFeed
from widgets.theme import Theme

SMALLEST_FIT = 0.5  # below this nobody reads a number: the picture scrolls instead
FIT = 0.0
_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BEFORE = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_READABLE = 0.85  # of the picture's own size; letters of 12 px are then 10 px high
_ZOOMS = {Qt.Key.Key_0: FIT, Qt.Key.Key_1: 1.0, Qt.Key.Key_2: 2.0}
_OPEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def _utc() -> datetime:
    return datetime.now(UTC)


class DiagramView(QGraphicsView):
    """Shows a picture (a name of the library, or a document) with one device's points.

    ``slots``: slot of the picture → point; ``specs``: by the profile's key of the
    point. A click, or Enter on the value the arrow keys have chosen, emits
    ``pointActivated``; a right click or the Menu key emits ``menuWanted`` with the
    place on the screen. ``faults`` are sentences about what of the document could
    not be drawn. ``agesChanged`` carries the corner's words once a second. ``now`` answers
    UTC; times are told in ``zone``, None for this computer's own.
    """

    pointActivated = pyqtSignal(str)  # noqa: N815 - Qt's way of naming signals
    menuWanted = pyqtSignal(str, QPoint)  # noqa: N815
    agesChanged = pyqtSignal(str)  # noqa: N815

    def __init__(
        self,
        document: str | Document,
        slots: Mapping[str, PointId],
        specs: Mapping[str, PointSpec],
        feed: PointFeed,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = _utc,
        zone: tzinfo | None = None,
    ) -> None:
        super().__init__(parent)
        self.faults: tuple[str, ...] = ()
        if isinstance(document, str):
            document, self.faults = load_library(document)
        self._scene = DiagramScene(document, slots, specs, theme, now, self)
        self._now, self._zone = now, zone
        self._zoom = FIT
        self._pressed: Live[Any] | None = None
        self.doors = Doors([wired.item for wired in self._scene.wired], self._scene.binding)
        _prepare(self, self._scene, _(document.title) if document.title else _("Diagram"))
        for point in self._scene.points:
            feed.show(point, self._scene.take, self)
        feed.aged.connect(self._grow_older)

    def set_alarms(self, alarms: Mapping[PointId, Standing]) -> None:
        """Mark the points with standing alarms."""
        self._scene.set_alarms(alarms)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme from now on."""
        self._scene.wear(theme)
        self.resetCachedContent()

    def set_zoom(self, zoom: float) -> None:
        """Show the picture at 1 or 2 times its size, or fitted to the window (`FIT`)."""
        self._zoom = zoom
        self._scale()

    def sizeHint(self) -> QSize:
        """Return the least size at which small letters read well, on every screen."""
        return (self._scene.sceneRect().size() * _READABLE).toSize()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the picture to the new size."""
        super().resizeEvent(event)
        self._scale()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what happened while nobody looked."""
        super().showEvent(event)
        self._scene.rest(resting=False)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Stop drawing what nobody sees."""
        super().hideEvent(event)
        self._scene.rest(resting=True)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Remember which value was pressed."""
        super().mousePressEvent(event)
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = _item_at(self, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Open the value that was pressed and released."""
        super().mouseReleaseEvent(event)
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            pressed, self._pressed = self._pressed, None
            if pressed is not None and pressed is _item_at(self, event.position()):
                self._activate(pressed)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Box what can be opened."""
        super().mouseMoveEvent(event)
        if event is not None:
            self.doors.hover(_item_at(self, event.position()))

    def leaveEvent(self, event: QEvent | None) -> None:
        """Take the box away."""
        super().leaveEvent(event)
        self.doors.hover(None)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.doors.leave()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Ask for the menu of the value under the pointer, or of the one chosen by keys."""
        if event is None:
            return
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        item = self.doors.chosen if by_key else _item_at(self, QPointF(event.pos()))
        point = self.doors.point(item)
        if item is None or point is None:
            return
        below = self.mapToGlobal(self.mapFromScene(item.core().bottomLeft()))
        self.menuWanted.emit(point, below if by_key else event.globalPos())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Walk over the values with the arrow keys, open one with Enter; 0, 1, 2 zoom."""
        if event is None:
            return
        if event.key() in _NEXT or event.key() in _BEFORE:
            self.doors.choose(1 if event.key() in _NEXT else -1)
            self._say_chosen()
        elif event.key() in _ZOOMS:
            self.set_zoom(_ZOOMS[Qt.Key(event.key())])
        elif event.key() in _OPEN and self.doors.chosen is not None:
            self._activate(self.doors.chosen)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Explain the value under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            item = _item_at(self, QPointF(event.pos()))
            text = (
                ""
                if item is None
                else self._scene.binding.tip(item.slot, self._now(), self._zone)
            )
            QToolTip.showText(event.globalPos(), tip(text), self)
            return True
        return super().viewportEvent(event)

    def _scale(self) -> None:
        size, room = self._scene.sceneRect().size(), self.maximumViewportSize()
        scale = self._zoom
        if scale == FIT and size.width() and size.height():
            scale = min(room.width() / size.width(), room.height() / size.height())
            scale = max(scale, SMALLEST_FIT)
        self.setTransform(QTransform.fromScale(scale, scale))

    def _grow_older(self) -> None:
        self._scene.show_ages()
        self.agesChanged.emit(self._scene.ages.text)

    def _activate(self, item: Live[Any]) -> None:
        point = self.doors.point(item)
        if point is not None:
            self.pointActivated.emit(point)

    def _say_chosen(self) -> None:
        item = self.doors.chosen
        if item is not None:
            self.setAccessibleDescription(self._scene.binding.spoken(item.slot, self._now()))
            self.ensureVisible(item.core())


def _item_at(view: "DiagramView", place: QPointF) -> Live[Any] | None:
    """Return the value drawn at a place of the view."""
    return view.doors.at(view.mapToScene(place.toPoint()))


def pictures_compared(older: str, newer: str, theme: Theme) -> QWidget:
    """Return two versions of a picture side by side; both are the words of its file."""
    from flowdiagrams.comparison import PicturesCompared  # only where versions are looked at

    return PicturesCompared(older, newer, theme)


def _prepare(view: QGraphicsView, scene: DiagramScene, title: str) -> None:
    view.setScene(scene)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setAccessibleName(title)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setMouseTracking(True)
    view.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    view.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
    view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
    view.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)

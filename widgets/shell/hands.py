"""Whether somebody's hands are on this workstation, seen at the windows' own doors."""

from PyQt6.QtCore import QEvent, QObject, QPointF, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QMouseEvent

_ALIVE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
)


class Hands(QObject):
    """Tells of each key and mouse, and of each window that comes (GUI thread).

    It stands at the windows of the system, not before all widgets: a filter of the whole
    application would take every event of every widget through Python.
    """

    touched = pyqtSignal()
    window_came = pyqtSignal()  # one more may be seen; at once when it takes the keys

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._mouse_at = QPointF()
        app = QGuiApplication.instance()
        self._app = app if isinstance(app, QGuiApplication) else None
        if self._app is not None:
            self._app.focusWindowChanged.connect(self._look_round)
        self.look()

    def look(self) -> None:
        """Stand at every window there is; called each second, for those without the keys."""
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)  # a second time does nothing

    def end(self) -> None:
        """Watch no more; a second time does nothing."""
        if self._app is not None:
            self._app.focusWindowChanged.disconnect(self._look_round)
            self._app = None
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _ALIVE and self._is_somebody(event):
            self.touched.emit()
        return False

    def _look_round(self) -> None:
        self.look()
        self.window_came.emit()

    def _is_somebody(self, event: QEvent) -> bool:
        """Whether a person did that: Qt moves the mouse itself when widgets come and go."""
        if event.type() is not QEvent.Type.MouseMove or not isinstance(event, QMouseEvent):
            return True
        moved = bool(event.globalPosition() != self._mouse_at)
        self._mouse_at = event.globalPosition()
        return moved

"""What stands beside the main window while the desk is locked: aside or covered, not lost."""

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from app.words import _

_HIDDEN_KINDS = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)


class Covering:
    """Hides the other windows, covers the dialogs that wait for an answer, brings all back.

    A dialog somebody waits for cannot be hidden: that would answer it. It stays where
    it is with a cover over all it says, and under another name.
    """

    def __init__(self, main: QWidget) -> None:
        self._main = main
        self._aside: list[QWidget] = []
        self._covers: list[tuple[QWidget, _Cover, str]] = []

    def put(self, *spared: QWidget) -> QWidget | None:
        """Let nothing be seen but the main window; returns the dialog that blocks it."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        covered = [window for window, _cover, _title in self._covers]
        for window in QApplication.topLevelWidgets():
            if window is self._main or window in (*spared, *covered) or not _shown(window):
                continue
            if window.isModal():
                self._cover(window)
            else:
                self._aside.append(window)
                window.hide()
        return QApplication.activeModalWidget()

    def take_away(self) -> None:
        """Show everything again that is still there."""
        for window, cover, title in self._covers:
            if not sip.isdeleted(window):
                window.setWindowTitle(title)
                cover.hide()
                cover.deleteLater()
        for window in self._aside:
            if not sip.isdeleted(window):
                window.show()
        self._covers, self._aside = [], []

    def _cover(self, window: QWidget) -> None:
        self._covers.append((window, _Cover(window), window.windowTitle()))
        window.setWindowTitle(_("Locked"))


class _Cover(QWidget):
    """Lies over all of a window, however it is sized."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("cover")
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() is QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())  # type: ignore[union-attr]
        return False


class LockDialog(QDialog):
    """The lock screen once more, in front of a dialog that blocks the main window."""

    def __init__(self, inside: QWidget, over: QWidget) -> None:
        super().__init__(over)
        self.setWindowTitle(_("Locked"))
        column = QVBoxLayout(self)
        column.addWidget(inside)

    def reject(self) -> None:
        """Stay: neither Esc nor the window's own cross unlocks anything."""


def _shown(window: QWidget) -> bool:
    return window.isVisible() and window.windowType() not in _HIDDEN_KINDS

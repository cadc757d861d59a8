"""A sentence about something that went wrong or is under way, without stopping the work."""

from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.card import PAD
from widgets.controls.plain import button, label, sentence
from widgets.icons import drawing
from widgets.theme import Look

_SHOWN_AFTER_MS = 500  # shorter work shows nothing


class Notice(QFrame):
    """An error in the operator's words; the technical text is one click away, to be copied."""

    def __init__(
        self, look: Look, parent: QWidget | None = None, *, of_page: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trouble")
        if of_page:
            self.setProperty("place", "page")
        self._look = look
        self._details = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 8, PAD, 8)
        row = QHBoxLayout()
        row.setSpacing(PAD)
        self._icon = QLabel()
        self.says = sentence("", "")
        self.says.setAccessibleName(_("Error"))
        self._more = button(_("Details"), self._toggle, role="head")
        self._copy = button(_("Copy"), self._to_clipboard, role="head")
        self._retry = button(_("Try again"), self._again, role="head")
        self._repeat: Callable[[], object] | None = None
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.says, 1)
        for each in (self._retry, self._more, self._copy):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(
            button("", self.hide, look=look, drawing="close", role="bare", says=_("Dismiss")),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        self._technical = sentence("", "small")
        column.addLayout(row)
        column.addWidget(self._technical)
        look.changed.connect(self._paint_icon)
        self._paint_icon()
        self.hide()

    def tell(
        self, says: str, details: str = "", retry: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence; ``details`` is the technical text, ``retry`` what to try again."""
        self.says.setText(says)
        self._details = details
        self._repeat = retry
        self._technical.setText(details)
        self._technical.hide()
        self._more.setVisible(bool(details))
        self._retry.setVisible(retry is not None)
        self.show()

    def _toggle(self) -> None:
        self._technical.setVisible(self._technical.isHidden())

    def _again(self) -> None:
        self.hide()
        if self._repeat is not None:
            self._repeat()

    def _to_clipboard(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            text = "\n".join(part for part in (self.says.text(), self._details) if part)
            clipboard.setText(text)

    def _paint_icon(self) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(drawing("warning", self._look.theme, 20, "alarm_edge", ratio))


class Busy(QWidget):
    """Work under way: what it is, how far if that is known, and a way to call it off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._words = label("", "quiet")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._bar.setAccessibleName(_("Progress"))
        self._cancel = button(_("Cancel"), self._call_off, role="head")
        self._stop: Callable[[], object] | None = None
        for each in (self._words, self._bar, self._cancel):
            row.addWidget(each)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self.show)
        self.hide()

    def begin(self, words: str, cancel: Callable[[], object] | None = None) -> None:
        """Say what is under way; it appears only when that takes a while."""
        self._words.setText(words)
        self._bar.setRange(0, 0)
        self._stop = cancel
        self._cancel.setVisible(cancel is not None)
        self._delay.start(_SHOWN_AFTER_MS)

    def step(self, done: int, of: int, words: str = "") -> None:
        """Say how far it is."""
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        if words:
            self._words.setText(words)

    def say(self, words: str) -> None:
        """Say anew what is under way."""
        self._words.setText(words)

    def end(self) -> None:
        """Say that it is over, one way or the other."""
        self._delay.stop()
        self.hide()

    def _call_off(self) -> None:
        self.end()
        if self._stop is not None:
            self._stop()

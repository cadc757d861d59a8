"""Where a note is written: its words, the value it is about, the moment it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWheelEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
)

from app.asked import Note
from app.model.point import PointSpec
from app.model.reading import PointId
from app.project.notes import LONGEST_NOTE
from app.words import _
from widgets.controls.card import PAD
from widgets.controls.moments import local
from widgets.controls.plain import button, label
from widgets.desk import Memory

YEARS = range(1970, 2100)  # a plant has no moments but in these
_FORM = "%Y-%m-%d %H:%M"
_TEXT_PX = 96


class NoteEditor(QFrame):
    """One note at a time; Ctrl+Enter keeps it, Esc puts it away."""

    wanted = pyqtSignal(object)  # the `Note` to keep
    left = pyqtSignal()  # nothing is to be kept
    typed = pyqtSignal()

    def __init__(
        self, points: Sequence[tuple[PointId, PointSpec]], zone: tzinfo | None
    ) -> None:
        super().__init__()
        self.setObjectName("changerow")
        self._zone = zone
        self._note: Note | None = None
        self._held = False  # it is being kept
        self._began = ("", "")  # value and moment as they stood when the writing began
        self.text = _Words()
        self.text.setAccessibleName(_("Words of the note"))
        self.text.setPlaceholderText(_("What was seen, done or agreed?"))
        self.text.setFixedHeight(_TEXT_PX)
        self.text.setTabChangesFocus(True)
        self.point = _Choice()
        self.point.setAccessibleName(_("Value the note is about"))
        self._names = {point: spec.name for point, spec in points}
        self.point.addItem(_("The device as a whole"), "")
        for point, spec in points:
            self.point.addItem(spec.name, point)
        self.point.setMinimumContentsLength(12)
        self.about = QLineEdit()
        self.about.setAccessibleName(_("Moment the note is about"))
        self.about.setPlaceholderText(_("year-month-day hour:minute"))
        self.says = label("", "fault")
        self.cancel = button(_("Cancel"), self.left.emit)
        self.keep = button(_("Keep the note"), self.finish, role="primary")
        self._build()
        self.hide()

    @property
    def note(self) -> Note | None:
        """The note as it stood when its writing began, None while nothing is written."""
        return self._note

    @property
    def dirty(self) -> bool:
        """Whether something was written, or changed of a kept note, that nobody has kept."""
        if self._note is None:
            return False
        moved = bool(self._note.id) and self._place() != self._began
        return moved or self.text.toPlainText().strip() != self._note.text

    def name_of(self, point: PointId | None) -> str:
        """Return what people call a point; "" for the device as a whole."""
        return "" if point is None else self._names.get(point, point)

    def begin(self, note: Note) -> None:
        """Write a new note (its id is "") or a version of one."""
        self._note = note
        self.text.setPlainText(note.text)
        at = self.point.findData(note.point or "")
        self.point.setCurrentIndex(max(at, 0))
        about = note.about_at
        self.about.setText("" if about is None else local(about, self._zone).strftime(_FORM))
        self._began = self._place()
        self.says.hide()
        self.show()
        self.text.setFocus()
        self._weigh()

    def meet(self, note: Note) -> None:
        """Somebody changed the note meanwhile; what is typed here comes after that."""
        if self._note is not None and self._note.id == note.id:
            self._note = replace(note, text=self._note.text)

    def hold(self, *, held: bool) -> None:
        """Let nothing be typed, kept again or put away while the note is being kept."""
        self._held = held
        self.text.setReadOnly(held)  # and not off: a field that goes off loses the keys
        self.about.setReadOnly(held)
        self.point.setEnabled(not held)
        self.cancel.setEnabled(not held)
        self._weigh()

    def end(self) -> None:
        """Put the editor away."""
        self.hold(held=False)
        self._note = None
        self.hide()

    def finish(self) -> None:
        """Offer the note to be kept; a moment that is none is told here."""
        if self._held or self._note is None or not self.text.toPlainText().strip():
            return
        try:
            about = self._moment()
        except (ValueError, OverflowError):
            words = _("“{text}” is no moment such as 2026-01-20 08:45.")
            self.says.setText(words.format(text=self.about.text()))
            self.says.show()
            self.about.setFocus()
            return
        point = str(self.point.currentData())
        self.wanted.emit(
            replace(
                self._note,
                text=self.text.toPlainText().strip(),
                about_at=about,
                point=PointId(point) if point else None,
            )
        )

    def memory(self) -> Memory:
        """Return what is being written."""
        if self._note is None:
            return {}
        return {
            "note": self._note.id,
            "version": self._note.version,
            "text": self.text.toPlainText(),
            "was": self._note.text,
            "point": str(self.point.currentData()),
            "about": self.about.text(),
            "began": list(self._began),
        }

    def recall(self, memory: Memory, empty: Note) -> None:
        """Go on writing what `memory` held; ``empty`` is a new note of this device."""
        text, version = memory.get("text"), memory.get("version")
        if not isinstance(text, str) or not isinstance(version, int):
            return
        known, was = str(memory.get("note", "")), str(memory.get("was", ""))
        self.begin(replace(empty, id=known, version=version, text=was))
        self.text.setPlainText(text)
        self.point.setCurrentIndex(max(self.point.findData(memory.get("point")), 0))
        self.about.setText(str(memory.get("about", "")))
        began = memory.get("began")
        if isinstance(began, list) and len(began) == len(self._began):
            self._began = (str(began[0]), str(began[1]))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            if not self._held:
                self.left.emit()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        column.addWidget(self.text)
        about = QHBoxLayout()
        about.setSpacing(8)
        about.addWidget(self.point, 3)
        about.addWidget(self.about, 2)
        column.addLayout(about)
        column.addWidget(self.says)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.keep)
        column.addLayout(foot)
        self.text.textChanged.connect(self._weigh)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            short = QShortcut(QKeySequence(keys), self)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(self.finish)

    def _weigh(self) -> None:
        length = len(self.text.toPlainText().strip())
        self.keep.setEnabled(0 < length <= LONGEST_NOTE and not self._held)
        self.typed.emit()

    def _place(self) -> tuple[str, str]:
        return str(self.point.currentData()), self.about.text().strip()

    def _moment(self) -> datetime | None:
        """Return the moment typed, in UTC; `ValueError` when it is none."""
        words = self.about.text().strip()
        if not words:
            return None
        moment = datetime.strptime(words, _FORM)  # noqa: DTZ007 - the zone follows
        if moment.year not in YEARS:
            raise ValueError(words)
        return moment.replace(tzinfo=self._zone).astimezone(UTC)


class _Choice(QComboBox):
    """A choice that turning the wheel does not change."""

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()


class _Words(QPlainTextEdit):
    """A field for words that leaves Esc to the editor around it."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

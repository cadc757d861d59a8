"""Somebody sits here: the desk locked and opened, settings allowed for a while."""

from PyQt6.QtCore import QEvent, QObject, pyqtSignal
from PyQt6.QtWidgets import QApplication, QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.words import _
from widgets.pagetype import PageContext
from widgets.shell.lockscreen import LockScreen
from widgets.shell.password import PasswordForm

IDLE_KEY = "idle_lock_min"
IDLE_CHOICES_MIN = (0, 5, 15, 30, 60)  # 0: never
_ALIVE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class Session(QObject):
    """Locks the desk on demand and when nobody has touched it for long (GUI thread)."""

    changed = pyqtSignal()  # locked or opened

    def __init__(self, context: PageContext, stack: QStackedWidget) -> None:
        """``stack`` shows the desk; the lock screen is put on top of it while locked."""
        super().__init__(stack)
        self._context, self._stack = context, stack
        self._screen: LockScreen | None = None
        self._desk = stack.currentWidget()
        self._before: QWidget | None = None
        self._touched_at = context.now()
        context.write_lock.wanted.connect(self.allow_writing)
        context.feed.aged.connect(self.tick)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    @property
    def locked(self) -> bool:
        """Whether the desk is hidden now."""
        return self._screen is not None and self._stack.currentWidget() is self._screen

    @property
    def idle_min(self) -> int:
        """After how many minutes without a key or a mouse it locks; 0 for never."""
        kept = self._context.desk.value(IDLE_KEY, 0)
        return kept if isinstance(kept, int) and kept in IDLE_CHOICES_MIN else 0

    def lock(self) -> None:
        """Hide the desk and close the way to settings."""
        if self.locked:
            return
        self._context.write_lock.close()
        window = self._stack.window()
        self._before = window.focusWidget() if window is not None else None
        if self._screen is None:
            self._screen = LockScreen(self._context)
            self._screen.opened.connect(self._open)
            self._stack.addWidget(self._screen)
        self._stack.setCurrentWidget(self._screen)
        self._screen.form.begin()
        self.changed.emit()

    def allow_writing(self) -> None:
        """Ask for the password, and open the way to settings for a quarter of an hour."""
        lock = self._context.write_lock
        if not lock.locked:
            return
        dialog = QDialog(self._stack)
        dialog.setWindowTitle(_("Allow settings to be changed"))
        says = _(
            "Settings are locked so that nothing is changed by accident. Your password "
            "allows changes for 15 minutes."
        )
        form = PasswordForm(self._context.desk, says, _("Allow changes"), may_give_up=True)
        column = QVBoxLayout(dialog)
        column.addWidget(form)
        form.confirmed.connect(lock.open)
        form.confirmed.connect(dialog.accept)
        form.given_up.connect(dialog.reject)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        form.begin()

    def tick(self) -> None:
        """Let time pass: called each second."""
        self._context.write_lock.tick()
        gone_s = (self._context.now() - self._touched_at).total_seconds()
        if self.idle_min and gone_s >= self.idle_min * 60 and not self.locked:
            self.lock()

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _ALIVE:
            self._touched_at = self._context.now()
        return False

    def _open(self) -> None:
        if self._desk is not None:
            self._stack.setCurrentWidget(self._desk)
        self._touched_at = self._context.now()
        if self._before is not None:
            self._before.setFocus()
            self._before = None
        self.changed.emit()

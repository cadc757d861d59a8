"""Somebody sits here: the desk locked and opened, writing allowed for a while."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.elapsed import Elapsed
from app.model.rights import Locked
from app.words import _
from widgets.ownsession import OwnSession
from widgets.pagetype import PageContext
from widgets.shell.covering import Covering, LockDialog
from widgets.shell.hands import Hands
from widgets.shell.idlewarning import IdleWarning
from widgets.shell.lockscreen import LockScreen
from widgets.shell.password import PasswordForm

IDLE_KEY = "idle_lock_min"
IDLE_CHOICES_MIN = (0, 5, 15, 30, 60)  # 0: as the workstation
WARN_S = 30  # before it locks by itself


class Session(QObject):
    """Locks the desk on demand and when nobody has touched it for long (GUI thread)."""

    changed = pyqtSignal()  # locked or opened
    other_wanted = pyqtSignal()  # somebody else sits down at the locked desk

    def __init__(
        self,
        context: PageContext,
        stack: QStackedWidget,
        own: OwnSession,
        workstation_idle_min: int = 0,
        unsent: Callable[[], int] = lambda: 0,
    ) -> None:
        """``stack`` shows the desk; the lock screen is put on top of it while locked.

        ``unsent`` counts the pages that hold changes nobody sent yet.
        """
        super().__init__(stack)
        self._context, self._stack, self.own = context, stack, own
        self.workstation_idle_min, self._unsent = workstation_idle_min, unsent
        self._screen: LockScreen | None = None
        self._front: LockDialog | None = None
        self._desk = stack.currentWidget()
        self._covering = Covering(stack.window() or stack)
        self._warning = IdleWarning(stack)
        self._before: QWidget | None = None
        self._untouched = Elapsed(context.now)
        self._hands = Hands(self)
        self._hands.touched.connect(self._touch)
        self._hands.window_came.connect(self._cover)
        lock = context.write_lock
        lock.wanted.connect(self.allow_writing)
        lock.changed.connect(self._tell_core)
        context.feed.aged.connect(self.tick)
        self._tell_core()

    @property
    def locked(self) -> bool:
        """Whether the desk is hidden now."""
        return self._screen is not None and self._stack.currentWidget() is self._screen

    @property
    def chosen_idle_min(self) -> int:
        """What this person chose; 0 leaves it to the workstation."""
        kept = self._context.desk.value(IDLE_KEY, 0)
        return kept if isinstance(kept, int) and kept in self.idle_choices_min else 0

    @property
    def idle_choices_min(self) -> tuple[int, ...]:
        """What a person may choose here: sooner than the workstation, never later."""
        most = self.workstation_idle_min
        return tuple(each for each in IDLE_CHOICES_MIN if not (most and each >= most))

    @property
    def idle_min(self) -> int:
        """After how many minutes without a key or a mouse it locks; 0 for never."""
        return self.chosen_idle_min or self.workstation_idle_min

    def lock(self) -> None:
        """Hide the desk with all that stands beside it, and close the way to writing."""
        if self.locked:
            return
        self._warning.hide()
        self._context.write_lock.close()
        self.own.lock(Locked.DESK)
        self.own.refresh()
        window = self._stack.window()
        self._before = window.focusWidget() if window is not None else None
        if self._screen is None:
            self._screen = LockScreen(self._context, self.own)
            self._screen.opened.connect(self._open)
            self._screen.other_wanted.connect(self.other_wanted)
            self._stack.addWidget(self._screen)
        self._screen.tell_unsent(self._unsent())
        self._stack.setCurrentWidget(self._screen)
        self._screen.form.begin()
        self._cover()
        self.changed.emit()

    def end(self) -> None:
        """Watch nobody any more: the window closes, and what comes next is not its own."""
        self._hands.end()
        self._drop_front()

    def allow_writing(self) -> None:
        """Ask for the password, and open the way to writing for a quarter of an hour."""
        lock = self._context.write_lock
        if not lock.locked:
            return
        dialog = QDialog(self._stack)
        dialog.setWindowTitle(_("Allow settings to be changed"))
        says = _(
            "Settings are locked so that nothing is changed by accident. Your password "
            "allows changes for 15 minutes."
        )
        if lock.all_locked:
            dialog.setWindowTitle(_("Allow changes"))
            says = _(
                "You locked all writing in this window: settings, rules, devices, notes, "
                "people. Your password opens it again."
            )
        form = PasswordForm(self.own.open_writing, says, _("Allow changes"), may_give_up=True)
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
        self._hands.look()
        if self.locked:
            self._cover()  # what came without taking the keys
        if not self.idle_min or self.locked:
            return
        left_s = self.idle_min * 60 - self._untouched.gone_s()
        if left_s <= 0:
            self.lock()
        elif left_s <= WARN_S:
            self._warning.tell(round(left_s))

    def _touch(self) -> None:
        self._untouched = Elapsed(self._context.now)
        self._warning.hide()

    def _cover(self) -> None:
        """Let nothing but the lock be seen; it stands in front of a dialog that waits."""
        if not self.locked:
            return
        spared = () if self._front is None else (self._front,)
        blocking = self._covering.put(*spared)
        if blocking is None or blocking is self._front:
            return
        self._drop_front()
        screen = LockScreen(self._context, self.own, may_leave=False)
        screen.opened.connect(self._open)
        self._front = LockDialog(screen, blocking)
        self._front.open()
        screen.form.begin()

    def _open(self) -> None:
        self._drop_front()
        if self._desk is not None:
            self._stack.setCurrentWidget(self._desk)
        self._covering.take_away()
        self._untouched = Elapsed(self._context.now)
        if self._before is not None:
            self._before.setFocus()
            self._before = None
        self.changed.emit()

    def _drop_front(self) -> None:
        if self._front is not None:
            self._front.hide()
            self._front.deleteLater()
            self._front = None

    def _tell_core(self) -> None:
        """Let the core refuse what the screen would not send: nobody gets around a badge."""
        lock = self._context.write_lock
        if lock.locked:
            self.own.lock(Locked.WRITING if lock.all_locked else Locked.SETTINGS)

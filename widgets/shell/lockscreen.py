"""The locked desk: nothing of the plant is seen, alarms are counted and sound on."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.words import _, ngettext
from widgets.alarmboard import unseen
from widgets.controls.plain import label
from widgets.icons import drawing
from widgets.ownsession import OwnSession
from widgets.pagetype import PageContext
from widgets.shell.password import PasswordForm

_WIDTH_PX = 440


class LockScreen(QWidget):
    """Who locked it, how many alarms wait, and a field for the password."""

    opened = pyqtSignal()

    def __init__(self, context: PageContext, own: OwnSession) -> None:
        super().__init__()
        self._own = own
        self.setAccessibleName(_("Locked"))
        self._context = context
        self._waiting = label("", "strong")
        says = _("Locked by {name}. The pages stay as they are.").format(
            name=context.viewer.name
        )
        self.form = PasswordForm(own.unlock, says, _("Unlock"), may_give_up=False)
        self.form.confirmed.connect(self.opened)
        self._icon = QLabel()
        box = QFrame()
        box.setObjectName("card")
        box.setFixedWidth(_WIDTH_PX)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        for each in (self._icon, label(_("Locked"), "title"), self.form, self._waiting):
            inside.addWidget(each)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for side in (row, column):
            side.addStretch(1)
        row.addWidget(box)
        column.addLayout(row)
        for side in (row, column):
            side.addStretch(1)
        context.alarms.changed.connect(self._count)
        context.look.changed.connect(self._dress)
        own.changed.connect(self._call)
        self._count()
        self._dress()
        self._call()

    def _call(self) -> None:
        """Say whether a PIN will do."""
        self.form.call(_("PIN or password") if self._own.has_pin else _("Password"))

    def _count(self) -> None:
        count = len(unseen(self._context.alarms.alarms))
        words = ngettext("{count} alarm waits", "{count} alarms wait", count)
        self._waiting.setText(words.format(count=count) if count else "")

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(drawing("lock", self._context.look.theme, 24, "text", ratio))

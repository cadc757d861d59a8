"""The locked desk: nothing of the plant is seen, alarms are counted and sound on."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.words import _, ngettext
from widgets.alarmboard import unseen
from widgets.controls.plain import button, label, sentence
from widgets.icons import drawing
from widgets.ownsession import OwnSession
from widgets.pagetype import PageContext
from widgets.shell.password import PasswordForm

_WIDTH_PX, _INSIDE_PX = 440, 392


class LockScreen(QWidget):
    """Who locked it, how many alarms wait, what is unsent, and a field for the password."""

    opened = pyqtSignal()
    other_wanted = pyqtSignal()  # somebody else wants to sit down

    def __init__(
        self, context: PageContext, own: OwnSession, *, may_leave: bool = True
    ) -> None:
        """Where a dialog waits below, nobody ``may_leave``: it would be answered by that."""
        super().__init__()
        self._own = own
        self.setAccessibleName(_("Locked"))
        self._context = context
        self._waiting = label("", "strong")
        self._unsent = sentence("", "")
        self._unsent.hide()
        says = _("Locked by {name}. The pages stay as they are.").format(
            name=context.viewer.name
        )
        self.form = PasswordForm(
            own.unlock, says, _("Unlock"), may_give_up=False, width_px=_INSIDE_PX
        )
        self.form.confirmed.connect(self.opened)
        self.other = button(_("Somebody else…"), self._ask)
        self.form.row.insertWidget(0, self.other)
        self.other.setVisible(may_leave)
        self.asks = _Question(context.viewer.name)
        self.asks.agreed.connect(self.other_wanted)
        self._icon = QLabel()
        box = QFrame()
        box.setObjectName("card")
        box.setFixedWidth(_WIDTH_PX)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        for each in (self._icon, label(_("Locked"), "title"), self.form, self._waiting):
            inside.addWidget(each)
        inside.addWidget(self._unsent)
        inside.addWidget(self.asks)
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

    def tell_unsent(self, pages: int) -> None:
        """Say how many pages hold changes that were not sent; nothing of what they are."""
        words = ngettext(
            "{count} page with changes that were not sent is kept.",
            "{count} pages with changes that were not sent are kept.",
            pages,
        )
        self._unsent.setText(words.format(count=pages))
        self._unsent.setVisible(pages > 0)

    def _ask(self) -> None:
        """Ask once, here: a question in a window of its own would be covered."""
        self.asks.show()
        self.asks.stay.setFocus()

    def _call(self) -> None:
        """Say whether a PIN will do."""
        self.form.call(_("PIN or password") if self._own.has_pin else _("Password"))

    def _count(self) -> None:
        count = len(unseen(self._context.alarms.alarms))
        words = ngettext("{count} alarm waits", "{count} alarms wait", count)
        self._waiting.setText(words.format(count=count) if count else "")
        self._waiting.setVisible(bool(count))  # an empty line would hold its place

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(drawing("lock", self._context.look.theme, 24, "text", ratio))


class _Question(QWidget):
    """Whether somebody who is away shall be logged out."""

    agreed = pyqtSignal()

    def __init__(self, name: str) -> None:
        super().__init__()
        words = _(
            "Log out {name}? Whatever {name} began is kept, and comes back when {name} logs in."
        )
        self.says = sentence(words.format(name=name), "")
        self.stay = button(_("Go back"), self.hide)
        self.leave = button(_("Log out"), self.agreed.emit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self.setFixedWidth(_INSIDE_PX)
        column.addWidget(self.says)
        column.addLayout(row)
        self.hide()

"""What the window shows of the core: the plant's title, and that nobody answers any more."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QMainWindow

from app.sentences import told_sentence
from app.words import _
from widgets.controls.moments import clock_text
from widgets.controls.notice import Notice
from widgets.pagetype import PageContext
from widgets.shell.hearing import Hearing
from widgets.shell.topbar import TopBar
from widgets.shell.trouble import Trouble


class Contact(QObject):
    """Listens from `begin` to `end` and tells title, loss and return (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        window: QMainWindow,
        top: TopBar,
        trouble: Trouble,
        notice: Notice,
        renew: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._top, self._trouble = window, top, trouble
        self._notice, self._renew, self._zone = notice, renew, context.zone
        self._hearing = Hearing(context, self)
        self._hearing.named.connect(self._name)
        self._hearing.lost.connect(self._lose)
        self._hearing.back.connect(self._find)
        self._hearing.failed.connect(trouble.tell)
        self._hearing.troubled.connect(self._warn)
        self._warned = ""

    def begin(self) -> None:
        """Start listening."""
        self._hearing.begin()

    def end(self) -> None:
        """Stop listening."""
        self._hearing.end()

    def _warn(self, said: str) -> None:
        """Show what is wrong with the core itself for as long as it is."""
        words = "\n".join(told_sentence(line) for line in said.splitlines())
        if words and words != self._warned:
            self._trouble.tell(words)
        elif not words and self._warned:
            self._trouble.clear(self._warned)
        self._warned = words

    def _name(self, title: str) -> None:
        self._top.project.setText(title)
        self._window.setWindowTitle(_("{plant} – Heatdesk").format(plant=title))

    def _lose(self, since: datetime) -> None:
        self._top.no_core.show()
        when = clock_text(since, self._zone)
        self._trouble.tell(
            _(
                "The core of Heatdesk has not answered since {when}. The values shown are "
                "no longer renewed; they come back by themselves when it answers again."
            ).format(when=when)
        )

    def _find(self) -> None:
        self._top.no_core.hide()
        self._notice.hide()
        self._renew()

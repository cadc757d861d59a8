"""The session of the person at this screen, as the core keeps it: locked and opened again."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked
from app.model.rights import Locked
from app.users.pins import may_be_pin
from app.verbs import Viewer
from widgets.asking import Asking

Done: TypeAlias = Callable[[], None]
Failed: TypeAlias = Callable[[str], None]


class OwnSession(QObject):
    """Asks the core to lock and unlock; knows whether a PIN unlocks here (GUI thread)."""

    changed = pyqtSignal()  # whether there is a PIN

    def __init__(
        self, asked: Asked, viewer: Viewer, asking: Asking, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking = asked, viewer, asking
        self.has_pin = False

    def refresh(self) -> None:
        """Ask whether there is a PIN."""
        self._asking.ask(
            self._asked.session.has_pin(self._viewer),
            owner=self,
            done=self._hear,
            failed=lambda _error: self._hear(has_pin=False),
        )

    def lock(self, how: Locked) -> None:
        """Lock so far at least; the screen is locked at once, whatever the core answers."""
        self._asking.ask(
            self._asked.session.lock(self._viewer, how),
            owner=self,
            done=lambda _done: None,
            failed=lambda _error: None,  # a core that is gone writes nothing either
        )

    def unlock(self, typed: str, done: Done, failed: Failed) -> None:
        """Open a locked desk by the PIN, if what was typed can be one, else by the password."""
        session = self._asked.session
        if not (self.has_pin and may_be_pin(typed)):
            self._prove(session.unlock(self._viewer, typed), done, failed)
            return

        def wrong(why: str) -> None:
            self.refresh()  # the tenth wrong one wiped it
            failed(why)

        self._prove(session.unlock_by_pin(self._viewer, typed), done, wrong)

    def open_writing(self, password: str, done: Done, failed: Failed) -> None:
        """Allow writing again."""
        self._prove(self._asked.session.open_writing(self._viewer, password), done, failed)

    def set_pin(self, password: str, pin: str, done: Done, failed: Failed) -> None:
        """Let this person unlock by a PIN here."""
        self._prove(self._asked.session.set_pin(self._viewer, password, pin), done, failed)

    def forget_pin(self, done: Done, failed: Failed) -> None:
        """Take the PIN away."""
        self._prove(self._asked.session.forget_pin(self._viewer), done, failed)

    def _prove(self, work: Coroutine[Any, Any, None], done: Done, failed: Failed) -> None:
        self._asking.ask(
            work,
            owner=self,
            done=lambda _right: done(),
            failed=lambda error: failed(str(error)),
        )

    def _hear(self, has_pin: bool) -> None:
        self.has_pin = has_pin
        self.changed.emit()

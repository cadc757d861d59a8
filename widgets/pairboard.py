"""Which requests wait for a second person, kept once for the badge and every page."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.second import Danger, PairRequest, Wish, WishState
from widgets.polled import Polled

_OVER = (WishState.DONE, WishState.WITHDRAWN, WishState.EXPIRED)


class PairBoard(Polled[Sequence[PairRequest]]):
    """The requests of this person and those for this person (GUI thread).

    Looks only where the project wants second persons, or while a request is open.
    ``wanted`` carries a wish that was refused because nobody does it alone, with the
    future that waits for its end.
    """

    every_s = 2  # while there is something to look for
    _requests: Mapping[str, PairRequest] = {}
    _begun = False  # what was over before this window came is no news
    came = pyqtSignal(object)  # a `PairRequest` this person may confirm, told the first time
    ended = pyqtSignal(object)  # a `PairRequest` that is over, told once
    wanted = pyqtSignal(object, object)  # `Wish`, `concurrent.futures.Future`

    @property
    def requests(self) -> Sequence[PairRequest]:
        """All there are, the newest first; those that are over stay for a while."""
        return tuple(self._requests.values())

    @property
    def for_me(self) -> Sequence[PairRequest]:
        """Those that wait for this person."""
        return [each for each in self.requests if each.mine_to_confirm]

    @property
    def mine(self) -> Sequence[PairRequest]:
        """This person's own that wait for somebody else, or are being carried out."""
        login = self._viewer.login
        return [each for each in self.requests if each.login == login and _open(each)]

    def needs(self, danger: Danger) -> bool:
        """Whether nobody does this alone here."""
        return danger in self._viewer.rights.paired

    def needs_for(self, spec: PointSpec, value: float) -> bool:
        """Whether nobody writes this value to this setting alone."""
        rules = spec.write
        dangerous = rules is not None and (rules.dual or rules.overrides(value))
        return dangerous and self.needs(Danger.OVERRIDE)

    def ask(
        self,
        asker: QObject,
        wishes: Sequence[Wish],
        reason: str,
        done: Callable[[PairRequest], None],
        failed: Callable[[PlantError], None],
    ) -> None:
        """Ask for a second person; nobody is answered once ``asker`` is gone."""
        self._asking.ask(
            self._asked.pairs.ask(self._viewer, wishes, reason),
            owner=asker,
            done=lambda told: self._took(told, done),
            failed=failed,
        )

    def confirm(
        self,
        asker: QObject,
        request: str,
        login: str,
        password: str,
        done: Callable[[PairRequest], None],
        failed: Callable[[PlantError], None],
    ) -> None:
        """Let somebody be the second person."""
        self._asking.ask(
            self._asked.pairs.confirm(self._viewer, request, login, password),
            owner=asker,
            done=lambda told: self._took(told, done),
            failed=failed,
        )

    def withdraw(self, request: str, failed: Callable[[PlantError], None]) -> None:
        """Take one's own request back, or decline another's."""
        self._asking.ask(
            self._asked.pairs.withdraw(self._viewer, request),
            owner=self,
            done=lambda _told: self.refresh(),
            failed=failed,
        )

    def question(self) -> Coroutine[Any, Any, Sequence[PairRequest]]:
        """Ask which requests there are."""
        return self._asked.pairs.waiting(self._viewer)

    def is_wanted(self) -> bool:
        """Whether the project wants second persons, or a request is open."""
        return bool(self._viewer.rights.paired) or any(map(_open, self.requests))

    def _took(self, told: PairRequest, done: Callable[[PairRequest], None]) -> None:
        self._begun = True
        if told.id not in self._requests:  # how it ended is told by the next look
            self._requests = {told.id: told, **self._requests}
        done(told)
        self.refresh()

    def take(self, told: Sequence[PairRequest]) -> None:
        """Keep the requests; tell what is new, and what is over."""
        before, self._requests = self._requests, {each.id: each for each in told}
        begun, self._begun = self._begun, True
        for each in told:
            was = before.get(each.id)
            if each.mine_to_confirm and was is None:
                self.came.emit(each)
            if each.state in _OVER and begun and (was is None or was.state not in _OVER):
                self.ended.emit(each)
        if list(before.values()) != list(self._requests.values()):
            self.changed.emit()


def _open(request: PairRequest) -> bool:
    return request.state not in _OVER

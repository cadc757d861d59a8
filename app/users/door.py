"""The one door for people: wrong passwords are slowed down, and written in the audit.

Here is the only brake there is: at the login, at a locked desk, at the write-lock, before
an erasure, for passwords and for PINs, whichever way they come.
"""

import logging
import math
import socket
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from app.errors import NotPermitted, StoreBroken
from app.model.hardening import said
from app.ports import Clock
from app.users.accounts import Accounts, is_login, normal_login
from app.users.auditguard import GuardedAudit
from app.users.pins import Pins, PinWiped
from app.verbs import Viewer
from app.words import _

MOST_TRIES = 10  # wrong ones within the window, of an account and of a source each
MOST_FROM_ELSEWHERE = 5  # of an account: what is left is for who sits at this computer
WINDOW = timedelta(minutes=1)
LOGIN_VERB, CONFIRM_VERB = "session.login", "desk.confirm_password"
PIN_VERB = "session.unlock_by_pin"
ENTITY = "session"
WRONG, WRONG_PIN = said("wrong login or password"), said("wrong login or PIN")
TOO_MANY = said("too many wrong passwords")
DONE, REFUSED, HELD_BACK, WIPED = "done", "refused", "held back", "wiped"
_SHOWN_OF_STRANGERS = 2  # letters: what was typed as a login may be somebody's password
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Brake:
    """Counts what went wrong lately, by key; nothing here knows of people.

    Not safe for several threads by itself.
    """

    def __init__(self, most: int = MOST_TRIES, window: timedelta = WINDOW) -> None:
        """Let ``most`` tries go wrong within any ``window``."""
        self._most = most
        self._window = window
        self._wrong: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def wait(self, keys: Iterable[str], now: datetime) -> timedelta:
        """Return how long it is until all ``keys`` may try again; zero when they may."""
        waits = [timedelta(0)]
        for key in keys:
            wrong = self._recent(key, now)
            if len(wrong) >= self._most:
                waits.append(min(wrong[-self._most] + self._window - now, self._window))
        return max(waits)

    def note(self, keys: Iterable[str], at: datetime, now: datetime) -> None:
        """Count a try that went wrong, and forget what is over."""
        for key in keys:
            self._wrong[key].append(at)
        for key in tuple(self._wrong):
            self._recent(key, now)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        wrong = self._wrong.get(key)
        if wrong is None:
            return deque()
        # A clock that was set back must not keep anybody out for the time it lost.
        while wrong and not abs(now - wrong[0]) < self._window:
            wrong.popleft()
        if not wrong:
            del self._wrong[key]
        return wrong


class Door:
    """Lets people in by their password; blocks (about 0.1 s), any thread.

    One question is answered at a time. Wrong tries are counted for the account and for
    the source; what the audit holds of the last minute counts too, so that neither a
    new connection nor a restart makes them forgotten. Tries from elsewhere use up half
    of an account's at most, so that they never keep its person away from this computer.
    """

    def __init__(self, accounts: Accounts, audit: GuardedAudit, now: Clock) -> None:
        self._accounts = accounts
        self._audit = audit
        self._now = now
        self._here = socket.gethostname()
        self._brake, self._elsewhere = Brake(), Brake(MOST_FROM_ELSEWHERE)
        self._wrong_in_a_row: dict[str, int] = {}  # of those who have an account
        self._told: dict[str, datetime] = {}  # source → when its being held back was noted
        self._turn = Lock()
        self._remember()

    def let_in(self, login: str, password: str, source: str = "") -> Viewer:
        """Return who came in from ``source``, this computer when it is left empty.

        Raises `NotPermitted`: with the same words, after the same work, for an unknown
        login as for a wrong password; at once after too many of either.
        """
        known_as, came_from = normal_login(login), source or self._here
        return self._passed(
            LOGIN_VERB,
            known_as,
            came_from,
            lambda: self._accounts.authenticate(known_as, password, came_from),
        )

    def confirm(self, viewer: Viewer, password: str) -> None:
        """Raise `NotPermitted` unless it is the password of who is in already."""
        login, source = viewer.login, viewer.workstation or self._here

        def prove() -> None:
            try:
                self._accounts.authenticate(login, password, source)
            except NotPermitted as error:  # its words speak of a login nobody was asked for
                raise NotPermitted(_("the password is wrong")) from error

        self._passed(CONFIRM_VERB, login, source, prove)

    def vouch(self, login: str, password: str, source: str) -> Viewer:
        """Return who proved by a password at ``source`` to be there, without coming in.

        The second person of two, at the desk of the first; raises as `let_in` does.
        """
        known_as = normal_login(login)
        return self._passed(
            CONFIRM_VERB,
            known_as,
            source,
            lambda: self._accounts.authenticate(known_as, password, source),
        )

    def confirm_pin(self, viewer: Viewer, pin: str, pins: Pins) -> None:
        """Raise `NotPermitted` unless it is the PIN of who is in already."""
        changed_at = self._accounts.person(viewer.login).password_at
        self._passed(
            PIN_VERB,
            viewer.login,
            viewer.workstation or self._here,
            lambda: pins.check(viewer.login, pin, changed_at),
        )

    def _passed(self, verb: str, login: str, source: str, prove: Callable[[], _T]) -> _T:
        with self._turn:
            now = self._now()
            if wait := self._wait(login, source, now):
                self._hold_back(verb, login, source, now)
                seconds = math.ceil(wait.total_seconds())
                raise _written(
                    NotPermitted(f"too many wrong passwords: try again in {seconds} s")
                )
            try:
                proved = prove()
            except NotPermitted as error:
                self._write(
                    verb, login, source, REFUSED, WRONG_PIN if verb == PIN_VERB else WRONG
                )
                if isinstance(error, PinWiped):
                    self._write(verb, login, source, WIPED, str(error))
                answered = self._now()  # a minute begins with the answer, not the question
                self._went_wrong(login, source, answered, answered)
                if isinstance(error, PinWiped):
                    raise _written(NotPermitted(str(error))) from error
                _written(error)
                raise
            self._went_well(verb, login, source)
            return proved

    def _went_well(self, verb: str, login: str, source: str) -> None:
        """Write down who came in; who only proves himself again, after wrong tries alone."""
        wrong = self._wrong_in_a_row.pop(login, 0)
        if wrong or verb in (LOGIN_VERB, PIN_VERB):
            self._write(verb, login, source, DONE, _after(wrong))

    def _wait(self, login: str, source: str, now: datetime) -> timedelta:
        wait = self._brake.wait((_source(source), _account(login)), now)
        if source == self._here:
            return wait
        return max(wait, self._elsewhere.wait((_account(login),), now))

    def _went_wrong(self, login: str, source: str, at: datetime, now: datetime) -> None:
        self._brake.note((_source(source), _account(login)), at, now)
        if source != self._here:
            self._elsewhere.note((_account(login),), at, now)
        if self._accounts.name_of(login):
            self._wrong_in_a_row[login] = self._wrong_in_a_row.get(login, 0) + 1

    def _hold_back(self, verb: str, login: str, source: str, now: datetime) -> None:
        """Write it once a minute and source: a flood must not fill the audit."""
        self._told = {k: at for k, at in self._told.items() if abs(now - at) < WINDOW}
        if source not in self._told:
            self._told[source] = now
            self._write(verb, login, source, HELD_BACK, TOO_MANY)

    def _write(self, verb: str, login: str, source: str, result: str, reason: str) -> None:
        name = self._accounts.name_of(login)
        self._audit.keep(
            login=login if name else _hidden(login),
            name=name,
            workstation=source,
            verb=verb,
            entity=ENTITY,
            result=result,
            reason=reason,
        )

    def _remember(self) -> None:
        now = self._now()
        try:
            entries = self._audit.since(now - WINDOW, (LOGIN_VERB, CONFIRM_VERB, PIN_VERB))
        except StoreBroken as error:  # told at length by who verifies the audit
            _log.error("wrong passwords of before are not known: %s", error)
            return
        for entry in entries:
            if entry.result == REFUSED:
                self._went_wrong(entry.login, entry.workstation, entry.at, now)


def _written(error: NotPermitted) -> NotPermitted:
    """Return an error that the audit has in the words of the door."""
    error.in_audit = True
    return error


def _after(wrong: int) -> str:
    if wrong < 2:  # noqa: PLR2004 - one
        return said("after one wrong password") if wrong else ""
    return said("after {count} wrong passwords").format(count=wrong)


def _source(source: str) -> str:
    return f"source {source}"


def _account(login: str) -> str:
    return f"account {login}"


def _hidden(login: str) -> str:
    """Return so much of an unknown login that a password typed there is not given away."""
    return f"{login[:_SHOWN_OF_STRANGERS]}…" if is_login(login) else "…"

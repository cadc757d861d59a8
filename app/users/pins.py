"""Short PINs that unlock a desk: one a person and workstation, gone after ten wrong tries.

A PIN lies as an argon2id hash in a store of secrets of its own, in the user's folder of
this workstation: never in the project, so that no copy of a project carries one away.
"""

import json
import re
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import BadInput, NotPermitted, SecretsLocked
from app.ports import Clock
from app.users.keyplaces import Keys
from app.users.secrets import SecretsStore, create_secrets, open_secrets
from app.users.stretching import hasher
from app.words import _

SHORTEST_PIN, LONGEST_PIN = 6, 11  # digits; a password is longer, so one field takes both
MOST_WRONG = 10  # in a row, then it is wiped
FOLDER = "quick-unlock"
_RUN = "012345678901"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A PIN as it is kept: its hash, its password's date, and how many tries were wrong."""

    hash: str
    since: datetime
    password: str | None  # when the password it goes with was chosen; None: not written down
    wrong: int = 0


class Pins:
    """The PINs of a project's people at this workstation; blocks, any thread.

    Raises `StoreBroken` where they cannot be written, `SecretsLocked` where no key fits.
    """

    def __init__(self, project: str, keys: Callable[[], Keys], now: Clock) -> None:
        """``keys`` is asked when the first PIN is: the keyring may take a moment."""
        self._project, self._keys, self._now = project, keys, now
        self._hasher = hasher()
        self._opened: SecretsStore | None = None
        self._turn = Lock()

    def is_set(self, login: str, password_at: datetime | None) -> bool:
        """Whether there is a PIN; one of another password is none any more."""
        with self._turn:
            try:
                return self._kept(login, password_at) is not None
            except SecretsLocked:
                return False  # the password unlocks all the same

    def put(self, login: str, pin: str, password_at: datetime | None) -> None:
        """Keep a PIN in place of any other; `BadInput` for one that is easily guessed.

        ``password_at`` is when the person's password was chosen.
        """
        require_pin(pin)
        with self._turn:
            hashed = self._hasher.hash(pin)
            self._keep(login, _Kept(hashed, self._now(), _dated(password_at)))

    def forget(self, login: str) -> bool:
        """Take a PIN away; returns whether there was one."""
        with self._turn:
            store = self._store(make=False)
            if store is None or self._name(login) not in store.names():
                return False
            store.remove(self._name(login))
            return True

    def check(self, login: str, pin: str, password_at: datetime | None) -> None:
        """Raise `NotPermitted` unless it is the PIN, and `PinWiped` when it is gone now.

        A try is counted before it is looked at: ending the program forgets none.
        """
        with self._turn:
            kept = self._kept(login, password_at)
            if kept is None:
                raise NotPermitted(_("there is no PIN here: use your password"))
            counted = replace(kept, wrong=kept.wrong + 1)
            self._keep(login, counted)
            if self._fits(kept.hash, pin):
                self._keep(login, replace(kept, wrong=0))
                return
            if counted.wrong >= MOST_WRONG:
                self._required().remove(self._name(login))
                raise PinWiped(
                    _("that was the tenth wrong PIN: it is wiped, use your password")
                )
            raise NotPermitted(_("the PIN is wrong"))

    def _fits(self, kept: str, pin: str) -> bool:
        try:
            return self._hasher.verify(kept, pin[: LONGEST_PIN + 1])
        except (VerificationError, InvalidHashError):
            return False

    def _kept(self, login: str, password_at: datetime | None) -> _Kept | None:
        store = self._store(make=False)
        if store is None or self._name(login) not in store.names():
            return None
        whole: dict[str, Any] = json.loads(store.get(self._name(login)))
        since, dated = datetime.fromisoformat(whole["since"]), whole.get("password")
        kept = _Kept(whole["hash"], since, dated, int(whole["wrong"]))
        if _is_another(kept, password_at):
            store.remove(self._name(login))  # who changed the password trusts no old PIN
            return None
        return kept

    def _keep(self, login: str, kept: _Kept) -> None:
        whole = asdict(kept) | {"since": kept.since.isoformat()}
        self._required().put(self._name(login), json.dumps(whole))

    def _name(self, login: str) -> str:
        """Return the name of a PIN: on another computer it is another one, so none."""
        return f"pin {socket.gethostname()} {login}"

    def _required(self) -> SecretsStore:
        store = self._store(make=True)
        assert store is not None  # noqa: S101 - it is made when it is missing
        return store

    def _store(self, *, make: bool) -> SecretsStore | None:
        if self._opened is None:
            keys = self._keys()
            file = _file(keys.private, self._project)
            if file.exists():
                self._opened = open_secrets(file, keys)
            elif make:
                self._opened = create_secrets(file, keys)
        return self._opened


class PinWiped(NotPermitted):
    """The PIN was wrong once too often and is gone."""


def require_pin(pin: str) -> None:
    """Raise `BadInput` unless ``pin`` may unlock a desk."""
    if not re.fullmatch(r"[0-9]*", pin) or not SHORTEST_PIN <= len(pin) <= LONGEST_PIN:
        raise BadInput(
            _("a PIN has {shortest} to {longest} digits").format(
                shortest=SHORTEST_PIN, longest=LONGEST_PIN
            )
        )
    rows = pin in _RUN or pin in _RUN[::-1]
    if rows or any(_repeats(pin, length) for length in (1, 2, 3)):
        raise BadInput(_("this PIN is easily guessed: no row, no repetition"))


def _repeats(pin: str, length: int) -> bool:
    """Whether a PIN is its first digits over and over."""
    return pin == (pin[:length] * len(pin))[: len(pin)]


def may_be_pin(typed: str) -> bool:
    """Whether what was typed is a PIN rather than a password, by its length and digits."""
    return re.fullmatch(rf"[0-9]{{{SHORTEST_PIN},{LONGEST_PIN}}}", typed) is not None


def _is_another(kept: _Kept, password_at: datetime | None) -> bool:
    """Whether the password is not the one of then: who changed it trusts no old PIN.

    Not by which of the two is older: a clock may have been set in between.
    """
    if kept.password is None:  # an earlier program wrote no date down
        return password_at is not None and password_at > kept.since
    return kept.password != _dated(password_at)


def _dated(password_at: datetime | None) -> str:
    return "" if password_at is None else password_at.isoformat()


def _file(private: Path, project: str) -> Path:
    return private / FOLDER / f"{project}.secrets"

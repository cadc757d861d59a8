"""Accounts: who may come in, proved by a password that is kept only as an argon2id hash."""

import re
import socket
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.errors import BadInput, NotPermitted, StoreBroken
from app.ports import Clock
from app.users.tables import AccountRow
from app.verbs import Viewer, administrator
from app.words import _

SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 1024  # more is a mistake, and hashing it a burden
ADMINISTRATOR = "administrator"
# Of a random word thrown away: checked for unknown logins, so that they take as long.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$IR+r+J5shiHMY8IWCJO1yA$"
    "W38y8Gq/hql9vyz9AsH6vSw0NkdXDVCr0uMdIhCi4Ns"
)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Accounts:
    """The people of a project; every method blocks and may run in any thread.

    All raise `StoreBroken` when the database cannot be used.
    """

    def __init__(self, engine: Engine, now: Clock) -> None:
        self._engine = engine
        self._now = now
        self._hasher = PasswordHasher()  # RFC 9106, second choice: 64 MiB, 3 rounds

    def add_administrator(self, login: str, name: str, password: str) -> None:
        """Let a person in who may do everything.

        Raises `BadInput` for a login that is taken or cannot be one, an empty name and
        a password that is too short or is the login.
        """
        known_as = normal_login(login)
        require_person(known_as, name, password)
        row = AccountRow(
            login=known_as,
            name=name.strip(),
            password_hash=self._hasher.hash(_normal(password)),
            role=ADMINISTRATOR,
            created_at=self._now(),
        )
        with _told(), Session(self._engine) as session, session.begin():
            if session.get(AccountRow, known_as) is not None:
                raise BadInput(f"there is already an account {known_as}")
            session.add(row)

    def authenticate(self, login: str, password: str, workstation: str = "") -> Viewer:
        """Return who came in; ``workstation`` is this computer when left empty.

        Raises `NotPermitted`, with the same words and after the same work for an
        unknown login as for a wrong password.
        """
        known_as = normal_login(login)
        with _told(), Session(self._engine) as session:
            row = session.get(AccountRow, known_as)
            kept = NOBODY if row is None else row.password_hash
            name = "" if row is None else row.name
        fits = self._fits(kept, password)
        if row is None or not fits:
            raise NotPermitted("the login or the password is wrong")
        if self._hasher.check_needs_rehash(kept):
            self._rehash(known_as, password)
        return administrator(known_as, name, workstation or socket.gethostname())

    def viewer(self, login: str, workstation: str = "") -> Viewer:
        """Return a person known by other proof, such as owning the project's files.

        Raises `NotPermitted` when there is no such account.
        """
        with _told(), Session(self._engine) as session:
            row = session.get(AccountRow, normal_login(login))
            if row is None:
                raise NotPermitted(f"there is no account {login}")
            return administrator(row.login, row.name, workstation or socket.gethostname())

    def name_of(self, login: str) -> str:
        """Return the name of who has an account; "" for anybody else."""
        with _told(), Session(self._engine) as session:
            row = session.get(AccountRow, normal_login(login))
            return "" if row is None else row.name

    def logins(self) -> list[str]:
        """Return the logins there are, by the alphabet."""
        with _told(), Session(self._engine) as session:
            return list(session.scalars(select(AccountRow.login).order_by(AccountRow.login)))

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _normal(password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False

    def _rehash(self, login: str, password: str) -> None:
        with _told(), Session(self._engine) as session, session.begin():
            if (row := session.get(AccountRow, login)) is not None:
                row.password_hash = self._hasher.hash(_normal(password))


def normal_login(login: str) -> str:
    """Return a login as it is kept: capitals and blanks around make no difference."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def require_person(login: str, name: str, password: str) -> None:
    """Raise `BadInput` unless such a person may have an account."""
    require_login(login)
    if not name.strip():
        raise BadInput(_("the administrator needs a name, as it will stand in the audit"))
    require_password(password, login)


def is_login(login: str) -> bool:
    """Whether ``login`` can be one."""
    return _LOGIN.fullmatch(login) is not None


def require_login(login: str) -> None:
    """Raise `BadInput` unless ``login`` can be one."""
    if not is_login(login):
        raise BadInput(
            _(
                "“{login}” cannot be a login: use a to z, 0 to 9 and . _ @ -, at most 64, "
                "beginning with a letter or digit"
            ).format(login=login)
        )


def require_password(password: str, login: str) -> None:
    """Raise `BadInput` unless ``password`` may guard the account ``login``."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            _("the password must have at least {count} characters").format(
                count=SHORTEST_PASSWORD
            )
        )
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(
            _("the password must have at most {count} characters").format(
                count=LONGEST_PASSWORD
            )
        )
    if normal_login(password) == login or len(set(password)) == 1:
        raise BadInput(_("the password must not be the login or one character repeated"))


def _normal(password: str) -> str:
    """Return one form of a password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreBroken(f"the accounts cannot be used: {error.orig}") from error

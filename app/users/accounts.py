"""Accounts: who may come in, proved by a password that is kept only as an argon2id hash."""

import re
import socket
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import place_of, reading, told
from app.errors import BadInput, Conflict, NotPermitted, missing
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Grant, Rights, every_right
from app.ports import Clock
from app.users.commonwords import is_common
from app.users.roles import ADMINISTRATOR
from app.users.stretching import hasher
from app.users.tables import AccountRow
from app.verbs import Viewer
from app.words import _

SHORTEST_PASSWORD = 12  # characters
LONGEST_PASSWORD = 1024  # more is a mistake, and hashing it a burden
RightsOf = Callable[[Person], Rights]
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

    def __init__(
        self, engine: Engine, now: Clock, rights_of: RightsOf = lambda _person: every_right()
    ) -> None:
        """``rights_of`` tells what a person may do by now; left out, everything."""
        self.engine = self._engine = engine  # for who hears of a change before it is so
        self._reading, self._place = reading(engine), place_of(engine)
        self._now = now
        self._rights_of = rights_of
        self._hasher = hasher()

    def add_administrator(self, login: str, name: str, password: str) -> None:
        """Let a person in who may do everything.

        Raises `BadInput` for a login that is taken or cannot be one, an empty name and
        a password that is too short or is the login.
        """
        self.add(Person(login, name, ADMINISTRATOR), password)

    def add(self, person: Person, password: str) -> Person:
        """Give a person an account; raises as `add_administrator` does."""
        known_as = normal_login(person.login)
        require_person(known_as, person.name, password)
        now = self._now()
        row = AccountRow(
            login=known_as,
            password_hash=self._hasher.hash(_normal(password)),
            created_at=now,
            password_at=now,
            version=0,
        )
        _fill(row, person)
        with told(self._place), Session(self._engine) as session, session.begin():
            if session.get(AccountRow, known_as) is not None:
                raise BadInput(f"there is already an account {known_as}")
            session.add(row)
            session.flush()
            return person_of(row)

    def change(self, person: Person, allowed: Callable[[Sequence[Person]], None]) -> Person:
        """Keep a person as changed; the login stays.

        ``allowed`` sees everybody as they would be and raises when that may not be.
        Raises `Conflict` when somebody else changed the person meanwhile.
        """
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(AccountRow, person.login)
            if row is None:
                raise missing("account", person.login)
            if (row.version or 1) != person.version:
                raise Conflict(_("somebody else changed {name}").format(name=row.name))
            _fill(row, person)
            session.flush()
            allowed(_everybody(session))
            return person_of(row)

    def give(self, login: str, device: DeviceId, *, given: bool = True) -> None:
        """Give somebody one more device, or take it from them again."""
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(AccountRow, login)
            if row is None:
                raise missing("account", login)
            person = person_of(row)
            others = tuple(each for each in person.devices if each != device)
            _fill(row, replace(person, devices=(*others, device) if given else others))

    def remove(self, login: str, allowed: Callable[[Sequence[Person]], None]) -> None:
        """Take an account away; what its person did stays in the audit."""
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(AccountRow, login)
            if row is None:
                raise missing("account", login)
            session.delete(row)
            session.flush()
            allowed(_everybody(session))

    def set_password(self, login: str, password: str) -> None:
        """Let a person come in with another password from now on."""
        require_password(password, login)
        hashed = self._hasher.hash(_normal(password))
        with told(self._place), Session(self._engine) as session, session.begin():
            row = session.get(AccountRow, login)
            if row is None:
                raise missing("account", login)
            row.password_hash, row.password_at = hashed, self._now()

    def recover(
        self, login: str, name: str, password: str, witness: Callable[[Person], object]
    ) -> Person:
        """Make somebody an administrator with this password, new or known, sent away or not.

        ``witness`` hears who, before anything is changed; what it raises stops it.
        """
        known_as = normal_login(login)
        known = next((each for each in self.people() if each.login == known_as), None)
        if known is None:
            new = Person(known_as, name or login, ADMINISTRATOR)
            require_person(known_as, new.name, password)
            witness(new)
            return self.add(new, password)
        require_password(password, known_as)
        wished = replace(known, name=name or known.name, role=ADMINISTRATOR, ended="")
        witness(wished)
        made = self.change(wished, lambda _everybody: None)
        self.set_password(known_as, password)
        return made

    def people(self) -> list[Person]:
        """Return everybody who has an account, by the alphabet of their logins."""
        with told(self._place), Session(self._reading) as session:
            return _everybody(session)

    def person(self, login: str) -> Person:
        """Return who has an account; `BadInput` when nobody has it."""
        with told(self._place), Session(self._reading) as session:
            row = session.get(AccountRow, normal_login(login))
            if row is None:
                raise missing("account", login)
            return person_of(row)

    def rights(self, login: str) -> Rights:
        """Return what a person may do by now; none for who has no account any more."""
        try:
            person = self.person(login)
        except BadInput:
            return Rights({}, ended=_("this account is no longer there"))
        return self._rights_of(person)

    def authenticate(self, login: str, password: str, workstation: str = "") -> Viewer:
        """Return who came in; ``workstation`` is this computer when left empty.

        Raises `NotPermitted`, with the same words and after the same work for an
        unknown login as for a wrong password.
        """
        known_as = normal_login(login)
        with told(self._place), Session(self._reading) as session:
            row = session.get(AccountRow, known_as)
            kept = NOBODY if row is None else row.password_hash
        fits = self._fits(kept, password)
        if row is None or not fits:
            raise NotPermitted("the login or the password is wrong")
        if self._is_old(kept):
            self._rehash(known_as, password)
        return self._viewer(row, workstation)

    def viewer(self, login: str, workstation: str = "") -> Viewer:
        """Return a person known by other proof, such as owning the project's files.

        Raises `NotPermitted` when there is no such account.
        """
        with told(self._place), Session(self._reading) as session:
            row = session.get(AccountRow, normal_login(login))
            if row is None:
                raise NotPermitted(f"there is no account {login}")
            return self._viewer(row, workstation)

    def name_of(self, login: str) -> str:
        """Return the name of who has an account; "" for anybody else."""
        with told(self._place), Session(self._engine) as session:
            row = session.get(AccountRow, normal_login(login))
            return "" if row is None else row.name

    def old_hashes(self) -> frozenset[str]:
        """Return the logins whose password is kept with less work than is usual now."""
        with told(self._place), Session(self._reading) as session:
            kept = session.execute(select(AccountRow.login, AccountRow.password_hash))
            return frozenset(login for login, hash_ in kept if self._is_old(hash_))

    def logins(self) -> list[str]:
        """Return the logins there are, by the alphabet."""
        with told(self._place), Session(self._reading) as session:
            return list(session.scalars(select(AccountRow.login).order_by(AccountRow.login)))

    def _viewer(self, row: AccountRow, workstation: str) -> Viewer:
        """Return somebody who proved who they are; `NotPermitted` when they were sent away."""
        rights = self._rights_of(person_of(row))
        if rights.ended:
            raise NotPermitted(rights.ended)
        return Viewer(row.login, row.name, workstation or socket.gethostname(), Grant(rights))

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _normal(password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False

    def _is_old(self, kept: str) -> bool:
        try:
            return self._hasher.check_needs_rehash(kept)
        except InvalidHashError:
            return True

    def _rehash(self, login: str, password: str) -> None:
        with told(self._place), Session(self._engine) as session, session.begin():
            if (row := session.get(AccountRow, login)) is not None:
                row.password_hash = self._hasher.hash(_normal(password))


def person_of(row: AccountRow) -> Person:
    """Return the person of an account."""
    given = row.given or {}
    return Person(
        row.login,
        row.name,
        row.role,
        tuple(DeviceId(each) for each in given.get("devices", ())),
        tuple(given.get("areas", ())),
        tuple(given.get("groups", ())),
        is_guest=bool(row.is_guest),
        ended=row.ended or "",
        created_at=row.created_at,
        password_at=row.password_at,
        version=row.version or 1,
    )


def _fill(row: AccountRow, person: Person) -> None:
    if not person.name.strip():
        raise BadInput(_("a person needs a name, as it will stand in the audit"))
    row.name, row.role = person.name.strip(), person.role
    row.given = {
        "devices": list(person.devices),
        "areas": list(person.areas),
        "groups": list(person.groups),
    }
    row.is_guest, row.ended = person.is_guest, person.ended
    row.version = (row.version or 0) + 1


def _everybody(session: Session) -> list[Person]:
    rows = session.scalars(select(AccountRow).order_by(AccountRow.login))
    return [person_of(row) for row in rows]


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
    if not login:
        raise BadInput(_("a person needs a login"))
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
    if is_common(password):
        raise BadInput(
            _("this password is one of those that everybody tries first: choose your own words")
        )


def _normal(password: str) -> str:
    """Return one form of a password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)

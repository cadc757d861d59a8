"""Nobody comes in without the right password, and nobody learns who has an account."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import Manner, open_database
from app.errors import BadInput, NotPermitted, StoreBroken
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from app.users.accounts import NOBODY, Accounts, normal_login, require_person
from app.users.tables import AccountRow
from app.verbs import Capability
from tests.app.project.sites import PASSWORD, Ticking


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.sqlite"
    migrate(path, CONFIG)
    return path


@pytest.fixture
def accounts(file: Path) -> Iterator[Accounts]:
    engine = open_database(file, Manner.RARE)
    made = Accounts(engine, Ticking())
    made.add_administrator("ole", "Ole Holm", PASSWORD)
    yield made
    engine.dispose()


def stored_hash(file: Path) -> str:
    """What is kept of Ole's password."""
    engine = open_database(file, Manner.RARE)
    with Session(engine) as session:
        kept = session.scalars(select(AccountRow.password_hash)).one()
    engine.dispose()
    return kept


def test_the_right_password_lets_the_administrator_in(accounts: Accounts) -> None:
    viewer = accounts.authenticate("ole", PASSWORD, "desk-1")
    assert (viewer.login, viewer.name, viewer.workstation) == ("ole", "Ole Holm", "desk-1")
    assert all(viewer.rights.whole(each) for each in Capability)


def test_the_workstation_is_this_computer_when_none_is_named(accounts: Accounts) -> None:
    assert accounts.authenticate("ole", PASSWORD).workstation != ""


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 5000]
)
def test_any_other_password_does_not(accounts: Accounts, password: str) -> None:
    with pytest.raises(NotPermitted):
        accounts.authenticate("ole", password)


def test_an_unknown_login_and_a_wrong_password_read_the_same(accounts: Accounts) -> None:
    with pytest.raises(NotPermitted) as unknown:
        accounts.authenticate("ida", PASSWORD)
    with pytest.raises(NotPermitted) as wrong:
        accounts.authenticate("ole", "wrong")
    assert str(unknown.value) == str(wrong.value) == "the login or the password is wrong"


def test_an_unknown_login_takes_as_long_as_a_wrong_password(accounts: Accounts) -> None:
    def took_s(login: str) -> float:
        times = []
        for _ in range(5):
            begun = time.process_time()
            with pytest.raises(NotPermitted):
                accounts.authenticate(login, "wrong horse battery")
            times.append(time.process_time() - begun)
        return statistics.median(times)

    assert 0.5 < took_s("ida") / took_s("ole") < 2.0
    assert not PasswordHasher().check_needs_rehash(NOBODY)


def test_nobody_has_the_password_of_nobody(accounts: Accounts) -> None:
    for password in ("", PASSWORD, "a password nobody has"):
        with pytest.raises(NotPermitted):
            accounts.authenticate("nobody", password)


def test_a_login_is_known_however_it_is_typed(accounts: Accounts) -> None:
    assert accounts.authenticate(" OLE ", PASSWORD).login == "ole"
    assert normal_login("Ｏｌｅ") == "ole"


def test_a_password_is_known_however_a_keyboard_composes_it(accounts: Accounts) -> None:
    accounts.add_administrator("ida", "Ida", "på Østerbro står")
    accounts.authenticate("ida", "pa\u030a Østerbro sta\u030ar")


def test_only_an_argon2id_hash_is_kept(accounts: Accounts, file: Path) -> None:
    kept = stored_hash(file)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD.encode() not in file.read_bytes()


def test_two_equal_passwords_are_kept_differently(accounts: Accounts, file: Path) -> None:
    accounts.add_administrator("ida", "Ida", PASSWORD)
    engine = open_database(file, Manner.RARE)
    with Session(engine) as session:
        assert len(set(session.scalars(select(AccountRow.password_hash)))) == 2
    engine.dispose()


def test_a_weaker_hash_of_old_is_made_anew_at_the_next_login(
    accounts: Accounts, file: Path
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    engine = open_database(file, Manner.RARE)
    with engine.begin() as connection:
        connection.execute(update(AccountRow).values(password_hash=weak))
    engine.dispose()
    accounts.authenticate("ole", PASSWORD)
    assert stored_hash(file).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    accounts.authenticate("ole", PASSWORD)


def test_a_hash_that_is_none_lets_nobody_in(accounts: Accounts, file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    with engine.begin() as connection:
        connection.execute(update(AccountRow).values(password_hash=PASSWORD))
    engine.dispose()
    with pytest.raises(NotPermitted):
        accounts.authenticate("ole", PASSWORD)


@pytest.mark.parametrize(
    ("login", "name", "password", "says"),
    [
        ("ole", "Ole", "elevenchars", "at least 12 characters"),
        ("ole", "Ole", "", "at least 12 characters"),
        ("ole", "Ole", "x" * 1025, "at most 1024"),
        ("ole", "Ole", "aaaaaaaaaaaaa", "one character repeated"),
        ("ole.holm.nordby", "Ole", "ole.holm.nordby", "must not be the login"),
        ("ole.holm.nordby", "Ole", "Ole.Holm.Nordby", "must not be the login"),
        ("", "Ole", PASSWORD, "a person needs a login"),
        ("-ole", "Ole", PASSWORD, "cannot be a login"),
        ("ole holm", "Ole", PASSWORD, "cannot be a login"),
        ("o" * 65, "Ole", PASSWORD, "cannot be a login"),
        ("ole", "  ", PASSWORD, "needs a name"),
    ],
)
def test_what_cannot_be_an_account_is_told(
    login: str, name: str, password: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        require_person(login, name, password)


@pytest.mark.parametrize("login", ["ole", "o.holm", "ole_h-2", "ole@nordby.dk", "7"])
def test_usual_logins_are_taken(login: str) -> None:
    require_person(login, "Ole", PASSWORD)


def test_a_login_is_given_once(accounts: Accounts) -> None:
    with pytest.raises(BadInput, match="already an account ole"):
        accounts.add_administrator("OLE", "Another Ole", PASSWORD)


def test_logins_are_listed(accounts: Accounts) -> None:
    accounts.add_administrator("ida", "Ida", PASSWORD)
    assert accounts.logins() == ["ida", "ole"]


def test_who_is_known_by_other_proof_is_found_by_login(accounts: Accounts) -> None:
    assert accounts.viewer("Ole").name == "Ole Holm"
    with pytest.raises(NotPermitted, match="no account ida"):
        accounts.viewer("ida")


def test_accounts_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "empty.sqlite", Manner.RARE)
    accounts = Accounts(engine, Ticking())
    for ask in (
        lambda: accounts.authenticate("ole", PASSWORD),
        lambda: accounts.viewer("ole"),
        accounts.logins,
        lambda: accounts.add_administrator("ole", "Ole", PASSWORD),
    ):
        with pytest.raises(StoreBroken, match=r"empty\.sqlite cannot be used: no such table"):
            ask()
    engine.dispose()

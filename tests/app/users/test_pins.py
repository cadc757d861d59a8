"""A PIN unlocks at one workstation, and is gone after ten wrong tries whatever happens."""

import socket
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.errors import BadInput, NotPermitted, SecretsLocked
from app.users.keyplaces import Keys
from app.users.pins import FOLDER, MOST_WRONG, Pins, PinWiped, _Kept, may_be_pin, require_pin
from tests.plant import NOON

PIN, OTHER, PROJECT = "731946", "904125", "a1b2c3"
BEFORE = NOON - timedelta(days=1)  # the password was set


class Workstation:
    """The user's folder at a workstation, and the core that runs there."""

    def __init__(self, private: Path) -> None:
        self.private, self.now = private, NOON
        self.start()

    def start(self) -> None:
        """Begin anew, as after a restart: only what is on the disk is known."""
        self.pins = Pins(PROJECT, lambda: Keys(self.private), lambda: self.now)
        # A hash that is quickly checked: many tries are counted here.
        self.pins._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    def answer(self, pin: str, login: str = "ole", since: datetime | None = BEFORE) -> str:
        """Try a PIN; "" when it is right."""
        try:
            self.pins.check(login, pin, since)
        except NotPermitted as error:
            return str(error)
        return ""


@pytest.fixture
def workstation(tmp_path: Path) -> Workstation:
    made = Workstation(tmp_path)
    made.pins.put("ole", PIN, BEFORE)
    return made


def test_the_pin_unlocks_as_often_as_wanted_also_after_a_restart(
    workstation: Workstation,
) -> None:
    for _ in range(MOST_WRONG + 2):
        assert workstation.answer(PIN) == ""
    workstation.start()
    assert workstation.answer(PIN) == ""
    assert workstation.pins.is_set("ole", BEFORE)


def test_nothing_of_a_pin_can_be_read_in_any_file(workstation: Workstation) -> None:
    files = [each for each in workstation.private.rglob("*") if each.is_file()]
    assert any(each.parent.name == FOLDER for each in files)
    for file in files:
        content = file.read_bytes()
        assert PIN.encode() not in content
        assert b"argon2" not in content, "the hash of six digits is found in a day"
        assert b"ole" not in content


def test_the_tenth_wrong_try_wipes_it_and_the_right_one_is_of_no_use_then(
    workstation: Workstation,
) -> None:
    answers = [workstation.answer(OTHER) for _ in range(MOST_WRONG)]
    assert answers[:-1] == ["the PIN is wrong"] * (MOST_WRONG - 1)
    assert "it is wiped, use your password" in answers[-1]
    assert "there is no PIN here" in workstation.answer(PIN)
    assert not workstation.pins.is_set("ole", BEFORE)


def test_the_right_one_at_the_tenth_try_makes_the_nine_forgotten(
    workstation: Workstation,
) -> None:
    for _ in range(3):
        for _ in range(MOST_WRONG - 1):
            assert workstation.answer(OTHER) != ""
        assert workstation.answer(PIN) == ""


def test_ending_the_program_between_two_tries_makes_no_wrong_one_forgotten(
    workstation: Workstation,
) -> None:
    for _ in range(MOST_WRONG - 1):
        workstation.answer(OTHER)
        workstation.start()
    with pytest.raises(PinWiped):
        workstation.pins.check("ole", OTHER, BEFORE)
    workstation.start()
    assert not workstation.pins.is_set("ole", BEFORE)


def test_a_try_that_the_program_dies_in_is_counted(workstation: Workstation) -> None:
    class Killed(BaseException):
        pass

    class Dies(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            raise Killed

    for _ in range(MOST_WRONG - 1):
        workstation.pins._hasher = Dies()
        with pytest.raises(Killed):
            workstation.pins.check("ole", PIN, BEFORE)
        workstation.start()
    assert "it is wiped" in workstation.answer(OTHER)


def test_everybody_has_a_pin_of_their_own(workstation: Workstation) -> None:
    workstation.pins.put("berit", OTHER, BEFORE)
    assert workstation.answer(PIN, "berit") != ""
    for _ in range(MOST_WRONG):
        workstation.answer(PIN, "berit")
    assert not workstation.pins.is_set("berit", BEFORE)
    assert workstation.answer(PIN) == "", "the other one's is not touched"


def test_another_pin_takes_the_place_of_the_old_one(workstation: Workstation) -> None:
    workstation.pins.put("ole", OTHER, BEFORE)
    assert workstation.answer(PIN) != ""
    assert workstation.answer(OTHER) == ""


def test_who_changes_the_password_has_no_pin_any_more(workstation: Workstation) -> None:
    after = NOON + timedelta(minutes=1)
    assert not workstation.pins.is_set("ole", after)
    assert "there is no PIN" in workstation.answer(PIN, since=after)
    assert "there is no PIN" in workstation.answer(PIN), "it is gone for good"


def test_a_clock_set_back_saves_no_pin_of_a_changed_password(
    workstation: Workstation,
) -> None:
    workstation.now = NOON + timedelta(days=365)  # ahead by a year, then put right
    workstation.pins.put("ole", OTHER, BEFORE)
    workstation.now = NOON
    assert workstation.answer(OTHER) == ""
    assert not workstation.pins.is_set("ole", NOON), "the password was changed since"


def test_nor_does_it_take_a_pin_newer_than_the_password(
    workstation: Workstation,
) -> None:
    ahead = NOON + timedelta(days=365)  # the password was changed while the clock was ahead
    workstation.pins.put("ole", OTHER, ahead)
    assert workstation.answer(OTHER, since=ahead) == ""


def test_a_pin_kept_by_an_earlier_program_is_good_until_the_password_is_newer(
    workstation: Workstation,
) -> None:
    workstation.pins._keep("ole", _Kept(workstation.pins._hasher.hash(PIN), NOON, None))
    assert workstation.answer(PIN) == ""
    assert not workstation.pins.is_set("ole", NOON + timedelta(minutes=1))


def test_a_pin_that_was_taken_away_unlocks_nothing(workstation: Workstation) -> None:
    assert workstation.pins.forget("ole")
    assert not workstation.pins.forget("ole")
    assert "there is no PIN" in workstation.answer(PIN)


def test_where_no_pin_was_ever_set_no_store_is_made(tmp_path: Path) -> None:
    pins = Workstation(tmp_path).pins
    assert not pins.is_set("ole", None)
    assert not pins.forget("ole")
    with pytest.raises(NotPermitted, match="there is no PIN"):
        pins.check("ole", PIN, None)
    assert list(tmp_path.iterdir()) == []


def test_files_carried_to_another_computer_hold_no_pin_there(
    workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "another-computer")
    workstation.start()
    assert not workstation.pins.is_set("ole", BEFORE)


def test_without_the_key_only_the_password_unlocks(workstation: Workstation) -> None:
    for file in workstation.private.rglob("*"):
        if file.is_file() and file.parent.name != FOLDER:
            file.unlink()
    workstation.start()
    assert not workstation.pins.is_set("ole", BEFORE)
    with pytest.raises(SecretsLocked):
        workstation.pins.check("ole", PIN, BEFORE)


@pytest.mark.parametrize(
    "pin",
    ["", "73194", "731946731946", "73194a", "７３１９４６", " 731946", "731946\n", "७३१९४६"],
)
def test_a_pin_has_six_to_eleven_digits(pin: str) -> None:
    with pytest.raises(BadInput, match="6 to 11 digits"):
        require_pin(pin)
    assert not may_be_pin(pin)


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "345678", "121212", "123123", "7777777", "9876543210"]
)
def test_what_everybody_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(BadInput, match="easily guessed"):
        require_pin(pin)


def test_what_may_be_a_pin_is_no_password() -> None:
    assert may_be_pin(PIN)
    assert may_be_pin("0" * 11)
    assert not may_be_pin("0" * 12)
    assert not may_be_pin("warm water")

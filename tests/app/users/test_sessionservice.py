"""A session is locked and opened in any order: nobody gets further than they proved."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.errors import BadInput, NotPermitted
from app.model.rights import Capability, Locked
from app.users.door import PIN_VERB
from app.users.keyplaces import Keys
from app.users.pins import MOST_WRONG, Pins
from app.users.sessionservice import SessionService
from app.verbs import Viewer
from tests.app.project.sites import PASSWORD
from tests.app.users.test_door import House

PIN, WRONG_PIN = "731946", "904125"
ORDER = list(Locked)


class Desk:
    """Ole at his desk, with a session that a real core would keep."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.pins = Pins("a1b2c3", lambda: Keys(folder / "private"), self.house.clock)
        # A hash that is quickly checked: ten wrong ones are tried here.
        self.pins._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.worker = ThreadPoolExecutor(1)
        self.ole = self.house.door.let_in("ole", PASSWORD)
        self.while_proved = Locked.NOTHING  # what somebody locks meanwhile
        accounts, door, audit = self.house.accounts, self.house.door, self.house.audit
        self.service = SessionService(
            accounts, door, self.pins, audit, self.confirm, self.worker
        )

    async def confirm(self, viewer: Viewer, password: str) -> None:
        self.house.door.confirm(viewer, password)
        if self.while_proved is not Locked.NOTHING:
            await self.service.lock(viewer, self.while_proved)

    def locked(self) -> Locked:
        return self.ole.grant.locked

    def verbs(self) -> list[str]:
        """What the activity log says was done since the login, oldest first."""
        first, *others = [each.verb for each in reversed(self.house.audit.entries(100))]
        assert first == "session.login"
        return others

    def close(self) -> None:
        self.worker.shutdown()
        self.house.config.dispose()
        self.house.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("before", ORDER)
@pytest.mark.parametrize("how", ORDER)
async def test_locking_never_opens_anything(desk: Desk, before: Locked, how: Locked) -> None:
    desk.ole.grant.locked = before
    await desk.service.lock(desk.ole, how)
    assert desk.locked() is max(before, how, key=ORDER.index)


@pytest.mark.parametrize("before", [Locked.NOTHING, Locked.SETTINGS, Locked.WRITING])
async def test_an_unlocked_desk_is_locked_as_it_was_before(desk: Desk, before: Locked) -> None:
    desk.ole.grant.locked = before
    await desk.service.lock(desk.ole, Locked.DESK)
    await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.locked() is before


async def test_a_desk_that_is_locked_twice_is_opened_by_one_password(desk: Desk) -> None:
    await desk.service.lock(desk.ole, Locked.SETTINGS)
    await desk.service.lock(desk.ole, Locked.DESK)
    await desk.service.lock(desk.ole, Locked.DESK)
    await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.locked() is Locked.SETTINGS, "what was before the first lock, not the second"


async def test_a_wrong_password_opens_neither_desk_nor_writing(desk: Desk) -> None:
    await desk.service.lock(desk.ole, Locked.WRITING)
    with pytest.raises(NotPermitted, match="the password is wrong"):
        await desk.service.open_writing(desk.ole, "guessed")
    assert desk.locked() is Locked.WRITING
    await desk.service.lock(desk.ole, Locked.DESK)
    with pytest.raises(NotPermitted, match="the password is wrong"):
        await desk.service.unlock(desk.ole, "guessed")
    assert desk.locked() is Locked.DESK


async def test_the_password_of_unlocking_does_not_open_writing(desk: Desk) -> None:
    await desk.service.lock(desk.ole, Locked.WRITING)
    await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.locked() is Locked.WRITING


async def test_writing_is_not_opened_at_a_locked_desk(desk: Desk) -> None:
    await desk.service.lock(desk.ole, Locked.DESK)
    with pytest.raises(NotPermitted, match="the desk is locked: unlock it first"):
        await desk.service.open_writing(desk.ole, PASSWORD)
    assert desk.locked() is Locked.DESK


async def test_a_desk_locked_while_the_password_is_proved_stays_locked(desk: Desk) -> None:
    await desk.service.lock(desk.ole, Locked.WRITING)
    desk.while_proved = Locked.DESK
    with pytest.raises(NotPermitted, match="the desk is locked"):
        await desk.service.open_writing(desk.ole, PASSWORD)
    assert desk.locked() is Locked.DESK
    desk.while_proved = Locked.NOTHING
    await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.locked() is Locked.WRITING


async def test_who_locks_and_unlocks_the_desk_is_written_down_once(desk: Desk) -> None:
    for _twice in range(2):
        await desk.service.lock(desk.ole, Locked.DESK)
    with pytest.raises(NotPermitted):
        await desk.service.unlock(desk.ole, "wrong")
    for _twice in range(2):
        await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.verbs() == [
        "session.lock_desk",
        "desk.confirm_password",  # refused
        "desk.confirm_password",  # done, after one wrong
        "session.unlock",
    ]
    desk.pins.put("ole", PIN, desk.house.accounts.person("ole").password_at)
    await desk.service.lock(desk.ole, Locked.DESK)
    await desk.service.unlock_by_pin(desk.ole, PIN)
    assert desk.verbs()[4:] == ["session.lock_desk", "session.unlock_by_pin"]


async def test_locking_of_all_writing_and_its_end_are_written_down_and_nothing_else(
    desk: Desk,
) -> None:
    await desk.service.lock(desk.ole, Locked.SETTINGS)
    await desk.service.open_writing(desk.ole, PASSWORD)
    assert desk.verbs() == [], "settings are locked and opened all day long"
    await desk.service.lock(desk.ole, Locked.WRITING)
    await desk.service.lock(desk.ole, Locked.WRITING)
    await desk.service.open_writing(desk.ole, PASSWORD)
    assert desk.locked() is Locked.NOTHING
    assert desk.verbs() == ["session.lock", "session.open_writing"]


async def test_a_pin_opens_the_desk_and_nothing_further(desk: Desk) -> None:
    assert not await desk.service.has_pin(desk.ole)
    await desk.service.set_pin(desk.ole, PASSWORD, PIN)
    assert await desk.service.has_pin(desk.ole)
    await desk.service.lock(desk.ole, Locked.WRITING)
    await desk.service.lock(desk.ole, Locked.DESK)
    await desk.service.unlock_by_pin(desk.ole, PIN)
    assert desk.locked() is Locked.WRITING


@pytest.mark.parametrize("locked", [Locked.NOTHING, Locked.SETTINGS, Locked.WRITING])
async def test_a_pin_cannot_be_tried_where_no_desk_is_locked(
    desk: Desk, locked: Locked
) -> None:
    await desk.service.set_pin(desk.ole, PASSWORD, PIN)
    desk.ole.grant.locked = locked
    for pin in (PIN, WRONG_PIN):
        with pytest.raises(NotPermitted, match="only unlocks a locked desk"):
            await desk.service.unlock_by_pin(desk.ole, pin)
    assert PIN_VERB not in desk.verbs(), "it was not even looked at"
    assert desk.locked() is locked


async def test_ten_wrong_pins_leave_the_desk_to_the_password(desk: Desk) -> None:
    await desk.service.set_pin(desk.ole, PASSWORD, PIN)
    await desk.service.lock(desk.ole, Locked.DESK)
    for _try in range(MOST_WRONG):
        desk.house.clock.on(120)  # who waits is not held back
        with pytest.raises(NotPermitted):
            await desk.service.unlock_by_pin(desk.ole, WRONG_PIN)
    desk.house.clock.on(120)
    with pytest.raises(NotPermitted, match="there is no PIN here"):
        await desk.service.unlock_by_pin(desk.ole, PIN)
    assert not await desk.service.has_pin(desk.ole)
    desk.house.clock.on(120)
    await desk.service.unlock(desk.ole, PASSWORD)
    assert desk.locked() is Locked.NOTHING


async def test_a_pin_is_set_by_the_password_alone_and_a_weak_one_not_at_all(
    desk: Desk,
) -> None:
    with pytest.raises(NotPermitted, match="the password is wrong"):
        await desk.service.set_pin(desk.ole, "guessed", PIN)
    with pytest.raises(BadInput, match="easily guessed"):
        await desk.service.set_pin(desk.ole, PASSWORD, "123456")
    assert not await desk.service.has_pin(desk.ole)
    assert "session.set_pin" not in desk.verbs()


async def test_a_pin_taken_away_is_written_down_once_and_never_told(desk: Desk) -> None:
    await desk.service.set_pin(desk.ole, PASSWORD, PIN)
    await desk.service.forget_pin(desk.ole)
    await desk.service.forget_pin(desk.ole)
    assert desk.verbs() == ["session.set_pin", "session.forget_pin"]
    assert all(PIN not in repr(each) for each in desk.house.audit.entries(100))
    assert not await desk.service.has_pin(desk.ole)


def test_each_lock_refuses_what_the_one_before_does_and_reading_never() -> None:
    for less, more in pairwise(ORDER):
        assert less.capabilities < more.capabilities
    for reading in (Capability.SEE_PLANT, Capability.SEE_ALARMS, Capability.KEEP_OWN):
        assert reading not in Locked.DESK.capabilities
    assert Capability.ACKNOWLEDGE not in Locked.WRITING.capabilities, "alarms stay open"

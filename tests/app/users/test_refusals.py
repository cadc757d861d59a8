"""What somebody may not do stands in the log when they ask for it, and never fills it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from app.auditverbs import AuditEntry
from app.errors import BadInput, NotPermitted
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.refusal import Refusal
from app.model.rights import Locked
from app.users.auditroom import AuditRoom
from app.users.refusals import MOST_VERBS, OTHERS_VERB, WINDOW, Refusals
from app.users.sessions import Sessions
from app.verbs import Capability, Viewer, verb
from tests.app.users.test_auditguard import Disk, guarded
from tests.app.users.test_door import Hands
from tests.people import assigned, person

MB = 1_000_000
FLOOD = 100_000


class Doors:
    """A service that knows of devices and people."""

    def __init__(self) -> None:
        self.opened = 0

    @verb(Capability.MANAGE_USERS)
    async def add_person(self, viewer: Viewer, person: Person, password: str) -> None:
        self.opened += 1

    @verb(Capability.KEEP_OWN)
    async def change_own_password(self, viewer: Viewer, old: str, new: str) -> None:
        raise NotPermitted("the password is wrong")

    @verb(Capability.SEE_PLANT)
    async def look(self, viewer: Viewer, device: DeviceId) -> None:
        self.opened += 1

    @verb(Capability.EDIT_RULES, whole=True)
    async def tidy(self, viewer: Viewer) -> None:
        self.opened += 1

    @verb(Capability.KEEP_OWN)
    async def look_in_turn(self, viewer: Viewer, device: DeviceId) -> None:
        await self.look(viewer, device)


class Office:
    """Who is in, what is refused, and the log."""

    def __init__(self, folder: Path) -> None:
        self.disk, self.clock, self.doors = Disk(), Hands(), Doors()
        self.audit = guarded(folder, AuditRoom(50 * MB, 100 * MB, 20, self.disk.free))
        self.worker = ThreadPoolExecutor(1)
        self.refusals = Refusals(self.audit, self.worker, self.clock, {Doors: "doors"})
        self.sessions = Sessions()

    def enter(self, viewer: Viewer) -> Viewer:
        self.sessions.enter(viewer, self.refusals.note)
        return viewer

    def written(self) -> list[AuditEntry]:
        """Return what the log holds, the oldest first."""
        return [each for each in reversed(self.audit.entries(1000)) if each.login]

    def close(self) -> None:
        self.worker.shutdown()
        self.audit.close()


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    made = Office(tmp_path)
    yield made
    await made.refusals.stop()
    made.close()


def ida() -> Viewer:
    return assigned("ida", [DeviceId("own-1")], [Capability.SEE_PLANT, Capability.KEEP_OWN])


async def test_who_asks_for_what_they_may_not_do_is_written_down(office: Office) -> None:
    viewer = office.enter(ida())
    with pytest.raises(NotPermitted):
        await office.doors.add_person(viewer, Person("eve", "Eve", "admin"), "pass word pass")
    with pytest.raises(BadInput):
        await office.doors.look(viewer, DeviceId("foreign-1"))
    with pytest.raises(NotPermitted):
        await office.doors.tidy(viewer)
    await office.doors.look(viewer, DeviceId("own-1"))  # theirs: nothing is said of it
    await office.refusals.stop()
    told = [(e.login, e.name, e.workstation, e.verb, e.entity) for e in office.written()]
    assert told == [
        ("ida", "Ida", "desk-1", "doors.add_person", "account eve"),
        ("ida", "Ida", "desk-1", "doors.look", "device foreign-1"),
        ("ida", "Ida", "desk-1", "doors.tidy", "project"),
    ]
    assert {e.result for e in office.written()} == {"refused"}
    reasons = [e.reason for e in office.written()]
    assert reasons[0] == "Ida may not do this (Manage people and roles)"
    assert reasons[1] == "there is no device foreign-1"
    assert office.doors.opened == 1


async def test_a_password_never_gets_into_the_log_by_a_refusal(office: Office) -> None:
    viewer = office.enter(ida())
    secret = "horses of the correct battery"
    with pytest.raises(NotPermitted):
        await office.doors.change_own_password(viewer, secret, secret + "!")
    with pytest.raises(NotPermitted):
        await office.doors.add_person(viewer, Person("eve", "Eve", "admin"), secret)
    await office.refusals.stop()
    assert len(office.written()) == 2
    assert secret not in str(office.written())


async def test_a_question_within_a_question_is_one_refusal(office: Office) -> None:
    viewer = office.enter(ida())
    with pytest.raises(BadInput):
        await office.doors.look_in_turn(viewer, DeviceId("foreign-1"))
    await office.refusals.stop()
    assert len(office.written()) == 1


async def test_what_is_locked_and_tried_is_written_down_too(office: Office) -> None:
    viewer = office.enter(person("ole", "Ole", "desk-2", [Capability.MANAGE_USERS]))
    viewer.grant.locked = Locked.WRITING
    with pytest.raises(NotPermitted):
        await office.doors.add_person(viewer, Person("eve", "Eve", "admin"), "pass word pass")
    await office.refusals.stop()
    (entry,) = office.written()
    assert (entry.login, entry.workstation) == ("ole", "desk-2")
    assert "locked" in entry.reason


async def flood(office: Office, viewer: Viewer, times: int) -> None:
    for number in range(times):
        with pytest.raises(BadInput):
            await office.doors.look(viewer, DeviceId(f"foreign-{number}"))


async def test_a_flood_of_refusals_is_two_entries(office: Office) -> None:
    viewer = office.enter(ida())
    await flood(office, viewer, FLOOD)
    await asyncio.wrap_future(office.worker.submit(lambda: None))  # all before it is done
    assert len(office.written()) == 1, "the first one stands there at once"
    office.clock.on(WINDOW / timedelta(seconds=1))
    office.refusals.look()
    await office.refusals.stop()
    first, rest = office.written()
    assert first.entity == "device foreign-0"
    assert rest.entity == f"device foreign-{FLOOD - 1}"
    assert f"{FLOOD - 1} more times" in rest.reason
    assert office.audit.verify() == ""


async def test_many_verbs_are_told_together_in_the_end(office: Office) -> None:
    viewer = office.enter(ida())
    for number in range(1000):
        refusal = Refusal("ida", "Ida", "desk-1", office.doors, f"verb_{number}", "", "no")
        for _twice in range(2):
            viewer.grant.refused(refusal)
    await office.refusals.stop()
    verbs = [each.verb for each in office.written()]
    assert len(verbs) == 2 * MOST_VERBS + 1
    assert verbs[-1] == OTHERS_VERB
    assert f"{2 * (1000 - MOST_VERBS)} other questions" in office.written()[-1].reason


async def test_everybody_has_their_own_room_and_a_new_one_after_a_while(office: Office) -> None:
    people = [office.enter(ida()), office.enter(person("ole", "Ole", "desk-2"))]
    for _round in range(2):
        for viewer in people:
            for _twice in range(2):
                with pytest.raises(NotPermitted):
                    await office.doors.tidy(viewer)
        office.clock.on(WINDOW / timedelta(seconds=1))
        office.refusals.look()
    await office.refusals.stop()
    for login in ("ida", "ole"):
        own = [each.reason for each in office.written() if each.login == login]
        assert len(own) == 4
        assert sum("once more" in reason for reason in own) == 2


async def test_a_full_log_takes_no_refusals_and_gets_their_count_later(office: Office) -> None:
    viewer = office.enter(ida())
    office.disk.free_bytes = 0
    office.audit.look()
    size = len(office.written())
    for _n in range(50):
        with pytest.raises(NotPermitted):
            await office.doors.tidy(viewer)
    office.clock.on(WINDOW / timedelta(seconds=1))
    await asyncio.wrap_future(office.worker.submit(lambda: None))
    await asyncio.sleep(0)  # what could not be written is counted again
    office.refusals.look()
    assert len(office.written()) == size
    office.disk.free_bytes = 1000 * MB
    office.audit.look()
    office.refusals.look()
    await office.refusals.stop()
    (entry,) = office.written()
    assert "50 more times" in entry.reason


async def test_whoever_is_in_no_project_is_refused_as_well() -> None:
    with pytest.raises(NotPermitted):
        await Doors().tidy(person("ole", "Ole"))

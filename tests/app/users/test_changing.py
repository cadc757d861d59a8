"""A change of people is written down however it ends; only one that was made takes effect."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadInput, Conflict, NotPermitted, StoreBroken
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Capability, Grant, Role, Scope
from app.users.changing import Changing, told
from app.users.refusals import WINDOW, Refusals
from tests.app.project.sites import PASSWORD
from tests.app.users.test_door import House
from tests.plant import LUND

OLE = "person ole"


class Versions:
    """Keeps the order in which versions are noted."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def found(self, entity: str) -> None:
        self.calls.append(("found", entity))

    def saved(self, entity: str, author: str, note: str) -> None:
        self.calls.append(("saved", entity, author, note))

    def clash(self, entity: str) -> Conflict:
        return Conflict(f"{entity} was changed by K. Lund at 12:00")


class Office:
    """Where people are changed."""

    def __init__(self, folder: Path) -> None:
        self.house, self.versions = House(folder), Versions()
        self.worker = ThreadPoolExecutor(1)
        self.effects = 0
        self.changing = Changing(
            self.house.accounts, self.house.audit, self.worker, self.changed, self.versions
        )
        self.refusals = Refusals(self.house.audit, self.worker, self.house.clock, {})
        self.lund = replace(LUND, grant=Grant(LUND.rights, refused=self.refusals.note))

    async def changed(self) -> None:
        self.effects += 1

    async def change(
        self, work: Callable[[], object], login: str = "", note: str = "", meant: object = None
    ) -> None:
        """Change somebody, and wait until what was refused is written down."""
        try:
            await self.changing.change(
                self.lund, "people.change", OLE, work, login, note, meant
            )
        finally:
            await asyncio.gather(*self.refusals._writing)

    def close(self) -> None:
        self.worker.shutdown()
        self.house.config.dispose()
        self.house.engine.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def failing(error: Exception) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


async def test_a_change_is_noted_before_and_kept_after_and_tells_both(office: Office) -> None:
    made = Person("ole", "Ole Holm", "operator")
    before = told(office.house.accounts.person("ole"))
    await office.change(lambda: made, "ole", "new job")
    [entry] = office.house.audit.entries(9)
    assert (entry.login, entry.workstation, entry.verb) == ("lund", "desk-1", "people.change")
    assert (entry.entity, entry.result, entry.reason) == (OLE, "done", "new job")
    assert (entry.old, entry.new) == (before, "Ole Holm; operator")
    assert office.versions.calls == [("found", OLE), ("saved", OLE, "K. Lund", "new job")]
    assert office.effects == 1


@pytest.mark.parametrize("error", [NotPermitted("no such rank"), BadInput("no such role")])
async def test_what_is_refused_is_written_down_with_its_reason_and_changes_nothing(
    office: Office, error: Exception
) -> None:
    with pytest.raises(type(error), match=str(error)):
        await office.change(failing(error), "ole")
    [entry] = office.house.audit.entries(9)
    assert (entry.result, entry.reason, entry.new) == ("refused", str(error), "")
    assert entry.old == told(office.house.accounts.person("ole"))
    assert office.versions.calls == [("found", OLE)]
    assert office.effects == 0


async def test_a_thousand_refused_changes_are_two_entries(office: Office) -> None:
    error = NotPermitted("only who stands higher may change this")
    for _turn in range(1000):
        with pytest.raises(NotPermitted):
            await office.change(failing(error), "ole")
    office.house.clock.now += WINDOW
    office.refusals.look()
    await office.refusals.stop()
    first, last = reversed(office.house.audit.entries(1001))
    assert (first.verb, first.entity, first.result) == ("people.change", OLE, "refused")
    assert (last.verb, last.entity, last.result) == ("people.change", OLE, "refused")
    assert "999 more times" in last.reason
    assert str(error) in last.reason


async def test_the_second_of_two_is_told_whose_change_came_first(office: Office) -> None:
    with pytest.raises(Conflict, match=r"changed by K\. Lund at 12:00"):
        await office.change(failing(Conflict("version 3, not 2")))
    [entry] = office.house.audit.entries(9)
    assert entry.result == "refused"
    assert entry.reason == "person ole was changed by K. Lund at 12:00"
    assert office.effects == 0


async def test_a_fault_of_the_disk_is_no_refusal_and_takes_no_effect(office: Office) -> None:
    with pytest.raises(StoreBroken, match=r"config\.sqlite"):
        await office.change(failing(StoreBroken("config.sqlite cannot be written")))
    assert office.house.audit.entries(9) == []
    assert office.effects == 0


async def test_the_log_has_it_before_it_is_so(office: Office) -> None:
    accounts, seen = office.house.accounts, []
    append = office.house.audit.append

    def look(**deed: Any) -> int:
        seen.append(accounts.person("ole").name)
        return append(**deed)

    office.house.audit.append = look  # type: ignore[method-assign]
    wished = replace(accounts.person("ole"), name="Ole H. Holm")
    await office.change(lambda: accounts.change(wished, lambda _all: None), "ole", meant=wished)
    assert seen == ["Ole Holm"], "a kill here leaves an entry, never a change without one"
    [entry] = office.house.audit.entries(9)
    assert (entry.result, entry.new) == ("done", "Ole H. Holm; administrator")
    assert accounts.person("ole").name == "Ole H. Holm"


async def test_what_cannot_be_written_down_is_not_done(office: Office) -> None:
    accounts = office.house.accounts

    def full(**_deed: Any) -> int:
        raise StoreBroken("audit.sqlite cannot be used: the disk is full")

    office.house.audit.append = full  # type: ignore[method-assign]
    with pytest.raises(StoreBroken, match="disk is full"):
        await office.change(lambda: accounts.set_password("ole", "another long word 12"))
    accounts.authenticate("ole", PASSWORD)
    assert office.effects == 0


async def test_what_could_not_be_committed_is_said_to_have_failed(office: Office) -> None:
    def work() -> None:
        office.house.accounts.set_password("ole", "another long word 12")
        raise StoreBroken("config.sqlite cannot be used: disk I/O error")

    with pytest.raises(StoreBroken, match="I/O"):
        await office.change(work)
    assert [e.result for e in reversed(office.house.audit.entries(9))] == ["done", "failed"]


async def test_a_change_whose_version_cannot_be_kept_is_made_and_takes_effect(
    office: Office,
) -> None:
    def full(entity: str, author: str, note: str) -> None:
        raise StoreBroken(f"{entity} of {author} cannot be kept: the disk is full{note}")

    accounts = office.house.accounts
    office.versions.saved = full  # type: ignore[method-assign]
    await office.change(lambda: accounts.set_password("ole", "another long word 12"), "ole")
    accounts.authenticate("ole", "another long word 12")
    assert [each.result for each in office.house.audit.entries(9)] == ["done"]
    assert office.effects == 1, "who was sent away is out, whatever became of the version"


def test_a_fault_of_the_accounts_names_their_file(office: Office) -> None:
    office.house.config.dispose()
    file = Path(str(office.house.config.url.database))
    file.write_bytes(b"no database" * 100)
    with pytest.raises(StoreBroken, match=r"config\.sqlite cannot be used"):
        office.house.accounts.people()


async def test_who_is_not_there_yet_stood_nowhere_before(office: Office) -> None:
    await office.change(lambda: Person("ida", "Ida Bang", "guest"), "ida")
    assert [each.old for each in office.house.audit.entries(9)] == [""]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Person("ole", "Ole Holm", "operator"), "Ole Holm; operator"),
        (
            Person("ole", "Ole", "operator", (DeviceId("d-1"),), ("north",), ("pumps",)),
            "Ole; operator; given d-1, north, pumps",
        ),
        (
            Person("ida", "Ida", "guest", is_guest=True, ended="gone to sea"),
            "Ida; guest; guest; ended: gone to sea",
        ),
        (
            Role("night", "Night watch", 30, {Capability.SEE_PLANT: Scope.ASSIGNED}),
            "Night watch, rank 30: see-plant=assigned",
        ),
        (None, ""),
    ],
)
def test_the_log_says_what_somebody_was_given(made: object, words: str) -> None:
    assert told(made) == words

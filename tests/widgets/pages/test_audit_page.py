"""What people did is listed with names people know, and the chain is verified on demand."""

from collections.abc import Callable, Sequence

import pytest
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry
from app.errors import StoreBroken
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.models.audit import audit_columns
from widgets.pages.audit import AuditPage

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> AuditPage:
    page = AuditPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    qtbot.waitUntil(page.settled)
    return page


def entity(page: AuditPage, row: int) -> str:
    column = next(each for each in page.model.columns if each.id == "entity")
    return column.cell(page.model.rows[row]).text


def test_a_setting_is_named_by_device_and_setting(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    page = opened(desk, qtbot)
    assert entity(page, 0) in ("Ahornvej 14 · p11175", "Ahornvej 14 · Heat curve slope")
    qtbot.waitUntil(lambda: entity(page, 0) == "Ahornvej 14 · Heat curve slope")
    assert entity(page, 1) == "rule-24"


def test_wrong_logins_are_told_in_words(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def entries(_v: Viewer, _limit: int, before: int | None = None) -> list[AuditEntry]:
        known = ("ole", "Ole Holm", "10.0.0.7", "session.login", "session", "", "")
        stranger = ("ki…", "", "10.0.0.8", "session.login", "session", "", "")
        rows = [
            AuditEntry(2, NOON, *stranger, "held back", "too many wrong passwords"),
            AuditEntry(1, NOON, *known, "refused", "wrong login or password"),
        ]
        return [] if before else rows

    services.audit.entries = entries  # type: ignore[method-assign,assignment]
    page = opened(make_desk(services), qtbot)
    shown = [
        [column.cell(row).text for column in page.model.columns][2:9] for row in page.model.rows
    ]
    assert shown == [
        ["ki…", "10.0.0.8", "login", "session", "", "", "held back"],
        ["Ole Holm", "10.0.0.7", "login", "session", "", "", "refused"],
    ]


def test_a_whole_chain_is_said_to_be_whole(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.verify()
    qtbot.waitUntil(page.verdict.isVisible)
    assert page.verdict.word.text() == "The chain is whole: no entry was altered."


def test_a_broken_chain_names_the_entry(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.audit.broken = "entry 2 was altered after it was written"
    page = opened(make_desk(services), qtbot)
    page.verify()
    qtbot.waitUntil(page.verdict.isVisible)
    assert page.verdict.word.text() == "entry 2 was altered after it was written"


def test_a_log_that_cannot_be_read_says_why(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def broken(
        _v: Viewer, _limit: int, _before: int | None = None
    ) -> Sequence[AuditEntry]:
        raise StoreBroken("project.sqlite: the disk image is malformed")

    services.audit.entries = broken  # type: ignore[method-assign,assignment]
    page = opened(make_desk(services), qtbot)
    assert page._notice.says.text() == "project.sqlite: the disk image is malformed"


def test_reading_again_does_not_double_the_entries(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.refresh()
    qtbot.wait(50)
    assert [each.seq for each in page.model.rows] == [3, 2, 1]


@pytest.mark.parametrize(
    ("verb", "entity", "says"),
    [
        ("people.add_person", "account berit", ("person added", "account berit")),
        ("people.change_person", "account berit", ("person changed", "account berit")),
        ("people.remove_person", "account berit", ("account removed", "account berit")),
        ("people.set_password", "account berit", ("password set", "account berit")),
        ("people.put_role", "role read-only", ("role saved", "role Read-only")),
        ("people.remove_role", "role role-17", ("role removed", "role role-17")),
        ("people.recover", "project", ("access recovered", "project")),
        ("people.juggle", "account", ("people.juggle", "account")),
    ],
)
def test_what_was_done_to_people_and_roles_is_told_in_words(
    make_desk: MakeDesk, verb: str, entity: str, says: tuple[str, str]
) -> None:
    desk = make_desk()
    columns = {each.id: each for each in audit_columns(desk.directory, None)}
    entry = AuditEntry(1, NOON, "lund", "K. Lund", "desk-1", verb, entity, "", "", "done", "")
    assert (columns["verb"].cell(entry).text, columns["entity"].cell(entry).text) == says

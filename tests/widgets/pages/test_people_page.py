"""Who manages people sees them all, gives and takes, and loses nothing to a colleague."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Grant, Rights
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.people import CHOSEN
from widgets.desk import Memory
from widgets.models.people import Kind
from widgets.pages.people import PAGE, PeoplePage
from widgets.pagetype import Show
from widgets.shell.window import kinds_of_pages

MakeDesk = Callable[..., Desk]
WORD = "valves like to be turned"
OWN, OTHER = DeviceId("ahornvej-14"), DeviceId("birkevej-3")


def viewer_as(role: str) -> Viewer:
    """Return the person at the screen in a role of the matrix file."""
    known = preset_roles()[role]
    rights = Rights(known.cells, role=known.id, rank=known.rank, pages=known.pages)
    return Viewer("lund", "K. Lund", "desk-1", Grant(rights))


def opened(desk: Desk, qtbot: QtBot, part: str = "") -> PeoplePage:
    page = PeoplePage(desk.context)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    qtbot.waitUntil(lambda: page.settled() and desk.directory.is_listed)
    page.reveal(Show("people", part=part))
    return page


@contextmanager
def answering(word: str) -> Iterator[list[str]]:
    """Press this button of every question that comes up; yields what was asked."""
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            next(each for each in box.buttons() if each.text() == word).click()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(10)
    yield asked
    timer.stop()


def shown(page: PeoplePage) -> list[list[str]]:
    model = page.people.model
    return [[column.cell(row).text for column in model.columns] for row in model.rows]


def tick(page: PeoplePage, kind: Kind, wanted: str) -> None:
    """Press Space on a row of what can be given."""
    page.people.card.switch.choose(1)
    page.people.card.lists.switch.choose(list(Kind).index(kind))
    table = page.people.card.lists.lists[kind].table
    assert table.go_to(lambda row: row.id == wanted)
    hands.key(table, Qt.Key.Key_Space)


def kept(desk: Desk, login: str) -> Person:
    return desk.services.people.kept[login]


def test_everybody_is_listed_with_role_and_what_was_given(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    assert shown(page)[0][:6] == [
        *("K. Lund", "lund", "Administrator", "everything, by the role", "", "may come in")
    ]
    assert shown(page)[1][2:4] == ["Basic", "1 device"]
    assert shown(page)[2][4] == "guest"
    assert shown(page)[3][3:6] == ["1 area", "", "sent away: no longer here"]
    assert shown(page)[0][6] == f"{CHOSEN.day} Jan 2026"
    page.people.search.setText("vagt")
    assert [row[1] for row in shown(page)] == ["berit"]


def test_a_person_is_added_with_role_device_and_password(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    card = page.people.card
    hands.click(page.people.add)
    assert card.fields.role.currentText() == "Read-only"  # the smallest
    hands.type_text(card.fields._name, "Mads Holm")
    hands.type_text(card.fields._login, "mads")
    card.fields.role.setCurrentText("Basic")
    tick(page, Kind.DEVICE, OWN)
    hands.click(card.save)
    assert "at least 12" in card.fields.password.password.fault  # nothing was typed yet
    hands.type_text(card.fields.password._new, WORD)
    assert "strong" in card.fields.password.meter.accessibleName()
    hands.type_text(card.fields.password._again, f"{WORD}x")
    hands.click(card.save)
    assert card.fields.password.again.fault == "The two passwords are not the same."
    hands.key(card.fields.password._again, Qt.Key.Key_Backspace)
    hands.key(card.fields.password._again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(shown(page)) == 5)
    made = kept(desk, "mads")
    assert (made.name, made.role, made.devices) == ("Mads Holm", "basic", (OWN,))
    assert desk.services.people.passwords == {"mads": WORD}
    assert card.title.text() == "Mads Holm"
    assert not page.unsaved()


def test_a_guest_begins_as_a_guest_and_may_be_given_up(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    hands.click(page.people.invite)
    assert page.people.card.fields.guest.isChecked()
    page.people.card.fields._name.setText("Anne")
    page.refresh()  # a list told anew takes nothing away
    qtbot.wait(50)
    assert page.people.card.fields._name.text() == "Anne"
    assert page.unsaved() == "The new person is not added yet."
    hands.click(page.people.card.give_up)
    assert not page.unsaved()


def test_areas_and_groups_are_given_and_what_is_gone_stays_until_unticked(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.people.kept["berit"] = replace(
        services.people.kept["berit"], devices=(OWN, DeviceId("long-gone"))
    )
    desk = make_desk(services)
    desk.context.desk.keep_preset(
        "device-group", "North ring", {"devices": [OTHER]}, shared=True
    )
    page = opened(desk, qtbot, "people/berit")
    lists = page.people.card.lists
    assert not any(each.model.rows for each in lists.lists.values())  # nobody sees them yet
    page.people.card.switch.choose(1)
    qtbot.waitUntil(lambda: bool(lists.lists[Kind.GROUP].model.rows))
    group = lists.lists[Kind.GROUP].model.rows[0]
    assert (group.words, group.beside) == ("North ring", "1 device")
    tick(page, Kind.GROUP, group.id)
    area = lists.lists[Kind.AREA].model.rows[0].id
    tick(page, Kind.AREA, area)
    gone = lists.lists[Kind.DEVICE].model.rows[-1]
    assert (gone.id, gone.beside) == ("long-gone", "not there any more")
    hands.click(page.people.card.save)
    qtbot.waitUntil(lambda: kept(desk, "berit").version == 2)
    made = kept(desk, "berit")
    assert (made.areas, made.groups) == ((area,), (group.id,))
    assert made.devices == (OWN, "long-gone")


def test_the_versions_of_a_person_and_of_a_role_are_one_step_away(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "people/berit")
    hands.click(page.people.card.versions)
    assert desk.shown[-1] == Show("versions", part="person/berit")
    page.switch.choose(1)
    table = page.roles.table
    table.setCurrentIndex(table.cells.index(1, 1))  # the first row is a heading
    cell = table.current()
    assert cell is not None
    hands.click(page.roles.versions)
    assert desk.shown[-1] == Show("versions", part=f"role/{cell[0].id}")
    page.people.begin(guest=True)
    assert not page.people.card.versions.isVisible()  # nobody yet


def test_two_people_changing_one_lose_nothing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "people/berit")
    card = page.people.card
    tick(page, Kind.DEVICE, OTHER)
    theirs = replace(kept(desk, "berit"), name="Berit V. Vagt", version=2)
    desk.services.people.kept["berit"] = theirs
    hands.click(card.save)
    qtbot.waitUntil(card.notice.isVisible)
    assert "Somebody else changed Berit V. Vagt meanwhile" in card.notice.says.text()
    assert card.fields._name.text() == "Berit V. Vagt"
    assert set(card.lists.given(Kind.DEVICE)) == {OWN, OTHER}
    hands.click(card.save)
    qtbot.waitUntil(lambda: kept(desk, "berit").version == 3)
    made = kept(desk, "berit")
    assert (made.name, set(made.devices)) == ("Berit V. Vagt", {OWN, OTHER})


def test_a_person_is_sent_away_with_a_reason_and_let_in_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "people/berit")
    access = page.people.card.access
    page.people.card.switch.choose(2)
    hands.click(access.send)
    assert access.reason.fault == "Say why: they will ask."
    hands.type_text(access._reason, "on leave")
    with answering("Send away") as asked:
        hands.click(access.send)
    assert "Send Berit Vagt away?" in asked[0]
    qtbot.waitUntil(access.let_in.isVisible)
    assert kept(desk, "berit").ended == "on leave"
    hands.click(access.let_in)
    qtbot.waitUntil(access.send.isVisible)
    assert kept(desk, "berit").ended == ""


def test_a_password_is_set_and_an_account_removed_after_one_question(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "people/ole")
    access = page.people.card.access
    page.people.card.switch.choose(2)
    hands.type_text(access.password._new, WORD)
    hands.type_text(access.password._again, WORD)
    hands.click(access.set)
    qtbot.waitUntil(lambda: desk.services.people.passwords == {"ole": WORD})
    qtbot.waitUntil(lambda: access.password.text == "")
    with answering("Go back") as asked:
        hands.click(access.remove)
    assert "Remove the account ole of Ole Olsen for good?" in asked[0]
    assert "ole" in desk.services.people.kept
    with answering("Remove the account"):
        hands.click(access.remove)
    qtbot.waitUntil(lambda: len(shown(page)) == 3)
    assert page.people.card.title.text() == "K. Lund"  # the first of those who are left


def test_nobody_touches_who_stands_above_them_and_gives_only_what_they_may(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(viewer=viewer_as("site-administrator")), qtbot, "people/lund")
    card = page.people.card
    assert card.says.text() == "only who stands higher may change this"
    assert not card.fields.role.isEnabled()
    assert not card.access.remove.isEnabled()
    tick(page, Kind.DEVICE, OWN)
    assert not page.unsaved()
    page.people.choose("berit")
    offered = {card.fields.role.itemText(at) for at in range(card.fields.role.count())}
    assert offered == {"Super user", "Installer", "Basic", "User", "Site user"}


def test_a_refusal_is_told_and_what_was_typed_stays(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "people/berit")
    card = page.people.card
    desk.services.people.refused = "somebody must be left"
    hands.type_text(card.fields._name, " B.")
    hands.key(card.fields._name, Qt.Key.Key_Return)
    qtbot.waitUntil(card.notice.isVisible)
    assert card.notice.says.text() == "somebody must be left"
    assert card.fields._name.text() == "Berit Vagt B."
    assert page.unsaved() == "What was changed of Berit Vagt is not saved yet."
    with answering("Go back"):
        page.people.table.go_to(lambda each: each.login == "ole")
    assert card.fields._name.text() == "Berit Vagt B."
    page.discard()
    assert card.fields._name.text() == "Berit Vagt"


def test_the_page_is_there_for_who_manages_people_and_for_nobody_else(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    for role in preset_roles():
        there = PAGE.id in kinds_of_pages(viewer_as(role))
        assert there == (role in {"administrator", "manager", "site-administrator"}), role


@pytest.mark.parametrize("memory", [{"view": "roles", "person": "berit"}, {"view": 3}, {}])
def test_the_page_comes_back_as_it_was_left(
    make_desk: MakeDesk, qtbot: QtBot, memory: Memory
) -> None:
    page = opened(make_desk(), qtbot)
    page.recall(memory)
    left = page.memory()
    assert left["view"] == ("roles" if memory.get("view") == "roles" else "people")
    assert left["person"] == memory.get("person", "lund")  # the first, when nobody was

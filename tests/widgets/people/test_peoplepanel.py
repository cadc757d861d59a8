"""The list of people and the card beside it agree, and nothing typed goes without a word."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.person import Person
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.desk import Desk
from tests.fakes.people import some_people
from tests.widgets.pages.test_people_page import answering, viewer_as
from widgets.controls.table import AROUND_PX
from widgets.people.peoplepanel import PeoplePanel

MakeDesk = Callable[..., Desk]
LONG = "Kedelrum-Vest-4!"
ROLES = sorted(preset_roles().values(), key=lambda role: -role.rank)


class Corner:
    """The panel alone; a test tells it who there is."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.panel = PeoplePanel(desk.context)
        qtbot.addWidget(self.panel)
        self.panel.resize(1200, 700)
        self.panel.show()
        self.stale: list[int] = []
        self.panel.stale.connect(lambda: self.stale.append(1))

    def tell(self, *people: Person) -> None:
        self.panel.show_people(people, ROLES)

    def go(self, login: str) -> None:
        assert self.panel.table.go_to(lambda each: each.login == login)

    @property
    def shown(self) -> str:
        """The login on the card; "" for somebody new, "nobody" for none."""
        person = self.panel.card.person
        return "nobody" if person is None else person.login

    def rename(self, name: str) -> None:
        self.panel.card.fields._name.setText(name)


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    made = Corner(make_desk(), qtbot)
    made.tell(*some_people())
    return made


def test_nobody_is_chosen_where_nobody_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    corner = Corner(make_desk(), qtbot)
    corner.tell()
    assert corner.shown == "nobody"
    assert not corner.panel.card.isVisible()
    corner.tell(*some_people())
    assert corner.shown == "lund"
    assert corner.panel.card.isVisible()


def test_why_somebody_was_sent_away_is_read_where_room_is_free(corner: Corner) -> None:
    corner.panel.resize(1700, 700)
    QApplication.processEvents()
    table = corner.panel.table
    at = [each.id for each in table.rows_model.columns].index("state")
    head = table.horizontalHeader()
    assert head is not None
    gone = next(each for each in table.rows_model.rows if each.ended)
    words = table.rows_model.columns[at].cell(gone).text
    assert words.startswith("sent away: ")
    needed = table.fontMetrics().horizontalAdvance(words) + AROUND_PX + 24  # its mark
    assert head.sectionSize(at) >= needed


def test_the_card_follows_the_list(corner: Corner) -> None:
    for login in ("berit", "ole", "service"):
        corner.go(login)
        assert corner.shown == login


def test_somebody_chosen_before_they_are_listed_comes_once_they_are(corner: Corner) -> None:
    corner.panel.choose("anne")
    assert corner.shown == "lund"
    corner.tell(*some_people(), Person("anne", "Anne", "basic", version=1))
    assert corner.shown == "anne"
    current = corner.panel.table.current()
    assert current is not None
    assert current.login == "anne"


def test_who_was_removed_elsewhere_gives_way_to_the_first(corner: Corner) -> None:
    corner.go("ole")
    corner.tell(*some_people()[:3])
    assert corner.shown == "lund"


def test_a_list_told_anew_shows_the_same_person_as_they_are_now(corner: Corner) -> None:
    corner.go("berit")
    lund, berit, *rest = some_people()
    corner.tell(lund, replace(berit, name="Berit V. Vagt", version=2), *rest)
    assert corner.shown == "berit"
    assert corner.panel.card.fields._name.text() == "Berit V. Vagt"


def test_what_is_typed_survives_a_list_told_anew(corner: Corner) -> None:
    corner.go("berit")
    corner.rename("Berit B.")
    corner.tell(*some_people())
    assert corner.panel.card.fields._name.text() == "Berit B."


@pytest.mark.parametrize(
    ("word", "shown", "name"), [("Discard", "ole", "Ole Olsen"), ("Go back", "berit", "Bx")]
)
def test_leaving_what_is_typed_is_asked_for_and_the_list_goes_back(
    corner: Corner, word: str, shown: str, name: str
) -> None:
    corner.go("berit")
    corner.rename("Bx")
    with answering(word) as asked:
        corner.go("ole")
    assert asked == ["What was changed of Berit Vagt is not saved yet."]
    assert corner.shown == shown
    assert corner.panel.card.fields._name.text() == name
    current = corner.panel.table.current()
    assert current is not None
    assert current.login == shown


def test_somebody_new_is_begun_only_when_nothing_is_lost(corner: Corner) -> None:
    corner.go("berit")
    corner.rename("Bx")
    with answering("Go back"):
        hands.click(corner.panel.add)
    assert corner.shown == "berit"
    with answering("Discard"):
        hands.click(corner.panel.add)
    assert corner.shown == ""
    assert not corner.panel.card.fields.guest.isChecked()
    hands.click(corner.panel.invite)  # nothing was typed: no question
    assert corner.panel.card.fields.guest.isChecked()
    corner.panel.card.discard()
    assert corner.shown == "berit", "who is in focus in the list"


def test_the_smallest_role_there_is_to_give_is_offered_first(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    corner = Corner(make_desk(viewer=viewer_as("site-administrator")), qtbot)
    corner.tell(*some_people())
    corner.panel.begin(guest=False)
    person = corner.panel.card.person
    assert person is not None
    role = preset_roles()[person.role]
    offered = corner.panel.card.fields.role
    names = {offered.itemText(at) for at in range(offered.count())}
    ranks = [each.rank for each in ROLES if each.name in names]
    assert role.rank < max(ranks)
    assert role.name in names


def test_without_any_role_to_give_somebody_new_has_none(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    corner = Corner(make_desk(), qtbot)
    corner.panel.show_people(some_people(), ())
    corner.panel.begin(guest=True)
    person = corner.panel.card.person
    assert person is not None
    assert person.role == ""


def test_a_conflict_is_brought_together_with_whom_it_was_about(corner: Corner) -> None:
    corner.go("berit")
    corner.rename("Berit B.")
    corner.panel.card.conflicted.emit()
    assert corner.stale == [1]
    lund, berit, *rest = some_people()
    corner.tell(lund, replace(berit, role="installer", version=2), *rest)
    notice = corner.panel.card.notice
    assert "Somebody else changed Berit Vagt meanwhile" in notice.says.text()
    assert corner.panel.card.fields._name.text() == "Berit B."
    assert corner.panel.card.edited().role == "installer"


def test_a_conflict_over_somebody_removed_is_told_of_nobody_else(corner: Corner) -> None:
    corner.go("berit")
    corner.rename("Berit B.")
    corner.panel.card.conflicted.emit()
    lund, _berit, *rest = some_people()
    corner.tell(lund, *rest)
    assert corner.shown == "berit", "what was typed is still there"
    with answering("Discard"):
        corner.go("ole")
    corner.tell(lund, *rest)
    assert corner.shown == "ole"
    assert corner.panel.card.notice.isHidden()


@pytest.mark.parametrize(("width", "card_px"), [(900, 360), (1440, 403), (3000, 460)])
def test_the_card_leaves_the_table_its_room(corner: Corner, width: int, card_px: int) -> None:
    corner.panel.resize(width, 700)
    assert corner.panel._stack.width() == card_px
    assert corner.panel.table.width() > card_px


@pytest.mark.parametrize(
    ("typed", "logins"),
    [("VAGT", ["berit"]), ("guest", ["service"]), ("nobody of that name", []), ("", 4)],
)
def test_the_search_finds_by_whatever_is_shown(
    corner: Corner, typed: str, logins: list[str] | int
) -> None:
    corner.panel.search.setText(typed)
    found = [each.login for each in corner.panel.model.rows]
    assert (found if isinstance(logins, list) else len(found)) == logins


@pytest.mark.parametrize("refused", ["", "somebody must manage people"])
def test_an_answer_about_somebody_does_not_bring_them_back(
    corner: Corner, refused: str
) -> None:
    corner.desk.services.people.refused = refused
    told: list[str] = []
    corner.desk.context.work.told.connect(told.append)
    corner.go("berit")
    corner.rename("Berit Sand")
    hands.click(corner.panel.card.save)
    corner.panel.card.show_person(some_people()[2], ROLES)  # before the core answered
    if refused:
        corner.qtbot.waitUntil(lambda: bool(told))
        assert told == [f"Berit Vagt: {refused}"]
    else:
        corner.qtbot.waitUntil(lambda: bool(corner.stale))
        corner.tell(*corner.desk.services.people.kept.values())
    assert corner.shown == "service"
    assert not corner.panel.card.notice.isVisible()


def fill_in(corner: Corner, name: str, login: str, password: str) -> None:
    """Type a new person into the card, as hands do."""
    fields = corner.panel.card.fields
    for field, text in ((fields._name, name), (fields._login, login)):
        field.setFocus()
        hands.type_text(field, text)
    for each in (fields.password._new, fields.password._again):
        each.setFocus()
        hands.type_text(each, password)


def test_what_was_wrong_with_the_last_try_is_gone_with_the_next(corner: Corner) -> None:
    corner.desk.services.people.refused = "there is already an account lund"
    corner.panel.begin(guest=False)
    fill_in(corner, "Anne Ager", "lund", LONG)
    card = corner.panel.card
    hands.click(card.save)
    corner.qtbot.waitUntil(card.notice.isVisible)
    assert card.notice.says.text() == "there is already an account lund"
    card.fields._login.setText("anne")
    card.fields.password._again.setText("something else")
    hands.click(card.save)
    assert card.fields.password.again.fault == "The two passwords are not the same."
    assert not card.notice.isVisible(), "the account of the try before"


@pytest.mark.parametrize("by_key", [False, True])
def test_the_keys_stand_at_the_new_person_after_adding(corner: Corner, by_key: bool) -> None:
    panel = corner.panel
    panel.activateWindow()
    corner.qtbot.waitUntil(panel.isActiveWindow)
    panel.begin(guest=False)
    fill_in(corner, "Anne Ager", "anne", LONG)
    if by_key:
        hands.key(panel.card.fields.password._again, Qt.Key.Key_Return)
    else:
        panel.card.save.setFocus()
        hands.key(panel.card.save, Qt.Key.Key_Space)
    corner.qtbot.waitUntil(lambda: bool(corner.stale))
    corner.tell(*corner.desk.services.people.kept.values())
    assert panel.table.hasFocus()
    current = panel.table.current()
    assert current is not None
    assert current.login == "anne"


def test_enter_in_a_field_of_somebody_known_leaves_the_keys_there(corner: Corner) -> None:
    panel = corner.panel
    panel.activateWindow()
    corner.qtbot.waitUntil(panel.isActiveWindow)
    corner.go("berit")
    panel.card.fields._name.setFocus()
    corner.rename("Berit Sand")
    hands.key(panel.card.fields._name, Qt.Key.Key_Return)
    corner.qtbot.waitUntil(lambda: bool(corner.stale))
    assert panel.card.fields._name.hasFocus()


def test_what_is_typed_while_somebody_is_saved_stays_and_is_saved_next(corner: Corner) -> None:
    people, go_on, card = corner.desk.services.people, Event(), corner.panel.card
    change = people.change_person

    async def slowly(viewer: Viewer, person: Person, note: str = "") -> Person:
        await asyncio.to_thread(go_on.wait, 30)
        return await change(viewer, person, note)

    people.change_person = slowly  # type: ignore[method-assign]
    corner.go("berit")
    corner.rename("Berit B.")
    hands.click(card.save)
    corner.rename("Berit Bang")
    go_on.set()
    corner.qtbot.waitUntil(lambda: bool(corner.stale), timeout=30_000)
    assert card.fields._name.text() == "Berit Bang"
    assert card.unsaved()
    assert card.person is not None
    assert card.person.name == "Berit B."
    hands.click(card.save)
    corner.qtbot.waitUntil(lambda: not card.unsaved(), timeout=30_000)
    assert card.person.name == "Berit Bang"
    assert not card.notice.isVisible(), "no conflict with oneself"


def test_who_is_sent_away_keeps_what_was_typed_of_them(corner: Corner) -> None:
    corner.go("berit")
    corner.rename("Berit Bang")
    corner.panel.card.access.ending_wanted.emit("moved")
    corner.qtbot.waitUntil(lambda: bool(corner.stale), timeout=30_000)
    person = corner.panel.card.person
    assert person is not None
    assert (person.name, person.ended) == ("Berit Vagt", "moved")
    assert corner.panel.card.fields._name.text() == "Berit Bang"
    assert corner.panel.card.unsaved()

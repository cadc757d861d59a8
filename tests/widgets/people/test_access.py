"""How somebody comes in: state, password, leaving; what has no way back is asked about once."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.person import Person
from tests.fakes import hands
from tests.fakes.people import CHOSEN
from tests.widgets.pages.test_people_page import answering
from widgets.people.access import Access
from widgets.theme import Look

BERIT = Person("berit", "Berit Vagt", "basic", password_at=CHOSEN, version=1)
AWAY = replace(BERIT, ended="no longer here")
GOOD = "valves like to be turned"


@pytest.fixture
def access(qtbot: QtBot) -> Iterator[Access]:
    made = Access(Look("day"), ZoneInfo("Europe/Copenhagen"))
    qtbot.addWidget(made)
    made.show_person(BERIT, "")
    made.show()
    yield made
    made.close()


def line(access: Access) -> QLineEdit:
    found = access.reason.control
    assert isinstance(found, QLineEdit)
    return found


def words(access: Access) -> list[str]:
    return [each.text() for each in access.findChildren(QLabel)]


def test_state_and_the_day_of_the_password_are_told(access: Access) -> None:
    assert "may come in" in words(access)
    assert any("2026-01-05" in text or "5 Jan 2026" in text for text in words(access))
    access.show_person(replace(BERIT, password_at=None), "")
    assert "not known" in words(access)


def test_who_was_sent_away_can_be_let_in_again_and_not_sent_away_twice(
    access: Access, qtbot: QtBot
) -> None:
    assert access.send.isVisible()
    assert not access.let_in.isVisible()
    access.show_person(AWAY, "")
    assert any("no longer here" in text for text in words(access))
    assert not access.send.isVisible()
    with qtbot.waitSignal(access.ending_wanted, timeout=1000) as heard:
        hands.click(access.let_in)
    assert heard.args == [""]


def test_nobody_is_sent_away_without_a_reason(access: Access, qtbot: QtBot) -> None:
    with answering("Send away") as asked, qtbot.assertNotEmitted(access.ending_wanted):
        hands.click(access.send)
        assert access.reason.fault == "Say why: they will ask."
        hands.type_text(line(access), "   ")
        hands.key(line(access), Qt.Key.Key_Return)
    assert asked == []
    assert access.reason.fault


def test_sending_away_is_asked_about_once_and_may_be_thought_over(
    access: Access, qtbot: QtBot
) -> None:
    hands.type_text(line(access), "moved to Nordby")
    with answering("Go back") as asked, qtbot.assertNotEmitted(access.ending_wanted):
        hands.click(access.send)
    assert asked == ["Send Berit Vagt away? Every window of theirs closes to them at once."]
    with answering("Send away"), qtbot.waitSignal(access.ending_wanted, timeout=5000) as heard:
        hands.key(line(access), Qt.Key.Key_Return)
    assert heard.args == ["moved to Nordby"]


def test_an_account_goes_only_after_its_name_was_read(access: Access, qtbot: QtBot) -> None:
    with answering("Go back") as asked, qtbot.assertNotEmitted(access.removal_wanted):
        hands.click(access.remove)
    assert "berit of Berit Vagt" in asked[0]
    assert "stays in the activity log" in asked[0]
    with (
        answering("Remove the account"),
        qtbot.waitSignal(access.removal_wanted, timeout=5000),
    ):
        hands.click(access.remove)


def test_a_password_is_set_only_when_it_may_be_one(access: Access, qtbot: QtBot) -> None:
    first, second = access.password.password.control, access.password.again.control
    hands.type_text(first, "short")
    with qtbot.assertNotEmitted(access.password_wanted):
        hands.click(access.set)
    assert isinstance(first, QLineEdit)
    first.clear()
    hands.type_text(first, GOOD)
    hands.type_text(second, GOOD)
    with qtbot.waitSignal(access.password_wanted, timeout=1000) as heard:
        hands.click(access.set)
    assert heard.args == [GOOD]


def test_what_was_typed_for_one_person_is_never_used_for_another(access: Access) -> None:
    hands.type_text(line(access), "moved away")
    hands.type_text(access.password.password.control, GOOD)
    access.show_person(replace(BERIT, ended=""), "")
    assert line(access).text() == "moved away"
    access.show_person(Person("ole", "Ole Olsen", "basic", version=1), "")
    assert line(access).text() == ""
    assert access.password.text == ""


def test_nothing_can_be_pressed_for_who_stands_above(access: Access) -> None:
    access.show_person(BERIT, "only who stands higher may change this")
    for each in (access.set, access.send, access.remove, access.password, access.reason):
        assert not each.isEnabled()

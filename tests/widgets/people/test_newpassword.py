"""A new password: typed twice, weighed while it is typed, refused with the reason beside it."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.fakes import hands
from widgets.people.newpassword import NewPassword
from widgets.theme import Look

GOOD = "valves like to be turned"


@pytest.fixture
def form(qtbot: QtBot) -> NewPassword:
    made = NewPassword(Look("day"), lambda: ("berit", "Berit Vagt"))
    qtbot.addWidget(made)
    made.show()
    return made


def fields(form: NewPassword) -> tuple[QLineEdit, QLineEdit]:
    first, second = form.password.control, form.again.control
    assert isinstance(first, QLineEdit)
    assert isinstance(second, QLineEdit)
    return first, second


def typed(form: NewPassword, first: str, second: str) -> bool:
    for field, text in zip(fields(form), (first, second), strict=True):
        field.clear()
        hands.type_text(field, text)
    return form.is_right()


def test_the_same_good_words_twice_are_right(form: NewPassword) -> None:
    assert typed(form, GOOD, GOOD)
    assert form.text == GOOD
    assert (form.password.fault, form.again.fault) == ("", "")


@pytest.mark.parametrize(
    ("first", "part"),
    [
        ("", "at least 12"),
        ("short", "at least 12"),
        ("aaaaaaaaaaaaaa", "one character repeated"),
        ("password1234", "everybody tries first"),
    ],
)
def test_what_may_be_no_password_says_why_where_it_was_typed(
    form: NewPassword, first: str, part: str
) -> None:
    assert not typed(form, first, first)
    assert part in form.password.fault
    assert form.again.fault == ""


def test_the_login_is_no_password_however_it_is_written(qtbot: QtBot) -> None:
    form = NewPassword(Look("day"), lambda: ("berit.vagt-hansen", "Berit"))
    qtbot.addWidget(form)
    assert not typed(form, "Berit.Vagt-Hansen", "Berit.Vagt-Hansen")
    assert "must not be the login" in form.password.fault


def test_two_that_differ_complain_at_the_second_and_typing_takes_it_back(
    form: NewPassword,
) -> None:
    assert not typed(form, GOOD, GOOD + "x")
    assert form.again.fault == "The two passwords are not the same."
    hands.type_text(fields(form)[1], "y")
    assert form.again.fault == ""


def test_the_strength_is_told_while_it_is_typed_and_knows_the_name(form: NewPassword) -> None:
    first, _second = fields(form)
    assert "nothing typed" in form.meter.accessibleName()
    hands.type_text(first, "Berit Vagt Berit")
    assert "weak" in form.meter.accessibleName()
    first.clear()
    hands.type_text(first, "seven copper valves under blue roofs")
    assert "strong" in form.meter.accessibleName()


def test_enter_in_the_last_field_goes_on(form: NewPassword, qtbot: QtBot) -> None:
    first, second = fields(form)
    with qtbot.assertNotEmitted(form.entered):
        hands.key(first, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.entered, timeout=1000):
        hands.key(second, Qt.Key.Key_Return)


def test_cleared_it_forgets_both_and_nothing_can_be_read_on_the_way(form: NewPassword) -> None:
    typed(form, GOOD, GOOD)
    for field in fields(form):
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert GOOD not in field.displayText()
    form.clear()
    assert [field.text() for field in fields(form)] == ["", ""]

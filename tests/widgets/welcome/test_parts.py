"""The parts of the welcome page: doors, fields and their complaints, the password meter."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.users.strength import Level, Strength, strength_of
from tests.fakes.hands import click, key
from tests.widgets.eyes import LONG, MARKUP, colours, words
from widgets.theme import Look
from widgets.welcome.door import Door
from widgets.welcome.fields import Field, line, pairs
from widgets.welcome.meter import StrengthMeter, level_word


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    return Look("day")


MakeDoor = Callable[..., Door]


@pytest.fixture
def a_door(look: Look, qtbot: QtBot) -> Iterator[MakeDoor]:
    """Return a maker of doors in a window of their own."""
    homes: list[QWidget] = []

    def make(title: str = "New project", says: str = "Name it.") -> Door:
        made = Door(look, "add", title, says, lambda: None)
        home = QWidget()
        homes.append(home)
        column = QVBoxLayout(home)
        column.addWidget(made)
        column.addStretch(1)
        qtbot.addWidget(home)
        home.resize(320, 400)
        home.show()
        return made

    yield make
    homes.clear()


@pytest.mark.parametrize("way", ["mouse", "space"])
def test_a_door_is_pressed_anywhere_on_its_surface(
    a_door: MakeDoor, look: Look, way: str
) -> None:
    door = a_door()
    heard: list[int] = []
    door.clicked.connect(lambda: heard.append(1))
    if way == "mouse":
        click(door, door.says.geometry().center())
    else:
        key(door, Qt.Key.Key_Space)
    assert heard == [1]


def test_a_door_is_told_to_those_who_listen(a_door: MakeDoor, look: Look) -> None:
    door = a_door()
    assert door.accessibleName() == "New project"
    assert door.accessibleDescription() == "Name it."


@pytest.mark.parametrize("says", ["Name it.", "words " * 40, LONG])
@pytest.mark.parametrize("width", [220, 320, 800])
def test_a_door_is_as_high_as_its_words_need(
    a_door: MakeDoor, qtbot: QtBot, says: str, width: int
) -> None:
    door = a_door(says=says)
    home = door.window()
    assert home is not None
    home.resize(width, 900)
    qtbot.waitUntil(lambda: abs(door.width() - (width - 22)) < 12)
    needed = door.says.heightForWidth(door.says.width())
    qtbot.waitUntil(lambda: door.says.height() >= min(needed, 400))


def test_arrow_keys_step_and_other_keys_do_not(a_door: MakeDoor, look: Look) -> None:
    door, steps = a_door(), list[int]()
    door.stepped.connect(steps.append)
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_A):
        key(door, which)
    assert steps == [1, -1]


def test_a_door_draws_its_sign_anew_by_night(a_door: MakeDoor, look: Look) -> None:
    door = a_door()
    by_day = door.grab().toImage()
    look.use("night")
    assert door.grab().toImage() != by_day
    look.use("day")


def test_names_on_a_door_are_never_markup(a_door: MakeDoor, look: Look) -> None:
    door = a_door(MARKUP, MARKUP)
    labels = [each for each in door.findChildren(QLabel) if each.text()]
    assert len(labels) == 2
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in labels)


def test_a_field_says_what_belongs_there_and_what_is_wrong(look: Look, qtbot: QtBot) -> None:
    control = line()
    field = Field("Login", control, "As you type it to come in.")
    qtbot.addWidget(field)
    field.show()
    assert control.accessibleName() == "Login"
    assert words(field) == ["Login", "As you type it to come in."]
    field.complain("It is taken.")
    assert words(field) == ["Login", "It is taken."]
    assert field.fault == "It is taken."
    field.complain("")
    assert words(field) == ["Login", "As you type it to come in."]
    assert field.fault == ""


def test_a_field_without_a_hint_keeps_no_room_for_one(look: Look, qtbot: QtBot) -> None:
    field = Field("Login", line())
    qtbot.addWidget(field)
    field.show()
    assert words(field) == ["Login"]
    field.complain("It is taken.")
    assert field.below.isVisible()


def test_the_alt_key_of_a_name_leads_into_its_field(look: Look, qtbot: QtBot) -> None:
    control = line()
    field = Field("&Login", control)
    qtbot.addWidget(field)
    [word] = [each for each in field.findChildren(QLabel) if each.buddy() is control]
    assert word.text() == "&Login"


def test_fields_stand_in_pairs_and_one_alone_takes_the_width(look: Look, qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    one, two, three = (Field(name, line()) for name in ("a", "b", "c"))
    home.setLayout(pairs((one, two), (three,)))
    home.resize(600, 300)
    home.show()
    assert one.y() == two.y() < three.y()
    assert abs(one.width() - two.width()) < 4
    assert three.width() > one.width() * 2


@pytest.mark.parametrize("theme", ["day", "night"])
def test_the_meter_fills_a_step_more_for_each_level(
    look: Look, qtbot: QtBot, theme: str
) -> None:
    look.use(theme)
    meter = StrengthMeter(look)
    qtbot.addWidget(meter)
    meter.resize(400, 40)
    meter.show()
    seen = []
    for level in Level:
        meter.show_strength(Strength(level, "", 0.0), typed=True)
        steps = meter._steps.grab().toImage()
        filled = sum(
            steps.pixelColor(x, 4).name().lower() == look.theme.symbol_run.lower()
            for x in range(steps.width())
        )
        seen.append(filled)
        assert level_word(level) in words(meter)
        assert level_word(level) in meter.accessibleName()
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] > seen[1]
    assert look.theme.symbol_run.lower() in colours(meter._steps.grab().toImage())
    look.use("day")


def test_before_anything_is_typed_the_rule_stands_there(look: Look, qtbot: QtBot) -> None:
    meter = StrengthMeter(look)
    qtbot.addWidget(meter)
    meter.show()
    assert any("At least 12 characters" in each for each in words(meter))
    assert "refused" not in words(meter)
    meter.show_strength(strength_of("short"), typed=True)
    assert "refused" in words(meter)
    assert any("12" in each for each in words(meter))
    meter.show_strength(strength_of("fire gule heste under broen"), typed=True)
    assert not any("12" in each for each in words(meter))


def test_a_password_field_shows_nobody_what_is_typed(look: Look, qtbot: QtBot) -> None:
    secret = line(secret=True)
    qtbot.addWidget(secret)
    secret.setText("gul cykel")
    assert secret.displayText() != "gul cykel"
    assert line("x").displayText() == "x"

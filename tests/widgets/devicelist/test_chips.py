"""Filter chips: shown in words, taken away by a click, added from a menu of what there is."""

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, type_text
from tests.fakes.smallplant import view
from widgets.devicelist.chips import Chips, ValueDialog
from widgets.models.devicefilter import By, Condition, Plant
from widgets.models.measured import MEASURES, Measurements
from widgets.speech import speak

MakeDesk = Callable[..., Desk]
NORTH, SOUTH = Condition(By.AREA, "North"), Condition(By.AREA, "South")
LATE, SILENT = Condition(By.STATE, "late"), Condition(By.SMART, "silent")


class Stage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        values = Measurements(desk.directory, desk.feed, desk.now, None)
        self.plant = Plant(desk.directory, values, desk.now)
        self.chips = Chips(desk.look, self.plant)
        qtbot.addWidget(self.chips)
        self.chips.show()
        self.told: list[list[Condition]] = []
        self.chips.changed.connect(self.told.append)

    @property
    def words(self) -> list[str]:
        return [each.text() for each in self.chips._chips]

    def menu(self, *way: str) -> QMenu:
        """Return a menu by the titles that lead to it."""
        found = self.chips.menu_now()
        for title in way:
            below = next(each for each in found.actions() if each.text() == title).menu()
            assert isinstance(below, QMenu)
            found = below
        return found


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk(), qtbot)


def test_chips_that_are_shown_tell_nobody(stage: Stage) -> None:
    stage.chips.show_conditions([NORTH, LATE, NORTH])
    assert stage.words == ["Area: North  ✕", "State: Late  ✕"]
    assert stage.told == []


def test_a_click_takes_a_chip_away(stage: Stage) -> None:
    stage.chips.show_conditions([NORTH, LATE])
    QApplication.processEvents()
    click(stage.chips._chips[0])
    assert stage.told == [[LATE]]
    assert stage.words == ["State: Late  ✕"]


def test_one_place_follows_another_and_other_sorts_stay(stage: Stage) -> None:
    stage.chips.add(NORTH)
    stage.chips.add(LATE)
    stage.chips.add(SOUTH)
    stage.chips.add(Condition(By.GATEWAY, "x"))
    assert stage.told[-2:] == [[LATE, SOUTH], [LATE, Condition(By.GATEWAY, "x")]]


def test_the_same_condition_twice_is_one_chip(stage: Stage) -> None:
    stage.chips.add(SILENT)
    stage.chips.add(SILENT)
    assert stage.words == ["Group: No data for 1 h  ✕"]


def test_a_chip_says_aloud_what_it_takes_away(stage: Stage) -> None:
    stage.chips.show_conditions([NORTH])
    [chip] = stage.chips._chips
    assert chip.accessibleName() == "Take away the filter Area: North"


@pytest.mark.parametrize("area", ["A" * 300, "<b>North</b>", "A & B", "חימום", "🔥" * 60])
def test_long_and_odd_areas_stay_readable_and_whole_in_the_tip(stage: Stage, area: str) -> None:
    stage.chips.show_conditions([Condition(By.AREA, area)])
    [chip] = stage.chips._chips
    shown = chip.text().replace("&&", "&").removeprefix("Area: ").removesuffix("  ✕")
    assert len(shown) <= 28
    assert area.startswith(shown.removesuffix("…"))
    assert len(chip.toolTip()) >= min(len(area), 300)
    assert "<b>" not in chip.toolTip()


def test_states_controllers_gateways_and_groups_are_offered(stage: Stage) -> None:
    stage.plant.groups = {"g1": ("Schools & halls", frozenset())}
    states = [each.text() for each in stage.menu("State").actions()]
    assert states == ["Online", "Late", "Offline", "Disabled", "Fault"]
    controllers = [each.text() for each in stage.menu("Controller").actions()]
    assert controllers == ["ECL Comfort 310, A266.1", "MULTICAL 603"]
    groups = [each.text() for each in stage.menu("Group").actions()]
    assert groups[0] == "Schools && halls"
    assert "Return above 45 °C" in groups
    links = {each.link.name for each in stage.plant.directory.views}
    assert {each.text() for each in stage.menu("Gateway").actions()} == links


def test_choosing_from_the_menu_adds_the_chip(stage: Stage) -> None:
    menu = stage.menu("State")
    next(each for each in menu.actions() if each.text() == "Offline").trigger()
    assert stage.told == [[Condition(By.STATE, "offline")]]


def test_all_chips_go_at_once(stage: Stage) -> None:
    titles = [each.text() for each in stage.chips.menu_now().actions()]
    assert "No filter" not in titles
    stage.chips.show_conditions([NORTH, LATE])
    menu = stage.chips.menu_now()
    next(each for each in menu.actions() if each.text() == "No filter").trigger()
    assert stage.told == [[]]
    assert stage.words == []


def test_a_thousand_gateways_do_not_fill_the_screen(make_desk: MakeDesk, qtbot: QtBot) -> None:
    views = [view(f"House {at}", "", number=at) for at in range(300)]
    stage = Stage(make_desk(FakeServices(views, ())), qtbot)
    *choices, beyond = stage.menu("Gateway").actions()
    assert len(choices) <= 60
    assert not beyond.isEnabled()  # a sentence: how many more there are


@pytest.mark.parametrize(
    ("language", "typed", "level"),
    [
        ("de", "37.5", 37.5),
        ("de", "37,5", 37.5),
        ("en", "37,5", 37.5),
        ("de", "1.500,5", 1500.5),
    ],
)
def test_a_level_is_read_as_settings_are(
    stage: Stage, language: str, typed: str, level: float
) -> None:
    speak(language)
    try:
        dialog = ValueDialog(stage.chips)
        type_text(dialog.level, typed)
        dialog.accept()
        assert dialog.condition().what.endswith(f" {level}")
        dialog.deleteLater()
    finally:
        speak("en")


@pytest.mark.parametrize("typed", ["", "warm", "1.500", "1,500"])
def test_a_level_that_is_none_or_two_keeps_the_question_open(stage: Stage, typed: str) -> None:
    dialog = ValueDialog(stage.chips)
    dialog.show()
    type_text(dialog.level, typed)
    dialog.accept()
    assert dialog.isVisible()
    assert dialog.says.isVisible()
    assert typed in dialog.says.text()
    dialog.close()
    dialog.deleteLater()


def test_a_value_and_its_level_make_a_condition(stage: Stage, qtbot: QtBot) -> None:
    dialog = ValueDialog(stage.chips)
    assert dialog.measure.count() == len(MEASURES)
    dialog.measure.setCurrentIndex(dialog.measure.findText("Return °C"))
    dialog.sign.setCurrentIndex(dialog.sign.findText("below"))
    dialog.level.setText("32.5")
    dialog.accept()
    assert dialog.condition() == Condition(By.VALUE, "return < 32.5")
    stage.chips.add(dialog.condition())
    assert stage.words == ["Value: Return < 32.5 °C  ✕"]
    for each in (dialog.measure, dialog.sign, dialog.level):
        assert each.accessibleName()
    dialog.deleteLater()

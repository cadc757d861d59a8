"""The bar for all devices chosen: there only with a choice, honest about what may be done."""

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.verbs import Capability
from tests.fakes.asked import VIEWER
from tests.fakes.hands import click
from tests.fakes.smallplant import view
from tests.journeys.screen import answering
from tests.people import person
from widgets.devicelist.bulk import BulkBar, agrees_to_disable
from widgets.theme import Look

GUEST = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))


def houses(count: int, *, enabled: bool = True) -> list[DeviceView]:
    made = [view(f"House {at}", "", number=at) for at in range(count)]
    return [replace(each, config=replace(each.config, enabled=enabled)) for each in made]


@pytest.fixture
def bar(qtbot: QtBot) -> BulkBar:
    made = BulkBar(VIEWER, Look())
    qtbot.addWidget(made)
    made.resize(1200, 52)
    return made


def test_it_is_there_only_while_something_is_chosen(bar: BulkBar) -> None:
    assert bar.isHidden()
    bar.show_chosen(houses(2))
    assert bar.isVisible()
    assert bar.count.text() == "2 selected"
    bar.show_chosen([])
    assert bar.isHidden()


def test_it_names_a_dozen_and_counts_all(bar: BulkBar) -> None:
    bar.show_chosen(houses(1500))
    assert bar.count.text() == "1500 selected"
    assert bar.names.text().count(",") == 11


@pytest.mark.parametrize(
    ("on", "off", "enable", "disable"),
    [(2, 0, False, True), (0, 2, True, False), (1, 1, True, True)],
)
def test_only_what_would_change_something_may_be_pressed(
    bar: BulkBar, on: int, off: int, enable: bool, disable: bool
) -> None:
    bar.show_chosen([*houses(on), *houses(off, enabled=False)])
    assert (bar.enable.isEnabled(), bar.disable.isEnabled()) == (enable, disable)


def test_while_a_change_is_under_way_nothing_else_begins(bar: BulkBar) -> None:
    bar.show_chosen([*houses(1), *houses(1, enabled=False)], busy=True)
    assert not bar.enable.isEnabled()
    assert not bar.disable.isEnabled()
    assert bar.compare.isEnabled()


def test_a_guest_may_look_and_compare_alone(qtbot: QtBot) -> None:
    bar = BulkBar(GUEST, Look())
    qtbot.addWidget(bar)
    bar.show_chosen([*houses(1), *houses(1, enabled=False)])
    assert not bar.enable.isEnabled()
    assert not bar.disable.isEnabled()
    assert bar.compare.isEnabled()


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Compare", "comparing"),
        ("Two periods", "comparing_periods"),
        ("Add to group…", "grouping"),
        ("Enable", "enabling"),
        ("Disable…", "disabling"),
        ("Clear  Esc", "clearing"),
    ],
)
def test_each_button_tells_what_is_wanted(
    bar: BulkBar, qtbot: QtBot, name: str, signal: str
) -> None:
    bar.show_chosen([*houses(1), *houses(1, enabled=False)])
    button = next(
        each for each in bar.findChildren(QPushButton) if each.accessibleName() == name
    )
    with qtbot.waitSignal(getattr(bar, signal)):
        click(button)


@pytest.mark.parametrize(("button", "agreed"), [("Disable", True), ("Go back", False)])
def test_disabling_names_what_is_lost(qtbot: QtBot, button: str, agreed: bool) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    with answering(button) as asked:
        assert agrees_to_disable(houses(1), over) is agreed
    assert asked == [
        "Disable 1 device? It is no longer read, keeps no history and raises no alarm."
    ]

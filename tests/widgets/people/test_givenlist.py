"""What is given is ticked by key and mouse, one or many at once, and only where it may be."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.fakes import hands
from widgets.controls.table import Table
from widgets.models.people import Givable, Kind
from widgets.people.givenlist import GivenLists
from widgets.theme import Look

ROWS = [Givable("a", "Ahornvej 14", "Nordby"), Givable("b", "Birkevej 3", "Nordby")]


@pytest.fixture
def lists(qtbot: QtBot) -> GivenLists:
    made = GivenLists(Look("day"))
    qtbot.addWidget(made)
    made.resize(420, 500)
    for kind in Kind:
        made.offer(kind, ROWS)
    made.show()
    return made


def table(lists: GivenLists, kind: Kind = Kind.DEVICE) -> Table[Givable]:
    return lists.lists[kind].table


def words(lists: GivenLists) -> list[str]:
    return [each.text() for each in lists.switch.findChildren(QAbstractButton)]


def test_space_gives_and_takes_back_and_the_switch_counts(
    lists: GivenLists, qtbot: QtBot
) -> None:
    assert table(lists).go_to(lambda row: row.id == "a")
    with qtbot.waitSignal(lists.changed, timeout=1000):
        hands.key(table(lists), Qt.Key.Key_Space)
    assert lists.given(Kind.DEVICE) == ("a",)
    assert words(lists) == ["Devices (1)", "Areas (0)", "Groups (0)"]
    hands.key(table(lists), Qt.Key.Key_Space)
    assert lists.given(Kind.DEVICE) == ()
    assert words(lists)[0] == "Devices (0)"


def test_many_that_are_chosen_are_given_at_once_and_taken_back_only_together(
    lists: GivenLists,
) -> None:
    lists.give(Kind.DEVICE, ["a"])
    table(lists).selectAll()
    hands.key(table(lists), Qt.Key.Key_Space)
    assert set(lists.given(Kind.DEVICE)) == {"a", "b"}
    hands.key(table(lists), Qt.Key.Key_Space)
    assert lists.given(Kind.DEVICE) == ()


def test_a_click_on_the_tick_gives_and_one_on_the_name_only_chooses(
    lists: GivenLists,
) -> None:
    shown = table(lists)
    model, port = shown.rows_model, shown.viewport()
    assert port is not None

    def at(column: int) -> QPoint:
        return shown.visualRect(model.index(0, column)).center()

    hands.click(port, at(1))
    assert lists.given(Kind.DEVICE) == ()
    hands.click(port, at(0))
    assert lists.given(Kind.DEVICE) == (model.rows[0].id,)


def test_what_may_only_be_read_does_not_change(lists: GivenLists, qtbot: QtBot) -> None:
    lists.give(Kind.AREA, ["a"])
    lists.let(free=False)
    lists.switch.choose(1)
    assert table(lists, Kind.AREA).go_to(lambda row: row.id == "a")
    with qtbot.assertNotEmitted(lists.changed):
        hands.key(table(lists, Kind.AREA), Qt.Key.Key_Space)
    assert lists.given(Kind.AREA) == ("a",)
    lists.let(free=True)
    hands.key(table(lists, Kind.AREA), Qt.Key.Key_Space)
    assert lists.given(Kind.AREA) == ()


def test_each_kind_has_a_list_of_its_own_and_one_is_shown(lists: GivenLists) -> None:
    for at, kind in enumerate(Kind):
        lists.switch.choose(at)
        assert [lists.lists[each].isVisible() for each in Kind] == [
            each is kind for each in Kind
        ]
        lists.give(kind, ["b"])
    assert words(lists) == ["Devices (1)", "Areas (1)", "Groups (1)"]


def test_a_search_hides_rows_and_takes_nothing_back(lists: GivenLists) -> None:
    lists.give(Kind.DEVICE, ["a"])
    one = lists.lists[Kind.DEVICE]
    hands.type_text(one.search, "birke")
    assert [row.id for row in one.model.rows] == ["b"]
    assert lists.given(Kind.DEVICE) == ("a",)
    one.search.clear()
    assert len(one.model.rows) == 2


def test_what_was_given_and_is_gone_from_the_plant_stays_given(lists: GivenLists) -> None:
    lists.give(Kind.DEVICE, ["gone-1", "a"])
    lists.offer(Kind.DEVICE, ROWS)
    assert lists.given(Kind.DEVICE) == ("gone-1", "a")

"""Which value the pointer or the keyboard is at: always one, always the one that is meant."""

from typing import Any

import pytest
from PyQt6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.model.reading import PointId
from flowdiagrams.binding import Binding
from flowdiagrams.doors import Doors
from flowdiagrams.elements import Field, Value
from flowdiagrams.ink import Ink
from flowdiagrams.items import FieldItem, Live, Ring, RowItem
from widgets.theme import load_theme


class Row:
    """Two fields beside each other, a value below, and one on top of the second field."""

    def __init__(self) -> None:
        ink = Ink(load_theme("day"))
        self.left = FieldItem(Field(at=(0, 0), slot="a", name="A"), 1, "°C", ink)
        self.right = FieldItem(Field(at=(200, 0), slot="b", name="B"), 1, "°C", ink)
        self.below = RowItem(Value(at=(0, 120), shows=("c",), width=100), ink)
        self.inside = RowItem(Value(at=(220, 40), shows=("d",), width=60), ink)
        self.unbound = RowItem(Value(at=(0, 200), shows=("e",), width=100), ink)
        self.items: list[Live[Any]] = [
            self.below,
            self.right,
            self.inside,
            self.unbound,
            self.left,
        ]
        slots = {slot: PointId(f"x.{slot}") for slot in "abcd"}
        self.doors = Doors(self.items, Binding(slots, {}))

    def rings(self) -> list[Ring]:
        return [item._ring for item in (self.left, self.right, self.below, self.inside)]


@pytest.fixture
def row(qtbot: QtBot) -> Row:
    return Row()


def test_the_value_under_the_pointer_is_found(row: Row) -> None:
    assert row.doors.at(QPointF(10, 10)) is row.left
    assert row.doors.at(QPointF(50, 115)) is row.below
    assert row.doors.at(QPointF(170, 10)) is None


def test_of_values_over_each_other_the_smaller_is_meant(row: Row) -> None:
    assert row.doors.at(QPointF(240, 35)) is row.inside
    assert row.doors.at(QPointF(210, 10)) is row.right


def test_a_value_without_a_point_is_no_door(row: Row) -> None:
    assert row.doors.at(QPointF(50, 195)) is None
    assert row.doors.point(row.unbound) is None
    assert row.doors.point(None) is None
    assert row.doors.point(row.left) == "x.a"


def test_the_arrow_keys_go_in_reading_order_and_round(row: Row) -> None:
    walked = []
    for _ in range(5):
        row.doors.choose(1)
        walked.append(row.doors.chosen)
    assert walked[0] is row.left
    assert {id(item) for item in walked[1:3]} == {id(row.right), id(row.inside)}
    assert walked[3] is row.below
    assert walked[4] is row.left
    row.doors.choose(-1)
    assert row.doors.chosen is row.below


def test_the_first_step_back_begins_at_the_end(row: Row) -> None:
    row.doors.choose(-1)
    assert row.doors.chosen is row.below


def test_only_one_value_wears_the_ring(row: Row) -> None:
    for _ in range(6):
        row.doors.choose(1)
        assert row.rings().count(Ring.FOCUS) == 1
    row.doors.leave()
    assert row.rings() == [Ring.NONE] * 4
    assert row.doors.chosen is None


def test_pointer_and_keyboard_do_not_take_each_others_mark(row: Row) -> None:
    row.doors.hover(row.left)
    assert row.rings()[0] is Ring.HOVER
    row.doors.choose(1)
    assert row.rings()[0] is Ring.FOCUS, "the ring of the keyboard is the stronger one"
    row.doors.leave()
    assert row.rings()[0] is Ring.HOVER
    row.doors.hover(row.right)
    assert row.rings()[:2] == [Ring.NONE, Ring.HOVER]
    row.doors.hover(None)
    assert row.rings() == [Ring.NONE] * 4


def test_a_picture_without_values_is_no_trouble(qtbot: QtBot) -> None:
    empty = Doors([], Binding({}, {}))
    empty.choose(1)
    empty.leave()
    assert empty.chosen is None
    assert empty.at(QPointF(0, 0)) is None

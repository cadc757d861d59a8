"""Columns are ticked, found and ordered with keys alone."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.desk import Desk
from tests.fakes.hands import key
from widgets.controls.columnpicker import ColumnPicker

CHOICES = [
    ("s1", "S1 Outdoor [°C]"),
    ("s3", "S3 Heating flow [°C]"),
    ("p", "Power & <b>more</b>"),
]


@pytest.fixture
def picker(make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[ColumnPicker]:
    over = QWidget()
    qtbot.addWidget(over)
    made = ColumnPicker(CHOICES, ["s3"], make_desk().look, over, most=2)
    made.show()
    yield made  # with the widget below it still there
    made.close()


def words(picker: ColumnPicker) -> list[str]:
    items = (picker.list.item(at) for at in range(picker.list.count()))
    return [item.text() for item in items if item is not None and not item.isHidden()]


def test_what_is_shown_stands_first(picker: ColumnPicker) -> None:
    assert words(picker)[0] == "S3 Heating flow [°C]"
    assert picker.chosen() == ["s3"]
    assert "Power & <b>more</b>" in words(picker), "as it is"


def test_space_ticks_and_alt_with_arrows_moves(picker: ColumnPicker) -> None:
    key(picker.list, Qt.Key.Key_Down)
    key(picker.list, Qt.Key.Key_Space)
    assert picker.chosen() == ["s3", "s1"]
    key(picker.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert picker.chosen() == ["s1", "s3"]
    key(picker.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert picker.chosen() == ["s1", "s3"], "the first stays first"


def test_a_value_is_found_as_one_types(picker: ColumnPicker) -> None:
    picker.search.setText("flow heat")
    assert words(picker) == ["S3 Heating flow [°C]"]
    assert picker.chosen() == ["s3"], "what is hidden keeps its tick"


def test_none_and_too_many_cannot_be_taken(picker: ColumnPicker) -> None:
    key(picker.list, Qt.Key.Key_Space)
    assert not picker.ok.isEnabled()
    for _nth in range(3):
        key(picker.list, Qt.Key.Key_Space)
        key(picker.list, Qt.Key.Key_Down)
    assert not picker.ok.isEnabled()
    assert "At most 2" in picker.says.text()

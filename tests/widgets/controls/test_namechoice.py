"""A choice among names: none makes the dialog wider, each can be read whole in its tip."""

from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.pictures.findings import all_of, settle
from tests.pictures.seen import texts
from tests.pictures.stage import HOSTILE
from widgets.controls.namechoice import NameChoice


@pytest.fixture
def choice(qtbot: QtBot) -> Iterator[NameChoice]:
    over = QWidget()
    qtbot.addWidget(over)
    made = NameChoice()
    made.setAccessibleName("Line")
    QVBoxLayout(over).addWidget(made)
    over.resize(300, 80)
    over.show()
    yield made
    over.close()  # it is kept until here


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_strange_name_is_shortened_and_told_whole(choice: NameChoice, name: str) -> None:
    choice.addItem(name)
    settle()
    window = choice.window()
    assert window is not None
    assert window.width() == 300
    assert all_of(window) == []
    assert choice.currentText() == name
    assert "<b>" not in choice.toolTip(), "a tip takes no name for markup"


def test_a_short_name_stands_as_it_is(choice: NameChoice) -> None:
    choice.addItems(["Street", "Yard"])
    choice.setCurrentIndex(1)
    settle()
    assert [each.text for each in texts(choice)] == ["Yard"]
    assert "Yard" in choice.toolTip()

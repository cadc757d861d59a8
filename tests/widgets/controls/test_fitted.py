"""A dialog is as high as its words need: no empty rooms between fields and buttons."""

from itertools import pairwise

import pytest
from PyQt6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.fitted import FittedDialog, FittedStack
from widgets.controls.plain import button, label, sentence
from widgets.welcome.fields import Field, line


@pytest.mark.parametrize("width_px", [420, 640])
def test_between_the_words_and_the_buttons_there_is_no_empty_room(
    qtbot: QtBot, width_px: int
) -> None:
    over = label("")
    qtbot.addWidget(over)
    over.show()
    dialog = FittedDialog(over, width_px)
    field, says = Field("Name", line()), sentence("word " * 60)
    press = button("Save", dialog.accept)
    column = QVBoxLayout(dialog)
    parts: tuple[QWidget, ...] = (field, says, press)
    for each in parts:
        column.addWidget(each)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.width() == width_px)
    assert says.height() == says.heightForWidth(says.width())
    assert field.height() == field.sizeHint().height()
    gaps = [
        below.geometry().top() - above.geometry().bottom() - 1
        for above, below in pairwise(parts)
    ]
    assert gaps == [column.spacing()] * 2
    dialog.close()


def test_a_step_of_few_words_leaves_no_room_of_a_long_one(qtbot: QtBot) -> None:
    over = label("")
    qtbot.addWidget(over)
    over.show()
    dialog, stack = FittedDialog(over, 420), FittedStack()
    short, tall = sentence("Done."), QWidget()
    lines = QVBoxLayout(tall)
    for at in range(12):
        lines.addWidget(label(f"line {at}"))
    for step in (short, tall):
        stack.add(step)
    column = QVBoxLayout(dialog)
    column.addWidget(stack)
    column.addWidget(button("Next", dialog.accept))
    dialog.show()
    qtbot.waitUntil(lambda: stack.height() == short.heightForWidth(stack.width()))
    low = dialog.height()
    stack.show_step(1)
    assert stack.current() == 1
    dialog.fit()
    assert stack.height() >= tall.sizeHint().height(), "and a long one has all of its own"
    stack.show_step(0)
    dialog.fit()
    assert (dialog.height(), dialog.width()) == (low, 420)
    dialog.close()

"""Two versions of a picture stand side by side, and what changed is framed in both."""

import json
from typing import Any

import pytest
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.model.thingdiff import Change
from flowdiagrams.comparison import box_of, picture_changes
from flowdiagrams.document import Document, dump, load, load_library
from flowdiagrams.view import pictures_compared
from widgets.fonts import BODY_PX, font
from widgets.theme import load_theme

LIBRARY = dump(load_library("a266_1")[0])


def changed(find: dict[str, Any], **what: Any) -> str:
    """Return the picture with the first element that fits changed; None takes it away."""
    content = json.loads(LIBRARY)
    for at, one in enumerate(content["elements"]):
        if find.items() <= one.items():
            if "gone" in what:
                del content["elements"][at]
            else:
                content["elements"][at] = one | what
            return json.dumps(content)
    raise AssertionError(f"there is no element {find}")


def read(text: str) -> Document:
    return load(text, "a266_1.json")[0]


def told(older: str, newer: str) -> tuple[list[Change], list[Change]]:
    changes = picture_changes(read(older), read(newer))
    return [each.change for each in changes.older], [each.change for each in changes.newer]


def test_a_picture_is_the_same_as_itself() -> None:
    assert told(LIBRARY, LIBRARY) == ([], [])


def test_what_moved_what_went_and_what_came_are_told_apart() -> None:
    pump = {"kind": "symbol", "label": "P1"}
    assert told(LIBRARY, changed(pump, at=[836, 120])) == ([Change.CHANGED], [Change.CHANGED])
    assert told(LIBRARY, changed(pump, symbol="motor_valve", inputs={}))[0] == [Change.CHANGED]
    assert told(LIBRARY, changed(pump, gone=True)) == ([Change.REMOVED], [])
    assert told(changed(pump, gone=True), LIBRARY) == ([], [Change.ADDED])


def test_a_frame_stands_around_what_changed() -> None:
    library = read(LIBRARY)
    for one in library.elements:
        box = box_of(one)
        assert box.width() > 0
        at = getattr(one, "at", None)
        if at is not None:
            assert box.contains(*map(float, at))


@pytest.mark.parametrize("theme", ["day", "night"])
def test_both_pictures_are_drawn_with_their_frames(qtbot: QtBot, theme: str) -> None:
    pump = {"kind": "symbol", "label": "P1"}
    shown = pictures_compared(LIBRARY, changed(pump, at=[860, 120]), load_theme(theme))
    plain = pictures_compared(LIBRARY, LIBRARY, load_theme(theme))
    for each in (shown, plain):
        qtbot.addWidget(each)
        each.resize(1200, 420)
        each.show()
    words = [each.text() for each in shown.findChildren(QLabel)]
    assert words == ["Before · 1 part framed", "After · 1 part framed"]
    assert shown.grab().toImage() != plain.grab().toImage()


def test_large_signs_on_a_small_picture_leave_other_letters_alone(
    qtbot: QtBot,
) -> None:
    pump = {"kind": "symbol", "label": "P1"}
    high = QFontMetrics(font(BODY_PX, strong=True)).height()
    shown = pictures_compared(LIBRARY, changed(pump, at=[860, 120]), load_theme("day"))
    qtbot.addWidget(shown)
    shown.resize(500, 200)  # the signs are drawn large, to be read at this size
    shown.show()
    shown.grab()
    assert QFontMetrics(font(BODY_PX, strong=True)).height() == high


def test_a_picture_that_was_not_there_is_an_empty_sheet(qtbot: QtBot) -> None:
    shown = pictures_compared("", LIBRARY, load_theme("day"))
    qtbot.addWidget(shown)
    shown.resize(1200, 420)
    shown.show()
    words = [each.text() for each in shown.findChildren(QLabel)]
    assert words[0] == "Before · 0 parts framed"
    assert words[1].startswith("After · ")

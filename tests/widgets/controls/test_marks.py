"""Every state is told by its shape: the marks survive a greyscale print."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtGui import QColor, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from app.model.alarm import AlarmState
from app.model.control import WriteState
from app.model.device import Presence
from widgets.controls.marks import (
    Mark,
    alarm_mark,
    alarm_state_word,
    mark_pixmap,
    presence_mark,
    presence_word,
    priority_word,
    write_mark,
    write_word,
)
from widgets.theme import THEMES, Theme, load_theme

DIFFERENT_PIXELS = 12  # of 16 × 16, by at least a quarter of the grey scale


def grey(mark: Mark, theme: Theme) -> NDArray[np.int64]:
    image = QImage(24, 24, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.surface))
    painter = QPainter(image)
    painter.drawPixmap(2, 2, mark_pixmap(mark, theme))
    painter.end()
    flat = image.convertToFormat(QImage.Format.Format_Grayscale8)
    bits = flat.constBits()
    assert bits is not None
    data = np.frombuffer(bits.asstring(flat.sizeInBytes()), dtype=np.uint8)
    return data.reshape(24, flat.bytesPerLine())[:, :24].astype(np.int64)


def differ(one: Mark, other: Mark, theme: Theme) -> bool:
    apart = np.abs(grey(one, theme) - grey(other, theme)) > 64
    return int(apart.sum()) >= DIFFERENT_PIXELS


@pytest.mark.parametrize("name", THEMES)
def test_five_presences_are_told_apart_without_colour(qtbot: QtBot, name: str) -> None:
    theme = load_theme(name)
    for one, other in combinations(Presence, 2):
        assert differ(presence_mark(one), presence_mark(other), theme), (one, other)


@pytest.mark.parametrize("name", THEMES)
def test_four_priorities_are_told_apart_without_colour(qtbot: QtBot, name: str) -> None:
    theme = load_theme(name)
    for one, other in combinations((1, 2, 3, 4), 2):
        unseen = AlarmState.UNACKNOWLEDGED
        assert differ(alarm_mark(one, unseen), alarm_mark(other, unseen), theme)


@pytest.mark.parametrize("name", THEMES)
def test_three_endings_of_a_write_are_told_apart_without_colour(
    qtbot: QtBot, name: str
) -> None:
    theme = load_theme(name)
    for one, other in combinations(WriteState, 2):
        assert differ(write_mark(one), write_mark(other), theme)


def test_an_acknowledged_alarm_is_hollow_and_a_returned_one_grey(qtbot: QtBot) -> None:
    theme = load_theme("day")

    def colours(state: AlarmState) -> set[str]:
        image = mark_pixmap(alarm_mark(1, state), theme).toImage()
        return {image.pixelColor(x, 4).name() for x in range(4, 16)}

    assert theme.alarms[0].fill.lower() in colours(AlarmState.UNACKNOWLEDGED)
    assert theme.surface.lower() in colours(AlarmState.ACKNOWLEDGED)
    assert theme.symbol_idle.lower() in colours(AlarmState.RETURNED)


def test_marks_are_sharp_on_a_dense_screen(qtbot: QtBot) -> None:
    theme = load_theme("day")
    picture: QPixmap = mark_pixmap(presence_mark(Presence.ON), theme, 2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (32, 16.0)


def test_every_state_has_a_word_of_its_own() -> None:
    assert len({presence_word(each) for each in Presence}) == len(Presence)
    assert len({alarm_state_word(each) for each in AlarmState}) == len(AlarmState)
    assert len({write_word(each) for each in WriteState}) == len(WriteState)
    assert [priority_word(each) for each in (1, 4, 9)] == ["urgent", "low", "priority 9"]

"""A live value beside a symbol: it follows its point, ages, and goes without a trace."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import Quality, Reading, Value, point_id
from tests.fakes.smallplant import AHORNVEJ, NOON, READINGS
from tests.widgets.eyes import MARKUP, colours
from widgets.controls.quality import shown
from widgets.controls.value_label import ValueLabel
from widgets.controls.valuepainter import value_width
from widgets.fonts import VALUE_PX
from widgets.pointfeed import PointFeed
from widgets.theme import THEMES, Look

SUPPLY = READINGS[1]
POINT = point_id(AHORNVEJ, "s3")


class Stand:
    """A label over a feed and a clock a test moves."""

    def __init__(self, qtbot: QtBot, name: str = "S3 Heating flow", theme: str = "day") -> None:
        self.now = NOON
        self.feed, self.look = PointFeed(), Look(theme)
        self.spec = replace(SUPPLY, name=name)
        self.box = QWidget()
        self.label = ValueLabel(
            POINT, self.spec, self.feed, self.look, self._clock, parent=self.box
        )
        qtbot.addWidget(self.box)
        self.box.resize(240, 40)
        self.label.resize(200, 20)
        self.box.show()

    def _clock(self) -> datetime:
        return self.now

    def tell(
        self, value: Value | None, quality: Quality = Quality.GOOD, reason: str = ""
    ) -> Reading:
        reading = Reading(POINT, value, quality, NOON, reason)
        self.feed.offer([reading])
        self.feed.refresh()
        return reading


@pytest.fixture
def stand(qtbot: QtBot) -> Stand:
    return Stand(qtbot)


def test_before_the_first_reading_there_is_a_gap_and_no_zero(stand: Stand) -> None:
    assert stand.label.text == "–, no value"
    assert "not read yet" in stand.label.toolTip()


@pytest.mark.parametrize("quality", list(Quality))
def test_each_quality_is_said_as_everywhere_else(stand: Stand, quality: Quality) -> None:
    value = 51.6 if quality.believable else None
    reading = stand.tell(value, quality, "link-lost")
    expected = shown(reading, stand.spec, NOON)
    assert stand.label.text == expected.spoken
    assert stand.label.accessibleName() == "S3 Heating flow"
    assert stand.label.accessibleDescription() == expected.spoken


def test_a_stale_value_grows_older_by_itself(stand: Stand) -> None:
    stand.tell(51.6, Quality.STALE)
    for minutes in (1, 14, 75):
        stand.now = NOON + timedelta(minutes=minutes)
        stand.feed.age()
    assert stand.label.text == "51.6 °C, stale, 1 h 15 min old"


def test_a_lost_core_turns_the_value_stale_and_never_to_zero(stand: Stand) -> None:
    stand.tell(51.6)
    stand.feed.fade("core-lost")
    assert stand.label.text.startswith("51.6 °C, stale")
    assert "the core of Heatdesk does not answer" in stand.label.toolTip()


def test_a_value_that_needs_more_room_asks_for_it(qtbot: QtBot, stand: Stand) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    layout = QHBoxLayout(row)
    layout.addWidget(stand.label)
    layout.addStretch(1)
    row.resize(600, 60)
    row.show()
    for value, quality in ((1.0, Quality.GOOD), (123456.7, Quality.GOOD), (1.0, Quality.STALE)):
        reading = stand.tell(value, quality)
        QCoreApplication.processEvents()
        needed = value_width(shown(reading, stand.spec, NOON), VALUE_PX, strong=True)
        assert stand.label.width() >= needed


def test_the_same_reading_again_moves_nothing(stand: Stand) -> None:
    stand.tell(51.6)
    before = stand.label.grab().toImage()
    hint = stand.label.sizeHint()
    stand.tell(51.6)
    assert stand.label.sizeHint() == hint
    assert stand.label.grab().toImage() == before


@pytest.mark.parametrize("name", THEMES)
def test_a_live_value_has_the_colour_of_the_look_in_force(qtbot: QtBot, name: str) -> None:
    stand = Stand(qtbot, theme="day")
    stand.tell(51.6)
    stand.look.use(name)
    live = QColor(stand.look.theme.live_value).name()
    assert live in colours(stand.label.grab().toImage())
    stand.tell(51.6, Quality.STALE)
    assert live not in colours(stand.label.grab().toImage())
    stand.look.use("day")


def test_a_name_is_never_markup_in_the_tip(qtbot: QtBot) -> None:
    stand = Stand(qtbot, MARKUP)
    stand.tell(51.6)
    assert "<b>x" not in stand.label.toolTip()
    assert "&lt;b&gt;x" in stand.label.toolTip()
    assert stand.label.accessibleName() == MARKUP


def test_a_label_that_is_gone_hears_nothing_more(stand: Stand) -> None:
    stand.tell(51.6, Quality.STALE)
    stand.label.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    stand.tell(99.0)
    stand.feed.age()
    assert stand.feed._viewers == {}

"""What stands out of automatic is seen from everywhere, with its end, and is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.model.override import Override
from app.model.point import PointSpec, WriteRules
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import wheel
from widgets.controls.applying import Applying
from widgets.models.rows import CELL, Cell
from widgets.models.settings import SettingsModel, setting_rows
from widgets.models.staging import Staged, Staging
from widgets.overriding.standing import OverrideBadge, OverrideList, held_words

MakeDesk = Callable[..., Desk]
RELAY = PointSpec(
    "relay2_override",
    "Relay 2",
    choices={0: "AUTO", 1: "OFF", 2: "ON"},
    write=WriteRules(allow=(0.0, 1.0, 2.0), automatic=(0.0,)),
)
HELD = Override(
    "o-1", AHORNVEJ, RELAY.key, 0.0, 2.0, "lund", "K. Lund", "desk-1", "pump test", NOON,
    NOON + timedelta(hours=4),
)  # fmt: skip


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk(FakeServices())
    qtbot.waitUntil(lambda: made.directory.is_listed)
    return made


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    made = QLabel("")
    qtbot.addWidget(made)
    made.show()
    return made


def applying(desk: Desk, over: QWidget, new: float = 2.0) -> Applying:
    staging = Staging()
    staging._put(Staged(RELAY, 1.0, "wished", new))
    made = Applying(desk.context, AHORNVEJ, staging, {RELAY.key: RELAY}, over)
    made.review.setParent(over)
    made.review.show()
    made.tell()
    return made


def press_apply(made: Applying) -> None:
    buttons = made.review.findChildren(QPushButton)
    next(each for each in buttons if each.text() == "Apply 1 change").click()


def test_an_override_is_asked_for_its_end_four_hours_by_itself(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, control = applying(desk, over), desk.services.control
    lasts = made.review.lasts
    assert lasts.isVisible()
    assert lasts.choice.currentText() == "4 hours"
    wheel(lasts.choice)
    assert lasts.minutes == 240
    press_apply(made)
    qtbot.waitUntil(lambda: len(control.requests) == 1, timeout=30_000)
    assert control.requests[0].lasts_min == 240


def test_apply_pressed_twice_and_by_the_space_bar_is_one_write(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, control = applying(desk, over), desk.services.control
    ended: list[object] = []
    made.finished.connect(lambda: ended.append(True))
    buttons = made.review.findChildren(QPushButton)
    press = next(each for each in buttons if each.text() == "Apply 1 change")
    press.setFocus()
    click(press)
    click(press)
    key(press, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    click(press)  # there is nothing left to send
    assert len(control.requests) == 1


def test_without_an_end_a_reason_is_needed(desk: Desk, over: QWidget, qtbot: QtBot) -> None:
    made, control = applying(desk, over), desk.services.control
    lasts = made.review.lasts
    lasts.choice.setCurrentIndex(lasts.choice.count() - 1)
    press_apply(made)
    assert lasts.says.text() == "Without an end a reason is needed."
    assert control.requests == []
    made.review.note.setPlainText("the valve is stuck")
    press_apply(made)
    qtbot.waitUntil(lambda: len(control.requests) == 1, timeout=30_000)
    assert (control.requests[0].lasts_min, control.requests[0].note) == (
        None,
        "the valve is stuck",
    )


def test_what_leaves_it_in_automatic_is_not_asked_for_an_end(desk: Desk, over: QWidget) -> None:
    assert not applying(desk, over, 0.0).review.lasts.isVisible()


def test_the_badge_stays_while_it_stands_and_the_list_takes_it_back(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    badge = OverrideBadge(desk.context, over)
    assert badge.isHidden()
    desk.services.control.held = [HELD]
    for _each in range(5):
        desk.feed.aged.emit()
    qtbot.waitUntil(lambda: badge.text() == "1 OVERRIDE", timeout=30_000)
    assert not badge.isHidden()
    listed = OverrideList(desk.context, over)
    listed.show()
    said = [each.text() for each in listed.findChildren(QLabel)]
    assert "K. Lund, until 16:00" in said
    assert "pump test" in said
    (back,) = [b for b in listed.findChildren(QPushButton) if b.text() == "Take back now"]
    click(back)
    click(back)  # a double click is one wish, and no fault is told
    qtbot.waitUntil(badge.isHidden, timeout=30_000)
    assert desk.services.control.held == []
    assert not listed.notice.isVisible()
    assert "Everything is in automatic." in [e.text() for e in listed.findChildren(QLabel)]
    listed.close()


def test_the_setting_s_name_carries_a_mark_that_says_who_until_when_and_why(
    desk: Desk, qtbot: QtBot
) -> None:
    model = SettingsModel(Staging(), desk.now, None, circuits={}, editable=True)
    model.held = lambda key: held_words(desk.context, AHORNVEJ, key)
    model.replace(setting_rows([RELAY]))
    desk.context.overrides.changed.connect(model.show_held)

    def name() -> Cell:
        told: Cell = model.index(1, 1).data(CELL)
        return told

    assert name().mark is None
    desk.services.control.held = [HELD]
    desk.context.overrides.refresh()
    qtbot.waitUntil(lambda: name().mark is not None, timeout=30_000)
    assert "Out of automatic: K. Lund, until 16:00. pump test" in name().tip

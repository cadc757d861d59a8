"""How a device has been answering, at the screen: the day, its errors, the raw frames."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.model.conversation import Conversation, Frame, Quarter, Spell, Trouble
from app.model.device import Presence
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.conversation.cards import round_text
from widgets.conversation.dayline import DAY, uptime
from widgets.devicetabs.communication import CommunicationTab
from widgets.devicetabs.tabtype import Subject

MakeDesk = Callable[..., Desk]
HOUR = timedelta(hours=1)
TALK = Conversation(
    NOON - DAY,
    (
        Spell(NOON - DAY, Presence.ON),
        Spell(NOON - 7 * HOUR, Presence.LATE),
        Spell(NOON - 6 * HOUR, Presence.OFFLINE),
        Spell(NOON - 3 * HOUR, Presence.FAULT),
        Spell(NOON - 2 * HOUR, Presence.ON),
    ),
    tuple(
        Quarter(NOON - at * HOUR, 100, 50 if at == 7 else 0, 20.0 + at, 90.0)
        for at in range(23, 0, -1)
    ),
    (Trouble(NOON - 6 * HOUR, "no answer within 1.5 s", 12),),
)
ASKED = bytes.fromhex("000100000006 01 032BF40002")
OTHER = bytes.fromhex("000100000006 07 032BF40002")


def opened(desk: Desk, qtbot: QtBot) -> CommunicationTab:
    detail = smallplant.detail(desk.services.plant.views[0])
    config = replace(detail.view.config, unit=1)
    detail = replace(detail, view=replace(detail.view, config=config))
    tab = CommunicationTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1400, 900)
    tab.show()
    return tab


@pytest.mark.feature("RD-19")
def test_a_slow_line_says_how_long_a_round_over_it_takes(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.services.plant.talk = talk = replace(TALK, round_s=116.4)
    tab = opened(desk, qtbot)
    qtbot.waitUntil(lambda: tab.day.line.talk is talk)
    told = "a round over all devices of this line takes 116.4 s"
    assert tab.day.subtitle.text().endswith(f" · {told}")
    assert round_text(360.0).endswith("takes 6.0 min")


def test_uptime_counts_only_the_time_that_was_noted() -> None:
    assert uptime(TALK, NOON) == 20 / 24
    fresh = Conversation(NOON - HOUR, (Spell(NOON - HOUR, Presence.ON),), (), ())
    assert uptime(fresh, NOON) == 1.0
    assert uptime(replace(fresh, since=NOON), NOON) is None
    late = replace(fresh, spells=(Spell(NOON - HOUR, Presence.LATE),))
    assert uptime(late, NOON) == 0.0


def test_both_cards_tell_the_same_of_the_moment_before_the_first_answer() -> None:
    """A core that has just begun to ask: presence has no stay there, so the day has none."""
    begun, answered = NOON - HOUR / 15, NOON - HOUR / 15 + HOUR / 36_00
    spells = (Spell(begun, Presence.LATE), Spell(answered, Presence.ON))
    assert uptime(Conversation(begun, spells, (), ()), NOON) == 1.0
    gone = (*spells, Spell(NOON - HOUR / 30, Presence.LATE))
    assert uptime(Conversation(begun, gone, (), ()), NOON) == pytest.approx(0.5, abs=0.01)


def test_the_day_says_of_which_time_its_share_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    desk.services.plant.talk = TALK
    tab = opened(desk, qtbot)
    qtbot.waitUntil(lambda: tab.day.line.talk is TALK)
    assert "% of the time in these 24 hours, noted since" in tab.day.subtitle.text()


def test_the_day_tells_presence_success_and_latency(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    desk.services.plant.talk = TALK
    tab = opened(desk, qtbot)
    line = tab.day.line
    qtbot.waitUntil(lambda: line.talk is TALK)
    assert tab.day.subtitle.text().startswith("answering 83.3 % of the time")
    assert line.accessibleDescription() == "there 83.3 % of the time"
    assert line.words_at(line.place(NOON - 4 * HOUR)) == (
        "08:00 · Offline · 100 of 100 answered, 24 ms on average, 90 ms at most"
    )
    assert "50 of 100 answered" in line.words_at(line.place(NOON - 7 * HOUR) + 1)
    assert line.words_at(0) == ""
    said = [each.text() for each in tab.day.findChildren(QLabel)]
    assert "07:00 · no answer within 1.5 s (12 times)" in [
        text.replace("06:00", "07:00") for text in said
    ]
    image = line.grab().toImage()
    assert len({image.pixelColor(x, 20).name() for x in range(image.width())}) > 3


def test_a_device_without_a_past_shows_an_empty_day(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    qtbot.waitUntil(lambda: tab.day.line.talk is not None)
    tab.day.line.grab()
    said = [each.text() for each in tab.day.findChildren(QLabel)]
    assert "nothing was noted in these 24 hours" in said
    assert "No request was sent in these 24 hours." in said
    assert "No request was left without an answer." not in said, "nobody asked it anything"


def test_a_device_that_always_answered_is_said_to_and_not_before_it_is_known(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.services.plant.talk = replace(TALK, troubles=())
    tab = opened(desk, qtbot)
    calm = "No request was left without an answer."
    if tab.day.line.talk is None:
        assert calm not in [each.text() for each in tab.day.findChildren(QLabel)]
    qtbot.waitUntil(lambda: tab.day.line.talk is not None)
    assert calm in [each.text() for each in tab.day.findChildren(QLabel)]
    assert "nothing was noted" not in tab.day.subtitle.text()


def test_raw_frames_are_shown_when_somebody_looks(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    desk.services.plant.wire = [
        Frame(NOON, True, ASKED),
        Frame(NOON, True, OTHER),
        Frame(NOON, False, ASKED[:7]),
    ]
    tab = opened(desk, qtbot)
    assert tab.frames.model.total == 0
    tab.frames.again.click()
    qtbot.waitUntil(lambda: tab.frames.model.total == 2)
    tab.frames.everybody.setChecked(True)
    assert tab.frames.model.total == 3
    assert tab.frames.model.rows[-1].frame.data == ASKED


def test_frames_are_followed_while_it_is_wished(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    tab.frames.follow.setChecked(True)
    desk.services.plant.wire = [Frame(NOON, True, ASKED)]
    qtbot.waitUntil(lambda: tab.frames.model.total == 1, timeout=5000)
    tab.frames.follow.setChecked(False)
    assert not tab.frames._following.isActive()

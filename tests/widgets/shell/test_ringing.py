"""Alarms sound until they are acknowledged, the urgent more often, and quietly when told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.model.alarm import Alarm, AlarmState
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from tests.fakes.sounder import FakeSounder
from widgets.alarmboard import Flood
from widgets.shell.ringing import SOUND_KEY, Ringing

MakeDesk = Callable[..., Desk]
URGENT, _OFFLINE, HIGH, LOW = smallplant.alarms()[:4]


class Room:
    """A desk with some alarms, a loudspeaker that remembers, and a clock the test moves."""

    def __init__(self, make_desk: MakeDesk, qtbot: QtBot, *alarms: Alarm) -> None:
        self.now = NOON
        self.desk = make_desk(FakeServices(alarms=list(alarms)), now=lambda: self.now)
        self._qtbot, self._owner = qtbot, QObject()
        qtbot.waitUntil(lambda: self.desk.alarms.is_told)
        self.sounder = FakeSounder()
        self.ringing = Ringing(self.desk.context, self.sounder, self._owner)

    def live(self, seconds: int) -> list[int]:
        """Let time pass second by second; return what was played meanwhile."""
        before = len(self.sounder.played)
        for _second in range(seconds):
            self.ringing.tick()
            self.now += timedelta(seconds=1)
        return self.sounder.played[before:]

    def stand(self, *alarms: Alarm) -> None:
        """Let these alarms stand from now on."""
        self.desk.services.alarms.alarms = list(alarms)
        with self._qtbot.waitSignal(self.desk.alarms.changed):
            self.desk.alarms.refresh()


@pytest.fixture
def room(make_desk: MakeDesk, qtbot: QtBot) -> Callable[..., Room]:
    return lambda *alarms: Room(make_desk, qtbot, *alarms)


def test_the_more_urgent_the_more_often(room: Callable[..., Room]) -> None:
    assert room(URGENT).live(60) == [1] * 12
    assert room(HIGH).live(60) == [2] * 6
    assert room(LOW).live(60) == [3] * 3


def test_the_most_urgent_of_all_is_heard_and_at_once(room: Callable[..., Room]) -> None:
    made = room(LOW)
    assert made.live(2) == [3]
    made.stand(LOW, URGENT)
    assert made.sounder.played == [3, 1], "not after the pause of the lesser one"


def test_what_is_acknowledged_is_quiet(room: Callable[..., Room]) -> None:
    made = room(URGENT)
    made.live(1)
    made.stand(replace(URGENT, state=AlarmState.ACKNOWLEDGED))
    assert made.live(60) == []


def test_a_silence_is_for_the_alarms_that_stand_and_for_a_time(
    room: Callable[..., Room],
) -> None:
    made = room(HIGH)
    made.live(1)
    made.ringing.silence(10)
    assert made.live(300) == []
    made.stand(HIGH, LOW)
    assert made.sounder.played == [2, 3], "the new one is heard"
    made.stand(HIGH)
    assert made.live(200) == []
    made.now = NOON + timedelta(minutes=11)
    assert made.live(1) == [2]
    assert not made.ringing.silent


def test_the_same_alarm_coming_again_is_another(room: Callable[..., Room]) -> None:
    made = room(HIGH)
    made.ringing.silence(10)
    made.stand(replace(HIGH, occurred_at=NOON + timedelta(seconds=30)))
    assert made.sounder.played[-1] == 2


def test_a_workstation_that_shall_not_sound_never_does(room: Callable[..., Room]) -> None:
    made = room(URGENT)
    made.live(1)
    made.ringing.switch(on=False)
    assert made.live(60) == []
    assert made.desk.context.desk.value(SOUND_KEY) is False
    made.ringing.switch(on=True)
    assert made.live(1) == [1]


def came(minutes_ago: float, now: datetime) -> Alarm:
    return replace(LOW, occurred_at=now - timedelta(minutes=minutes_ago))


@pytest.mark.parametrize(("count", "flood"), [(10, False), (11, True)])
def test_more_than_ten_alarms_in_ten_minutes_are_a_flood(count: int, flood: bool) -> None:
    assert Flood().judge([came(5, NOON)] * count + [came(11, NOON)] * 9, NOON) is flood


def test_a_flood_ends_below_five() -> None:
    judge = Flood()
    judge.judge([came(1, NOON)] * 11, NOON)
    assert judge.judge([came(1, NOON)] * 5, NOON)
    assert not judge.judge([came(1, NOON)] * 4, NOON)
    assert not judge.judge([came(1, NOON)] * 8, NOON)

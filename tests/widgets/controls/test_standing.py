"""Of several alarms on a point the worst is shown, of equal ones the oldest."""

from dataclasses import replace
from datetime import timedelta

from app.model.alarm import AlarmState
from app.model.reading import DeviceId, PointId
from tests.fakes.asked import FakeServices
from tests.fakes.smallplant import NOON
from widgets.controls.standing import Standing, standing_on, worst_of

POINT = PointId("ahornvej-14.s6")


def test_the_worst_and_then_the_oldest_alarm_of_a_point_is_the_one_shown() -> None:
    one = FakeServices().alarms.alarms[0]
    rule = replace(one.rule, device=DeviceId("ahornvej-14"), point=POINT)
    ago = [NOON - timedelta(minutes=each) for each in (1, 22, 60, 90)]
    known = (AlarmState.UNACKNOWLEDGED,) * 3 + (AlarmState.ACKNOWLEDGED,)
    alarms = [
        replace(one, rule=replace(rule, priority=priority), occurred_at=at, state=state)
        for priority, at, state in zip((2, 2, 3, 2), ago, known, strict=True)
    ]
    assert worst_of(alarms) is alarms[1], "the oldest of the worst that nobody has seen"
    assert standing_on(alarms) == {POINT: Standing(2, ago[1])}
    assert standing_on(alarms)[POINT].age(NOON) == "22 min"


def test_an_alarm_of_no_point_marks_none_and_a_clock_set_back_makes_no_age_of_the_future() -> (
    None
):
    one = FakeServices().alarms.alarms[0]
    of_device = replace(one, rule=replace(one.rule, point=None))
    assert standing_on([of_device]) == {}
    assert Standing(1, NOON + timedelta(hours=1)).age(NOON) == "0 s"


def test_without_a_time_of_occurrence_the_state_s_own_counts() -> None:
    one = FakeServices().alarms.alarms[0]
    rule = replace(one.rule, point=POINT)
    since = NOON - timedelta(hours=3)
    alarm = replace(one, rule=rule, occurred_at=None, since=since)
    assert standing_on([alarm])[POINT].age(NOON) == "3 h 00 min"

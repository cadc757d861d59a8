"""What a rule says of readings that came late is what it would have said in their time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.alarms.hindsight import Hindsight, Known
from app.alarms.rules import high
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.model.alarm import Alarm, AlarmState, Occurrence
from app.model.reading import Quality, Reading
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.journal import FakeJournal
from tests.plant import NOON, high_rule, reading

MINUTE = timedelta(minutes=1)
END = NOON + timedelta(days=400)


def seen(
    readings: Sequence[Reading], late: Sequence[bool] | None = None, **rule: float
) -> list[Alarm]:
    """Run the rule through the readings, and to the end of what is known."""
    sight = Hindsight(high_rule(**rule), high.above)
    came = late or [True] * len(readings)
    pairs = zip(readings, came, strict=True)
    found = [sight.take(each, late=is_late) for each, is_late in pairs]
    return [alarm for alarm in [*found, sight.end(END)] if alarm is not None]


def ends(alarm: Alarm) -> tuple[datetime | None, datetime | None]:
    return alarm.occurred_at, alarm.resolved_at


def test_an_alarm_has_its_own_time_and_is_for_nobody_to_see_to() -> None:
    (alarm,) = seen([reading(90.0), reading(96.5, 15), reading(97.0, 30), reading(92.0, 45)])
    assert ends(alarm) == (NOON + 15 * MINUTE, NOON + 45 * MINUTE)
    assert (alarm.historical, alarm.state, alarm.value) == (True, AlarmState.NORMAL, 96.5)
    assert alarm.since == alarm.resolved_at


def test_the_deadband_holds_as_it_does_live() -> None:
    (alarm,) = seen([reading(96.0), reading(94.0, 15), reading(92.9, 30)])
    assert ends(alarm) == (NOON, NOON + 30 * MINUTE)


def test_what_was_over_within_the_delay_was_no_alarm() -> None:
    peak = [reading(96.0), reading(90.0, 10), reading(96.0, 60), reading(90.0, 90)]
    (alarm,) = seen(peak, on_delay_s=1200.0)
    assert ends(alarm) == (NOON + 60 * MINUTE, NOON + 90 * MINUTE)


def test_a_pause_shorter_than_the_off_delay_ends_nothing() -> None:
    rows = [reading(96.0), reading(90.0, 10), reading(96.0, 15), reading(90.0, 30)]
    (alarm,) = seen(rows, off_delay_s=600.0)
    assert ends(alarm) == (NOON, NOON + 30 * MINUTE)


@pytest.mark.parametrize("quality", [Quality.OFFLINE, Quality.BAD])
def test_what_is_not_known_neither_raises_nor_ends(quality: Quality) -> None:
    rows = [reading(96.0), reading(None, 15, quality), reading(90.0, 30)]
    assert [ends(each) for each in seen(rows)] == [(NOON, NOON + 30 * MINUTE)]
    assert seen([reading(96.0, 0, Quality.UNCERTAIN), reading(90.0, 30)]) == []


def test_one_whose_end_nothing_tells_has_none() -> None:
    (alarm,) = seen([reading(96.0), reading(97.0, 15)])
    assert ends(alarm) == (NOON, None)
    assert alarm.since == NOON + 15 * MINUTE  # it was seen to hold
    assert (alarm.historical, alarm.state) == (True, AlarmState.NORMAL)


@pytest.mark.parametrize(
    ("late", "count"),
    [((False,) * 5, 0), ((False, True, False, False, False), 1), ((True,) + (False,) * 4, 0)],
)
def test_what_came_in_time_was_judged_in_time(late: tuple[bool, ...], count: int) -> None:
    rows = [reading(value, 15 * at) for at, value in enumerate((90.0, 96.0, 96.0, 90.0, 90.0))]
    assert len(seen(rows, late)) == count


def test_of_two_peaks_only_the_one_that_came_late_is_told() -> None:
    values = (96.0, 90.0, 96.0, 90.0)
    rows = [reading(value, 15 * at) for at, value in enumerate(values)]
    (alarm,) = seen(rows, (False, False, True, True))
    assert alarm.occurred_at == NOON + 30 * MINUTE


def test_a_value_filed_again_with_its_old_moment_goes_not_back_in_time() -> None:
    rows = [reading(96.0, 30), replace(reading(97.0, 30), measured_at=NOON), reading(90.0, 45)]
    (alarm,) = seen(rows)
    assert ends(alarm) == (NOON + 30 * MINUTE, NOON + 45 * MINUTE)


@given(
    values=st.lists(st.sampled_from([80.0, 92.9, 94.0, 96.0, 99.0]), max_size=40),
    delays=st.tuples(*[st.sampled_from([0.0, 60.0, 1200.0])] * 2),
)
@settings(max_examples=60, deadline=None)
def test_late_readings_tell_what_live_ones_would_have(
    values: list[float], delays: tuple[float, float]
) -> None:
    rule = high_rule(on_delay_s=delays[0], off_delay_s=delays[1])
    rows = [reading(value, 15 * at) for at, value in enumerate(values)]
    clock, journal = FakeClock(), FakeJournal()
    live = AlarmService(
        [RuleType("high", "", by_reading=high.above)], journal, FakeAudit(), clock
    )
    live.apply([rule])
    for row in rows:
        clock.go((row.measured_at - clock()).total_seconds())
        live.on_time(clock())  # the delay of what holds runs out before the next one comes
        live.on_readings([row])
    clock.go((END - clock()).total_seconds())
    live.on_time(clock())
    told = [Occurrence(*ends(each)) for each in seen(  # type: ignore[arg-type]
        rows, on_delay_s=delays[0], off_delay_s=delays[1])]  # fmt: skip
    assert told == list(journal.occurrences(rule.id))


def past(start: float, end: float | None) -> Alarm:
    """An alarm found late, by minutes after noon."""
    over = None if end is None else NOON + end * MINUTE
    return Alarm(high_rule(), AlarmState.NORMAL, NOON, NOON + start * MINUTE, over)


def known(*times: tuple[float, float | None, bool]) -> Known:
    return Known(
        Occurrence(NOON + start * MINUTE, None if end is None else NOON + end * MINUTE, late)
        for start, end, late in times
    )


@pytest.mark.parametrize(
    ("start", "end", "news"),
    [
        (0, 5, True),  # before all
        (0, 10, True),  # up to the moment of the next
        (0, 11, False),  # into the next
        (12, 13, False),  # within it
        (15, 25, False),  # out of it
        (20, 30, True),  # between
        (20, None, False),  # without an end, before another
        (45, 50, False),  # while one stands
    ],
)
def test_what_the_journal_has_already_is_not_doubled(
    start: float, end: float | None, news: bool
) -> None:
    journal = known((10, 20, False), (40, None, False))
    assert journal.is_news(past(start, end)) is news
    assert not journal.is_news(past(start, end))  # told once by now


def test_the_end_of_a_late_one_may_be_learned_later_and_of_a_live_one_not() -> None:
    journal = known((10, None, True))
    assert not journal.is_news(past(10, None))
    assert journal.opened_before(NOON + 60 * MINUTE) == NOON + 10 * MINUTE
    assert not journal.is_news(past(50, 60))  # it still holds
    assert journal.is_news(past(10, 30))
    assert journal.opened_before(NOON + 60 * MINUTE) is None
    assert journal.is_news(past(50, 60))
    live = known((10, None, False))
    assert not live.is_news(past(10, 30))
    assert live.opened_before(NOON + 60 * MINUTE) is None
    assert known().opened_before(NOON) is None

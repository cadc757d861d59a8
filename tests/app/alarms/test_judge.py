"""The life of an alarm, step by step: conditions, deadband, delays, acknowledgement."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alarms.judge import Memory, acknowledged, judged, remember, waited
from app.alarms.rules import devicebit, high, low, offline
from app.model.alarm import Alarm, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.reading import Quality
from tests.plant import DEVICE, NOON, high_rule, reading

NORMAL, UNACK = AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED
ACKED, RETURNED = AlarmState.ACKNOWLEDGED, AlarmState.RETURNED


def memory(**rule: object) -> Memory:
    return remember(Alarm(high_rule(**rule), NORMAL, NOON))  # type: ignore[arg-type]


def at(seconds: float) -> "timedelta":
    return timedelta(seconds=seconds)


def test_an_alarm_is_raised_at_once_without_a_delay() -> None:
    raised = judged(memory(), True, NOON, 96.0)
    assert (raised.alarm.state, raised.alarm.value) == (UNACK, 96.0)
    assert raised.alarm.occurred_at == NOON


def test_a_short_peak_within_the_delay_is_no_alarm() -> None:
    waiting = judged(memory(on_delay_s=60.0), True, NOON, 96.0)
    assert waiting.alarm.state is NORMAL
    assert waiting.waiting
    over = judged(waiting, False, NOON + at(30), 90.0)
    assert waited(over, NOON + at(120)).alarm.state is NORMAL


def test_the_delay_runs_out_without_a_new_value() -> None:
    waiting = judged(memory(on_delay_s=60.0), True, NOON, 96.0)
    assert waited(waiting, NOON + at(59)) is waiting
    raised = waited(waiting, NOON + at(60))
    assert raised.alarm.state is UNACK
    assert raised.alarm.since == NOON + at(60)
    assert raised.alarm.occurred_at == NOON


def test_an_unseen_alarm_waits_for_the_operator_after_its_end() -> None:
    raised = judged(memory(), True, NOON, 96.0)
    ended = judged(raised, False, NOON + at(60), 90.0)
    assert ended.alarm.state is RETURNED
    assert ended.alarm.resolved_at == NOON + at(60)
    seen = acknowledged(ended, "K. Lund", "pump restarted", NOON + at(90))
    assert (seen.alarm.state, seen.alarm.note) == (NORMAL, "pump restarted")


def test_a_seen_alarm_ends_by_itself() -> None:
    raised = judged(memory(), True, NOON, 96.0)
    seen = acknowledged(raised, "K. Lund", "", NOON + at(10))
    assert (seen.alarm.state, seen.alarm.acknowledged_by) == (ACKED, "K. Lund")
    assert judged(seen, False, NOON + at(60), 90.0).alarm.state is NORMAL


def test_an_off_delay_holds_the_alarm_over_a_short_dip() -> None:
    raised = judged(memory(off_delay_s=60.0), True, NOON, 96.0)
    dip = judged(raised, False, NOON + at(10), 90.0)
    assert dip.alarm.state is UNACK
    again = judged(dip, True, NOON + at(20), 96.0)
    assert waited(again, NOON + at(200)).alarm is raised.alarm


def test_a_returned_alarm_that_comes_again_is_a_new_occurrence() -> None:
    raised = judged(memory(), True, NOON, 96.0)
    ended = judged(raised, False, NOON + at(60), 90.0)
    again = judged(ended, True, NOON + at(120), 97.0)
    assert again.alarm.state is UNACK
    assert (again.alarm.occurred_at, again.alarm.value) == (NOON + at(120), 97.0)
    assert again.alarm.resolved_at is None


def test_nothing_to_acknowledge_changes_nothing() -> None:
    normal = memory()
    assert acknowledged(normal, "K. Lund", "", NOON) is normal


@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(0, 600), st.booleans()), min_size=1, max_size=30
    ),
    st.floats(0, 120),
    st.floats(0, 120),
)
def test_an_alarm_never_loses_its_way(
    steps: list[tuple[bool, float, bool]], on_s: float, off_s: float
) -> None:
    """Whatever happens: a holding condition ends raised, an ended one ends not raised."""
    now, known = NOON, memory(on_delay_s=on_s, off_delay_s=off_s)
    for holds, pause_s, seen in steps:
        now += at(pause_s)
        known = judged(known, holds, now, 96.0)
        if seen:
            known = acknowledged(known, "K. Lund", "", now)
    settled = waited(known, now + at(600))
    assert settled.raised is steps[-1][0]
    assert not settled.waiting


@pytest.mark.parametrize(
    ("value", "held", "holds"),
    [(95.0, False, False), (95.1, False, True), (94.0, True, True), (93.0, True, False)],
)
def test_high_lets_go_only_below_its_deadband(value: float, held: bool, holds: bool) -> None:
    assert high.above(high_rule(), reading(value), held) is holds


@pytest.mark.parametrize(
    ("value", "held", "holds"),
    [(30.0, False, False), (29.9, False, True), (31.9, True, True), (32.0, True, False)],
)
def test_low_lets_go_only_above_its_deadband(value: float, held: bool, holds: bool) -> None:
    rule = high_rule(limit=30.0, kind="low")
    assert low.below(rule, reading(value), held) is holds


@pytest.mark.parametrize("judge", [high.above, low.below, devicebit.bit_set])
@pytest.mark.parametrize(
    "quality", [q for q in Quality if q not in (Quality.GOOD, Quality.MANUAL)]
)
def test_no_rule_listens_to_a_value_nobody_trusts(judge: object, quality: Quality) -> None:
    value = 500.0 if quality.believable else None
    assert judge(high_rule(), reading(value, quality=quality), False) is None  # type: ignore[operator]
    assert judge(high_rule(), reading(value, quality=quality), True) is None  # type: ignore[operator]


def test_a_bit_of_the_device_is_its_own_alarm() -> None:
    rule = high_rule(limit=3.0, kind="device-bit")
    assert devicebit.bit_set(rule, reading(8.0), False) is True
    assert devicebit.bit_set(rule, reading(7.0), True) is False


@pytest.mark.parametrize(
    ("presence", "holds"),
    [
        (Presence.OFFLINE, True),
        (Presence.LATE, None),
        (Presence.ON, False),
        (Presence.FAULT, False),
        (Presence.DISABLED, False),
    ],
)
def test_only_a_device_that_is_offline_raises_offline(
    presence: Presence, holds: bool | None
) -> None:
    standing = DeviceStanding(DEVICE, presence, NOON)
    assert offline.offline(high_rule(kind="offline"), standing, False) is holds

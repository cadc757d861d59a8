"""Polls come round by their periods; the short ones go first and none is caught up with."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.acquisition.schedule import Due, Schedule, groups_of

PERIODS = st.sampled_from([0.0, 0.5, 1.0, 2.5, 10.0, 60.0])
GROUPS = st.dictionaries(st.sampled_from("abcdef"), PERIODS, min_size=1)
STEPS = st.lists(st.fractions(Fraction(1, 8), 30).map(float), min_size=1, max_size=60)


def started(groups: dict[str, float], at_s: float = 100.0, device: int = 0) -> Schedule:
    schedule = Schedule()
    schedule.start(device, {name: (period, (name,)) for name, period in groups.items()}, at_s)
    return schedule


def taken(schedule: Schedule, now_s: float) -> list[Due]:
    found = []
    while (due := schedule.take(now_s)) is not None:
        found.append(due)
        assert len(found) < 1000, "a poll is due again the moment it was taken"
    return found


@given(GROUPS, STEPS)
def test_periods_are_kept_whatever_was_missed(
    groups: dict[str, float], steps: list[float]
) -> None:
    schedule, now_s = started(groups), 100.0
    turns: dict[str, list[float]] = {name: [] for name in groups}
    for step in steps:
        for due in taken(schedule, now_s):
            assert due.at_s <= now_s
            turns[due.group].append(due.at_s)
        assert schedule.next_s() > now_s
        now_s += step
    for name, at in turns.items():
        if groups[name] == 0.0:
            assert at == [100.0]
        else:
            assert all((turn - 100.0) % groups[name] == 0.0 for turn in at)
            assert len(set(at)) == len(at)


@given(GROUPS, STEPS)
def test_of_all_that_is_due_the_shortest_cycle_goes_first(
    groups: dict[str, float], steps: list[float]
) -> None:
    schedule, now_s = started(groups), 100.0
    for step in steps:
        periods = [due.period_s or 1.0 for due in taken(schedule, now_s)]
        assert periods == sorted(periods)
        now_s += step


@given(GROUPS, st.integers(0, 5))
def test_a_device_that_is_dropped_is_asked_no_more_and_the_others_still_are(
    groups: dict[str, float], later: int
) -> None:
    schedule = started(groups)
    schedule.start(1, {"z": (1.0, ("z",))}, 100.0)
    schedule.drop(0)
    assert {due.device for due in taken(schedule, 100.0 + later)} == {1}


def test_turns_that_were_missed_are_skipped_not_made_up() -> None:
    schedule = started({"fast": 10.0})
    assert [due.at_s for due in taken(schedule, 147.0)] == [100.0]
    assert schedule.next_s() == 150.0
    assert schedule.take(149.9) is None


def test_a_device_started_again_begins_anew() -> None:
    schedule = started({"fast": 10.0})
    taken(schedule, 100.0)
    schedule.start(0, {"fast": (10.0, ("a",)), "slow": (60.0, ("b",))}, 103.0)
    assert [(due.group, due.at_s) for due in taken(schedule, 103.0)] == [
        ("fast", 103.0),
        ("slow", 103.0),
    ]
    assert schedule.next_s() == 113.0


def test_of_two_devices_the_one_that_waited_longer_goes_first() -> None:
    schedule = started({"fast": 10.0})
    schedule.start(1, {"fast": (10.0, ("a",))}, 98.0)
    first = schedule.take(101.0)
    assert first is not None
    assert first.device == 1


def test_a_group_without_points_is_never_due() -> None:
    schedule = Schedule()
    schedule.start(0, {"fast": (10.0, ())}, 0.0)
    assert schedule.next_s() == float("inf")
    assert schedule.take(100.0) is None


def test_points_are_gathered_by_group_and_those_without_a_period_are_left_out() -> None:
    pairs = [("s1", "fast"), ("limit", "slow"), ("s2", "fast"), ("serial", "never")]
    assert groups_of(pairs, {"fast": 10.0, "slow": 60.0, "unused": 5.0}) == {
        "fast": (10.0, ("s1", "s2")),
        "slow": (60.0, ("limit",)),
    }

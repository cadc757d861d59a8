"""A week plan: what a day holds, what an edit would change, what the plan asks for now."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.profile import WeekProgram
from tests.fakes.weekly import PROGRAMS, week_readings, week_times, week_values
from widgets.models.staging import Staging
from widgets.models.weekedit import WeekEdit
from widgets.models.weekplan import (
    DAY_MINUTES,
    Band,
    WeekPlan,
    Wish,
    clock,
    in_safe_order,
    minute_of,
)

HEATING = PROGRAMS[0]
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6
ZONE = ZoneInfo("Europe/Copenhagen")


class Bench:
    """A plan with its staging, to be edited as the screen does it."""

    def __init__(self, program: WeekProgram = HEATING) -> None:
        self.staging = Staging()
        self.plan = WeekPlan(program, week_times(), self.staging)
        self.plan.take(week_readings(week_values()))
        self.edit = WeekEdit(self.plan)

    def stage(self, wishes: Sequence[Wish]) -> None:
        self.staging.stage_all(
            [(self.plan.specs[key], self.plan.reading(key), text) for key, text in wishes]
        )

    def words(self, day: int) -> list[str]:
        return [band.words for band in self.plan.day(day) or ()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_day_shows_its_periods_in_use_by_time(bench: Bench) -> None:
    assert bench.words(MONDAY) == ["06:00–22:00"]
    assert bench.words(TUESDAY) == ["06:00–10:00", "15:00–22:00"]


def test_a_day_with_a_time_nobody_read_is_not_shown_as_free(bench: Bench) -> None:
    plan = WeekPlan(HEATING, week_times(), Staging())
    assert plan.day(MONDAY) is None
    assert not plan.is_read
    values = week_values()
    del values["week1_mon_3_stop"]
    plan.take(week_readings(values))
    assert plan.day(MONDAY) is None
    assert plan.day(TUESDAY) is not None
    assert plan.comfort(datetime(2026, 1, 19, 12, tzinfo=ZONE)) is None


def test_what_is_staged_counts_before_what_was_read(bench: Bench) -> None:
    bench.stage(bench.edit.shift(30))
    assert bench.words(MONDAY) == ["06:15–22:00"]
    assert [band.words for band in bench.plan.day(MONDAY, staged=False) or ()] == [
        "06:00–22:00"
    ]
    assert bench.plan.changed(MONDAY)
    assert not bench.plan.changed(TUESDAY)
    assert [each.spec.key for each in bench.staging] == ["week1_mon_1_start"]
    assert bench.staging.undo()
    assert bench.words(MONDAY) == ["06:00–22:00"]


def test_a_quarter_of_an_hour_is_reached_from_any_minute(bench: Bench) -> None:
    bench.edit.along(1)
    for _ in range(3):
        bench.stage(bench.edit.shift(1))
    assert bench.words(MONDAY) == ["06:00–22:03"]
    bench.stage(bench.edit.shift(-15))
    assert bench.words(MONDAY) == ["06:00–22:00"]
    bench.stage(bench.edit.shift(15))
    assert bench.words(MONDAY) == ["06:00–22:15"]


def test_an_edge_stops_at_the_next_period_and_at_midnight(bench: Bench) -> None:
    bench.edit.day, bench.edit.edge = TUESDAY, 1
    for _ in range(40):
        bench.stage(bench.edit.shift(15))
    assert bench.words(TUESDAY) == ["06:00–15:00", "15:00–22:00"]
    bench.edit.edge = 3
    for _ in range(20):
        bench.stage(bench.edit.shift(15))
    assert bench.words(TUESDAY)[1] == "15:00–24:00"
    bench.edit.edge = 0
    for _ in range(40):
        bench.stage(bench.edit.shift(-15))
    assert bench.words(TUESDAY)[0] == "00:00–15:00"


def test_a_new_period_takes_the_first_free_place_of_the_controller(bench: Bench) -> None:
    bench.edit.day = TUESDAY
    made = bench.edit.add(12 * 60 + 20)
    assert made is not None
    bench.stage(made[1])
    assert made[0].period == 3
    assert bench.words(TUESDAY) == ["06:00–10:00", "11:15–13:15", "15:00–22:00"]
    assert bench.edit.add(23 * 60) is None  # three are all it has
    assert bench.edit.add_somewhere() is None


def test_a_new_period_fits_into_what_is_free(bench: Bench) -> None:
    bench.edit.day = MONDAY
    assert bench.edit.add(12 * 60) is None  # inside a period
    made = bench.edit.add(23 * 60 + 50)
    assert made is not None
    assert made[0].words == "22:00–24:00"
    most = bench.edit.add_somewhere()
    assert most is not None
    assert most[0].words == "02:00–04:00"


def test_a_removed_period_has_start_and_stop_alike(bench: Bench) -> None:
    bench.edit.day, bench.edit.edge = TUESDAY, 2
    bench.stage(bench.edit.remove())
    assert bench.words(TUESDAY) == ["06:00–10:00"]
    assert sorted((each.spec.key, each.new) for each in bench.staging) == [
        ("week1_tue_2_start", 0.0),
        ("week1_tue_2_stop", 0.0),
    ]
    bench.edit.day = MONDAY
    bench.stage(bench.edit.remove())
    assert bench.words(MONDAY) == []
    assert bench.edit.remove() == []
    assert bench.edit.shift(15) == []


def test_a_day_is_carried_to_others_and_one_step_takes_it_back(bench: Bench) -> None:
    bench.edit.day = TUESDAY
    bench.stage(bench.edit.carry([MONDAY, TUESDAY, SUNDAY]))
    assert bench.words(SUNDAY) == bench.words(MONDAY) == bench.words(TUESDAY)
    assert not bench.plan.changed(TUESDAY)
    assert bench.staging.undo()
    assert len(bench.staging) == 0
    bench.edit.copied = TUESDAY
    bench.edit.go(4)
    bench.stage(bench.edit.paste())
    assert bench.edit.day == SATURDAY
    assert bench.words(SATURDAY) == ["06:00–10:00", "15:00–22:00"]


@pytest.mark.parametrize(
    ("when", "comfort", "until"),
    [
        ("2026-01-19 05:59", False, "2026-01-19 06:00"),
        ("2026-01-19 06:00", True, "2026-01-19 22:00"),
        ("2026-01-19 22:00", False, "2026-01-20 06:00"),
        ("2026-01-20 10:00", False, "2026-01-20 15:00"),
        ("2026-01-25 23:10", False, "2026-01-26 06:00"),
    ],
)
def test_the_plan_tells_what_it_asks_for_now_and_until_when(
    bench: Bench, when: str, comfort: bool, until: str
) -> None:
    now = datetime.fromisoformat(when).replace(tzinfo=ZONE)
    assert bench.plan.comfort(now) == (
        comfort,
        datetime.fromisoformat(until).replace(tzinfo=ZONE),
    )


def test_a_plan_that_never_changes_has_no_end() -> None:
    plan = WeekPlan(HEATING, week_times(), Staging())
    now = datetime(2026, 1, 19, 12, tzinfo=ZONE)
    plan.take(week_readings(dict.fromkeys(HEATING.times(), 0.0)))
    assert plan.comfort(now) == (False, None)
    always = {key: 2400.0 if "1_stop" in key else 0.0 for key in HEATING.times()}
    plan.take(week_readings(always))
    assert plan.comfort(now) == (True, None)


def test_comfort_over_midnight_goes_on_until_the_next_saving() -> None:
    plan = WeekPlan(HEATING, week_times(), Staging())
    values = dict.fromkeys(HEATING.times(), 0.0)
    values |= {"week1_mon_1_start": 1800.0, "week1_mon_1_stop": 2400.0}
    values |= {"week1_tue_1_start": 0.0, "week1_tue_1_stop": 800.0}
    plan.take(week_readings(values))
    now = datetime(2026, 1, 19, 20, tzinfo=ZONE)
    assert plan.comfort(now) == (True, datetime(2026, 1, 20, 8, tzinfo=ZONE))


def test_no_period_is_ever_upside_down_while_it_is_sent(bench: Bench) -> None:
    later = Band(1, 22 * 60 + 30, 23 * 60)
    bench.stage(bench.plan.edited(MONDAY, later))
    keys = [each.spec.key for each in in_safe_order(list(bench.staging))]
    assert keys == ["week1_mon_1_stop", "week1_mon_1_start"]
    bench.staging.clear()
    bench.stage(bench.plan.edited(MONDAY, Band(1, 60, 120)))
    keys = [each.spec.key for each in in_safe_order(list(bench.staging))]
    assert keys == ["week1_mon_1_start", "week1_mon_1_stop"]


days = st.integers(0, 6)
spans = st.tuples(st.integers(0, DAY_MINUTES), st.integers(0, DAY_MINUTES))


@given(st.lists(st.tuples(days, st.integers(1, 3), spans), max_size=8))
def test_whatever_is_wished_is_sent_once_and_never_upside_down(
    wishes: list[tuple[int, int, tuple[int, int]]],
) -> None:
    bench = Bench()
    for day, period, (one, other) in wishes:
        bench.stage(bench.plan.edited(day, Band(period, min(one, other), max(one, other))))
    ordered = in_safe_order(list(bench.staging))
    assert sorted(each.spec.key for each in ordered) == sorted(
        each.spec.key for each in bench.staging
    )
    values = week_values()
    for change in ordered:
        assert change.new is not None
        values[change.spec.key] = change.new
        stem = change.spec.key.rpartition("_")[0]
        assert values[f"{stem}_start"] <= values[f"{stem}_stop"], change.spec.key


@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 6), st.integers(0, 5))))
def test_no_edit_by_hand_makes_periods_meet(
    moves: list[tuple[int, int, int]],
) -> None:
    bench = Bench()
    for minutes, day, edge in moves:
        bench.edit.day, bench.edit.edge = day, edge
        bench.edit.settle()
        bench.stage(bench.edit.shift(minutes or 1))
        bands = bench.plan.day(day) or ()
        edges = [edge for band in bands for edge in (band.start, band.stop)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= DAY_MINUTES for edge in edges)


@given(st.integers(0, DAY_MINUTES))
def test_a_time_is_the_same_after_writing_and_reading_it(minute: int) -> None:
    assert minute_of(float(clock(minute).replace(":", ""))) == minute


def test_a_plan_that_no_source_allows_to_write_is_not_editable() -> None:
    read_only = WeekProgram(1, 3109)
    plan = WeekPlan(read_only, week_times((read_only,)), Staging())
    assert not plan.editable
    assert Bench().plan.editable
    assert not WeekPlan(read_only, {}, Staging()).editable

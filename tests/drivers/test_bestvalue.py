"""Several paths to one meter: the best value of each moment, and never a count twice."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.counters.course import course
from app.model.counter import rules_of
from app.model.paths import is_coarse, source_code, source_of
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, Origin, PointId, Quality, Reading, point_id
from app.series import CODE_OF, Series
from drivers.bestvalue import LATE, BestValue
from drivers.figurebook import MOST_FIGURES, FigureBook

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
METER, WIRE, AIR, FILE = (DeviceId(each) for each in ("m", "m-wire", "m-air", "m-file"))
ENERGY = PointSpec("energy", "Energy", "MWh", 3, role="meter.energy")
COARSE = replace(ENERGY, key="heat", unit="kWh", decimals=0, name="Heat")
FLOW = PointSpec("flow", "Flow", "m³/h", 2, role="flow")
BATTERY = PointSpec("battery", "Battery", "d", 0)


def nothing_before(_point: PointId) -> Reading | None:
    return None


def meter(
    points: Mapping[DeviceId, Mapping[str, PointSpec]] | None = None,
) -> BestValue:
    known = points or {WIRE: {"energy": ENERGY, "flow": FLOW}, AIR: {"energy": ENERGY}}
    made = BestValue(METER, tuple(known), nothing_before)
    assert made.learn(known)
    assert made.there(tuple(known))
    return made


def said(
    path: DeviceId,
    value: float | str | None,
    after: int = 0,
    key: str = "energy",
    quality: Quality = Quality.GOOD,
) -> Reading:
    reason = "" if quality.believable else "sensor-open"
    return Reading(point_id(path, key), value, quality, BEGIN + after * STEP, reason)


def test_the_first_path_is_the_best_and_each_value_names_its_source() -> None:
    best = meter()
    (told,) = best.take([said(AIR, 5.1), said(WIRE, 5.123)], BEGIN)
    assert (told.point, told.value, told.quality) == ("m.energy", 5.123, Quality.GOOD)
    assert source_of(told.reason) == WIRE
    assert best.take([said(AIR, 5.2, 1)], BEGIN) == []  # a worse path adds nothing
    assert best.take([], BEGIN) == []
    assert source_of("sensor-open") is None


def test_another_path_carries_on_and_gives_back() -> None:
    best = meter()
    best.take([said(WIRE, 5.123), said(WIRE, 0.5, key="flow")], BEGIN)
    best.there([AIR])
    (told,) = best.take([said(AIR, 5.2, 1)], BEGIN)
    assert (told.value, source_of(told.reason)) == (5.2, AIR)
    best.there([WIRE, AIR])
    told = {each.point: each for each in best.take([said(WIRE, 5.25, 2)], BEGIN)}[
        PointId("m.energy")
    ]
    assert (told.value, source_of(told.reason)) == (5.25, WIRE)


def test_what_the_other_path_said_before_is_no_newer_value() -> None:
    best = meter()
    best.take([said(AIR, 5.0, 0), said(WIRE, 5.123, 3)], BEGIN)
    best.there([AIR])
    (faded,) = best.take([], BEGIN + 4 * STEP)
    assert (faded.value, faded.quality, faded.reason) == (5.123, Quality.STALE, LATE)
    assert best.take([], BEGIN + 5 * STEP) == []
    (told,) = best.take([said(AIR, 5.2, 6)], BEGIN)
    assert (told.value, told.quality) == (5.2, Quality.GOOD)


def test_a_path_that_is_back_but_silent_of_a_point_takes_nothing_from_the_other() -> None:
    best = meter()
    best.take([said(WIRE, 5.123, 0), said(AIR, 5.1, 0)], BEGIN)
    best.there([AIR])
    best.take([said(AIR, 5.2, 2)], BEGIN)
    best.there([WIRE, AIR])  # it answers again, of another point so far
    assert best.take([said(WIRE, 0.5, 3, "flow")], BEGIN)
    assert best.take([], BEGIN + 4 * STEP) == []  # what the other told stays good
    (told,) = best.take([said(AIR, 5.3, 5)], BEGIN)
    assert (told.value, told.quality, source_of(told.reason)) == (5.3, Quality.GOOD, AIR)
    (back,) = best.take([said(WIRE, 5.345, 6)], BEGIN)
    assert (back.value, source_of(back.reason)) == (5.345, WIRE)
    best.take([said(AIR, 5.4, 7)], BEGIN)
    best.there([AIR])
    (told,) = best.take([], BEGIN)
    assert (told.value, source_of(told.reason)) == (5.4, AIR)


def both(best: BestValue, first: int, last: int) -> list[Reading]:
    """Let the wire and the radio tell the energy at each of some steps."""
    found: list[Reading] = []
    for step in range(first, last):
        news = [said(WIRE, 5.0 + step / 100, step), said(AIR, round(5.0 + step / 100, 1), step)]
        found += best.take(news, BEGIN + step * STEP)
    return found


def test_a_point_that_the_best_path_leaves_out_comes_from_the_next_one() -> None:
    best = meter()
    both(best, 0, 9)
    for step in range(9, 15):  # the wire answers, of another point; six quarters are patience
        found = best.take([said(WIRE, 0.5, step, "flow"), said(AIR, 5.1, step)], BEGIN)
        assert {each.point for each in found} == {"m.flow"}
    news = [said(WIRE, 0.5, 15, "flow"), said(AIR, 5.2, 15)]
    told = {each.point: each for each in best.take(news, BEGIN)}[PointId("m.energy")]
    assert (told.value, told.quality, source_of(told.reason)) == (5.2, Quality.GOOD, AIR)
    (back,) = best.take([said(WIRE, 5.21, 16)], BEGIN)
    assert (back.value, source_of(back.reason)) == (5.21, WIRE)


def test_a_point_that_no_path_tells_any_more_fades_and_comes_back() -> None:
    best = meter()
    both(best, 0, 9)
    best.there([WIRE])
    for step in range(9, 15):
        best.take([said(WIRE, 0.5, step, "flow")], BEGIN)
    now = BEGIN + 16 * STEP
    found = best.take([said(WIRE, 0.5, 16, "flow")], now)
    faded = {each.point: each for each in found}[PointId("m.energy")]
    assert (faded.value, faded.quality, faded.reason) == (5.08, Quality.STALE, LATE)
    assert (faded.measured_at, faded.received_at) == (BEGIN + 8 * STEP, now)
    assert best.take([], now) == []  # it is said once
    best.there([WIRE, AIR])
    (back,) = best.take([said(AIR, 5.2, 17)], now)
    assert (back.value, back.quality, source_of(back.reason)) == (5.2, Quality.GOOD, AIR)


def test_a_point_that_is_asked_for_on_demand_stands_until_it_is_asked_for_again() -> None:
    rare = replace(FLOW, live=False)
    best = meter({WIRE: {"energy": ENERGY, "flow": rare}})
    best.take([said(WIRE, 0.5, 0, "flow")], BEGIN)
    best.take([said(WIRE, 0.6, 1, "flow")], BEGIN)
    for step in range(100):
        found = best.take([said(WIRE, 5.0 + step, step)], BEGIN)
        assert [each.point for each in found] == ["m.energy"]


@pytest.mark.parametrize("seed", range(30))
def test_a_good_value_is_never_older_than_its_path_allows(seed: int) -> None:
    """Random silences of points and paths: what is told as good was told lately."""
    chance, best = Random(seed), meter({WIRE: {"energy": ENERGY}, AIR: {"energy": ENERGY}})
    # Something else keeps each path there, whatever it leaves out.
    other = replace(FLOW, key="other")
    best.learn({path: {"energy": ENERGY, "other": other} for path in (WIRE, AIR)})
    heard: dict[DeviceId, list[int]] = {WIRE: [], AIR: []}
    silent = {WIRE: 0, AIR: 0}
    last: Reading | None = None
    for step in range(400):
        news = []
        for path in (WIRE, AIR):
            news.append(said(path, float(step), step, "other"))
            if step >= silent[path]:
                heard[path].append(step)
                news.append(said(path, float(step), step))
                if chance.random() < 0.05:
                    silent[path] = step + chance.randrange(2, 40)
        for each in best.take(news, BEGIN + step * STEP):
            last = each if each.point == "m.energy" else last
        assert last is not None
        age = (BEGIN + step * STEP - last.measured_at) // STEP
        longest = max(
            (
                later - before
                for told in heard.values()
                for before, later in itertools.pairwise(told)
            ),
            default=96,
        )
        if last.quality is Quality.GOOD:
            assert age <= 6 * longest, (step, last)
        if heard[WIRE][-1:] == [step]:
            assert (last.quality, last.measured_at) == (Quality.GOOD, BEGIN + step * STEP)


def test_without_any_path_nothing_is_told_and_afterwards_all_of_it_again() -> None:
    best = meter()
    best.take([said(WIRE, 5.123)], BEGIN)
    assert not best.there([])
    assert best.take([], BEGIN) == []
    best.there([WIRE])
    (again,) = best.take([], BEGIN)
    assert again.value == 5.123


def test_a_broken_sensor_is_told_only_where_no_other_path_knows_better() -> None:
    best = meter({WIRE: {"flow": FLOW, "energy": ENERGY}, AIR: {"flow": FLOW}})
    best.take([said(WIRE, 0.5, key="flow"), said(AIR, 0.4, key="flow")], BEGIN)
    (told,) = best.take([said(WIRE, None, 1, "flow", Quality.BAD)], BEGIN)
    assert (told.value, source_of(told.reason)) == (0.4, AIR)
    (bad,) = best.take([said(AIR, None, 2, "flow", Quality.BAD)], BEGIN)
    assert (bad.value, bad.quality, bad.reason) == (None, Quality.BAD, "sensor-open")
    assert best.take([said(AIR, None, 3, "flow", Quality.BAD)], BEGIN) == []
    (back,) = best.take([said(AIR, 0.3, 4, "flow")], BEGIN)
    assert back.value == 0.3


def test_points_meet_by_key_or_by_role_and_come_in_the_unit_of_the_first_path() -> None:
    best = meter({WIRE: {"energy": ENERGY}, AIR: {"heat": COARSE, "battery": BATTERY}})
    assert set(best.specs) == {"energy", "battery"}
    best.there([AIR])
    told = {
        each.point: each.value
        for each in best.take(
            [said(AIR, 5123.0, 0, "heat"), said(AIR, 900.0, 0, "battery")], BEGIN
        )
    }
    assert told == {"m.energy": 5.123, "m.battery": 900.0}


def test_what_measures_something_else_under_the_same_key_is_left_out() -> None:
    text = replace(ENERGY, kind=ValueKind.TEXT)
    volume = replace(ENERGY, unit="m³")
    best = meter({WIRE: {"energy": ENERGY}, AIR: {"energy": volume}, FILE: {"energy": text}})
    best.there([AIR, FILE])
    assert best.take([said(AIR, 5.0), said(FILE, "five")], BEGIN) == []


def test_a_setting_of_a_path_is_not_one_of_the_meter() -> None:
    best = meter({WIRE: {"energy": replace(ENERGY, listed=True)}, AIR: {}})
    assert best.specs["energy"].write is None
    assert not best.specs["energy"].listed


def test_points_that_a_path_learns_later_are_told_as_new() -> None:
    wire = {"energy": ENERGY}
    best = meter({WIRE: wire, AIR: {}})
    assert not best.learn({WIRE: wire, AIR: best._known[AIR]})
    assert best.learn({WIRE: wire, AIR: {"battery": BATTERY}})
    assert "battery" in best.specs


def test_fewer_digits_of_another_path_are_no_fall_and_say_so() -> None:
    best = meter({WIRE: {"energy": ENERGY}, AIR: {"energy": replace(ENERGY, decimals=2)}})
    best.take([said(WIRE, 5.128)], BEGIN)
    best.there([AIR])
    (held,) = best.take([said(AIR, 5.12, 1)], BEGIN)
    assert (held.value, held.quality) == (5.128, Quality.UNCERTAIN)
    assert is_coarse(held.reason)
    assert source_of(held.reason) == AIR
    assert held.measured_at == BEGIN + STEP
    (told,) = best.take([said(AIR, 5.13, 2)], BEGIN)
    assert (told.value, told.quality) == (5.13, Quality.GOOD)
    (real,) = best.take([said(AIR, 4.0, 3)], BEGIN)
    assert real.value == 4.0  # a fall that is one: who counts judges it


def test_an_index_told_in_hundreds_is_as_coarse_as_all_it_ever_told() -> None:
    whole = replace(ENERGY, unit="kWh", decimals=0)
    best = meter({WIRE: {"energy": whole}, AIR: {"energy": whole}})
    best.take([said(WIRE, 443_482.0)], BEGIN)
    best.there([AIR])
    (held,) = best.take([said(AIR, 443_400.0, 1)], BEGIN)
    assert (held.value, is_coarse(held.reason)) == (443_482.0, True)
    (told,) = best.take([said(AIR, 443_500.0, 2)], BEGIN)
    assert told.value == 443_500.0
    (told,) = best.take([said(AIR, 443_517.0, 3)], BEGIN)  # it tells single kWh after all
    (fell,) = best.take([said(AIR, 443_500.0, 4)], BEGIN)
    assert (told.value, fell.value) == (443_517.0, 443_500.0)
    assert best.late([said(AIR, 0.0, 5)])[0].value == 0.0


def test_a_start_of_the_core_is_no_fall_either() -> None:
    stood = Reading(PointId("m.energy"), 5.128, Quality.STALE, BEGIN, "before-start")
    best = BestValue(METER, (WIRE, AIR), lambda _point: stood)
    best.learn({WIRE: {"energy": ENERGY}, AIR: {"energy": replace(ENERGY, decimals=2)}})
    best.there([AIR])
    (held,) = best.take([said(AIR, 5.12, 1)], BEGIN)
    assert held.value == 5.128


def test_late_values_of_a_second_path_are_doubtful_and_those_of_the_first_are_not() -> None:
    best = meter()
    late = [replace(said(AIR, 5.1), origin=Origin.BACK_FILLED)]
    (told,) = best.late(late)
    assert (told.value, told.quality, told.origin) == (
        5.1,
        Quality.UNCERTAIN,
        Origin.BACK_FILLED,
    )
    (told,) = best.late([said(WIRE, 5.123, 1)])
    assert told.quality is Quality.GOOD
    assert best.late([said(FILE, 1.0)]) == []  # no path of this meter
    assert best.late([said(AIR, None, 2, quality=Quality.BAD)])[0].value is None


def test_a_figure_between_two_of_a_better_path_keeps_to_them() -> None:
    """One that is rounded up would make the next figure a fall."""
    book = FigureBook()
    for after, figure in ((0, 5.121), (2, 5.124)):
        book.put(said(METER, figure, after), 0.001, 0, "")
    (told,) = book.put(said(METER, 5.13, 1, quality=Quality.UNCERTAIN), 0.01, 1, "coarse")
    assert (told.value, told.reason) == (5.124, "coarse")
    assert book.put(said(METER, 9.9, 2), 0.01, 1, "") == []  # of one moment the better path


def test_what_a_better_path_brings_later_mends_the_figures_behind_it() -> None:
    book = FigureBook()
    book.put(said(METER, 5.12, 1, quality=Quality.UNCERTAIN), 0.01, 1, "coarse")
    book.put(said(METER, 5.13, 2, quality=Quality.UNCERTAIN), 0.01, 1, "coarse")
    first, second = book.put(said(METER, 5.128, 0), 0.001, 0, "")
    assert (first.value, first.quality) == (5.128, Quality.GOOD)
    assert (second.value, second.measured_at) == (5.128, BEGIN + STEP)


def test_a_book_forgets_the_oldest_and_tells_what_is_older_as_it_came() -> None:
    book = FigureBook()
    for nth in range(MOST_FIGURES + 5):
        book.put(said(METER, float(nth), nth), 0.1, 0, "")
    assert len(book) == MOST_FIGURES
    old = said(METER, 99.0, -1)
    assert book.put(old, 0.1, 0, "") == [old]
    text = said(METER, "none", 1)
    assert book.put(text, 0.1, 0, "") == [text]


def counted(told: list[Reading]) -> Decimal:
    """Return what a history that takes these readings in this order has counted."""
    kept: dict[datetime, Reading] = {}
    for each in told:
        stood = kept.get(each.measured_at)
        if stood and stood.quality is Quality.GOOD and each.quality is not Quality.GOOD:
            continue  # as the store settles it
        kept[each.measured_at] = each
    some = [kept[at] for at in sorted(kept)]
    series = Series(
        PointId("m.energy"),
        np.array([int(each.measured_at.timestamp() * 1000) for each in some], np.int64),
        np.array([each.value for each in some], np.float64),
        np.array([CODE_OF[each.quality] for each in some], np.uint8),
    )
    found = course(series, rules_of(ENERGY))
    return Decimal(found.total).scaleb(-ENERGY.decimals)


@pytest.mark.parametrize("rounding", [ROUND_FLOOR, ROUND_HALF_EVEN])
@given(seed=st.integers(0, 10_000), lost=st.sets(st.integers(5, 55), max_size=25))
def test_however_often_the_paths_change_everything_is_counted_once(
    rounding: str, seed: int, lost: set[int]
) -> None:
    chance = Random(seed)
    best = meter({WIRE: {"energy": ENERGY}, AIR: {"energy": replace(ENERGY, decimals=2)}})
    true, told = Decimal("5.000"), list[Reading]()
    for nth in range(60):
        true += Decimal(chance.choice([0, 0, 1, 2, 7])).scaleb(-3)
        coarse = true.quantize(Decimal("0.01"), rounding=rounding)
        best.there([AIR] if nth in lost else [WIRE, AIR])
        news = [said(AIR, float(coarse), nth)]
        if nth not in lost:
            news.append(said(WIRE, float(true), nth))
        told += best.take(news, BEGIN)
    assert abs(counted(told) - (true - told_first(told))) <= Decimal("0.01")
    if 59 not in lost and rounding == ROUND_FLOOR:
        assert counted(told) == true - told_first(told)


def told_first(told: list[Reading]) -> Decimal:
    value = told[0].value
    assert isinstance(value, float)
    return Decimal(str(value))


@given(seed=st.integers(0, 10_000))
def test_files_in_any_order_come_to_the_same_sum(seed: int) -> None:
    chance = Random(seed)
    best = meter({WIRE: {"energy": ENERGY}, AIR: {"energy": replace(ENERGY, decimals=2)}})
    true = [Decimal("5.000")]
    for _nth in range(39):
        true.append(true[-1] + Decimal(chance.choice([0, 1, 2, 7])).scaleb(-3))
    fine = [
        said(WIRE, float(each), nth)
        for nth, each in enumerate(true)
        if nth % 20 < 10 or nth == 39
    ]
    coarse = [
        said(AIR, float(each.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)), nth)
        for nth, each in enumerate(true)
    ]
    files = [fine[:10], fine[10:], coarse[:15], coarse[15:30], coarse[30:]]
    chance.shuffle(files)
    told = [each for file in files for each in best.late(file)]
    assert counted(told) == true[-1] - true[0]


def test_a_source_code_names_its_path() -> None:
    assert source_of(source_code(AIR)) == AIR
    assert not is_coarse(source_code(AIR))

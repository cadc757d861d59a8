"""What the plant said last, kept in columns, is what its readings turned into columns are."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from app.history.latestcolumns import LatestColumns
from app.history.readings import to_moment, to_ms, to_readings
from app.history.samples import Named
from app.model.reading import Origin, PointId, Quality, Reading, Value
from tests.app.history.plant import MIDNIGHT, QUARTER, RETURN, SUPPLY, plant_points, reading

SECOND = timedelta(seconds=1)
AT_MS = to_ms(MIDNIGHT + QUARTER)
VALUES: tuple[Value, ...] = (0.0, -0.0, 21.5, 7, True, "Winter", "AUTO", MIDNIGHT, 1e300)


def said(columns: Named) -> list[Reading]:
    names = [columns.points[each] for each in columns.told.series.tolist()]
    return to_readings(columns.told, names)


def any_reading(chance: random.Random, point: PointId, second: int) -> Reading:
    quality = chance.choice([Quality.GOOD] * 5 + list(Quality))
    value = chance.choice(VALUES) if quality.believable else None
    measured = MIDNIGHT + second * SECOND
    late = chance.choice([None, None, measured + 3 * SECOND])
    reason = chance.choice(["", "", "sensor-open", "device-late"])
    origin = chance.choice([Origin.LIVE] * 5 + list(Origin))
    return Reading(point, value, quality, measured, reason, origin, late)


@pytest.mark.parametrize("seed", range(20))
def test_any_course_ends_where_a_dictionary_of_readings_ends(seed: int) -> None:
    chance, columns = random.Random(seed), LatestColumns()
    newest: dict[PointId, Reading] = {}
    for turn in range(12):
        known = plant_points(10 + 5 * turn)  # new ones are heard of all the time
        told = [
            any_reading(chance, chance.choice(known), turn * 60 + nth)
            for nth in range(chance.randrange(1, 40))
        ]
        assert said(columns.take(told)) == told
        newest.update((each.point, each) for each in told)
        found = columns.at(AT_MS)
        assert found.each_once
        assert set(found.times_ms.tolist()) == {AT_MS}
        assert {each.point: each for each in said(found)} == newest
        assert len(columns) == len(found) == len(newest)


def test_of_a_point_told_several_times_at_once_the_last_counts() -> None:
    columns = LatestColumns()
    course = [reading(SUPPLY, MIDNIGHT + n * SECOND, float(n)) for n in range(500)]
    columns.take([*course, reading(RETURN, MIDNIGHT, 1.0), course[3]])
    assert said(columns.at(AT_MS)) == [course[3], reading(RETURN, MIDNIGHT, 1.0)]


def test_a_word_and_a_reason_go_when_a_number_comes() -> None:
    columns = LatestColumns()
    columns.take([reading(SUPPLY, MIDNIGHT, "Winter", reason="by hand")])
    columns.take([reading(SUPPLY, MIDNIGHT, 5.0)])
    found = columns.at(AT_MS).told
    assert (found.word, found.reason, found.words, found.reasons) == (None, None, ("",), ("",))


def test_what_was_returned_stays_as_it_was() -> None:
    columns = LatestColumns()
    columns.take([reading(SUPPLY, MIDNIGHT, 1.0)])
    before = columns.at(AT_MS)
    columns.take([Reading(SUPPLY, None, Quality.OFFLINE, MIDNIGHT + SECOND, "gone")])
    columns.take([reading(RETURN, MIDNIGHT, 3.0)])
    assert said(before) == [reading(SUPPLY, MIDNIGHT, 1.0)]
    assert before.points == (SUPPLY,)


def test_what_came_late_keeps_both_moments() -> None:
    columns = LatestColumns()
    stale = Reading(
        SUPPLY, 40.0, Quality.STALE, MIDNIGHT, "late", received_at=MIDNIGHT + 40 * SECOND
    )
    fast = columns.take([stale])
    assert to_moment(int(fast.times_ms[0])) == MIDNIGHT + 40 * SECOND  # since it is stale
    assert said(fast) == said(columns.at(AT_MS)) == [stale]


def test_the_moment_of_measuring_is_kept_to_the_second_beside_a_quarter_hour() -> None:
    columns = LatestColumns()
    columns.take([reading(SUPPLY, MIDNIGHT + timedelta(milliseconds=700), 1.0)])
    [found] = said(columns.at(AT_MS))
    assert found == replace(found, measured_at=MIDNIGHT + SECOND)


def test_a_missed_quarter_hour_is_offline_without_a_value() -> None:
    columns = LatestColumns()
    columns.take(
        [reading(SUPPLY, MIDNIGHT, 55.0), Reading(RETURN, "x", Quality.GOOD, MIDNIGHT, "y")]
    )
    assert said(columns.missed(AT_MS)) == [
        Reading(point, None, Quality.OFFLINE, MIDNIGHT + QUARTER, "not-recorded")
        for point in (SUPPLY, RETURN)
    ]

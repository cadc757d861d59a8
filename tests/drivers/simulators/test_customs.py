"""People tap water in the morning and the evening, and the network sends what the cold asks."""

from datetime import datetime, timedelta
from statistics import mean

import pytest

from drivers.simulators.customs import network_c, surroundings
from drivers.simulators.physics import SubstationDesign, Surroundings
from drivers.simulators.weather import Weather
from tests.drivers.simulators.plant import COPENHAGEN, TUESDAY_NOON

DESIGN = SubstationDesign.of(3)
WEATHER = Weather(1)
MIDNIGHT = TUESDAY_NOON - timedelta(hours=12)


def minute(at: datetime, seed: int = 3) -> Surroundings:
    local = at.astimezone(COPENHAGEN).replace(tzinfo=None)
    return surroundings(DESIGN, WEATHER, seed, at, local)


def litres(start: datetime, hours: float, seed: int = 3) -> float:
    return sum(
        minute(start + timedelta(minutes=each), seed).draw_lpm
        for each in range(round(60 * hours))
    )


def test_a_flat_uses_some_eighty_litres_a_day() -> None:
    week = [litres(MIDNIGHT + timedelta(days=day), 24) for day in range(7)]
    assert mean(week) / DESIGN.flats == pytest.approx(85.0, rel=0.1)
    assert len({round(each) for each in week}) == 7, "no day is like another"


def test_mornings_and_evenings_tap_more_than_nights() -> None:
    night = litres(MIDNIGHT + timedelta(hours=1), 3) / 3
    morning = litres(MIDNIGHT + timedelta(hours=6.5), 2) / 2
    evening = litres(MIDNIGHT + timedelta(hours=18), 2) / 2
    assert morning > 5 * night
    assert evening > 5 * night


def test_on_saturdays_people_sleep_longer() -> None:
    saturday = MIDNIGHT + timedelta(days=4)
    assert litres(saturday + timedelta(hours=6), 2) < 0.6 * litres(
        MIDNIGHT + timedelta(hours=6), 2
    )


def test_taps_are_single_minutes_not_a_constant_stream() -> None:
    flows = [minute(TUESDAY_NOON + timedelta(minutes=each)).draw_lpm for each in range(120)]
    assert all(flow >= 0.0 for flow in flows)
    assert max(flows) > 2.0 * mean(flows)
    assert max(flows) < 60.0


def test_the_network_is_hotter_when_it_is_cold() -> None:
    hours = [TUESDAY_NOON + timedelta(hours=each) for each in range(0, 24 * 60, 3)]
    pairs = sorted((WEATHER.outdoor_c(at), network_c(WEATHER, 3, at)) for at in hours)
    coldest, warmest = pairs[: len(pairs) // 4], pairs[-len(pairs) // 4 :]
    assert mean(c for _, c in coldest) > mean(c for _, c in warmest) + 5.0
    assert all(62.0 < c < 95.0 for _, c in pairs)


def test_neighbours_share_the_weather_but_for_a_little() -> None:
    one, other = minute(TUESDAY_NOON, 3).outdoor_c, minute(TUESDAY_NOON, 4).outdoor_c
    assert one != other
    assert abs(one - other) <= 0.8


def test_evenings_at_home_are_livelier_than_nights() -> None:
    assert minute(MIDNIGHT + timedelta(hours=19)).people > 0.8
    assert minute(MIDNIGHT + timedelta(hours=3)).people < 0.3


def test_pressure_and_thermostats_sway_around_one() -> None:
    day = [minute(MIDNIGHT + timedelta(minutes=10 * each)) for each in range(144)]
    assert mean(each.pressure for each in day) == pytest.approx(1.0, abs=0.02)
    assert all(0.93 < each.pressure < 1.07 for each in day)
    assert all(0.94 < each.radiators < 1.06 for each in day)

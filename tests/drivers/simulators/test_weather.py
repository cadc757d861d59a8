"""The simulated weather is weather: seasons, days, fronts, and the same again by seed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean

import pytest

from app.errors import BadInput
from drivers.simulators.weather import Season, Weather, season_of, unit_noise, wander

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


def hours(weather: Weather, days: int) -> list[float]:
    return [weather.outdoor_c(NOON + timedelta(hours=each)) for each in range(24 * days)]


def test_the_same_seed_gives_the_same_weather_and_another_one_does_not() -> None:
    assert hours(Weather(5), 3) == hours(Weather(5), 3)
    assert hours(Weather(5), 3) != hours(Weather(6), 3)


def test_winter_is_around_freezing_and_summer_is_warm() -> None:
    winter, summer = hours(Weather(1), 60), hours(Weather(1, Season.SUMMER), 60)
    assert -2.0 < mean(winter) < 3.0
    assert -15.0 < min(winter) < -2.0
    assert 4.0 < max(winter) < 13.0
    assert 14.0 < mean(summer) < 19.0


def test_fronts_change_the_temperature_by_many_degrees_but_never_within_a_minute() -> None:
    weather = Weather(1)
    minutes = [weather.outdoor_c(NOON + timedelta(minutes=each)) for each in range(6 * 1440)]
    assert max(minutes) - min(minutes) > 5.0
    assert max(abs(b - a) for a, b in pairwise(minutes)) < 0.05


def test_afternoons_are_warmer_than_early_mornings() -> None:
    weather = Weather(2, Season.SUMMER)
    mornings = [weather.outdoor_c(NOON.replace(hour=4) + timedelta(days=d)) for d in range(60)]
    afternoons = [
        weather.outdoor_c(NOON.replace(hour=14) + timedelta(days=d)) for d in range(60)
    ]
    assert mean(afternoons) - mean(mornings) > 2.5


def test_the_calendar_season_follows_the_date() -> None:
    weather = Weather(1, Season.CALENDAR)
    july = [weather.outdoor_c(datetime(2026, 7, d, 12, tzinfo=UTC)) for d in range(1, 31)]
    january = [weather.outdoor_c(datetime(2026, 1, d, 12, tzinfo=UTC)) for d in range(1, 31)]
    assert mean(july) - mean(january) > 12.0


def test_the_sun_shines_by_day_only_and_longer_in_summer() -> None:
    def lit(weather: Weather) -> int:
        return sum(
            weather.sun(NOON.replace(hour=0) + timedelta(minutes=10 * each)) > 0.0
            for each in range(144)
        )

    assert Weather(1).sun(NOON.replace(hour=0)) == 0.0
    assert 0.0 < Weather(1).sun(NOON) <= 1.0
    assert lit(Weather(1, Season.SUMMER)) > lit(Weather(1)) + 30


def test_noise_is_even_and_wandering_is_smooth_and_bounded() -> None:
    numbers = [unit_noise(3, each) for each in range(4000)]
    assert all(0.0 <= each < 1.0 for each in numbers)
    assert abs(mean(numbers) - 0.5) < 0.02
    path = [wander(4, float(second), 100.0) for second in range(1000)]
    assert all(-1.0 <= each <= 1.0 for each in path)
    assert max(abs(b - a) for a, b in pairwise(path)) < 0.04


def test_a_season_nobody_knows_is_named() -> None:
    assert season_of("summer") is Season.SUMMER
    with pytest.raises(BadInput, match="season 'monsoon' is none of winter"):
        season_of("monsoon")

"""Hours, days, months and years begin where the clock on the plant's wall says so."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history.energydays import Bins, bins, day, edges_between, local_days
from app.history.readings import to_moment, to_ms
from app.model.consumption import Step

# Eighteen zones with two changes a year: whole and half hours, both halves of the earth,
# changes at midnight, at 1, 2 and 3 o'clock, by UTC and by the wall, and far from UTC.
ZONES = (
    "Europe/Copenhagen",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Chisinau",
    "Atlantic/Azores",
    "America/Nuuk",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Los_Angeles",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
# The others are a campaign; these are the odd ones.
QUICK = ("Europe/Copenhagen", "America/Havana", "Africa/Casablanca", "Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)


NAMES: dict[Step, Callable[[datetime], tuple[int, ...]]] = {
    Step.QUARTER: lambda wall: (wall.year, wall.month, wall.day, wall.hour, wall.minute // 15),
    Step.HOUR: lambda wall: (wall.year, wall.month, wall.day, wall.hour),
    Step.DAY: lambda wall: (wall.year, wall.month, wall.day),
    Step.MONTH: lambda wall: (wall.year, wall.month),
    Step.YEAR: lambda wall: (wall.year,),
}


def walked(zone: ZoneInfo, start: datetime, end: datetime) -> dict[Step, list[int]]:
    """Return when a new part begins, by going through the time in quarters of an hour.

    An oracle of its own: it only ever looks at the clock on the wall. A part of a day or
    longer begins when its name is seen for the first time; one of the clock when its name or
    the clock itself changes.
    """
    found: dict[Step, list[int]] = {step: [] for step in NAMES}
    seen: dict[Step, set[object]] = {step: set() for step in NAMES}
    before: dict[Step, object] = {}
    moment = start
    while moment <= end:
        wall = moment.astimezone(zone)
        for step, name in NAMES.items():
            named: object = name(wall)
            if step in {Step.QUARTER, Step.HOUR}:
                named = (named, wall.utcoffset())
                new = named != before.get(step)
                before[step] = named
            else:
                new = named not in seen[step]
                seen[step].add(named)
            if new:
                found[step].append(to_ms(moment))
        moment += 15 * MINUTE
    return found


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.campaign)
        for name in ZONES
    ],
)
def test_no_part_of_two_years_is_wrong_in_any_zone_with_summer_time(name: str) -> None:
    zone = ZoneInfo(name)
    start, end = (datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) for year in (2026, 2028))
    right = walked(zone, start, end)
    for step, edges in right.items():
        assert bins(zone, step, start, end).edges_ms.tolist() == edges, step
    assert len(set(np.diff(right[Step.DAY]).tolist())) == 3  # both changes are in it


@pytest.mark.parametrize(
    ("which", "quarters", "hours"),
    [
        (date(2026, 3, 28), 96, 24),
        (date(2026, 3, 29), 92, 23),
        (date(2026, 10, 25), 100, 25),
        (date(2026, 2, 28), 96, 24),
    ],
)
def test_a_day_has_as_many_parts_as_the_clock_went_through(
    which: date, quarters: int, hours: int
) -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    begin, end = day(zone, which)
    whole = bins(zone, Step.DAY, begin, end)
    assert whole.edges_ms.tolist() == [to_ms(begin), to_ms(end)]
    assert len(whole.parts(Step.QUARTER)) == quarters
    assert len(whole.parts(Step.HOUR)) == hours


def test_a_half_hour_of_summer_time_makes_a_half_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    begin, end = day(zone, date(2026, 10, 4))
    hours = bins(zone, Step.HOUR, begin, end)
    assert end - begin == timedelta(hours=23, minutes=30)
    assert sorted(set(np.diff(hours.edges_ms).tolist())) == [1_800_000, 3_600_000]
    assert len(hours.parts(Step.QUARTER)) == 94


def test_where_midnight_is_left_out_the_day_begins_at_one() -> None:
    zone = ZoneInfo("America/Havana")
    begin, _end = day(zone, date(2026, 3, 8))
    assert begin.astimezone(zone).hour == 1


def test_a_clock_put_back_over_midnight_begins_the_day_once() -> None:
    zone = ZoneInfo("America/St_Johns")  # until 2011 at one minute past midnight
    begin, end = day(zone, date(2010, 11, 7))
    yesterday = day(zone, date(2010, 11, 6))
    assert yesterday[1] == begin
    assert (end - begin) + (begin - yesterday[0]) == timedelta(hours=49)


def test_a_date_that_a_zone_left_out_has_no_day() -> None:
    zone = ZoneInfo("Pacific/Apia")
    assert day(zone, date(2011, 12, 29))[1] == day(zone, date(2011, 12, 31))[0]
    with pytest.raises(ValueError, match="there was no 2011-12-30"):
        day(zone, date(2011, 12, 30))


def test_the_edges_of_the_long_are_edges_of_the_short() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    start, end = datetime(2023, 5, 5, tzinfo=UTC), datetime(2031, 2, 2, 7, tzinfo=UTC)
    decades = bins(zone, Step.DECADE, start, end)
    assert [each.year for each in decades.starts()] == [2020, 2030]
    long: Bins = decades
    for step in (Step.YEAR, Step.MONTH, Step.DAY):
        short = long.parts(step)
        assert np.isin(long.edges_ms, short.edges_ms).all()
        assert (
            short.edges_ms.tolist()
            == bins(
                zone, step, *(to_moment(int(edge)) for edge in long.edges_ms[[0, -1]])
            ).edges_ms.tolist()
        )
        assert np.bincount(long.whole_of(short), minlength=len(long)).min() > 0
        long = short
    month = bins(zone, Step.MONTH, end, end + MINUTE)
    for step in (Step.DAY, Step.HOUR, Step.QUARTER):
        assert np.isin(month.edges_ms, month.parts(step).edges_ms).all()


def test_a_period_is_told_in_whole_parts_and_an_empty_one_in_none() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    noon = datetime(2026, 7, 1, 10, tzinfo=UTC)
    found = bins(zone, Step.DAY, noon, noon + timedelta(hours=1))
    assert [each.isoformat() for each in found.starts()] == ["2026-07-01T00:00:00+02:00"]
    assert len(bins(zone, Step.DAY, noon, noon)) == 0
    assert len(bins(zone, Step.DAY, noon, noon).parts(Step.HOUR)) == 0
    assert edges_between(zone, Step.DAY, to_ms(noon), to_ms(noon)).tolist() == []


def test_each_moment_knows_its_local_day() -> None:
    zone = ZoneInfo("America/Santiago")
    times = np.arange(
        to_ms(datetime(2025, 12, 1, tzinfo=UTC)),
        to_ms(datetime(2027, 2, 1, tzinfo=UTC)),
        12_345_678,
    )
    right = [
        to_moment(at).astimezone(zone).date().toordinal() - date(1970, 1, 1).toordinal()
        for at in times.tolist()
    ]
    assert local_days(zone, times).tolist() == right
    assert len(local_days(zone, times[:0])) == 0

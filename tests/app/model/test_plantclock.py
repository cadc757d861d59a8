"""A controller's clock is judged and set as an engineer on site would."""

import calendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.plantclock import (
    ClockPart,
    ClockWrite,
    LocalHour,
    changes_for_summer,
    clock_drift,
    clock_writes,
    hour_kind,
    instants_of,
    local_of,
    shown_time,
    why_not_set,
)

COPENHAGEN = ZoneInfo(
    "Europe/Copenhagen"
)  # summer time 2026: 29 March 01:00 to 25 October 01:00 UTC
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # changes by half an hour
SHANGHAI = ZoneInfo("Asia/Shanghai")  # no summer time
PARTS = (ClockPart.YEAR, ClockPart.MONTH, ClockPart.DAY, ClockPart.HOUR, ClockPart.MINUTE)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Controller:
    """A clock as the maker describes it: an impossible date is refused, seconds run on."""

    def __init__(self, shown: datetime) -> None:
        self.shown = shown
        self.refused: list[ClockWrite] = []

    def write(self, order: ClockWrite) -> None:
        parts = [self.shown.year, self.shown.month, self.shown.day]
        parts += [self.shown.hour, self.shown.minute]
        parts[PARTS.index(order.part)] = order.value
        wished = shown_time(*parts)
        if wished is None:
            self.refused.append(order)
        else:
            self.shown = wished

    def tick(self) -> None:
        self.shown += timedelta(minutes=1)


def after(
    shown: datetime, orders: Sequence[ClockWrite], ticks_before: Sequence[int] = ()
) -> Controller:
    controller = Controller(shown)
    for number, order in enumerate(orders):
        for _ in range(ticks_before.count(number)):
            controller.tick()
        controller.write(order)
    return controller


# --- local time and moments


def test_an_ordinary_hour_happens_once() -> None:
    assert instants_of(local("2026-01-20T08:46"), COPENHAGEN) == (utc("2026-01-20T07:46"),)
    assert hour_kind(local("2026-07-20T08:46"), COPENHAGEN) is LocalHour.PLAIN


def test_the_hour_after_summer_time_happens_twice_the_earlier_first() -> None:
    assert instants_of(local("2026-10-25T02:30"), COPENHAGEN) == (
        utc("2026-10-25T00:30"),
        utc("2026-10-25T01:30"),
    )


def test_the_hour_before_summer_time_never_happens() -> None:
    assert instants_of(local("2026-03-29T02:30"), COPENHAGEN) == ()
    assert hour_kind(local("2026-03-29T02:30"), COPENHAGEN) is LocalHour.MISSING


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("2026-10-25T01:59", LocalHour.PLAIN),
        ("2026-10-25T02:00", LocalHour.DOUBLED),
        ("2026-10-25T02:59", LocalHour.DOUBLED),
        ("2026-10-25T03:00", LocalHour.PLAIN),
        ("2026-03-29T01:59", LocalHour.PLAIN),
        ("2026-03-29T02:00", LocalHour.MISSING),
        ("2026-03-29T02:59", LocalHour.MISSING),
        ("2026-03-29T03:00", LocalHour.PLAIN),
    ],
)
def test_doubled_and_missing_hours_end_to_the_minute(shown: str, kind: LocalHour) -> None:
    assert hour_kind(local(shown), COPENHAGEN) is kind


def test_a_zone_may_change_by_half_an_hour() -> None:
    # Lord Howe Island goes back from 02:00 to 01:30 on 5 April 2026.
    assert hour_kind(local("2026-04-05T01:45"), LORD_HOWE) is LocalHour.DOUBLED
    assert hour_kind(local("2026-04-05T01:15"), LORD_HOWE) is LocalHour.PLAIN


@given(st.datetimes(datetime(2009, 1, 1), datetime(2099, 12, 30)))  # noqa: DTZ001
def test_every_moment_is_among_those_its_local_time_stands_for(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    assert at in instants_of(local_of(at, COPENHAGEN), COPENHAGEN)


def test_registers_that_are_no_date_show_no_time() -> None:
    assert shown_time(2026, 2, 29, 0, 0) is None
    assert shown_time(2026, 0, 1, 0, 0) is None
    assert shown_time(2028, 2, 29, 24, 0) is None
    assert shown_time(2028, 2, 29, 23, 59) == local("2028-02-29T23:59")


# --- drift


@pytest.mark.parametrize(
    ("shown", "at", "drift_s"),
    [
        ("2026-01-20T08:46", "2026-01-20T07:46:00", 0),
        ("2026-01-20T08:46", "2026-01-20T07:46:59.9", 0),
        ("2026-01-20T08:46", "2026-01-20T07:47:00", 0),  # it may show 59.99 s
        ("2026-01-20T08:46", "2026-01-20T07:47:05", -5),
        ("2026-01-20T08:47", "2026-01-20T07:46:58", 2),
        ("2026-01-20T09:46", "2026-01-20T07:46:00", 3600),
        ("2026-01-19T08:46", "2026-01-20T07:46:00", -86340),
        ("2026-07-20T08:46", "2026-07-20T06:46:30", 0),
    ],
)
def test_a_clock_without_seconds_is_only_called_wrong_by_what_it_must_be(
    shown: str, at: str, drift_s: float
) -> None:
    drift = clock_drift(local(shown), utc(at), COPENHAGEN)
    assert drift.drift_s == drift_s
    assert drift.note == ""


def test_a_clock_with_seconds_is_judged_to_the_second() -> None:
    shown, at = local("2026-01-20T08:46:40"), utc("2026-01-20T07:46:58")
    assert clock_drift(shown, at, COPENHAGEN, resolution_s=0).drift_s == -18
    assert clock_drift(shown, utc("2026-01-20T07:46:40"), COPENHAGEN, 0).drift_s == 0
    assert clock_drift(shown, utc("2026-01-20T07:46:38"), COPENHAGEN, 0).drift_s == 2


@pytest.mark.parametrize("at", ["2026-10-25T00:30:10", "2026-10-25T01:30:10"])
def test_a_right_clock_is_right_in_both_passes_of_the_doubled_hour(at: str) -> None:
    drift = clock_drift(local("2026-10-25T02:30"), utc(at), COPENHAGEN)
    assert drift.drift_s == 0
    assert drift.hour is LocalHour.DOUBLED
    assert "twice" in drift.note


def test_in_the_doubled_hour_the_smaller_deviation_counts() -> None:
    # 02:10 may be 00:10 or 01:10 UTC; at 00:50 UTC that is 40 min slow or 20 min fast
    drift = clock_drift(local("2026-10-25T02:10"), utc("2026-10-25T00:50"), COPENHAGEN, 0)
    assert drift.drift_s == 20 * 60


def test_a_clock_that_missed_the_change_to_winter_time_is_an_hour_fast() -> None:
    drift = clock_drift(local("2026-10-25T05:00"), utc("2026-10-25T03:00"), COPENHAGEN)
    assert drift.drift_s == 3600
    assert drift.hour is LocalHour.PLAIN


def test_a_clock_that_missed_the_change_to_summer_time_is_an_hour_slow() -> None:
    drift = clock_drift(local("2026-03-29T02:30"), utc("2026-03-29T01:30"), COPENHAGEN, 0)
    assert drift.drift_s == -3600
    assert drift.hour is LocalHour.MISSING
    assert "does not exist" in drift.note


@given(
    st.datetimes(datetime(2009, 2, 1), datetime(2099, 11, 30)),  # noqa: DTZ001
    st.integers(-7200, 7200),
)
def test_a_drift_is_never_larger_than_the_clock_is_off(moment: datetime, off_s: int) -> None:
    at = moment.replace(tzinfo=UTC)
    shown = local_of(at + timedelta(seconds=off_s), COPENHAGEN)
    assert abs(clock_drift(shown, at, COPENHAGEN, 0).drift_s) <= abs(off_s) + 1e-6


# --- when it may be set


def test_on_an_ordinary_day_a_clock_may_be_set() -> None:
    at = utc("2026-01-20T07:46")
    assert why_not_set(at, COPENHAGEN, follows_summer_time=True) == ""


@pytest.mark.parametrize(
    ("at", "free"),
    [
        ("2026-10-24T23:54:59", True),  # 01:54 summer time
        ("2026-10-24T23:55:00", False),  # five minutes before the doubled hour
        ("2026-10-25T00:30:00", False),
        ("2026-10-25T01:00:00", False),
        ("2026-10-25T01:59:59", False),
        ("2026-10-25T02:04:59", False),
        ("2026-10-25T02:05:00", True),  # 03:05 winter time
        ("2026-03-29T00:54:59", True),
        ("2026-03-29T00:55:00", False),
        ("2026-03-29T01:04:59", False),
        ("2026-03-29T01:05:00", True),
    ],
)
def test_nothing_is_set_while_clocks_are_changed(at: str, free: bool) -> None:
    why = why_not_set(utc(at), COPENHAGEN, follows_summer_time=True)
    assert (why == "") is free
    assert free or "being changed" in why


def test_a_device_without_automatic_summer_time_is_not_set() -> None:
    at = utc("2026-01-20T07:46")
    assert "automatic summer time" in why_not_set(at, COPENHAGEN, follows_summer_time=False)
    assert "not known" in why_not_set(at, COPENHAGEN, follows_summer_time=None)


def test_where_clocks_are_never_changed_summer_time_does_not_matter() -> None:
    at = utc("2026-10-25T00:30")
    assert not changes_for_summer(SHANGHAI, at)
    assert changes_for_summer(COPENHAGEN, at)
    assert why_not_set(at, SHANGHAI, follows_summer_time=False) == ""
    assert why_not_set(at, SHANGHAI, follows_summer_time=None) == ""


def test_a_year_the_device_cannot_keep_is_refused() -> None:
    why = why_not_set(utc("2100-01-20T07:46"), COPENHAGEN, follows_summer_time=True)
    assert why == "The device keeps years 2009 to 2099, it is 2100."


def test_the_local_year_counts_not_the_one_of_greenwich() -> None:
    at = utc("2099-12-31T23:30")  # already 2100 in Copenhagen
    assert "2100" in why_not_set(at, COPENHAGEN, follows_summer_time=True)


# --- the order of the writes


def all_days(year: int) -> Iterator[datetime]:
    day = datetime(year, 1, 1, 10, 20)  # noqa: DTZ001
    while day.year == year:
        yield day
        day += timedelta(days=1)


YEARS = [(2027, 2028), (2028, 2027), (2028, 2028), (2027, 2027)]
EDGES = {1, 2, 27, 28, 29, 30, 31}  # of months: the days between are all alike


@pytest.mark.parametrize("years", YEARS)
def test_no_edge_of_a_month_ever_meets_a_date_that_does_not_exist(
    years: tuple[int, int],
) -> None:
    first, second = ([day for day in all_days(year) if day.day in EDGES] for year in years)
    _nothing_is_refused(first, second)


@pytest.mark.campaign  # half a million pairs
@pytest.mark.parametrize("years", YEARS)
def test_no_pair_of_days_ever_meets_a_date_that_does_not_exist(years: tuple[int, int]) -> None:
    _nothing_is_refused(all_days(years[0]), list(all_days(years[1])))


def _nothing_is_refused(first: Iterable[datetime], second: list[datetime]) -> None:
    for shown in first:
        for target in second:
            date, refused = _dates_written(shown, target)
            assert not refused, (shown, target)
            assert date == (target.year, target.month, target.day)


def _dates_written(shown: datetime, target: datetime) -> tuple[tuple[int, int, int], bool]:
    """Write as the controller would, on bare numbers: half a million pairs are many."""
    year, month, day = shown.year, shown.month, shown.day
    for order in clock_writes(shown, target):
        if order.part is ClockPart.YEAR:
            year = order.value
        elif order.part is ClockPart.MONTH:
            month = order.value
        elif order.part is ClockPart.DAY:
            day = order.value
        if day > calendar.monthrange(year, month)[1]:
            return (year, month, day), True
    return (year, month, day), False


def test_from_the_31st_to_a_month_of_30_days_the_day_goes_first() -> None:
    orders = clock_writes(local("2026-01-31T10:20"), local("2026-04-30T10:20"))
    assert [(order.part.value, order.value) for order in orders] == [
        ("day", 1),
        ("month", 4),
        ("day", 30),
        ("minute", 20),
    ]


def test_leap_day_to_an_ordinary_year_is_possible() -> None:
    orders = clock_writes(local("2028-02-29T10:20"), local("2027-03-01T11:21"))
    assert [order.part.value for order in orders] == ["day", "year", "month", "hour", "minute"]


def test_a_clock_a_few_minutes_off_takes_one_write() -> None:
    assert clock_writes(local("2026-01-20T08:40"), local("2026-01-20T08:46")) == (
        ClockWrite(ClockPart.MINUTE, 46),
    )


def test_a_right_clock_takes_none() -> None:
    now = local("2026-01-20T08:46")
    assert clock_writes(now, now) == ()


def test_a_clock_that_shows_no_date_is_set_completely() -> None:
    orders = clock_writes(None, local("2026-01-20T08:46"))
    assert [order.part for order in orders] == [
        ClockPart.HOUR,
        ClockPart.MINUTE,
        ClockPart.DAY,
        ClockPart.YEAR,
        ClockPart.MONTH,
        ClockPart.DAY,
        ClockPart.HOUR,
        ClockPart.MINUTE,
    ]


SHOWN_AT = ("00:00", "08:57", "08:58", "08:59", "22:59", "23:00", "23:57", "23:58", "23:59")
SHOWN_ON = ("2026-01-20", "2026-01-31", "2026-02-28", "2026-12-31", "2028-02-28", "2028-02-29")
TARGETS = (
    *("2026-01-20T08:46", "2026-01-20T23:59", "2026-01-31T00:00", "2026-04-30T12:59"),
    *("2028-02-29T23:58", "2027-01-01T00:01"),
)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("on", SHOWN_ON)
def test_a_minute_an_hour_or_a_day_that_turns_meanwhile_spoils_nothing(
    on: str, target: str
) -> None:
    wished = local(target)
    for time in SHOWN_AT:
        shown = local(f"{on}T{time}")
        orders = clock_writes(shown, wished)
        for first in range(len(orders)):
            for second in range(first, len(orders)):
                for ticks in ((first,), (first, second)):
                    controller = after(shown, orders, ticks)
                    assert not controller.refused, (shown, wished, ticks)
                    assert controller.shown == wished, (shown, wished, ticks)


@given(
    st.datetimes(datetime(2009, 1, 1), datetime(2099, 12, 31, 23)),  # noqa: DTZ001
    st.datetimes(datetime(2009, 1, 1), datetime(2099, 12, 31, 23)),  # noqa: DTZ001
)
def test_any_clock_is_brought_to_any_time(shown: datetime, target: datetime) -> None:
    shown, target = (d.replace(second=0, microsecond=0) for d in (shown, target))
    controller = after(shown, clock_writes(shown, target))
    assert not controller.refused
    assert controller.shown == target

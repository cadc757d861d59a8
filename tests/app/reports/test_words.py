"""Dates and words of a report: the plant's own time, named months, plurals."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.words import Words, clock, offset, zone_letters
from app.words import use_language

EN = Words()
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WINTER = datetime(2026, 1, 20, 7, 46, 58, tzinfo=UTC)
SUMMER = datetime(2026, 6, 20, 22, 30, tzinfo=UTC)
ZONES = (
    "Europe/Copenhagen", "Asia/Kolkata", "America/St_Johns", "Asia/Shanghai", "UTC",
    "America/Sao_Paulo", "Asia/Kathmandu",
)  # fmt: skip


def test_a_moment_is_told_in_the_plants_time() -> None:
    assert EN.moment(WINTER, COPENHAGEN) == "20 Jan 2026, 08:46:58"
    assert EN.moment(WINTER, COPENHAGEN, seconds=False) == "20 Jan 2026, 08:46"


def test_a_summer_night_belongs_to_the_next_day() -> None:
    assert EN.date(SUMMER, COPENHAGEN) == "21 Jun 2026"
    assert EN.date(SUMMER, ZoneInfo("UTC")) == "20 Jun 2026"


@pytest.mark.parametrize(
    ("month", "name"),
    [(1, "Jan"), (2, "Feb"), (3, "Mar"), (4, "Apr"), (5, "May"), (6, "Jun"),
     (7, "Jul"), (8, "Aug"), (9, "Sep"), (10, "Oct"), (11, "Nov"), (12, "Dec")],
)  # fmt: skip
def test_months_have_names_whatever_the_computer_speaks(month: int, name: str) -> None:
    assert EN.date(datetime(2026, month, 5, 12, tzinfo=UTC), COPENHAGEN) == f"05 {name} 2026"


def test_days_have_short_names() -> None:
    names = [EN.weekday(day) for day in range(7)]
    assert names == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.mark.parametrize(
    ("zone", "at", "told"),
    [
        ("Europe/Copenhagen", WINTER, "+01:00"),
        ("Europe/Copenhagen", SUMMER, "+02:00"),
        ("Asia/Kolkata", WINTER, "+05:30"),
        ("America/St_Johns", WINTER, "-03:30"),
        ("UTC", WINTER, "+00:00"),
    ],
)
def test_the_offset_is_that_of_the_moment(zone: str, at: datetime, told: str) -> None:
    assert offset(at, ZoneInfo(zone)) == told


@pytest.mark.parametrize(
    ("zone", "at", "letters"),
    [
        ("Europe/Copenhagen", WINTER, "CET"),
        ("Europe/Copenhagen", SUMMER, "CEST"),
        ("America/Sao_Paulo", WINTER, "UTC-03:00"),
        ("UTC", WINTER, "UTC"),
    ],
)
def test_a_zone_without_letters_is_told_by_its_offset(
    zone: str, at: datetime, letters: str
) -> None:
    assert zone_letters(at, ZoneInfo(zone)) == letters


def test_the_doubled_hour_is_told_apart_by_its_letters() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert clock(first, COPENHAGEN) == clock(second, COPENHAGEN) == "02:30:00"
    assert (zone_letters(first, COPENHAGEN), zone_letters(second, COPENHAGEN)) == (
        "CEST",
        "CET",
    )


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_local_time_and_offset_give_the_moment_back(at: datetime, zone: str) -> None:
    told = f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d} {clock(at, ZoneInfo(zone))}"
    back = datetime.fromisoformat(told + offset(at, ZoneInfo(zone)))
    assert back == at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 settings"), (1, "1 setting"), (2, "2 settings"), (148, "148 settings")],
)
def test_counts_take_their_form(count: int, text: str) -> None:
    assert EN.many("{n} setting", "{n} settings", count) == text


def test_an_empty_text_stays_empty() -> None:
    assert EN("") == ""  # gettext would answer with the catalogue's head


def test_a_report_keeps_its_language_when_the_screen_changes_its_own() -> None:
    words = Words("en")
    use_language("da")
    try:
        assert words("Commissioning report") == "Commissioning report"
        assert words.language == "en"
    finally:
        use_language("en")


@pytest.mark.parametrize("language", ["tlh", "", "xx_YY", "EN"])
def test_an_unknown_language_is_english(language: str) -> None:
    assert Words(language)("settings read") == "settings read"

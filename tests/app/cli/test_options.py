"""Days as commands take them: of the plant's clock, of years a plant can have."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.cli.options import FIRST_YEAR, LAST_YEAR, day_named
from app.errors import BadInput

ZONE = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-02-28", datetime(2026, 2, 27, 23, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (f"{FIRST_YEAR}-01-01", datetime(1969, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_by_the_plant_s_clock(text: str, utc: datetime) -> None:
    day = day_named(text, ZONE)
    assert day.astimezone(UTC) == utc
    assert (day.hour, day.minute, day.tzinfo) == (0, 0, ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "yesterday", "2026-13-01", "2026-02-30", "28.02.2026", "-1", "NaN",
        "2026-02-28T12:00", "2026-02-28T00:00+09:00", "２０２６-02-28x", "2026-02-28\x00",
    ],
)  # fmt: skip
def test_what_is_no_day_is_told_so(text: str) -> None:
    with pytest.raises(BadInput, match=r"is no day: write 2026-02-28$"):
        day_named(text, ZONE)


@pytest.mark.parametrize("text", ["0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31"])
def test_a_year_that_no_plant_has_is_refused_before_anybody_reckons_with_it(text: str) -> None:
    """The day after the last there is cannot be reckoned; two thousand years take minutes."""
    with pytest.raises(BadInput, match=f"{text} is no day of a plant: .*1970 to 2999"):
        day_named(text, ZONE)


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"])
def test_the_days_around_the_first_and_the_last_can_be_reckoned(year: int, zone: str) -> None:
    for text in (f"{year}-01-01", f"{year}-12-31"):
        day = day_named(text, ZoneInfo(zone))
        assert (day + timedelta(days=1)).astimezone(UTC) - day.astimezone(UTC) <= timedelta(
            days=1
        )
        assert (day - timedelta(days=7)).astimezone(UTC) < day.astimezone(UTC)

"""Times stand in a file as the plant's clock shows them, in every zone and on every day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.exchange.table import of_samples, of_series, offset_words, offsets_s
from app.model.reading import Quality, Reading
from app.ports import Sample
from app.series import CODE_OF, Series
from tests.app.history.exchange.files import FACTS, SUPPLY, WORDS

ZONES = (
    "Europe/Copenhagen", "Europe/Berlin", "Europe/Paris", "Europe/London", "Europe/Lisbon",
    "Europe/Helsinki", "Atlantic/Reykjavik", "Atlantic/Azores", "America/New_York",
    "America/St_Johns", "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo",
    "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Chatham", "UTC",
)  # fmt: skip
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ZONES)
def test_a_year_of_half_hours_has_the_offset_of_its_zone(name: str) -> None:
    zone = ZoneInfo(name)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [begin + nth * timedelta(minutes=30) for nth in range(2 * 24 * 365)]
    times = np.array([int(each.timestamp()) * 1000 for each in moments], np.int64)
    ahead = offsets_s(times, zone)
    expected = [int(each.astimezone(zone).utcoffset().total_seconds()) for each in moments]  # type: ignore[union-attr]
    assert ahead.tolist() == expected
    words = offset_words(ahead)
    assert {len(each) for each in words} == {len("UTC+00:00")}
    again = [
        datetime.fromisoformat(f"2026-01-01T00:00{w[3:]}").utcoffset() for w in words[::999]
    ]
    assert again == [each.astimezone(zone).utcoffset() for each in moments[::999]]


@given(st.lists(st.integers(0, 2**41), max_size=5))
def test_times_come_in_any_order_and_number(times: list[int]) -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    found = offsets_s(np.array(times, np.int64), zone)
    assert len(found) == len(times)
    assert set(found.tolist()) <= {3600, 7200}


def series(values: list[float], quality: list[Quality]) -> Series:
    times = np.arange(len(values), dtype=np.int64) * 900_000
    codes = np.array([CODE_OF[each] for each in quality], np.uint8)
    return Series(SUPPLY, times, np.array(values), codes)


def test_a_series_tells_all_there_is_only_where_all_of_it_is_good() -> None:
    good = [Quality.GOOD, Quality.GOOD]
    rows = of_series(FACTS[SUPPLY], series([1.0, 2.0], good))
    assert rows is not None
    assert rows.values.tolist() == [1.0, 2.0]
    assert of_series(FACTS[SUPPLY], series([1.0, float("nan")], good)) is None
    assert of_series(FACTS[SUPPLY], series([1.0, 2.0], [Quality.GOOD, Quality.STALE])) is None


def test_words_moments_and_reasons_have_columns_of_their_own() -> None:
    samples = [
        Sample(AT, Reading(WORDS, "frost", Quality.GOOD, AT)),
        Sample(AT, Reading(WORDS, AT, Quality.GOOD, AT)),
        Sample(AT, Reading(WORDS, 1.5, Quality.STALE, AT, "link-lost")),
        Sample(AT, Reading(WORDS, None, Quality.OFFLINE, AT, "silent")),
    ]
    rows = of_samples(FACTS[WORDS], samples)
    assert list(rows.words) == ["frost", "2026-01-15T12:00:00+00:00", "", ""]
    assert list(rows.reasons) == ["", "", "link-lost", "silent"]
    assert rows.values[2] == 1.5
    assert np.isnan(rows.values[[0, 1, 3]]).all()

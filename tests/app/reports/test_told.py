"""A reading is taken over as it was, and what is no value has none."""

from datetime import UTC, datetime

import pytest

from app.model.reading import PointId, Quality, Reading, Value
from app.reports.reasons import reason_words
from app.reports.told import NOT_READ, told_by
from app.reports.words import Words
from tests.app.reports import sample

AT = datetime(2026, 1, 20, 8, tzinfo=UTC)
POINT = PointId("ahornvej-14.s1")
EN = Words()


@pytest.mark.parametrize("quality", list(Quality))
def test_every_quality_is_taken_over(quality: Quality) -> None:
    value = 20.5 if quality.believable else None
    told = told_by(Reading(POINT, value, quality, AT, "code"))
    assert (told.value, told.quality, told.reason) == (value, quality, "code")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_has_no_value(value: float) -> None:
    told = told_by(Reading(POINT, value, Quality.GOOD, AT))
    assert (told.value, told.quality, told.reason) == (None, Quality.BAD, "not-a-number")


def test_no_reading_means_not_read() -> None:
    told = told_by(None)
    assert (told.value, told.quality, told.reason) == (None, Quality.BAD, NOT_READ)


@pytest.mark.parametrize("value", ["10.20.14.31", AT, 7, 7.5, 0])
def test_texts_times_and_numbers_are_kept(value: Value) -> None:
    assert told_by(Reading(POINT, value, Quality.GOOD, AT)).value == value


def test_whole_numbers_are_kept_as_floats_so_that_data_have_one_form() -> None:
    value = told_by(Reading(POINT, 7, Quality.GOOD, AT)).value
    assert isinstance(value, float)


def sentinels() -> set[str]:
    """Reason codes the shipped profiles give."""
    return {
        code
        for name in ("danfoss.ecl310.a266_1", "kamstrup.multical_x03", "eastron.sdm630")
        for place in sample.profile(name).places.values()
        for code in place.sentinels.values()
    }


@pytest.mark.parametrize(
    "code",
    sorted(
        sentinels()
        | {"not-read", "not-a-number", "not-text", "out-of-range", "refused", "device-late"}
        | {"device-offline", "garbled", "too-old", "timeout", "unreachable", "link-lost"}
    ),
)
def test_every_reason_has_few_plain_words(code: str) -> None:
    words = reason_words(code, EN)
    assert words
    assert len(words) <= 28  # the column has room for so many
    assert "-" not in words.replace("short-circuited", "")


def test_an_unknown_reason_is_printed_as_it_came() -> None:
    assert reason_words("pump-seized-up", EN) == "pump seized up"
    assert reason_words("", EN) == ""

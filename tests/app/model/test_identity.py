"""What a device says of itself becomes words an engineer recognises."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.identity import FactFormat, IdentityFact, identity_facts
from app.model.reading import Value


def told(how: FactFormat, *values: Value | None, prefix: str = "") -> str:
    keys = tuple(f"p{number}" for number in range(len(values)))
    facts = {"fact": IdentityFact(how, keys, prefix)}
    return identity_facts(facts, dict(zip(keys, values, strict=True))).get("fact", "")


@pytest.mark.parametrize(
    ("how", "values", "words"),
    [
        (FactFormat.APPLICATION_KEY, (65.0, 266.0, 1.0), "A266.1"),
        (FactFormat.HIGH_LOW_BYTE, (557.0,), "2.45"),
        (FactFormat.HIGH_LOW_BYTE, (2048.0,), "8.0"),
        (FactFormat.LETTER_LOW_BYTE, (16642.0,), "A.2"),
        (FactFormat.YEAR_WEEK, (6432.0,), "week 32, 2025"),
        (FactFormat.NUMBER, (423187751.0,), "423187751"),
        (FactFormat.TEXT, ("  SDM630 ",), "SDM630"),
    ],
)
def test_registers_become_the_words_on_the_type_plate(
    how: FactFormat, values: tuple[Value, ...], words: str
) -> None:
    assert told(how, *values) == words


def test_a_code_number_carries_the_makers_prefix() -> None:
    assert told(FactFormat.NUMBER, 3040.0, prefix="087H") == "087H3040"


@pytest.mark.parametrize(
    ("how", "values"),
    [
        (FactFormat.APPLICATION_KEY, (65.0, None, 1.0)),  # not all of it was read
        (FactFormat.APPLICATION_KEY, (0.0, 266.0, 1.0)),  # no letter
        (FactFormat.LETTER_LOW_BYTE, (2.0,)),
        (FactFormat.YEAR_WEEK, (0.0,)),  # there is no week 0
        (FactFormat.YEAR_WEEK, (25.0 * 256 + 54,)),
        (FactFormat.HIGH_LOW_BYTE, (70000.0,)),  # more than a register holds
        (FactFormat.NUMBER, (-1.0,)),
        (FactFormat.NUMBER, (1.5,)),
        (FactFormat.NUMBER, (math.nan,)),
        (FactFormat.NUMBER, (math.inf,)),
        (FactFormat.NUMBER, ("12",)),
        (FactFormat.NUMBER, (datetime(2026, 1, 20, tzinfo=UTC),)),
        (FactFormat.TEXT, ("   ",)),
        (FactFormat.TEXT, (7.0,)),
    ],
)
def test_what_does_not_fit_tells_nothing(
    how: FactFormat, values: tuple[Value | None, ...]
) -> None:
    assert told(how, *values, prefix="087H") == ""


def test_an_application_key_takes_three_points_everything_else_one() -> None:
    assert FactFormat.APPLICATION_KEY.takes == 3
    assert {how.takes for how in FactFormat} == {1, 3}


@given(
    st.sampled_from(FactFormat),
    st.lists(st.floats() | st.text(max_size=4), min_size=3, max_size=3),
)
def test_no_answer_of_a_device_upsets_the_words(how: FactFormat, values: list[Value]) -> None:
    assert isinstance(told(how, *values[: how.takes]), str)

"""A text in a table of another program is a text, whatever it begins with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.sheettext import RISKY, guarded, guarded_value, unguarded


@pytest.mark.parametrize("first", RISKY)
def test_what_looks_like_a_formula_gets_an_apostrophe(first: str) -> None:
    assert guarded(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"
    assert guarded_value(f"{first}SUM(A1)") == f"'{first}SUM(A1)"


@pytest.mark.parametrize("number", ["-1", "-12.5", "+7", "-0,25", "-1.000.000"])
def test_a_number_stays_a_number(number: str) -> None:
    assert guarded_value(number) == number
    assert guarded(number) == f"'{number}"


@pytest.mark.parametrize("text", ["", "Ahornvej 14", "'quoted'", "a=b", "°C", "m³/h", "'"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(max_size=20))
def test_reading_takes_away_what_writing_added(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert unguarded(guarded(guarded(text))) == guarded(text)
    assert not guarded(text).startswith(RISKY)

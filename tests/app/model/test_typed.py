"""A number typed at the desk is read in one way only: a controller gets what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.typed import number_typed, require_keepable

POINT, COMMA = ".", ","


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("43", POINT, 43.0),
        ("1.5", POINT, 1.5),
        ("1,5", POINT, 1.5),  # a comma before one digit divides no thousands
        ("1,5", COMMA, 1.5),
        ("1.5", COMMA, 1.5),
        ("-4.25", POINT, -4.25),
        ("\N{MINUS SIGN} 4,25", COMMA, -4.25),
        ("+2", POINT, 2.0),
        (".5", POINT, 0.5),
        ("0,125", POINT, 0.125),  # no number of thousands begins with 0
        ("0.125", COMMA, 0.125),
        ("1500,125", POINT, 1500.125),
        ("1\N{NO-BREAK SPACE}204", POINT, 1204.0),
        ("1 204 500,5", COMMA, 1204500.5),
        ("1,204.5", POINT, 1204.5),
        ("1.204,5", COMMA, 1204.5),
        ("1,204,500", POINT, 1204500.0),
        ("1.204.500", COMMA, 1204500.0),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(
    text: str, mark: str, number: float
) -> None:
    assert number_typed(text, mark) == number


@pytest.mark.parametrize("mark", [POINT, COMMA])
@pytest.mark.parametrize(
    ("text", "small", "large"),
    [("1,500", "1{}5", "1500"), ("12.000", "12", "12000"), ("-1.250", "-1{}25", "-1250")],
)
def test_what_can_mean_two_numbers_is_asked_for_again(
    text: str, small: str, large: str, mark: str
) -> None:
    with pytest.raises(BadInput) as refused:
        number_typed(text, mark, 1)
    assert str(refused.value) == (
        f"“{text}” can mean {small.format(mark)} or {large}. Type the one that is meant."
    )


def test_three_places_are_typed_where_three_places_are_shown() -> None:
    assert number_typed("1.250", POINT, 3) == 1.25
    with pytest.raises(BadInput, match="can mean"):
        number_typed("1,250", POINT, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("", "warm", "nan", "inf", "1e3", "0x10", "1_0", "٣", "--5", "4-"),
        *("4 3", "12 04", "1 2045", "1,2,3", "1.2.3", "1.234,5", "1.204.500", "1,20,500"),
        *("9" * 400, ",", "."),
    ],
)
def test_what_is_no_number_is_never_guessed(text: str) -> None:
    assert number_typed(text, POINT) is None


@given(st.text("0123456789., +-", max_size=12), st.integers(0, 4))
def test_no_text_means_two_numbers_in_two_languages(text: str, decimals: int) -> None:
    read = set()
    for mark in (POINT, COMMA):
        try:
            read.add(number_typed(text, mark, decimals))
        except BadInput:
            read.add(None)
    assert len(read - {None}) <= 1


@pytest.mark.parametrize("text", ["a\0b", "\0", "half \ud83d", "\udfff letter"])
def test_what_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="cannot be kept"):
        require_keepable(text)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_every_letter_there_is_can_be_kept(text: str) -> None:
    require_keepable(text)

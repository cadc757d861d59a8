"""Whatever letters a resident's name has, and however it came in, he is found again."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.project.callname import GONE, CallName, Finder, call_names

KEY = b"k" * 32
WORDS = st.text(
    st.characters(categories=("Lu", "Ll", "Lo"), max_codepoint=0x52F), min_size=2, max_size=9
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))


def finder_of(*called: str) -> Finder:
    """Finds whoever is called so."""
    return Finder(KEY, call_names(KEY, called))


@given(NAMES, FORMS, FORMS, st.sampled_from((", ", "\n", " (", "/", "-")))
@example("Jürgen Müller", "NFD", "NFC", " (")
@example("Núñez Pérez", "NFC", "NFD", ", ")
@example("Łukasz Żółć", "NFD", "NFD", "\n")
def test_a_name_is_found_however_its_accents_are_coded(
    name: str, given_as: Form, written_as: Form, beside: str
) -> None:
    finder = finder_of(unicodedata.normalize(given_as, name))
    assume(finder)  # too short a name is nobody's
    text = f"rang{beside}{unicodedata.normalize(written_as, name)}{beside}om varmen"
    assert finder.finds(text)
    assert finder.without(text) == f"rang{beside}{GONE}{beside}om varmen"


@given(NAMES, st.text(max_size=40))
def test_what_was_put_out_is_not_found_again(name: str, beside: str) -> None:
    finder = finder_of(name)
    once = finder.without(f"{beside} {name} {beside}")
    assert not finder.finds(once)
    assert finder.without(once) == once


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(("+45", "0045", "+49", "")))
def test_a_number_is_found_in_every_way_people_write_it(number: int, country: str) -> None:
    digits = str(number)
    finder = finder_of(f"{country} {digits}".strip())
    twos = " ".join(digits[at : at + 2] for at in range(0, 8, 2))
    for written in (digits, twos, f"{digits[:4]} {digits[4:]}", twos.replace(" ", "-")):
        assert finder.finds(f"call {written}!"), written
    assert not finder.finds(f"call {digits[:-1]}{(number + 1) % 10}!")
    assert not finder.finds(f"serial {digits}7")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bo Lind", "Lind, Bo"),
        ("Bo Lind", "bolind@example.dk"),
        ("Bo Lind", "BO_LIND.pdf"),
        ("Anne Marie Juul", "Juul, Anne Marie"),
        ("Straßer Karl", "STRASSER KARL"),
        ("İpek Şahin", "i̇pek şahin"),
        ("Anna-Lena O'Brien", "anna lena o’brien"),
    ],
)
def test_the_ways_people_turn_a_name_around_are_known(name: str, text: str) -> None:
    assert finder_of(name).finds(text)


@pytest.mark.parametrize("text", ["Bolinder", "Lindbo", "Bo Lindt", "Bo", "Lind", "bo-linden"])
def test_words_that_only_begin_like_a_name_are_other_words(text: str) -> None:
    assert not finder_of("Bo Lind").finds(text)


def test_the_longest_of_two_names_that_begin_alike_goes_whole() -> None:
    finder = finder_of("Mads Riis", "Mads Riis Holm")
    assert finder.without("Mads Riis Holm and Mads Riis") == f"{GONE} and {GONE}"


def test_a_text_without_anybody_is_handed_back_as_it_was() -> None:
    text = unicodedata.normalize("NFD", "Trykfald på ventil, Übergabe")
    assert finder_of("Mads Riis").without(text) is text


def test_nobody_is_found_by_who_looks_for_nobody() -> None:
    empty = finder_of()
    assert not empty
    assert not empty.finds("Mads Riis")


@given(NAMES)
def test_what_is_kept_is_the_same_for_a_key_and_another_for_another(name: str) -> None:
    kept = call_names(KEY, [name])
    assert kept == call_names(KEY, [name, name])
    other: set[CallName] = {*call_names(b"o" * 32, [name])}
    assert not other & {*kept}

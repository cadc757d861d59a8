"""Hebrew and Arabic names are printed as their readers read them."""

import unicodedata

import pytest

from app.reports.render.fonts import MISSING, Face, runs
from app.reports.render.righttoleft import as_printed

STATION = "\u05d1\u05d9\u05ea"  # bet, yod, tav
TURNED = "\u05ea\u05d9\u05d1"
HEAT = "\u062d\u0631\u0627\u0631\u0629"  # hah, reh, alef, reh, teh marbuta


@pytest.mark.parametrize(
    "name", ["", "Ahornvej 14", "Łódź – Θεσσαλονίκη", "北京 (2)", "−2.3 °C"]
)
def test_names_that_read_from_left_to_right_stay_as_they_are(name: str) -> None:
    assert as_printed(name) == name


def test_a_hebrew_word_is_turned() -> None:
    assert as_printed(STATION) == TURNED


def test_numbers_beside_hebrew_keep_their_own_order() -> None:
    assert as_printed(f"{STATION} 14") == f"14 {TURNED}"
    assert as_printed(f"{STATION} 51.6") == f"51.6 {TURNED}"
    assert as_printed(f"{STATION} 14-16").startswith("14-16 ")


def test_a_hebrew_word_within_a_danish_name_is_turned_alone() -> None:
    assert as_printed(f"Ahornvej {STATION} nord") == f"Ahornvej {TURNED} nord"
    assert as_printed(f"Hus 4 · {STATION}") == f"Hus 4 · {TURNED}"


def test_two_words_change_places_and_a_latin_one_between_them_keeps_its_letters() -> None:
    assert as_printed(f"{STATION} EM1 {HEAT[:1]}").endswith(f"EM1 {TURNED}")


def test_brackets_of_a_turned_word_are_turned_with_it() -> None:
    assert as_printed(f"{STATION} ({STATION})") == f"({TURNED}) {TURNED}"


def test_marks_nobody_sees_are_left_out() -> None:
    assert as_printed(f"\u200f{STATION}\u202c") == TURNED


def test_arabic_letters_are_joined_to_their_neighbours() -> None:
    shown = as_printed(HEAT)
    names = [unicodedata.name(char) for char in reversed(shown)]
    assert names[0].endswith("HAH INITIAL FORM")
    assert names[1].endswith("REH FINAL FORM")
    assert names[2] == "ARABIC LETTER ALEF"  # reh reaches out to nothing
    assert names[-1].startswith("ARABIC LETTER TEH MARBUTA")


def test_a_letter_between_two_that_reach_out_takes_its_middle_form() -> None:
    shown = as_printed("\u0628\u0628\u0628")
    assert [unicodedata.name(char).rsplit(" ", 2)[1] for char in reversed(shown)] == [
        "INITIAL", "MEDIAL", "FINAL",
    ]  # fmt: skip


def test_vowel_marks_do_not_part_letters() -> None:
    shown = as_printed("\u0628\u064e\u0628")
    assert "\ufe91" in shown
    assert "\ufe90" in shown


def test_lam_and_alef_are_one_sign() -> None:
    assert as_printed("\u0644\u0627") == "\ufefb"
    assert as_printed("\u0628\u0644\u0627") == "\ufefc\ufe91"


@pytest.mark.parametrize(
    "text",
    [STATION, HEAT, "\u0645\u062d\u0637\u0629 \u0627\u0644\u062a\u062f\u0641\u0626\u0629"],
)
@pytest.mark.parametrize("face", [Face.REGULAR, Face.BOLD])
def test_the_type_has_every_form(text: str, face: Face) -> None:
    assert MISSING not in "".join(piece for _font, piece in runs(text, face))


@pytest.mark.parametrize("length", [1, 7, 300])
def test_as_many_letters_are_printed_as_there_are(length: int) -> None:
    name = (f"{STATION} 14 a " * 100)[:length]
    assert len(as_printed(name)) == length
    assert sorted(as_printed(name)) == sorted(name)

"""Figures stand below each other, and every script finds a font."""

import pymupdf_fonts
import pytest

from app.reports.render.fonts import MISSING, PICTURES, Face, runs, width_pt
from app.reports.render.glyphs import equal_width_figures
from app.reports.render.sheet import Sheet, split_number, wrap
from app.reports.render.style import BODY

TEXT_FACES = (Face.REGULAR, Face.BOLD, Face.ITALIC)


@pytest.mark.parametrize("face", TEXT_FACES)
def test_all_figures_are_equally_wide(face: Face) -> None:
    assert len({width_pt(figure, face, 10) for figure in "0123456789+−"}) == 1


def test_the_faces_own_figures_are_not() -> None:
    forms = equal_width_figures(pymupdf_fonts.myfont("figo"))
    assert len(forms) > 50
    assert equal_width_figures(b"\0\1\0\0\0\0" + bytes(6)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Østerby", "Žirmūnai", "Łódź, Żeromskiego", "Пермь", "Θεσσαλονίκη", "İstanbul ğüşç",
        "≥ ≤ → ° ² ³ Δ Σ × ¹ ~ − –", "m³/h", "Größe",
    ],
)  # fmt: skip
@pytest.mark.parametrize("face", TEXT_FACES)
def test_the_scripts_of_europe_are_in_every_face(text: str, face: Face) -> None:
    assert runs(text, face) == [(face.value, text)]


def test_accents_that_came_apart_are_joined() -> None:
    assert runs("o\u0301", Face.REGULAR) == [(Face.REGULAR.value, "ó")]


def test_line_ends_and_control_characters_become_blanks() -> None:
    assert runs("a\nb\tc\x00d\u2028e", Face.REGULAR)[0][1] == "a b c d e"


def test_a_character_nobody_has_is_a_box_and_not_a_crash() -> None:
    assert runs("\U00013000", Face.REGULAR) == [(Face.MONO.value, MISSING)]


@pytest.mark.parametrize("sign", ["🔥", "🏭", "💧", "🚰", "🧊"])
def test_a_picture_in_a_name_is_printed_with_the_letters_shipped(sign: str) -> None:
    assert runs(f"Vej 3 {sign}", Face.BOLD) == [(Face.BOLD.value, "Vej 3 "), (PICTURES, sign)]
    assert width_pt(sign, Face.BOLD, 10) > 5


def test_how_a_sign_wants_to_be_drawn_prints_nothing() -> None:
    assert runs("🌡\ufe0f 62", Face.REGULAR) == runs("🌡 62", Face.REGULAR)


def test_chinese_comes_from_the_system() -> None:
    pieces = runs("北京 4", Face.BOLD)
    if pieces[0] == (Face.MONO.value, MISSING * 2):
        pytest.skip(
            "NOT RUN: this machine has no TrueType font with Chinese (fonts-droid-fallback)"
        )
    assert pieces[0][0].startswith("Fallback")
    assert pieces[0][1] == "北京"
    assert pieces[1] == (Face.BOLD.value, " 4")


def test_an_empty_text_has_no_width() -> None:
    assert runs("", Face.REGULAR) == []
    assert width_pt("", Face.REGULAR, 10) == 0


@pytest.mark.parametrize(
    ("text", "whole", "fraction"),
    [
        ("−2.3", "−2", ".3"),
        ("20,5", "20", ",5"),
        ("OFF", "OFF", ""),
        ("05:30", "05:30", ""),
        ("10.20.14.31", "10.20.14.31", ""),
        ("ml, l/h", "ml, l/h", ""),
        ("Min.", "Min.", ""),
        ("9 846.2", "9 846", ".2"),
    ],
)
def test_a_number_is_split_at_its_mark_and_words_are_not(
    text: str, whole: str, fraction: str
) -> None:
    assert split_number(text) == (whole, fraction)


def test_text_is_wrapped_to_its_column_and_nothing_is_lost() -> None:
    text = (
        "Pump frost protection, outdoor temperature at −30 °C and Donaudampfschifffahrtskessel"
    )
    lines = wrap(text, BODY, 30.0)
    assert all(Sheet.width(line, BODY) <= 30.0 for line in lines)
    assert "".join(lines).replace(" ", "").replace("\u00a0", "") == text.replace(" ", "")


def test_a_number_and_its_degrees_stay_together() -> None:
    for width in range(10, 60, 3):
        assert not any(
            line.startswith("°C") for line in wrap("Curve point at 0 °C outdoor", BODY, width)
        )


def test_an_empty_text_has_no_lines() -> None:
    assert wrap("", BODY, 30.0) == []
    assert wrap("  \n ", BODY, 30.0) == []

"""Whatever letters a name has, they are drawn: pictures as letters, in one colour."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest
from PyQt6.QtGui import QTextLayout
from pytestqt.qtbot import QtBot

from widgets.fonts import FAMILY, PICTURES, body_font

FONTS = Path(__file__).parents[2] / "resources" / "fonts"


def drawn(text: str) -> list[tuple[str, bool]]:
    """Return the family of each run of glyphs, and whether one of them is missing."""
    layout = QTextLayout(text, body_font())
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(10_000)
    layout.endLayout()
    return [(run.rawFont().familyName(), 0 in run.glyphIndexes()) for run in layout.glyphRuns()]


@pytest.mark.parametrize("sign", [*"🔥🏭💧🚰🧊🎉🔧🏥👍😀🐟🛢", "❄\ufe0f", "👨\u200d👩\u200d👧"])
def test_a_picture_in_a_name_is_drawn_in_one_colour(qtbot: QtBot, sign: str) -> None:
    assert (PICTURES, False) in drawn(f"Vej 3 {sign}")
    assert not any(missing for _family, missing in drawn(f"Vej 3 {sign}"))


@pytest.mark.parametrize("text", ["Ahornvej 14", "62.4 °C", "−3 → 4", "12:30", "© 2026", "#7*"])
def test_letters_and_figures_stay_those_of_the_desk(qtbot: QtBot, text: str) -> None:
    assert drawn(text) == [(FAMILY, False)]


def test_every_font_names_where_it_comes_from_and_its_licence() -> None:
    with (FONTS / "sources.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    shipped = {each.name for each in FONTS.glob("*.ttf")}
    assert {row["file"] for row in rows} == shipped
    assert all(row["licence"] == "OFL-1.1" and row["version"] for row in rows)
    licence = (files("resources.fonts") / "LICENSE-noto-emoji.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence.upper()

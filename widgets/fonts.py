"""The type of the desk: one family shipped with the program, so every machine draws alike."""

from functools import cache
from importlib.resources import files

import pymupdf_fonts
from PyQt6.QtGui import QFont, QFontDatabase

FAMILY = "FiraGO"
PICTURES = "Noto Emoji"  # in one colour, as letters are: colour means “look here”
BODY_PX = 13
SMALL_PX = 12  # labels, units, column heads
VALUE_PX = 16  # a live value in a card or diagram
TITLE_PX = 18
FIGURE_PX = 26  # one figure of a tile
_FACES = ("figo", "figbo", "figit", "figbi")  # regular, bold and their italics


@cache
def _load() -> None:
    for face in _FACES:
        QFontDatabase.addApplicationFontFromData(pymupdf_fonts.myfont(face))
    pictures = (files("resources.fonts") / "NotoEmoji-Regular.ttf").read_bytes()
    QFontDatabase.addApplicationFontFromData(pictures)
    # For signs that are pictures by themselves alone: arrows, ticks and the like stay letters.
    QFontDatabase.addApplicationEmojiFontFamily(PICTURES)


def body_font() -> QFont:
    """Return the font of running text; needs a QGuiApplication."""
    return font(BODY_PX)


@cache
def font(size_px: int, *, strong: bool = False, italic: bool = False) -> QFont:
    """Return the desk's font at a height in logical pixels, figures all equally wide.

    One object serves all who ask for the same: copy it before changing it.
    """
    _load()
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    made.setItalic(italic)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made

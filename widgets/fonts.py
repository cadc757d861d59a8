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


def font(size_px: int, *, strong: bool = False, italic: bool = False) -> QFont:
    """Return the desk's font at a height in logical pixels, figures all equally wide.

    It is the asker's own: what is changed in it changes nobody else's letters. Its
    letters themselves are shared with all who asked for the same.
    """
    return QFont(_made(size_px, strong=strong, italic=italic))


@cache
def _made(size_px: int, *, strong: bool, italic: bool) -> QFont:
    _load()
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    made.setItalic(italic)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made

"""The type of the paper: FiraGO with figures of equal width, other scripts from the system."""

import logging
import os
import re
import sys
import unicodedata
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pymupdf_fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from app.reports.render.glyphs import equal_width_figures
from app.reports.render.righttoleft import as_printed

_log = logging.getLogger(__name__)
PICTURES = "NotoEmoji-Regular"
MISSING = "□"  # printed for a character no font of this machine knows


class Face(Enum):
    """A cut of the paper's type; the value is its name inside the PDF."""

    REGULAR = "FiraGO-Regular"
    BOLD = "FiraGO-Bold"
    ITALIC = "FiraGO-Italic"
    MONO = "CascadiaMono-Regular"


_SHIPPED = {
    Face.REGULAR: "figo",
    Face.BOLD: "figbo",
    Face.ITALIC: "figit",
    Face.MONO: "cascadia",
}
_TEXTS_KEPT = 8192
_SELECTORS = {0xFE0E: None, 0xFE0F: None}  # how a sign wants to be drawn; they print nothing
_IN_COLUMNS = "0123456789+−"  # what stands in columns; a degree sign keeps its own width
_DEGREE_KERN = 80  # ‰ of the size: nothing here kerns, and °C would fall apart
# TrueType outlines only: reportlab cannot embed the CFF outlines of the Noto CJK fonts.
_DEBIAN = (
    "truetype/droid/DroidSansFallbackFull.ttf",
    "truetype/wqy/wqy-microhei.ttc",
    "truetype/dejavu/DejaVuSans.ttf",
)
_WINDOWS = ("msyh.ttc", "malgun.ttf", "msgothic.ttc", "simsun.ttc", "seguisym.ttf", "arial.ttf")


def runs(text: str, face: Face) -> list[tuple[str, str]]:
    """Return ``text`` as (font name, piece) pairs, each piece covered by its font.

    Line ends and other control characters become blanks; letters that came as base and
    accent are joined; Hebrew and Arabic come in the order of printing. A character that
    no font here has is printed as `MISSING`.
    """
    return list(_runs(text, face))


@lru_cache(_TEXTS_KEPT)  # a table prints the same figures again and again
def _runs(text: str, face: Face) -> tuple[tuple[str, str], ...]:
    plain = as_printed(unicodedata.normalize("NFC", text).translate(_SELECTORS))
    chosen = [_choose(char, face) for char in plain]
    return tuple(
        (font, "".join(char for _, char in pieces))
        for font, pieces in groupby(chosen, key=lambda pair: pair[0])
    )


@lru_cache(_TEXTS_KEPT)
def width_pt(text: str, face: Face, size_pt: float) -> float:
    """Return how wide ``text`` is printed, in points."""
    return float(
        sum(pdfmetrics.stringWidth(piece, font, size_pt) for font, piece in runs(text, face))
    )


def embedded(face: Face) -> str:
    """Return the name of a face that is ready to be used by a canvas."""
    return str(_shipped(face).fontName)


@lru_cache(_TEXTS_KEPT)
def _choose(char: str, face: Face) -> tuple[str, str]:
    if unicodedata.category(char) in {"Cc", "Zl", "Zp"}:
        char = " "
    for font in (_shipped(face), _shipped(Face.REGULAR)):
        if ord(char) in font.face.charToGlyph:
            return font.fontName, char
    for font in _fallbacks():
        if ord(char) in font.face.charToGlyph:
            return font.fontName, char
    _tell_missing(char)
    return _shipped(Face.MONO).fontName, MISSING


@cache
def _tell_missing(char: str) -> None:
    _log.warning("no font of this machine prints %r (U+%04X)", char, ord(char))


class _Letters(TTFont):
    """A font whose letters beyond the first 65,536 can be copied out of a PDF, too.

    reportlab tells a reader their numbers; the PDF reference (9.10.3) wants UTF-16.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab calls it by this name
        before = set(doc.idToObject)
        super().addObjects(doc)
        for name in set(doc.idToObject) - before:
            if name.startswith("toUnicodeCMap:"):
                told = doc.idToObject[name]
                told.content = _BEYOND.sub(_in_utf_16, told.content)


_BEYOND = re.compile(r"(?<=> <)[0-9A-F]{5,6}(?=>)")


def _in_utf_16(number: re.Match[str]) -> str:
    return chr(int(number[0], 16)).encode("utf-16-be").hex().upper()


@cache
def _shipped(face: Face) -> TTFont:
    data = pymupdf_fonts.myfont(_SHIPPED[face])
    font = _Letters(face.value, BytesIO(data), shapable=False)
    forms, per_mille = equal_width_figures(data), 1000 / font.face.unitsPerEm
    for code in map(ord, _IN_COLUMNS):
        glyph = font.face.charToGlyph.get(code)
        if glyph in forms:
            font.face.charToGlyph[code] = forms[glyph]
            font.face.charWidths[code] = font.face.hmetrics[forms[glyph]][0] * per_mille
    if face is not Face.MONO:
        font.face.charWidths[ord("°")] -= _DEGREE_KERN
    pdfmetrics.registerFont(font)
    return font


@cache
def _fallbacks() -> tuple[TTFont, ...]:
    """Load what this machine has for scripts that FiraGO lacks, Chinese first of all.

    Last come the signs of pictures shipped with the program.
    """
    found = []
    for index, path in enumerate(_system_fonts()):
        try:
            font = _Letters(f"Fallback{index}", str(path), shapable=False)
        except (TTFError, OSError) as error:
            _log.info("%s is not used: %s", path, error)
            continue
        pdfmetrics.registerFont(font)
        found.append(font)
    return (*found, _pictures())


def _pictures() -> TTFont:
    data = (files("resources.fonts") / "NotoEmoji-Regular.ttf").read_bytes()
    font = _Letters(PICTURES, BytesIO(data), shapable=False)
    pdfmetrics.registerFont(font)
    return font


def _system_fonts() -> list[Path]:
    if sys.platform == "win32":
        folder = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        names = _WINDOWS
    else:
        folder, names = Path("/usr/share/fonts"), _DEBIAN
    return [folder / name for name in names if (folder / name).is_file()]

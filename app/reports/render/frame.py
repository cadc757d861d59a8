"""What every page carries: header, footer with number, checksum, initials, page x of n."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from app.reports.pace import tell
from app.reports.render.fonts import Face, embedded
from app.reports.render.layout import Block
from app.reports.render.sheet import Sheet, fitted
from app.reports.render.style import (
    BLACK,
    FOOTER_RULE_MM,
    HAIR_PT,
    HEADER_RULE_MM,
    LEFT_MM,
    PAPER_MM,
    PT_MM,
    RIGHT_EDGE_MM,
    RULE,
    SMALL,
    TEXT_MM,
    TOP_MM,
)
from app.reports.words import Words

Page = Sequence[tuple[float, Block]]
_ONE_AT_A_TIME = threading.Lock()  # reportlab's fonts are shared by all documents being made
_BASE_LINE_MM = 2.9  # below the top of a line of the header
_INITIALS_MM = (14.0, 5.4)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is printed around the body of every page."""

    number: str  # "CR-2026-0031"
    digest: str  # the data's whole checksum; "" where none is kept
    left: str  # header, from page 2 on: the utility
    middle: str
    right: str
    title: str  # of the file, as a PDF viewer shows it
    initials: bool = True


def print_pages(
    pages: Sequence[Page],
    frame: Frame,
    words: Words,
    given_up: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return the PDF of the pages; thread-safe, one document at a time.

    Returns nothing when ``given_up`` answers True at the beginning of a page; a `Pace`
    is told which page it is.
    """
    with _ONE_AT_A_TIME:
        buffer = BytesIO()
        size = (PAPER_MM[0] / PT_MM, PAPER_MM[1] / PT_MM)
        rl_config.useA85 = 0  # letters in place of bytes make the file larger, and take a third
        first: Any = embedded(Face.REGULAR)  # else Helvetica is named, which is not embedded
        canvas = Canvas(buffer, size, initialFontName=first)
        canvas.setTitle(frame.title)
        canvas.setAuthor(frame.left)
        canvas.setSubject(frame.number)
        canvas.setCreator("Heatdesk")
        sheet = Sheet(canvas, words)
        for index, page in enumerate(pages, start=1):
            if given_up():
                return b""
            tell(given_up, index - 1, len(pages))
            if index > 1:
                _header(sheet, frame)
            for top, block in page:
                block.draw(sheet, top)
            _footer(sheet, frame, index, len(pages))
            canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _header(sheet: Sheet, frame: Frame) -> None:
    line = TOP_MM + _BASE_LINE_MM
    strong = SMALL.bold().in_grey(BLACK)
    left = sheet.text(LEFT_MM, line, fitted(frame.left, strong, TEXT_MM / 3), strong)
    right = sheet.text(RIGHT_EDGE_MM, line, frame.right, SMALL, at=1)
    middle = LEFT_MM + (left + TEXT_MM - right) / 2
    told = fitted(frame.middle, SMALL, TEXT_MM - left - right - 6)
    sheet.text(middle, line, told, SMALL, at=0.5)
    sheet.rule(HEADER_RULE_MM, HAIR_PT, RULE)


def _footer(sheet: Sheet, frame: Frame, page: int, pages: int) -> None:
    _ = sheet.words
    sheet.rule(FOOTER_RULE_MM, HAIR_PT, RULE)
    line, strong = FOOTER_RULE_MM + 1.6 + 3.2, SMALL.bold().in_grey(BLACK)
    digits = f"{frame.digest[:4]} {frame.digest[4:8]}"
    told = _(" · data {digits}").format(digits=digits) if frame.digest else ""
    sheet.words_along(LEFT_MM, line, [(frame.number, strong), (told, SMALL)])
    if frame.initials:
        _initials(sheet, line)
    parts = [(_("Page "), SMALL), (str(page), strong), (_(" of {n}").format(n=pages), SMALL)]
    wide = sum(sheet.width(text, style) for text, style in parts)
    sheet.words_along(RIGHT_EDGE_MM - wide, line, parts)


def _initials(sheet: Sheet, line: float) -> None:
    word = sheet.words("Initials")
    wide = sheet.width(word, SMALL) + 2 * (_INITIALS_MM[0] + 1.6)
    x = LEFT_MM + (TEXT_MM - wide) / 2
    x += sheet.text(x, line, word, SMALL) + 1.6
    for _box in range(2):
        sheet.box(x, FOOTER_RULE_MM + 1.6, _INITIALS_MM, HAIR_PT, RULE)
        x += _INITIALS_MM[0] + 1.6

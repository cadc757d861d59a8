"""Every page carries number, checksum, initials and its place among the pages."""

import threading
from itertools import pairwise

import pytest
from pypdf import PdfReader

from app.reports.render.frame import Frame, print_pages
from app.reports.render.layout import Drawn
from app.reports.render.sheet import Sheet
from app.reports.render.style import BODY
from app.reports.words import Words
from tests.app.reports.papers import Paper

FRAME = Frame(
    number="CR-2026-0031",
    digest="9B27BBA92AA9F965",
    left="Østerby Fjernvarme",
    middle="Commissioning report · Ahornvej 14",
    right="read 20 Jan 2026, 08:46:58 CET",
    title="CR-2026-0031 Commissioning report – Ahornvej 14",
)


def pages(count: int, frame: Frame = FRAME) -> Paper:
    """A paper of some pages with a word on each."""

    def word(number: int) -> Drawn:
        def draw(sheet: Sheet, top: float) -> None:
            sheet.text(30.0, top, f"body {number}", BODY)

        return Drawn(10.0, draw)

    return Paper(print_pages([[(40.0, word(n))] for n in range(count)], frame, Words()))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_page_says_which_it_is_of_how_many(count: int) -> None:
    found = pages(count)
    assert found.pages == count
    for number, words in enumerate(found.words, start=1):
        assert f"Page {number} of {count}" in words
        assert f"body {number - 1}" in words


def test_the_header_begins_on_the_second_page() -> None:
    first, second = pages(2).words
    assert "Østerby Fjernvarme" not in first
    assert "Østerby Fjernvarme" in second
    assert "Commissioning report · Ahornvej 14" in second
    assert "read 20 Jan 2026, 08:46:58 CET" in second


def test_number_and_first_digits_of_the_checksum_are_on_every_page() -> None:
    for words in pages(3).words:
        assert "CR-2026-0031 · data 9B27 BBA9" in words


def test_two_boxes_wait_for_initials() -> None:
    found = pages(1)
    boxes = [
        s for s in found.shapes()
        if s.right - s.left == pytest.approx(14.0, abs=0.01) and s.top > 281.5
    ]  # fmt: skip
    assert len(boxes) == 2
    assert boxes[0].right < boxes[1].left
    assert boxes[0].bottom <= 289.0


def test_a_paper_nobody_signs_has_no_boxes() -> None:
    unsigned = Frame("CD-1", "", "", "", "", "", initials=False)
    assert "Initials" not in pages(1, unsigned).words[0]


def test_a_viewer_shows_the_reports_own_title() -> None:
    reader: PdfReader = pages(1).reader
    assert reader.metadata is not None
    assert reader.metadata.title == FRAME.title
    assert reader.metadata.subject == "CR-2026-0031"
    assert reader.metadata.creator == "Heatdesk"


@pytest.mark.parametrize("long", ["left", "middle", "both"])
def test_long_names_in_the_header_end_with_dots_and_do_not_meet(long: str) -> None:
    name = "Przedsiębiorstwo Energetyki Cieplnej " * 6
    frame = Frame(
        number="CR-1",
        digest="0" * 16,
        left=name if long in {"left", "both"} else "Østerby",
        middle=name if long in {"middle", "both"} else "Report",
        right=FRAME.right,
        title="x",
    )
    found = pages(2, frame)
    header = sorted((t for t in found.texts if t.page == 2 and t.y < 18), key=lambda t: t.x)
    for one, other in pairwise(header):
        style = BODY.bold() if one is header[0] else BODY
        width = Sheet.width(one.text, style) * one.size_pt / BODY.size_pt
        assert one.x + width <= other.x + 0.5
    assert any(t.text.endswith("…") for t in header)


def test_a_paper_is_a4() -> None:
    box = pages(1).reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_reports_printed_at_once_do_not_mix() -> None:
    made: dict[int, Paper] = {}

    def make(index: int) -> None:
        made[index] = pages(index + 1)

    threads = [threading.Thread(target=make, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert {index: paper.pages for index, paper in made.items()} == {0: 1, 1: 2, 2: 3, 3: 4}
    for paper in made.values():
        assert all("CR-2026-0031" in words for words in paper.words)


def test_the_first_font_named_is_one_that_is_embedded() -> None:
    assert set(pages(1).fonts.values()) == {True}

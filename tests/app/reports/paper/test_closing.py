"""The last page: notes, the meaning of the signs, two signatures, the checksum."""

from dataclasses import replace
from itertools import pairwise

import pytest

from app.reports.commissioning_data import CommissioningData
from app.reports.paper.closing import checksum_block, checksum_place, put_closing
from app.reports.render.layout import Drawn, Flow
from app.reports.render.sheet import Sheet
from app.reports.render.style import BODY_END_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, laid, put

EN = Words()
DIGEST = "9B27BBA92AA9F96528F1A3F5F8E61CF8A68D293A14CCD4FB9B2B63A8774CCB90"


def _nothing(_sheet: Sheet, _top: float) -> None:
    return


def printed(data: CommissioningData | None = None, used_mm: float = 0.0) -> Paper:
    """The closing part below some other things."""
    flow = Flow()
    if used_mm:
        flow.place(Drawn(used_mm, _nothing))
    put_closing(flow, data or sample.report(), EN)
    return laid(flow.pages)


def rules(paper: Paper) -> list[float]:
    """The empty lines for handwriting."""
    signature = min(text.y for text in paper.texts if text.text == "Flags")
    notes = min(text.y for text in paper.texts if text.text == "Notes")
    return [
        shape.top
        for shape in paper.shapes(paper.pages)
        if shape.stroke == 0.533 and notes < shape.top < signature
    ]


def test_every_sign_of_the_report_is_explained() -> None:
    text = printed().words[0]
    for told in (
        "good: measured, current", "estimated or calculated",
        "stale: last good value and its age",
        "bad: withheld, with the reason", "not available or not known", "manual or overridden",
        "alarm: urgent, high, medium, low", "differs from the factory default",
        "changed since the last report", "limit, not a set point", "follows from 11175",
        "function not in use",
    ):  # fmt: skip
        assert told in text


def test_without_followers_the_note_is_told_in_general() -> None:
    rows = tuple(replace(row, follows=None) for row in sample.report().settings)
    assert "follows from another" in printed(replace(sample.report(), settings=rows)).words[0]


def test_two_equal_boxes_wait_for_signatures() -> None:
    paper = printed()
    boxes = [s for s in paper.shapes() if s.bottom - s.top == pytest.approx(41.0, abs=0.01)]
    assert [round(box.left) for box in boxes] == [22, 112]
    assert len({round(box.right - box.left, 2) for box in boxes}) == 1
    assert "Commissioned by" in paper.words[0]
    assert "Accepted by" in paper.words[0]
    for label, count in (("Name, company", 2), ("Signature", 2), ("Place", 2), ("Date", 2)):
        assert paper.words[0].count(label) == count


def test_there_are_seventeen_millimetres_to_sign_in() -> None:
    paper = printed()
    label = next(text for text in paper.texts if text.text == "Signature")
    lines = sorted(
        shape.top for shape in paper.shapes()
        if shape.top == shape.bottom and shape.top > label.y and shape.left < 30
    )  # fmt: skip
    assert lines[0] - (label.y - 2.9) == pytest.approx(17.0, abs=0.02)


def test_who_commissioned_is_printed_and_who_accepts_is_not() -> None:
    texts = [text.text for text in printed().texts]
    assert texts.count("K. Lund, Østerby Fjernvarme") == 1


@pytest.mark.parametrize("name", ["K" * 80, "北京供热站" * 12])
def test_a_long_name_is_set_smaller(name: str) -> None:
    data = sample.report()
    paper = printed(replace(data, run=replace(data.run, by=name)))
    assert min(text.size_pt for text in paper.texts) >= 7.0


def test_notes_of_the_reading_come_before_the_lines_for_the_pen() -> None:
    data = replace(
        sample.report(), notes=("PNU 11253 was refused.", "The clock is an hour off.")
    )
    text = printed(data).words[0]
    assert text.index("PNU 11253") < text.index("The clock") < text.index("Flags")


def test_what_no_source_knows_is_said_among_the_notes() -> None:
    assert "Extension modules" in printed().words[0]
    bare = replace(sample.report(), unknown=())
    assert "no published source" not in printed(bare).words[0]


@pytest.mark.parametrize("used", [0.0, 60.0, 110.0, 125.0])
def test_there_are_always_lines_to_write_on(used: float) -> None:
    found = rules(printed(used_mm=used))
    assert 2 <= len(found) <= 12
    steps = {round(b - a, 2) for a, b in pairwise(found)}
    assert steps <= {5.6}


@pytest.mark.parametrize("used", [0.0, 100.0, 140.0, 200.0, 250.0])
def test_the_closing_part_is_never_torn(used: float) -> None:
    paper = printed(used_mm=used)
    last = paper.words[-1]
    for told in ("Notes", "Flags", "Commissioned by", "Accepted by"):
        assert told in last
    lowest = max(text.y for text in paper.texts if text.y < 280)
    assert lowest <= BODY_END_MM


def test_very_many_notes_go_on_a_page_of_their_own() -> None:
    data = replace(sample.report(), notes=tuple(f"Note {n} of the device." for n in range(30)))
    assert "Note 29 of the device." in printed(data, used_mm=150.0).words[-1]


@pytest.mark.parametrize("pages", [1, 5, 12])
def test_the_signatures_cover_all_pages_and_the_data(pages: int) -> None:
    text = put(checksum_block(DIGEST, pages, EN)).words[0]
    assert f"The signatures cover pages 1 – {pages} and these data." in text
    assert (
        "9B27 BBA9 2AA9 F965 28F1 A3F5 F8E6 1CF8 A68D 293A 14CC D4FB 9B2B 63A8 774C CB90"
        in text
    )


def test_a_paper_nobody_signs_says_nothing_of_signatures() -> None:
    text = put(checksum_block(DIGEST, 2, EN, signed=False)).words[0]
    assert "signatures" not in text
    assert "SHA-256 of the data file" in text


def test_the_checksum_stands_between_body_and_footer() -> None:
    top, block = checksum_place(checksum_block(DIGEST, 5, EN))
    assert top > BODY_END_MM
    assert top + block.height < 281.5

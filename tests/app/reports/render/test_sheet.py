"""What is drawn lies where it was put, in millimetres from the upper left corner."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.render.sheet import Sheet, fitted, shortened, wrap
from app.reports.render.style import BODY, STRONG, Type
from tests.app.reports.papers import Paper, drawn, near


def body(paper: Paper) -> list[str]:
    """The texts above the footer."""
    return [text.text for text in paper.texts if text.y < 280]


@pytest.mark.parametrize(("at", "x"), [(0.0, 50.0), (1.0, 30.0), (0.5, 40.0)])
def test_a_text_begins_ends_or_is_centred_where_it_was_put(at: float, x: float) -> None:
    size = 20.0 / Sheet.width("0", Type(1.0)) / 5  # five figures 20 mm wide
    paper = drawn(lambda sheet: sheet.text(50.0, 100.0, "00000", Type(size), at=at))
    (text,) = [one for one in paper.texts if one.text == "00000"]
    assert text.x == pytest.approx(x, abs=0.01)
    assert text.y == pytest.approx(100.0, abs=0.01)


def test_the_width_of_a_text_is_returned() -> None:
    widths: list[float] = []
    drawn(lambda sheet: widths.append(sheet.text(50.0, 100.0, "Østerby 北", BODY)))
    assert widths == [pytest.approx(Sheet.width("Østerby 北", BODY))]


def test_pieces_follow_each_other() -> None:
    paper = drawn(
        lambda sheet: sheet.words_along(
            30.0, 50.0, [("Page ", BODY), ("1", STRONG), (" of 5", BODY)]
        )
    )
    found = {text.text: text for text in paper.texts if text.y < 280}
    assert found["Page"].x == pytest.approx(30.0, abs=0.01)
    assert found["1"].x == pytest.approx(30.0 + Sheet.width("Page ", BODY), abs=0.01)


@pytest.mark.parametrize("text", ["−2.3", "20.0", "100.25", "0.1"])
def test_a_value_has_its_decimal_mark_where_it_belongs(text: str) -> None:
    paper = drawn(lambda sheet: sheet.value(80.0, 50.0, text, BODY))
    fraction = next(one for one in paper.texts if one.text == "." + text.partition(".")[2])
    assert fraction.x == pytest.approx(80.0, abs=0.01)


@pytest.mark.parametrize("text", ["OFF", "50", "05:30", "comfort"])
def test_words_and_whole_numbers_end_where_integers_end(text: str) -> None:
    paper = drawn(lambda sheet: sheet.value(80.0, 50.0, text, BODY))
    found = next(one for one in paper.texts if one.text == text)
    assert found.x + Sheet.width(text, BODY) == pytest.approx(80.0, abs=0.01)


def test_a_line_has_weight_grey_and_dashes() -> None:
    paper = drawn(lambda sheet: sheet.line((10.0, 20.0), (60.0, 20.0), 0.5, 0.4, (1.7, 0.8)))
    line = paper.shapes()[0]
    assert near((line.left, line.right), (10.0, 60.0))
    assert line.top == line.bottom == pytest.approx(20.0)
    assert (line.weight_pt, line.stroke, line.dash_mm) == (0.5, 0.4, (1.7, 0.8))
    assert line.fill is None


def test_dashes_end_with_the_line_that_has_them() -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line((10.0, 20.0), (60.0, 20.0), dash=(1.0, 1.0))
        sheet.line((10.0, 30.0), (60.0, 30.0))

    assert drawn(draw).shapes()[1].dash_mm == ()


def test_a_box_hangs_from_its_upper_left_corner() -> None:
    paper = drawn(lambda sheet: sheet.box(30.0, 40.0, (20.0, 5.0), 0.75, 0.0, fill=0.9))
    box = paper.shapes()[0]
    assert near((box.left, box.top), (30.0, 40.0))
    assert near((box.right, box.bottom), (50.0, 45.0))
    assert (box.stroke, box.fill) == (0.0, 0.9)


def test_a_box_may_be_only_filled_or_only_framed() -> None:
    def draw(sheet: Sheet) -> None:
        sheet.box(30.0, 40.0, (20.0, 5.0), grey=None, fill=0.5)
        sheet.box(30.0, 50.0, (20.0, 5.0))

    filled, framed, *_footer = drawn(draw).shapes()
    assert (filled.stroke, filled.fill) == (None, 0.5)
    assert (framed.stroke, framed.fill) == (0.0, None)


def test_a_circle_is_round() -> None:
    circle = drawn(lambda sheet: sheet.circle(50.0, 60.0, 3.0)).shapes()[0]
    assert near((circle.left, circle.right), (47.0, 53.0))
    assert near((circle.top, circle.bottom), (57.0, 63.0))


def test_half_a_circle_stands_on_its_diameter() -> None:
    half = drawn(lambda sheet: sheet.half_circle(50.0, 60.0, 2.0, 0.5, 0.0, None)).shapes()[0]
    assert half.bottom == pytest.approx(60.0, abs=0.01)
    assert half.top == pytest.approx(58.0, abs=0.01)


@pytest.mark.parametrize("even_odd", [True, False])
def test_an_outline_is_drawn_with_curves_and_closings(even_odd: bool) -> None:
    outline = [
        ("M", ((30.0, 40.0),)),
        ("L", ((50.0, 40.0),)),
        ("C", ((50.0, 45.0), (50.0, 48.0), (40.0, 50.0))),
        ("Z", ()),
    ]
    paper = drawn(
        lambda sheet: sheet.shape(
            outline, fill=0.5, stroke=None, width_mm=1.0, even_odd=even_odd
        )
    )
    shape = paper.shapes()[0]
    assert near((shape.left, shape.bottom), (30.0, 50.0))
    operators = {operator for _page, _operands, operator in paper.operations}
    assert ("f*" in operators) is even_odd


def test_a_rule_goes_over_the_whole_text_width() -> None:
    rule = drawn(lambda sheet: sheet.rule(100.0, 1.2, 0.0)).shapes()[0]
    assert near((rule.left, rule.right), (22.0, 198.0))


def test_texts_are_drawn_in_their_grey() -> None:
    paper = drawn(lambda sheet: sheet.text(30.0, 50.0, "dim", BODY.in_grey(0.333)))
    greys = [
        float(operands[0]) for _p, operands, operator in paper.operations if operator == "g"
    ]
    assert 0.333 in greys


def test_nothing_is_printed_for_an_empty_text() -> None:
    assert body(drawn(lambda sheet: sheet.text(30.0, 50.0, "", BODY))) == []


def test_mixed_scripts_stand_on_one_line() -> None:
    paper = drawn(lambda sheet: sheet.text(30.0, 50.0, "Łódź → Θήβα, Пермь", BODY))
    assert "".join(body(paper)).replace(" ", "") == "Łódź→Θήβα,Пермь"


WORDS = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=30),
    max_size=12,
)


@settings(max_examples=60)
@given(WORDS, st.floats(12.0, 120.0))
def test_wrapping_keeps_every_letter_and_the_width(words: list[str], width: float) -> None:
    text = " ".join(words)
    lines = wrap(text, BODY, width)
    joined = "".join(lines).replace(" ", "").replace("\u00a0", "")
    assert joined == text.replace(" ", "").replace("\u00a0", "")
    for line in lines:
        assert Sheet.width(line, BODY) <= width or len(line) == 1


def test_short_texts_stay_on_one_line() -> None:
    assert wrap("Heat curve slope", BODY, 60.0) == ["Heat curve slope"]


def test_lines_break_between_words_first() -> None:
    assert wrap("Pump frost protection", BODY, 22.0) == ["Pump frost", "protection"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    lines = wrap("Donaudampfschifffahrtsgesellschaft", BODY, 20.0)
    assert len(lines) > 2
    assert "".join(lines) == "Donaudampfschifffahrtsgesellschaft"


def test_styles_are_made_from_each_other() -> None:
    assert STRONG.bold() == STRONG
    assert BODY.bold() == STRONG
    assert BODY.in_grey(0.4).grey == 0.4
    assert BODY.italic().face is not BODY.face


def test_a_text_that_fits_is_not_shortened() -> None:
    assert fitted("Return limit", BODY, 40) == "Return limit"
    assert shortened(["one", "two"], 2, BODY, 40) == ["one", "two"]


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefghij WM", min_size=1, max_size=200), st.floats(4, 120))
def test_a_shortened_text_keeps_its_beginning_and_says_so(text: str, width: float) -> None:
    told = fitted(text, BODY, width)
    assert Sheet.width(told, BODY) <= width
    if told != text and told:
        assert told.endswith("…")
        assert text.startswith(told[:-1])


def test_no_room_at_all_prints_nothing() -> None:
    assert fitted("Return limit", BODY, 0.5) == ""


def test_more_lines_than_there_is_room_for_end_with_dots() -> None:
    lines = wrap("Commissioned by somebody with a very long name " * 4, BODY, 40)
    told = shortened(lines, 2, BODY, 40)
    assert len(told) == 2
    assert told[0] == lines[0]
    assert told[1].endswith("…")
    assert Sheet.width(told[1], BODY) <= 40


def test_words_joined_by_a_narrow_blank_stay_on_one_line() -> None:
    told = wrap("software\u00a01.58 · hardware\u00a0A.2 · build\u00a06114", BODY, 30)
    assert all("build" not in line or "6114" in line for line in told)
    assert len(told) > 1

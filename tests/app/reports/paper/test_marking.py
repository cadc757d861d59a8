"""A value's quality is seen on paper: plain, italic, grey, hatched, or nothing at all."""

import pytest

from app.model.point import ValueKind
from app.model.reading import Quality
from app.reports.commissioning_data import Told
from app.reports.form import Form
from app.reports.paper.marking import Look, is_bad, look, put_value, reason_of
from app.reports.render.fonts import Face
from app.reports.render.style import BODY, STALE, STRONG
from app.reports.words import Words
from tests.app.reports.papers import drawn

EN = Words()
FORM = Form("°C", 1)


def told(value: float | None, quality: Quality, reason: str = "") -> Told:
    return Told(value, quality, reason)


def test_a_good_value_is_plain() -> None:
    assert look(FORM, told(20.5, Quality.GOOD), EN) == Look("20.5", BODY)


def test_a_strong_value_stays_strong() -> None:
    assert look(FORM, told(20.5, Quality.GOOD), EN, STRONG).style == STRONG


def test_an_estimate_is_italic_and_says_about() -> None:
    shown = look(FORM, told(46.0, Quality.UNCERTAIN), EN, STRONG, 0)
    assert shown.text == "~46"
    assert shown.style.face is Face.ITALIC


def test_a_stale_value_is_grey_and_not_bold() -> None:
    shown = look(FORM, told(20.8, Quality.STALE), EN, STRONG)
    assert (shown.text, shown.style.grey, shown.style.face) == ("20.8", STALE, Face.REGULAR)


def test_a_value_put_in_by_hand_is_printed_as_it_is() -> None:
    assert look(FORM, told(20.0, Quality.MANUAL), EN).text == "20.0"


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.OFFLINE])
def test_a_value_the_device_disowned_is_hatched(quality: Quality) -> None:
    shown = look(FORM, told(None, quality, "refused"), EN)
    assert (shown.text, shown.hatched) == ("–", True)


@pytest.mark.parametrize("reason", ["not-connected", "not-in-use"])
def test_an_input_nobody_uses_is_only_empty(reason: str) -> None:
    bad = told(None, Quality.BAD, reason)
    assert not is_bad(bad)
    assert look(FORM, bad, EN) == Look("–", BODY)


@pytest.mark.parametrize(
    ("quality", "reason", "words"),
    [
        (Quality.GOOD, "", ""),
        (Quality.GOOD, "refused", ""),
        (Quality.BAD, "refused", "refused by the device"),
        (Quality.BAD, "", ""),
        (Quality.UNCERTAIN, "interpolated", "interpolated"),
    ],
)
def test_a_reason_is_told_only_where_something_is_wrong(
    quality: Quality, reason: str, words: str
) -> None:
    value = None if quality is Quality.BAD else 1.0
    assert reason_of(told(value, quality, reason), EN) == words


def test_words_and_times_have_the_same_marks() -> None:
    mode = Form(kind=ValueKind.CHOICE, choices=((1, "scheduled"),))
    assert look(mode, told(1.0, Quality.UNCERTAIN), EN).text == "~scheduled"


def test_a_hatched_value_is_a_box_and_no_text() -> None:
    paper = drawn(lambda sheet: put_value(sheet, 80.0, 50.0, Look("–", BODY, hatched=True)))
    assert [text for text in paper.texts if text.y < 280] == []
    box = paper.shapes()[-2]
    assert box.right == pytest.approx(82.7, abs=0.01)  # over the fraction's place as well
    assert box.bottom <= 50.6


def test_a_plain_value_stands_on_its_mark() -> None:
    paper = drawn(lambda sheet: put_value(sheet, 80.0, 50.0, Look("20.5", BODY)))
    fraction = next(text for text in paper.texts if text.text == ".5")
    assert fraction.x == pytest.approx(80.0, abs=0.01)

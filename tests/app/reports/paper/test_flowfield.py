"""A value in the flow picture keeps name, set point and age apart, however long they are."""

from dataclasses import replace

import pytest

from app.reports.commissioning_data import AlarmRow, MeasuredRow
from app.reports.paper.flowfield import Shown, draw_field
from app.reports.paper.picture import Field
from tests.app.reports import sample
from tests.app.reports.ink import Ink, Painted, Printed, overlaps
from tests.app.reports.papers import Paper, drawn

LEFT, LINE, RIGHT = 60.0, 100.0, 93.0
FIELD = Field(at=(0, 0), right=0, slot="s6", tag="S6", name="Return")
ALARM = sample.report().alarms[0]
LONG = "Return of the domestic hot water"


def row(key: str = "s6") -> MeasuredRow:
    found = sample.report().row_of(key)
    assert isinstance(found, MeasuredRow)
    return found


def field(
    name: str = "Return",
    *,
    alarm: AlarmRow | None = None,
    age_s: float | None = None,
    small: bool = False,
    language: str = "en",
) -> Paper:
    one = replace(FIELD, name=name, small=small)
    shown = Shown(one, row(), alarm, 22 * 60.0, age_s)
    return drawn(lambda sheet: draw_field(sheet, shown, (LEFT, LINE), RIGHT), language)


def texts(paper: Paper) -> list[Printed]:
    return [text for text in Ink(paper).texts if text.y < 200]


def text(paper: Paper, words: str) -> Printed:
    return next(one for one in texts(paper) if one.text.strip() == words)


def frame(paper: Paper) -> Painted:
    return max(
        (one for one in Ink(paper).painted if one.fill == 1.0 and one.box[3] < 200),
        key=lambda one: one.box[2] - one.box[0],
    )


def test_a_short_name_stands_before_its_value() -> None:
    paper = field()
    assert text(paper, "Return").y == pytest.approx(LINE, abs=0.01)
    assert text(paper, "47.3").y == pytest.approx(LINE, abs=0.01)
    assert text(paper, "°C").right == pytest.approx(RIGHT, abs=0.01)


def test_a_long_name_stands_above_its_value() -> None:
    paper = field("Warmwasserspeicher")
    assert text(paper, "Warmwasserspeicher").y < LINE - 3
    assert text(paper, "S6").y == text(paper, "Warmwasserspeicher").y
    assert text(paper, "47.3").y == pytest.approx(LINE, abs=0.01)


def test_a_very_long_name_takes_several_lines_and_all_its_words() -> None:
    paper = field(LONG)
    words = " ".join(one.text for one in texts(paper))
    assert all(word in words for word in LONG.split())
    assert len({round(one.y, 1) for one in texts(paper)}) >= 4
    assert list(overlaps(Ink(paper))) == []


def test_a_small_field_keeps_its_line_and_says_that_letters_are_left_out() -> None:
    paper = field(LONG, small=True)
    shown = [one for one in texts(paper) if one.text.startswith("Return")]
    assert len(shown) == 1
    assert shown[0].text.endswith("…")
    assert shown[0].y == pytest.approx(LINE, abs=0.01)


def test_set_point_or_limit_stands_below_the_value() -> None:
    assert text(field(), "limit 40.0").y == pytest.approx(LINE + 3.2, abs=0.01)


@pytest.mark.parametrize("language", ["en", "da", "de", "fr", "xx"])
@pytest.mark.parametrize("name", ["Return", "Warmwasserspeicher", LONG])
def test_nothing_of_a_field_lies_on_anything_else(name: str, language: str) -> None:
    for alarm, age_s in ((None, None), (ALARM, None), (None, 840.0)):
        ink = Ink(field(name, alarm=alarm, age_s=age_s, language=language))
        assert list(overlaps(ink)) == []


def test_the_frame_of_an_alarm_holds_all_of_the_field() -> None:
    for name in ("Return", "Warmwasserspeicher", LONG):
        paper = field(name, alarm=ALARM)
        left, top, right, bottom = frame(paper).box
        for one in texts(paper):
            assert left < one.box[0], one
            assert top < one.box[1], one
            assert one.box[2] < right, one
            assert one.box[3] < bottom, one


def test_an_alarm_tells_how_long_it_stands() -> None:
    assert text(field(alarm=ALARM), "22 min").y > LINE + 3


def test_a_stale_value_tells_its_age() -> None:
    assert text(field(age_s=840.0), "14 min").y == pytest.approx(LINE + 3.2, abs=0.01)


def test_an_age_with_no_room_beside_the_limit_stands_below_it() -> None:
    narrow = Shown(FIELD, row(), ALARM, 22 * 60.0)
    paper = drawn(lambda sheet: draw_field(sheet, narrow, (LEFT, LINE), LEFT + 20))
    assert text(paper, "22 min").y > text(paper, "limit 40.0").y + 2.5

"""A week on paper: bars as long as the periods, times that can be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.render.sheet import Sheet
from app.reports.render.style import Type
from app.reports.render.weekplan import HEIGHT_MM, WeekPlan, draw_week
from tests.app.reports.papers import Paper, Shape, drawn

X, Y, WIDTH = 22.0, 40.0, 86.0
LEFT = X + 10.0
SCALE = (WIDTH - 10.0) / 1440
WORK = ((530.0, 2200.0),)
TWICE = ((500.0, 900.0), (1600.0, 2200.0))
FULL = WeekPlan(dict.fromkeys(range(7), WORK), (1, 8 * 60 + 46))


def paper(plan: WeekPlan) -> Paper:
    return drawn(lambda sheet: draw_week(sheet, X, Y, WIDTH, plan))


def bars(found: Paper) -> list[Shape]:
    return [shape for shape in found.shapes() if shape.fill == 0.851]


def one_day(*periods: tuple[float, float]) -> Paper:
    days: dict[int, tuple[tuple[float, float], ...]] = dict.fromkeys(range(7), ())
    return paper(WeekPlan(days | {0: periods}))


def minutes(hhmm: float) -> float:
    return hhmm // 100 * 60 + hhmm % 100


@pytest.mark.parametrize("period", [(530.0, 2200.0), (0.0, 2400.0), (615.0, 1045.0)])
def test_a_bar_is_as_long_as_its_period(period: tuple[float, float]) -> None:
    (bar,) = bars(one_day(period))
    assert bar.left == pytest.approx(LEFT + minutes(period[0]) * SCALE, abs=0.01)
    assert bar.right == pytest.approx(LEFT + minutes(period[1]) * SCALE, abs=0.01)


def test_every_day_has_its_line_in_the_weeks_order() -> None:
    names = [text for text in paper(FULL).texts if text.text in {"Mon", "Tue", "Sun"}]
    assert [text.text for text in names] == ["Mon", "Tue", "Sun"]
    assert names[0].y < names[1].y < names[2].y
    assert len(bars(paper(FULL))) == 7


def test_times_stand_beside_a_bar_that_is_too_short_for_them() -> None:
    found = one_day(*TWICE)
    first, second = bars(found)
    morning = next(t for t in found.texts if t.text == "05:00 – 09:00")
    evening = next(t for t in found.texts if t.text == "16:00 – 22:00")
    assert morning.x >= first.right
    assert morning.x + Sheet.width("05:00 – 09:00", Type(7.7)) <= second.left
    assert second.left <= evening.x


def test_a_day_that_was_not_read_says_so() -> None:
    found = paper(WeekPlan({**dict.fromkeys(range(7), WORK), 3: None}))
    texts = [t.text for t in found.texts if t.y < 280]
    assert texts.count("– not read") == 1
    assert len(bars(found)) == 6


def test_a_day_without_a_period_says_so() -> None:
    assert sum(t.text == "no comfort period" for t in one_day().texts) == 7


def test_the_day_of_the_reading_is_bold_and_carries_a_pointer() -> None:
    found = paper(FULL)
    pointer = next(s for s in found.shapes() if s.fill == 0.0)
    middle = (pointer.left + pointer.right) / 2
    assert middle == pytest.approx(LEFT + 526 * SCALE, abs=0.01)
    without = paper(WeekPlan(FULL.days))
    assert not [s for s in without.shapes() if s.fill == 0.0]


def test_hours_stand_above_the_days() -> None:
    hours = [t for t in paper(FULL).texts if t.text in {"00", "06", "12", "18", "24"}]
    assert [t.text for t in hours] == ["00", "06", "12", "18", "24"]
    assert all(t.y < Y + 3 for t in hours)


def test_everything_stays_inside_its_place() -> None:
    for shape in paper(FULL).shapes()[:-1]:
        assert shape.left >= X - 0.01
        assert shape.right <= X + WIDTH + 0.01
        assert shape.bottom <= Y + HEIGHT_MM + 0.01


def test_a_period_over_midnight_is_told_and_not_drawn_backwards() -> None:
    found = one_day((2200.0, 600.0))
    assert any(t.text == "22:00 – 06:00" for t in found.texts)
    assert all(bar.right >= bar.left for bar in bars(found))


TIMES = st.integers(0, 47).map(lambda half: float(half // 2 * 100 + half % 2 * 30))


@settings(max_examples=40)
@given(st.lists(TIMES, min_size=6, max_size=6, unique=True))
def test_three_periods_a_day_keep_their_order_and_place(times: list[float]) -> None:
    starts = sorted(times)
    periods = ((starts[0], starts[1]), (starts[2], starts[3]), (starts[4], starts[5]))
    found = one_day(*periods)
    drawn_bars = bars(found)
    assert len(drawn_bars) == 3
    for bar, (start, stop) in zip(drawn_bars, periods, strict=True):
        assert bar.left == pytest.approx(LEFT + minutes(start) * SCALE, abs=0.02)
        assert bar.right == pytest.approx(LEFT + minutes(stop) * SCALE, abs=0.02)
    for text in found.texts:
        if "–" in text.text and text.y < 280:
            assert X <= text.x <= X + WIDTH

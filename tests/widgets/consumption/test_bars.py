"""Bars of a consumption: as long as the figure, told apart by more than their colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.fakes import hands
from widgets.consumption.bars import Bar, ConsumptionBars, scale_of
from widgets.theme import THEMES, Look

AMOUNTS = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda each: not 0 < abs(each) < 1e-6)


@given(AMOUNTS, AMOUNTS)
def test_a_scale_holds_nought_and_both_in_few_round_steps(one: float, other: float) -> None:
    low, high, step = scale_of(min(one, other), max(one, other))
    room = step * 1e-6
    assert low <= min(one, other, 0.0) + room
    assert high >= max(one, other, 0.0) - room
    assert 1 <= round((high - low) / step) <= 7
    assert abs(low / step - round(low / step)) < 1e-6
    assert low < high


@pytest.mark.parametrize(
    ("most", "high", "step"),
    [(0.0, 0.25, 0.25), (1.0, 1.0, 0.25), (3.7, 4.0, 1.0), (99.0, 100.0, 25.0), (101, 150, 50)],
)
def test_the_steps_are_those_that_people_count_in(
    most: float, high: float, step: float
) -> None:
    assert list(scale_of(0.0, most)) == pytest.approx([0.0, high, step])


@pytest.fixture
def bars(qtbot: QtBot) -> ConsumptionBars:
    made = ConsumptionBars(Look("day"), "Consumption as bars")
    qtbot.addWidget(made)
    made.resize(600, 210)
    made.show()
    return made


def picture(bars: ConsumptionBars) -> QImage:
    return bars.grab().toImage()


def column(bars: ConsumptionBars, place: int) -> list[QColor]:
    """Return the colours down the middle of a place."""
    image, room = picture(bars), bars._room()
    x = room.left() + (place + 0.5) * room.width() / len(bars.bars)
    ratio = image.devicePixelRatio()
    return [
        image.pixelColor(int(x * ratio), int(y * ratio))
        for y in range(int(room.top()), int(room.bottom()))
    ]


def inked(bars: ConsumptionBars, place: int) -> int:
    pen = QColor(bars._look.theme.pens[0])
    return sum(each == pen for each in column(bars, place))


@pytest.mark.parametrize("theme", THEMES)
def test_a_bar_is_as_long_as_its_figure(qtbot: QtBot, theme: str) -> None:
    look = Look(theme)
    bars = ConsumptionBars(look, "x")
    qtbot.addWidget(bars)
    bars.resize(600, 210)
    bars.show_bars([Bar("a", 10.0), Bar("b", 5.0), Bar("c", 0.0), Bar("d", None)], "kWh")
    bars.show()
    whole, half, nought, unknown = (inked(bars, place) for place in range(4))
    assert whole == pytest.approx(2 * half, abs=3)
    assert whole > 100
    assert (nought, unknown) == (0, 0)
    look.use("day")


def test_an_estimate_is_hatched_and_the_time_beside_it_an_outline(
    bars: ConsumptionBars,
) -> None:
    bars.show_bars([Bar("a", 10.0), Bar("b", 10.0, estimated=True)], "kWh")
    assert 0 < inked(bars, 1) < 0.8 * inked(bars, 0)
    bars.show_bars([Bar("a", None, 10.0)], "kWh")
    assert inked(bars, 0) == 0
    assert QColor(bars._look.theme.text) in column(bars, 0), "its upper edge"


def test_a_gap_and_an_exchange_are_seen_without_colour(bars: ConsumptionBars) -> None:
    bars.show_bars([Bar("a", None)], "kWh")
    plain = picture(bars)
    bars.show_bars([Bar("a", None, unplaced=True)], "kWh")
    hatched = picture(bars)
    bars.show_bars([Bar("a", None, exchanged=True)], "kWh")
    marked = picture(bars)
    assert plain != hatched != marked != plain


def test_less_than_nothing_hangs_below_the_line(bars: ConsumptionBars) -> None:
    bars.show_bars([Bar("a", 10.0), Bar("b", -10.0)], "kWh")
    pen = QColor(bars._look.theme.pens[0])
    up, down = ([each == pen for each in column(bars, place)] for place in (0, 1))
    assert up.index(True) < len(up) / 2
    assert down.index(True) >= len(down) / 2 - 2


def test_a_place_is_found_by_the_mouse(bars: ConsumptionBars, qtbot: QtBot) -> None:
    bars.show_bars([Bar(str(at), 1.0, says=f"hour {at}") for at in range(24)], "kWh")
    room = bars._room()
    assert bars.place_at(room.left() - 1) == -1
    assert bars.place_at(room.right() + 1) == -1
    assert [bars.place_at(room.left() + (at + 0.5) * room.width() / 24) for at in (0, 9, 23)] \
        == [0, 9, 23]  # fmt: skip
    there = QPoint(int(room.left() + 9.5 * room.width() / 24), 60)
    heard: list[tuple[str, int]] = []
    bars.picked.connect(lambda at: heard.append(("picked", at)))
    bars.opened.connect(lambda at: heard.append(("opened", at)))
    hands.click(bars, there)
    assert (heard, bars.chosen) == ([("picked", 9)], 9)
    hands.double_click(bars, there)
    assert ("opened", 9) in heard
    hands.click(bars, QPoint(2, 60))
    assert bars.chosen == 9


def test_a_place_tells_its_figures_where_the_mouse_stands(
    bars: ConsumptionBars, qtbot: QtBot
) -> None:
    bars.show_bars([Bar("a", 1.0, says="1.0 kWh <b>"), Bar("b", 2.0, says="2.0 kWh")], "kWh")
    hands.move(bars, QPoint(100, 60))
    hands.move(bars, QPoint(120, 60))
    assert "1.0 kWh &lt;b&gt;" in bars.toolTip()
    hands.move(bars, QPoint(2, 60))
    hands.move(bars, QPoint(3, 60))
    assert bars.toolTip() == ""


def test_a_choice_is_marked_until_other_figures_come(bars: ConsumptionBars) -> None:
    bars.show_bars([Bar("a", None), Bar("b", None)], "kWh")
    plain = picture(bars)
    bars.choose(1)
    assert picture(bars) != plain
    bars.show_bars([Bar("a", None), Bar("b", None)], "kWh")
    assert bars.chosen == -1
    assert picture(bars) == plain


@pytest.mark.parametrize("count", [0, 1, 12, 31, 366])
def test_any_number_of_places_is_drawn(bars: ConsumptionBars, count: int) -> None:
    bars.show_bars([Bar("Wednesday", at * 1.5) for at in range(count)], "MWh")
    assert not picture(bars).isNull()
    assert bars.place_at(QPointF(300, 0).x()) == (-1 if not count else bars.place_at(300))


def test_night_draws_it_anew(bars: ConsumptionBars) -> None:
    bars.show_bars([Bar("a", 10.0)], "kWh")
    by_day = picture(bars)
    bars._look.use("night")
    assert picture(bars) != by_day
    bars._look.use("day")
    assert bars.focusPolicy() is Qt.FocusPolicy.NoFocus, "the table is for the keys"

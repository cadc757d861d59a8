"""What a scale tells: limits by the name of their pen, and nothing where nothing is known."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.reading import PointId
from app.series import Series
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.widgets.charts.test_chart import MIDNIGHT, S1, S3, History, Stage, plot_of
from widgets.charts.compare import Compare
from widgets.charts.lane import MOST_SWINGS, Lane, swings
from widgets.charts.marks import Limit


class Young(History):
    """A plant that has been recorded since midnight."""

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        if end > MIDNIGHT:
            return await super().range(viewer, points, max(start, MIDNIGHT), end)
        nothing = np.empty(0)
        return [Series(each, nothing.astype(np.int64), nothing, nothing.astype(np.uint8))
                for each in points]  # fmt: skip


@pytest.fixture
def stage(make_desk: Callable[..., Desk], qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), Young(), qtbot)


def figures(lane: Lane) -> list[str]:
    """Return the figures of a lane's scale, as it is drawn now."""
    low, high = lane.view.viewRange()[1]
    levels = lane.scale.tickValues(low, high, lane.view.height())
    return [each for step, ticks in levels for each in lane.scale.tickStrings(ticks, 1, step)]


def test_a_difference_to_a_time_nobody_recorded_invents_no_scale(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    stage.shown(chart, lambda: chart.show_pens(compare=Compare(7, difference=True)))
    measured, difference = plot_of(chart).lanes
    assert figures(measured)
    assert figures(difference) == []
    assert difference.says == "No values"
    assert measured.says == ""


def test_a_limit_alone_is_a_scale_too(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    (lane,) = plot_of(chart).lanes
    for drawn in lane.drawn:
        drawn.pen.span = None
    lane.fit()
    assert figures(lane) == []
    pen = lane.drawn[0].pen
    lane.show_limits([Limit(pen.key, 85.0, 2, "S1 limit 85")])
    lane.fit()
    low, high = lane.view.viewRange()[1]
    assert low < 85 < high
    assert figures(lane)
    assert lane.says == ""


@pytest.mark.parametrize("level", [20.0, 30.0, 40.0])
def test_a_limit_is_told_whole_with_its_pen_wherever_it_lies(
    stage: Stage, level: float
) -> None:
    chart = stage.chart(S1, S3)
    plot = plot_of(chart)
    (lane,) = plot.lanes
    one, other = (drawn.pen for drawn in lane.drawn)
    both = [Limit(one.key, level, 2, "S1 limit"), Limit(other.key, level, 3, "S3 limit")]
    plot.tell([], [], both)
    low, high = lane.view.viewRange()[1]
    lane.view.setYRange(low, max(high, level + 0.1), padding=0)
    QApplication.processEvents()
    labels = [line.label for _limit, line in lane._limits]
    assert [label.format for label in labels] == ["S1 limit · S3 limit", ""]
    inside = lane.view.sceneBoundingRect()
    told = labels[0].mapRectToScene(labels[0].boundingRect())
    assert inside.top() <= told.top()
    assert told.bottom() <= inside.bottom()
    assert told.right() <= inside.right() + 1


def test_limits_close_together_do_not_cover_each_other_s_words(stage: Stage) -> None:
    chart = stage.chart(S1, S3)
    plot = plot_of(chart)
    (lane,) = plot.lanes
    pen = lane.drawn[0].pen
    plot.tell([], [], [Limit(pen.key, level, 2, f"S1 limit {level}") for level in (30, 31, 40)])
    QApplication.processEvents()
    labels = [line.label for _limit, line in lane._limits]
    boxes = [each.mapRectToScene(each.boundingRect()) for each in labels]
    apart = [one.intersects(other) for one, other in combinations(boxes, 2)]
    assert apart == [False, False, False]


def test_a_line_that_swings_like_an_area_is_not_smoothed_and_a_calm_one_is() -> None:
    moments = np.arange(3000) / 10
    assert swings(np.sin(moments * 7))
    assert not swings(np.sin(moments / 50)), "six swings in all"
    assert not swings(moments), "a ramp of as many samples"
    assert not swings(np.full(3000, 20.0)), "a flat one has no height"
    assert not swings(np.array([1.0, -1.0] * 20)), "a few swings are seen one by one"
    assert not swings(np.full(3000, np.nan))
    broken = np.sin(moments * 7)
    broken[::50] = np.nan
    assert swings(broken)
    assert swings(np.array([0.0, 1.0] * MOST_SWINGS))

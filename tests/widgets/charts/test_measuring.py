"""What the table tells follows what is seen, what is hidden, what is placed."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.model.reading import Quality
from tests.fakes.asked import FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from tests.widgets.charts.test_chart import POWER, S1, S3, History, Stage, plot_of, row
from widgets.charts import Chart
from widgets.charts.compare import Compare
from widgets.charts.foot import Foot

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(make_desk: Callable[..., Desk], qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), History(), qtbot)


@pytest.fixture
def chart(stage: Stage) -> Chart:
    made = stage.chart(S1, S3, POWER)
    for pen in made.set.pens:
        pen.trace.values[:] = np.arange(len(pen.trace)) + 10.0 * pen.nth
    made._draw(whole=True)
    return made


def test_least_most_and_mean_are_those_of_the_time_seen(chart: Chart) -> None:
    whole = row(chart, S1)
    assert (whole["least"], whole["most"]) == ("0.0", "47.0")
    plot_of(chart).zoom(NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    chart.measure.tell_all()
    part = row(chart, S1)
    assert float(part["least"]) >= 40
    assert float(part["most"]) <= 44
    assert float(part["least"]) <= float(part["mean"]) <= float(part["most"])


def test_a_hidden_pen_is_still_told(chart: Chart) -> None:
    chart.set.toggle(chart.set.pens[1])
    assert row(chart, S3)["least"] == "10.0"


def test_both_cursors_give_every_pen_its_change(chart: Chart) -> None:
    cursors = plot_of(chart).cursors
    cursors.place("a", NOON.timestamp() - 7200)
    cursors.place("b", NOON.timestamp() - 3600)
    chart.measure.tell()
    for spec in (S1, S3, POWER):
        told = row(chart, spec)
        assert (told["change"], told["slope"]) == ("+4.0", "+4.00")


def test_a_cursor_beyond_the_last_sample_tells_nothing(chart: Chart) -> None:
    plot_of(chart).cursors.place("a", (NOON + 3 * HOUR).timestamp())
    chart.measure.tell()
    assert row(chart, S1)["a"] == "–"
    assert row(chart, S1)["change"] == "–"


def test_good_data_counts_what_was_lost(stage: Stage) -> None:
    stage.history.lost = NOON - 6 * HOUR, NOON - 3 * HOUR
    chart = stage.chart(S1)
    assert row(chart, S1)["good"] == "71 %", "three hours and their edges of twelve are gone"
    told = set(chart.set.pens[0].trace.qualities.tolist())
    assert len(told) == 2, Quality.OFFLINE


def test_the_foot_says_of_which_moment_the_pens_of_another_time_are(qtbot: QtBot) -> None:
    """At the same time of the wall clock, whatever was done to the clock meanwhile."""
    foot = Foot(COPENHAGEN)
    qtbot.addWidget(foot)
    foot.compare = Compare(7)
    foot.tell(NOON.timestamp(), None)
    assert foot.at.text() == "A 20 Jan 2026 12:00:00 (−7 d: 13 Jan 2026 12:00:00)"
    foot.compare = Compare(182)  # summer then
    foot.tell(NOON.timestamp(), None)
    assert foot.at.text() == "A 20 Jan 2026 12:00:00 (−182 d: 22 Jul 2025 12:00:00)"
    foot.compare = Compare()
    foot.tell(NOON.timestamp(), None)
    assert foot.at.text() == "A 20 Jan 2026 12:00:00"


def test_the_foot_says_where_the_cursors_stand(qtbot: QtBot) -> None:
    foot = Foot(None)
    qtbot.addWidget(foot)
    foot.tell(None, None)
    assert foot.at.text() == ""
    foot.tell(NOON.timestamp(), None)
    assert foot.at.text().startswith("A 20 Jan 2026 ")
    foot.tell(None, NOON.timestamp())
    assert foot.at.text().startswith("B 20 Jan 2026 ")
    foot.tell(NOON.timestamp(), (NOON + 90 * HOUR).timestamp())
    assert foot.at.text().endswith("Δ 3 d 18 h")
    foot.say("history cannot be read", failed=True)
    assert foot.said == "history cannot be read"
    with qtbot.waitSignal(foot.again, timeout=1000):
        foot.retry.click()
    foot.say("")
    assert foot.retry.isHidden()

"""The live chart asks the device while somebody looks, and keeps no more than it shows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import DeviceUnreachable
from app.model.reading import DeviceId, Quality, Reading
from app.verbs import Viewer
from tests.fakes.asked import FakePlant, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.charts.test_chart import S1, S3, History, Stage, point, subjects
from widgets.charts.livechart import LiveChart
from widgets.charts.trace import Lines, Trace


class Plant(FakePlant):
    """Answers with the second of the clock, or not."""

    def __init__(self, stage: Stage) -> None:
        super().__init__([])
        self.stage = stage
        self.asked: list[tuple[str, ...]] = []
        self.mute = False

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        self.asked.append(tuple(keys))
        if self.mute:
            raise DeviceUnreachable("Ahornvej 14 does not answer")
        now = self.stage.clock
        return [Reading(point(spec), 20.0 + now.second, Quality.GOOD, now) for spec in (S1, S3)]


class Live:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.stage = Stage(desk, History(), qtbot)
        self.plant = Plant(self.stage)
        asked = replace(self.stage.context.asked, plant=self.plant)
        context = replace(self.stage.context, asked=asked)
        self.chart = LiveChart(context, AHORNVEJ, subjects(S1, S3))
        qtbot.addWidget(self.chart)
        self.chart.resize(1000, 600)
        with qtbot.waitSignal(self.chart.loaded, timeout=5000):
            self.chart.show()
        self.chart._turns.stop()  # the clock of these tests is moved by hand

    def turn(self, seconds: float) -> None:
        self.stage.clock += timedelta(seconds=seconds)
        asked = len(self.plant.asked)
        self.chart.turn()
        self.qtbot.waitUntil(
            lambda: len(self.plant.asked) > asked and self.chart.is_answered, timeout=5000
        )
        self.stage.desk.feed.refresh()
        QApplication.processEvents()

    def samples(self) -> list[float]:
        times: list[float] = (self.chart.set.pens[0].trace.times - NOON.timestamp()).tolist()
        return times


@pytest.fixture
def live(make_desk: Callable[..., Desk], qtbot: QtBot) -> Live:
    return Live(make_desk(FakeServices()), qtbot)


def test_every_turn_asks_the_device_for_every_pen(live: Live) -> None:
    for _nth in range(3):
        live.turn(1)
    assert live.plant.asked == [("s1", "s3")] * 3
    assert live.samples()[-3:] == [1.0, 2.0, 3.0]
    assert live.chart.set.pens[0].now is not None
    assert live.chart.set.pens[0].now.value == 23.0


def test_it_begins_with_what_was_stored_of_these_minutes(live: Live) -> None:
    start, end = live.stage.history.asked[-1]
    assert (start, end) == (NOON - timedelta(minutes=5), NOON)


def test_the_picture_ends_now_and_is_as_wide_as_chosen(live: Live) -> None:
    live.turn(1)
    live.turn(1)
    assert live.chart.plot is not None
    start, end = live.chart.plot.seen
    assert end - start == 300
    live.chart.window_bar.choose(1)
    live.turn(1)
    start, end = live.chart.plot.seen
    assert end - start == 900


def test_what_left_the_picture_leaves_the_memory(live: Live) -> None:
    for _nth in range(400):
        live.stage.clock += timedelta(seconds=2)
        now = live.stage.clock
        live.stage.tell(Reading(point(S1), 1.0, Quality.GOOD, now))
    live.turn(1)
    kept = len(live.chart.set.pens[0].trace)
    assert kept < 320


class Counted(Trace):
    """Counts how often its lines are worked out."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = 0

    def window(self, start: float, end: float, pixels: int) -> Lines:
        self.drawn += 1
        return super().window(start, end, pixels)


def test_when_time_moves_on_each_line_is_drawn_once(live: Live) -> None:
    trace = live.chart.set.pens[0].trace = Counted()
    for second in range(3):
        trace.append(Reading(point(S1), 20.0, Quality.GOOD, NOON + timedelta(seconds=second)))
    live.stage.clock += timedelta(seconds=10)
    live.chart.turn()
    QApplication.processEvents()
    assert trace.drawn == 1


def test_a_device_that_does_not_answer_is_named_and_asked_again(live: Live) -> None:
    live.plant.mute = True
    live.turn(1)
    assert live.chart.foot.said == "Ahornvej 14 does not answer"
    live.plant.mute = False
    live.turn(1)
    assert live.chart.foot.said == ""
    assert live.samples()[-1] == 2.0


def test_a_slow_device_is_asked_once_at_a_time(live: Live) -> None:
    live.chart._unanswered = 1
    for _nth in range(4):
        live.chart.turn()
    assert live.plant.asked == []
    assert "longer to answer" in live.chart.foot.said


def test_paused_or_hidden_it_asks_nothing(live: Live) -> None:
    live.chart.pause.click()
    assert live.chart.pause.text() == "Continue"
    assert not live.chart._turns.isActive()
    live.chart.hide()
    live.chart.show()
    assert not live.chart._turns.isActive(), "still paused"
    live.chart.pause.click()
    assert live.chart._turns.isActive()
    live.chart.hide()
    assert not live.chart._turns.isActive()


@pytest.mark.parametrize(("at", "seconds"), [(0, 1), (1, 2), (2, 5), (3, 10)])
def test_the_turns_are_as_long_as_chosen(live: Live, at: int, seconds: int) -> None:
    live.chart.every.choose(at)
    assert live.chart._turns.interval() == seconds * 1000

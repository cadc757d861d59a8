"""The page Two periods: values of any devices beside themselves in another time."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.comparison import Compared, Period
from app.model.consumption import Step
from app.model.reading import DeviceId, PointId, point_id
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ
from widgets.charts.penpicker import PenPicker
from widgets.consumption.stretch import Beside, Scale
from widgets.pages.comparison import MOST, PAGE, ComparisonPage
from widgets.pagetype import Show
from widgets.periods.rows import Row
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
POWER, ENERGY = point_id(AHORNVEJ, "power"), point_id(AHORNVEJ, "energy")


class Heard(FakeHistory):
    """Remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[PointId, ...], Period, Period, Step]] = []
        self.fails = ""

    async def comparison(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        first: Period,
        second: Period,
        step: Step,
    ) -> Sequence[Compared]:
        if self.fails:
            raise StoreBroken(self.fails)
        self.asked.append((tuple(points), first, second, step))
        return await super().comparison(viewer, points, first, second, step)


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot, *points: PointId) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Heard()
        desk.context = replace(
            desk.context, asked=replace(desk.context.asked, history=self.history)
        )
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("comparison"))
        assert isinstance(made, ComparisonPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1600, 900)
        made.show()
        for each in points:
            made.reveal(Show("comparison", point=each))
        if points:
            qtbot.waitUntil(lambda: made.table is not None, timeout=5000)
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    @property
    def rows(self) -> Sequence[Row]:
        table = self.page.table
        return [] if table is None else table.rows_model.rows

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(FakeServices()), qtbot, ENERGY, POWER)


def test_an_empty_page_says_what_belongs_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    on = OnPage(make_desk(FakeServices()), qtbot)
    assert "Put up to a hundred values, such as two of each of fifty devices" in on.words()
    assert not on.page.export.isEnabled()
    assert not on.page.bars.isVisible()
    assert on.history.asked == []
    assert on.page.crumbs() == ("Analysis", "Two periods")


@pytest.mark.feature("LM-65")
def test_each_value_stands_beside_itself_in_the_month_before(on: OnPage) -> None:
    points, first, second, step = on.history.asked[-1]
    assert points == (ENERGY, POWER)
    assert step is Step.DAY
    assert first.start.astimezone(COPENHAGEN).isoformat() == "2026-01-01T00:00:00+01:00"
    assert second.end == first.start
    assert [row.point for row in on.rows] == [ENERGY, POWER]
    assert [row.sort for row in on.rows] == ["sum", "mean"]
    assert on.page.bars.isVisible()
    assert len(on.page.bars.bars) == 31
    assert on.page.of.text() == "Ahornvej 14: Energy E1"


def test_the_bars_are_those_of_the_row_in_focus(on: OnPage) -> None:
    assert on.page.table is not None
    key(on.page.table, Qt.Key.Key_Down)
    assert on.page.of.text() == "Ahornvej 14: Power"
    key(on.page.table, Qt.Key.Key_Return)
    shown = on.desk.shown[-1]
    assert (shown.page, shown.device, shown.point, shown.part) == (
        *("device", AHORNVEJ, POWER, "readings"),
    )


@pytest.mark.parametrize(
    ("segment", "how", "step"),
    [
        (0, Beside.WEEKDAYS, Step.HOUR),
        (0, Beside.YEAR, Step.HOUR),
        (1, Beside.YEAR, Step.DAY),
        (2, Beside.WEEKDAYS, Step.DAY),
        (3, Beside.BEFORE, Step.MONTH),
        (4, Beside.BEFORE, Step.YEAR),
    ],
)
@pytest.mark.feature("LM-65")
def test_another_time_and_another_one_beside_it(
    on: OnPage, segment: int, how: Beside, step: Step
) -> None:
    on.page.bar.segments.choose(segment)
    on.settled()
    on.page.beside.recall(how.value)
    on.settled()
    _points, first, second, asked = on.history.asked[-1]
    assert asked is step
    other = on.page.bar.stretch.beside(how)
    assert other is not None
    assert second == other.bounds(COPENHAGEN)
    assert first == on.page.bar.stretch.bounds(COPENHAGEN)
    assert on.page.beside.findData(Beside.NOTHING.value) == -1


def test_values_are_chosen_and_removed(on: OnPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def choose(picker: PenPicker) -> int:
        on.qtbot.waitUntil(lambda: bool(picker.table.rows_model.rows))
        picker.table.go_to(lambda subject: subject.spec.key == "s3")
        return 1

    monkeypatch.setattr(PenPicker, "exec", choose)
    on.page.ask_more()
    on.settled()
    assert on.page.points == [ENERGY, POWER, point_id(AHORNVEJ, "s3")]
    on.page.add([ENERGY])
    assert len(on.page.points) == 3, "nothing stands there twice"
    assert on.page.table is not None
    on.page.table.go_to(lambda row: row.point == POWER)
    on.page.remove()
    on.settled()
    assert on.page.points == [ENERGY, point_id(AHORNVEJ, "s3")]


def test_two_values_of_fifty_devices_fit_and_the_next_one_is_named_a_limit(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    views = smallplant.many(MOST + 10)
    on = OnPage(make_desk(FakeServices(views, ())), qtbot)
    on.page.add([point_id(view.config.id, "s3") for view in views])
    on.qtbot.waitUntil(lambda: len(on.rows) == MOST, timeout=5000)
    assert len(on.page.points) == MOST
    assert "At most 100 values at a time" in on.words()
    assert len(on.history.asked[-1][0]) == MOST


def test_devices_that_come_to_be_known_later_are_added(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnPage(make_desk(FakeServices()), qtbot)
    on.page.recall({"points": [ENERGY, "gone.e1", 7, "nonsense"], "scale": "day",
                    "first": "2026-01-19", "beside": "weekdays"})  # fmt: skip
    on.qtbot.waitUntil(lambda: len(on.rows) == 1, timeout=5000)
    assert on.page.bar.stretch.scale is Scale.DAY
    assert on.page.beside.how is Beside.WEEKDAYS
    assert on.rows[0].point == ENERGY


def test_the_page_is_remembered(on: OnPage) -> None:
    on.page.bar.segments.choose(0)
    on.page.beside.recall(Beside.YEAR.value)
    kept = on.page.memory()
    on.page.bar.segments.choose(3)
    on.page.recall(kept)
    on.settled()
    assert on.page.memory() == kept
    on.page.recall({"points": "x", "scale": 3, "beside": []})
    assert on.page.points == [ENERGY, POWER]


def test_one_goes_back_and_comes_to_the_present(on: OnPage) -> None:
    assert on.page.way_to_now() is None
    on.page.bar.go(-1)
    way = on.page.way_to_now()
    assert way is not None
    way()
    on.settled()
    assert on.page.way_to_now() is None


def test_the_file_holds_the_rows(on: OnPage, tmp_path: Path) -> None:
    file = tmp_path / "periods.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    text = file.read_text(encoding="utf-8-sig")
    heads, *rows = csv.reader(StringIO(text, newline=""))
    assert heads[3:5] == ["January 2026", "December 2025"]
    assert [row[0] for row in rows] == [each.name for each in on.rows]


def test_a_history_that_cannot_be_read_says_so(on: OnPage) -> None:
    on.history.fails = "history/2026.sqlite cannot be read"
    on.page.refresh()
    on.qtbot.waitUntil(lambda: "cannot be read" in on.words())
    on.history.fails = ""
    on.page.notice._retry.click()
    on.settled()
    assert len(on.rows) == 2


def test_devices_chosen_in_the_list_are_compared(make_desk: MakeDesk, qtbot: QtBot) -> None:
    from widgets.pages.devices import DevicesPage

    desk = make_desk(FakeServices())
    page = DevicesPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1600, 900)
    page.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed and page.is_ready)
    qtbot.waitUntil(lambda: bool(desk.directory.roles(AHORNVEJ)))
    page.panel.table.selectAll()
    page.panel.bulk.periods.click()
    asked = [each for each in desk.shown if each.page == "comparison"]
    assert asked
    assert {each.point for each in asked} >= {point_id(DeviceId("ahornvej-14"), "s3")}

"""The page Readings received: who lacks what, on which days, and the way there."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.device import Presence
from app.model.performance import Performance
from app.model.reading import DeviceId, PointId, point_id
from app.reports.words import Words
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import NOON
from widgets.charts.period import Period, Span
from widgets.controls.card import EmptyState
from widgets.pages.received import PAGE, ReceivedPage
from widgets.pagetype import Show
from widgets.received.areas import AreaRow, area_columns, areas_of
from widgets.received.days import DayRow
from widgets.received.rows import Row, percent_words, points_of
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
LINDEVEJ = DeviceId("lindevej-8")


class Heard(FakeHistory):
    """Remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, datetime, datetime, int]] = []
        self.fails = ""

    async def performance(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        interval_s: int = 900,
    ) -> Sequence[Performance]:
        if self.fails:
            raise StoreBroken(self.fails)
        self.asked.append((len(points), start, end, interval_s))
        return await super().performance(viewer, points, start, end, interval_s)


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Heard()
        desk.context = replace(
            desk.context, asked=replace(desk.context.asked, history=self.history)
        )
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("received"))
        assert isinstance(made, ReceivedPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1600, 900)
        made.show()
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    @property
    def shown(self) -> Sequence[Row]:
        assert self.page.table is not None
        return self.page.table.rows_model.rows

    @property
    def days(self) -> Sequence[DayRow]:
        return self.page.days.table.rows_model.rows

    def names(self) -> list[str]:
        return [row.view.config.name for row in self.shown]

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)

    def choose(self, name: str) -> None:
        assert self.page.table is not None
        assert self.page.table.go_to(lambda row: row.view.config.name == name)
        self.settled()


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(FakeServices()), qtbot)


def test_before_readings_are_counted_nobody_says_that_there_are_none(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, history = make_desk(FakeServices()), Heard()
    history.fails = "the history is damaged"
    asked = replace(desk.context.asked, history=history)
    qtbot.waitUntil(lambda: bool(points_of(desk.directory.alike(paths=False))))
    made = PAGE.build(replace(desk.context, asked=asked), Show("received"))
    assert isinstance(made, ReceivedPage)
    qtbot.addWidget(made)
    made.show()
    [empty] = made.card.findChildren(EmptyState)
    assert empty.says.text() == "Counting readings …"
    made.grouping.choose(1)
    assert made.card.findChildren(EmptyState) == [empty], "areas are not known either"
    qtbot.waitUntil(lambda: made.is_ready)
    assert empty.says.text() == "The readings could not be counted."
    assert "damaged" in made.notice.says.text()


@pytest.mark.feature("RD-39")
def test_every_device_has_its_row_and_the_plant_its_sum(on: OnPage) -> None:
    assert on.names() == [each.config.name for each in smallplant.substations()]
    expected = sum(row.told.expected for row in on.shown)
    assert f"of {expected} readings received, 2 devices lack some" in on.words()
    count, start, end, interval_s = on.history.asked[0]
    assert (count, interval_s) == (len(on.shown), 900)
    assert end == NOON, "what lies ahead is not due"
    assert start == NOON - timedelta(hours=36), "this week began on Monday"


@pytest.mark.feature("RD-39")
def test_the_days_are_those_of_all_until_one_is_chosen(on: OnPage) -> None:
    assert [each.received < each.expected for each in on.days] == [True, True]
    assert "12 devices" in on.page.days.subtitle.text() or str(len(on.shown)) in (
        on.page.days.subtitle.text()
    )
    on.choose("Ahornvej 14")
    assert [(each.expected, each.received) for each in on.days] == [(48, 48), (96, 96)]
    assert on.page.days.subtitle.text() == "Ahornvej 14 · nothing lacks"
    on.choose("Lindevej 8")
    assert on.page.days.subtitle.text() == "Lindevej 8 · last lacking: 20 Jan 2026"
    row = next(each for each in on.shown if each.view.config.id == LINDEVEJ)
    assert sum(each.received for each in on.days) == row.told.received
    assert sum(each.expected for each in on.days) == row.told.expected


def test_those_that_lack_something_are_listed_alone(on: OnPage) -> None:
    on.page.filter.choose(1)
    assert set(on.names()) == {"Birkevej 27", "Lindevej 8"}
    on.page.search.setText("lind")
    assert on.names() == ["Lindevej 8"]
    on.page.refresh()
    on.settled()
    assert on.names() == ["Lindevej 8"], "what was narrowed stays narrow"
    on.page.search.clear()
    on.page.filter.choose(0)
    assert len(on.names()) == len(smallplant.substations())


@pytest.mark.parametrize(("at", "interval_s"), [(1, 3600), (2, 86_400), (0, 900)])
def test_what_is_due_is_chosen(on: OnPage, at: int, interval_s: int) -> None:
    on.page.interval.setCurrentIndex((at + 1) % 3)
    on.settled()
    on.page.interval.setCurrentIndex(at)
    on.settled()
    assert on.history.asked[-1][3] == interval_s
    (first, *_others) = on.shown
    assert first.told.expected == -(-36 * 3600 // interval_s) or interval_s == 86_400


def test_another_time_is_counted_anew(on: OnPage) -> None:
    on.page.period.segments.choose(3)
    on.settled()
    on.qtbot.waitUntil(lambda: len(on.days) == 20)
    assert on.page.way_to_now() is None
    on.page.period.go(-1)
    on.settled()
    on.qtbot.waitUntil(lambda: len(on.days) == 31)
    way = on.page.way_to_now()
    assert way is not None
    way()
    on.settled()
    assert on.page.period.period == Period(Span.MONTH)


def test_a_row_is_the_door_to_the_readings_of_its_device(on: OnPage) -> None:
    on.choose("Lindevej 8")
    assert on.page.table is not None
    key(on.page.table, Qt.Key.Key_Return)
    shown = on.desk.shown[-1]
    assert (shown.page, shown.device, shown.part) == ("device", LINDEVEJ, "readings")
    assert shown.point == point_id(LINDEVEJ, "s3")


@pytest.mark.feature("RD-39")
def test_the_file_holds_the_rows_that_are_shown(on: OnPage, tmp_path: Path) -> None:
    on.page.filter.choose(1)
    file = tmp_path / "received.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    _heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == on.names()
    assert [int(row[3]) for row in rows] == [each.told.received for each in on.shown]


def test_the_page_is_remembered(on: OnPage) -> None:
    on.page.interval.setCurrentIndex(1)
    on.page.filter.choose(1)
    on.page.period.choose(Period(Span.MONTH, 1))
    kept = on.page.memory()
    on.page.interval.setCurrentIndex(0)
    on.page.filter.choose(0)
    on.page.period.choose(Period(Span.DAY))
    on.page.recall(kept)
    on.settled()
    assert on.page.memory() == kept
    on.page.recall({"interval": 7, "lacking": "yes", "period": []})
    on.settled()
    assert on.page.interval_s == 3600


def test_a_history_that_cannot_be_read_says_so_and_is_tried_again(on: OnPage) -> None:
    on.history.fails = "history/2026.sqlite cannot be read"
    on.page.refresh()
    on.qtbot.waitUntil(lambda: "cannot be read" in on.words())
    on.history.fails = ""
    on.page.notice._retry.click()
    on.settled()
    on.qtbot.waitUntil(lambda: "cannot be read" not in on.words())


def test_a_plant_without_devices_says_what_belongs_here(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnPage(make_desk(FakeServices.empty()), qtbot)
    assert "No device has readings that could be counted." in on.words()
    assert on.page.table is None
    assert not on.page.export.isEnabled()
    assert on.history.asked == []


def test_devices_too_many_for_days_are_told_to_be_chosen(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnPage(make_desk(FakeServices(smallplant.many(240), ())), qtbot)
    assert on.page.days.subtitle.text() == "Choose devices to see their days."
    assert len(on.history.asked) == 1
    on.choose(on.names()[5])
    on.qtbot.waitUntil(lambda: len(on.days) == 2)
    assert {count for count, *_others in on.history.asked[1:]} == {1}


def test_how_devices_stand_counts_nothing_anew(on: OnPage) -> None:
    """Every listing brings other standings: counting thousands of meters takes seconds."""
    plant = on.desk.services.plant
    first, before = plant.views[0], list(on.history.asked)
    gone = replace(first.standing, presence=Presence.OFFLINE, failures=3)
    plant.views[0] = replace(first, standing=gone)
    with on.qtbot.waitSignal(on.desk.directory.listed):
        on.desk.directory.refresh()
    on.settled()
    assert on.history.asked == before
    del plant.views[0]
    with on.qtbot.waitSignal(on.desk.directory.listed):
        on.desk.directory.refresh()
    on.settled()
    assert on.history.asked[len(before)][0] == len(plant.views)


def test_the_page_says_where_it_stands(on: OnPage) -> None:
    assert on.page.crumbs() == ("Analysis", "Readings received")
    assert on.page.heading() == "Readings received"
    assert PAGE.title() == "Readings received"


def areas(on: OnPage) -> Sequence[AreaRow]:
    assert on.page.card.areas is not None
    return on.page.card.areas.rows_model.rows


@pytest.mark.feature("RD-39")
def test_areas_have_the_sums_of_their_devices(on: OnPage) -> None:
    devices = list(on.shown)
    on.page.grouping.choose(1)
    on.settled()
    assert on.page.table is None
    names = sorted({each.view.config.area for each in devices}, key=str.casefold)
    assert [each.area for each in areas(on)] == names
    for area in areas(on):
        own = [each for each in devices if each.view.config.area == area.area]
        due = sum(each.told.expected for each in own)
        came = sum(each.told.received for each in own)
        assert area.sums == (due, came)
        assert area.lacking == sum(not each.is_whole for each in own)
    cells = {each.id: each for each in area_columns()}
    lacking = next(each for each in areas(on) if each.lacking)
    due, came = lacking.sums
    assert cells["devices"].cell(lacking).text == str(len(lacking.rows))
    assert cells["missing"].cell(lacking).text == str(due - came)
    assert cells["percent"].cell(lacking).text == percent_words(came, due)
    on.page.filter.choose(1)
    assert all(each.lacking for each in areas(on))


@pytest.mark.feature("RD-39")
def test_the_days_of_an_area_are_those_of_its_devices_and_it_opens_to_them(
    on: OnPage,
) -> None:
    on.page.grouping.choose(1)
    card = on.page.card
    assert card.areas is not None
    area = next(each for each in areas(on) if each.lacking)
    assert card.areas.go_to(lambda row: row.area == area.area)
    on.settled()
    assert on.page.days.subtitle.text().startswith(f"{area.name} · ")
    assert sum(each.received for each in on.days) == area.sums[1]
    card.areas.opened.emit(area)
    assert on.names() == [each.view.config.name for each in area.rows]


def test_what_was_grouped_stays_grouped_and_is_exported_so(on: OnPage) -> None:
    on.page.grouping.choose(1)
    on.settled()
    kept = on.page.memory()
    assert kept["areas"] is True
    on.page.refresh()
    on.settled()
    shown = areas(on)
    made = on.page._sheet(Words("en"))
    assert [each[0] for each in made.rows] == [each.area for each in shown]
    assert [each[4] for each in made.rows] == [each.sums[0] for each in shown]
    on.page.grouping.choose(0)
    assert on.page.memory()["areas"] is False
    on.page.recall(kept)
    on.settled()
    assert on.page.card.areas is not None


def test_devices_without_an_area_stand_together_at_the_end(on: OnPage) -> None:
    first, *others = on.shown
    nowhere = replace(first.view, config=replace(first.view.config, area=""))
    found = areas_of([replace(first, view=nowhere), *others])
    assert (found[-1].area, found[-1].name, len(found[-1].rows)) == ("", "no area", 1)
    assert all(each.area for each in found[:-1])

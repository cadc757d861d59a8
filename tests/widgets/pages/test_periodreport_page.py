"""The period report: any time, columns by choice, sums of what is shown, the same as a file."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.consumption import Consumption, Step
from app.model.customer import Customer, Tenancy
from app.model.figures import Figures
from app.model.point import PointSpec
from app.model.reading import PointId, point_id, split_point
from app.model.totals import Entry, Medium, TotalsPlan
from app.model.validation import Checked, Finding, Rule
from app.reports.words import Words
from app.verbs import Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.mbusmeters import HEAT, SILENT, WATER, meters_on_a_bus
from tests.fakes.smallplant import NOON
from tests.pictures.smallproject import small_project
from widgets.consumption.stretch import Scale, own, stretch_of
from widgets.controls.columnpicker import ColumnPicker
from widgets.models.rows import RowsModel
from widgets.pages.periodreport import CUSTOMER, PAGE, PeriodReportPage
from widgets.pagetype import Show
from widgets.periodreport.flags import FINDINGS
from widgets.periodreport.picks import Pick
from widgets.periodreport.rows import Row, columns, sum_of
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]


class Heard(FakeHistory):
    def __init__(self) -> None:
        self.asked: list[tuple[int, datetime, datetime, Step]] = []
        self.figured: list[PointId] = []  # points of which means and extremes were asked
        self.fails = ""
        self.checked: list[tuple[list[PointId], datetime, datetime]] = []

    async def figures(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
        interval_s: int = 900,
    ) -> Sequence[Figures]:
        self._ask(points, start, end, step)
        self.figured += points
        return await super().figures(viewer, points, start, end, step, interval_s)

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        self._ask(points, start, end, step)
        return await super().consumption(viewer, points, start, end, step)

    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        """Find two things in the first meter, nothing in the second; the third has no unit."""
        self.checked.append((list(points), start, end))
        found = {
            HEAT: (
                Finding(Rule.SUM, start, start + timedelta(days=1), counted=1, expected=2),
                Finding(Rule.SPIKE, start, start, 1, figure=9.0),
            )
        }
        return [
            Checked(
                point,
                found.get(split_point(point)[0], ()),
                frozenset(Rule),
                None,
                "its unit is not set" if split_point(point)[0] == SILENT else "",
            )
            for point in points
        ]

    def _ask(
        self, points: Sequence[PointId], start: datetime, end: datetime, step: Step
    ) -> None:
        self.asked.append((len(points), start, end, step))
        if self.fails:
            raise StoreBroken(self.fails)


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Heard()
        desk.context = replace(
            desk.context, asked=replace(desk.context.asked, history=self.history)
        )
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("periodreport"))
        assert isinstance(made, PeriodReportPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1600, 900)
        made.show()
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    @property
    def rows(self) -> Sequence[Row]:
        assert self.page.table is not None
        return self.page.table.rows_model.rows

    def heads(self) -> list[str]:
        assert self.page.table is not None
        return [each.title() for each in self.page.table.rows_model.columns]

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(meters_on_a_bus()), qtbot)


def test_every_meter_has_its_row_and_the_sums_stand_below(on: OnPage) -> None:
    assert on.heads()[:2] == ["Device", "Area"]
    assert any(each.startswith("Energy (E1), counted") for each in on.heads())
    assert len(on.rows) > 0
    assert f"{len(on.rows)} device" in on.words()
    assert "Energy (E1): " in on.words()
    assert CUSTOMER not in on.page.keys
    assert on.history.asked[-1][3] is Step.MONTH, "a whole month is one part"
    assert on.page.crumbs() == ("Analysis", "Period report")
    assert PAGE.title() == on.page.heading()


def test_a_sum_counts_by_the_plan_of_totals(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = meters_on_a_bus()
    before = OnPage(make_desk(services), qtbot)
    energy = next(each for each in before.page.picks() if each.key == "energy.change")
    rows = [row for row in before.rows if row.found.get(energy.key) is not None]
    whole = sum_of(rows, energy)
    specs = {
        row.view.config.id: before.desk.directory.roles(row.view.config.id) for row in rows
    }
    one, two, *_others = [
        point_id(own, spec.key) for own, roles in specs.items() if (spec := energy.spec(roles))
    ]
    services.totals.kept = TotalsPlan(
        (
            Entry("main", "Main", Medium.HEAT, point=one),
            Entry("sub", "Sub", Medium.HEAT, point=two, above="main"),
        )
    )
    after = OnPage(make_desk(services), qtbot)
    told = sum_of(after.rows, energy)
    left = next(row for row in after.rows if row.view.config.id == split_point(two)[0])
    part = left.found[energy.key]
    assert whole is not None
    assert told is not None
    assert part is not None
    assert told.count == whole.count - 1
    assert told.value == whole.value - part.value, "its main meter counted it already"
    assert after.page.report is not None
    shown_columns = columns(after.page.report, named=False)
    (column,) = [each for each in shown_columns if each.id == energy.key]
    shown = column.cell(left).shown
    assert shown is not None
    assert "not in the sum" in shown.tip
    services.totals.kept = TotalsPlan(
        (Entry("sent", "Sent", Medium.HEAT, point=two, outward=True),)
    )
    sent = sum_of(OnPage(make_desk(services), qtbot).rows, energy)
    assert sent is not None
    assert sent.value == whole.value - 2 * part.value, "what is delivered is taken off"


def test_a_list_of_the_same_devices_asks_for_nothing_again(on: OnPage) -> None:
    before = len(on.history.asked)
    on.desk.directory.listed.emit()
    on.settled()
    assert len(on.history.asked) == before


def test_means_and_extremes_are_asked_for_where_a_column_shows_them_alone(on: OnPage) -> None:
    assert on.history.figured == [], "what an index counted is one question of its own"
    on.page.keys = ["energy.change", "supply.mean"]
    on.page.refresh()
    on.settled()
    assert on.history.figured
    assert all("energy" not in point for point in on.history.figured)
    before = len(on.history.figured)
    on.page.keys = ["energy.change", "energy.last"]
    on.page.refresh()
    on.settled()
    counted = on.history.asked[-1][0]
    assert len(on.history.figured) == before + counted, "one answer tells both"


def test_no_figure_is_asked_for_of_time_that_has_not_come(on: OnPage) -> None:
    _count, start, end, _step = on.history.asked[-1]
    assert start < end == NOON
    before = len(on.history.asked)
    on.page.bar.choose(stretch_of(Scale.MONTH, NOON.date().replace(year=NOON.year + 1)))
    on.settled()
    assert len(on.history.asked) == before
    assert not any(row.has_data for row in on.rows)


def test_a_running_month_is_told_once_at_the_head_and_not_in_each_cell(on: OnPage) -> None:
    assert "This period is not over: so far, up to" in on.words()
    told = [figure for row in on.rows for figure in row.found.values() if figure is not None]
    assert told
    assert all(figure.is_whole for figure in told), "each meter answered a moment ago"
    assert "~" not in on.page.says.text()
    on.page.bar.go(-1)
    on.settled()
    assert "not over" not in on.words()
    assert on.page.runs.isHidden()


def test_a_meter_that_is_silent_has_no_whole_figure_of_a_running_month(
    on: OnPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = on.rows[0].view.config.id
    ago = NOON - timedelta(days=2)
    long_ago = [
        replace(each, last_answer_at=ago) if each.device == silent else each
        for each in on.desk.directory.standings()
    ]
    monkeypatch.setattr(on.desk.directory, "standings", lambda: long_ago)
    on.page.refresh()
    on.settled()
    whole = {
        row.view.config.id: all(each.is_whole for each in row.found.values() if each)
        for row in on.rows
    }
    assert not whole.pop(silent)
    assert whole
    assert all(whole.values())
    assert "~" in on.page.says.text()


def test_the_file_says_in_its_title_up_to_when_it_is(on: OnPage) -> None:
    assert "so far, up to" in on.page._sheet(Words("en")).title
    on.page.bar.go(-1)
    on.settled()
    assert "so far" not in on.page._sheet(Words("en")).title


def test_rows_are_laid_out_once_an_answer(on: OnPage, monkeypatch: pytest.MonkeyPatch) -> None:
    settled: list[int] = []
    real = RowsModel.settle

    def settle(model: RowsModel[Row]) -> None:
        settled.append(model.total)
        real(model)

    monkeypatch.setattr(RowsModel, "settle", settle)
    on.page.refresh()
    on.settled()
    assert [total for total in settled if total] == [len(on.rows)]


def test_kinds_of_devices_are_looked_through_once_while_they_are_the_same(
    on: OnPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Pick.spec

    def spec(pick: Pick, roles: Mapping[str, PointSpec]) -> PointSpec | None:
        asked.append(pick.key)
        return real(pick, roles)

    monkeypatch.setattr(Pick, "spec", spec)
    for _nth in range(5):
        on.desk.directory.listed.emit()
    on.settled()
    assert asked == []


def test_any_days_may_be_asked_for(on: OnPage) -> None:
    on.page.bar.choose(own(date(2026, 1, 5), date(2026, 1, 12)))
    on.settled()
    _count, start, end, step = on.history.asked[-1]
    assert (end - start).days == 7
    assert step is Step.DAY
    way = on.page.way_to_now()
    assert way is not None
    way()
    on.settled()
    assert on.page.way_to_now() is None


def test_columns_are_chosen_and_put_in_order(
    on: OnPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def choose(picker: ColumnPicker) -> int:
        for at in range(picker.list.count()):
            item = picker.list.item(at)
            assert item is not None
            name = item.data(Qt.ItemDataRole.UserRole)
            offered.append(name)
            wanted = name in {"supply.mean", "supply.most", CUSTOMER}
            item.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
        return 1

    monkeypatch.setattr(ColumnPicker, "exec", choose)
    on.page.choose_columns()
    on.settled()
    assert {"energy.change", "supply.least", "supply.last"} <= set(offered)
    assert on.heads() == [
        *("Device", "Area", "Customer", "Supply, largest [°C]", "Supply, mean [°C]")
    ]
    assert "Energy" not in on.page.says.text()


def test_residents_are_asked_for_by_wish_alone(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = meters_on_a_bus()
    services.customers.fails = StoreBroken("nobody asked for residents")
    on = OnPage(make_desk(services), qtbot)
    assert all(row.customer == "" for row in on.rows)
    meter, begun = on.rows[0].view.config.id, NOON - timedelta(days=700)
    moved, gone = NOON - timedelta(days=10), NOON - timedelta(days=100)
    services.customers.fails = None
    services.customers.known = [
        Customer("c-1", "Mads Riis", meters=(Tenancy(meter, begun, moved),)),
        Customer("c-2", "Ingrid Holm", meters=(Tenancy(meter, moved),)),
        Customer("c-3", "Long Gone", meters=(Tenancy(meter, begun, gone),)),
    ]
    on.page.keys = [CUSTOMER]
    on.page.refresh()
    on.settled()
    assert on.heads()[2] == "Customer"
    assert len(on.heads()) > 3, "what is usual stands beside the names"
    assert on.rows[0].customer == "Mads Riis, Ingrid Holm"


def test_sums_are_those_of_the_rows_that_were_found(on: OnPage) -> None:
    on.page.search.setText("water")
    assert [row.view.config.name for row in on.rows] == ["Birkevej 2 water"]
    assert on.page.says.text().startswith("1 device · Volume (V1): ")
    on.page.search.setText("nobody is called so")
    assert on.page.says.text() == "0 devices"
    on.page.search.clear()
    on.page.filter.choose(1)
    assert all(not row.has_data for row in on.rows)
    on.page.refresh()
    on.settled()
    assert all(not row.has_data for row in on.rows), "what was narrowed stays narrow"


def test_the_file_holds_the_rows_that_are_shown_and_their_sum(
    on: OnPage, tmp_path: Path
) -> None:
    file = tmp_path / "report.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    _heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert [row[0] for row in rows[:-2]] == [row.view.config.name for row in on.rows]
    assert [row[0] for row in rows[-2:]] == ["Sum", "Devices with data"]


@pytest.mark.feature("BEYOND-21")
def test_what_the_rules_found_is_a_column_of_screen_and_file_by_wish_alone(
    on: OnPage, tmp_path: Path
) -> None:
    assert on.history.checked == [], "checking every index costs, and nobody wished it"
    assert "Findings" not in on.heads()
    on.page.keys = ["energy.change", "volume.change", FINDINGS]
    on.page.refresh()
    on.settled()
    ((points, start, end),) = on.history.checked
    assert {split_point(point)[0] for point in points} == {HEAT, WATER, SILENT}
    assert start < end == NOON, "up to now, no further"
    assert on.page.table is not None
    column = on.page.table.rows_model.columns[-1]
    told = {row.view.config.id: column.cell(row).text for row in on.rows}
    assert told == {
        HEAT: "More than it can count, Intervals do not add up",
        WATER: "",
        SILENT: "not checked",
    }
    file = tmp_path / "report.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert heads[-2:] == ["Remarks", "Findings"]
    assert {len(row) for row in rows} == {len(heads)}
    assert [row[-1] for row in rows[:-2]] == [told[row.view.config.id] for row in on.rows]
    assert [row[-1] for row in rows[-2:]] == ["", ""], "a sum has no finding of its own"
    kept = on.page.memory()
    on.page.keys = []
    on.page.recall(kept)
    on.settled()
    assert on.heads()[-1] == "Findings"


def test_the_page_is_remembered(on: OnPage) -> None:
    on.page.keys = ["supply.mean"]
    on.page.filter.choose(1)
    on.page.bar.choose(stretch_of(Scale.DAY, date(2026, 1, 19)))
    kept = on.page.memory()
    on.page.keys = []
    on.page.filter.choose(0)
    on.page.bar.choose(stretch_of(Scale.YEAR, date(2026, 1, 19)))
    on.page.recall(kept)
    on.settled()
    assert on.page.memory() == kept
    on.page.recall({"columns": [7, "nonsense"], "lacking": "yes"})
    on.settled()
    assert [each.key for each in on.page.picks()] != ["nonsense"]


def test_a_row_is_the_door_to_its_device(on: OnPage) -> None:
    assert on.page.table is not None
    on.page.table.go_to(lambda _row: True)
    key(on.page.table, Qt.Key.Key_Return)
    shown = on.desk.shown[-1]
    assert (shown.page, shown.part) == ("device", "readings")


def test_a_history_that_cannot_be_read_says_so_and_is_tried_again(on: OnPage) -> None:
    on.history.fails = "history/2026.sqlite cannot be read"
    on.page.refresh()
    on.qtbot.waitUntil(lambda: "cannot be read" in on.words())
    on.history.fails = ""
    on.page.notice._retry.click()
    on.settled()
    on.qtbot.waitUntil(lambda: "cannot be read" not in on.words())


def test_a_meter_whose_unit_nobody_set_has_its_row_that_says_so(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnPage(make_desk(small_project()), qtbot)
    assert len(on.rows) > 1
    assert not any(row.has_data for row in on.rows)
    assert all("unit not set" in row.says.values() for row in on.rows)
    assert on.page.report is not None
    assert on.page.export.isEnabled()
    assert "Without data: " in on.words()


def test_a_plant_without_devices_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    on = OnPage(make_desk(FakeServices.empty()), qtbot)
    assert "No device here tells a value that a report could be made of." in on.words()
    assert not on.page.export.isEnabled()
    assert on.history.asked == []

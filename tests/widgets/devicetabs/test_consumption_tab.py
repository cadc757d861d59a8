"""The consumption of a meter on the screen: bars, rows, sums, statements, files."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.consumption import Consumption, Step, UnplacedAmount
from app.model.counter import Spread
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from app.model.totals import Entry, Medium, TotalsPlan
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.asked import VIEWER, FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, double_click, key, type_text
from tests.fakes.smallplant import NOON
from tests.people import person
from widgets.consumption.stating import Kind, StatementForm, StatementList
from widgets.consumption.stretch import Beside, Scale, stretch_of
from widgets.consumption.table import Line
from widgets.devicetabs.consumption import ConsumptionTab
from widgets.devicetabs.tabtype import Subject
from widgets.pagetype import Show
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
METER = DeviceId("meter-1")
IMPORT = PointSpec("e1", "Energy, import", "kWh", 2, role="meter.energy")
EXPORT = PointSpec("e2", "Energy, export", "kWh", 2, role="meter.energy_export")
POWER = PointSpec("p", "Power", "kW", 1, role="power")
MONTH = stretch_of(Scale.MONTH, date(2026, 1, 20))


class Counted(FakeHistory):
    """The history of the fake plant; it remembers what was asked, and may have a gap."""

    def __init__(self) -> None:
        self.asked: list[tuple[PointId, datetime, datetime, Step]] = []
        self.gaps: tuple[UnplacedAmount, ...] = ()
        self.fails = ""

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        if self.fails:
            raise StoreBroken(self.fails)
        self.asked += [(point, start, end, step) for point in points]
        found = await super().consumption(viewer, points, start, end, step)
        gaps = tuple(each for each in self.gaps if start <= each.start < end)
        return [replace(each, unplaced=gaps) for each in found]


class OnTab:
    def __init__(
        self, desk: Desk, qtbot: QtBot, specs: Sequence[PointSpec] = (POWER, IMPORT, EXPORT)
    ) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Counted()
        self.clock = NOON
        self.context = replace(
            desk.context,
            asked=replace(desk.context.asked, history=self.history),
            now=lambda: self.clock,
        )
        view = smallplant.view("Meter 1", "Havnen", number=7, label="")
        view = replace(view, config=replace(view.config, id=METER))
        detail = replace(smallplant.detail(view), points=tuple(specs))
        self.tab = ConsumptionTab(Subject(self.context, detail, lambda *_: None))
        qtbot.addWidget(self.tab)
        self.tab.resize(1400, 800)
        self.tab.show()
        self.settled()

    def settled(self) -> None:
        asking = self.context.asking
        self.qtbot.waitUntil(lambda: asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.tab.is_ready, timeout=5000)

    def rows(self) -> list[list[str]]:
        table = self.tab.table
        assert table is not None
        model = table.rows_model
        return [[column.cell(row).spoken for column in model.columns] for row in model.rows]

    def total(self) -> Decimal:
        sight = self.tab.sight
        assert sight is not None
        found = sight.told.total()
        assert found is not None
        return found

    def words(self) -> str:
        shown = (each for each in self.tab.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)

    def written(self, path: Path) -> str:
        self.tab.files.write(path)
        work = self.context.work
        self.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence
        return path.read_text(encoding="utf-8-sig")


def _is(place: int) -> Callable[[Line], bool]:
    return lambda row: row.nth == place


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnTab:
    return OnTab(make_desk(FakeServices()), qtbot)


@pytest.mark.feature("RD-25")
def test_this_month_stands_by_days_beside_the_month_before(on: OnTab) -> None:
    (point, start, end, step), (_point, before, until, _step) = on.history.asked
    assert point == point_id(METER, "e1")
    assert step is Step.DAY
    assert (start, end) == (
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 1, 31, 23, tzinfo=UTC),
    )
    assert (before, until) == (datetime(2025, 11, 30, 23, tzinfo=UTC), start)
    assert len(on.rows()) == len(on.tab.bars.bars) == 31
    assert on.tab.bar.title.text() == "January 2026"


@pytest.mark.parametrize(
    ("segment", "step", "parts"),
    [(0, Step.HOUR, 24), (1, Step.DAY, 7), (2, Step.DAY, 31), (3, Step.MONTH, 12),
     (4, Step.YEAR, 10)],
)  # fmt: skip
@pytest.mark.feature("EW-29")
@pytest.mark.feature("EW-30")
def test_a_day_by_hours_a_month_by_days_a_year_by_months_ten_years_by_years(
    on: OnTab, segment: int, step: Step, parts: int
) -> None:
    on.tab.bar.segments.choose(segment)
    on.settled()
    assert on.history.asked[-1][3] is step
    assert len(on.rows()) == parts


def test_a_row_is_gone_into_and_its_parts_add_up_to_it(on: OnTab) -> None:
    for segment in (4, 3, 2):
        on.tab.bar.segments.choose(segment)
        on.settled()
    on.tab.bar.segments.choose(4)
    on.settled()
    for place in (8, 10, 25):  # the year 2025, its November, the 26th
        table, sight = on.tab.table, on.tab.sight
        assert table is not None
        assert sight is not None
        part = sight.told.pairs[place].now
        assert part is not None
        assert table.go_to(_is(place))
        table.setFocus()
        key(table, Qt.Key.Key_Return)
        on.settled()
        assert on.total() == part.amount
    assert on.tab.bar.title.text() == "26 Nov 2025"
    assert on.tab.table is not None
    key(on.tab.table, Qt.Key.Key_Return)
    on.settled()
    assert on.tab.bar.stretch.scale is Scale.DAY, "hours have no parts"


def test_a_bar_is_a_door_like_its_row(on: OnTab) -> None:
    bars = on.tab.bars
    room = bars._room()
    at = QPoint(int(room.left() + 9.5 * room.width() / 31), 60)
    click(bars, at)
    assert on.tab.table is not None
    current = on.tab.table.current()
    assert current is not None
    assert current.nth == 9
    double_click(bars, at)
    on.settled()
    assert on.tab.bar.title.text() == "10 Jan 2026"


def test_the_row_in_focus_is_marked_among_the_bars(on: OnTab) -> None:
    assert on.tab.table is not None
    on.tab.table.go_to(lambda row: row.nth == 4)
    assert on.tab.bars.chosen == 4


@pytest.mark.feature("EW-33")
def test_today_stands_beside_yesterday_and_the_same_hours_of_it(on: OnTab) -> None:
    on.tab.bar.segments.choose(0)
    on.settled()
    sight = on.tab.sight
    assert sight is not None
    told = sight.told
    like, whole = told.total_before(like=True), told.total_before()
    assert like is not None
    assert whole is not None
    assert like < whole
    assert f"Together {told.total()} kWh, beside it {whole} kWh" in on.words()
    assert "Of the parts known in both: " in on.words()
    assert on.tab.like.text().count("%") == 1


@pytest.mark.parametrize(
    ("how", "start"),
    [
        (Beside.BEFORE, datetime(2026, 1, 18, 23, tzinfo=UTC)),
        (Beside.WEEKDAYS, datetime(2026, 1, 12, 23, tzinfo=UTC)),
        (Beside.YEAR, datetime(2025, 1, 19, 23, tzinfo=UTC)),
    ],
)
@pytest.mark.feature("LM-65")
def test_it_is_chosen_what_stands_beside_it(on: OnTab, how: Beside, start: datetime) -> None:
    on.tab.bar.segments.choose(0)
    on.settled()
    on.tab.beside.setCurrentIndex(on.tab.beside.findData(how.value))
    on.settled()
    assert on.history.asked[-1][1] == start
    heads = [column.title() for column in on.tab.sight.columns()] if on.tab.sight else []
    assert heads[2:5] == ["Beside it [kWh]", "More or less [kWh]", "%"]


def test_nothing_may_stand_beside_it(on: OnTab) -> None:
    on.tab.beside.setCurrentIndex(on.tab.beside.findData(Beside.NOTHING.value))
    on.settled()
    assert [len(row) for row in on.rows()] == [3] * 31
    assert on.tab.like.text() == ""
    on.tab.bar.segments.choose(3)
    on.settled()
    assert on.tab.beside.currentData() == Beside.NOTHING.value, "the choice stays"


def test_another_index_is_chosen_by_name_or_by_its_value(on: OnTab) -> None:
    assert [on.tab.index.itemText(at) for at in range(2)] == [IMPORT.name, EXPORT.name]
    on.tab.reveal(Show("device", METER, point_id(METER, "e2"), NOON - timedelta(days=3)))
    on.settled()
    assert on.history.asked[-1][0] == point_id(METER, "e2")
    assert on.tab.bar.title.text() == "17 Jan 2026"
    on.tab.reveal(Show("device", METER, point_id(METER, "p")))
    assert on.tab.spec().key == "e2", "power counts nothing"


def test_it_is_told_in_which_total_the_index_counts(on: OnTab) -> None:
    assert on.tab.place.text() == "", "without a plan there is no total"
    main = Entry("main", "Main", Medium.ELECTRICITY, point="hall.e1")
    own = Entry(
        "one", "One", Medium.ELECTRICITY, point=str(point_id(METER, "e1")), above="main"
    )
    on.desk.services.totals.kept = TotalsPlan((main, own))
    on.tab.refresh()
    on.settled()
    assert on.tab.place.text() == "Counts in “Electricity, total” as a part of Main"
    assert on.tab.place.text() in on.words()
    on.tab.index.setCurrentIndex(1)
    on.settled()
    assert on.tab.place.text() == "Counts in no total", "the other index is another entry"


def test_who_may_not_see_the_whole_plant_is_told_no_total(on: OnTab) -> None:
    on.desk.services.totals.refuses = "of all devices only"
    on.tab.refresh()
    on.settled()
    assert on.tab.place.text() == ""
    assert on.total() > 0, "what the meter counted is told all the same"


def test_one_goes_back_and_to_the_present_and_never_ahead(on: OnTab) -> None:
    assert on.tab.way_to_now() is None
    assert not on.tab.bar.after.isEnabled()
    click(on.tab.bar.before)
    on.settled()
    assert on.tab.bar.title.text() == "December 2025"
    way = on.tab.way_to_now()
    assert way is not None
    on.tab.bar.go(1)
    on.tab.bar.go(1)
    assert on.tab.bar.stretch == MONTH
    click(on.tab.bar.before)
    way()
    assert on.tab.bar.stretch == MONTH


def test_what_was_looked_at_is_remembered(on: OnTab) -> None:
    on.tab.index.setCurrentIndex(1)
    on.tab.bar.choose(stretch_of(Scale.DAY, date(2025, 10, 26)))
    on.tab.beside.setCurrentIndex(1)
    kept = on.tab.memory()
    on.tab.bar.segments.choose(3)
    on.tab.index.setCurrentIndex(0)
    on.tab.recall(kept)
    on.settled()
    assert on.tab.memory() == kept
    on.tab.recall({"index": 7, "scale": [], "beside": {}})
    assert on.tab.bar.stretch.scale is Scale.MONTH


def test_the_quarter_of_an_hour_that_was_stored_comes_by_itself(on: OnTab) -> None:
    before = len(on.history.asked)
    on.context.feed.age()
    assert len(on.history.asked) == before
    on.clock = NOON + timedelta(minutes=16)
    on.context.feed.age()
    on.settled()
    assert len(on.history.asked) == before + 2


def test_what_was_counted_in_a_silence_is_told_and_can_be_spread(on: OnTab) -> None:
    begin = NOON - timedelta(days=2)
    gap = UnplacedAmount(begin, NOON - timedelta(days=1), Decimal("12.34"), jump=False)
    on.history.gaps = (gap,)
    assert not on.tab.spread.isVisible()
    on.tab.refresh()
    on.settled()
    assert on.tab.gaps.text() == (
        "12.34 kWh counted in 18 Jan 2026 12:00 – 19 Jan 2026 12:00, nobody knows when"
    )
    assert sum(bar.unplaced for bar in on.tab.bars.bars) == 2
    click(on.tab.spread)
    (form,) = on.tab.findChildren(StatementForm)
    assert form.kind.currentData() is Kind.SPREAD
    type_text(form.reason, "the line was cut")
    click(form.send)
    meters = on.desk.services.meters
    on.qtbot.waitUntil(lambda: bool(meters.made))
    assert meters.made[0].says == Spread(begin, NOON - timedelta(days=1))
    on.history.gaps = ()
    on.settled()


def test_many_gaps_are_counted_and_not_listed_without_end(on: OnTab) -> None:
    on.history.gaps = tuple(
        UnplacedAmount(
            NOON - timedelta(days=each + 1), NOON - timedelta(days=each), Decimal(1), jump=False
        )
        for each in range(1, 8)
    )
    on.tab.refresh()
    on.settled()
    assert on.tab.gaps.text().count("nobody knows when") == 3
    assert on.tab.gaps.text().endswith("… (+4)")


def test_something_is_stated_of_the_part_in_focus_and_listed(on: OnTab) -> None:
    assert on.tab.table is not None
    on.tab.table.go_to(lambda row: row.nth == 9)
    click(on.tab.state)
    (form,) = on.tab.findChildren(StatementForm)
    assert form.at.dateTime().toString("yyyy-MM-dd HH:mm") == "2026-01-10 00:00"
    form.final.setText("812.4")
    form.initial.setText("0")
    type_text(form.reason, "worn out")
    click(form.send)
    on.qtbot.waitUntil(lambda: "Meter exchanged" in on.rows()[9][-1])
    assert on.tab.bars.bars[9].exchanged
    click(on.tab.statements)
    (shown,) = on.tab.findChildren(StatementList)
    assert any("Meter exchanged" in each.text() for each in shown.findChildren(QLabel))
    shown.take_back(on.desk.services.meters.made[0], "the other meter")
    on.qtbot.waitUntil(lambda: on.rows()[9][-1] == "")


@pytest.mark.feature("EW-42")
def test_the_file_is_offered_under_its_old_name_and_equals_the_screen(
    on: OnTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def chosen(_over: object, _title: str, proposed: str, _filter: str) -> tuple[str, str]:
        offered.append(Path(proposed).name)
        return str(tmp_path / Path(proposed).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    on.tab.files._ask_path("csv")
    assert offered == ["datalogger.csv"]
    work = on.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    text = (tmp_path / "datalogger.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(StringIO(text, newline="")))[1:]
    assert [row[2] for row in rows] == [
        "" if row[1].startswith("–") else row[1] for row in on.rows()
    ]
    assert sum(Decimal(row[2]) for row in rows if row[2]) == on.total()


@pytest.mark.parametrize("end", ["xlsx", "pdf"])
def test_it_goes_into_a_spreadsheet_and_on_paper(on: OnTab, tmp_path: Path, end: str) -> None:
    on.tab.files.write(tmp_path / f"datalogger.{end}")
    work = on.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    assert (tmp_path / f"datalogger.{end}").stat().st_size > 1000


def test_a_broken_history_says_so_and_leaves_no_figures_of_another_time(on: OnTab) -> None:
    on.history.fails = "history/2026.sqlite cannot be read"
    on.tab.bar.go(-1)
    on.settled()
    on.qtbot.waitUntil(lambda: "cannot be read" in on.words())
    assert on.tab.table is None
    assert on.tab.bars.bars == ()
    assert not on.tab.export.isEnabled()
    on.history.fails = ""
    on.tab.refresh()
    on.settled()
    assert len(on.rows()) == 31


def test_a_device_that_counts_nothing_says_where_to_look(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnTab(make_desk(FakeServices()), qtbot, (POWER,))
    assert "This device has no counting index." in on.words()
    on.tab.refresh()
    on.tab.reveal(Show("device", METER))
    on.tab.recall({"index": "e1"})
    assert on.tab.memory() == {}
    assert on.tab.way_to_now() is None
    assert on.history.asked == []


def test_a_meter_of_one_index_offers_no_choice(make_desk: MakeDesk, qtbot: QtBot) -> None:
    on = OnTab(make_desk(FakeServices()), qtbot, (IMPORT,))
    assert not on.tab.index.isVisible()


@pytest.mark.parametrize("may", [True, False])
def test_only_who_may_change_devices_states_something(
    make_desk: MakeDesk,
    qtbot: QtBot,
    may: bool,
) -> None:
    see = frozenset({Capability.SEE_PLANT, Capability.SEE_HISTORY, Capability.KEEP_OWN})
    viewer = VIEWER if may else person("g", "Guest", "desk-1", see)
    on = OnTab(make_desk(FakeServices(), viewer=viewer), qtbot)
    assert on.tab.state.isEnabled() == may
    assert on.tab.statements.isEnabled(), "everybody may see why a figure is what it is"

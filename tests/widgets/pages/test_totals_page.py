"""The page Totals: five views that agree, and the dialog that says what counts."""

import csv
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.consumption import Step
from app.model.rights import Grant, Rights
from app.model.totals import Entry, Kind, Medium, TotalsPlan
from app.model.totalsunits import Wish
from app.model.totalsviews import View
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.mbusmeters import meters_on_a_bus
from tests.fakes.totals import FakeTotals
from widgets.consumption.stretch import Scale, stretch_of
from widgets.pages.totals import PAGE, TotalsPage
from widgets.pagetype import Show
from widgets.totals.plan import PlanDialog, indexes
from widgets.totals.rows import decimals_of, remark, share_of

MakeDesk = Callable[..., Desk]
PLAN = TotalsPlan(
    (
        Entry("main", "Main", Medium.ELECTRICITY, point="main.energy"),
        Entry("pumps", "Pumps", Medium.ELECTRICITY, point="pumps.energy", above="main"),
        Entry("flat", "Flat", Medium.ELECTRICITY, Kind.SHARE, "", "main", percent=Decimal(25)),
        Entry("sun", "Sun", Medium.ELECTRICITY, point="sun.energy", outward=True),
        Entry("water", "Water", Medium.WATER, point="water.volume"),
    )
)
RATES = {"main": Decimal(8), "pumps": Decimal("1.5"), "sun": Decimal("0.25")}


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot, services: FakeServices) -> None:
        self.desk, self.qtbot, self.totals = desk, qtbot, services.totals
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("totals"))
        assert isinstance(made, TotalsPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1600, 900)
        made.show()
        made.bar.choose(stretch_of(Scale.MONTH, made.bar.today()))
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    def rows(self) -> list[list[str]]:
        table = self.page.table
        if table is None:
            return []
        model = table.rows_model
        return [[column.cell(row).spoken for column in model.columns] for row in model.rows]

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)


def services_with(plan: TotalsPlan) -> FakeServices:
    services = FakeServices()
    services.totals.kept, services.totals.rates = plan, dict(RATES)
    return services


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    services = services_with(PLAN)
    return OnPage(make_desk(services), qtbot, services)


def test_an_empty_page_says_what_belongs_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    on = OnPage(make_desk(services), qtbot, services)
    assert "No meter counts in a total yet" in on.words()
    assert not on.page.export.isEnabled()
    assert not on.page.bars.isVisible()
    assert not on.page.foot.isVisible()
    (offered,) = on.page.empty.findChildren(QPushButton)
    assert offered.text() == on.page.edit.text() == "What counts…"
    assert on.page.crumbs() == ("Analysis", "Totals")


def test_before_totals_are_known_nobody_says_that_nothing_counts(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    desk = make_desk(services)
    made = PAGE.build(desk.context, Show("totals"))
    assert isinstance(made, TotalsPage)
    qtbot.addWidget(made)
    made.show()
    assert made.empty.says.text() == "Adding up …"
    for part in (made.head, made.bars, made.foot, made.unit, made.medium, made.entry):
        assert not part.isVisible(), "an empty chart, and choices of nothing"
    assert made.empty.act is not None
    assert not made.empty.act.isVisible()
    assert not made.export.isEnabled()
    qtbot.waitUntil(lambda: made.is_ready)
    assert made.empty.says.text().startswith("No meter counts in a total yet")
    assert made.empty.act.isVisible()
    services.totals.refuses = "you may not see the totals"
    again = PAGE.build(desk.context, Show("totals"))
    assert isinstance(again, TotalsPage)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.is_ready)
    assert again.empty.says.text() == "The totals are not known."
    assert not again.bars.isVisible()


def test_the_total_is_the_sum_of_what_stands_above_it(on: OnPage) -> None:
    _start, _end, step = on.totals.asked[-1]
    assert step is Step.DAY
    days = len(on.page.totals.starts if on.page.totals else ())
    names = [row[0] for row in on.rows()]
    assert names == ["Main", "− Sun", "Electricity, total"]
    whole = on.page.shown()[-1].told.amount.value
    assert whole == (RATES["main"] - RATES["sun"]) * days
    assert on.rows()[0][3] == "103.2", "more than all, for some was delivered"
    assert len(on.page.bars.bars) == days
    assert on.page.of.text() == "Electricity, total"


def test_the_unit_is_chosen_for_lines_bars_and_files(on: OnPage, tmp_path: Path) -> None:
    page = on.page
    assert [page.unit.itemText(at) for at in range(page.unit.count())] == [
        "Fitting unit",
        "Wh · dm³",
        "kWh · m³",
        "MWh · m³",
        "GWh · m³",
    ]
    in_kwh = [row[1] for row in on.rows()]
    assert {row[2] for row in on.rows()} == {"kWh"}
    choose_unit(on, Wish.MEGA)
    assert {row[2] for row in on.rows()} == {"MWh"}
    factor = [float(old) / float(row[1]) for old, row in zip(in_kwh, on.rows(), strict=True)]
    assert factor == pytest.approx([1000] * len(factor))
    assert page.bars.bars[0].amount == pytest.approx(0.00775)
    file = tmp_path / "totals.csv"
    page.files.write(file)
    on.qtbot.waitUntil(lambda: file.exists() and not on.desk.context.work.running())
    told = list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    assert {row[1] for row in told[1:]} == {"MWh"}, "the file holds what the screen shows"
    page.look_at(View.GLOBAL)
    assert [row[2] for row in on.rows()] == ["MWh", "m³"]
    choose_unit(on, Wish.SMALL)
    assert [row[2] for row in on.rows()] == ["Wh", "dm³"]


def test_large_totals_are_told_in_the_unit_that_fits(on: OnPage) -> None:
    on.totals.rates["main"] = Decimal(800)
    on.page.refresh()
    on.settled()
    assert {row[2] for row in on.rows()} == {"MWh"}


def test_the_unit_is_there_the_next_time(on: OnPage) -> None:
    choose_unit(on, Wish.GIGA)
    memory = on.page.memory()
    choose_unit(on, Wish.FITTING)
    on.page.recall(memory)
    on.settled()
    assert on.page.unit.wish() is Wish.GIGA
    on.page.recall({**memory, "unit": "furlong"})
    assert on.page.unit.wish() is Wish.FITTING


def choose_unit(on: OnPage, wish: Wish) -> None:
    at = on.page.unit.findData(wish)
    on.page.unit.setCurrentIndex(at)
    on.page.unit.activated.emit(at)


def test_each_view_has_its_lines_and_its_choices(on: OnPage) -> None:
    page = on.page
    page.look_at(View.DETAILS)
    assert [row[0] for row in on.rows()] == [
        "Pumps", "Flat", "Rest of Main", "− Sun", "Electricity, total",
    ]  # fmt: skip
    page.look_at(View.GLOBAL)
    assert [row[2] for row in on.rows()] == ["kWh", "m³"]
    assert not page.medium.isVisible()
    page.look_at(View.PART)
    assert page.entry.isVisible()
    assert [row[0] for row in on.rows()] == ["Pumps", "Flat", "Rest of Main", "Main"]
    page.look_at(View.COMPARE)
    assert page.other.isVisible()
    assert [row[0] for row in on.rows()] == ["Main", "− Pumps", "Difference"]
    page.other.setCurrentIndex(page.other.findData("water"))
    page._show()
    assert len(on.rows()) == 2, "water and electricity have no difference"
    page.look_at(View.TOTAL)
    page.medium.setCurrentIndex(page.medium.findData(Medium.WATER))
    page._show()
    assert [row[0] for row in on.rows()] == ["Water", "Water, total"]


def test_a_line_that_is_chosen_is_drawn(on: OnPage) -> None:
    assert on.page.table is not None
    on.page.table.go_to(lambda line: line.name == "Sun")
    assert on.page.of.text() == "Sun"
    assert {each.amount for each in on.page.bars.bars} == {0.25}


def test_less_than_nothing_is_said_and_never_hidden(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = services_with(PLAN)
    services.totals.rates["pumps"] = Decimal(9)
    on = OnPage(make_desk(services), qtbot, services)
    on.page.look_at(View.DETAILS)
    rest = next(row for row in on.rows() if row[0] == "Rest of Main")
    assert rest[4] == "less than nothing"
    assert "Main: the parts counted more than the meter above them" in on.page.doubts.text()


def test_the_file_holds_every_part_and_adds_up(on: OnPage, tmp_path: Path) -> None:
    on.page.look_at(View.DETAILS)
    file = tmp_path / "totals.csv"
    on.page.files.write(file)
    on.qtbot.waitUntil(lambda: file.exists() and not on.desk.context.work.running())
    text = file.read_text(encoding="utf-8-sig")
    heads, *rows = csv.reader(StringIO(text, newline=""))
    assert heads[:4] == ["Meter", "Unit", "In the sum", "Counted"]
    *parts, last = rows
    assert [row[2] for row in rows] == ["added", "added", "added", "taken off", "Sum"]
    for column in range(3, len(heads) - 1):
        signed = [Decimal(row[column]) * (-1 if row[2] == "taken off" else 1) for row in parts]
        assert sum(signed) == Decimal(last[column])


def test_a_page_comes_back_as_it_was(on: OnPage, make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = on.page
    page.look_at(View.PART)
    page.entry.setCurrentIndex(page.entry.findData("main"))
    kept = page.memory()
    services = services_with(PLAN)
    again = OnPage(make_desk(services), qtbot, services)
    again.page.recall(kept)
    again.settled()
    assert again.page.view is View.PART
    assert again.page.entry.currentData() == "main"
    again.page.recall({"view": "nothing", "medium": 7})
    again.settled()
    assert again.page.view is View.PART, "what is no view changes none"


def test_a_failure_is_told_and_tried_again(make_desk: MakeDesk, qtbot: QtBot) -> None:
    class Broken(FakeTotals):
        async def plan(self, viewer: Viewer) -> TotalsPlan:
            raise StoreBroken("the disk is gone")

    services = FakeServices()
    services.totals = Broken()
    on = OnPage(make_desk(services), qtbot, services)
    assert "the disk is gone" in on.words()


def test_what_counts_is_changed_with_a_reason(on: OnPage) -> None:
    hands.click(on.page.edit)
    (dialog,) = on.page.findChildren(PlanDialog)
    dialog.list.setCurrentRow(1)
    assert dialog.name.text() == "Pumps"
    dialog.counts.click()
    dialog.list.setCurrentRow(2)
    dialog.percent.setText("30,5")
    dialog.percent.editingFinished.emit()
    dialog.gas.setPlainText("2026-02-01 11.0\n2026-01-01 10,472 0.9627\n")
    hands.type_text(dialog.reason, "as measured")
    hands.click(dialog.save)
    on.qtbot.waitUntil(lambda: on.totals.notes == ["as measured"], timeout=5000)
    on.settled()
    kept = on.totals.kept
    assert [each.counts for each in kept.entries] == [True, False, True, True, True]
    assert kept.entries[2].percent == Decimal("30.5")
    assert [str(each.calorific_kwh_m3) for each in kept.gas] == ["10.472", "11.0"]
    assert on.page.plan == kept, "the page shows what holds now"


def test_a_new_entry_is_of_an_index_that_has_none_yet(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = meters_on_a_bus()
    on = OnPage(make_desk(services), qtbot, services)
    qtbot.waitUntil(lambda: bool(indexes(on.desk.context)), timeout=5000)
    on.page.change_plan()
    (dialog,) = on.page.findChildren(PlanDialog)
    assert not dialog.name.isEnabled(), "nothing is chosen yet"
    hands.click(dialog.add)
    hands.click(dialog.add)
    points = [each.point for each in dialog.entries]
    assert len(set(points)) == 2
    assert all(point in dict(indexes(on.desk.context)) for point in points)
    dialog.kind.setCurrentIndex(dialog.kind.findData(Kind.SHARE))
    dialog.kind.activated.emit(0)
    assert not dialog.point.isEnabled()
    hands.click(dialog.save)
    assert "stands under a meter" in dialog.notice.says.text()
    dialog.above.setCurrentIndex(1)
    dialog.above.activated.emit(1)
    assert dialog.list.item(1).text().startswith("    + ")  # type: ignore[union-attr]
    dialog.list.setCurrentRow(0)
    hands.click(dialog.remove)
    assert [each.above for each in dialog.entries] == [""]
    dialog.reject()


@pytest.mark.parametrize("text", ["soon 10.5", "2026-01-01", "2026-01-01 ten"])
def test_a_line_that_is_no_calorific_value_is_named(on: OnPage, text: str) -> None:
    on.page.change_plan()
    (dialog,) = on.page.findChildren(PlanDialog)
    dialog.gas.setPlainText(f"2025-01-01 10.4 1\n{text}")
    hands.click(dialog.save)
    assert "line 2 of the calorific values" in dialog.notice.says.text()
    dialog.reject()


def test_who_may_not_change_the_project_sees_no_button(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = services_with(PLAN)
    known = preset_roles()["read-only"]
    rights = Rights(known.cells, role=known.id, rank=known.rank, pages=known.pages)
    viewer = Viewer("lis", "Lis", "here", Grant(rights))
    on = OnPage(make_desk(services, viewer=viewer), qtbot, services)
    assert not on.page.edit.isVisible()
    assert on.rows(), "and sees every figure"


def test_shares_and_decimals_follow_from_the_figures(on: OnPage) -> None:
    found = on.page.shown()
    assert decimals_of(found) == 2
    assert share_of(found[1], found) == pytest.approx(-100 * 0.25 / 7.75)
    assert share_of(replace(found[0], unit="m³"), found) is None
    assert remark(found[0]) == ""

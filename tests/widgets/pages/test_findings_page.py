"""The page Findings: what stands out, why, how far the rules reached, and the way there."""

import asyncio
import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.reading import DeviceId, PointId
from app.model.validation import Checked, Rule
from app.reports.findings import FindingRow
from app.verbs import Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.findings import FELL, MIDNIGHT, SPIKED, SWAPPED
from tests.fakes.hands import key
from tests.pictures.smallproject import small_project
from widgets.charts.period import Period, Span
from widgets.pages.findings import PAGE, FindingsPage
from widgets.pagetype import Show
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]


class Heard(FakeHistory):
    """Remembers which indexes were asked about, and in which time."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sequence[PointId], datetime, datetime]] = []
        self.fails = ""
        self.slow = False  # no answer comes

    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        if self.fails:
            raise StoreBroken(self.fails)
        self.asked.append((points, start, end))
        if self.slow:
            await asyncio.Event().wait()
        return await super().validation(viewer, points, start, end)


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot, show: Show) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Heard()
        asked = replace(desk.context.asked, history=self.history)
        desk.context = replace(desk.context, asked=asked)
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, show)
        assert isinstance(made, FindingsPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1400, 800)
        made.show()
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    @property
    def shown(self) -> Sequence[FindingRow]:
        return self.page.card.rows

    def cells(self) -> list[list[str]]:
        columns = self.page.card.model.columns
        return [[each.cell(row).text for each in columns] for row in self.shown]

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(small_project()), qtbot, Show("findings"))


@pytest.mark.feature("BEYOND-21")
def test_each_finding_tells_its_meter_its_rule_the_time_and_both_figures(on: OnPage) -> None:
    assert [row[0] for row in on.cells()] == [
        *("Ahornvej 14 EM1",) * 2,
        "Birkevej 27 EM1",
        *("Birkevej 3 EM1",) * 2,
    ]
    physics, _second, fell, spike, frozen = on.cells()
    assert physics[3:7] == ["Not volume × spread", "19 Jan 2026", "412.000", "291.400"]
    assert fell[3:7] == ["Counted backwards", "19 Jan 2026 16:00", "3.000", "–"]
    assert spike[6] == "≤ 40.000 / h"
    assert frozen[4].endswith("24 readings")
    assert "5 findings in 3 of" in on.words()
    assert "Not volume × spread 1" in on.page.card.reaches.text(), "what no rule could check"
    assert "Bøgevej 22 EM1" in on.page.notice.says.text(), "what could not be checked is said"


def test_a_rule_and_words_narrow_and_the_rule_in_focus_is_explained(on: OnPage) -> None:
    on.page.rules.setCurrentIndex(1 + list(Rule).index(Rule.PHYSICS))
    assert {row.finding.rule for row in on.shown} == {Rule.PHYSICS}
    assert "2 of them shown" in on.words()
    assert on.page.card.table.go_to(lambda row: row.finding.start == MIDNIGHT)
    assert "further from volume times spread than any meter" in on.words()
    asks = on.page.card.explains.parentWidget()
    assert asks is not None
    assert asks.isVisible()
    on.page.search.setText("birkevej")
    assert not on.shown
    assert "None of the findings is like that." in on.words()
    assert not asks.isVisible(), "an empty strip would look like something missing"
    assert not on.page.export.isEnabled()
    on.page.rules.setCurrentIndex(0)
    assert {row.index.device for row in on.shown} == {"Birkevej 3 EM1", "Birkevej 27 EM1"}


def test_a_finding_is_the_door_to_the_readings_of_its_moment(on: OnPage) -> None:
    assert on.page.card.table.go_to(lambda row: row.index.device == "Birkevej 27 EM1")
    key(on.page.card.table, Qt.Key.Key_Return)
    shown, row = on.desk.shown[-1], on.shown[2]
    assert (shown.page, shown.device, shown.part) == ("device", FELL, "readings")
    assert (shown.point, shown.around) == (row.index.point, row.finding.start)


def test_the_page_stands_while_thousands_of_meters_are_checked(
    on: OnPage, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on.history.slow = True
    again = PAGE.build(on.desk.context, Show("findings"))
    assert isinstance(again, FindingsPage)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(again.settled)
    qtbot.waitUntil(again.busy.isVisible)  # that they are being checked
    assert not again.card.rows, "and no finding is there that nobody made"
    again.card.seek("birke")
    assert again.card.empty.says.text() == "Checking indexes …", "nor that there is none"
    assert not again.export.isEnabled()


def test_what_was_found_before_is_not_told_as_the_answer_to_another_question(
    on: OnPage, qtbot: QtBot
) -> None:
    before = list(on.shown)
    assert before
    assert on.page.export.isEnabled()
    on.history.slow = True
    on.page.period.choose(Period(Span.MONTH, 3))
    assert on.shown == before, "nothing is taken from under one's eyes"
    told = "Checking indexes … What stands here was found before."
    assert on.page.card.says.text() == told
    assert not on.page.export.isEnabled(), "a file would hold them under a wrong question"
    qtbot.waitUntil(on.page.busy.isVisible)
    on.page.busy.findChildren(QPushButton)[0].click()
    assert on.page.card.says.text().startswith("The check was called off.")
    on.history.slow = False
    on.page.refresh()
    on.settled()
    assert not on.shown
    assert "No rule found anything in this time." in on.words()


def test_a_check_that_failed_does_not_pass_for_a_clean_one(on: OnPage) -> None:
    on.page.period.choose(Period(Span.MONTH, 3))
    on.settled()
    assert not on.shown
    on.history.fails = "the history cannot be read"
    on.page.refresh()
    on.settled()
    assert on.page.card.empty.says.text() == "The indexes could not be checked."
    on.page.card.seek("birke")
    assert "No rule found anything" not in on.words()


def test_one_meter_alone_is_checked_until_all_are_wanted(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    show = Show("findings", DeviceId(SPIKED))
    on = OnPage(make_desk(small_project()), qtbot, show)
    on.page.reveal(show)
    points, _start, _end = on.history.asked[-1]
    assert {each.partition(".")[0] for each in points} == {SPIKED}
    assert on.page.whole.isVisible()
    assert on.page.whole.text() == "Birkevej 3 EM1: show all meters"
    kept = on.page.memory()
    on.page.show_all()
    on.settled()
    assert not on.page.whole.isVisible()
    assert len(on.shown) == 5
    on.page.recall(kept)
    on.settled()
    assert {row.index.device for row in on.shown} == {"Birkevej 3 EM1"}
    on.page.reveal(Show("findings", DeviceId(SWAPPED)))
    on.settled()
    assert {row.index.device for row in on.shown} == {"Ahornvej 14 EM1"}


def test_another_time_is_checked_anew_and_is_remembered(on: OnPage) -> None:
    on.page.period.choose(Period(Span.MONTH, 3))
    on.settled()
    assert not on.shown
    assert "No rule found anything in this time." in on.words()
    on.page.rules.setCurrentIndex(2)
    kept = on.page.memory()
    on.page.rules.setCurrentIndex(0)
    way = on.page.way_to_now()
    assert way is not None
    way()
    on.settled()
    assert on.page.way_to_now() is None
    on.page.recall(kept)
    on.settled()
    assert (on.page.period.period, on.page.rule) == (Period(Span.MONTH, 3), Rule.SPIKE)


def test_the_file_holds_the_rows_that_are_shown(on: OnPage, tmp_path: Path) -> None:
    on.page.search.setText("birkevej")
    file = tmp_path / "findings.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert [row[heads.index("Finding")] for row in rows] == [row[3] for row in on.cells()]
    assert [row[heads.index("Point")] for row in rows] == [
        str(row.index.point) for row in on.shown
    ]
    assert rows[1][heads.index("At most in an hour")] == "40.000"


def test_a_question_that_fails_says_why_and_can_be_asked_again(on: OnPage) -> None:
    on.history.fails = "the history cannot be read"
    on.page.refresh()
    on.settled()
    assert "the history cannot be read" in on.page.notice.says.text()
    on.history.fails = ""
    on.page.refresh()
    on.settled()
    assert "the history" not in on.page.notice.says.text()


def test_a_plant_without_meters_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    on = OnPage(make_desk(FakeServices.empty()), qtbot, Show("findings"))
    assert "No meter tells an index yet" in on.words()
    assert on.history.asked == []

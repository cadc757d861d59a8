"""Quarter hours on the screen, newest first, the present above; files hold the same."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PyQt6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.reading import PointId, Quality, Reading, point_id
from app.series import CODE_OF, Series
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.charts.period import Period, Span
from widgets.controls.quality import Style
from widgets.devicetabs.readings import ReadingsTab
from widgets.devicetabs.tabtype import Subject
from widgets.models.rows import Cell
from widgets.models.valuerows import LIVE
from widgets.pagetype import Show
from widgets.workcentre import JobState


class Quarters(FakeHistory):
    """Quarter hours whose value is their number; the newest but one is not good."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[PointId, ...], datetime, datetime]] = []
        self.fails = ""

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        self.asked.append((tuple(points), start, end))
        if self.fails:
            raise StoreBroken(self.fails)
        first = -(-start.timestamp() // 900) * 900
        times = np.arange(first, min(end, NOON).timestamp() + 1, 900)
        quality = np.zeros(len(times), np.uint8)
        values = np.arange(len(times), dtype=np.float64)
        if len(times) > 4:
            quality[-2] = CODE_OF[Quality.UNCERTAIN]
            quality[-3], values[-3] = CODE_OF[Quality.OFFLINE], np.nan
        return [
            Series(point, (times * 1000).astype(np.int64), values + nth, quality)
            for nth, point in enumerate(points)
        ]


class Tab:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.history = desk, qtbot, Quarters()
        self.clock = NOON
        context = replace(
            desk.context,
            asked=replace(desk.context.asked, history=self.history),
            now=lambda: self.clock,
        )
        detail = smallplant.detail(desk.services.plant.views[0])
        desk.feed.seed(smallplant.readings(AHORNVEJ))
        desk.feed.refresh()
        self.tab = ReadingsTab(Subject(context, detail, lambda *_: None))
        qtbot.addWidget(self.tab)
        self.tab.resize(1400, 700)
        self.tab.show()
        self.settled()

    def settled(self) -> None:
        asked = self.tab._asked
        self.qtbot.waitUntil(
            lambda: self.tab.stored is not None and "…" not in self.tab._says.text(),
            timeout=5000,
        )
        assert asked == self.tab._asked

    @property
    def rows(self) -> Sequence[int]:
        assert self.tab.table is not None
        return self.tab.table.rows_model.rows

    def heads(self) -> list[str]:
        assert self.tab.table is not None
        return [column.title() for column in self.tab.table.rows_model.columns]

    def cell(self, row: int, column: str) -> Cell:
        assert self.tab.table is not None
        model = self.tab.table.rows_model
        return next(each for each in model.columns if each.id == column).cell(row)

    def screen(self) -> list[list[str]]:
        """Return what the table shows of the stored quarter hours."""
        assert self.tab.table is not None
        columns = self.tab.table.rows_model.columns[:-1]
        shown = []
        for row in self.rows[1:]:
            cells = [column.cell(row) for column in columns]
            shown.append(
                [each.text if each.shown is None else each.shown.text for each in cells]
            )
        return shown

    def written(self, path: Path) -> bytes:
        work = self.desk.context.work
        self.tab.write(path)
        self.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence
        return path.read_bytes()


@pytest.fixture
def on(make_desk: Callable[..., Desk], qtbot: QtBot) -> Tab:
    return Tab(make_desk(FakeServices()), qtbot)


@pytest.mark.feature("LM-78")
def test_the_newest_quarter_hour_comes_first_below_the_present(on: Tab) -> None:
    assert on.heads()[:2] == ["Time", "S1 Outdoor [°C]"]
    assert on.rows[0] == LIVE
    assert on.cell(LIVE, "time").text == "Now 12:00:00"
    shown = on.screen()
    assert [row[0] for row in shown[:3]] == [
        *("20 Jan 2026 12:00", "20 Jan 2026 11:45", "20 Jan 2026 11:30"),
    ]
    assert shown[-1][0] == "19 Jan 2026 00:00", "this week began on Monday"


def test_every_value_carries_its_quality(on: Tab) -> None:
    newest, doubtful, lost = on.rows[1:4]
    assert on.cell(newest, "s1").shown is None, "a good value is calm text"
    told = on.cell(doubtful, "s1").shown
    assert told is not None
    assert (told.text[0], told.style) == ("~", Style.UNCERTAIN)
    told = on.cell(lost, "s1").shown
    assert told is not None
    assert (told.text, told.style, told.tip) == ("–", Style.BAD, "offline")


def test_the_present_is_live_and_never_one_of_the_quarter_hours(on: Tab) -> None:
    count = len(on.rows)
    point = point_id(AHORNVEJ, "s1")
    on.desk.feed.offer([Reading(point, -7.5, Quality.GOOD, NOON + timedelta(seconds=5))])
    on.desk.feed.refresh()
    shown = on.cell(LIVE, "s1").shown
    assert shown is not None
    assert shown.text.startswith("−7.5")
    assert len(on.rows) == count


def test_a_word_is_shown_with_its_number(on: Tab) -> None:
    on.tab.show_columns(["mode", "s1"])
    on.settled()
    assert on.heads()[1].endswith("[Other]")
    live = on.cell(LIVE, "mode").shown
    assert live is not None
    assert live.text.endswith(")"), "the word, and the code it stands for"
    assert on.cell(on.rows[-1], "mode").text.endswith("(0)") or on.screen()[-1][1] == "0"


@pytest.mark.parametrize(("at", "days"), [(0, 1), (1, 1), (2, 7), (3, 31), (4, 90), (5, 365)])
def test_the_period_is_what_is_asked_for(on: Tab, at: int, days: int) -> None:
    on.tab.period_bar.segments.choose(at)
    on.settled()
    _points, start, end = on.history.asked[-1]
    assert end - start == pytest.approx(timedelta(days=days), abs=timedelta(hours=1))


def test_columns_are_chosen_and_ordered(on: Tab) -> None:
    on.tab.show_columns(["s3", "s1"])
    on.settled()
    assert on.heads()[:3] == ["Time", "S3 Heating flow [°C]", "S1 Outdoor [°C]"]
    assert on.history.asked[-1][0] == (point_id(AHORNVEJ, "s3"), point_id(AHORNVEJ, "s1"))


def test_a_value_asked_for_becomes_the_first_column(on: Tab) -> None:
    on.tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "power")))
    on.settled()
    assert on.heads()[1].startswith("Power") or "Power" in on.heads()[1]
    on.tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "nowhere")))
    assert on.tab.keys[0] == "power"


def test_the_table_is_remembered(on: Tab) -> None:
    on.tab.show_columns(["s3"])
    on.tab.period_bar.choose(Period(Span.MONTH, 2))
    kept = on.tab.memory()
    on.tab.show_columns(["s1"])
    on.tab.recall(kept)
    assert on.tab.keys == ["s3"]
    assert on.tab.period_bar.period == Period(Span.MONTH, 2)
    on.tab.recall({"columns": ["gone", 7], "period": "x"})
    assert on.tab.keys == ["s3"], "what is not there any more changes nothing"


@pytest.mark.feature("LM-29")
def test_a_preset_brings_back_columns_and_period(on: Tab) -> None:
    on.tab.show_columns(["s6", "s5"])
    on.tab.presets.keep("Return temperatures")
    desk = on.desk.context.desk
    on.qtbot.waitUntil(lambda: bool(desk.presets("readings")), timeout=5000)
    on.tab.show_columns(["s1"])
    on.tab.presets.show_preset(desk.presets("readings")[0])
    assert on.tab.keys == ["s6", "s5"]


@pytest.mark.feature("LM-30")
def test_the_csv_equals_the_screen(on: Tab, tmp_path: Path) -> None:
    raw = on.written(tmp_path / "a.csv").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(raw, newline="")))
    assert [head for head in rows[0] if not head.startswith(("UTC", "Quality"))] == [
        "Local time",
        *on.heads()[1:-1],
    ]
    plain = [
        column for column, head in enumerate(rows[0]) if "[" in head and "Quality" not in head
    ]
    shown = [
        [text.replace("–", "").replace("~", "").replace("−", "-") for text in row[1:]]
        for row in on.screen()
    ]
    assert [[row[column] for column in plain] for row in rows[1:]] == shown


def test_the_spreadsheet_equals_the_screen(on: Tab, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(on.written(tmp_path / "a.xlsx")))
    sheet = book["Values"]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index("S1 Outdoor [°C]")
    values = [row[at].value for row in sheet.iter_rows(min_row=2)]
    shown = [row[1].lstrip("~") for row in on.screen()]
    assert ["–" if value is None else f"{value:.1f}" for value in values] == shown


def test_the_paper_equals_the_screen(on: Tab, tmp_path: Path) -> None:
    from tests.app.reports.papers import Paper

    words = " ".join(Paper(on.written(tmp_path / "a.pdf")).words)
    for text in ("20 Jan 2026, 11:45 +01:00", "S1 Outdoor", "~", "offline", "Page 1 of"):
        assert text in words, text


def test_a_broken_store_is_named(on: Tab) -> None:
    on.history.fails = "history/quarter.sqlite cannot be read: disk I/O error"
    on.tab.reload()
    on.qtbot.waitUntil(lambda: on.tab._says.text() == on.history.fails, timeout=5000)
    assert len(on.rows) > 1, "what was there stays"


def test_rows_of_another_time_do_not_stand_below_the_name_of_this_one(on: Tab) -> None:
    assert on.tab.export.isEnabled()
    on.history.fails = "history/quarter.sqlite cannot be read: disk I/O error"
    on.tab.period_bar.choose(Period(Span.DAY, 3))
    on.qtbot.waitUntil(lambda: on.tab._says.text() == on.history.fails, timeout=5000)
    assert on.tab.period_bar.title.text() == "17 Jan 2026"
    assert (on.tab.table, on.tab.stored) == (None, None)
    assert not on.tab.export.isEnabled()
    assert not on.tab.printing.isEnabled()
    on.history.fails = ""
    on.tab.period_bar.choose(Period(Span.DAY, 2))
    on.settled()
    assert len(on.rows) > 1
    assert on.tab.export.isEnabled()


@pytest.mark.parametrize("back", [0, 1])
def test_after_midnight_the_title_names_the_day_that_is_shown(on: Tab, back: int) -> None:
    on.tab.period_bar.choose(Period(Span.DAY, back))
    on.settled()
    assert on.tab.period_bar.title.text() == f"{20 - back} Jan 2026"
    on.clock = NOON.astimezone(COPENHAGEN).replace(hour=23, minute=59) + timedelta(minutes=2)
    asked = len(on.history.asked)
    on.desk.feed.age()
    on.qtbot.waitUntil(lambda: len(on.history.asked) == asked + 1, timeout=5000)
    on.settled()
    assert on.tab.period_bar.title.text() == f"{21 - back} Jan 2026"
    assert on.tab.stored is not None
    assert on.tab.stored.start.astimezone(COPENHAGEN).day == 21 - back
    assert on.history.asked[-1][1] == on.tab.stored.start


def test_in_the_first_quarter_hour_of_a_day_nothing_is_missing_yet(on: Tab) -> None:
    midnight = NOON.astimezone(COPENHAGEN).replace(hour=0) + timedelta(days=1)
    on.clock = midnight + timedelta(minutes=4)
    on.tab.period_bar.choose(Period())
    on.qtbot.waitUntil(lambda: "…" not in on.tab._says.text(), timeout=5000)
    assert on.tab._says.text() == (
        "No quarter hour of this time is over yet; the first ends 00:15."
    )
    assert list(on.rows) == [LIVE]
    on.clock = midnight + timedelta(hours=3)
    on.tab.reload()
    on.qtbot.waitUntil(lambda: "…" not in on.tab._says.text(), timeout=5000)
    assert on.tab._says.text() == "Nothing was stored in this time."


def test_how_much_is_shown_is_counted_in_words(on: Tab) -> None:
    on.tab.show_columns(on.tab.keys[:1])
    on.settled()
    assert on.tab._says.text().endswith(" quarter hours, 1 value each")


def test_a_new_quarter_hour_arrives_by_itself(on: Tab) -> None:
    asked = len(on.history.asked)
    on.desk.feed.age()
    assert len(on.history.asked) == asked
    on.clock = NOON + timedelta(minutes=15, seconds=11)
    on.desk.feed.age()
    on.qtbot.waitUntil(lambda: len(on.history.asked) == asked + 1, timeout=5000)
    on.desk.feed.age()
    assert len(on.history.asked) == asked + 1


def test_every_cell_is_a_door_to_its_moment(on: Tab) -> None:
    table = on.tab.table
    assert table is not None
    index: QModelIndex = table.rows_model.index(3, 1)
    door = on.tab.shelf.door(on.rows[index.row()], "s1")
    assert door is not None
    assert door.point == point_id(AHORNVEJ, "s1")
    assert door.at == NOON - timedelta(minutes=30)
    assert on.tab.shelf.door(on.rows[1], "time") is None
    live = on.tab.shelf.door(LIVE, "s1")
    assert live is not None
    assert live.at is None


def test_a_device_nobody_knows_says_so(make_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = make_desk(FakeServices())
    detail = replace(smallplant.detail(desk.services.plant.views[0]), points=())
    tab = ReadingsTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    assert tab.is_ready
    assert tab.memory() == {}
    tab.recall({"columns": ["s1"]})
    tab.refresh()


def test_the_preview_shows_the_pages(on: Tab) -> None:
    from widgets.printing import Preview

    on.tab.printing.click()
    on.qtbot.waitUntil(lambda: bool(on.tab.findChildren(Preview)), timeout=20_000)
    preview = on.tab.findChildren(Preview)[0]
    assert preview.pages >= 3
    assert preview.content.startswith(b"%PDF")
    preview.close()

"""A year of eight values: there in two seconds, without a hole, the same in every file."""

import csv
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from pypdf import PdfReader
from PyQt6.QtCore import QPoint, QTimer
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, Quality
from app.series import CODE_OF, Series
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeHistory
from tests.fakes.desk import Desk
from tests.fakes.smallplant import READINGS
from tests.machine import libreoffice
from tests.widgets.eyes import ground
from widgets.charts.period import Period, Span
from widgets.controls.table import Table
from widgets.devicetabs.readings import ReadingsTab
from widgets.devicetabs.tabtype import Subject
from widgets.models.valuerows import LIVE
from widgets.printing import Preview

KEYS = tuple(spec.key for spec in READINGS if spec.unit)[:8]
AFTER = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half an hour past local midnight
YEAR_ROWS = 35_041
OPEN_S = 2.0
PAPER_S = 10.0  # of a processor; the clock tells more of the machine's other work
ANSWERS = 8  # of the screen while a year goes on paper, at least
LONG = 60_000
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"


class Years(FakeHistory):
    """A wave for each point; every 97th sample is estimated, every 101st lost.

    An hour of 10 June was never stored at all.
    """

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        first, last = (round(each.timestamp() * 1000) for each in (start, end))
        times = np.arange(first, last + 1, 900_000, dtype=np.int64)
        times = times[(times < HOLE[0]) | (times >= HOLE[1])]
        made = []
        for nth, point in enumerate(points):
            values = np.round(40 + nth + 20 * np.sin(times / 3.0e7 + nth), 2)
            quality = np.zeros(len(times), dtype=np.uint8)
            quality[::97] = CODE_OF[Quality.UNCERTAIN]
            quality[::101] = CODE_OF[Quality.OFFLINE]
            values[::101] = np.nan
            made.append(Series(point, times, values, quality))
        return made


HOLE = tuple(
    round(datetime(2026, 6, 10, hour, tzinfo=UTC).timestamp() * 1000) for hour in (9, 10)
)


class Year:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        context = replace(
            desk.context,
            asked=replace(desk.context.asked, history=Years()),
            now=lambda: AFTER,
        )
        detail = smallplant.detail(desk.services.plant.views[0])
        self.tab = ReadingsTab(Subject(context, detail, lambda *_: None))
        qtbot.addWidget(self.tab)
        self.tab.resize(1500, 800)
        self.tab.keys = list(KEYS)
        self.tab.show()

    def open(self, period: Period) -> float:
        """Show a period; return what it took of a processor until it was painted, in s."""
        begun = time.process_time()
        before = self.tab.table
        self.tab.period_bar.choose(period)
        self.qtbot.waitUntil(lambda: self.tab.table is not before, timeout=LONG)
        self.tab.grab()
        return time.process_time() - begun

    @property
    def table(self) -> Table[int]:
        assert self.tab.table is not None
        return self.tab.table

    def screen(self) -> list[list[str]]:
        """Return the values shown, row by row, as a file writes them."""
        columns = self.table.rows_model.columns[1:-1]
        told = []
        for row in self.table.rows_model.rows:
            if row != LIVE:
                cells = [column.cell(row) for column in columns]
                texts = [cell.text if cell.shown is None else cell.shown.text for cell in cells]
                told.append([_plain(text) for text in texts])
        return told

    def written(self, path: Path) -> Path:
        work = self.desk.context.work
        self.tab.write(path)
        self.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=LONG)
        return path


def _plain(text: str) -> str:
    return text.replace("–", "").replace("~", "").replace("−", "-").replace("\u00a0", "")


@pytest.fixture
def year(make_desk: Callable[..., Desk], qtbot: QtBot) -> Year:
    return Year(make_desk(), qtbot)


def values_of(rows: list[list[str]]) -> list[list[str]]:
    """Return the columns of values of a CSV, without times, offsets and flags."""
    wanted = [at for at, head in enumerate(rows[0]) if "[" in head]
    return [[row[at] for at in wanted] for row in rows[1:]]


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(StringIO(path.read_text("utf-8-sig"), newline="")))


@pytest.mark.feature("LM-78")
def test_a_year_of_eight_values_is_there_in_two_seconds(year: Year) -> None:
    took = min(year.open(Period(Span.YEAR, 1)) for _turn in range(3))
    assert year.table.rows_model.rowCount() == YEAR_ROWS + 1
    assert len(year.table.rows_model.columns) == len(KEYS) + 2
    assert took < OPEN_S, f"{took:.2f} s"


def test_a_year_scrolls_without_a_hole(year: Year) -> None:
    year.open(Period(Span.YEAR, 1))
    table, bar = year.table, year.table.verticalScrollBar()
    assert bar is not None
    slowest = 0.0
    for part in range(21):
        begun = time.process_time()
        bar.setValue(bar.maximum() * part // 20)
        ground(table).grab()
        slowest = max(slowest, time.process_time() - begun)
        seen = [table.rowAt(y) for y in range(0, ground(table).height(), 8)]
        assert -1 not in seen, part
        assert max(b - a for a, b in pairwise(seen)) <= 1
        middle = table.indexAt(QPoint(300, ground(table).height() // 2))
        assert middle.data()
    assert slowest < 0.5, f"{slowest:.2f} s"


def test_quarter_hours_nobody_stored_are_rows_of_dashes(year: Year) -> None:
    year.open(Period(Span.YEAR, 1))
    stored = year.tab.stored
    assert stored is not None
    lost = [at for at, ms in enumerate(stored.times_ms) if HOLE[0] <= ms < HOLE[1]]
    assert len(lost) == 4
    for row in lost:
        assert [stored.quality(row, nth) for nth in range(len(KEYS))] == [None] * len(KEYS)
    steps = np.unique(np.diff(stored.times_ms))
    assert steps.tolist() == [900_000]


def test_the_hour_that_comes_twice_says_which_one_it_is(year: Year) -> None:
    year.open(Period(Span.YEAR, 1))
    column = year.table.rows_model.columns[0]
    times = [column.cell(row).text for row in year.table.rows_model.rows[1:]]
    assert len(set(times)) == len(times)
    assert "25 Oct 2026 02:15 CEST" in times
    assert "25 Oct 2026 02:15 CET" in times
    assert "25 Oct 2026 03:15" in times


def test_every_value_of_a_year_is_in_the_csv(year: Year, tmp_path: Path) -> None:
    year.open(Period(Span.YEAR, 1))
    rows = read_csv(year.written(tmp_path / "year.csv"))
    assert len(rows) == YEAR_ROWS + 1
    assert values_of(rows) == year.screen()


def test_every_value_of_a_month_is_in_the_spreadsheet(year: Year, tmp_path: Path) -> None:
    year.open(Period(Span.MONTH, 2))
    path = year.written(tmp_path / "month.xlsx")
    sheet = openpyxl.load_workbook(path, read_only=True)["Values"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    wanted = [at for at, head in enumerate(rows[0]) if "[" in str(head)]
    decimals = {spec.key: spec.decimals for spec in READINGS}
    told = [
        [
            "" if (value := row[at]) is None else f"{value:.{decimals[name]}f}"
            for at, name in zip(wanted, KEYS, strict=True)
        ]
        for row in rows[1:]
    ]
    assert told == year.screen()


@pytest.mark.campaign
def test_a_year_is_on_paper_in_seconds_while_the_screen_answers(
    year: Year, tmp_path: Path
) -> None:
    year.open(Period(Span.YEAR, 1))
    beats: list[int] = []

    def beat() -> None:
        beats.append(work.jobs[0].done)

    work = year.desk.context.work
    clock = QTimer()
    clock.timeout.connect(beat)
    clock.start(10)
    begun = time.process_time()
    path = year.written(tmp_path / "year.pdf")
    took = time.process_time() - begun
    clock.stop()
    assert took < PAPER_S, f"{took:.1f} s of a processor"
    job = work.jobs[0]
    assert len({done for done in beats if done}) >= ANSWERS, "the screen stands still"
    assert job.of == job.done + 1 == len(PdfReader(path).pages)


def test_a_long_print_ends_at_once_when_it_is_given_up(year: Year) -> None:
    year.open(Period(Span.YEAR, 1))
    work = year.desk.context.work
    year.tab.printing.click()
    year.qtbot.waitUntil(lambda: bool(work.running()) and work.jobs[0].done > 0, timeout=LONG)
    done = work.jobs[0].done
    work.jobs[0].cancel()
    year.qtbot.waitUntil(lambda: not work.running(), timeout=LONG)
    assert work.jobs[0].done < done + work.jobs[0].of / 4
    assert work.jobs[0].sentence == "Given up; nothing was written."
    assert not year.tab.findChildren(Preview)


@libreoffice
def test_libreoffice_reads_the_same_values(year: Year, tmp_path: Path) -> None:
    year.open(Period(Span.CUSTOM, start=AFTER - timedelta(days=2), end=AFTER))
    book = year.written(tmp_path / "days.xlsx")
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", UTF8_CSV,
         "--outdir", str(tmp_path / "out"), str(book)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert values_of(read_csv(tmp_path / "out" / "days.csv")) == year.screen()

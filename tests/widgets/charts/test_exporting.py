"""A chart as a file: the same values, title, pens, period and zone as on the screen."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.words import use_language
from tests.app.reports.papers import Paper
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from tests.widgets.charts.test_chart import POWER, S1, S3, History, Stage, plot_of
from widgets.charts import Chart
from widgets.charts.exporting import Exporting
from widgets.charts.pentable import MOST_ROWS
from widgets.workcentre import JobState


class Desktop:
    """A chart with a gap on the screen, and its exports."""

    def __init__(self, stage: Stage, qtbot: QtBot) -> None:
        self.stage, self.qtbot = stage, qtbot
        stage.history.lost = NOON - timedelta(hours=6), NOON - timedelta(hours=3)
        self.chart: Chart = stage.chart(S1, S3, POWER)
        self.exporting = Exporting(stage.context, self.chart, self.chart)

    def written(self, write: Callable[[Path], None], path: Path) -> bytes:
        work = self.stage.context.work
        write(path)
        self.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence
        return path.read_bytes()


@pytest.fixture
def on(make_desk: Callable[..., Desk], qtbot: QtBot) -> Desktop:
    return Desktop(Stage(make_desk(FakeServices()), History(), qtbot), qtbot)


def test_the_csv_holds_every_sample_seen_and_its_quality(on: Desktop, tmp_path: Path) -> None:
    raw = on.written(on.exporting.write_csv, tmp_path / "a.csv")
    text = raw.decode("utf-8-sig")
    assert "\r\n" in text
    rows = list(csv.reader(StringIO(text, newline="")))
    assert rows[0] == [
        *("Local time", "UTC offset", "S1 Outdoor [°C]", "Quality of S1 Outdoor"),
        *("S3 Heating flow [°C]", "Quality of S3 Heating flow"),
        *("Power [kW]", "Quality of Power"),
    ]
    assert rows[1] == ["2026-01-20 00:00:00", "+01:00", "20.0", "", "40.0", "", "60.0", ""]
    assert len(rows) == 1 + 48
    lost = [row for row in rows[1:] if row[3] == "offline"]
    assert len(lost) == 12
    assert all(row[2] == "" for row in lost)


def test_a_zoom_is_what_is_written(on: Desktop, tmp_path: Path) -> None:
    plot_of(on.chart).zoom(NOON.timestamp() - 7200, NOON.timestamp() - 3600)
    rows = on.written(on.exporting.write_csv, tmp_path / "a.csv").decode().splitlines()
    assert len(rows) == 1 + 5


def test_a_hidden_pen_is_not_written(on: Desktop, tmp_path: Path) -> None:
    on.chart.set.toggle(on.chart.set.pens[0])
    assert b"Outdoor" not in on.written(on.exporting.write_csv, tmp_path / "a.csv")


def test_danish_numbers_have_commas_and_cells_semicolons(on: Desktop, tmp_path: Path) -> None:
    use_language("da")
    try:
        text = on.written(on.exporting.write_csv, tmp_path / "a.csv").decode("utf-8-sig")
    finally:
        use_language("en")
    assert text.splitlines()[1].startswith("2026-01-20 00:00:00;+01:00;20,0;;40,0;")


def test_the_spreadsheet_holds_numbers_and_says_what_it_is(on: Desktop, tmp_path: Path) -> None:
    raw = on.written(on.exporting.write_xlsx, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(BytesIO(raw))
    sheet = book["Values"]
    assert sheet["C2"].value == 20.0
    assert sheet["C2"].number_format == "0.0"
    assert sheet["A2"].value == datetime(2026, 1, 20)  # noqa: DTZ001 - Excel has no zones
    assert sheet.max_row == 49
    facts = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert facts["Time zone"] == "Europe/Copenhagen"


@pytest.mark.feature("LM-33")
def test_the_paper_has_title_legend_period_zone_and_no_picture(
    on: Desktop, tmp_path: Path
) -> None:
    on.chart.measure.put(NOON.timestamp() - 7200)
    raw = on.written(on.exporting.write_pdf, tmp_path / "a.pdf")
    paper = Paper(raw)
    text = " ".join(paper.words)
    for words in (
        *("Ahornvej 14", "Østerby Fjernvarme", "S3 Heating flow", "Power", "kW"),
        *("Europe/Copenhagen", "20 Jan 2026, 00:00", "CET", "A 20 Jan 2026, 10:00:00"),
    ):
        assert words in text, words
    assert not [each for page in paper.reader.pages for each in page.images], "no dots: lines"


def test_the_picture_is_sharp_and_carries_its_title(on: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    on.exporting.write_png(path)
    image = QImage(str(path))
    assert image.width() >= 2 * plot_of(on.chart).width()
    assert image.height() > 2 * plot_of(on.chart).height()
    assert on.exporting.title() == "Ahornvej 14"
    assert on.exporting.period_words() == "20 Jan 2026 00:00:00 – 21 Jan 2026 00:00:00 CET"
    ground = on.stage.desk.look.theme.surface.lower()
    head = {image.pixelColor(x, y).name() for x in range(30, 300) for y in range(20, 60, 3)}
    assert head - {ground}, "the title stands there"


def test_the_picture_has_a_row_for_every_pen_and_no_control(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    stage = Stage(make_desk(FakeServices()), History(), qtbot)
    chart = stage.chart(*(replace(S1, key=f"k{nth}", name=f"T{nth}") for nth in range(12)))
    exporting = Exporting(stage.context, chart, chart)
    chart.set.toggle(chart.set.pens[3])
    QApplication.processEvents()
    theme, plot = stage.desk.look.theme, plot_of(chart)
    image = exporting.picture().toImage()
    first = 2 * (60 + plot.height() + 8 + 24)  # below the heads of the columns
    shown = [pen for pen in chart.set.pens if pen.visible]
    assert image.height() == first + 2 * (24 * len(shown) + 16)
    ground = QColor(theme.surface).name()
    for nth in range(len(shown)):
        middle = [(x, first + 48 * nth + 24) for x in range(32, 88)]
        line = {image.pixelColor(*place).name() for place in middle}
        words = {
            image.pixelColor(x, first + 48 * nth + y).name()
            for x in range(104, 400)
            for y in range(12, 36)
        }
        assert line - {ground}, nth
        assert QColor(theme.text).name() in words, nth
    assert len(shown) == 11 > MOST_ROWS
    every = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert QColor(theme.accent).name() not in every  # boxes to tick, the strip's window
    chart.measure.put(NOON.timestamp() - 7200)
    assert exporting.picture().toImage() != image  # the cursor and the values there are told


def test_a_place_that_cannot_be_written_is_named(on: Desktop, tmp_path: Path) -> None:
    work = on.stage.context.work
    on.exporting.write_csv(tmp_path / "nowhere" / "a.csv")
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.FAILED
    assert "nowhere" in work.jobs[0].sentence


def test_an_export_given_up_leaves_no_file(on: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    on.stage.history.step_s = 1
    on.stage.shown(on.chart, on.chart.reload)
    on.exporting.write_csv(path)
    job = on.stage.context.work.jobs[0]
    job.cancel()
    on.qtbot.waitUntil(lambda: not job.running, timeout=20_000)
    assert not path.exists()
    assert job.sentence == "Given up; nothing was written."


def test_a_chart_is_seen_before_it_is_printed(on: Desktop) -> None:
    from widgets.printing import Preview

    on.exporting.print_it()
    on.qtbot.waitUntil(lambda: bool(on.chart.findChildren(Preview)), timeout=20_000)
    [preview] = on.chart.findChildren(Preview)
    assert preview.pages == 1
    assert "Ahornvej" in preview.windowTitle()
    preview.close()

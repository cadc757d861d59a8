"""A chart at work: this week over last, by mouse and by keys alone; files that say the same."""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from pypdf import PdfReader
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QPushButton,
)

from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.fakes import hands
from tests.journeys.keys import at_every_turn, choosing, focused, tab_to
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site
from widgets.charts.trendpanel import TrendPanel
from widgets.charts.xyplot import XYWindow
from widgets.devicetabs.readings import ReadingsTab
from widgets.pages.device import DevicePage
from widgets.workcentre import JobState

NAME, DEVICE = "Ahornvej 14", DeviceId("ahornvej-14")
ZONE = ZoneInfo("Europe/Copenhagen")
THIS_WEEK_C, LAST_WEEK_C = 50.0, 40.0  # S3 in the history put there
PENS = "Pens of the chart"
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76"
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("charts"), 1, core=False) as running:
        remember_weeks(running.folder / "history")
        running.start_core()
        yield running


def monday() -> datetime:
    """Return the local midnight at which this week began."""
    today = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def remember_weeks(folder: Path) -> None:
    """Put quarter hours of last week and this one there, with an outage on last Tuesday."""
    folder.mkdir(parents=True, exist_ok=True)
    store = EmbeddedHistory(folder)
    at = (monday() - timedelta(days=7)).astimezone(UTC)
    lost = (monday() - timedelta(days=6)).astimezone(UTC)
    while at < datetime.now(UTC) - timedelta(minutes=15):
        level = THIS_WEEK_C if at >= monday() else LAST_WEEK_C
        gone = lost + timedelta(hours=3) <= at < lost + timedelta(hours=6)
        readings = [
            Reading(
                point_id(DEVICE, key),
                None if gone else level + nth,
                Quality.OFFLINE if gone else Quality.GOOD,
                at,
                "device-offline" if gone else "",
            )
            for nth, key in enumerate(("s3", "s5"))
        ]
        store.append(readings, "quarter")
        at += timedelta(minutes=15)
    store.close()


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        made.open_device(NAME)
        made.open_tab("Chart")
        yield made


def panel(screen: Screen) -> TrendPanel:
    return screen.seen(TrendPanel)[0]


def pen(screen: Screen, name: str) -> dict[str, str]:
    found = screen.row(PENS, lambda row: row["Name"] == name)
    assert found is not None, [row["Name"] for row in screen.rows(PENS)]
    return found


def saving(path: Path) -> AbstractContextManager[None]:
    """Save under a name in the dialog that comes up."""

    def save() -> bool:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return False
        for field in dialog.findChildren(QLineEdit, "fileNameEdit"):
            field.setText(str(path))
            hands.key(field, Qt.Key.Key_Return)
        return True

    return at_every_turn(save)


def exported(screen: Screen, entry: str, path: Path) -> Path:
    """Export what is in front through button, menu and dialog."""
    work = screen.window.context.work
    before = len(work.jobs)
    with choosing(entry), saving(path):
        screen.press("Export…")
    if path.suffix != ".png":
        screen.until(lambda: len(work.jobs) > before and not work.jobs[0].running)
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence
    return path


def settled(screen: Screen) -> None:
    screen.until(lambda: "Reading stored values" not in panel(screen).chart.foot.said)
    screen.live(0.3)


def compared(screen: Screen) -> None:
    """Check that last week lies over this one."""
    screen.until(lambda: any("−7 d" in row["Name"] for row in screen.rows(PENS)))
    screen.until(lambda: pen(screen, "Heating flow, −7 d")["Mean"] == "40.0")
    screen.until(lambda: pen(screen, "Heating flow")["Mean"] != "–")
    assert float(pen(screen, "Heating flow")["Mean"].lstrip("~")) > LAST_WEEK_C
    assert pen(screen, "Heating flow, −7 d")["Now"] == "–, no value"


@pytest.mark.feature("LM-32", "BEYOND-8")
def test_this_week_is_compared_with_last_by_mouse(screen: Screen) -> None:
    screen.press("Period: Week")
    settled(screen)
    with choosing("A week before, same weekday"):
        screen.press("Compare…")
    compared(screen)
    with choosing("Draw the difference too"):
        screen.press("Compare −7 d")
    screen.until(lambda: any("difference" in row["Name"] for row in screen.rows(PENS)))
    chart = panel(screen).chart
    assert chart.picture.plot is not None
    assert [lane.unit for lane in chart.picture.plot.lanes][-1] == "°C"
    with choosing("Another number of days…"), typing_days(5):
        screen.press("Compare −7 d")
    screen.until(lambda: pen(screen, "Heating flow, −5 d") is not None)
    screen.until(lambda: "Compare −5 d" in [each.text() for each in screen.seen(QPushButton)])
    hands.key(chart, Qt.Key.Key_A)
    assert "(−5 d: " in chart.foot.at.text(), "of which moment the other pens are"
    stripes = chart.picture.plot.lanes[0]._hatched
    assert not stripes or chart.period.span.value == "week"


def typing_days(days: int) -> AbstractContextManager[None]:
    """Give a number of days in the dialog that comes up."""

    def give() -> bool:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            return False
        dialog.setIntValue(days)
        dialog.accept()
        return True

    return at_every_turn(give)


@pytest.mark.feature("BEYOND-9")
def test_two_cursors_tell_change_slope_and_integral_and_the_table_what_was_reduced(
    screen: Screen,
) -> None:
    screen.press("Period: Week")
    screen.press("The one before")
    settled(screen)
    screen.until(lambda: pen(screen, "Heating flow")["Mean"] == "40.0", what="last week")
    chart = panel(screen).chart
    plot = chart.picture.plot
    assert plot is not None
    thursday = (monday() - timedelta(days=4)).timestamp()
    plot.cursors.place("a", thursday)
    plot.cursors.place("b", thursday + 6 * 3600)
    chart.measure.tell()
    assert chart.table.go_to(lambda each: each.name == "Heating flow")
    told = pen(screen, "Heating flow")
    assert (told["A"], told["B"], told["Δ B − A"]) == ("40.0", "40.0", "0.0")
    assert told["Slope per h"] == "0.00"
    assert chart.foot.at.text().endswith("Δ 6 h 00 min · ∫ S3 240.0 °C·h"), chart.foot.at.text()
    model = chart.table.rows_model
    row = chart.table.currentIndex().row()
    tips = [
        str(model.index(row, at).data(Qt.ItemDataRole.ToolTipRole))
        for at in range(model.columnCount())
    ]
    assert any("stored values, every one drawn" in tip for tip in tips), tips
    chart.measure.clear()
    said: list[str] = []
    with at_every_turn(lambda: read_and_close(said)):
        screen.press("XY…")
    assert said[0].endswith("pairs of values at the same time.")


def read_and_close(said: list[str]) -> bool:
    """Read what the window of one value against another tells, and close it."""
    window = QApplication.activeModalWidget()
    if not isinstance(window, XYWindow) or "pairs" not in window.says.text():
        return False
    said.append(window.says.text())
    window.reject()
    return True


def test_this_week_is_compared_with_last_by_keys_alone(screen: Screen) -> None:
    tab_to(screen, "Period: Today")
    for _nth in range(2):
        hands.key(focused(), Qt.Key.Key_Right)
    assert panel(screen).chart.period.span.value == "week"
    settled(screen)
    tab_to(screen, "Compare…")
    with choosing("A week before, same weekday"):
        hands.key(focused(), Qt.Key.Key_Space)
    compared(screen)
    tab_to(screen, "Chart")
    chart = panel(screen).chart
    hands.key(chart, Qt.Key.Key_A)
    hands.key(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.foot.at.text().startswith("A ")
    hands.key(chart, Qt.Key.Key_Escape)
    assert chart.foot.at.text() == ""


@pytest.mark.feature("EW-41")
def test_days_are_browsed_back_and_forth(screen: Screen) -> None:
    screen.press("Period: Today")
    screen.press("The one before")
    settled(screen)
    chart = panel(screen).chart
    yesterday = datetime.now(ZONE) - timedelta(days=1)
    assert chart.period_bar.title.text().startswith(str(yesterday.day))
    screen.press("The one after")
    settled(screen)
    assert not chart.period_bar.after.isEnabled()


@pytest.mark.feature("EW-40")
def test_a_chart_fills_the_screen_and_comes_back(screen: Screen) -> None:
    chart = panel(screen).chart
    screen.press("Full screen (F11)")
    screen.until(lambda: chart.window() is not screen.window)
    full = chart.window()
    assert full is not None
    assert full.isFullScreen()
    full.activateWindow()
    screen.until(full.isActiveWindow)
    hands.key(full, Qt.Key.Key_Escape)
    screen.until(lambda: chart.window() is screen.window)


@pytest.mark.feature("LM-33")
def test_png_and_pdf_carry_title_pens_period_and_zone(screen: Screen, tmp_path: Path) -> None:
    screen.press("Period: Week")
    settled(screen)
    raw = exported(screen, "Paper (PDF)…", tmp_path / "week.pdf")
    pdf = PdfReader(raw)
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in (NAME, "S3 Heating flow", "Europe/Copenhagen", f"{monday():%d}"):
        assert words in text, words
    assert not [image for page in pdf.pages for image in page.images], "vectors"
    image = QImage(str(exported(screen, "Picture (PNG)…", tmp_path / "week.png")))
    plot = panel(screen).chart.picture.plot
    assert plot is not None
    assert image.width() == 2 * plot.width(), "twice as sharp as the screen"
    assert image.height() > 2 * plot.height(), "title and every pen beside it"


def naming(name: str) -> AbstractContextManager[None]:
    """Type a name into the dialog that comes up."""

    def give() -> bool:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            return False
        dialog.setTextValue(name)
        dialog.accept()
        return True

    return at_every_turn(give)


def readings(screen: Screen) -> ReadingsTab:
    screen.open_device(NAME)
    screen.open_tab("Readings")
    page = screen.window.front
    assert isinstance(page, DevicePage)
    tab = page.tab
    assert isinstance(tab, ReadingsTab)
    screen.until(lambda: bool(screen.rows("Readings")))
    return tab


def columns(screen: Screen) -> list[str]:
    """Return the names of the first two columns of values on the screen."""
    return [head.partition(" ")[0] for head in next(iter(screen.rows("Readings")), ())][1:3]


@pytest.mark.feature("LM-29")
def test_a_selection_kept_by_name_comes_back_in_another_session(site: Site) -> None:
    with screen_over(site) as screen:
        readings(screen).show_columns(["s5", "s3"])
        screen.press("Period: Week")
        with choosing("Keep as…"), naming("Return first"):
            screen.press("Presets…")
        screen.until(lambda: bool(screen.window.context.desk.presets("readings")))
        screen.until(lambda: columns(screen) == ["S5", "S3"])
    with screen_over(site) as another:
        tab = readings(another)
        tab.show_columns(["s3"])
        another.press("Period: Month")
        another.until(lambda: bool(another.window.context.desk.presets("readings")))
        with choosing("Return first"):
            another.press("Presets…")
        another.until(lambda: tab.keys == ["s5", "s3"])
        assert tab.period_bar.period.span.value == "week"
        another.until(lambda: columns(another) == ["S5", "S3"])


@pytest.mark.feature("LM-28", "LM-30", "LM-78")
def test_readings_and_their_files_say_the_same(screen: Screen, tmp_path: Path) -> None:
    screen.open_tab("Readings")
    page = screen.window.front
    assert isinstance(page, DevicePage)
    tab = page.tab
    assert isinstance(tab, ReadingsTab)
    word = next(spec.key for spec in tab.specs if spec.choices)
    tab.show_columns(["s3", "s5", word])
    screen.until(lambda: tab.stored is not None and len(tab.stored.columns) == 3)
    screen.press("Period: Week")
    screen.press("The one before")
    screen.until(lambda: len(screen.rows("Readings")) == 1 + 7 * 96 or summer(), within_s=20)
    shown = screen.rows("Readings")
    heads = list(shown[0])
    assert heads[1] == "S3 Heating flow [°C]"
    assert heads[3].endswith("[Other]")
    assert shown[0]["Time"].startswith("Now ")
    lost = [row for row in shown if row[heads[1]].startswith("–")]
    assert len(lost) == 12
    plain = [row[heads[1]].partition(",")[0].replace("–", "") for row in shown[1:]]
    file = exported(screen, "Values (CSV)…", tmp_path / "week.csv")
    rows = list(csv.reader(StringIO(file.read_text("utf-8-sig"), newline="")))
    at = rows[0].index(heads[1])
    assert [row[at] for row in rows[1:]] == plain
    book = exported(screen, "Spreadsheet (XLSX)…", tmp_path / "week.xlsx")
    sheet = openpyxl.load_workbook(book)["Values"]
    values = [row[at].value for row in sheet.iter_rows(min_row=2)]
    assert ["" if value is None else f"{value:.1f}" for value in values] == plain
    paper = PdfReader(exported(screen, "Paper (PDF)…", tmp_path / "week-readings.pdf"))
    assert "Page 1 of" in " ".join(paper.pages[0].extract_text().split())
    if shutil.which("soffice") is None:
        pytest.skip("NOT RUN: LibreOffice is not installed (apt-get install libreoffice-calc)")
    assert by_libreoffice(book, at) == plain


@pytest.mark.feature("LM-35")
def test_the_live_chart_grows_every_second(screen: Screen) -> None:
    screen.open_tab("Live chart")
    pens = screen.rows(PENS)
    assert pens
    from widgets.charts.livechart import LiveChart

    chart = screen.seen(LiveChart)[0]
    begun = len(chart.set.pens[0].trace)
    screen.until(lambda: len(chart.set.pens[0].trace) >= begun + 4, within_s=20)
    steps = chart.set.pens[0].trace.times[-3:]
    assert (steps[1:] - steps[:-1]).max() < 5, "asked every second"
    screen.press("Pause")
    screen.live(1.5)
    asked = chart._unanswered
    screen.live(1.5)
    assert chart._unanswered == asked


def summer() -> bool:
    """Whether the clock was set last week: then there are four quarters more or fewer."""
    begin = monday() - timedelta(days=7)
    return begin.utcoffset() != monday().utcoffset()


def by_libreoffice(book: Path, column: int) -> list[str]:
    """Return a column as LibreOffice reads it."""
    profile = (book.parent / "profile").as_uri()
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", UTF8_CSV,
         "--outdir", str(book.parent / "read"), str(book)],
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (book.parent / "read" / f"{book.stem}.csv").read_text("utf-8")
    return [row[column] for row in list(csv.reader(StringIO(text)))[1:]]

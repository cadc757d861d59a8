"""What stands on the screen stands in the store and in every file, in all four languages."""

import csv
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from math import sin
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl
import pytest
from pypdf import PdfReader
from PyQt6.QtWidgets import QTableView

from app.history.codec import Codec
from app.history.places import Places
from app.history.schema import GROUP_SIZE, QUARTER
from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import rows_of
from tests.journeys.seated import Seated, seated
from tests.journeys.smallsite import Site
from tests.machine import libreoffice
from widgets.charts.pens import Pen
from widgets.charts.period import Period, Span
from widgets.charts.trendpanel import TrendPanel
from widgets.devicetabs.readings import ReadingsTab
from widgets.pages.device import DevicePage
from widgets.pages.devices import DevicesPage
from widgets.pagetype import Show
from widgets.speech import PAPER_KEY
from widgets.workcentre import JobState

DEVICE = DeviceId("ahornvej-14")
ZONE = ZoneInfo("Europe/Copenhagen")
KEYS = ("s3", "s5")
SIGN = {"en": ".", "da": ",", "de": ",", "fr": ","}
MARCH = {
    "en": "05 Mar 2026",
    "da": "05. mar. 2026",
    "de": "05. März 2026",
    "fr": "05 mars 2026",
}
DAY = datetime(2026, 3, 5, tzinfo=ZONE)  # long ago: nothing is added while one looks
ESTIMATED = 40  # which quarter hour
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(240)]


def remember(folder: Path) -> None:
    """Put the quarter hours of a day there; one is estimated, an hour is lost."""
    folder.mkdir(parents=True, exist_ok=True)
    store = EmbeddedHistory(folder)
    for nth in range(96):
        at = (DAY + timedelta(minutes=15 * nth)).astimezone(UTC)
        quality = Quality.UNCERTAIN if nth == ESTIMATED else Quality.GOOD
        lost = 52 <= nth < 56
        store.append(
            [
                Reading(
                    point_id(DEVICE, key),
                    None if lost else round(-4 + nth / 7 + 20 * sin(nth / 9 + place), 2),
                    Quality.OFFLINE if lost else quality,
                    at,
                    "device-offline" if lost else "",
                )
                for place, key in enumerate(KEYS)
            ],
            "quarter",
        )
    store.close()


def by_sql(folder: Path, key: str) -> dict[int, float | None]:
    """Return a point's quarter hours of the day, asked of the file itself: ms to value."""
    first, last = (round(each.timestamp()) * 1000 for each in (DAY, DAY + timedelta(days=1)))
    found: dict[int, float | None] = {}
    file = read_only(folder / "history" / "2026.sqlite")
    with closing(sqlite3.connect(file, uri=True, isolation_level=None)) as db:
        db.execute("BEGIN")  # the core may put batches together meanwhile
        [[number]] = db.execute("SELECT id FROM series WHERE point = ?", [f"{DEVICE}.{key}"])
        lying = db.execute(
            "SELECT series, slot, packed, slots FROM chunk WHERE series = ?", [number]
        )
        told = [("chunk", *row) for row in lying]
        told += [
            ("batch", *row)
            for row in db.execute(
                "SELECT grp, slot, packed, 1 FROM batch WHERE grp = ? ORDER BY id",
                [number // GROUP_SIZE],
            )
        ]
    for kind, owner, slot, packed, covered in told:
        place = Places.of([owner], [slot], QUARTER.slot_ms, [covered])
        samples = Codec().unpack([packed], place)
        for at in range(len(samples)):
            mine = kind == "chunk" or int(samples.series[at]) == number
            moment = int(samples.times_ms[at])
            if mine and first <= moment < last:
                value = float(samples.values[at])
                found[moment] = None if np.isnan(value) else value
    return found


def read_only(file: Path) -> str:
    return f"{file.as_uri()}?mode=ro"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("files"), 2, core=False) as running:
        remember(running.folder / "history")
        running.start_core()
        yield running


class Reader(Seated):
    """Somebody who has the window in a language of their own."""

    def readings(self) -> ReadingsTab:
        """Open the quarter hours of the day that is remembered."""
        self.window.show_page(Show("device", DEVICE, part="readings"))
        page = self.window.front
        assert isinstance(page, DevicePage)
        self.until(lambda: page.settled() and isinstance(page.tab, ReadingsTab))
        tab = page.tab
        assert isinstance(tab, ReadingsTab)
        tab.show_columns(KEYS)
        tab.period_bar.choose(Period(Span.CUSTOM, start=DAY, end=DAY + timedelta(days=1)))
        self.until(
            lambda: (
                tab.stored is not None
                and len(tab.stored.columns) == len(KEYS)
                and 96 <= len(tab.stored) <= 97
            )
        )
        return tab

    def written(self) -> None:
        """Wait until a file is there."""
        work = self.window.context.work
        self.until(lambda: not work.running())
        assert work.jobs[0].state is JobState.DONE, work.jobs[0].sentence


def reading(site: Site, language: str) -> AbstractContextManager[Reader]:
    return seated(site, lambda joined: Reader(joined, language=language))


@dataclass(frozen=True)
class Files:
    """The three files of one table."""

    folder: Path

    @property
    def csv(self) -> list[list[str]]:
        """The rows, by the separator that belongs to the sign of decimals."""
        text = (self.folder / "a.csv").read_text("utf-8-sig")
        between = ";" if ";" in text.partition("\n")[0] else ","
        return list(csv.reader(StringIO(text, newline=""), delimiter=between))

    @property
    def sheet(self) -> list[list[object]]:
        """The rows as a program meets them: numbers, moments, texts."""
        book = openpyxl.load_workbook(self.folder / "a.xlsx")
        return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]

    @property
    def paper(self) -> str:
        """All words of the paper, as they can be searched for."""
        pages = PdfReader(self.folder / "a.pdf").pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def shown(view: QTableView) -> list[list[str]]:
    model = view.model()
    assert model is not None
    columns = range(model.columnCount())
    return [
        [str(model.index(row, at).data() or "") for at in columns]
        for row in range(model.rowCount())
    ]


def mean_by_time(values: list[float | None]) -> float:
    """Return the mean of the quarter hours between two neighbours that are both known."""
    middles = [(a + b) / 2 for a, b in pairwise(values) if a is not None and b is not None]
    return fmean(middles)


def plain(text: str) -> str:
    """Return a value of the screen as a file writes it: no dash, no tilde, a plain minus."""
    number = text.partition(", ")[0]  # what is read out goes on with the quality
    return number.replace("–", "").replace("~", "").replace("−", "-").strip()


@pytest.fixture(scope="module")
def sheets() -> dict[str, tuple[Path, list[list[float | None]]]]:
    """The sheets made, with their values, for LibreOffice to read all at once."""
    return {}


@pytest.mark.feature("DC-04", "LM-09")
@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
def test_quarter_hours_of_store_screen_and_files_are_the_same(
    site: Site,
    tmp_path: Path,
    language: str,
    sheets: dict[str, tuple[Path, list[list[float | None]]]],
) -> None:
    stored = [by_sql(site.folder, key) for key in KEYS]
    moments = sorted(stored[0], reverse=True)
    assert len(moments) == 96
    with reading(site, language) as person:
        tab = person.readings()
        assert tab.table is not None
        on_screen = [
            row for row in shown(tab.table)[1:] if any(plain(each) for each in row[1:])
        ]
        for end in ("csv", "xlsx", "pdf"):
            tab.write(tmp_path / f"a.{end}")
            person.written()
    files, sign = Files(tmp_path), SIGN[language]
    expected = [[stored[nth][at] for nth in range(len(KEYS))] for at in moments]
    known = [row for row in expected if row[0] is not None]
    told = [[f"{value:.1f}".replace(".", sign) for value in row] for row in known]
    assert [[plain(each) for each in row[1:3]] for row in on_screen] == told

    by_csv = {row[0]: row for row in files.csv[1:]}
    sheet = {row[0]: row for row in files.sheet[1:]}
    values = [at for at, head in enumerate(files.csv[0]) if "°C" in head and "[" in head]
    for at, row in zip(moments, expected, strict=True):
        local = datetime.fromtimestamp(at / 1000, ZONE)
        cells = by_csv[f"{local:%Y-%m-%d %H:%M:%S}"]
        assert [cells[place] for place in values] == [
            "" if each is None else f"{each:.1f}".replace(".", sign) for each in row
        ]
        typed = sheet[local.replace(tzinfo=None)]
        numbers = [None if each is None else round(each, 1) for each in row]  # as shown
        assert [typed[place] for place in values] == numbers, "numbers and moments, no texts"
        figures = ["–" if each is None else f"{each:.1f}".replace(".", sign) for each in row]
        marks = "~" if local.hour == 10 and local.minute == 0 else ""
        line = f"{MARCH[language]}, {local:%H:%M} +01:00 " + " ".join(
            marks + each.replace("-", "−") for each in figures
        )
        assert line in files.paper, line
    sheets[language] = (tmp_path / "a.xlsx", expected)


@pytest.mark.feature("DC-04")
@libreoffice
def test_another_office_program_opens_every_sheet_without_repair(
    sheets: dict[str, tuple[Path, list[list[float | None]]]], tmp_path: Path
) -> None:
    assert len(sheets) == 4
    for language, (path, _values) in sheets.items():
        shutil.copy(path, tmp_path / f"{language}.xlsx")
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", UTF8_CSV, "--outdir", str(tmp_path),
         *[str(tmp_path / f"{language}.xlsx") for language in sheets]],
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for language, (_path, values) in sheets.items():
        text = (tmp_path / f"{language}.csv").read_text("utf-8")
        heads, *rows = list(csv.reader(StringIO(text)))
        places = [at for at, head in enumerate(heads) if "[°C]" in head]
        read = [[row[place] for place in places] for row in rows if row[0]]
        wanted = [["" if each is None else f"{each:.1f}" for each in row] for row in values]
        assert [row for row in read if any(row)] == [row for row in wanted if any(row)], (
            language
        )


@pytest.mark.feature("DC-04")
@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
def test_the_list_of_devices_is_the_same_in_every_file(
    site: Site, tmp_path: Path, language: str
) -> None:
    sign, on_screen = SIGN[language], dict[str, list[dict[str, str]]]()
    with reading(site, language) as person:
        person.window.show_page(Show("devices"))
        page = person.window.front
        assert isinstance(page, DevicesPage)
        flow = next(each for each in page.table.columns_shown() if each.id == "supply").title()
        person.until(
            lambda: [sign in row[flow] for row in rows_of(page.table)] == [True] * 2,
            what="both flow temperatures",
        )
        heads = [column.title() for column in page.table.columns_shown()]
        for end in ("csv", "xlsx", "pdf"):
            on_screen[end] = rows_of(page.table)  # values change: a file is of its moment
            page.acts.export.write(tmp_path / f"a.{end}")
            person.written()
    files, names = Files(tmp_path), ["Ahornvej 14", "Ahornvej 22"]
    with closing(sqlite3.connect(read_only(site.folder / "config.sqlite"), uri=True)) as db:
        known = db.execute("SELECT name FROM device WHERE until IS NULL ORDER BY name")
        assert [row[0] for row in known] == names
    tables: dict[str, list[list[object]]] = {"xlsx": files.sheet}
    tables["csv"] = [[*row] for row in files.csv]
    for end, rows in tables.items():
        places = [rows[0].index(head) for head in heads]
        for shown_row, cells in zip(on_screen[end], rows[1:], strict=True):
            for head, place in zip(heads, places, strict=True):
                cell = cells[place]
                text = shown_row[head]
                if isinstance(cell, int | float):
                    assert cell == float(plain(text).replace(sign, ".")), (end, head)
                else:
                    assert (cell or "") in (text, plain(text)), (end, head)
    typed = [row[files.sheet[0].index(flow)] for row in files.sheet[1:]]
    assert all(isinstance(each, int | float) for each in typed)
    for row in on_screen["pdf"]:
        assert f"{row[heads[0]]} {row[heads[1]]} " in files.paper
        assert plain(row[flow]).replace("-", "−") in files.paper
    assert all(head in files.paper for head in heads)


@pytest.mark.feature("DC-04")
@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
def test_a_chart_and_its_files_show_what_the_store_holds(
    site: Site, tmp_path: Path, language: str
) -> None:
    sign, stored = SIGN[language], by_sql(site.folder, "s3")
    with reading(site, language) as person:
        person.window.show_page(Show("device", DEVICE, point_id(DEVICE, "s3"), part="chart"))
        page = person.window.front
        assert isinstance(page, DevicePage)
        person.until(page.settled)
        panel = person.seen(TrendPanel)[0]
        panel.chart.period_bar.choose(
            Period(Span.CUSTOM, start=DAY, end=DAY + timedelta(days=1))
        )

        def pen() -> Pen:
            pens = [
                each for each in panel.chart.set.pens if each.point == point_id(DEVICE, "s3")
            ]
            return pens[0]

        person.until(lambda: len(pen().trace) == 96 and pen().summary.mean is not None)
        for end, write in (
            ("csv", panel.exporting.write_csv),
            ("xlsx", panel.exporting.write_xlsx),
            ("pdf", panel.exporting.write_pdf),
        ):
            write(tmp_path / f"a.{end}")
            person.written()
        pen_row = next(row for row in shown(panel.chart.table) if "S3" in row)
    files = Files(tmp_path)
    place = next(at for at, head in enumerate(files.csv[0]) if head.startswith("S3 "))
    by_csv = {row[0]: row[place] for row in files.csv[1:]}
    by_sheet = {row[0]: row[place] for row in files.sheet[1:]}
    for at, value in stored.items():
        local = datetime.fromtimestamp(at / 1000, ZONE)
        told = "" if value is None else f"{value:.1f}".replace(".", sign)
        assert by_csv[f"{local:%Y-%m-%d %H:%M:%S}"] == told
        number = None if value is None else round(value, 1)  # as shown
        assert by_sheet[local.replace(tzinfo=None)] == number
    known = [value for value in stored.values() if value is not None]
    good = [stored[at] for at in sorted(stored)]
    good[ESTIMATED] = None  # what is not certain is in no mean
    least, most, mean = pen_row[11:14]
    for told, value in ((least, min(known)), (most, max(known))):
        assert told == f"{value:.1f}".replace(".", sign).replace("-", "−")
    assert float(mean.replace(sign, ".")) == pytest.approx(mean_by_time(good), abs=0.06)
    assert f"{least} {most} {mean}" in files.paper


@pytest.mark.feature("LM-09", "DC-04")
def test_paper_is_german_from_head_to_foot_while_the_screen_is_danish(
    site: Site, tmp_path: Path
) -> None:
    with reading(site, "da") as person:
        desk = person.window.context.desk
        desk.keep(PAPER_KEY, "de")
        tab = person.readings()
        tab.write(tmp_path / "a.pdf")
        person.written()
        readings = Files(tmp_path).paper
        person.window.show_page(Show("devices"))
        page = person.window.front
        assert isinstance(page, DevicesPage)
        person.until(lambda: len(rows_of(page.table)) == 2)
        page.acts.export.write(tmp_path / "a.pdf")
        person.written()
        devices = Files(tmp_path).paper
        person.window.show_page(Show("device", DEVICE, point_id(DEVICE, "s3"), part="chart"))
        panel = person.seen(TrendPanel)[0]
        panel.chart.period_bar.choose(
            Period(Span.CUSTOM, start=DAY, end=DAY + timedelta(days=1))
        )
        person.until(lambda: any(pen.summary.mean is not None for pen in panel.chart.set.pens))
        panel.exporting.write_pdf(tmp_path / "a.pdf")
        person.written()
        chart = Files(tmp_path).paper
        desk.keep(PAPER_KEY, "")
    for words in ("Ortszeit", "S3 Heizungsvorlauf [°C]", "05. März 2026", "Seite 1 von"):
        assert words in readings, words
    for words in ("Geräte", "Gerät Zustand Regler Bereich", "Vorlauf °C", "2 Zeilen"):
        assert words in devices, words
    for words in ("Kurve Gerät", "S3 Heizungsvorlauf [°C]", "05. März 2026", "Zeitzone"):
        assert words in chart, words
    danish = ("Fremløb", "fremløb", "Tilstand", "Enhed", "grænse", "Lokal tid", "Side ")
    assert [word for word in danish if word in readings + devices + chart] == []

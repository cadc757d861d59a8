"""The table of a consumption, and the file that holds the same."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from PyQt6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from app.model.consumption import UnplacedAmount
from app.model.counter import Break, Broken, Stated, Statement, StatementId
from app.model.reading import PointId
from app.reports.sheets.plaintable import plain_csv, plain_xlsx
from app.reports.words import Words
from app.words import use_language
from tests.fakes.counted import counted
from tests.fakes.smallplant import NOON
from widgets.consumption.pairs import consumed
from widgets.consumption.stretch import STEPS, Beside, Scale, Stretch, stretch_of
from widgets.consumption.table import Line, Sight, signed
from widgets.controls.quality import Style
from widgets.fonts import font

ZONE = ZoneInfo("Europe/Copenhagen")
POINT = PointId("meter-1.energy")
HEAD_PX, HEAD_PAD_PX = 12, 8  # as the style sheet has it
TODAY, AUTUMN = date(2026, 1, 20), date(2025, 10, 26)


def sight(
    scale: Scale = Scale.DAY,
    day: date = TODAY,
    how: Beside = Beside.BEFORE,
    stated: Sequence[Stated] = (),
    gaps: Sequence[UnplacedAmount] = (),
) -> Sight:
    own = stretch_of(scale, day)
    other = own.beside(how)

    def asked(times: Stretch):  # type: ignore[no-untyped-def]  # noqa: ANN202
        of = times.bounds(ZONE)
        return counted(POINT, of.start, of.end, STEPS[scale])

    found = replace(asked(own), unplaced=tuple(gaps))
    told = consumed(own, how, found, None if other is None else asked(other), ZONE)
    return Sight(told, stated, NOON, ZONE)


def screen(of: Sight) -> list[list[str]]:
    columns = of.columns()
    return [
        [
            cell.text if cell.shown is None else cell.shown.text
            for cell in (column.cell(line) for column in columns)
        ]
        for line in of.lines()
    ]


def test_the_heads_name_the_unit_and_what_stands_beside() -> None:
    heads = [column.title() for column in sight().columns()]
    assert heads == [
        *("Time", "Consumption [kWh]", "Beside it [kWh]", "More or less [kWh]", "%"),
        "Remarks",
    ]
    alone = [column.title() for column in sight(how=Beside.NOTHING).columns()]
    assert alone == ["Time", "Consumption [kWh]", "Remarks"]


def test_each_hour_stands_beside_that_of_yesterday() -> None:
    rows = screen(sight())
    assert len(rows) == 24
    assert rows[0][0] == "00:00 – 01:00"
    now, before = (float(rows[0][nth]) for nth in (1, 2))
    assert rows[0][3] == signed(now - before, 2)
    assert rows[0][4] == signed(100 * (now - before) / before, 1)


def test_what_is_not_over_and_what_did_not_begin_say_so() -> None:
    rows = screen(sight())
    assert rows[11][5] == ""
    assert rows[12][1] == "–", "noon has come, and the hour behind it has not"
    assert rows[20][1:2] + rows[20][3:] == ["–", "–", "–", ""]
    assert float(rows[20][2]) > 0
    year = screen(sight(Scale.YEAR))
    assert year[0][0] == "January 2026"
    assert year[0][5] == "not over yet"


def test_a_row_of_the_other_time_alone_stands_in_brackets() -> None:
    rows = screen(sight(Scale.DAY, date(2025, 10, 27)))
    assert rows[3][0] == "(02:00 – 03:00 CET)"
    assert rows[3][1] == "–"
    assert float(rows[3][2]) > 0


def test_an_estimate_is_told_by_its_sign_and_its_remark() -> None:
    of = sight(how=Beside.NOTHING)
    (line, *_others) = of.lines()
    assert line.pair.now is not None
    guessed = Line(0, replace(line.pair, now=replace(line.pair.now, estimated=True)), "")
    cell = of.columns()[1].cell(guessed)
    assert cell.shown is not None
    assert cell.shown.style is Style.UNCERTAIN
    assert cell.shown.text.startswith("~")
    assert of.remarks(guessed.pair.now) == ["estimated"]


def test_an_exchange_is_a_mark_above_its_bar_and_a_remark_in_its_row() -> None:
    at = stretch_of(Scale.DAY, TODAY).bounds(ZONE).start + timedelta(hours=3, minutes=20)
    says = Broken(at, Break.EXCHANGE, Decimal("812.4"), Decimal("0.3"))
    made = Statement(StatementId("s1"), POINT, says, "noted", "K. Lund", NOON)
    of = sight(stated=[Stated(made, holds=True)])
    assert [bar.exchanged for bar in of.bars()].index(True) == 3
    assert sum(bar.exchanged for bar in of.bars()) == 1
    assert screen(of)[3][5] == "Meter exchanged 20 Jan 2026 03:20: 812.4 → 0.3"
    assert "Meter exchanged" in of.bars()[3].says


def test_a_gap_is_seen_in_every_bar_it_touches() -> None:
    begin = stretch_of(Scale.DAY, TODAY).bounds(ZONE).start
    gap = UnplacedAmount(
        begin + timedelta(hours=1), begin + timedelta(hours=4), Decimal("3.21"), jump=False
    )
    of = sight(gaps=[gap])
    assert [at for at, bar in enumerate(of.bars()) if bar.unplaced] == [1, 2, 3]
    assert screen(of)[2][5] == (
        "3.21 kWh counted in 20 Jan 2026 01:00 – 04:00, nobody knows when"
    )


def test_the_bars_are_the_figures_of_the_rows() -> None:
    of = sight(Scale.MONTH)
    for bar, row in zip(of.bars(), screen(of), strict=True):
        for value, text in ((bar.amount, row[1]), (bar.before, row[2])):
            assert text == ("–" if value is None else f"{value:.2f}")
        assert bar.name == str(int(row[0].split()[1].strip("()")))


def file_rows(of: Sight, language: str = "en") -> list[list[str]]:
    words = Words(language)
    raw = plain_csv(of.sheet("datalogger", "Meter 1: Energy", "K. Lund", words), words)
    between = ";" if words.decimal_sign == "," else ","
    text = raw.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=between))


@pytest.mark.feature("EW-42")
@pytest.mark.parametrize("scale", Scale)
def test_the_csv_equals_the_screen(scale: Scale) -> None:
    of = sight(scale)
    heads, *rows = file_rows(of)
    assert heads[:3] == ["Local time", "UTC offset", f"Meter 1: Energy [{of.told.unit}]"]
    shown = screen(of)
    assert len(rows) == len(shown)
    for row, told in zip(rows, shown, strict=True):
        figures = [each.replace("\u2212", "-").replace("\u00a0", "").replace("+", "")
                   for each in told[1:5]]  # fmt: skip
        assert [row[2], row[5], row[6], row[7]] == [
            "" if each == "–" else each for each in figures
        ]
        assert row[8] == told[5]


def test_the_hour_that_comes_twice_is_told_by_its_offset() -> None:
    _heads, *rows = file_rows(sight(Scale.DAY, AUTUMN))
    assert len(rows) == 25
    assert rows[2][:2] == ["2025-10-26 02:00:00", "+02:00"]
    assert rows[3][:2] == ["2025-10-26 02:00:00", "+01:00"]
    assert rows[3][3:6] == ["", "", ""], "yesterday had no such hour"


def test_another_language_writes_its_own_decimal_sign() -> None:
    english, german = file_rows(sight()), file_rows(sight(), "de")
    assert [row[2].replace(",", ".") for row in german[1:]] == [row[2] for row in english[1:]]
    assert "," in german[1][2]


def test_the_spreadsheet_holds_numbers_with_the_digits_of_the_screen() -> None:
    of = sight()
    book = openpyxl.load_workbook(
        BytesIO(
            plain_xlsx(of.sheet("datalogger", "Energy", "K. Lund", Words("en")), Words("en"))
        )
    )
    assert book.sheetnames[0] == "datalogger"
    rows = list(book["datalogger"].iter_rows(values_only=True))
    amounts = [row[2] for row in rows[1:]]
    for amount, told in zip(amounts, screen(of), strict=True):
        assert told[1] == ("–" if amount is None else f"{amount:.2f}")
    assert book["datalogger"]["C2"].number_format == "0.00"


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (1.25, 2, "+1.25"),
        (-1.25, 2, "−1.25"),
        (0.0, 2, "0.00"),
        (0.004, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (12345.6, 1, "+12\u00a0345.6"),
    ],
)
def test_a_change_has_its_sign(value: float, decimals: int, words: str) -> None:
    assert signed(value, decimals) == words


@pytest.mark.parametrize("code", ["en", "da", "de", "fr"])
def test_the_head_of_the_change_is_whole_in_every_language(code: str, qtbot: QtBot) -> None:
    face = QFontMetrics(font(HEAD_PX))
    use_language(code)
    try:
        column = next(each for each in sight().columns() if each.id == "change")
        assert face.horizontalAdvance(column.title()) + 2 * HEAD_PAD_PX <= column.width
    finally:
        use_language("en")

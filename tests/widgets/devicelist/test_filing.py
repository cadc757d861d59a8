"""A file of the device table: what the screen shows, as numbers with their flags."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.model.reading import Quality, Reading, point_id
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON, view
from widgets.devicelist.filing import device_sheet
from widgets.pages.devices import DevicesPage

EN = Words()
MakeDesk = Callable[..., Desk]


class Stage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk = desk
        self.page = DevicesPage(desk.context)
        qtbot.addWidget(self.page)
        self.page.resize(1500, 800)
        self.page.show()
        qtbot.waitUntil(self.page.settled)

    def sheet(self, *columns: str, words: Words = EN) -> PlainTable:
        self.page.table.show_columns(columns)
        return device_sheet(self.page.table, self.page.values, self.desk.context, words)

    def tell(self, value: float | None, quality: Quality) -> None:
        self.desk.feed.offer([Reading(point_id(AHORNVEJ, "s5"), value, quality, NOON)])
        self.desk.feed.refresh()

    def row(self, sheet: PlainTable, name: str) -> list[Content]:
        return list(next(row for row in sheet.rows if row[0] == name))


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk(), qtbot)


def test_columns_stand_in_the_order_of_the_screen(stage: Stage) -> None:
    sheet = stage.sheet("return", "name", "state")
    assert [head for head in sheet.heads if not head.startswith("Quality")] == [
        "Return °C",
        "Device",
        "State",
    ]


def test_rows_stand_in_the_order_of_the_screen(stage: Stage) -> None:
    names = [column.id for column in stage.page.model.columns]
    stage.page.model.sort(names.index("name"), Qt.SortOrder.DescendingOrder)
    told = [row[0] for row in stage.sheet("name").rows]
    assert told == [each.config.name for each in stage.page.model.rows]
    assert told == sorted(told, key=str, reverse=True)


@pytest.mark.parametrize(
    ("value", "quality", "told", "flag"),
    [
        (48.04, Quality.GOOD, 48.0, None),
        (-3.21, Quality.UNCERTAIN, -3.2, "uncertain"),
        (48.04, Quality.MANUAL, 48.0, "put in by hand"),
        (None, Quality.BAD, None, "no usable value"),
        (None, Quality.OFFLINE, None, "no value"),
    ],
)
def test_a_number_has_the_digits_of_the_screen_and_its_flag(
    stage: Stage, value: float | None, quality: Quality, told: float | None, flag: str | None
) -> None:
    stage.tell(value, quality)
    sheet = stage.sheet("name", "return")
    row = stage.row(sheet, "Ahornvej 14")
    assert row[1] == (None if told is None else Fixed(told, 1))
    if flag is None:
        assert sheet.heads == ("Device", "Return °C")
    else:
        assert sheet.heads == ("Device", "Return °C", "Quality of Return")
        assert row[2] == flag


def test_a_stale_value_says_since_when(stage: Stage) -> None:
    stage.tell(41.0, Quality.STALE)
    flag = stage.row(stage.sheet("name", "return"), "Ahornvej 14")[2]
    assert isinstance(flag, str)
    assert flag.startswith("stale")


def test_dashes_of_the_screen_are_empty_cells(stage: Stage) -> None:
    assert stage.row(stage.sheet("name", "age", "latency"), "Birkevej 44")[1:] == [None, None]


def test_it_says_whose_it_is_and_when(stage: Stage) -> None:
    sheet = stage.sheet("name")
    assert (sheet.title, sheet.made_by) == ("Devices", "K. Lund")
    assert (sheet.zone, sheet.made_at) == ("Europe/Copenhagen", NOON)


def test_no_column_and_no_device_are_an_empty_file(make_desk: MakeDesk, qtbot: QtBot) -> None:
    empty = Stage(make_desk(FakeServices.empty()), qtbot)
    assert empty.sheet("name").rows == []
    assert empty.sheet().heads == ()


@pytest.mark.parametrize("name", ["<b>x</b>", "Ø" * 300, "🔥", "=1+1"])
def test_names_are_filed_as_people_wrote_them(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    stage = Stage(make_desk(FakeServices([view(name, "")], ())), qtbot)
    assert [row[0] for row in stage.sheet("name").rows] == [name]


def test_paper_in_another_language_has_its_heads_and_states_in_it(stage: Stage) -> None:
    stage.tell(None, Quality.BAD)
    sheet = stage.sheet("name", "state", "return", words=Words("de"))
    assert sheet.title == "Geräte"
    assert sheet.heads == ("Gerät", "Zustand", "Rücklauf °C", "Qualität von Rücklauf")
    assert stage.row(sheet, "Ahornvej 14")[1] == "Online"
    assert stage.row(sheet, "Ahornvej 14")[3] == "kein brauchbarer Wert"

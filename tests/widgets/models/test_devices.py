"""The device table: worst first when asked, every figure of the conversation, honest gaps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.model.device import Presence
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON, many, view
from tests.widgets.eyes import LONG, MARKUP, cell, column
from widgets.controls.marks import presence_mark, presence_word
from widgets.models.devicefilter import Plant
from widgets.models.devices import address_text, device_columns, search_words
from widgets.models.measured import Measurements
from widgets.models.rows import RowsModel, Tone

MakeDesk = Callable[..., Desk]


def plant_of(desk: Desk) -> Plant:
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    return Plant(desk.directory, values, desk.now)


def table_of(desk: Desk, views: list[DeviceView]) -> RowsModel[DeviceView]:
    plant = plant_of(desk)
    made = RowsModel(
        device_columns(desk.directory, desk.now, plant),
        lambda each: each.config.id,
        words=lambda each: search_words(each, plant),
    )
    made.replace(views)
    return made


@pytest.fixture
def devices(make_desk: MakeDesk, qtbot: QtBot) -> RowsModel[DeviceView]:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    return table_of(desk, smallplant.substations())


def sort(model: RowsModel[DeviceView], name: str, *, falling: bool = False) -> list[str]:
    order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
    model.sort([each.id for each in model.columns].index(name), order)
    return [each.config.name for each in model.rows]


def row_of(model: RowsModel[DeviceView], name: str) -> int:
    return [each.config.name for each in model.rows].index(name)


@pytest.mark.parametrize("presence", list(Presence))
def test_each_presence_is_told_by_mark_and_word(
    make_desk: MakeDesk, presence: Presence
) -> None:
    model = table_of(make_desk(), [view("Nyvej 1", "Birkely", presence)])
    told = cell(model, 0, "state")
    assert (told.text, told.mark) == (presence_word(presence), presence_mark(presence))
    assert told.strong is (presence in (Presence.OFFLINE, Presence.FAULT))


def test_the_worst_stand_first_when_sorted_by_state(devices: RowsModel[DeviceView]) -> None:
    sort(devices, "state")
    states = column(devices, "state")
    assert states[:3] == ["Fault", "Offline", "Late"]
    assert states[-1] == "Disabled"
    assert set(states[3:-1]) == {"Online"}


def test_a_device_off_duty_speaks_quietly(devices: RowsModel[DeviceView]) -> None:
    row = row_of(devices, "Birkevej 44")
    assert cell(devices, row, "name").tone is Tone.QUIET
    assert cell(devices, row, "state").tone is Tone.QUIET
    assert cell(devices, row_of(devices, "Ahornvej 14"), "name").tone is Tone.NORMAL


def test_a_device_that_never_answered_has_a_gap_and_no_zero(
    devices: RowsModel[DeviceView],
) -> None:
    row = row_of(devices, "Birkevej 44")
    assert column(devices, "age")[row] == "–"
    assert column(devices, "latency")[row] == "–"
    assert sort(devices, "age")[-1] == "Birkevej 44"
    assert set(sort(devices, "latency")[-2:]) == {"Birkevej 44", "Lindevej 8"}


def test_ages_and_latencies_sort_by_time_not_by_text(devices: RowsModel[DeviceView]) -> None:
    sort(devices, "age", falling=True)
    assert column(devices, "age")[:2] == ["–", "3 h 12 min"]
    sort(devices, "latency")
    told = [int(text) for text in column(devices, "latency") if text != "–"]
    assert told == sorted(told)
    assert told[0] == 32


def test_a_clock_of_the_core_ahead_of_ours_gives_no_negative_age(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    ahead = view("Nyvej 1", "Birkely")
    standing = replace(ahead.standing, last_answer_at=NOON + timedelta(seconds=40))
    model = table_of(make_desk(), [replace(ahead, standing=standing)])
    assert column(model, "age") == ["0 s"]


def test_the_last_error_speaks_up_only_while_it_still_holds(
    make_desk: MakeDesk,
) -> None:
    said = "Birkevej 27: no answer within 1.5 s"
    for presence, tone in ((Presence.LATE, Tone.NORMAL), (Presence.ON, Tone.QUIET)):
        made = view("Birkevej 27", "Birkely", presence)
        made = replace(made, standing=replace(made.standing, last_error=said))
        model = table_of(make_desk(), [made])
        assert cell(model, 0, "error").text == said
        assert cell(model, 0, "error").tone is tone


def test_the_newest_standing_is_told_without_listing_anew(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    model = table_of(desk, smallplant.substations())
    standing = model.rows[0].standing
    gone = replace(standing, presence=Presence.OFFLINE, latency_ms=None, last_error="gone")
    desk.feed.offer_standings([gone])
    desk.feed.refresh()
    assert column(model, "state")[0] == "Offline"
    assert column(model, "latency")[0] == "–"
    assert column(model, "error")[0] == "gone"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"host": "10.0.0.14", "port": 502}, "10.0.0.14:502 · unit 3"),
        ({"host": "10.0.0.14"}, "10.0.0.14 · unit 3"),
        ({"device": "/dev/ttyUSB0"}, "/dev/ttyUSB0 · unit 3"),
        ({"port": "COM3"}, "Line 2 · unit 3"),
        ({}, "Line 2 · unit 3"),
        ({"host": MARKUP, "port": 1}, f"{MARKUP}:1 · unit 3"),
    ],
)
def test_an_address_tells_the_line_where_it_has_no_host(
    options: dict[str, str | int], text: str
) -> None:
    made = view("Nyvej 1", "Birkely", number=2)
    link = replace(made.link, name="Line 2", options=dict(options))
    assert address_text(replace(made, link=link)) == text


def test_a_meter_is_told_by_its_makers_number_and_by_no_unit_it_has_not() -> None:
    made = view("Nyvej 1", "Birkely", number=2)
    link = replace(made.link, name="Street", options={})
    config = replace(made.config, options={"secondary": "1234abcd"})
    told = address_text(replace(made, link=link, config=config))
    assert told == "Street · 1234ABCD"


def test_a_device_nobody_could_identify_says_so(make_desk: MakeDesk) -> None:
    model = table_of(make_desk(), [view("Nyvej 1", "Birkely", label="")])
    assert column(model, "application") == ["not identified yet"]


@pytest.mark.parametrize("name", [LONG, MARKUP])
def test_names_are_told_as_people_wrote_them(make_desk: MakeDesk, name: str) -> None:
    made = view(name, name, label=name)
    model = table_of(make_desk(), [made])
    for each in ("name", "area", "application"):
        assert column(model, each) == [name]
        at = [one.id for one in model.columns].index(each)
        tip = model.data(model.index(0, at), Qt.ItemDataRole.ToolTipRole)
        assert "<b>x" not in tip


def test_a_thousand_devices_are_found_by_address_and_by_trouble(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    views = many(1000)
    desk = make_desk(FakeServices(views, ()))
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    model = table_of(desk, views)
    model.find("10.0.0.777:502")
    assert [each.config.name for each in model.rows] == ["Station 00777"]
    model.find("offline")
    assert model.rowCount() == 50
    model.find("")
    assert model.rowCount() == 1000
    assert sort(model, "name")[0] == "Station 00000"

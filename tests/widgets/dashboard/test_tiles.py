"""Each kind of tile tells what is so: gaps are gaps, who is missing is counted, units kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.series import Series
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from tests.widgets.eyes import LONG, MARKUP, words
from widgets.controls.card import Elided
from widgets.controls.quality import Shown, Style
from widgets.controls.table import AROUND_PX
from widgets.controls.valuepainter import value_width
from widgets.dashboard.asking import Form, number_of
from widgets.dashboard.bars import Share, ShareBar, TargetBar
from widgets.dashboard.rolevalues import (
    Alike,
    Held,
    common_unit,
    factor_to,
    kinds_of_values,
    sum_words,
)
from widgets.dashboard.spark import Spark, _lines, decimals_of, nice_steps
from widgets.dashboard.tiles.chart import ChartTile
from widgets.dashboard.tiles.diagram import DiagramTile
from widgets.dashboard.tiles.keyfigure import KeyFigureTile
from widgets.dashboard.tiles.value import ValueTile
from widgets.dashboard.tiles.worst import WorstTile
from widgets.dashboard.tiletype import Given, Options, kinds_of_tiles
from widgets.pagetype import Show
from widgets.speech import speak

MakeDesk = Callable[..., Desk]


def given(desk: Desk, options: Options) -> Given:
    return Given(desk.context, options, lambda _detail: QWidget(), Elided(), Elided())


def shown(desk: Desk, qtbot: QtBot, made: QWidget) -> QWidget:
    qtbot.addWidget(made)
    made.resize(500, 280)
    made.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    return made


def held(name: str, value: float | None, unit: str, quality: Quality = Quality.GOOD) -> Held:
    spec = PointSpec("power", "Power", unit, 1)
    point = PointId(f"{name}.power")
    reading = None if value is None else Reading(point, value, quality, NOON, "")
    return Held(DeviceId(name), point, spec, reading)


def alike(unit: str, count: int) -> Alike:
    devices = [DeviceId(f"{unit}{number}") for number in range(count)]
    points = [PointId(f"{device}.power") for device in devices]
    return Alike(PointSpec("power", "Power", unit, 1), devices, points)


def test_power_in_different_units_is_one_quantity_and_energy_is_not() -> None:
    meters = [alike("kW", 2), alike("W", 1), alike("MW", 1)]
    assert common_unit(meters) == "kW"
    assert [factor_to("kW", each.spec.unit) for each in meters] == [1.0, 0.001, 1000.0]
    assert factor_to("kW", "kWh") is None
    assert factor_to("l/h", "m³/h") == 1000.0
    assert common_unit([]) == ""


def test_what_is_not_of_now_counts_as_missing() -> None:
    assert held("a", 5.0, "kW", Quality.STALE).number is None
    assert held("a", None, "kW").number is None
    assert held("a", 5.0, "kW", Quality.MANUAL).number == 5.0


def test_a_heat_meter_and_an_electricity_meter_are_told_apart() -> None:
    power, supply = PointSpec("p", "Power", "kW"), PointSpec("t", "Supply", "°C")
    heat = {"meter.power": power, "meter.supply": supply}
    kinds = kinds_of_values()
    assert kinds["power"].spec(heat) is power
    assert kinds["electric"].spec(heat) is None
    assert kinds["power"].spec({"meter.power": power}) is None
    assert kinds["electric"].spec({"meter.power": power}) is power
    assert {name for name, (_word, _sum) in sum_words().items()} >= {"mean", "median", "total"}


def test_a_key_figure_counts_who_is_missing_and_judges_its_target(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tile = KeyFigureTile(given(desk, {"role": "return", "target": "37,0", "good": "low"}))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: tile.figure.text() == "33.3")
    assert any("target ≤ 37.0, met" in each for each in words(tile))
    room = KeyFigureTile(given(desk, {"role": "room", "how": "mean"}))
    shown(desk, qtbot, room)  # every room sensor of this plant is stale
    qtbot.waitUntil(lambda: any("that have no value" in each for each in words(room)))
    assert room.figure.text() == "–"


def test_a_key_figure_counts_no_devices_before_anybody_listed_them(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices.empty()
    services.plant.away = "nobody is there"
    desk = make_desk(services)
    tile = KeyFigureTile(given(desk, {"role": "return"}))
    qtbot.addWidget(tile)
    assert words(tile)
    assert not any("0 devices" in each for each in words(tile))
    qtbot.waitUntil(lambda: any("nobody is there" in each for each in words(tile)))
    assert tile.figure.text() == "–"
    services.plant.away = ""
    desk.directory.refresh()
    qtbot.waitUntil(lambda: any("0 devices" in each for each in words(tile)))


def test_the_worst_come_first_and_the_silent_last(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tile = WorstTile(given(desk, {"role": "return", "end": "highest"}))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: len(tile.table.rows_model.rows) > 0)
    views = [view.config.id for view in desk.directory.views if view.config.enabled]
    hot = replace(smallplant.readings(views[3])[2], value=88.8)
    cold = replace(smallplant.readings(views[1])[2], quality=Quality.STALE)
    qtbot.waitUntil(lambda: desk.feed.latest(hot.point) is not None)
    desk.feed.offer([hot, cold])
    desk.feed.refresh()
    QCursor.setPos(5000, 5000)  # not over the table: there nothing would move
    tile.table.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    tile.values.changed.emit()
    rows = tile.table.rows_model.rows
    finer = replace(rows[0].spec, decimals=rows[0].spec.decimals + 2)
    assert tile._alike(finer) == rows[0].spec, "figures of one column stand on one mark"
    assert tile._alike(rows[0].spec) is rows[0].spec
    foreign = replace(finer, unit="K")
    assert tile._alike(foreign) is foreign, "of another unit it is told as it is"
    assert rows[0].device == views[3]
    assert rows[-1].device == views[1]
    tile.table.setFocus()
    tile.table.selectRow(0)
    key(tile.table, Qt.Key.Key_Return)
    assert desk.shown[-1] == Show("device", views[3], hot.point, part="overview")


def test_a_stale_value_of_a_list_has_room_for_its_age(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tile = WorstTile(given(desk, {"role": "return", "end": "highest"}))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: len(tile.table.rows_model.rows) > 0)
    head, ground = tile.table.horizontalHeader(), tile.table.viewport()
    assert head is not None
    assert ground is not None
    for width in (288, 400, 420, 500, 640):
        tile.resize(width, 300)
        QApplication.processEvents()
        at = [each.id for each in tile.table.rows_model.columns].index("value")
        oldest = Shown("\u221212.4", Style.STALE, "°C", "23 h 59 min")
        room = head.sectionSize(at) - AROUND_PX
        assert value_width(oldest, strong=True, decimals=1) <= room
        assert head.sectionViewportPosition(at) + head.sectionSize(at) <= ground.width()


def test_a_value_tile_shows_quality_and_is_a_door(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tile = ValueTile(given(desk, {"point": "ahornvej-14.s2"}))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: tile.figure is not None and "20.8" in tile.figure.text)
    assert tile.figure is not None
    assert "stale, 14 min old" in tile.figure.text
    key(tile.figure, Qt.Key.Key_Return)
    point = PointId("ahornvej-14.s2")
    assert desk.shown[-1] == Show("device", AHORNVEJ, point, part="chart")


@pytest.mark.parametrize(
    ("options", "says"),
    [({}, "No value was chosen yet."), ({"point": "gone.s1"}, "not in the project any more")],
)
def test_a_value_tile_without_its_point_says_so(
    make_desk: MakeDesk, qtbot: QtBot, options: Options, says: str
) -> None:
    desk = make_desk()
    tile = ValueTile(given(desk, options))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: any(says in each for each in words(tile)))


def test_a_chart_tile_draws_its_points_and_leads_to_the_chart(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    points: Options = {"points": ["ahornvej-14.s3", "ahornvej-14.s5"], "hours": 6}
    tile = ChartTile(given(desk, points))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: tile.spark is not None and len(tile.spark._series) == 2)
    assert any("S3 Heating flow" in each for each in words(tile))
    tile.grab()


def test_points_kept_by_nobody_draw_nothing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    for kept in ({"points": 7}, {"points": [3, None]}, {"hours": "many"}, {}):
        tile = ChartTile(given(desk, kept))  # type: ignore[arg-type]
        shown(desk, qtbot, tile)
        assert tile.points == []
        assert tile.hours == 24
        assert "No value was chosen yet." in words(tile)


class Gap(FakeHistory):
    """Two hours were not measured."""

    async def range(self, *args: object, **more: object) -> Sequence[Series]:
        whole = await super().range(*args, **more)  # type: ignore[arg-type]
        return [
            Series(
                each.point,
                np.concatenate((each.times_ms[:10], each.times_ms[18:])),
                np.concatenate((each.values[:10], each.values[18:])),
                np.concatenate((each.quality[:10], each.quality[18:])),
            )
            for each in whole
        ]


def test_where_nothing_was_measured_no_line_is_drawn(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.history = Gap()
    desk = make_desk(services)
    spark = Spark(desk.context, [(point_id(AHORNVEJ, "s3"), smallplant.READINGS[1])])
    shown(desk, qtbot, spark)
    qtbot.waitUntil(lambda: bool(spark._series))
    assert len(_lines(spark._series[0])) == 2
    spark.grab()


@pytest.mark.parametrize(("minutes", "lines"), [(30, False), (90, True)])
def test_a_line_in_a_tile_waits_for_an_hour_of_history(
    make_desk: MakeDesk, qtbot: QtBot, minutes: int, lines: bool
) -> None:
    desk = make_desk()
    point = point_id(AHORNVEJ, "s3")
    spark = Spark(desk.context, [(point, smallplant.READINGS[1])], bare=True)
    shown(desk, qtbot, spark)
    qtbot.waitUntil(lambda: bool(spark._series))
    end = int(NOON.timestamp() * 1000)
    times = end - np.arange(minutes, -1, -10, dtype=np.int64) * 60_000
    values = np.linspace(40.0, 40.2, len(times))
    spark._take([])
    empty = spark.grab().toImage()
    spark._take([Series(point, times, values, np.zeros(len(times), np.uint8))])
    assert (spark.grab().toImage() != empty) is lines


def test_an_empty_history_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(now=lambda: NOON - timedelta(days=900))
    spark = Spark(desk.context, [(point_id(AHORNVEJ, "s3"), smallplant.READINGS[1])])
    spark._take([])
    assert spark._bounds() == (None, None)
    shown(desk, qtbot, spark)
    spark.grab()


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (27.5, 55.0, [30, 40, 50]),
        (0.0, 1.0, [0.0, 0.5, 1.0]),
        (-3.2, 4.1, [0.0]),
        (1200.0, 5800.0, [2000, 4000]),
    ],
)
def test_the_axis_has_round_numbers(low: float, high: float, steps: list[float]) -> None:
    found = nice_steps(low, high)
    assert set(steps) <= {round(each, 6) for each in found}
    assert all(low - 1e-9 <= each <= high + 1e-9 for each in found)
    assert decimals_of(low, high) in (0, 1)


def test_a_diagram_tile_asks_for_its_device_or_says_what_is_missing(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tile = DiagramTile(given(desk, {"device": AHORNVEJ}))
    shown(desk, qtbot, tile)
    qtbot.waitUntil(lambda: "Asking for the device …" not in words(tile))
    none = DiagramTile(given(desk, {}))
    shown(desk, qtbot, none)
    assert "No device was chosen yet." in words(none)
    gone = DiagramTile(given(desk, {"device": "gone"}))
    shown(desk, qtbot, gone)
    qtbot.waitUntil(lambda: any("there is no device" in each for each in words(gone)))


def test_a_note_is_shown_as_it_was_written(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    note = kinds_of_tiles()["note"].build(given(desk, {"title": LONG, "text": MARKUP}))
    shown(desk, qtbot, note)
    [text] = [each for each in note.findChildren(QLabel) if each.text()]
    assert (text.text(), text.textFormat()) == (MARKUP, Qt.TextFormat.PlainText)


def answer(form: QDialog, **answers: str) -> None:
    for name, text in answers.items():
        for each in form.findChildren(QWidget):
            if each.accessibleName() == name and isinstance(each, QLineEdit):
                each.setText(text)
            elif each.accessibleName() == name and isinstance(each, QComboBox):
                each.setCurrentIndex(each.findText(text))


def test_a_form_gives_back_what_was_answered(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = Form("Key figure", parent)
    form.choice("how", "Over all devices", {"mean": "mean", "total": "total"}, "total")
    form.line("target", "Target", "")
    form.lines("text", "Text", "a\nb")
    assert form.answers() == {"how": "total", "target": "", "text": "a\nb"}
    answer(form, **{"Over all devices": "mean", "Target": "37,5"})
    assert form.answers()["how"] == "mean"
    assert number_of(form.answers(), "target") == 37.5
    assert number_of({"target": "warm"}, "target") is None
    assert number_of({"target": 37.5}, "target") == 37.5
    assert number_of({"target": True}, "target") is None
    assert number_of({"target": "1,500"}, "target") is None  # kept as typed: it meant two
    assert number_of({}, "target") is None


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [("en", "1,500.5", 1500.5), ("de", "1.500,5", 1500.5), ("de", "37,5", 37.5)],
)
def test_a_target_is_read_as_settings_are(
    qtbot: QtBot, language: str, typed: str, meant: float
) -> None:
    speak(language)
    try:
        parent = QWidget()
        qtbot.addWidget(parent)
        form = Form("Key figure", parent)
        form.number("target", "Target", None, 2)
        answer(form, Target=typed)
        form.accept()
        assert form.numbers == {"target": meant}
        again = Form("Key figure", parent).number("target", "Target", meant, 2)
        again.accept()
        assert again.numbers == {"target": meant}
    finally:
        speak("en")


@pytest.mark.parametrize("typed", ["1,500", "1.500", "warm"])
def test_a_target_that_is_none_or_two_keeps_the_form_open(qtbot: QtBot, typed: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = Form("Key figure", parent)
    form.number("target", "Target", None, 2)
    form.show()
    answer(form, Target=typed)
    form.accept()
    assert form.isVisible()
    assert form.says.isVisible()
    assert typed in form.says.text()
    answer(form, Target="")
    form.accept()
    assert form.numbers == {"target": None}


def test_bars_of_any_shares_can_be_drawn(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    bar, target = ShareBar(desk.look), TargetBar(desk.look)
    for each in (bar, target):
        qtbot.addWidget(each)
        each.resize(120, 12)
    for shares in (
        [],
        [Share(0)],
        [Share(9999), Share(1, hollow=True), Share(1, "symbol_run")],
    ):
        bar.show_shares(shares, "said")
        bar.grab()
    assert bar.accessibleName() == "said"
    for value, goal in ((None, 0.0), (38.6, 37.0), (-1.0, 0.0), (1e9, 1.0)):
        target.show_value(value, goal, low_is_good=True)
        target.grab()


def test_without_the_right_to_alarms_the_tile_says_so(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    from widgets.dashboard.board import Place, Tile
    from widgets.dashboard.frame import TileFrame

    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    desk = make_desk(viewer=guest)
    kind = kinds_of_tiles()["alarms"]
    tile = Tile("a", "alarms", Place(0, 0, 2, 2))
    frame = TileFrame(desk.context, kind, tile, lambda _detail: None)
    shown(desk, qtbot, frame)
    assert "You may not see what stands here." in words(frame)
    QApplication.processEvents()

"""Columns over points: value with quality, age and place; sorted as a person expects."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec, ValueKind
from app.model.reading import Origin, Quality, Reading, Value, point_id
from tests.fakes import smallplant
from tests.fakes.smallplant import AHORNVEJ, NOON, READINGS, SETTINGS
from tests.widgets.eyes import LONG, MARKUP, cell, column
from widgets.controls.quality import quality_word, shown
from widgets.fonts import BODY_PX, font
from widgets.models.points import (
    PointCells,
    group_text,
    most_decimals,
    reading_columns,
)
from widgets.models.rows import RowsModel, Tone

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FALLING = Qt.SortOrder.DescendingOrder


def reading(
    key: str,
    value: Value | None,
    quality: Quality = Quality.GOOD,
    at: datetime = NOON,
    reason: str = "",
) -> Reading:
    return Reading(point_id(AHORNVEJ, key), value, quality, at, reason)


def model_of(
    specs: list[PointSpec],
    readings: dict[str, Reading],
    now: datetime = NOON,
    *,
    narrow: bool = False,
) -> RowsModel[PointSpec]:
    cells = PointCells(lambda spec: readings.get(spec.key), lambda: now, COPENHAGEN)
    made = RowsModel(
        reading_columns(cells, most_decimals(specs), narrow=narrow), lambda spec: spec.key
    )
    made.replace(specs)
    return made


@pytest.fixture
def plant(qtbot: QtBot) -> RowsModel[PointSpec]:
    readings = {
        spec.key: each
        for spec in READINGS
        for each in smallplant.readings(AHORNVEJ, {spec.key})
    }
    return model_of(list(READINGS), readings)


def sort(model: RowsModel[PointSpec], name: str, *, falling: bool = False) -> list[str]:
    at = [each.id for each in model.columns].index(name)
    model.sort(at, FALLING if falling else Qt.SortOrder.AscendingOrder)
    return [spec.key for spec in model.rows]


def test_every_point_says_what_the_value_painter_paints(plant: RowsModel[PointSpec]) -> None:
    for row, spec in enumerate(READINGS):
        [told] = smallplant.readings(AHORNVEJ, {spec.key})
        expected = shown(told, spec, NOON, COPENHAGEN)
        painted = cell(plant, row, "value").shown
        assert painted == replace(expected, unit="")
        assert column(plant, "unit")[row] == spec.unit
        assert column(plant, "quality")[row].split(":")[0] == quality_word(told.quality)


def test_units_stand_once_in_a_column_of_their_own(plant: RowsModel[PointSpec]) -> None:
    values = " ".join(column(plant, "value"))
    assert not any(unit in values for unit in ("°C", "kW", "MWh", "%"))


@pytest.mark.parametrize(
    ("quality", "reason", "words", "tone"),
    [
        (Quality.GOOD, "", "good", Tone.QUIET),
        (Quality.GOOD, "sensor-open", "good", Tone.QUIET),
        (Quality.STALE, "device-late", "stale: no answer since then", Tone.NORMAL),
        (
            Quality.BAD,
            "sensor-open",
            "bad: the sensor is open or not connected",
            Tone.NORMAL,
        ),
        (Quality.OFFLINE, "link-lost", "offline: the connection is lost", Tone.NORMAL),
        (Quality.UNCERTAIN, "", "uncertain", Tone.NORMAL),
        (Quality.MANUAL, "", "put in by hand", Tone.NORMAL),
    ],
)
def test_quality_and_reason_are_told_and_only_trouble_speaks_up(
    quality: Quality, reason: str, words: str, tone: Tone
) -> None:
    value = 20.0 if quality.believable else None
    model = model_of([READINGS[0]], {"s1": reading("s1", value, quality, NOON, reason)})
    said = cell(model, 0, "quality")
    assert (said.text, said.tone) == (words, tone)


def test_a_point_nobody_has_read_yet_says_so_everywhere() -> None:
    model = model_of([READINGS[0]], {})
    assert column(model, "value") == ["–, no value"]
    assert column(model, "quality") == ["not read yet"]
    assert column(model, "age") == ["–"]
    cells = PointCells(lambda _spec: None, lambda: NOON, None)
    assert cells.measured(READINGS[0]).text == ""


def test_numbers_sort_by_size_then_words_then_what_is_missing() -> None:
    values: dict[str, Value | None] = {
        "s1": -2.3,
        "s3": 51.6,
        "s5": 9.0,
        "software": "2.45",
        "s6": None,
        "energy": 10412.68,
    }
    specs = [spec for spec in READINGS if spec.key in values]
    readings = {
        key: reading(key, value, Quality.BAD if value is None else Quality.GOOD)
        for key, value in values.items()
    }
    model = model_of(specs, readings)
    rising = ["s1", "s5", "s3", "energy", "software", "s6"]
    assert sort(model, "value") == rising
    assert sort(model, "value", falling=True) == rising[::-1]


def test_the_oldest_and_the_never_read_stand_at_the_end_of_the_ages() -> None:
    readings = {
        "s1": reading("s1", 1.0, at=NOON - timedelta(hours=3)),
        "s3": reading("s3", 1.0, at=NOON - timedelta(seconds=5)),
        "s5": reading("s5", 1.0, at=NOON + timedelta(seconds=3)),
    }
    model = model_of(list(READINGS[:4]), readings)
    assert sort(model, "age") == ["s5", "s3", "s1", "s2"]
    assert column(model, "age") == ["0 s", "5 s", "3 h 00 min", "–"]


@pytest.mark.parametrize(
    ("column_id", "first"), [("number", "m1"), ("name", "alarms"), ("unit", "p1")]
)
def test_a_column_of_words_or_numbers_sorts_by_its_own(
    plant: RowsModel[PointSpec], column_id: str, first: str
) -> None:
    assert sort(plant, column_id)[0] == first


def test_ages_run_through_the_night_the_clock_goes_back() -> None:
    # 02:59 summer time and 02:01 winter time lie two minutes apart on 25 October 2026.
    before = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)
    after = datetime(2026, 10, 25, 1, 1, tzinfo=UTC)
    model = model_of([READINGS[0]], {"s1": reading("s1", 8.4, at=before)}, after)
    assert column(model, "age") == ["2 min"]


def test_ages_run_through_the_night_the_clock_goes_forward() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    after = datetime(2026, 3, 29, 1, 1, tzinfo=UTC)
    cells = PointCells(lambda _spec: reading("s1", 8.4, at=before), lambda: after, COPENHAGEN)
    assert cells.measured(READINGS[0]).text == "01:59"
    assert cells.age(READINGS[0]).text == "2 min"


def test_a_moment_of_yesterday_tells_its_day_in_the_plant_s_zone() -> None:
    late = datetime(2026, 1, 19, 22, 30, tzinfo=UTC)  # 23:30 in Copenhagen
    past = datetime(2026, 1, 19, 23, 30, tzinfo=UTC)  # already the 20th there
    for at, text in ((late, "19 Jan 2026 23:30"), (past, "00:30")):
        cells = PointCells(
            lambda _spec, at=at: reading("s1", 8.4, at=at),  # type: ignore[misc]
            lambda: NOON,
            COPENHAGEN,
        )
        assert cells.measured(READINGS[0]).text == text


def test_a_value_that_is_a_moment_is_shown_in_the_plant_s_zone() -> None:
    spec = PointSpec("clock", "Clock", kind=ValueKind.TEXT)
    model = model_of([spec], {"clock": reading("clock", NOON)})
    assert column(model, "value") == ["20 Jan 2026 12:00:00"]
    assert sort(model, "value") == ["clock"]


def test_where_a_value_comes_from_is_told_in_its_tip() -> None:
    computed = replace(reading("s1", 8.4), origin=Origin.COMPUTED)
    model = model_of([READINGS[0]], {"s1": computed})
    at = [each.id for each in model.columns].index("value")
    tip = model.data(model.index(0, at), Qt.ItemDataRole.ToolTipRole)
    assert "computed" in tip
    assert "measured 20 Jan 2026 12:00:00" in tip


def test_a_name_and_its_note_are_never_markup_in_the_tip() -> None:
    spec = replace(READINGS[0], name=MARKUP, note=LONG)
    model = model_of([spec], {})
    assert column(model, "name") == [MARKUP]
    at = [each.id for each in model.columns].index("name")
    tip = model.data(model.index(0, at), Qt.ItemDataRole.ToolTipRole)
    assert "<b>x" not in tip
    assert LONG in tip


@pytest.mark.parametrize(
    ("circuit", "group", "text"),
    [
        (1, "Flow temperature", "1 · Flow temperature"),
        (2, "", "circuit 2"),
        (None, "System", "System"),
        (None, "", ""),
        (0, "", "circuit 0"),
    ],
)
def test_a_place_is_told_as_the_controller_has_it(
    circuit: int | None, group: str, text: str
) -> None:
    assert group_text(replace(SETTINGS[0], circuit=circuit, group=group)) == text


def test_room_is_kept_for_the_finest_number_and_for_numbers_alone() -> None:
    assert most_decimals(READINGS) == 2  # energy in MWh
    assert most_decimals([spec for spec in READINGS if spec.key in ("p1", "mode")]) == 0
    assert most_decimals([]) == 0
    flags = replace(READINGS[10], decimals=3)
    assert most_decimals([flags]) == 0


def test_a_narrow_table_leaves_out_the_group_and_nothing_else(qtbot: QtBot) -> None:
    wide = [each.id for each in model_of(list(READINGS), {}).columns]
    narrow = [each.id for each in model_of(list(READINGS), {}, narrow=True).columns]
    assert [each for each in wide if each != "group"] == narrow
    assert len([each for each in model_of(list(READINGS), {}).columns if each.stretch]) == 1


def test_points_are_found_by_name_number_unit_value_and_quality(
    plant: RowsModel[PointSpec],
) -> None:
    for words, keys in {
        "10203": ["s3"],
        "heating return": ["s5"],
        "mwh": ["energy"],
        "stale": ["s2"],
        "sensor open": ["s6"],
        "defective": ["alarms"],
        "scheduled": ["mode"],
        "no such point": [],
    }.items():
        plant.find(words)
        assert [spec.key for spec in plant.rows] == keys, words


def test_a_unit_of_many_words_has_room_in_its_column(qtbot: QtBot) -> None:
    cells = PointCells(lambda _spec: None, lambda: NOON, COPENHAGEN)
    long = "enhed ikke indstillet"
    [unit] = [
        each for each in reading_columns(cells, 1, units=["°C", long]) if each.id == "unit"
    ]
    assert unit.width > QFontMetrics(font(BODY_PX)).horizontalAdvance(long) + 16
    [plain] = [each for each in reading_columns(cells, 1, units=["°C"]) if each.id == "unit"]
    assert plain.width == 64

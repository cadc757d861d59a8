"""The same quantity of many devices stands in one unit and column, as finely as it is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON, view
from widgets.controls.quality import Style
from widgets.models.measured import (
    BY_ID,
    MEASURES,
    OF_EM_METERS,
    Measurements,
    _factor,
    measured_columns,
    meter_columns,
)
from widgets.models.rows import RowsModel

MakeDesk = Callable[..., Desk]
METER = view("Main meter", "Havnen")
PLACE = point_id(METER.config.id, "flow")


def values_of(
    make_desk: MakeDesk, qtbot: QtBot, spec: PointSpec, value: float | None, **more: object
) -> Measurements:
    services = FakeServices([METER], ())
    services.plant.details[METER.config.id] = replace(smallplant.detail(METER), points=(spec,))
    desk = make_desk(services)
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    desk.directory.roles(METER.config.id)
    qtbot.waitUntil(lambda: bool(desk.directory.roles(METER.config.id)))
    quality = more.get("quality", Quality.GOOD)
    assert isinstance(quality, Quality)
    desk.feed.offer([Reading(PLACE, value, quality, NOON)])
    desk.feed.refresh()
    return values


@pytest.mark.parametrize(
    ("role", "unit", "value", "measure", "text"),
    [
        ("meter.flow", "l/h", 1282.0, "volume_flow", "1.28"),
        ("meter.flow", "m³/h", 1.282, "volume_flow", "1.28"),
        ("meter.power", "W", 6075.1, "power", "6.1"),
        ("meter.energy", "kWh", 12345.0, "energy", "12.35"),
        ("meter.energy", "GJ", 36.0, "energy", "10.00"),
        ("temperature.return", "°C", 37.94, "return", "37.9"),
    ],
)
def test_a_value_is_shown_in_the_unit_of_its_column(
    make_desk: MakeDesk,
    qtbot: QtBot,
    role: str,
    unit: str,
    value: float,
    measure: str,
    text: str,
) -> None:
    spec = PointSpec("flow", "Flow", unit, 3, role=role)
    values = values_of(make_desk, qtbot, spec, value)
    told = values.cell(METER, BY_ID[measure]).shown
    assert told is not None
    assert (told.text, told.unit) == (text, "")
    door = values.door(METER, BY_ID[measure])
    assert door is not None
    assert door.spec.unit == unit  # the door leads to the point as the device tells it


def test_no_more_decimals_than_the_source_resolves(make_desk: MakeDesk, qtbot: QtBot) -> None:
    coarse = PointSpec("flow", "Flow", "m³/h", 0, role="meter.flow")
    told = values_of(make_desk, qtbot, coarse, 3.0).cell(METER, BY_ID["volume_flow"]).shown
    assert told is not None
    assert told.text == "3"


def test_a_unit_nobody_can_turn_is_told_and_not_compared(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    odd = PointSpec("flow", "Flow", "hp", 1, role="meter.power")
    values = values_of(make_desk, qtbot, odd, 3.0)
    told = values.cell(METER, BY_ID["power"]).shown
    assert told is not None
    assert told.unit == "hp"
    assert values.value(METER, BY_ID["power"]) is None
    assert values.order(METER, BY_ID["power"]) == float("-inf")


def test_a_lost_value_is_a_dash_with_its_quality(make_desk: MakeDesk, qtbot: QtBot) -> None:
    spec = PointSpec("flow", "Flow", "l/h", 1, role="meter.flow")
    values = values_of(make_desk, qtbot, spec, None, quality=Quality.BAD)
    told = values.cell(METER, BY_ID["volume_flow"]).shown
    assert told is not None
    assert (told.text, told.style) == ("–", Style.BAD)


def test_a_cell_tells_all_about_its_value_to_who_points_at_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    spec = PointSpec("flow", "Flow", "l/h", 1, role="meter.flow")
    values = values_of(make_desk, qtbot, spec, 1282.0)
    rows = RowsModel(measured_columns(values), lambda each: each.config.id)
    rows.replace([METER])
    ids = [column.id for column in rows.columns]
    told = [
        rows.index(0, ids.index(name)).data(Qt.ItemDataRole.ToolTipRole)
        for name in ("volume_flow", "dhw")
    ]
    assert "1.28 m³/h · good" in told[0]
    assert told[1] == ""


def test_what_was_heard_of_is_unread_no_more(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices([METER], ())
    spec = PointSpec("flow", "Flow", "l/h", 1, role="meter.flow")
    services.plant.details[METER.config.id] = replace(smallplant.detail(METER), points=(spec,))
    desk = make_desk(services)
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    qtbot.waitUntil(lambda: values.unread() == [PLACE])
    assert values.above(BY_ID["volume_flow"], 1.0) == set()
    desk.feed.offer([Reading(PLACE, 1282.0, Quality.GOOD, NOON)])
    desk.feed.refresh()
    assert values.unread() == []
    assert values.above(BY_ID["volume_flow"], 1.0) == {METER.config.id}
    assert values.above(BY_ID["volume_flow"], 1.3) == set()


def test_a_device_without_the_quantity_has_an_empty_cell(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    spec = PointSpec("flow", "Flow", "l/h", 1, role="meter.flow")
    values = values_of(make_desk, qtbot, spec, 5.0)
    assert values.cell(METER, BY_ID["dhw"]).spoken == ""
    assert values.door(METER, BY_ID["dhw"]) is None
    assert values.unread() == []


def test_the_first_of_a_role_is_the_one_meant(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices([METER], ())
    both = (
        PointSpec("one", "Circuit 1", "°C", role="temperature.supply"),
        PointSpec("two", "Circuit 2", "°C", role="temperature.supply"),
    )
    services.plant.details[METER.config.id] = replace(smallplant.detail(METER), points=both)
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    qtbot.waitUntil(lambda: bool(desk.directory.roles(METER.config.id)))
    assert desk.directory.roles(METER.config.id)["temperature.supply"].key == "one"


def test_every_quantity_has_a_head_with_its_unit(make_desk: MakeDesk) -> None:
    desk = make_desk()
    columns = measured_columns(Measurements(desk.directory, desk.feed, desk.now, None))
    heads = [column.title() for column in columns]
    assert heads[:3] == ["Supply °C", "Set point °C", "Return °C"]
    assert len({column.id for column in columns}) == len(MEASURES)


def test_meters_of_controllers_have_columns_where_a_controller_reads_some(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    assert meter_columns(values, {"meter.energy", "temperature.supply"}) == []
    one = meter_columns(values, {"em2.power", "em5.volume"})
    assert [(each.id, each.title()) for each in one] == [
        ("em2_power", "EM2 Power kW"),
        ("em5_volume", "EM5 Volume m³"),
    ]
    assert len(OF_EM_METERS) == 30
    assert len({each.roles for each in OF_EM_METERS}) == 30


def test_a_large_or_small_unit_of_a_meter_is_turned_into_that_of_its_column() -> None:
    for unit, own, factor in (("MW", "em1_power", 1e3), ("l", "em1_volume", 1e-3)):
        spec = PointSpec("x", "X", unit, 0, role=BY_ID[own].roles[0])
        assert _factor(spec, BY_ID[own]) == factor

"""Settings stand as the controller groups them, with what is known of each."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import split_point
from tests.fakes import smallplant
from tests.fakes.smallplant import AHORNVEJ, NOON, SETTINGS
from widgets.models.rows import CELL, Cell
from widgets.models.settings import SettingsModel, circuit_text, setting_rows
from widgets.models.staging import Staging


def model(specs: Sequence[PointSpec] = SETTINGS, *, editable: bool = True) -> SettingsModel:
    made = SettingsModel(
        Staging(), lambda: NOON, None, circuits={1: "Heating"}, editable=editable
    )
    made.replace(setting_rows(specs))
    readings = {split_point(each.point)[1]: each for each in smallplant.readings(AHORNVEJ)}
    made.take_readings(readings)
    return made


def at(rows: SettingsModel, key: str, column: str) -> Cell:
    ids = [each.id for each in rows.columns]
    position = rows.position(key)
    assert position is not None
    cell = rows.index(position, ids.index(column)).data(CELL)
    assert isinstance(cell, Cell)
    return cell


def edit(rows: SettingsModel, key: str, text: str) -> bool:
    ids = [each.id for each in rows.columns]
    position = rows.position(key)
    assert position is not None
    return rows.setData(rows.index(position, ids.index("value")), text)


def test_circuits_come_in_order_and_the_common_controller_last(qtbot: QtBot) -> None:
    heads = [(row.circuit, row.group) for row in model().rows if row.spec is None]
    assert heads == [
        (1, "Flow temperature"),
        (1, "Room limit"),
        (1, "Return limit"),
        (1, "Mode"),
        (2, "Set points"),
        (2, "Anti-bacteria"),
        (None, "System"),
    ]


def test_a_head_names_its_circuit_as_the_application_does(qtbot: QtBot) -> None:
    rows = model()
    assert rows.index(0, 0).data(CELL).text == "Heating · Flow temperature"
    assert "Circuit 2 · Set points" in {
        rows.index(row, 0).data(CELL).text for row in range(rows.rowCount())
    }


def test_many_choices_are_counted_and_none_of_them_is_cut(qtbot: QtBot) -> None:
    """As an order to a meter has them: what is left of a cut list would be another list."""
    words = {1: "all", 2: "user data", 3: "simple billing", 4: "enhanced billing"}
    order = PointSpec(
        "readout",
        "Readout",
        kind=ValueKind.CHOICE,
        choices=words,
        write=WriteRules(momentary=True),
    )
    few = replace(order, key="few", choices={1: "on", 2: "off"})
    numbers = PointSpec("n", "Number", write=WriteRules(allow=tuple(range(1, 17))))
    long = PointSpec("l", "Long", write=WriteRules(0, 4_294_967_295))
    rows = model([order, few, numbers, long])
    cell = at(rows, "readout", "range")
    assert (cell.text, cell.tip) == ("4 choices", ", ".join(words.values()))
    assert at(rows, "few", "range").text == "on, off"
    assert at(rows, "n", "range").text == "16 choices"
    assert at(rows, "n", "range").tip.endswith("15, 16")
    assert "4" in at(rows, "l", "range").text, "a span is told, however long"
    assert at(rows, "l", "range").tip == ""


def test_a_row_tells_range_unit_default_access_and_value(qtbot: QtBot) -> None:
    rows = model()
    texts = {column.id: at(rows, "p11029", column.id).spoken for column in rows.columns}
    assert texts["range"] == "OFF, 10 – 110"
    assert texts["unit"] == "°C"
    assert texts["default"] == "–"
    assert texts["category"] == "limited"
    assert texts["value"] == "OFF"
    assert at(rows, "p11175", "default").strong
    assert at(rows, "address", "category").text == "read only"


def test_the_last_change_is_told_with_how_it_ended(qtbot: QtBot) -> None:
    rows = model()
    rows.take_changes(
        {
            "p11175": WriteResult(
                AHORNVEJ, "p11175", 1.3, 1.2, None, WriteState.UNCONFIRMED, "no answer", NOON
            )
        }
    )
    cell = at(rows, "p11175", "changed")
    assert (cell.text, cell.tip) == ("20 Jan 2026", "no answer")
    assert cell.mark is not None


def test_only_the_value_of_a_setting_can_be_edited(qtbot: QtBot) -> None:
    rows = model()
    editable = {
        (rows.rows[row].key, rows.columns[column].id)
        for row in range(rows.rowCount())
        for column in range(rows.columnCount())
        if rows.flags(rows.index(row, column)) & Qt.ItemFlag.ItemIsEditable
    }
    assert editable == {(spec.key, "value") for spec in SETTINGS if spec.is_setting}
    assert not edit(rows, "group 1 Flow temperature", "5")


def test_who_may_not_write_edits_nothing(qtbot: QtBot) -> None:
    rows = model(editable=False)
    assert not any(
        rows.can_edit(rows.index(row, column))
        for row in range(rows.rowCount())
        for column in range(rows.columnCount())
    )


def test_an_edit_is_staged_and_the_editor_starts_with_it(qtbot: QtBot) -> None:
    rows, told = model(), list[int]()
    rows.on_staged = lambda: told.append(len(rows.staging))
    spec = next(each for each in SETTINGS if each.key == "p12122")
    assert rows.edit_text(spec) == "01:30"
    assert edit(rows, "p12122", "02:30")
    assert told == [1]
    assert rows.edit_text(spec) == "02:30"
    change = rows.staging.get("p12122")
    assert change is not None
    assert (change.old, change.new) == (130.0, 230.0)


@pytest.mark.parametrize("key", ["p11015", "p11029"])
def test_off_can_be_edited_as_a_word(qtbot: QtBot, key: str) -> None:
    rows = model()
    spec = next(each for each in SETTINGS if each.key == key)
    assert rows.edit_text(spec) == "OFF"


def test_a_meter_is_no_controller() -> None:
    assert circuit_text(None, {1: "Heating"}) == "Common controller"
    assert circuit_text(None, {}) == "Device"
    assert circuit_text(1, {1: "Heating"}) == "Heating"
    assert circuit_text(2, {1: "Heating"}) == "Circuit 2"

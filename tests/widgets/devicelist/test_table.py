"""The device table: rows chosen by box, mouse and keys; columns shown as one likes."""

import time
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QObject, QPoint, Qt
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, double_click, key
from tests.fakes.smallplant import many, substations, view
from tests.widgets.eyes import ground
from widgets.devicelist.courses import Courses
from widgets.devicelist.table import CHECK, DeviceTable, check_column
from widgets.models.devicefilter import Plant
from widgets.models.devices import device_columns
from widgets.models.measured import Measurements, measured_columns
from widgets.models.rows import Cell, Column, RowsModel

MakeDesk = Callable[..., Desk]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Stage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.owner = QObject()
        values = Measurements(desk.directory, desk.feed, desk.now, None)
        plant = Plant(desk.directory, values, desk.now)
        columns = (
            check_column(),
            *device_columns(desk.directory, desk.now, plant),
            *measured_columns(values),
        )
        self.model: RowsModel[DeviceView] = RowsModel(columns, lambda each: each.config.id)
        courses = Courses(desk.context, plant, self.owner)
        self.table = DeviceTable(self.model, desk.look, "Devices", courses)
        self.model.setParent(self.table)
        qtbot.addWidget(self.table)
        self.table.resize(1200, 600)
        self.model.replace(substations())
        with qtbot.waitActive(self.table):
            self.table.show()
            self.table.activateWindow()

    def spot(self, row: int, column: str) -> QPoint:
        at = [each.id for each in self.model.columns].index(column)
        return self.table.visualRect(self.model.index(row, at)).center()

    @property
    def chosen(self) -> list[int]:
        ids = [each.config.id for each in self.model.rows]
        return [ids.index(each.config.id) for each in self.table.chosen()]

    @property
    def shown(self) -> list[str]:
        return [column.id for column in self.table.columns_shown()]


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), qtbot)


def test_a_box_adds_and_takes_away_without_letting_others_go(stage: Stage) -> None:
    for row in (1, 3, 5):
        click(ground(stage.table), stage.spot(row, CHECK))
    assert stage.chosen == [1, 3, 5]
    click(ground(stage.table), stage.spot(3, CHECK))
    assert stage.chosen == [1, 5]


def test_a_click_elsewhere_chooses_that_row_alone(stage: Stage) -> None:
    for row in (1, 3):
        click(ground(stage.table), stage.spot(row, CHECK))
    click(ground(stage.table), stage.spot(6, "area"))
    assert stage.chosen == [6]


def test_a_double_click_opens(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.table.opened) as told:
        double_click(ground(stage.table), stage.spot(2, "name"))
    assert told.args is not None
    assert told.args[0].config.id == stage.model.rows[2].config.id


def test_arrows_space_and_shift_choose_by_keys(stage: Stage) -> None:
    table = stage.table
    table.focus_row(0)
    assert stage.chosen == []
    key(table, Qt.Key.Key_Space)
    key(table, Qt.Key.Key_Down, CTRL)
    key(table, Qt.Key.Key_Down, CTRL)
    key(table, Qt.Key.Key_Space)
    assert stage.chosen == [0, 2]
    key(table, Qt.Key.Key_Down, SHIFT)
    assert stage.chosen[-1] == 3
    key(table, Qt.Key.Key_A, CTRL)
    assert len(stage.chosen) == 16
    key(table, Qt.Key.Key_Escape)
    assert stage.chosen == []


def test_the_box_above_tells_none_some_and_all(stage: Stage) -> None:
    states = Qt.CheckState
    box = stage.table.all_box
    assert box.checkState() is states.Unchecked
    stage.table.choose([stage.model.rows[0].config.id])
    assert box.checkState() is states.PartiallyChecked
    box.click()
    assert (box.checkState(), len(stage.chosen)) == (states.Checked, 16)
    box.click()
    assert (box.checkState(), len(stage.chosen)) == (states.Unchecked, 0)


def test_rows_that_leave_the_filter_leave_the_choice(stage: Stage) -> None:
    stage.table.selectAll()
    stage.model.keep(lambda each: each.config.area == "Birkely")
    assert len(stage.chosen) == 5
    stage.model.keep(None)
    assert len(stage.chosen) == 5


def test_the_choice_survives_new_rows_and_another_order(stage: Stage) -> None:
    wanted = [stage.model.rows[at].config.id for at in (2, 4)]
    stage.table.choose(wanted)
    stage.model.replace([view("Aa", "", number=90), *reversed(substations())])
    assert {each.config.id for each in stage.table.chosen()} == set(wanted)


def test_columns_stand_as_one_likes_and_boxes_always_first(stage: Stage) -> None:
    stage.table.show_columns(["power", "name", "state", "power", "unheard of"])
    assert stage.shown == ["power", "name", "state"]
    head = stage.table.horizontalHeader()
    assert head is not None
    assert stage.model.columns[head.logicalIndex(0)].id == CHECK
    stage.table.show_columns(["state", "name"])
    assert stage.shown == ["state", "name"]


def test_a_column_moved_by_hand_is_told_and_kept(stage: Stage, qtbot: QtBot) -> None:
    stage.table.show_columns(["name", "state", "area"])
    head = stage.table.horizontalHeader()
    assert head is not None
    with qtbot.waitSignal(stage.table.arranged):
        head.moveSection(3, 1)
    assert stage.shown == ["area", "name", "state"]


def test_the_focus_ring_closes_at_the_columns_shown(stage: Stage) -> None:
    stage.table.show_columns(["name", "power"])
    ids = [each.id for each in stage.model.columns]
    assert stage.table.edges() == (ids.index(CHECK), ids.index("power"))


def test_a_table_without_devices_has_nothing_to_choose(stage: Stage) -> None:
    stage.model.replace([])
    stage.table.all_box.click()
    stage.table.focus_row(0)
    key(stage.table, Qt.Key.Key_Space)
    assert stage.chosen == []
    assert stage.table.all_box.checkState() is Qt.CheckState.Unchecked


def test_five_thousand_chosen_rows_survive_a_new_order_at_once(stage: Stage) -> None:
    stage.model.replace(many(5000))
    told: list[int] = []
    stage.table.chosen_changed.connect(lambda: told.append(1))
    stage.table.choose([each.config.id for each in stage.model.rows[::2]])
    assert len(told) == 1
    begun = time.process_time()
    stage.model.sort([each.id for each in stage.model.columns].index("name"))
    assert time.process_time() - begun < 1.0
    assert len(stage.table.chosen()) == 2500


def test_columns_that_come_later_are_offered_and_those_wished_for_are_shown(
    stage: Stage,
) -> None:
    later: list[Column[DeviceView]] = [
        Column(name, name.upper, lambda view: Cell(view.config.name))
        for name in ("em1_power", "em2_power")
    ]
    stage.table.show_columns(["name", "em2_power", "power"])
    assert stage.shown == ["name", "power"]
    stage.table.choose([stage.model.rows[3].config.id])
    before = len(stage.model.columns)
    stage.table.add_columns(later)
    assert stage.shown == ["name", "power", "em2_power"], "one was wished for before"
    assert stage.chosen == [3], "what was chosen stays"
    stage.table.add_columns(later)
    assert len(stage.model.columns) == before + 2, "each is there once"
    stage.table.show_columns(["em1_power", "name"])
    assert stage.shown == ["em1_power", "name"]
    at = [each.id for each in stage.model.columns].index("em1_power")
    assert stage.model.index(3, at).data() == stage.model.rows[3].config.name

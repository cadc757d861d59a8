"""Every value leads to its trend, alarm rule, setting, papers: by mouse and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality, Reading, point_id
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, NOON, READINGS, SETTINGS
from tests.people import person
from widgets.controls.alarmlist import AlarmList
from widgets.controls.table import Table
from widgets.devicetabs.settings import SettingsTab
from widgets.devicetabs.tabtype import Subject
from widgets.models.points import PointCells, reading_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import Show
from widgets.valuedoor import Door, KeyedMenu, open_by, open_table, value_menu, value_sentence

MakeDesk = Callable[..., Desk]
_SHIFT = Qt.KeyboardModifier.ShiftModifier
FLOW = READINGS[1]


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk()
    qtbot.waitUntil(lambda: made.directory.is_listed)
    made.feed.seed(smallplant.readings(AHORNVEJ))
    made.feed.refresh()
    return made


def door(spec: PointSpec) -> Door:
    return Door(point_id(AHORNVEJ, spec.key), spec)


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    """Return something on the screen that shows a value."""
    widget = QLabel("52.8 °C")
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def words(menu: QMenu) -> list[str]:
    return [each.text() for each in menu.actions() if each.text()]


def pick(menu: QMenu, text: str) -> None:
    next(each for each in menu.actions() if each.text() == text).trigger()


def copied() -> str:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    return clipboard.text()


def wish(widget: QWidget, at: QPoint, *, by_key: bool = False) -> None:
    reason = QContextMenuEvent.Reason.Keyboard if by_key else QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))


def open_menus(widget: QWidget) -> list[QMenu]:
    return [menu for menu in widget.findChildren(QMenu) if menu.isVisible()]


def close_menus(widget: QWidget) -> None:
    for menu in open_menus(widget):
        menu.close()


def test_a_measured_value_leads_everywhere_one_would_look(desk: Desk, place: QWidget) -> None:
    menu = value_menu(desk.context, door(FLOW), place)
    ways = ["Trend", "Live chart", "Readings", "Alarm rule", "Register", "Device", "Documents"]
    versions, *copies = words(menu)[len(ways) :]
    assert words(menu)[: len(ways)] == ways
    assert (versions, copies) == (
        "Versions of the device",
        ["Copy value", "Copy with time and quality"],
    )
    for text in ways:
        pick(menu, text)
    point = point_id(AHORNVEJ, FLOW.key)
    assert desk.shown == [
        Show("device", AHORNVEJ, point, part=part)
        for part in (
            *("chart", "live", "readings", "alarms", "values", "overview"),
            "documents",
        )
    ]
    pick(menu, versions)
    assert desk.shown[-1] == Show("versions", part=f"device/{AHORNVEJ}")


def test_an_index_leads_to_what_the_rules_found_in_it(desk: Desk, place: QWidget) -> None:
    index = replace(FLOW, role="meter.energy")
    menu = value_menu(desk.context, door(index), place)
    pick(menu, "Findings")
    assert desk.shown == [Show("findings", AHORNVEJ, point_id(AHORNVEJ, FLOW.key))]
    assert "Findings" not in words(value_menu(desk.context, door(FLOW), place))


def test_a_setting_leads_to_its_row(desk: Desk, place: QWidget) -> None:
    menu = value_menu(desk.context, door(SETTINGS[0]), place)
    assert "Register" not in words(menu)
    pick(menu, "Setting")
    assert (desk.shown[0].part, desk.shown[0].point) == (
        "settings",
        point_id(AHORNVEJ, SETTINGS[0].key),
    )


def test_a_word_is_not_offered_as_a_live_chart(desk: Desk, place: QWidget) -> None:
    mode = replace(FLOW, kind=ValueKind.CHOICE)
    assert "Live chart" not in words(value_menu(desk.context, door(mode), place))


def test_a_value_of_the_past_leads_to_its_own_moment(desk: Desk, place: QWidget) -> None:
    earlier = NOON - timedelta(days=3)
    past = replace(door(FLOW), at=earlier)
    pick(value_menu(desk.context, past, place), "Trend")
    assert desk.shown[0].around == earlier


def test_what_one_may_not_open_is_shown_but_locked(make_desk: MakeDesk, place: QWidget) -> None:
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    menu = value_menu(make_desk(viewer=guest).context, door(FLOW), place)
    locked = {each.text() for each in menu.actions() if each.text() and not each.isEnabled()}
    ways = {"Trend", "Live chart", "Readings", "Alarm rule"}
    assert locked == ways | {"Versions of the device"}


def test_a_value_is_copied_bare_or_with_all_that_is_known_of_it(
    desk: Desk, place: QWidget
) -> None:
    stale = next(each for each in READINGS if each.key == "s2")
    menu = value_menu(desk.context, door(stale), place)
    pick(menu, "Copy value")
    assert copied() == "20.8 °C"
    menu = value_menu(desk.context, door(stale), place)
    pick(menu, "Copy with time and quality")
    assert copied().startswith("Ahornvej 14, S2 Room: 20.8 °C, stale")
    assert copied().endswith("CET")


def test_a_broken_sensor_is_copied_with_its_reason_and_without_a_number(desk: Desk) -> None:
    broken = next(each for each in READINGS if each.key == "s6")
    told = value_sentence(desk.context, door(broken))
    assert ": –, bad (" in told


def test_what_was_never_read_is_copied_as_such(desk: Desk) -> None:
    never = PointSpec("nowhere", "S9 Cellar", "°C")
    assert value_sentence(desk.context, door(never)) == "Ahornvej 14, S9 Cellar: not read yet"


def test_a_reading_given_is_copied_in_place_of_the_newest(desk: Desk) -> None:
    point = point_id(AHORNVEJ, FLOW.key)
    old = Reading(point, 31.5, Quality.MANUAL, NOON - timedelta(days=1))
    told = value_sentence(desk.context, Door(point, FLOW, old, old.measured_at))
    assert "31.5 °C, put in by hand" in told


@pytest.mark.parametrize("name", ["<b>Flow</b>", "Flow & return", "חימום", "🔥" * 60])
def test_names_are_shown_as_they_are(desk: Desk, place: QWidget, name: str) -> None:
    odd = replace(FLOW, name=name)
    menu = value_menu(desk.context, door(odd), place)
    assert menu.accessibleName() == name
    assert name in value_sentence(desk.context, door(odd))


@pytest.mark.parametrize("by", ["right click", "Menu key", "Shift+F10", "Qt's own wish"])
def test_right_click_menu_key_and_shift_f10_open_it(
    desk: Desk, place: QWidget, by: str
) -> None:
    asked: list[QPoint | None] = []

    def find(at: QPoint | None) -> tuple[Door, QPoint]:
        asked.append(at)
        return door(FLOW), QPoint(10, 10)

    open_by(place, desk.context, find)
    if by == "right click":
        wish(place, QPoint(3, 4))
    elif by == "Menu key":
        key(place, Qt.Key.Key_Menu)
    elif by == "Shift+F10":
        key(place, Qt.Key.Key_F10, _SHIFT)
    else:
        wish(place, QPoint(0, 0), by_key=True)
    assert asked == [QPoint(3, 4) if by == "right click" else None]
    assert [menu.title() for menu in open_menus(place)] == [FLOW.name]
    wish(place, QPoint(0, 0), by_key=True)  # some systems tell the key twice
    assert len(open_menus(place)) == 1
    close_menus(place)


def test_other_keys_and_places_without_a_value_open_nothing(desk: Desk, place: QWidget) -> None:
    open_by(place, desk.context, lambda _at: None)
    key(place, Qt.Key.Key_F10)
    key(place, Qt.Key.Key_Menu)
    wish(place, QPoint(1, 1))
    assert open_menus(place) == []


def test_in_a_table_it_is_the_value_pointed_at_or_the_one_in_focus(
    desk: Desk, qtbot: QtBot
) -> None:
    cells = PointCells(lambda spec: None, desk.now, None)
    model: RowsModel[PointSpec] = RowsModel(reading_columns(cells, 1), lambda spec: spec.key)
    table = Table(model, desk.look, "Readings")
    qtbot.addWidget(table)
    table.resize(900, 400)
    model.replace(READINGS)
    table.show()
    asked: list[tuple[str, str]] = []

    def door_of(spec: PointSpec, column: str) -> Door:
        asked.append((spec.key, column))
        return door(spec)

    open_table(table, desk.context, door_of)
    ground = table.viewport()
    assert ground is not None
    wish(ground, table.visualRect(model.index(2, 2)).center())
    close_menus(table)
    table.setCurrentIndex(model.index(1, 1))
    key(table, Qt.Key.Key_Menu)
    close_menus(table)
    assert asked == [(READINGS[2].key, "value"), (READINGS[1].key, "name")]
    wish(ground, QPoint(5, 399))
    QApplication.sendEvent(ground, QEvent(QEvent.Type.Leave))
    assert len(asked) == 2 or asked[-1][0] in {spec.key for spec in READINGS}
    close_menus(table)


class Picture(QLabel):
    """Shows values of its own drawing; remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__("a diagram")
        self.asked: list[QContextMenuEvent.Reason] = []

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        assert event is not None
        self.asked.append(event.reason())


def test_a_diagram_is_asked_for_its_menu_by_both_keys(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)
    KeyedMenu(picture)
    key(picture, Qt.Key.Key_Menu)
    key(picture, Qt.Key.Key_F10, _SHIFT)
    key(picture, Qt.Key.Key_F10)
    key(picture, Qt.Key.Key_A)
    assert picture.asked == [QContextMenuEvent.Reason.Keyboard] * 2


def keyed(table: Table[Any], desk: Desk) -> Show:
    key(table, Qt.Key.Key_Menu)
    [menu] = open_menus(table)
    pick(menu, "Documents")
    menu.close()
    return desk.shown[-1]


def test_an_alarm_leads_to_the_value_it_watches(desk: Desk, qtbot: QtBot) -> None:
    found = AlarmList(desk.context, AHORNVEJ)
    qtbot.addWidget(found)
    found.show()
    qtbot.waitUntil(lambda: found.active.rows_model.total > 0)
    point = point_id(AHORNVEJ, "s6")
    qtbot.waitUntil(lambda: desk.directory.spec(point) is not None)
    found.active.setCurrentIndex(found.active.rows_model.index(0, 1))
    shown = keyed(found.active, desk)
    assert (shown.point, shown.around) == (
        point,
        found.active.rows_model.rows[0].alarm.occurred_at,
    )


def test_a_setting_of_the_table_is_a_door_and_the_head_of_its_group_none(
    desk: Desk, qtbot: QtBot
) -> None:
    detail = smallplant.detail(desk.services.plant.views[0])
    tab = SettingsTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.show()
    table = tab.card.table
    rows = list(table.rows_model.rows)
    table.setCurrentIndex(table.rows_model.index(0, 1))
    key(table, Qt.Key.Key_Menu)
    assert open_menus(table) == []
    at = next(nth for nth, row in enumerate(rows) if row.spec is not None)
    table.setCurrentIndex(table.rows_model.index(at, 1))
    assert keyed(table, desk).point == point_id(AHORNVEJ, rows[at].key)

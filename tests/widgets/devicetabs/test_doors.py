"""Every value leads to its trend, its alarms, its papers, by mouse and by keyboard."""

from collections.abc import Callable

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.model.reading import point_id
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, READINGS, SETTINGS
from widgets.devicetabs.doors import value_menu
from widgets.devicetabs.tabtype import Subject
from widgets.devicetabs.values import ValuesTab
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def tab_of(desk: Desk, qtbot: QtBot) -> ValuesTab:
    detail = smallplant.detail(desk.services.plant.views[0])
    desk.feed.seed(smallplant.readings(AHORNVEJ))
    desk.feed.refresh()
    tab = ValuesTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1000, 600)
    tab.show()
    return tab


def words(menu: QMenu) -> list[str]:
    return [each.text() for each in menu.actions() if each.text()]


def pick(menu: QMenu, text: str) -> None:
    next(each for each in menu.actions() if each.text() == text).trigger()


def test_a_value_leads_to_its_trend_alarms_and_papers(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = tab_of(desk, qtbot)
    menu = value_menu(tab.subject, READINGS[1], tab)
    assert words(menu) == ["Trend", "Alarms of the device", "Documents", "Copy"]
    for text in words(menu)[:3]:
        pick(menu, text)
    point = point_id(AHORNVEJ, "s3")
    assert [(each.point, each.part) for each in desk.shown] == [
        (point, "chart"),
        (point, "alarms"),
        (point, "documents"),
    ]


def test_a_setting_leads_to_its_row(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tab = tab_of(desk, qtbot)
    pick(value_menu(tab.subject, SETTINGS[0], tab), "Setting")
    point = point_id(AHORNVEJ, SETTINGS[0].key)
    assert desk.shown == [Show("device", AHORNVEJ, point, part="settings")]


def test_a_copied_value_takes_its_unit_and_quality_along(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = tab_of(make_desk(), qtbot)
    stale = next(each for each in READINGS if each.key == "s2")
    pick(value_menu(tab.subject, stale, tab), "Copy")
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "Ahornvej 14, S2 Room: 20.8 °C, stale, 14 min old"


def test_a_door_one_may_not_open_is_shown_locked(make_desk: MakeDesk, qtbot: QtBot) -> None:
    guest = Viewer("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    tab = tab_of(make_desk(viewer=guest), qtbot)
    menu = value_menu(tab.subject, READINGS[1], tab)
    enabled = {each.text(): each.isEnabled() for each in menu.actions() if each.text()}
    assert enabled == {
        "Trend": False,
        "Alarms of the device": False,
        "Documents": True,
        "Copy": True,
    }


def test_the_menu_opens_on_the_row_pointed_at_or_the_current_one(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = tab_of(make_desk(), qtbot)
    table = tab.table
    assert table.contextMenuPolicy() is Qt.ContextMenuPolicy.CustomContextMenu
    table.selectRow(3)
    table.customContextMenuRequested.emit(
        table.visualRect(table.rows_model.index(1, 0)).center()
    )
    table.customContextMenuRequested.emit(QPoint(5, 5000))
    titles = [menu.title() for menu in table.findChildren(QMenu)]
    rows = table.rows_model.rows
    assert titles == [rows[1].name, rows[3].name]
    for menu in table.findChildren(QMenu):
        menu.close()

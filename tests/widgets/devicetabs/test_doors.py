"""Every value leads to its trend, its alarms, its papers, by mouse and by keyboard."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.model.reading import point_id
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, READINGS
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


def test_a_point_of_the_device_leads_to_its_own_tabs(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tab = tab_of(desk, qtbot)
    menu = value_menu(tab.subject, READINGS[1], tab)
    next(each for each in menu.actions() if each.text() == "Trend").trigger()
    assert desk.shown == [Show("device", AHORNVEJ, point_id(AHORNVEJ, "s3"), part="chart")]


def test_the_menu_opens_on_the_current_row(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = tab_of(make_desk(), qtbot)
    table = tab.table
    table.selectRow(3)
    key(table, Qt.Key.Key_Menu)
    menus = table.findChildren(QMenu)
    assert [menu.title() for menu in menus] == [table.rows_model.rows[3].name]
    for menu in menus:
        menu.close()

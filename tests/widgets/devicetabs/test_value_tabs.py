"""Overview, readings, chart and alarms of one device: what matters first, all of it live."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import widgets.devicetabs
from app.asked import DeviceDetail
from app.model.point import PointSpec
from app.model.reading import Quality, Reading, point_id
from app.plugins import discover
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, double_click, key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON, READINGS, SETTINGS
from tests.widgets.eyes import LONG, MARKUP, cell, column, ground, place, words
from widgets.charts.plot import Plot
from widgets.controls.card import Search
from widgets.controls.table import Table
from widgets.devicetabs.alarms import AlarmsTab
from widgets.devicetabs.chart import ChartTab
from widgets.devicetabs.overview import OverviewTab, key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.devicetabs.values import ValuesTab
from widgets.pagetype import PageContext, Show

MakeDesk = Callable[..., Desk]
MakeTab = Callable[[Subject], Tab]


def detail_of(desk: Desk, points: tuple[PointSpec, ...] | None = None) -> DeviceDetail:
    made = smallplant.detail(desk.services.plant.views[0])
    return made if points is None else replace(made, points=points)


def no_picture(_context: PageContext, _detail: DeviceDetail) -> QWidget | None:
    return None


def opened(desk: Desk, qtbot: QtBot, make: MakeTab, detail: DeviceDetail | None = None) -> Tab:
    """Open a tab over a device whose readings are on the screen already."""
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    desk.feed.seed(smallplant.readings(AHORNVEJ))
    desk.feed.refresh()
    tab = make(Subject(desk.context, detail or detail_of(desk), no_picture))
    qtbot.addWidget(tab)
    tab.resize(1400, 800)
    with qtbot.waitActive(tab):
        tab.show()
        tab.activateWindow()
    return tab


def table_named(tab: Tab, name: str) -> Table[PointSpec]:
    return next(each for each in tab.findChildren(Table) if each.accessibleName() == name)


def tell(desk: Desk, key_of: str, value: float | None, quality: Quality = Quality.GOOD) -> None:
    desk.feed.offer([Reading(point_id(AHORNVEJ, key_of), value, quality, NOON)])
    desk.feed.refresh()


def test_every_tab_there_is_has_its_place_its_title_and_its_right() -> None:
    kinds = sorted(discover(widgets.devicetabs, "TAB", TabType).values(), key=lambda k: k.order)
    assert len({kind.id for kind in kinds}) == len({kind.order for kind in kinds}) == len(kinds)
    assert [kind.title() for kind in kinds][:5] == [
        "Overview",
        "Values",
        "Readings",
        "Consumption",
        "Settings",
    ]
    assert {"chart": Capability.SEE_HISTORY, "alarms": Capability.SEE_ALARMS}.items() <= {
        kind.id: kind.capability for kind in kinds
    }.items()


def test_a_subject_tells_measured_points_before_what_only_identifies(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    texts = PointSpec("aa", "Article"), *READINGS
    subject = Subject(desk.context, detail_of(desk, (*texts, *SETTINGS)), no_picture)
    keys = [spec.key for spec in subject.live_points()]
    assert keys[0] == "s1"
    assert keys.index("aa") > keys.index("energy")
    assert not {spec.key for spec in SETTINGS} & set(keys)
    assert [spec.key for spec in subject.settings()] == [spec.key for spec in SETTINGS]


def test_a_subject_knows_its_points_by_the_device_s_name(make_desk: MakeDesk) -> None:
    desk = make_desk()
    subject = Subject(desk.context, detail_of(desk), no_picture)
    assert subject.latest(READINGS[1]) is None
    tell(desk, "s3", 55.5)
    reading = subject.latest(READINGS[1])
    assert reading is not None
    assert (reading.point, reading.value) == (subject.point(READINGS[1]), 55.5)
    assert subject.device == AHORNVEJ


def test_the_overview_tells_identity_and_the_values_that_matter(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, OverviewTab)
    told = words(tab)
    assert "there is no picture of this application" in told
    assert {"Serial number", "423187751", "Code number", "087H3040"} <= set(told)
    keys = table_named(tab, "Key values")
    assert column(keys.rows_model, "name")[:3] == [
        "S1 Outdoor",
        "S3 Heating flow",
        "S5 Heating return",
    ]
    assert tab.is_ready


def test_key_values_are_as_many_as_there_is_room_for(make_desk: MakeDesk, qtbot: QtBot) -> None:
    many = [replace(READINGS[0], key=f"x{at}", role="temperature") for at in range(40)]
    assert len(key_points(many)) == 14
    tab = opened(make_desk(), qtbot, OverviewTab)
    keys = table_named(tab, "Key values")
    last = keys.rows_model.rowCount() - 1
    assert ground(keys).rect().contains(place(keys, last))
    bar = keys.verticalScrollBar()
    assert bar is not None
    assert bar.maximum() == 0


def test_a_key_value_opens_its_trend_by_mouse_and_by_enter(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot, OverviewTab)
    keys = table_named(tab, "Key values")
    double_click(ground(keys), place(keys, 1))
    key(keys, Qt.Key.Key_Down)
    key(keys, Qt.Key.Key_Return)
    assert [(each.point, each.part) for each in desk.shown] == [
        (point_id(AHORNVEJ, "s3"), "chart"),
        (point_id(AHORNVEJ, "s5"), "chart"),
    ]


def test_the_overview_follows_the_plant(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot, OverviewTab)
    keys = table_named(tab, "Key values")
    before = ground(keys).grab().toImage()
    tell(desk, "s1", 12.5)
    desk.feed.age()
    assert column(keys.rows_model, "value")[0] == "12.5"
    assert ground(keys).grab().toImage() != before
    tell(desk, "s1", None, Quality.OFFLINE)
    assert column(keys.rows_model, "value")[0] == "–, no value"


@pytest.mark.parametrize("make", [OverviewTab, ValuesTab, ChartTab])
def test_a_device_nobody_knows_yet_says_when_its_points_will_appear(
    make_desk: MakeDesk, qtbot: QtBot, make: MakeTab
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot, make, detail_of(desk, ()))
    assert tab.is_ready
    assert any("recognised" in each for each in words(tab))
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "s3")))
    tab.refresh()


@pytest.mark.parametrize("name", [LONG, MARKUP])
def test_long_names_leave_the_overview_as_wide_as_its_window(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    desk = make_desk()
    detail = replace(
        detail_of(desk, tuple(replace(spec, name=name, note=name) for spec in READINGS)),
        identity={"serial": name, "vendor_name": name},
    )
    tab = opened(desk, qtbot, OverviewTab, detail)
    QApplication.processEvents()
    assert tab.width() == 1400
    assert column(table_named(tab, "Key values").rows_model, "name")[0] == name
    for each in tab.findChildren(QLabel):
        assert each.textFormat() is Qt.TextFormat.PlainText or not each.text()


def test_every_reading_is_listed_with_its_quality_and_found_by_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, ValuesTab)
    assert isinstance(tab, ValuesTab)
    model = tab.table.rows_model
    assert model.rowCount() == len(READINGS)
    [search] = tab.findChildren(Search)
    type_text(search, "bad sensor")
    assert column(model, "name") == ["S6 DHW return"]
    key(search, Qt.Key.Key_Escape)
    assert model.rowCount() == len(READINGS)


def test_a_reading_asked_for_is_chosen_and_in_view(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot, ValuesTab)
    assert isinstance(tab, ValuesTab)
    tab.resize(1400, 260)
    QApplication.processEvents()
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "software")))
    assert [spec.key for spec in tab.table.chosen()] == ["software"]
    at = tab.table.rows_model.position("software")
    assert at is not None
    assert ground(tab.table).rect().contains(place(tab.table, at))


def test_a_reading_asked_for_is_chosen_although_a_search_hides_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, ValuesTab)
    assert isinstance(tab, ValuesTab)
    [search] = tab.findChildren(Search)
    type_text(search, "outdoor")
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "software")))
    assert [spec.key for spec in tab.table.chosen()] == ["software"]
    assert search.text() == ""


def test_values_that_arrive_neither_sort_nor_scroll_nor_unchoose(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot, ValuesTab)
    assert isinstance(tab, ValuesTab)
    model = tab.table.rows_model
    ids = [each.id for each in model.columns]
    model.sort(ids.index("value"))
    before = column(model, "name")
    click(ground(tab.table), place(tab.table, 3))
    chosen = [spec.key for spec in tab.table.chosen()]
    tell(desk, "s1", 9000.0)
    desk.feed.age()
    assert column(model, "name") == before
    assert [spec.key for spec in tab.table.chosen()] == chosen
    row = before.index("S1 Outdoor")
    assert cell(model, row, "value").spoken == "9\u00a0000.0"


def test_the_chart_holds_the_values_that_matter_and_at_most_five(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, ChartTab)
    assert isinstance(tab, ChartTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    assert pens(tab) == ["s1", "s3", "s5", "s2", "s4"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [("power", "power"), ("s3", "s1"), ("software", "s1"), ("mode", "s1"), ("nowhere", "s1")],
)
def test_only_a_number_not_yet_drawn_becomes_a_new_pen(
    make_desk: MakeDesk, qtbot: QtBot, asked: str, first: str
) -> None:
    tab = opened(make_desk(), qtbot, ChartTab)
    assert isinstance(tab, ChartTab)
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, asked)))
    assert pens(tab)[0] == first
    assert len(pens(tab)) == 5 + (asked == first)


def test_a_new_pen_leaves_no_second_chart_behind(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot, ChartTab)
    assert isinstance(tab, ChartTab)
    for name in ("power", "energy", "m1"):
        tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, name)))
    QApplication.processEvents()
    assert tab.panel is not None
    body = tab.panel.chart.picture.body
    shown = [
        widget
        for at in range(body.count())
        if (item := body.itemAt(at)) is not None and isinstance(widget := item.widget(), Plot)
    ]
    assert shown == [tab.panel.chart.picture.plot]


def pens(tab: ChartTab) -> list[str]:
    assert tab.panel is not None
    return [subject.spec.key for subject in tab.panel.chart.set.subjects]


def test_the_alarms_of_a_device_are_ready_as_soon_as_they_are_told(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot, AlarmsTab)
    assert isinstance(tab, AlarmsTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    model = tab.list.active.rows_model
    assert column(model, "name")[0] == "DHW return above limit"
    desk.services.alarms.alarms = []
    tab.refresh()
    qtbot.waitUntil(lambda: model.total == 0)
    assert any("No alarm stands." in each for each in words(tab))


def test_a_device_without_alarms_says_so_though_others_have_some(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    others = [each for each in smallplant.alarms() if each.rule.device != AHORNVEJ]
    tab = opened(make_desk(FakeServices(alarms=others)), qtbot, AlarmsTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    assert any("No alarm stands." in each for each in words(tab))


def test_a_value_asked_for_shows_the_rules_that_watch_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(), qtbot, AlarmsTab)
    assert isinstance(tab, AlarmsTab)
    assert tab.rules.isHidden()
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "s6")))
    qtbot.waitUntil(tab.rules.isVisible)
    model = tab.rules.model
    assert column(model, "name") == [
        "DHW return above limit",
        "Flow below desired flow",
        "Manual override on P2",
    ]
    assert column(model, "limit")[0] == "40.0 °C"
    assert column(model, "state")[0] == "in force"
    close = next(
        each for each in tab.rules.findChildren(QPushButton) if each.accessibleName() == "Close"
    )
    click(close)
    assert tab.rules.isHidden()


def test_a_value_no_rule_watches_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot, AlarmsTab)
    assert isinstance(tab, AlarmsTab)
    tab.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "s1")))
    qtbot.waitUntil(tab.rules.isVisible)
    assert tab.rules.says.text() == "No rule watches this value."

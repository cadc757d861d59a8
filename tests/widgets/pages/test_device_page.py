"""A device's page: head, tabs built when opened, and an honest page for what is not known."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.asked import DeviceDetail
from app.model.device import Presence
from app.model.profile import WeekProgram
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from widgets.ataglance.keycard import KeyCard
from widgets.controls.notice import Notice
from widgets.controls.table import Table
from widgets.devicetabs.chart import ChartTab
from widgets.devicetabs.overview import OverviewTab, key_points
from widgets.devicetabs.values import ValuesTab
from widgets.pages.device import DevicePage, Picture
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot, part: str = "", device: DeviceId = AHORNVEJ) -> DevicePage:
    page = DevicePage(desk.context, device)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    page.reveal(Show("device", device, part=part))
    qtbot.waitUntil(page.settled)
    return page


def test_the_head_tells_who_where_and_how(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    head = page._head
    qtbot.waitUntil(lambda: "ECL" in head.beside.text())
    said = "ECL Comfort 310, A266.1 · Skovkvarteret · 10.0.0.1:502 · unit 2"
    assert head.title.text() == "Ahornvej 14"
    assert head.beside.text() == said
    assert head._presence.word.text() == "Online 32 ms"
    qtbot.waitUntil(lambda: head._alarms.word.text() == "3 alarms")
    assert page.crumbs() == ("Skovkvarteret", "Ahornvej 14", "Overview")


def test_the_head_tells_since_when_a_device_is_gone(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    standing = desk.services.plant.views[0].standing
    desk.feed.offer_standings([replace(standing, presence=Presence.OFFLINE, since=NOON)])
    desk.feed.refresh()
    desk.feed.age()
    assert page._head._presence.word.text() == "Offline since 12:00"


def test_only_the_tab_in_front_is_built(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "values")
    assert list(page._tabs) == ["values"]
    assert desk.services.plant.asked_now == []
    page.reveal(Show("device", AHORNVEJ, part="settings"))
    assert list(page._tabs) == ["values", "settings"]
    page.reveal(Show("device", AHORNVEJ))
    assert isinstance(page.tab, type(page._tabs["settings"]))


def test_whichever_tab_was_in_front_before_the_titles_stand_in_the_same_places(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    """Qt measures anew where the new title's width changes, not where the old one's does."""
    bar = opened(make_desk(), qtbot)._bar
    shown = [at for at in range(bar.count()) if bar.isTabVisible(at)]
    for at, before in product(shown, shown):
        bar.setCurrentIndex(before)
        bar.setCurrentIndex(at)
        given = [bar.tabRect(each).width() for each in shown]
        assert given == [bar.tabSizeHint(each).width() for each in shown], (before, at)


def test_readings_are_on_the_screen_as_soon_as_the_page_is(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot, "values")
    tab = page.tab
    assert isinstance(tab, ValuesTab)
    model = tab.table.rows_model
    said = {
        spec.name: [column.cell(spec).spoken for column in model.columns][2:6]
        for spec in model.rows
    }
    assert said["S3 Heating flow"] == ["51.6", "°C", "good", "0 s"]
    assert said["S2 Room"] == [
        "20.8, stale, 14 min old",
        "°C",
        "stale: the connection is lost",
        "14 min",
    ]
    assert said["S6 DHW return"][0] == "–, no usable value"
    assert said["S6 DHW return"][2] == "bad: the sensor is open or not connected"
    assert said["P2 DHW pump"][0] == "On, put in by hand"


def test_a_reading_that_arrives_is_shown(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "values")
    tab = page.tab
    assert isinstance(tab, ValuesTab)
    desk.feed.offer([Reading(point_id(AHORNVEJ, "s3"), 55.5, Quality.GOOD, NOON)])
    desk.feed.refresh()
    row = next(spec for spec in tab.table.rows_model.rows if spec.key == "s3")
    assert tab.table.rows_model.columns[2].cell(row).spoken == "55.5"
    page.reveal(Show("device", AHORNVEJ, point_id(AHORNVEJ, "energy")))
    current = tab.table.current()
    assert current is not None
    assert current.key == "energy"


def test_a_device_nobody_could_identify_gets_an_honest_page(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices([smallplant.view("Ahornvej 14", "", label="")], ())
    page = opened(make_desk(services), qtbot)
    assert isinstance(page.tab, OverviewTab)
    qtbot.waitUntil(lambda: "not identified" in page._head.beside.text())
    for part in ("values", "settings", "chart"):
        page.reveal(Show("device", AHORNVEJ, part=part))
        qtbot.waitUntil(page.settled)


def test_an_unknown_application_shows_its_points_without_a_picture(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    tab = page.tab
    assert tab is not None
    assert tab.findChildren(Picture) == []
    names = [each.accessibleName() for each in tab.findChildren(Table)]
    assert names == ["Values", "Key values"]


def test_a_known_application_shows_its_live_picture(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(_with_picture("a266_1"))
    page = opened(desk, qtbot)
    pictures = page.findChildren(Picture)
    assert len(pictures) == 1
    assert pictures[0].title.text() == "ECL Comfort 310, A266.1"
    desk.look.use("night")
    assert page.grab().toImage() != opened(desk, qtbot, "values").grab().toImage()
    desk.look.use("day")


def test_a_picture_that_does_not_exist_is_told_and_the_rest_goes_on(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(_with_picture("a999_9")), qtbot)
    notice = page.findChildren(Picture)[0].findChildren(Notice)[0]
    assert notice.says.text() == "The picture is not complete."
    assert "a999_9" in notice._technical.text()


def test_an_alarm_on_a_point_marks_the_picture(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(_with_picture("a266_1"))
    page = opened(desk, qtbot)
    before = page.grab().toImage()
    desk.services.alarms.alarms = []
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: desk.alarms.of(AHORNVEJ) == [])
    assert page.grab().toImage() != before


def test_a_device_that_is_not_there_says_so_and_can_be_tried_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    page = opened(make_desk(services), qtbot, device=DeviceId("nyvej-1"))
    qtbot.waitUntil(page._notice.isVisible)
    assert page._notice.says.text() == "there is no device 'nyvej-1'"
    services.plant.views.append(smallplant.view("Nyvej 1", "Birkely"))
    again = [each for each in page._notice.findChildren(QPushButton) if each.isVisible()]
    next(each for each in again if each.text() == "Try again").click()
    qtbot.waitUntil(lambda: isinstance(page.tab, OverviewTab))


def test_a_device_that_turns_out_to_be_another_model_rebuilds_its_tabs(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    desk = make_desk(services)
    page = opened(desk, qtbot, "values")
    first = page.tab
    detail = smallplant.detail(services.plant.views[0])
    services.plant.details[AHORNVEJ] = replace(detail, points=detail.points[:3])
    page.refresh()
    qtbot.waitUntil(lambda: page.tab is not None and page.tab is not first)
    tab = page.tab
    assert isinstance(tab, ValuesTab)
    assert tab.table.rows_model.total == 3


def test_a_trend_of_a_point_becomes_the_first_pen(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "chart")
    tab = page.tab
    assert isinstance(tab, ChartTab)
    assert tab.panel is not None
    drawn = tab.panel.chart.set
    assert [each.spec.key for each in drawn.subjects] == ["s1", "s3", "s5", "s2", "s4"]
    point = PointId("ahornvej-14.energy")
    page.reveal(Show("device", AHORNVEJ, point, part="chart"))
    keys = [each.spec.key for each in drawn.subjects]
    assert keys == ["energy", "s1", "s3", "s5", "s2", "s4"]


def test_a_guest_sees_no_tab_that_needs_more_rights(make_desk: MakeDesk, qtbot: QtBot) -> None:
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    page = opened(make_desk(viewer=guest), qtbot)
    assert [each.id for each in page._kinds] == [
        "overview",
        "values",
        "settings",
        "schedules",
        "documents",
        "communication",
    ]


def test_key_values_are_those_with_a_role_else_the_first_numbers() -> None:
    keys = [each.key for each in key_points(smallplant.READINGS)]
    assert keys[:3] == ["s1", "s3", "s5"]
    assert "software" not in keys
    plain = [replace(each, role="") for each in smallplant.READINGS]
    assert "mode" not in [each.key for each in key_points(plain)]


@pytest.mark.parametrize("key", ["s1", "m1"])
def test_a_key_value_is_a_door_to_its_trend(
    make_desk: MakeDesk, qtbot: QtBot, key: str
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    tab = page.tab
    assert isinstance(tab, OverviewTab)
    [card] = tab.findChildren(KeyCard)
    spec = next(each for each in smallplant.READINGS if each.key == key)
    card.table.opened.emit(spec)
    assert desk.shown == [Show("device", AHORNVEJ, point_id(AHORNVEJ, key), part="chart")]


def _with_picture(document: str) -> FakeServices:
    services = FakeServices()
    detail: DeviceDetail = smallplant.detail(services.plant.views[0])
    slots = {"s1": "s1", "s3": "s3", "s5": "s5", "s2": "s2", "s4": "s4", "s6": "s6"}
    services.plant.details[AHORNVEJ] = replace(detail, diagram=document, slots=slots)
    return services


def test_alarms_are_counted_beside_their_tab_before_it_is_opened(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    at = [kind.id for kind in page._kinds].index("alarms")
    qtbot.waitUntil(lambda: desk.alarms.is_told)
    count = len(desk.alarms.of(AHORNVEJ))
    assert count
    assert page._bar.tabText(at) == f"Alarms  {count}"
    desk.services.alarms.alarms = []
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: page._bar.tabText(at) == "Alarms")


def shown_tabs(page: DevicePage) -> list[str]:
    bar = page._bar
    there = [at for at in range(bar.count()) if bar.isTabVisible(at)]
    assert all(bar.tabRect(at).width() > 0 for at in there), "visible, and nothing to see"
    return [page._kinds[at].id for at in there]


def test_a_tab_stands_only_where_the_device_has_what_it_shows(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    """A meter has no week plan; asked for it, its page stays where it was."""
    page = opened(make_desk(), qtbot, "schedules")
    assert "schedules" not in shown_tabs(page)
    assert {"overview", "values", "settings", "communication"} <= {*shown_tabs(page)}
    assert page.tab is not None
    assert page.crumbs()[-1] == "Overview"


def test_a_controller_with_a_week_plan_shows_it_once_that_is_known(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    view = desk.services.plant.views[0]
    plan = WeekProgram(circuit=1, base_address=3000)
    with_plan = replace(smallplant.detail(view), week_programs=(plan,))
    page = opened(desk, qtbot)
    assert "schedules" not in shown_tabs(page)
    desk.services.plant.details[view.config.id] = with_plan
    page.refresh()
    qtbot.waitUntil(lambda: "schedules" in shown_tabs(page))
    page.reveal(Show("device", AHORNVEJ, part="schedules"))
    assert page.crumbs()[-1] == "Schedules"
    desk.services.plant.details[view.config.id] = smallplant.detail(view)
    page.refresh()
    qtbot.waitUntil(lambda: "schedules" not in shown_tabs(page))
    assert page.crumbs()[-1] != "Schedules"

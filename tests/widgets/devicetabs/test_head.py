"""The head of a device's page follows the device, its alarms, and who is looking."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.alarm import AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from tests.widgets.eyes import LONG, MARKUP, button_named, overlapping, words
from widgets.controls.marks import alarm_mark, mark_pixmap
from widgets.devicetabs.head import DeviceHead
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot, device: DeviceId = AHORNVEJ) -> DeviceHead:
    qtbot.waitUntil(lambda: desk.directory.is_listed and desk.alarms.is_told)
    head = DeviceHead(desk.context, device)
    qtbot.addWidget(head)
    head.resize(1200, 48)
    head.show()
    return head


def tell(desk: Desk, **changes: object) -> DeviceStanding:
    standing = replace(desk.services.plant.views[0].standing, **changes)  # type: ignore[arg-type]
    desk.feed.offer_standings([standing])
    desk.feed.refresh()
    desk.feed.age()
    return standing


@pytest.mark.parametrize(
    ("presence", "latency", "said"),
    [
        (Presence.ON, 31.6, "Online 32 ms"),
        (Presence.ON, None, "Online since 11:00"),
        (Presence.FAULT, 12.0, "Fault 12 ms"),
        (Presence.LATE, 12.0, "Late since 11:00"),
        (Presence.OFFLINE, None, "Offline since 11:00"),
        (Presence.DISABLED, None, "Disabled since 11:00"),
    ],
)
def test_how_the_device_is_doing_is_said_with_figure_or_moment(
    make_desk: MakeDesk, qtbot: QtBot, presence: Presence, latency: float | None, said: str
) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    tell(desk, presence=presence, latency_ms=latency, since=NOON - timedelta(hours=1))
    expected = said if latency is not None or presence is not Presence.ON else "Online"
    assert head._presence.word.text() == expected


def test_since_yesterday_names_the_day(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    tell(desk, presence=Presence.OFFLINE, since=NOON - timedelta(days=1))
    assert head._presence.word.text() == "Offline since 19 Jan 2026 12:00"


def test_the_alarms_are_counted_under_the_mark_of_the_worst(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    assert head._alarms.word.text() == "3 alarms"
    worst = mark_pixmap(
        alarm_mark(3, AlarmState.UNACKNOWLEDGED), desk.look.theme, head.devicePixelRatioF()
    )
    assert head._alarms._icon.pixmap().toImage() == worst.toImage()
    desk.services.alarms.alarms = [smallplant.alarm(1, "Pump stopped", AHORNVEJ, 1)]
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: head._alarms.word.text() == "1 alarm")
    desk.services.alarms.alarms = []
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: not head._alarms.isVisible())


def test_the_application_is_the_one_the_device_was_recognised_as(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(FakeServices([smallplant.view("Ahornvej 14", "", label="")], ()))
    head = opened(desk, qtbot)
    assert head.beside.text().startswith("application not identified yet · 10.0.0.1:502")
    known = smallplant.detail(smallplant.view("Ahornvej 14", ""))
    head.describe(known)
    assert head.beside.text().startswith("ECL Comfort 310, A266.1 · ")


def test_a_device_renamed_in_the_project_is_called_so_here(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    view = desk.services.plant.views[0]
    config = replace(view.config, name="Ahornvej 14 B", area="Birkely")
    desk.services.plant.views[0] = replace(view, config=config)
    desk.directory.refresh()
    qtbot.waitUntil(lambda: head.title.text() == "Ahornvej 14 B")
    assert "Birkely" in head.beside.text()


def test_a_device_that_left_the_plant_still_has_a_head(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    head = opened(make_desk(), qtbot, DeviceId("nyvej-1"))
    assert head.title.text() == "nyvej-1"
    assert not head._presence.isVisible()
    assert not head._alarms.isVisible()


def test_the_report_is_one_press_away_for_those_who_may(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    click(button_named(head, "Commissioning report"))
    assert desk.shown == [Show("device", AHORNVEJ, part="documents:report")]
    rights = set(Capability) - {Capability.MAKE_REPORT}
    guest = opened(make_desk(viewer=person("g", "Guest", "desk-1", rights)), qtbot)
    assert not button_named(guest, "Commissioning report").isEnabled()


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_a_long_name_gives_way_to_state_and_report(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    services = FakeServices()
    view = services.plant.views[0]
    named = replace(view, config=replace(view.config, name=name, area=name), label=name)
    services.plant.views[0] = named
    head = opened(make_desk(services), qtbot)
    QApplication.processEvents()
    report = button_named(head, "Commissioning report")
    assert head.width() == 1200
    assert report.geometry().right() <= 1200
    assert head._presence.width() >= head._presence.sizeHint().width()
    parts = [head.title, head.beside, head._presence, head._alarms, report]
    assert list(overlapping(parts, head)) == []
    assert head.title.text() == name
    assert words(head)


def test_parts_held_by_hand_are_counted_and_named(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    detail = smallplant.detail(desk.services.plant.views[0])
    head.describe(replace(detail, slots={"p2": "p2", "p2_override": "p11200"}))
    assert not head._held.isVisible()
    held = Reading(point_id(AHORNVEJ, "p11200"), 2.0, Quality.GOOD, NOON)
    desk.feed.offer([held])
    desk.feed.refresh()
    desk.feed.age()
    assert head._held.isVisible()
    assert head._held.text() == "M 1 manual override"
    assert head._held.accessibleDescription() == "P2 DHW pump"
    desk.feed.offer([replace(held, value=0.0)])
    desk.feed.refresh()
    desk.feed.age()
    assert not head._held.isVisible()


def test_the_trend_is_one_press_away(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    head = opened(desk, qtbot)
    click(button_named(head, "Trend"))
    assert desk.shown == [Show("device", AHORNVEJ, part="chart")]

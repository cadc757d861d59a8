"""The bar above everything tells plant, place, communication and the time of the plant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.model.device import Presence
from tests.fakes.asked import FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import NOON, many, view
from tests.widgets.eyes import LONG, MARKUP, button_named, colours, words
from widgets.controls.card import Elided
from widgets.shell.topbar import HEIGHT_PX, Communication, TopBar
from widgets.theme import THEMES

MakeDesk = Callable[..., Desk]


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def bar(desk: Desk, qtbot: QtBot, clock: Clock | None = None, width: int = 1400) -> TopBar:
    made = TopBar(desk.directory, desk.look, clock or Clock(NOON), COPENHAGEN)
    qtbot.addWidget(made)
    made.resize(width, HEIGHT_PX)
    made.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    return made


def counted(bar: TopBar) -> list[str]:
    return words(bar.communication)


def test_the_summary_counts_each_presence_by_number_and_word(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    top = bar(make_desk(), qtbot)
    expected = ["12 online", "1 late", "1 offline", "1 disabled", "1 with faults"]
    assert [" ".join(pair) for pair in _pairs(counted(top))] == expected
    assert top.communication.accessibleName() == "Communication"
    assert top.communication.accessibleDescription() == " · ".join(expected)


def _pairs(texts: list[str]) -> list[tuple[str, str]]:
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_a_calm_plant_counts_no_faults_and_yet_tells_that_none_is_offline(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    top = bar(make_desk(FakeServices([view("Nyvej 1", "Birkely")], ())), qtbot)
    assert counted(top) == ["1", "online", "0", "late", "0", "offline"]


def test_an_empty_plant_counts_nothing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    top = bar(make_desk(FakeServices.empty()), qtbot)
    assert counted(top) == ["0", "online", "0", "late", "0", "offline"]
    assert Communication.text({}) == "0 online · 0 late · 0 offline"


def test_a_plant_of_twelve_thousand_devices_groups_its_thousands(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    top = bar(make_desk(FakeServices(many(12_000), ())), qtbot)
    assert counted(top)[:2] == ["10\u00a0200", "online"]


def test_the_summary_follows_a_device_that_goes_silent(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    top = bar(desk, qtbot)
    gone = replace(desk.services.plant.views[0].standing, presence=Presence.OFFLINE)
    desk.feed.offer_standings([gone])
    desk.feed.refresh()
    desk.feed.age()
    assert counted(top)[:6] == ["11", "online", "1", "late", "2", "offline"]


@pytest.mark.parametrize(
    ("now", "clock", "day"),
    [
        (NOON, "12:00:00 CET", "20 Jan 2026"),
        (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), "12:00:00 CEST", "1 Jul 2026"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30:00 CEST", "25 Oct 2026"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30:00 CET", "25 Oct 2026"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00:00 CEST", "29 Mar 2026"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "00:00:00 CET", "1 Jan 2027"),
    ],
)
def test_the_clock_is_the_plant_s_and_tells_the_doubled_hour_apart(
    make_desk: MakeDesk, qtbot: QtBot, now: datetime, clock: str, day: str
) -> None:
    moving = Clock(NOON)
    top = bar(make_desk(), qtbot, moving)
    moving.now = now
    top.tick()
    assert words(top)[-2:] == [clock, day]


def trail(top: TopBar) -> list[str]:
    return [
        each.text() for each in top.findChildren(Elided) if each.text() and each.isVisible()
    ]


def test_the_way_to_the_page_is_told_and_replaced_without_remains(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    top = bar(make_desk(), qtbot)
    top.lead_to(("Skovkvarteret", "Ahornvej 14", "Settings"))
    QApplication.processEvents()
    assert trail(top) == ["Skovkvarteret", "Ahornvej 14", "Settings"]
    assert top.crumbs.count() == 5  # with an arrow between each two
    top.lead_to(("Alarms",))
    QApplication.processEvents()
    assert trail(top) == ["Alarms"]
    top.lead_to(())
    assert trail(top) == []


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_whatever_the_plant_and_its_places_are_called_the_clock_stays_in_sight(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    top = bar(make_desk(), qtbot, width=1200)
    top.project.setText(name)
    top.simulated.show()
    top.no_core.show()
    top.lead_to((name, name, name))
    QApplication.processEvents()
    assert (top.width(), top.height()) == (1200, HEIGHT_PX)
    for each in (top._clock, top.communication, top.no_core):
        right = each.mapTo(top, QPoint(each.width(), 0)).x()
        assert right <= 1200
        assert each.width() >= each.sizeHint().width()
    assert all(
        each.textFormat().name == "PlainText"
        for each in top.findChildren(QLabel)
        if each.text()
    )


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Østerby Fjernvarme", "Østerby"),
        ("Østerby Fjernvarme (demo)", "Østerby"),
        ("By og Omegns Varme", "By og Omegns"),
        ("Varme", "Varme"),
        ("m" * 300, "m" * 300),
    ],
    ids=["two", "three", "four", "one", "endless"],
)
def test_the_plant_s_name_stands_on_two_lines_within_the_bar(
    make_desk: MakeDesk, qtbot: QtBot, name: str, first: str
) -> None:
    top = bar(make_desk(), qtbot)
    top.project.setText(name)
    expected = list(filter(None, (first, name[len(first) + 1 :])))

    def lines() -> list[Elided]:
        return [each for each in top.project.findChildren(Elided) if each.isVisible()]

    qtbot.waitUntil(lambda: [each.text() for each in lines()] == expected)
    for each in lines():
        above = each.mapTo(top, QPoint(0, 0)).y()
        assert above >= 0
        assert above + each.height() <= HEIGHT_PX
        assert each.height() >= each.fontMetrics().height()
    assert top.project.accessibleName() == name
    assert name in top.project.toolTip()


def test_badges_are_there_only_when_they_hold(make_desk: MakeDesk, qtbot: QtBot) -> None:
    top = bar(make_desk(), qtbot)
    assert not {"SIM", "NO CORE"} & set(words(top))
    top.simulated.show()
    top.no_core.show()
    assert {"SIM", "NO CORE"} <= set(words(top))
    assert top.simulated.accessibleDescription() == "The devices are simulated"
    assert top.no_core.accessibleDescription() == "The core of Heatdesk does not answer"


def test_day_and_night_are_asked_for_by_one_named_button(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    top = bar(make_desk(), qtbot)
    with qtbot.waitSignal(top.look_switched):
        click(button_named(top, "Day or night"))


@pytest.mark.parametrize("name", THEMES)
def test_logo_and_marks_wear_the_look_in_force(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    desk = make_desk()
    top = bar(desk, qtbot)
    desk.look.use(name)
    seen = colours(top.grab().toImage())
    theme = desk.look.theme
    assert {QColor(theme.window).name(), QColor(theme.text).name()} <= seen
    desk.look.use("day")


def test_a_wide_window_shows_the_plant_s_whole_name(make_desk: MakeDesk, qtbot: QtBot) -> None:
    top = bar(make_desk(), qtbot)
    top.resize(1920, HEIGHT_PX)
    top.project.setText("Østerby Fjernvarmeforsyning (demo)")
    QApplication.processEvents()
    lines = [each for each in top.project.findChildren(Elided) if each.isVisible()]
    assert len(lines) == 2
    for each in lines:
        assert each.fontMetrics().horizontalAdvance(each.text()) <= each.width()
    top.project.setText(LONG)
    QApplication.processEvents()
    assert top.project.width() < 1920 // 6  # an endless name takes no more than its part

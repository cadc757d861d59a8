"""The alarms nobody has seen are always in view, the most urgent first."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmState
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeAlarms, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.sounder import FakeSounder
from tests.people import person
from tests.widgets.eyes import colours
from widgets.alarmboard import AlarmBoard
from widgets.pages.alarms import AlarmsPage
from widgets.shell.ringing import Ringing
from widgets.shell.strip import AlarmStrip

LOUD = 110  # of 255: greys of the theme are slightly blue
MakeDesk = Callable[..., Desk]


def strip(desk: Desk, qtbot: QtBot, width: int = 1920) -> AlarmStrip:
    made = AlarmStrip(desk.context, Ringing(desk.context, FakeSounder(), desk.directory))
    qtbot.addWidget(made)
    made.resize(width, 48)
    made.show()
    qtbot.waitUntil(lambda: desk.alarms.is_told and desk.directory.is_listed)
    return made


def shown(made: AlarmStrip) -> list[str]:
    return [
        cell.alarm.rule.name
        for cell in made._cells
        if cell.alarm is not None and cell.isVisible()
    ]


def test_the_most_urgent_unseen_alarms_stand_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    made = strip(make_desk(), qtbot)
    assert shown(made) == [
        "Supply pressure low",
        "Return temperature high",
        "DHW return above limit",
    ]
    said = made._cells[2].accessibleName()
    assert said.startswith("medium, DHW return above limit, Ahornvej 14 · 47.3")
    assert said.endswith("Unacknowledged, 11:38")


@pytest.mark.parametrize(("width", "cells"), [(1920, 3), (1500, 2), (1000, 1)])
def test_as_many_stand_there_as_fit(
    make_desk: MakeDesk, qtbot: QtBot, width: int, cells: int
) -> None:
    assert len(shown(strip(make_desk(), qtbot, width))) == cells


def test_counts_are_told_per_priority(make_desk: MakeDesk, qtbot: QtBot) -> None:
    made = strip(make_desk(), qtbot)
    assert made._counts.accessibleName() == "2 urgent, 1 high, 2 medium, 1 low"


def test_a_click_on_an_alarm_asks_for_its_page(make_desk: MakeDesk, qtbot: QtBot) -> None:
    made = strip(make_desk(), qtbot)
    wanted: list[str] = []
    made.wanted.connect(wanted.append)
    click(made._cells[1])
    click(made._acknowledge)
    assert wanted == ["rule-24", "rule-6"]


def test_before_the_core_has_told_nobody_says_that_all_is_calm(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    made = AlarmStrip(desk.context, Ringing(desk.context, FakeSounder(), desk.directory))
    qtbot.addWidget(made)
    made.show()
    assert not desk.alarms.is_told
    assert made._calm.text() == "Asking which alarms stand …"
    assert [number.text() for _mark, number in made._counts._parts.values()] == ["–"] * 4
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: desk.alarms.is_told)
    assert [number.text() for _mark, number in made._counts._parts.values()] == list("2121")


class Damaged(FakeAlarms):
    """Cannot tell which alarms stand, until somebody mends it."""

    is_damaged = True

    async def standing(self, viewer: Viewer) -> Sequence[Alarm]:
        if self.is_damaged:
            raise StoreBroken("the journal is damaged")
        return await super().standing(viewer)


def test_alarms_that_cannot_be_told_are_not_none(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.alarms = alarms = Damaged(smallplant.alarms())
    desk = make_desk(services)
    made = AlarmStrip(desk.context, Ringing(desk.context, FakeSounder(), desk.directory))
    page = AlarmsPage(desk.context)
    for each in (made, page):
        qtbot.addWidget(each)
        each.show()
    assert page.list._empty.isVisible(), "no empty table without a word"
    qtbot.waitUntil(lambda: page.is_ready)
    told = "Which alarms stand is not known: the journal is damaged"
    assert (made._calm.text(), page.list._empty.says.text()) == (told, told)
    assert page.list._notice.isVisible()
    alarms.is_damaged = False
    desk.alarms.refresh()
    qtbot.waitUntil(lambda: bool(shown(made)))
    assert not page.list._notice.isVisible()
    assert not page.list._empty.isVisible()


def test_who_may_not_see_alarms_is_not_told_that_none_wait(make_desk: MakeDesk) -> None:
    desk = make_desk()
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    board = AlarmBoard(desk.services.asked, guest, desk.asking, desk.feed)
    board.refresh()
    assert board.unknown() == "Alarms are not shown to your role."


def test_a_calm_plant_shows_a_calm_strip(make_desk: MakeDesk, qtbot: QtBot) -> None:
    made = strip(make_desk(FakeServices.empty()), qtbot)
    assert shown(made) == []
    assert made._calm.isVisible()
    assert not made._acknowledge.isEnabled()
    assert saturated(made) == set()


def saturated(made: AlarmStrip) -> set[str]:
    """Return the loud colours before the numbers of alarms."""
    found = colours(made._counts.grab().toImage())
    return {each for each in found if QColor(each).hsvSaturation() > LOUD}


def test_a_priority_everybody_has_seen_is_hollow(make_desk: MakeDesk, qtbot: QtBot) -> None:
    seen = smallplant.alarm(5, "Pump stopped", AHORNVEJ, 1, AlarmState.ACKNOWLEDGED)
    new = smallplant.alarm(6, "Pump stopped", AHORNVEJ, 1, AlarmState.UNACKNOWLEDGED)
    hollow, filled = (
        loudness(strip(make_desk(FakeServices(alarms=alarms)), qtbot))
        for alarms in ([seen], [seen, new])
    )
    assert 0 < hollow < filled / 2


def loudness(made: AlarmStrip) -> int:
    """Return how many pixels before the numbers of alarms have a loud colour."""
    picture = made._counts.grab().toImage()
    spots = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return sum(QColor(picture.pixel(x, y)).hsvSaturation() > LOUD for x, y in spots)


def test_the_strip_follows_the_alarms(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(FakeServices(alarms=()))
    made = strip(desk, qtbot)
    over = smallplant.alarm(5, "Pump <b>stopped</b>", AHORNVEJ, 1, AlarmState.RETURNED)
    desk.services.alarms.alarms = [over]
    desk.feed.offer_alarms([over])
    desk.feed.refresh()
    qtbot.waitUntil(lambda: shown(made) == ["Pump <b>stopped</b>"])
    assert "<b>stopped" not in made._cells[0].toolTip()
    assert not made.grab().isNull()


def test_a_flood_is_one_line(make_desk: MakeDesk, qtbot: QtBot) -> None:
    one = smallplant.alarms()[0]
    many = [replace(one, rule=replace(one.rule, id=f"rule-{n}")) for n in range(23)]
    made = strip(make_desk(FakeServices(alarms=many)), qtbot)
    assert shown(made) == [one.rule.name]
    said = [each.text() for each in made.findChildren(QLabel) if each.isVisible()]
    assert "Flood: 23 alarms in 10 minutes" in said

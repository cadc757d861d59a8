"""A picture of any page is taken when the page shows what it has."""

from collections.abc import Callable

import pytest
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.sounder import FakeSounder
from widgets.pagetype import Show
from widgets.shell.window import MainWindow, build_window
from widgets.shot import pages, shot

MakeDesk = Callable[..., Desk]


def window(desk: Desk, qtbot: QtBot) -> MainWindow:
    made = build_window(
        asked=desk.services.asked,
        viewer=desk.viewer,
        asking=desk.asking,
        feed=desk.feed,
        look=desk.look,
        now=desk.now,
        sounder=FakeSounder(),
        zone=COPENHAGEN,
    )
    qtbot.addWidget(made)
    return made


def test_every_page_has_a_name_to_be_pictured_by() -> None:
    first = ("dashboard", "devices", "device", "meters", "heatlog", "scan")
    analysis = ("receivers", "trend")
    reports = ("comparison", "energy", "periodreport", "totals", "received", "findings")
    logs = ("alarms", "audit")
    admin = ("people", "letterhead", "versions", "retention", "backups", "hardening")
    assert pages() == (*first, *analysis, *reports, *logs, *admin, "telegrams")


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("page", ["devices", "alarms", "audit"])
def test_a_picture_has_the_size_and_the_look_asked_for(
    make_desk: MakeDesk, qtbot: QtBot, page: str, theme: str
) -> None:
    desk = make_desk(theme=theme)
    picture = shot(window(desk, qtbot), Show(page), (1280, 800))
    assert (picture.width(), picture.height()) == (1280, 800)
    assert picture.pixelColor(700, 70) == QColor(desk.look.theme.window)
    desk.look.use("day")


def test_a_picture_waits_for_the_tab_it_is_about(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    made = window(desk, qtbot)
    shot(made, Show("device", AHORNVEJ, part="settings"), (1600, 900))
    assert desk.services.plant.asked_now != []
    assert made.front is not None
    assert made.front.settled()


def test_a_picture_waits_for_answers_that_lead_to_further_questions(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    made = window(desk, qtbot)
    told: list[str] = []

    def ask_on(left: int) -> None:
        desk.asking.ask(
            desk.services.asked.plant.title(desk.viewer),
            owner=made,
            done=lambda title: ask_on(left - 1) if left else told.append(title),
            failed=lambda _error: None,
        )

    ask_on(40)
    shot(made, Show("alarms"), (1280, 800))
    assert len(told) == 1
    assert desk.asking.standing[1] == 0


def test_a_device_that_never_answers_is_pictured_as_it_is(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.services.plant.silent.add(AHORNVEJ)
    show = Show("device", AHORNVEJ, part="settings")
    picture = shot(window(desk, qtbot), show, (1600, 900), within_s=2)
    assert not picture.isNull()

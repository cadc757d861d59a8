"""The screen of these tests is drawn in memory, before a fake plant."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
from PyQt6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from app.verbs import Viewer
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from tests.fakes.sounder import FakeSounder
from widgets.shell.window import MainWindow, build_window

MakeDesk = Callable[..., Desk]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _english_figures() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


@pytest.fixture
def make_desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    """Return a maker of desks that are closed after the test."""
    made: list[Desk] = []

    def make(services: FakeServices | None = None, **more: object) -> Desk:
        desk = Desk(services, **more)  # type: ignore[arg-type]
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def open_window(make_desk: MakeDesk, qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Return a maker of windows over a fake plant; all are closed after the test."""
    made: list[MainWindow] = []

    def make(
        services: FakeServices | None = None,
        viewer: Viewer = VIEWER,
        width: int = 1700,
        *,
        write_locked: bool = False,
        now: Callable[[], datetime] = lambda: NOON,
        preferences: Mapping[str, str] | None = None,
        idle_lock_min: int = 0,
        sounder: FakeSounder | None = None,
    ) -> MainWindow:
        desk = make_desk(services, viewer=viewer, now=now)
        window = build_window(
            asked=desk.services.asked,
            viewer=viewer,
            asking=desk.asking,
            feed=desk.feed,
            look=desk.look,
            now=desk.now,
            sounder=sounder or FakeSounder(),
            zone=COPENHAGEN,
            simulated=True,
            write_locked=write_locked,
            idle_lock_min=idle_lock_min,
            preferences=preferences,
        )
        window.resize(width, 900)
        window.show()
        qtbot.waitUntil(lambda: window.context.directory.is_listed)
        made.append(window)
        return window

    yield make
    for window in made:
        for page in window.pages:
            window.places.remove(page)
        window.close()
        window.deleteLater()

"""Windows over a fake plant, closed and deleted after each test."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot

from app.verbs import Viewer
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import NOON
from tests.fakes.sounder import FakeSounder
from widgets.shell.window import MainWindow, build_window

MakeDesk = Callable[..., Desk]


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
    ) -> MainWindow:
        desk = make_desk(services, viewer=viewer, now=now)
        window = build_window(
            asked=desk.services.asked,
            viewer=viewer,
            asking=desk.asking,
            feed=desk.feed,
            look=desk.look,
            now=desk.now,
            sounder=FakeSounder(),
            zone=COPENHAGEN,
            simulated=True,
            write_locked=write_locked,
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

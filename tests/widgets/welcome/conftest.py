"""A welcome page in an empty home, with a thread for what takes long."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.corethread import CoreThread
from app.project.recent import RecentProjects
from app.users.keyplaces import Keys
from tests.plant import NOON
from widgets.asking import Asking
from widgets.theme import Look
from widgets.welcome.context import Choice, WelcomeContext
from widgets.welcome.window import WelcomeWindow


class Hall:
    """The window, what stands around it, and what was chosen on it."""

    def __init__(self, tmp_path: Path, core: CoreThread) -> None:
        self.home = tmp_path / "home"
        self.keys = Keys(tmp_path / "private")
        self.recents = RecentProjects(tmp_path / "projects.json")
        self.asking = Asking(core)
        self.look = Look("day")
        self.context = WelcomeContext(
            look=self.look,
            asking=self.asking,
            recents=self.recents,
            folder=self.home,
            zone="Europe/Copenhagen",
            now=lambda: NOON,
            keys=self.keys,
        )
        self.chosen: list[Choice] = []

    def open(self, says: str = "") -> WelcomeWindow:
        window = WelcomeWindow(self.context, says)
        window.chosen.connect(self.chosen.append)
        window.show()
        window.begin()
        return window


@pytest.fixture
def hall(tmp_path: Path, qtbot: QtBot) -> Iterator[Hall]:
    core = CoreThread()
    core.start()
    made = Hall(tmp_path, core)
    yield made
    made.asking.close()
    core.stop()


@pytest.fixture
def enter(hall: Hall, qtbot: QtBot) -> Callable[..., WelcomeWindow]:
    """Open the welcome page; it is put away after the test."""

    def make(says: str = "") -> WelcomeWindow:
        window = hall.open(says)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.activateWindow()
        return window

    return make

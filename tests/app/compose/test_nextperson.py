"""Who logs out makes room for the next person, wherever the core runs."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
)

from app.compose.desktop import run_desktop
from app.project.lock import Owner, read_owner
from app.project.opening import open_project
from app.words import language
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, create_site
from widgets.shell.login import LoginDialog
from widgets.shell.window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
LOOK_MS = 20
SECOND, SECOND_NAME, SECOND_PASSWORD = "berit", "Berit Vagt", "valves like to be turned"
pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("signals")]


@pytest.fixture
def site(home: Path) -> Iterator[Site]:
    """A project without a device that two people know."""
    made = Site(home)
    create_site(made, ())
    with closing(open_project(made.folder)) as project:
        project.accounts.add_administrator(SECOND, SECOND_NAME, SECOND_PASSWORD)
    yield made
    made.stop_core()


@pytest.fixture
def signals() -> Iterator[None]:
    """Give Ctrl-C and SIGTERM back to whom they belonged."""
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


class Shift:
    """Logs out the first person, lets the next one in, and writes down what was seen."""

    def __init__(self, folder: Path, *answers: tuple[str, str]) -> None:
        self._folder, self._answers = folder, list(answers)
        self._left: set[MainWindow] = set()
        self.people: list[str] = []
        self.logins: list[list[str]] = []
        self.owners: list[Owner | None] = []

    def look(self) -> None:
        """Answer whatever is in front."""
        front = QApplication.activeModalWidget()
        if isinstance(front, QMessageBox):
            self._press(front)
        elif isinstance(front, LoginDialog) and front.isVisible():
            self._log_in(front)
        elif front is None:
            self._work()

    def _work(self) -> None:
        for window in QApplication.topLevelWidgets():
            if not isinstance(window, MainWindow) or window in self._left:
                continue
            page = window.front
            if window.isVisible() and page is not None and page.settled():
                self._left.add(window)
                self.people.append(window.context.viewer.login)
                self.owners.append(read_owner(self._folder))
                if len(self.people) == 1:
                    QTimer.singleShot(0, window.log_out)
                else:
                    window.close()

    def _press(self, box: QMessageBox) -> None:
        next(each for each in box.buttons() if each.text() == "Log out").click()

    def _log_in(self, dialog: LoginDialog) -> None:
        self.logins.append([each.text() for each in dialog.findChildren(QLabel)])
        (box,) = dialog.findChildren(QDialogButtonBox)
        pressed = QDialogButtonBox.StandardButton.Cancel
        if self._answers:
            fields = {each.accessibleName(): each for each in dialog.findChildren(QLineEdit)}
            login, password = self._answers.pop(0)
            fields["User"].setText(login)
            fields["Password"].setText(password)
            pressed = QDialogButtonBox.StandardButton.Ok
        made = box.button(pressed)
        assert made is not None
        made.click()


class Listening(Shift):
    """Notes what each window speaks; who comes second may choose a language at the login."""

    def __init__(self, folder: Path, chosen: str, *answers: tuple[str, str]) -> None:
        super().__init__(folder, *answers)
        self._chosen = chosen
        self.spoken: list[str] = []

    def _work(self) -> None:
        before = len(self.people)
        super()._work()
        if len(self.people) > before:
            self.spoken.append(language())

    def _log_in(self, dialog: LoginDialog) -> None:
        choice = dialog.findChild(QComboBox)
        assert isinstance(choice, QComboBox)
        choice.setCurrentIndex(choice.findData(self._chosen))
        super()._log_in(dialog)


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Do ``act`` again and again while Qt's loop runs."""
    timer = QTimer()
    timer.timeout.connect(act)
    timer.start(LOOK_MS)
    yield
    timer.stop()


def work_of(site: Site, *answers: tuple[str, str]) -> Shift:
    """Let the first person come, and all who follow; return what was seen."""
    shift = Shift(site.folder, *answers)
    with meanwhile(shift.look):
        assert run_desktop(site.folder, LOGIN, PASSWORD) == 0
    return shift


def test_the_core_of_this_desk_goes_on_while_the_next_person_logs_in(
    site: Site, qapp: QApplication
) -> None:
    shift = work_of(site, (SECOND, "not the password"), (SECOND, SECOND_PASSWORD))
    assert shift.people == [LOGIN, SECOND]
    assert len(shift.logins) == 2
    assert any("login or the password is wrong" in words for words in shift.logins[1])
    first, second = shift.owners
    assert first is not None
    assert first == second, "the plant was watched all the time"
    assert read_owner(site.folder) is None


def test_the_next_person_joins_a_core_that_runs_elsewhere(
    site: Site, qapp: QApplication
) -> None:
    site.start_core()
    owner = read_owner(site.folder)
    shift = work_of(site, (SECOND, SECOND_PASSWORD))
    assert shift.people == [LOGIN, SECOND]
    assert shift.owners == [owner, owner]
    assert read_owner(site.folder) == owner


def test_nobody_need_follow(site: Site, qapp: QApplication) -> None:
    shift = work_of(site)
    assert shift.people == [LOGIN]
    assert len(shift.logins) == 1
    assert read_owner(site.folder) is None


@pytest.mark.feature("EW-10")
def test_a_language_chosen_at_the_login_is_this_session_s_and_never_the_default(
    site: Site, qapp: QApplication
) -> None:
    spoken = []
    for chosen in ("fr", ""):
        shift = Listening(site.folder, chosen, (SECOND, SECOND_PASSWORD))
        with meanwhile(shift.look):
            assert run_desktop(site.folder, LOGIN, PASSWORD) == 0
        spoken.append(shift.spoken)
    assert spoken == [["en", "fr"], ["en", "en"]]
    assert not list(site.home.rglob("settings.toml"))

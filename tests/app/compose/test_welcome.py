"""Started without a project the desktop receives people on its welcome page and goes on."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit

from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.desktop import open_last_project, recent_projects
from app.compose.welcome import welcome
from app.project.lock import acquire, read_owner
from app.project.opening import Administrator, create_project
from tests.app.compose.test_desktop import Person, close_window, meanwhile, windows
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, Site, create_site
from widgets.welcome.context import OpenProject
from widgets.welcome.window import WelcomeWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
NOW = datetime(2026, 1, 20, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


@pytest.fixture
def project(home: Path) -> Path:
    site = Site(home)
    create_site(site, ())
    return site.folder


def page() -> WelcomeWindow | None:
    """Return the welcome page that is open and waits for a choice."""
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, WelcomeWindow)]
    return next((each for each in found if each.isVisible() and each.isEnabled()), None)


class Visitor:
    """Does one thing after the other on the welcome page, then closes what opened.

    ``anew``: each on a page of its own; one that was acted on may stand there for a moment
    longer, on a busy machine.
    """

    def __init__(self, *acts: Callable[[WelcomeWindow], object], anew: bool = False) -> None:
        self._acts, self._anew = list(acts), anew
        self._last: WelcomeWindow | None = None
        self.read: list[str] = []

    def look(self) -> bool:
        found = page()
        waits = found is self._last and self._anew
        if found is None or waits or QApplication.activeModalWidget() is not None:
            return not self._acts and close_window()
        if self._acts:
            self._last, act = found, self._acts.pop(0)
            self.read += [each.text() for each in found.findChildren(QLabel)]
            QTimer.singleShot(0, lambda: act(found))
        return not self._acts and close_window()


def test_whoever_turns_away_at_once_leaves_nothing(home: Path, qapp: QApplication) -> None:
    visitor = Visitor(WelcomeWindow.close)
    with meanwhile(visitor.look):
        assert open_last_project() == 0
    assert page() is None
    assert any("nothing can break" in each for each in visitor.read)


def test_a_new_project_is_made_and_stands_open_without_another_login(
    home: Path, qapp: QApplication
) -> None:
    root = home / "Nordby"

    def fill(window: WelcomeWindow) -> None:
        window.doors[0].click()
        fields = {each.accessibleName(): each for each in window.findChildren(QLineEdit)}
        for name, text in (
            ("Name of the plant", "Nordby Varmeværk"),
            ("Folder", str(root)),
            ("Full name", NAME),
            ("Login", LOGIN),
            ("Password", PASSWORD),
            ("Password again", PASSWORD),
        ):
            fields[name].setText(text)
        window.new.make.click()

    with meanwhile(Visitor(fill).look):
        assert welcome() == 0
    last = recent_projects().last()
    assert last is not None
    assert (last.root, last.title) == (root.resolve(), "Nordby Varmeværk")
    assert read_owner(root) is None
    assert not windows()
    assert page() is None


def test_a_project_of_the_list_asks_who_is_there_and_again_after_a_mistake(
    project: Path, qapp: QApplication
) -> None:
    recent_projects().note(project, "Site", NOW)
    person = Person("not the password", PASSWORD)
    visitor = Visitor(lambda window: window.start.rows[0].door.click())
    with meanwhile(lambda: person.answer() or visitor.look()):
        assert welcome() == 0
    assert len(person.told) == 2
    assert any("password is wrong" in each for each in person.told[1])


def test_who_calls_the_login_off_is_back_on_the_page(project: Path, qapp: QApplication) -> None:
    recent_projects().note(project, "Site", NOW)
    person = Person()
    visitor = Visitor(lambda window: window.start.rows[0].door.click(), WelcomeWindow.close)
    with meanwhile(lambda: person.answer() or visitor.look()):
        assert welcome() == 0
    assert len(person.told) == 1
    assert read_owner(project) is None


def test_a_project_somebody_else_runs_is_told_on_the_page(
    project: Path, qapp: QApplication, tmp_path: Path
) -> None:
    lock = acquire(project, private=tmp_path)
    file = project / "lock"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(lock.owner.host, "control-room-2"), encoding="utf-8")
    wanted = OpenProject(project, "Site", LOGIN, PASSWORD)
    visitor = Visitor(lambda window: window.choose(wanted), WelcomeWindow.close)
    with meanwhile(visitor.look):
        assert welcome() == 0
    assert any("in use by Heatdesk on control-room-2" in each for each in visitor.read)
    file.write_text(text, encoding="utf-8")
    lock.release()


def test_the_last_project_being_gone_leads_to_the_page_with_a_sentence(
    home: Path, qapp: QApplication
) -> None:
    recent_projects().note(home / "gone", "Nordby", NOW)
    visitor = Visitor(WelcomeWindow.close)
    with meanwhile(visitor.look):
        assert open_last_project() == 0
    assert any("Nordby is not in" in each for each in visitor.read)


def test_another_language_makes_the_page_anew_in_it(home: Path, qapp: QApplication) -> None:
    visitor = Visitor(
        lambda window: window.language_chosen.emit("da"),
        lambda window: window.language_chosen.emit("en"),
        WelcomeWindow.close,
        anew=True,
    )
    with meanwhile(visitor.look):
        assert welcome() == 0

    assert len([each for each in visitor.read if each == "Heatdesk"]) == 3


def test_a_demo_made_earlier_opens_from_the_list_without_a_question(
    home: Path, qapp: QApplication
) -> None:
    demo = home / "demo"
    create_project(
        demo,
        title="Demo",
        zone="Europe/Copenhagen",
        administrator=Administrator(DEMO_LOGIN, NAME, PASSWORD),
    )
    (demo / DEMO_FILE).write_text(PASSWORD, encoding="utf-8")
    recent_projects().note(demo, "Demo", NOW)
    visitor = Visitor(lambda window: window.start.rows[0].door.click())
    with meanwhile(visitor.look):
        assert welcome() == 0
    assert read_owner(demo) is None


def test_who_wants_another_project_is_back_on_the_page(
    project: Path, qapp: QApplication
) -> None:
    recent_projects().note(project, "Site", NOW)
    person = Person(PASSWORD)
    visitor = Visitor(lambda window: window.start.rows[0].door.click(), WelcomeWindow.close)
    left: list[bool] = []

    def look() -> bool:
        ready = [each for each in windows() if each.front is not None and each.front.settled()]
        for each in ready:
            if not left:
                left.append(True)
                QTimer.singleShot(0, each.leave_for_another)
        return person.answer() or visitor.look()

    with meanwhile(look):
        assert welcome() == 0
    assert left
    assert read_owner(project) is None
    assert page() is None

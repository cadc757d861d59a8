"""The desktop begins with the right person and ends without a trace, however it is ended."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QLineEdit

from app.acquisition.courtesy import Courtesy
from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.desktop import (
    make_window,
    open_desktop,
    open_last_project,
    put_away,
    recent_projects,
    require_display,
    run_desktop,
)
from app.compose.joining import join
from app.compose.terminal import FORBIDDEN
from app.errors import BadInput, NotPermitted
from app.project.lock import read_owner
from app.project.opening import Administrator, create_project
from tests.journeys.product import ROOT, environment
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, Site, create_site
from tests.machine import posix_signals
from widgets.pagetype import Section, Show
from widgets.palette.panel import Palette
from widgets.shell.window import MainWindow
from widgets.theme import Look

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
LOOK_MS = 20
PATIENCE_S = 60.0


def threads() -> set[threading.Thread]:
    """Return the threads that a process must wait for at its end."""
    return {each for each in threading.enumerate() if not each.daemon}


@pytest.fixture
def project(home: Path) -> Path:
    """A project without a device, which nobody runs."""
    site = Site(home)
    create_site(site, ())
    return site.folder


@pytest.fixture
def signals() -> Iterator[None]:
    """Give Ctrl-C and SIGTERM back to whom they belonged."""
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


@contextmanager
def meanwhile(act: Callable[[], bool]) -> Iterator[None]:
    """While Qt's loop runs, try ``act`` again and again until it is True.

    Whoever waits for more than `PATIENCE_S` finds all windows closed: a loop that nobody
    ends is beyond the reach of a test's time limit.
    """
    timer, until_s = QTimer(), time.monotonic() + PATIENCE_S
    in_vain: list[str] = []

    def turn() -> None:
        if act():
            timer.stop()
        elif time.monotonic() > until_s:
            in_vain.append("nothing came that one could act on")
            QApplication.closeAllWindows()

    timer.timeout.connect(turn)
    timer.start(LOOK_MS)
    yield
    timer.stop()
    assert in_vain == []


def windows() -> list[MainWindow]:
    """Return the main windows that are open."""
    found = QApplication.topLevelWidgets()
    return [each for each in found if isinstance(each, MainWindow) and each.isVisible()]


def close_window() -> bool:
    """Close the window once its page shows what it has."""
    ready = [each for each in windows() if each.front is not None and each.front.settled()]
    for each in ready:
        each.close()
    return bool(ready)


class Person:
    """Somebody at the login: answers each time it comes up, and remembers what it said."""

    def __init__(self, *passwords: str) -> None:
        self._passwords = list(passwords)
        self.told: list[list[str]] = []

    def answer(self) -> bool:
        """Type name and password and press OK; without a password left, press Cancel."""
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog) or not dialog.isVisible():
            return False
        self.told.append([each.text() for each in dialog.findChildren(QLabel)])
        (box,) = dialog.findChildren(QDialogButtonBox)
        pressed = QDialogButtonBox.StandardButton.Cancel
        if self._passwords:
            fields = {each.accessibleName(): each for each in dialog.findChildren(QLineEdit)}
            fields["User"].setText(LOGIN)
            fields["Password"].setText(self._passwords.pop(0))
            pressed = QDialogButtonBox.StandardButton.Ok
        made = box.button(pressed)
        assert made is not None
        made.click()
        return False


@pytest.mark.usefixtures("signals")
def test_the_desktop_runs_until_its_window_is_closed_and_leaves_nothing(
    project: Path, qapp: QApplication
) -> None:
    before = threads()
    with meanwhile(close_window):
        assert run_desktop(project, LOGIN, PASSWORD) == 0
    assert not windows()
    assert read_owner(project) is None
    assert threads() <= before
    last = recent_projects().last()
    assert last is not None
    assert last.root == project.resolve()


@pytest.mark.usefixtures("signals")
def test_the_time_given_ends_it_too(project: Path, qapp: QApplication) -> None:
    started_s = time.monotonic()
    assert run_desktop(project, LOGIN, PASSWORD, seconds=0.5) == 0
    assert time.monotonic() - started_s < PATIENCE_S
    assert read_owner(project) is None
    assert not windows()


def test_a_wrong_password_opens_no_window(project: Path, qapp: QApplication) -> None:
    with pytest.raises(NotPermitted):
        run_desktop(project, LOGIN, "not the password")
    assert not windows()
    assert recent_projects().all() == ()
    assert read_owner(project) is None


@pytest.mark.usefixtures("signals")
def test_who_mistypes_is_told_so_and_asked_again(project: Path, qapp: QApplication) -> None:
    person = Person("not the password", PASSWORD)
    with meanwhile(lambda: person.answer() or close_window()):
        assert open_desktop(project) == 0
    assert len(person.told) == 2
    assert not any("wrong" in words for words in person.told[0])
    assert any("login or the password is wrong" in words for words in person.told[1])


def test_after_five_wrong_passwords_it_is_over(project: Path, qapp: QApplication) -> None:
    person = Person(*["not the password"] * 9)
    with meanwhile(person.answer):
        assert open_desktop(project) == FORBIDDEN
    assert len(person.told) == 5


def test_who_calls_the_login_off_gets_no_window(project: Path, qapp: QApplication) -> None:
    person = Person()
    with meanwhile(person.answer):
        assert open_desktop(project) == 0
    assert len(person.told) == 1
    assert read_owner(project) is None


@pytest.mark.usefixtures("signals")
def test_the_demo_and_the_project_used_last_open_without_a_question(
    home: Path, qapp: QApplication
) -> None:
    demo = home / "demo"
    administrator = Administrator(DEMO_LOGIN, NAME, PASSWORD)
    create_project(demo, title="Demo", zone="Europe/Copenhagen", administrator=administrator)
    (demo / DEMO_FILE).write_text(PASSWORD, encoding="utf-8")
    said: list[bool] = []

    def look() -> bool:
        said.extend(
            label.text() == "SIM" and label.isVisible()
            for each in windows()
            for label in each.findChildren(QLabel)
        )
        return close_window()

    with meanwhile(look):
        assert open_desktop(demo) == 0
    assert any(said), "nothing says that the devices are simulated"
    with meanwhile(close_window):
        assert open_last_project() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_the_application_and_its_letters_stay_until_the_process_ends(home: Path) -> None:
    says = (
        "from app.compose.desktop import application\n"
        "from PyQt6.QtGui import QFontDatabase\n"
        "from PyQt6.QtWidgets import QApplication\n"
        "from widgets.fonts import FAMILY, font\n"
        "(lambda: (application(), font(13)) and None)()\n"
        "print(QApplication.instance() is not None, FAMILY in QFontDatabase.families())\n"
    )
    done = subprocess.run(
        (sys.executable, "-c", says),
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True True\n", "", 0)


def test_without_a_display_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadInput, match="there is no display here"):
        require_display()
    monkeypatch.setenv("DISPLAY", ":0")
    require_display()


def test_a_fault_of_ours_is_told_in_the_window_and_not_to_one_that_has_gone(
    project: Path, qapp: QApplication
) -> None:
    def told(window: MainWindow) -> bool:
        labels = window.findChildren(QLabel)
        return any("met a fault of its own" in each.text() for each in labels)

    with join(project, LOGIN, PASSWORD) as joined:
        assert joined.crash is not None
        window = make_window(joined, Look("day"))
        window.show()
        thread = threading.Thread(
            target=joined.crash.report, args=(RuntimeError("odd"), "a test")
        )
        thread.start()
        thread.join()
        ends_s = time.monotonic() + PATIENCE_S
        while not told(window):
            assert time.monotonic() < ends_s
            qapp.processEvents()
        window.close()
        put_away(window, joined)
        assert joined.crash.report(RuntimeError("late"), "a test").is_file()
    assert len(list((project / "logs").glob("crash-*.txt"))) == 2


@posix_signals
def test_a_termination_signal_ends_the_desktop_s_process_in_order(
    project: Path, home: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from PyQt6.QtCore import QTimer;"
        "from app.compose.desktop import application, run_desktop; app = application();"
        "up = lambda: QTimer.singleShot(0, lambda: print('up', flush=True));"
        f"sys.exit(run_desktop(Path({str(project)!r}), {LOGIN!r}, {PASSWORD!r}, opened=up))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert read_owner(project) is not None
        process.send_signal(signal.SIGTERM)
        _out, complaints = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, complaints) == (0, "")
    assert read_owner(project) is None


class Told(Courtesy):
    """Keeps what the window asked of the polling."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def begin_start(self) -> None:
        self.asked.append("start")
        super().begin_start()

    def begin(self) -> None:
        self.asked.append("page")
        super().begin()

    def end(self) -> None:
        self.asked.append("stands")
        super().end()


def test_polling_of_the_same_process_waits_for_the_first_page_and_each_that_is_opened(
    project: Path, qapp: QApplication
) -> None:
    def stands(told: Told) -> None:
        ends_s = time.monotonic() + PATIENCE_S
        while told.asked[-1:] != ["stands"]:
            assert time.monotonic() < ends_s, told.asked
            qapp.processEvents()

    with join(project, LOGIN, PASSWORD) as joined:
        assert joined.core is not None
        told = joined.core.acquisition.courtesy = Told()
        window = make_window(joined, Look("day"))
        assert told.asked[0] == "start"
        window.put_up(Section.OVERVIEW)
        window.show()
        stands(told)
        for open_one in (partial(window.show_page, Show("audit")), palette_of(window).open):
            told.asked.clear()
            open_one()
            assert told.asked[0] == "page"
            stands(told)
        told.asked.clear()
        window.close()
        assert told.asked[-1] == "stands"
        put_away(window, joined)


def palette_of(window: MainWindow) -> Palette:
    palette = window.findChild(Palette)
    assert palette is not None
    return palette

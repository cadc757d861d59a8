"""The desktop on a project: window, feed and core put together, and taken apart in order."""

import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from app.allocator import sparing
from app.compose.core import utc_now
from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.joining import Joined, join
from app.compose.places import faults_folder, settings_file, settings_of, user_folder
from app.compose.terminal import FORBIDDEN
from app.compose.turns import is_opening, take_turns, window_first
from app.errors import BadInput, NotPermitted, PlantError
from app.project.recent import FILE_NAME, Known, RecentProjects
from app.words import _, use_language
from app.words import language as language_now

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication

    from widgets.about.support import Home
    from widgets.shell.otherprojects import Neighbour
    from widgets.shell.window import MainWindow
    from widgets.sounder import Sounder
    from widgets.theme import Look
    from widgets.welcome.context import OpenProject

_TRIES = 5
ANOTHER = -1  # no exit code: the person wants another project
_LOGGED_OUT = -2  # nor this: somebody else may log in to the same project
_LOOK_EVERY_MS = 10
_T = TypeVar("_T")


@dataclass(slots=True)
class Onward:
    """Where somebody goes who leaves for another project."""

    choice: "OpenProject | None" = None  # None: it is to be chosen


def open_last_project() -> int:
    """Start the desktop on the project used last, else the welcome page; returns the code."""
    from app.compose.welcome import welcome

    require_display()
    last = recent_projects().last()
    if last is None:
        return welcome()
    if not last.is_there:
        gone = _("The project {title} is not in {folder} any more.")
        return welcome(gone.format(title=last.title, folder=last.root))
    try:
        return open_desktop(last.root)
    except PlantError as error:
        return welcome(str(error))


def recent_projects() -> RecentProjects:
    """Return the list of what this person opened lately."""
    return RecentProjects(user_folder() / FILE_NAME)


def open_desktop(project: Path) -> int:
    """Ask who is there and start the desktop on a project; returns the exit code."""
    app, onward = application(), Onward()  # held as long as there are widgets
    app.setQuitOnLastWindowClosed(False)
    if (project / DEMO_FILE).is_file():
        code = _run_demo(project, onward)
    else:
        code = _run_for_whom_it_knows(project, onward)
    return then_welcome(code, onward)


def _run_demo(project: Path, onward: Onward) -> int:
    from app.compose.demo import password_of, simulators_of

    with ExitStack() as leaving:
        enter_aside(leaving, simulators_of(project))
        word = password_of(project)
        return run_desktop(project, DEMO_LOGIN, word, simulated=True, onward=onward)


def _run_for_whom_it_knows(project: Path, onward: Onward) -> int:
    from widgets.shell.login import LoginDialog
    from widgets.theme import Look

    look, wrong = Look(settings_of(project).desktop.theme), ""
    title, login = asked_at(project)
    for _try in range(_TRIES):
        dialog = LoginDialog(title, wrong, login=login)
        accepted = dialog.exec() == LoginDialog.DialogCode.Accepted
        login, password, language = dialog.login, dialog.password, dialog.language
        dialog.deleteLater()
        if not accepted:
            return 0
        try:
            return run_desktop(
                project, login, password, look=look, chosen=language, onward=onward
            )
        except NotPermitted as error:
            wrong = str(error)
    return FORBIDDEN


def asked_at(project: Path) -> tuple[str, str]:
    """Return what a project is called at its login, and the login proposed there."""
    place = project.resolve()
    found = next((each for each in recent_projects().all() if each.root == place), None)
    known = found.known() if found is not None else None
    title = found.title if found is not None else ""
    return title or project.name, known.login if known is not None else ""


def neighbours_of(joined: Joined) -> "list[Neighbour]":
    """Return the other projects of this computer, as they are offered to who is in."""
    from widgets.shell.otherprojects import Neighbour

    here, found = joined.folder.resolve() if joined.folder else None, []
    for each in recent_projects().all():
        known = each.known(joined.viewer.login)
        login, guest = (known.login, known.is_guest) if known is not None else ("", False)
        if each.root != here:
            asks = not (each.root / DEMO_FILE).is_file()
            found.append(Neighbour(each.root, each.title, login, guest, asks))
    return found


def run_desktop(
    project: Path,
    login: str,
    password: str,
    *,
    simulated: bool = False,
    seconds: float | None = None,
    look: "Look | None" = None,
    language: str = "",
    chosen: str = "",
    opened: Callable[[], None] = lambda: None,
    onward: Onward | None = None,
) -> int:
    """Show a project until its window is closed; returns the exit code.

    ``language`` goes before the one of the settings, ``chosen`` at the login before all;
    ``opened`` is called once the window stands, when whatever was shown meanwhile may go;
    ``onward`` is told where somebody goes who leaves for another project.
    Who logs out makes room for the next person; a core that runs here goes on meanwhile.
    """
    from PyQt6.QtCore import QTimer

    from app.compose.nextperson import next_person
    from widgets.speech import speak
    from widgets.theme import Look

    app = application()
    settings = settings_of(project).desktop
    spoken = language or settings.language
    before = language_now()
    use_language(spoken)
    with ExitStack() as leaving:
        leaving.callback(speak, before)  # what somebody chose here is nobody else's language
        joined = enter_aside(leaving, join(project, login, password))
        joined.language = chosen
        title = joined.ask(joined.asked.plant.title(joined.viewer))
        _note(joined, project, title, simulated=simulated)
        app.setQuitOnLastWindowClosed(False)
        shown = look or Look(settings.theme)
        if seconds is not None:
            QTimer.singleShot(int(seconds * 1000), app.quit)
        # The demo's password is told to nobody: it must not lock itself.
        idle = 0 if simulated else settings.idle_lock_min
        sit = partial(
            _sit, look=shown, language=spoken, idle_lock_min=idle, onward=onward or Onward()
        )
        code = sit(joined, simulated=simulated, opened=opened)
        while code == _LOGGED_OUT and not simulated:
            coming = next_person(leaving, joined, project, title)
            if coming is None:
                return 0
            joined = coming
            _note(joined, project, title, simulated=simulated)
            code = sit(joined, simulated=simulated)
    # The demo has one person, whose password nobody is told: its next one is welcomed.
    return ANOTHER if code == _LOGGED_OUT else code


def _note(joined: Joined, project: Path, title: str, *, simulated: bool) -> None:
    """Remember that the project was open here, and who came in; the demo asks nobody."""
    viewer = joined.viewer
    who = None if simulated else Known(viewer.login, viewer.rights.guest)
    recent_projects().note(project, title, utc_now(), who)


def _sit(
    joined: Joined,
    *,
    look: "Look",
    language: str,
    simulated: bool,
    idle_lock_min: int,
    onward: Onward,
    opened: Callable[[], None] = lambda: None,
) -> int:
    """Show the window to one person until they close it or log out."""
    from app.compose.sitting import Sitting

    app = application()
    sitting = Sitting(joined, look, language, simulated=simulated, idle_lock_min=idle_lock_min)
    _end_on_signals(app)
    opened()
    code = app.exec()
    window = sitting.window
    logged_out, another = window.logged_out, window.wants_another
    onward.choice = window.goes_to
    sitting.end()
    if logged_out:
        return _LOGGED_OUT
    return ANOTHER if another else code


def then_welcome(code: int, onward: Onward | None = None) -> int:
    """Return an exit code; who left for another project is led there by the welcome page."""
    from app.compose.welcome import welcome

    if code != ANOTHER:
        return code
    return welcome(choice=onward.choice if onward is not None else None)


def enter_aside(leaving: ExitStack, manager: AbstractContextManager[_T]) -> _T:
    """Enter ``manager`` in another thread while the windows go on; it ends with ``leaving``."""
    from PyQt6.QtCore import QEventLoop, QTimer

    with ThreadPoolExecutor(1, "opening") as pool:
        entering = pool.submit(manager.__enter__)
        loop, looking = QEventLoop(), QTimer()
        looking.timeout.connect(lambda: loop.quit() if entering.done() else None)
        looking.start(_LOOK_EVERY_MS)
        loop.exec()
        looking.stop()
        entered = entering.result()
    leaving.push(manager)
    return entered


def require_display() -> None:
    """Raise `BadInput` where no window can be shown; Qt itself would end the program."""
    shown_by = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in shown_by):
        raise BadInput(
            _("there is no display here: use “heatdesk demo --headless” or “heatdesk run”")
        )


# What ends before its last widget takes the letters along, and crashes with the next event.
_for_good: list["QApplication"] = []


def application() -> "QApplication":
    """Return the one Qt application of this process."""
    from PyQt6.QtWidgets import QApplication

    from widgets.sweeper import Sweeper

    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    require_display()
    take_turns()  # the core's thread and the window's
    sparing()
    app = QApplication(sys.argv[:1])
    _for_good.append(app)
    app.setApplicationName("heatdesk")
    app.setApplicationDisplayName("Heatdesk")
    Sweeper(app)
    return app


def make_window(
    joined: Joined,
    look: "Look",
    *,
    simulated: bool = False,
    write_locked: bool = False,
    idle_lock_min: int = 0,
    sounder: "Sounder | None" = None,
    now: Callable[[], datetime] = utc_now,
) -> "MainWindow":
    """Return the main window over a project in reach (GUI thread)."""
    from widgets.asking import Asking
    from widgets.pointfeed import PointFeed
    from widgets.shell.faults import Faults
    from widgets.shell.window import build_window
    from widgets.sounder import Loudspeaker
    from widgets.sweeper import Sweeper

    if joined.core is not None:
        joined.core.acquisition.courtesy.begin_start()
    sweeper = application().findChild(Sweeper)
    if sweeper is not None:
        sweeper.set_aside()
    zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
    preferences = joined.ask(joined.asked.desk.preferences(joined.viewer))
    asking, feed = Asking(joined), PointFeed()
    window = build_window(
        asked=joined.asked,
        viewer=joined.viewer,
        asking=asking,
        feed=feed,
        look=look,
        now=now,
        sounder=sounder or Loudspeaker(),
        zone=zone,
        simulated=simulated,
        preferences=preferences,
        write_locked=write_locked,
        idle_lock_min=idle_lock_min,
        home=_home_of(joined),
        neighbours=partial(neighbours_of, joined),
    )
    if sweeper is not None:
        sweeper.wait_while(partial(is_opening, window))
    if joined.core is not None:
        window_first(window, joined.core.acquisition.courtesy)
    window.closed.connect(asking.close)
    window.closed.connect(feed.end)
    application().aboutToQuit.connect(asking.close)  # a signal or the time given asks nobody
    if joined.crash is not None:
        joined.crash.tell_with(Faults(window.trouble, window).tell)
    return window


def _home_of(joined: Joined) -> "Home | None":
    """Return where project and settings lie, for who asks for help."""
    from widgets.about.support import Home

    if joined.folder is None:
        return None
    return Home(joined.folder, settings_file(joined.folder), faults_folder())


def put_away(window: "MainWindow", joined: Joined) -> None:
    """Delete a window and all in it now (GUI thread).

    Left to Python's own sweeping, widgets would die half taken apart, and perhaps on
    the core's thread. Faults met from now on are in the log and the report alone.
    """
    from PyQt6.QtCore import QCoreApplication, QEvent

    from widgets.sweeper import Sweeper

    if joined.crash is not None:
        joined.crash.tell_with(_nobody)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    sweeper = application().findChild(Sweeper)
    if sweeper is not None:
        sweeper.reclaim()


def _nobody(_sentence: str, _report: Path) -> None:
    """Tell a window that has gone."""


def _end_on_signals(app: "QApplication") -> None:
    """Close on Ctrl-C and SIGTERM; the feed's timer lets Python notice them.

    Python may notice in the middle of a painting: the windows are closed after it.
    """
    from PyQt6.QtCore import QTimer

    for name in ("SIGINT", "SIGTERM"):
        signal.signal(
            getattr(signal, name), lambda _number, _frame: QTimer.singleShot(0, app.quit)
        )

"""The welcome page in front of everything: it leads to a project, or ends."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.compose.core import utc_now
from app.compose.demo import SMALL, demo_plant, password_of, simulators_of
from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.desktop import (
    ANOTHER,
    Onward,
    application,
    asked_at,
    enter_aside,
    recent_projects,
    run_desktop,
)
from app.compose.places import settings_of, user_folder
from app.corethread import CoreThread
from app.errors import NotPermitted, PlantError
from app.words import LANGUAGES, language

if TYPE_CHECKING:
    from widgets.theme import Look
    from widgets.welcome.context import Choice, OpenProject, WelcomeContext
    from widgets.welcome.passage import Passage
    from widgets.welcome.window import WelcomeWindow


def welcome(says: str = "", choice: "OpenProject | None" = None) -> int:
    """Show the welcome page until a project was open, or it is closed; returns the code.

    ``says`` is told on it, such as why the project used last cannot be opened; a
    ``choice`` that was made elsewhere is opened at once.
    """
    from widgets.speech import speak
    from widgets.theme import Look

    app = application()  # held as long as there are widgets
    app.setQuitOnLastWindowClosed(False)
    speak(language() if language() in LANGUAGES else "en")
    thread = CoreThread()
    thread.start()
    try:
        return Reception(thread, Look(settings_of(user_folder()).desktop.theme)).run(
            says, choice
        )
    finally:
        thread.stop()


class Reception:
    """Shows the welcome page and opens what is chosen on it (GUI thread)."""

    def __init__(self, thread: CoreThread, look: "Look", folder: Path | None = None) -> None:
        """``thread`` does what takes long; ``folder`` is where new projects are suggested."""
        from widgets.asking import Asking

        self._look = look
        self._asking = Asking(thread)
        self._folder = folder or documents_folder()
        self._code: int | None = None
        self._onward = Onward()

    def run(self, says: str, choice: "OpenProject | None" = None) -> int:
        """Return the exit code once a project was closed or nothing was wanted.

        A ``choice`` is gone to at once; the page comes when that leads nowhere.
        """
        from PyQt6.QtCore import QCoreApplication, QEvent, QEventLoop

        loop, window = QEventLoop(), cast("WelcomeWindow | None", None)
        while self._code is None:
            if choice is not None:
                says, choice = self._go_to(choice)
                continue
            if window is None:
                window, says = self._show(says, loop.quit), ""
            loop.exec()
            window, choice = self._after(window)
        self._asking.close()
        # Nothing of the page outlives it: left over, it would be swept up half taken apart.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return self._code

    def _go_to(self, choice: "OpenProject") -> "tuple[str, OpenProject | None]":
        """Open a project; return what went wrong, or the one somebody goes on to from there."""
        from widgets.welcome.passage import Passage

        passage = Passage(self._look, choice.title)
        passage.show()
        try:
            code = self._open(choice, passage)
        except PlantError as error:
            passage.vanish()
            return str(error), None
        if code is None:  # called off at the login
            passage.vanish()
            return "", None
        return "", self._ended(code)

    def _ended(self, code: int) -> "OpenProject | None":
        """A project was closed: for good, or for another one, which is returned if known."""
        onward, self._onward = self._onward, Onward()  # it holds a password
        if code != ANOTHER:
            self._code = code
        return onward.choice

    def context(self) -> "WelcomeContext":
        """Return what the page works with."""
        from app.compose.handover.desk import Merger
        from widgets.welcome.context import WelcomeContext

        return WelcomeContext(
            look=self._look,
            asking=self._asking,
            recents=recent_projects(),
            folder=self._folder,
            zone=zone_of_this_computer(),
            now=utc_now,
            merging=Merger(),
        )

    def _show(self, says: str, leave: Callable[[], None]) -> "WelcomeWindow":
        from widgets.welcome.window import WelcomeWindow

        window = WelcomeWindow(self.context(), says)
        self._wanted: Choice | None = None
        self._language = ""

        def choose(chosen: "Choice") -> None:
            self._wanted = chosen
            leave()

        def speak(code: str) -> None:
            self._language = code
            leave()

        window.chosen.connect(choose)
        window.language_chosen.connect(speak)
        window.closed.connect(leave)
        window.show()
        window.begin()
        return window

    def _after(
        self, window: "WelcomeWindow"
    ) -> "tuple[WelcomeWindow | None, OpenProject | None]":
        """Do what was chosen; return the window if it still stands, and where to go on to."""
        from widgets.speech import speak
        from widgets.welcome.context import OpenProject

        if self._language:
            speak(self._language)
            window.vanish()
            return None, None
        choice, self._wanted = self._wanted, None
        if choice is None:
            window.deleteLater()
            self._code = 0
            return window, None
        try:
            if isinstance(choice, OpenProject):
                code = self._open(choice, window)
            else:
                code = self._demo(demo_plant(None, SMALL, meters=True), window)
        except PlantError as error:
            window.come_back(str(error))
            return window, None
        if code is None:
            window.come_back("")  # called off at the login
            return window, None
        return None, self._ended(code)

    def _open(self, choice: "OpenProject", window: "WelcomeWindow | Passage") -> int | None:
        from widgets.shell.login import LoginDialog

        root, login, password = choice.root, choice.login, choice.password
        if (root / DEMO_FILE).is_file():
            return self._demo(simulators_of(root), window)
        wrong, chosen, asks = "", choice.language, not login
        login = login or asked_at(root)[1]
        while True:
            if asks:
                dialog = LoginDialog(choice.title, wrong, window, login=login)
                accepted = dialog.exec() == LoginDialog.DialogCode.Accepted
                login, password, chosen = dialog.login, dialog.password, dialog.language
                dialog.deleteLater()
                if not accepted:
                    return None
            try:
                return self._run(root, login, password, window, chosen=chosen)
            except NotPermitted as error:
                wrong, asks = str(error), True

    def _demo(
        self, plant: AbstractContextManager[Path], window: "WelcomeWindow | Passage"
    ) -> int:
        with ExitStack() as leaving:
            place = enter_aside(leaving, plant)
            return self._run(place, DEMO_LOGIN, password_of(place), window, simulated=True)

    def _run(
        self,
        root: Path,
        login: str,
        password: str,
        window: "WelcomeWindow | Passage",
        *,
        simulated: bool = False,
        chosen: str = "",
    ) -> int:
        return run_desktop(
            root,
            login,
            password,
            simulated=simulated,
            look=self._look,
            language=language(),
            chosen=chosen,
            opened=window.vanish,
            onward=self._onward,
        )


def documents_folder() -> Path:
    """Return where this person's projects are suggested to lie."""
    import platformdirs

    return platformdirs.user_documents_path() / "Heatdesk"


def zone_of_this_computer() -> str:
    """Return the computer's time zone as an IANA name."""
    from PyQt6.QtCore import QTimeZone

    return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace") or "UTC"

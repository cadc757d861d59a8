"""One person at the desktop: their window, and the next one when they change the language."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.compose.joining import Joined
from app.verbs import Viewer

if TYPE_CHECKING:
    from widgets.pagetype import Section
    from widgets.shell.window import MainWindow
    from widgets.theme import Look


class Sitting:
    """Shows a project's window until it is closed; one lives on the GUI thread.

    Another language needs other words everywhere, so the window is made anew in it and
    the same pages are put up again with all they hold; core and session go on.
    """

    def __init__(
        self,
        joined: Joined,
        look: "Look",
        language: str,
        *,
        simulated: bool,
        idle_lock_min: int = 0,
    ) -> None:
        """``language`` is the project's; what this person chose goes before it.

        What they chose at the login goes before both, and is over with the session.
        """
        from widgets.shell.rightswatch import RightsWatch
        from widgets.speech import LANGUAGE_KEY, speak

        self._joined, self._look, self._simulated = joined, look, simulated
        self._idle_lock_min = idle_lock_min
        self._rights = RightsWatch(joined.asked.watch_rights)
        self._rights.changed.connect(self._renew)
        kept = joined.ask(joined.asked.desk.preferences(joined.viewer))
        speak(joined.language or _code(kept.get(LANGUAGE_KEY, "")) or language)
        self.window = self._open()

    def end(self) -> None:
        """Delete the window and all in it."""
        from app.compose.desktop import put_away

        self._rights.end()
        put_away(self.window, self._joined)

    def _open(self) -> "MainWindow":
        from app.compose.desktop import application, make_window

        window = make_window(
            self._joined,
            self._look,
            simulated=self._simulated,
            write_locked=not self._simulated,  # the demo's password is known to nobody
            idle_lock_min=self._idle_lock_min,
        )
        window.closed.connect(application().quit)
        window.language_chosen.connect(self._speak)
        window.put_up(_first(self._joined.viewer))
        window.show()
        window.guide.lead_around_once()
        return window

    def _speak(self, language: str) -> None:
        from widgets.speech import speak

        self._again(lambda: speak(language))

    def _renew(self) -> None:
        """Rights have changed: what was given appears, what was taken is gone at once.

        Who may not be here any more is logged out; what they began is kept.
        """
        if self._joined.viewer.rights.ended:
            self.window.close_to_return(logged_out=True)
        else:
            self._again(lambda: None)

    def _again(self, between: Callable[[], None]) -> None:
        """Make the window anew; the same pages come back with all they hold.

        What was locked stays locked: nobody gets in because rights were changed elsewhere.
        """
        from app.compose.desktop import application

        old = self.window
        locked = old.session.locked
        old.closed.disconnect(application().quit)
        old.close_to_return()
        between()
        self.window = self._open()
        if old.context.write_lock.all_locked:
            self.window.context.write_lock.lock_all()
        if locked:
            self.window.session.lock()
        old.deleteLater()


def _first(viewer: Viewer) -> "Section":
    """Return the section somebody starts with: their role's, else the overview."""
    from widgets.pagetype import Section

    starts = {each.value: each for each in Section}
    return starts.get(viewer.rights.start_page, Section.OVERVIEW)


def _code(kept: str) -> str:
    """Return the language of a kept preference; "" for anything that is none."""
    from app.words import LANGUAGES

    found = kept.strip('"')
    return found if found in LANGUAGES else ""

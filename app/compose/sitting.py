"""One person at the desktop: their window, and the next one when they change the language."""

from typing import TYPE_CHECKING

from app.compose.joining import Joined

if TYPE_CHECKING:
    from widgets.shell.window import MainWindow
    from widgets.theme import Look


class Sitting:
    """Shows a project's window until it is closed; one lives on the GUI thread.

    Another language needs other words everywhere, so the window is made anew in it and
    the same pages are put up again with all they hold; core and session go on.
    """

    def __init__(self, joined: Joined, look: "Look", language: str, *, simulated: bool) -> None:
        """``language`` is the project's; what this person chose goes before it."""
        from widgets.speech import LANGUAGE_KEY, speak

        self._joined, self._look, self._simulated = joined, look, simulated
        kept = joined.ask(joined.asked.desk.preferences(joined.viewer))
        speak(_code(kept.get(LANGUAGE_KEY, "")) or language)
        self.window = self._open()

    def end(self) -> None:
        """Delete the window and all in it."""
        from app.compose.desktop import put_away

        put_away(self.window, self._joined)

    def _open(self) -> "MainWindow":
        from app.compose.desktop import application, make_window
        from widgets.pagetype import Section

        window = make_window(
            self._joined,
            self._look,
            simulated=self._simulated,
            write_locked=not self._simulated,  # the demo's password is known to nobody
        )
        window.closed.connect(application().quit)
        window.language_chosen.connect(self._speak)
        window.put_up(Section.OVERVIEW)
        window.show()
        window.guide.lead_around_once()
        return window

    def _speak(self, language: str) -> None:
        from app.compose.desktop import application
        from widgets.speech import speak

        old = self.window
        old.closed.disconnect(application().quit)
        old.close_to_return()
        speak(language)
        self.window = self._open()
        old.deleteLater()


def _code(kept: str) -> str:
    """Return the language of a kept preference; "" for anything that is none."""
    from app.words import LANGUAGES

    found = kept.strip('"')
    return found if found in LANGUAGES else ""

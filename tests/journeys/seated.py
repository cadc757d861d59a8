"""Somebody at the desktop for a while: window after window as languages and rights change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.compose.desktop import application
from app.compose.joining import Joined
from app.compose.sitting import Sitting
from tests.journeys.screen import Screen, clear_up
from tests.journeys.smallsite import Site
from tests.sweeping import collect
from widgets.speech import speak
from widgets.theme import Look


class Seated(Screen):
    """The window as the product makes it for one person, who finds it again as it was left."""

    def __init__(
        self,
        joined: Joined,
        theme: str = "day",
        language: str = "en",
        *,
        look: Look | None = None,
    ) -> None:
        self.app = application()  # held as long as there are widgets
        self.joined = joined
        self.sitting = Sitting(joined, look or Look(theme), language, simulated=True)
        self.window = self.sitting.window
        self.window.resize(1700, 960)
        self._left = False

    def leave(self) -> None:
        """Close the window as a person does at the end of a shift."""
        self.window.close_to_return()
        self.vanish()

    def vanish(self) -> None:
        """Be gone without a word, as when the program is killed."""
        self._left = True
        self.sitting.end()
        clear_up()
        speak("en")

    def close(self) -> None:
        """Leave, if that was not done."""
        if not self._left:
            self.leave()


_S = TypeVar("_S", bound=Seated)


@contextmanager
def seated(site: Site, sit_down: Callable[[Joined], _S]) -> Iterator[_S]:
    """Sit down at a site's running core, and leave at the end of the block."""
    collect()  # nothing of an earlier test may be taken for a part of this window
    with site.joined() as joined:
        made = sit_down(joined)
        try:
            yield made
        finally:
            made.close()
    collect()  # on this thread: no Qt object may die on another, or be taken for a new one

"""Explains the page in front, and leads a newcomer around once."""

from PyQt6.QtWidgets import QApplication, QWidget

from widgets.about.dialog import AboutDialog
from widgets.about.support import Home
from widgets.help.book import topic_for
from widgets.help.tour import KEY, Tour
from widgets.help.window import HelpCentre
from widgets.pagetype import PageContext
from widgets.shell.floating import FloatingPage
from widgets.shell.pagetabs import OpenPage, PageTabs
from widgets.shell.places import Places


class Guide:
    """What F1 and “Show me around” do (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        places: Places,
        tabs: PageTabs,
        window: QWidget,
        home: Home | None = None,
    ) -> None:
        """``home`` is where project and installation lie, told to who asks for help."""
        self._context, self._places, self._tabs = context, places, tabs
        self._window, self._home = window, home
        self.help = HelpCentre(context.look, window, self.about)
        self.tour: Tour | None = None

    def explain(self) -> None:
        """Open the help on the page somebody looks at."""
        self.help.open(self._topic())

    def about(self) -> AboutDialog:
        """Tell what runs here, under which licence, and what helps support."""
        dialog = AboutDialog(self._context, self._home, self._window)
        dialog.show()
        return dialog

    def lead_around(self) -> None:
        """Begin the way around."""
        if self.tour is not None:
            return
        self.tour = Tour(self._window, self._context.look)
        self.tour.ended.connect(self._ended)
        self.tour.begin()

    def lead_around_once(self) -> None:
        """Begin the way around for somebody who has not seen it yet."""
        if not self._context.desk.value(KEY, default=False):
            self.lead_around()

    def stop(self) -> None:
        """End the way around, such as when the desk is locked."""
        if self.tour is not None:
            self.tour.end()

    def _topic(self) -> str:
        active = QApplication.activeWindow()
        if isinstance(active, AboutDialog):
            return active.topic
        opened = self._opened()
        if opened is None:
            return ""
        return topic_for(opened.kind.id, opened.page.topic())

    def _opened(self) -> OpenPage | None:
        active = QApplication.activeWindow()
        if isinstance(active, FloatingPage):
            return active.opened
        front = self._tabs.front
        return next((each for each in self._places.opened if each.page is front), None)

    def _ended(self) -> None:
        self.tour = None
        self._context.desk.keep(KEY, value=True)

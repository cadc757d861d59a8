"""What can be done from anywhere in the window: by key, from the palette, from the menu."""

from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.pagetype import Page
from widgets.palette.sources import Command
from widgets.shell.guide import Guide
from widgets.shell.keys import show_keys
from widgets.shell.pagetabs import PageTabs
from widgets.shell.places import Places
from widgets.shell.session import Session
from widgets.theme import Look


class Acts:
    """The window's commands, each with its word and key (GUI thread)."""

    def __init__(
        self,
        window: QWidget,
        tabs: PageTabs,
        places: Places,
        session: Session,
        look: Look,
        close_page: Callable[[Page], None],
        renew: Callable[[], None],
        find: Callable[[], None],
        guide: Guide,
        *,
        another: Callable[[], None],
        log_out: Callable[[], None],
        own: Callable[[str], None],
        lock_all: Callable[[], None],
    ) -> None:
        """``own`` opens what is one's own: "password", "pin" or "rights"."""
        self._window, self._tabs, self._places = window, tabs, places
        self._session, self._look = session, look
        self._close_page = close_page
        self.commands: Sequence[Command] = (
            Command("find", lambda: _("Find"), find, "Ctrl+K"),
            Command("close", lambda: _("Close this page"), self._close_front, "Ctrl+W"),
            Command("next", lambda: _("Next page"), partial(tabs.step, 1), "Ctrl+Tab"),
            Command("back", lambda: _("Page before"), partial(tabs.step, -1), "Ctrl+Shift+Tab"),
            Command("tear", lambda: _("Window of its own"), self._tear, "Ctrl+Shift+N"),
            Command("renew", lambda: _("Ask for everything again"), renew, "F5"),
            Command("look", lambda: _("Day or night"), self.switch_look, "F9"),
            Command("lock", lambda: _("Lock"), session.lock, "Ctrl+L"),
            Command("lockall", lambda: _("Lock all writing"), lock_all, "F8"),
            Command("logout", lambda: _("Log out…"), log_out, "Ctrl+Shift+L"),
            Command("help", lambda: _("Help about this page"), guide.explain, "F1"),
            Command("tour", lambda: _("Show me around"), guide.lead_around),
            Command("about", lambda: _("About Heatdesk"), guide.about),
            Command("keys", lambda: _("Keys"), self._tell_keys, "Ctrl+F1"),
            Command("password", lambda: _("Change my password…"), partial(own, "password")),
            Command("pin", lambda: _("PIN for this workstation…"), partial(own, "pin")),
            Command("rights", lambda: _("What may I do?"), partial(own, "rights")),
            Command("another", lambda: _("Another project…"), another, "Ctrl+Shift+O"),
            Command("quit", lambda: _("Quit"), window.close, "Ctrl+Q"),
        )

    def listen(self) -> None:
        """Let the keys mean something in the window."""
        for command in self.commands:
            if not command.keys:
                continue
            shortcut = QShortcut(QKeySequence(command.keys), self._window)
            if command.id == "help":  # in pages with a window of their own too
                shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(partial(self._do, command))

    def named(self, *names: str) -> list[Command]:
        """Return commands by their ids, in that order."""
        by_id = {each.id: each for each in self.commands}
        return [by_id[each] for each in names]

    def others(self, *names: str) -> list[Command]:
        """Return all commands but these."""
        return [each for each in self.commands if each.id not in names]

    def switch_look(self) -> None:
        """Change between Day and Night."""
        self._look.use("day" if self._look.theme.dark else "night")

    def _do(self, command: Command) -> None:
        if not self._session.locked:  # while the desk is locked no key means anything
            command.act()

    def _tell_keys(self) -> None:
        show_keys(self.commands, self._window)

    def _tear(self) -> None:
        if self._tabs.front is not None:
            self._places.tear(self._tabs.front)

    def _close_front(self) -> None:
        if self._tabs.front is not None:
            self._close_page(self._tabs.front)

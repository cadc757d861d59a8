"""The menu of the person at the screen: lock, look, sound, keys, and the end."""

from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QFontMetrics, QKeySequence
from PyQt6.QtWidgets import QMenu, QPushButton

from app.words import LANGUAGES, _, language, ngettext
from widgets.controls.plain import literal, tip
from widgets.fonts import BODY_PX, font
from widgets.icons import icon
from widgets.pagetype import PageContext
from widgets.palette.sources import Command
from widgets.shell.session import IDLE_KEY, Session
from widgets.speech import LANGUAGE_KEY, PAPER_KEY

_NAME_MOST_PX = 150


class UserMenu(QPushButton):
    """The person's name; pressed, what they can do about their desk."""

    language_chosen = pyqtSignal(str)

    def __init__(
        self, context: PageContext, session: Session, commands: Sequence[Command]
    ) -> None:
        """``commands`` are listed in the given order, with their keys."""
        super().__init__()
        whole = context.viewer.name
        letters = QFontMetrics(font(BODY_PX))
        shown = letters.elidedText(whole, Qt.TextElideMode.ElideRight, _NAME_MOST_PX)
        self.setText(literal(shown))
        self.setToolTip(tip(whole) if shown != whole else "")
        self._context, self._session = context, session
        self._commands = commands
        self.setProperty("role", "bare")
        self.setIcon(icon("person", context.look))
        self.setAccessibleName(_("Menu of {name}").format(name=context.viewer.name))
        self.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        for old in self._menu.findChildren(QMenu):
            old.deleteLater()  # the menus below it are not among what `clear` removes
        for command in self._commands:
            self._add(self._menu, command.title(), command.act, command.keys)
        idle = self._menu.addMenu(_("Lock by itself"))
        spoken = self._menu.addMenu(_("Language"))
        if idle is not None:
            self._choices(idle)
        if spoken is not None:
            self._languages(spoken)
        printed = self._menu.addMenu(_("Language of reports"))
        if printed is not None:
            self._paper(printed)

    def _languages(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for code, name in LANGUAGES.items():
            act = self._add(menu, name, partial(self._speak, code))
            act.setCheckable(True)
            act.setChecked(code == language())
            group.addAction(act)

    def _paper(self, menu: QMenu) -> None:
        """Offer the languages that reports are printed in, whatever the screen speaks."""
        group = QActionGroup(menu)
        chosen = self._context.desk.value(PAPER_KEY)
        for code, name in {"": _("As the screen"), **LANGUAGES}.items():
            keep = partial(self._context.desk.keep, PAPER_KEY, code or None)
            act = self._add(menu, name, keep)
            act.setCheckable(True)
            act.setChecked((chosen or "") == code)
            group.addAction(act)

    def _speak(self, code: str) -> None:
        if code != language():
            self._context.desk.keep(LANGUAGE_KEY, code)
            self.language_chosen.emit(code)

    def _choices(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for minutes in self._session.idle_choices_min:
            word = ngettext(
                "After {count} minute without a key",
                "After {count} minutes without a key",
                minutes,
            ).format(count=minutes)
            keep = partial(self._context.desk.keep, IDLE_KEY, minutes or None)
            act = self._add(menu, word if minutes else self._unchosen(), keep)
            act.setCheckable(True)
            act.setChecked(minutes == self._session.chosen_idle_min)
            group.addAction(act)

    def _unchosen(self) -> str:
        """Say what holds for who chose nothing."""
        minutes = self._session.workstation_idle_min
        if not minutes:
            return _("Never")
        words = ngettext(
            "As this workstation: after {count} minute",
            "As this workstation: after {count} minutes",
            minutes,
        )
        return words.format(count=minutes)

    @staticmethod
    def _add(menu: QMenu, word: str, act: Callable[[], object], keys: str = "") -> QAction:
        """Add an entry; ``keys`` stand beside it as words.

        A shortcut of its own would make the window's ambiguous: neither would work.
        """
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        made = QAction(literal(word) + (f"\t{shown}" if shown else ""), menu)
        made.triggered.connect(lambda _on=False: act())
        menu.addAction(made)
        return made

"""The way from the open project to another one of this computer: a menu, then the password."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QWidget

from app.words import _
from widgets.controls.plain import literal
from widgets.shell.login import LoginDialog
from widgets.welcome.context import OpenProject

MOST = 9  # in the menu; the welcome page knows the others


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another project that was open on this computer."""

    root: Path
    title: str
    login: str = ""  # proposed when it is opened; "" when nobody is known there
    is_guest: bool = False  # whoever that is, there
    asks: bool = True  # who comes; the demo does not

    @property
    def words(self) -> str:
        """How it is called in a list."""
        return (
            _("{project} (guest)").format(project=self.title) if self.is_guest else self.title
        )


class OtherProjects(QObject):
    """Lets another project be chosen, and asks there who comes (GUI thread).

    The project that is open stays so until the question is answered.
    """

    def __init__(self, window: QWidget, leave: Callable[[OpenProject | None], None]) -> None:
        """``leave`` closes the window for another project, None to choose one elsewhere."""
        super().__init__(window)
        self._window, self._leave = window, leave
        self.neighbours: Callable[[], Sequence[Neighbour]] = tuple
        self.menu = QMenu(window)
        self.menu.setAccessibleName(_("Another project"))

    def choose(self, beneath: QWidget) -> None:
        """Offer the other projects below a button; without any, lead to the welcome page."""
        found = self.neighbours()[:MOST]
        if not found:
            self._leave(None)
            return
        self.menu.clear()
        for each in found:
            self._add(each.words, partial(self.ask, each))
        self.menu.addSeparator()
        self._add(_("Other projects…"), partial(self._leave, None))
        self.menu.setActiveAction(self.menu.actions()[0])
        self.menu.popup(beneath.mapToGlobal(QPoint(0, beneath.height())))

    def ask(self, neighbour: Neighbour) -> None:
        """Ask who comes into a project, and go there; called off, nothing has changed."""
        there = OpenProject(neighbour.root, neighbour.title)
        if not neighbour.asks:
            self._leave(there)
            return
        dialog = LoginDialog(neighbour.words, "", self._window, login=neighbour.login)

        def go() -> None:
            self._leave(
                OpenProject(
                    there.root, there.title, dialog.login, dialog.password, dialog.language
                )
            )

        dialog.accepted.connect(go)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, words: str, act: Callable[[], None]) -> None:
        made = QAction(literal(words), self.menu)
        made.triggered.connect(lambda _on=False: act())
        self.menu.addAction(made)

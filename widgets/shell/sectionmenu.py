"""What a section of the rail leads to: its page, or a menu when there are several."""

from collections.abc import Callable, Mapping
from functools import partial

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QMenu

from widgets.controls.plain import literal
from widgets.icons import icon
from widgets.pagetype import PageType, Section, Show
from widgets.shell.rail import Rail
from widgets.theme import Look


class SectionMenu(QObject):
    """Opens the pages of a section (GUI thread); lives as long as the rail."""

    def __init__(
        self,
        rail: Rail,
        look: Look,
        kinds: Mapping[str, PageType],
        show: Callable[[Show], None],
        front: Callable[[], PageType | None],
    ) -> None:
        """``front`` tells what page is in front: the rail returns to its section."""
        super().__init__(rail)
        self._rail, self._look, self._show, self._front = rail, look, show, front
        self._kinds = [each for each in kinds.values() if not each.needs_device]
        rail.chosen.connect(self._enter)

    def _enter(self, section: Section) -> None:
        pages = [each for each in self._kinds if each.section is section]
        if len(pages) == 1:
            self._show(Show(pages[0].id))
            return
        menu = QMenu(self._rail)
        for each in pages:
            act = menu.addAction(literal(each.title()), partial(self._show, Show(each.id)))
            if act is not None:
                act.setIcon(icon(each.icon, self._look))
        menu.aboutToHide.connect(self._return)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._rail.beside(section))

    def _return(self) -> None:
        """Mark the section of the page in front again: perhaps nothing was chosen."""
        front = self._front()
        if front is not None:
            self._rail.show_section(front.section)

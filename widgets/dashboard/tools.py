"""What stands above a dashboard: its pages, and what can be done with them and their tiles."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QPushButton, QWidget

from app.asked import Preset
from app.words import _
from widgets.controls.card import Segments
from widgets.controls.plain import button, literal, tip
from widgets.dashboard.board import LONGEST_NAME, MOST_PAGES, MOST_TILES, BoardPage, new_id
from widgets.dashboard.pages import Boards
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.icons import icon
from widgets.pagetype import PageContext


class PageChoice(QWidget):
    """The pages side by side; ``chosen`` hands over the key."""

    chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._named: Sequence[tuple[str, str]] = ()
        self.segments: Segments | None = None

    def show_pages(self, pages: Sequence[BoardPage], key: str) -> None:
        """Show the pages and which one is in front."""
        named = [(page.key, name_of(page)) for page in pages]
        if named != self._named or self.segments is None:
            self._named = named
            if self.segments is not None:
                self._row.removeWidget(self.segments)
                self.segments.hide()
                self.segments.deleteLater()
            made = Segments([name for _key, name in named], _("Page of the dashboard"))
            made.chosen.connect(lambda at: self.chosen.emit(self._named[at][0]))
            self._row.addWidget(made)
            self.segments = made
        keys = [each for each, _name in named]
        if key in keys:
            self.segments.mark(keys.index(key))

    def stand(self) -> None:
        """Let the keyboard stand on the page in front."""
        found = self.segments.findChildren(QPushButton) if self.segments is not None else []
        for each in found:
            if each.isChecked():
                each.setFocus()


class Tools(QWidget):
    """The buttons at the right of the head; which ones depends on whether one edits."""

    edited = pyqtSignal(bool)
    adding = pyqtSignal(str)  # kind of tile
    going = pyqtSignal(str)  # key of a page to bring to the front

    def __init__(self, context: PageContext, boards: Boards, here: Callable[[], str]) -> None:
        """``here`` answers the key of the page in front."""
        super().__init__()
        self._context, self._boards, self._here = context, boards, here
        look = context.look
        self.edit = button(_("Edit layout"), partial(self.edited.emit, True), look=look,
                           drawing="edit")  # fmt: skip
        self.done = button(_("Done"), partial(self.edited.emit, False), role="primary")
        self.add = _menu_button(_("Add a tile"), self._fill_kinds)
        self.add.setIcon(icon("add", look, "text", "text"))
        self.pages = _menu_button(_("Pages"), self._fill_pages)
        self.undo = button("", boards.undo, look=look, drawing="undo", says=_("Undo (Ctrl+Z)"))
        self.redo = button("", boards.redo, look=look, drawing="redo", says=_("Redo (Ctrl+Y)"))
        self.copy = button(_("Keep a copy of my own"), self._own)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for each in (
            self.copy,
            self.add,
            self.undo,
            self.redo,
            self.pages,
            self.edit,
            self.done,
        ):
            row.addWidget(each)

    def show_state(self, page: BoardPage | None, *, editing: bool) -> None:
        """Offer what fits."""
        mine = page is not None and page.is_own
        for each in (self.add, self.undo, self.redo, self.done):
            each.setVisible(editing)
        full = page is not None and len(page.tiles) >= MOST_TILES
        self.add.setEnabled(not full)
        words = _("A page holds {most} tiles at most: take one away, or begin another page.")
        self.add.setToolTip(tip(words.format(most=MOST_TILES)) if full else "")
        self.edit.setVisible(not editing)
        self.edit.setEnabled(mine)
        self.edit.setToolTip("" if mine else tip(_("This page belongs to somebody else.")))
        self.copy.setVisible(page is not None and not mine)
        self.undo.setEnabled(self._boards.steps.can_undo)
        self.redo.setEnabled(self._boards.steps.can_redo)

    def _fill_kinds(self, menu: QMenu) -> None:
        for kind in kinds_of_tiles().values():
            if self._context.viewer.may(kind.capability):
                act = QAction(icon(kind.icon, self._context.look), literal(kind.title()), menu)
                act.setToolTip(tip(kind.says()))
                act.triggered.connect(lambda _on=False, k=kind.id: self.adding.emit(k))
                menu.addAction(act)
        menu.setToolTipsVisible(True)

    def _fill_pages(self, menu: QMenu) -> None:
        key = self._here()
        page = self._boards.page(key)
        few = len(self._boards.pages) < MOST_PAGES
        if not few:
            words = _("There are {most} pages, no more can be: remove one first.")
            self._act(menu, words.format(most=MOST_PAGES), lambda: None, enabled=False)
        self._act(menu, _("New page…"), self._new, enabled=few)
        offered = self._boards.offered()
        shared = menu.addMenu(_("Pages shared by others"))
        if shared is not None:
            shared.setEnabled(bool(offered) and few)
            for preset in offered:
                words = _("{name} (by {owner})").format(name=preset.name, owner=preset.owner)
                self._act(shared, words, partial(self._follow, preset))
        menu.addSeparator()
        if page is None:
            return
        mine, pages = page.is_own, self._boards.pages
        self._act(menu, _("Rename…"), partial(self._rename, page), enabled=mine)
        self._act(menu, _("Duplicate"), partial(self._double, page), enabled=few)
        self._act(menu, _("Move left"), partial(self._boards.move, key, -1),
                  enabled=pages[0].key != key)  # fmt: skip
        self._act(menu, _("Move right"), partial(self._boards.move, key, 1),
                  enabled=pages[-1].key != key)  # fmt: skip
        if page.shares:
            self._act(menu, _("Share no longer"), partial(self._boards.unshare, key))
        else:
            share = partial(self._boards.share, key)
            self._act(menu, _("Share with everybody"), share, enabled=mine)
        menu.addSeparator()
        self._act(menu, _("Remove this page"), partial(self._boards.remove, key),
                  enabled=len(pages) > 1)  # fmt: skip

    @staticmethod
    def _act(
        menu: QMenu, words: str, act: Callable[[], object], *, enabled: bool = True
    ) -> None:
        made = QAction(literal(words), menu)
        made.setEnabled(enabled)
        made.triggered.connect(lambda _on=False: act())
        menu.addAction(made)

    def _new(self) -> None:
        name, agreed = QInputDialog.getText(self, _("New page"), _("Name"))
        if agreed and name.strip():
            page = BoardPage(new_id(), name.strip()[:LONGEST_NAME])
            self._boards.put(page)
            self.going.emit(page.key)

    def _rename(self, page: BoardPage) -> None:
        title = _("Rename the page")
        name, agreed = QInputDialog.getText(self, title, _("Name"), text=name_of(page))
        if agreed and name.strip():
            self._boards.put(replace(page, name=name.strip()[:LONGEST_NAME]))

    def _double(self, page: BoardPage) -> None:
        name = _("{name} (copy)").format(name=name_of(page))
        made = replace(page, key=new_id(), name=name[:LONGEST_NAME], shares="", follows="")
        self._boards.put(made)
        self.going.emit(made.key)

    def _follow(self, preset: Preset) -> None:
        self.going.emit(self._boards.follow(preset))

    def _own(self) -> None:
        self._boards.own_copy(self._here())


def name_of(page: BoardPage) -> str:
    """Return what a page is called; one nobody named is the plant's operation."""
    return page.name or _("Operation")


def _menu_button(words: str, fill: Callable[[QMenu], None]) -> QPushButton:
    made = QPushButton(literal(words))
    made.setAutoDefault(False)
    made.setAccessibleName(words)
    menu = QMenu(made)

    def renew() -> None:
        menu.clear()
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        fill(menu)

    menu.aboutToShow.connect(renew)
    made.setMenu(menu)
    return made

"""One person’s dashboard pages: kept with their desk, shared if they like, undone by steps."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.asked import Preset
from app.words import _
from widgets.dashboard.board import (
    BoardPage,
    Tile,
    from_json,
    new_id,
    pages_from,
    to_json,
)
from widgets.desk import Desk, Json, content_of

KEY = "dashboard"  # of the preference
KIND = "dashboard"  # of the presets that share a page
STEPS = 100  # at least so many can be taken back
_KEPT_AFTER_MS = 600  # a drag writes once

Pages = tuple[BoardPage, ...]


class Steps:
    """What the pages were before each step, and after those taken back."""

    def __init__(self) -> None:
        self._done: list[Pages] = []
        self._undone: list[Pages] = []

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a step taken back can be brought back."""
        return bool(self._undone)

    def remember(self, before: Pages) -> None:
        """Note what was before a new step; what was taken back is gone then."""
        self._done = [*self._done, before][-2 * STEPS :]
        self._undone.clear()

    def back(self, now: Pages) -> Pages:
        """Return what was before the newest step; the same when there is none."""
        if not self._done:
            return now
        self._undone.append(now)
        return self._done.pop()

    def forth(self, now: Pages) -> Pages:
        """Return what was after the step taken back last; the same when there is none."""
        if not self._undone:
            return now
        self._done.append(now)
        return self._undone.pop()


class Boards(QObject):
    """The pages in their order, and what was before (GUI thread).

    ``changed`` tells that pages or tiles are others now.
    """

    changed = pyqtSignal()

    def __init__(
        self, desk: Desk, login: str, standard: Sequence[BoardPage], parent: QObject
    ) -> None:
        """``standard`` is shown to who has arranged nothing yet."""
        super().__init__(parent)
        self._desk, self._login = desk, login
        self._pages: Pages = pages_from(desk.value(KEY)) or tuple(standard)
        self.steps = Steps()
        self._writing = QTimer(self)
        self._writing.setSingleShot(True)
        self._writing.timeout.connect(self.keep)
        desk.presets(KIND)
        desk.presets_changed.connect(self._hear)
        desk.overruled.connect(lambda theirs: self._step(given_way(self._pages, theirs)))

    @property
    def pages(self) -> Pages:
        """The pages as they are shown; one that follows somebody has that person's tiles."""
        return tuple(self._resolved(each) for each in self._pages)

    def page(self, key: str) -> BoardPage | None:
        """Return a page by its key."""
        return next((each for each in self.pages if each.key == key), None)

    def put(self, page: BoardPage) -> None:
        """Change a page, or add it as the last one: one step."""
        known = any(each.key == page.key for each in self._pages)
        if known:
            after = tuple(page if each.key == page.key else each for each in self._pages)
        else:
            after = (*self._pages, page)
        self._step(after)

    def remove(self, key: str) -> None:
        """Remove a page: one step; the last one stays."""
        after = tuple(each for each in self._pages if each.key != key)
        if after:
            self._step(after)

    def move(self, key: str, by: int) -> None:
        """Let a page change places with its neighbour: one step."""
        keys = [each.key for each in self._pages]
        here, there = keys.index(key), keys.index(key) + by
        if 0 <= there < len(keys):
            after = list(self._pages)
            after[here], after[there] = after[there], after[here]
            self._step(tuple(after))

    def undo(self) -> None:
        """Take back the newest step."""
        self._take(self.steps.back(self._pages))

    def redo(self) -> None:
        """Bring back the step taken back last."""
        self._take(self.steps.forth(self._pages))

    def keep(self) -> None:
        """Write down the pages now, and renew what others see of them."""
        self._writing.stop()
        kept: list[Json] = [to_json(each) for each in self._pages]
        self._desk.keep(KEY, kept)
        for page in self._pages:
            preset = self._shared(page.shares)
            wanted = to_json(replace(page, shares=""))
            if preset is not None and content_of(preset) != wanted:
                name = page.name or _("Dashboard")
                self._desk.keep_preset(KIND, name, wanted, shared=True, preset=preset.id)

    def share(self, key: str) -> None:
        """Let others see a page; it is renewed for them whenever it changes."""
        page = self.page(key)
        if page is not None and page.is_own:
            wanted = to_json(replace(page, shares=""))
            self._desk.keep_preset(KIND, page.name or _("Dashboard"), wanted, shared=True)

    def unshare(self, key: str) -> None:
        """Let others see it no longer; their copies stay theirs."""
        page = self.page(key)
        preset = self._shared(page.shares) if page is not None else None
        if page is not None and preset is not None:
            self._pages = tuple(
                replace(each, shares="") if each.key == key else each for each in self._pages
            )
            self._desk.remove_preset(preset)
            self._later()

    def offered(self) -> Sequence[Preset]:
        """Return the pages other people share that are not shown yet."""
        shown = {each.follows for each in self._pages}
        return [
            each
            for each in self._desk.presets(KIND)
            if each.owner != self._login and each.id not in shown
        ]

    def follow(self, preset: Preset) -> str:
        """Show somebody's page as they keep it; returns its key."""
        page = BoardPage(new_id(), preset.name, follows=preset.id)
        self.put(page)
        return page.key

    def own_copy(self, key: str) -> None:
        """Make a page that follows somebody one's own."""
        page = self.page(key)
        if page is not None and page.follows:
            self.put(replace(page, follows="", shares="", tiles=_renamed(page.tiles)))

    def _resolved(self, page: BoardPage) -> BoardPage:
        preset = self._shared(page.follows)
        theirs = from_json(content_of(preset)) if preset is not None else None
        if preset is None or theirs is None:
            return page
        return replace(page, name=preset.name, tiles=theirs.tiles)

    def _shared(self, preset: str) -> Preset | None:
        found = (each for each in self._desk.presets(KIND) if preset and each.id == preset)
        return next(found, None)

    def _step(self, after: Pages) -> None:
        if after == self._pages:
            return
        self.steps.remember(self._pages)
        self._take(after)

    def _take(self, pages: Pages) -> None:
        # Sharing is no step: what is shared now stays so, whatever is taken back.
        shares = {each.key: each.shares for each in self._pages}
        self._pages = tuple(
            replace(each, shares=shares.get(each.key, each.shares)) for each in pages
        )
        self._later()

    def _later(self) -> None:
        self._writing.start(_KEPT_AFTER_MS)
        self.changed.emit()

    def _hear(self, kind: str) -> None:
        if kind != KIND:
            return
        for preset in self._desk.presets(KIND):
            theirs = from_json(content_of(preset)) if preset.owner == self._login else None
            if theirs is not None:
                self._pages = tuple(
                    replace(each, shares=preset.id) if each.key == theirs.key else each
                    for each in self._pages
                )
        self._later()


def _renamed(tiles: Sequence[Tile]) -> tuple[Tile, ...]:
    return tuple(replace(each, id=new_id()) for each in tiles)


def given_way(pages: Pages, theirs: Preset) -> Pages:
    """Return the pages with the one that is shared as somebody else saved it."""
    shown = from_json(content_of(theirs)) if theirs.kind == KIND else None
    if shown is None:
        return pages
    return tuple(
        replace(each, name=shown.name, tiles=shown.tiles) if each.shares == theirs.id else each
        for each in pages
    )

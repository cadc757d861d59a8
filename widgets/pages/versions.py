"""Versions: everything that is configured, how it was before, and bringing it back."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.version import Thing, ThingKind, ThingStory
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import MARGIN, Bar, Card, EmptyState, PageHead, Search
from widgets.controls.late import Stack
from widgets.controls.notice import Notice
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.models.rows import RowsModel
from widgets.models.versions import kind_word, story_columns, thing_name
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.versions.panel import VersionsPanel


class VersionsPage(Page):
    """Everything that is kept in versions left, the versions of the one chosen right.

    `Show.part` names a thing: "device/ahornvej-14".
    """

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model: RowsModel[ThingStory] = RowsModel(
            story_columns(context.zone, context.directory.name), lambda each: each.thing, self
        )
        self.table = Table(self.model, context.look, _("Things that are kept in versions"))
        self.panel = VersionsPanel(context, self._pictures)
        self.kinds = QComboBox()
        self.notice = Notice(context.look)
        self._wanted: Thing | None = None
        self._told: list[ThingStory] = []
        self._build()
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentChanged.connect(lambda _new, _old: self._follow())
        self.panel.changed.connect(self._list)
        self.panel.told.connect(self.become_ready)
        # Who was erased meanwhile goes as the plant is listed anew, a minute later at most.
        context.directory.listed.connect(self._look_again)
        self.refresh()

    def heading(self) -> str:
        return _("Versions")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Versions")

    def reveal(self, show: Show) -> None:
        thing = thing_of(show.part)
        if thing is not None:
            self.choose(thing)
        self.table.setFocus()

    def choose(self, thing: Thing) -> None:
        """Show a thing's versions as soon as it is listed."""
        self._wanted = thing
        self.search.clear()
        self.kinds.setCurrentIndex(0)
        if self.model.total:
            self._go_to_wanted()

    def refresh(self) -> None:
        self.panel.refresh()
        self._list()

    def _look_again(self) -> None:
        if self.isVisible() and self.settled():
            self.context.asking.ask(
                self.context.asked.versions.things(self.context.viewer),
                owner=self,
                done=self._renew,
                failed=self._fail,
            )

    def _renew(self, stories: Sequence[ThingStory]) -> None:
        """Show what is told otherwise by now, and leave the rest as it stands."""
        if sorted(stories, key=_newest_first) != self._told:
            self._take(stories)
        thing = self.panel.thing
        known = next((each for each in stories if each.thing == thing), None)
        if known is not None:
            self.panel.look_again(self._name(known))

    def memory(self) -> Memory:
        thing = self.panel.thing
        return {
            "thing": f"{thing.kind.name.lower()}/{thing.id}" if thing is not None else "",
            "kind": str(self.kinds.currentData() or ""),
        }

    def recall(self, memory: Memory) -> None:
        thing, kind = memory.get("thing"), memory.get("kind")
        if isinstance(thing, str) and (known := thing_of(thing)) is not None:
            self.choose(known)
        if isinstance(kind, str) and kind:
            self.kinds.setCurrentIndex(max(self.kinds.findData(kind), 0))

    def _build(self) -> None:
        look = self.context.look
        self._head = PageHead(_("Versions"))
        self.search = Search(_("Find in list"), look)
        self.search.textChanged.connect(self.model.find)
        self.kinds.setAccessibleName(_("Kind"))
        self.kinds.addItem(_("Everything"), "")
        for kind in ThingKind:
            self.kinds.addItem(kind_word(kind), kind.value)
        self.kinds.currentIndexChanged.connect(lambda _at: self._narrow())
        self._stack = Stack()
        self._stack.addWidget(self.table)
        self._stack.addWidget(
            EmptyState(_("Nothing is configured yet. Every change is kept here."))
        )
        card = Card()
        card.body.addWidget(Bar("toolbar", 48).add(self.search, self.kinds))
        card.body.addWidget(self._stack, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(MARGIN)
        split.addWidget(card)
        split.addWidget(self.panel)
        split.setSizes([560, 880])
        column, inside = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.setSpacing(8)
        inside.addWidget(self.notice)
        inside.addWidget(split, 1)
        column.addWidget(self._head)
        column.addLayout(inside, 1)

    def _list(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.versions.things(context.viewer),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _pictures(self, older: str, newer: str) -> QWidget:
        from flowdiagrams.view import pictures_compared  # heavy; only where one is shown

        return pictures_compared(older, newer, self.context.theme)

    def _narrow(self) -> None:
        kind = self.kinds.currentData()
        self.model.keep((lambda each: each.thing.kind.value == kind) if kind else None)

    def _take(self, stories: Sequence[ThingStory]) -> None:
        self.notice.hide()
        words = ngettext("{count} thing", "{count} things", len(stories))
        self._head.beside.setText(words.format(count=figures(len(stories), 0)))
        self._told = sorted(stories, key=_newest_first)
        self.model.replace(self._told)
        self._stack.setCurrentIndex(0 if stories else 1)
        if not stories:
            self.become_ready()
        elif self._wanted is not None:
            self._go_to_wanted()
        elif self.table.current() is None:
            self.table.go_to(lambda _row: True)

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None or self.table.go_to(lambda each: each.thing == wanted):
            return
        self.panel.show_thing(wanted, wanted.id)  # not listed: its own answer says why

    def _follow(self) -> None:
        story = self.table.current()
        if story is not None and story.thing != self.panel.thing:
            self.panel.show_thing(story.thing, self._name(story))

    def _name(self, story: ThingStory) -> str:
        return thing_name(story, self.context.directory.name)

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self._list)
        self.become_ready()


def thing_of(part: str) -> Thing | None:
    """Return the thing a `Show.part` names; None for words that name none."""
    kind, _slash, name = part.partition("/")
    known = {each.name.lower(): each for each in ThingKind}
    return Thing(known[kind], name) if kind in known and name else None


def _newest_first(story: ThingStory) -> tuple[bool, float, str]:
    at = story.at
    return at is None, -at.timestamp() if at is not None else 0.0, story.name


def _build(context: PageContext, _show: Show) -> Page:
    return VersionsPage(context)


PAGE = PageType(
    "versions",
    lambda: _("Versions"),
    "history",
    Section.ADMIN,
    Capability.EDIT_DEVICES,  # held by whoever configures anything
    25,
    _build,
)

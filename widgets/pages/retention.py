"""Stored data: how long what is kept, what room it takes, when the disk will be full."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import BadInput, Conflict, PlantError
from app.model.retention import KeepRules, Room, Thinning, keep_rules
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN, Bar, PageHead
from widgets.controls.late import Scrolled
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.retention.form import RulesForm
from widgets.retention.outlook import NextCard, RoomCard


class RetentionPage(Page):
    """The rules left, with a try of them below; the room they lead to right."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kept: KeepRules | None = None
        self._tried: KeepRules | None = None  # with these the last try was made
        self._sent: KeepRules | None = None
        self._begun: Memory = {}
        self.notice = Notice(context.look)
        self.form = RulesForm()
        self.room = RoomCard()
        self.next = NextCard()
        self._busy = Busy()
        self.try_out = button(_("Try"), self._try)
        self.throw_away = button(_("Throw away now"), self._run)
        self.give_up = button(_("Give up"), self.discard)
        self.save = button(_("Save"), self.keep, role="primary")
        self._build()
        self.form.edited.connect(self._edited)
        self._edited()
        self.refresh()

    def heading(self) -> str:
        return _("Stored data")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Stored data")

    def reveal(self, show: Show) -> None:
        self.form.awaited.give_keys(next(iter(self.form.rows.values())).months)

    def refresh(self) -> None:
        context = self.context

        def measured(room: Room) -> None:
            self.room.show_room(room, context.zone)

        asked, viewer = context.asked.retention, context.viewer
        rules, room = asked.rules(viewer), asked.room(viewer)
        context.asking.ask(rules, owner=self, done=self._take, failed=self._fail)
        # Of a large plant it takes a second to count: the rules can be seen to meanwhile.
        context.asking.ask(
            room, owner=self, done=measured, failed=self._fail, for_owner_alone=True
        )

    def unsaved(self) -> str:
        if self._kept is None or self.form.rules() == self._kept:
            return ""
        return _("How long samples are kept was changed and is not saved.")

    def discard(self) -> None:
        if self._kept is not None:
            self.form.show_rules(self._kept)
            self.notice.hide()

    def memory(self) -> Memory:
        return dict(self.form.rules().options()) if self.unsaved() else {}

    def recall(self, memory: Memory) -> None:
        self._begun = memory
        if self._kept is not None:
            self._bring_back()

    def keep(self) -> None:
        """Save what stands in the form."""
        kept, rules = self._kept, self.form.rules()
        if kept is None or rules == kept or self._sent is not None:
            return
        if self.context.write_lock.all_locked:
            self.context.write_lock.ask_unlock()
            return
        self._sent = rules
        self._edited()
        asked, viewer = self.context.asked.retention, self.context.viewer
        self.context.asking.ask(
            asked.put_rules(viewer, rules, "", kept),
            owner=self,
            done=self._saved,
            failed=self._lost,
        )

    def _build(self) -> None:
        head = PageHead(_("Stored data"))
        head.tools.addWidget(self._busy)
        self.form.body.addWidget(
            Bar("cardfoot", 44).stretch().add(self.try_out, self.give_up, self.save)
        )
        self.next.body.addWidget(Bar("cardfoot", 44).stretch().add(self.throw_away))
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.form)
        left.addWidget(self.next)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.room)
        right.addStretch(1)
        row.addLayout(left, 3)
        row.addLayout(right, 2)
        area = Scrolled()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Stored data"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addWidget(area, 1)

    def _edited(self) -> None:
        """Show what may be pressed with what stands in the fields."""
        rules = self.form.rules()
        changed = self._kept is not None and rules != self._kept
        self.save.setEnabled(changed and self._sent is None)
        self.give_up.setEnabled(changed)
        self.try_out.setEnabled(self._kept is not None)
        if self._tried is not None and rules != self._tried:
            self._tried = None
            self.next.clear()
        self.throw_away.setEnabled(self._tried is not None and not changed)

    def _take(self, found: KeepRules) -> None:
        untouched = not self.unsaved()
        self._kept = found
        if untouched:
            self.form.show_rules(self._kept)
        self._edited()
        self._bring_back()
        self.become_ready()

    def _bring_back(self) -> None:
        begun, self._begun = self._begun, {}
        if begun:
            self.form.show_rules(keep_rules(begun))

    def _saved(self, rules: KeepRules) -> None:
        sent, self._sent = self._sent, None
        untouched = self.form.rules() == sent
        self._kept = rules
        if untouched:
            self.form.show_rules(rules)
        self.notice.hide()
        self._edited()
        self.refresh()

    def _try(self) -> None:
        rules = self.form.rules()
        try:
            rules.require_sound()
        except BadInput as error:
            self.notice.tell(str(error))
            return
        self.notice.hide()
        self._ask(rules, done=False)

    def _run(self) -> None:
        if self.context.write_lock.all_locked:
            self.context.write_lock.ask_unlock()
        elif self._kept is not None:
            self._ask(self._kept, done=True)

    def _ask(self, rules: KeepRules, *, done: bool) -> None:
        context = self.context
        asked, viewer = context.asked.retention, context.viewer

        def take(found: Thinning) -> None:
            self._busy.end()
            self._tried = None if done else rules
            self.next.show_thinning(found, done=done)
            self._edited()
            if done:
                self.refresh()

        stop = context.asking.ask(
            asked.run_now(viewer) if done else asked.preview(viewer, rules),
            owner=self,
            done=take,
            failed=self._lost,
        )
        self._busy.begin(_("Looking through old samples …"), stop)

    def _lost(self, error: PlantError) -> None:
        self._busy.end()
        self._sent = None
        if isinstance(error, Conflict):
            self._kept = None  # what stands in the fields stays, upon what is kept by now
            self.notice.tell(str(error), retry=self.refresh)
        else:
            self.notice.tell(str(error))
        self._edited()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.refresh)
        self.form.awaited.fail()
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return RetentionPage(context)


PAGE = PageType(
    "retention",
    lambda: _("Stored data"),
    "history",
    Section.ADMIN,
    Capability.EDIT_PROJECT,
    27,
    _build,
)

"""Backups: when they are made, how the last one is, and one made now."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import Conflict, PlantError
from app.model.backup import Backup, BackupPlan, backup_plan
from app.verbs import Capability
from app.words import _
from widgets.backups.cards import MadeCard, PlanForm
from widgets.controls.card import GAP, MARGIN, Bar, PageHead
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_Found = tuple[BackupPlan, Sequence[Backup], str]


class BackupsPage(Page):
    """The plan left, what was made right."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kept: BackupPlan | None = None
        self._begun: Memory = {}
        self._sending = False
        self.notice = Notice(context.look)
        self.form, self.made = PlanForm(), MadeCard()
        self._busy = Busy()
        self.give_up = button(_("Give up"), self.discard)
        self.save = button(_("Save"), self.keep, role="primary")
        self.now = button(_("Make one now"), self.make)
        self._build()
        self.form.edited.connect(self._edited)
        self.now.setEnabled(False)
        self.made.needs.hide()
        self._edited()
        self.refresh()

    def heading(self) -> str:
        return _("Backups")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Backups")

    def reveal(self, show: Show) -> None:
        self.form.awaited.give_keys(self.form.folder)

    def refresh(self) -> None:
        asked, viewer = self.context.asked.backups, self.context.viewer

        async def work() -> _Found:
            return (
                await asked.plan(viewer),
                await asked.made(viewer),
                await asked.trouble(viewer),
            )

        self.context.asking.ask(work(), owner=self, done=self._take, failed=self._fail)

    def unsaved(self) -> str:
        if self._kept is None or not _differs(self.form, self._kept):
            return ""
        return _("When backups are made was changed and is not saved.")

    def discard(self) -> None:
        if self._kept is not None:
            self.form.show_plan(self._kept)
            self.notice.hide()

    def memory(self) -> Memory:
        return dict(self.form.plan().options()) if self.unsaved() else {}

    def recall(self, memory: Memory) -> None:
        self._begun = memory
        if self._kept is not None:
            self._bring_back()

    def keep(self) -> None:
        """Save what stands in the form."""
        if self._kept is None or not _differs(self.form, self._kept) or self._locked():
            return
        asked, viewer = self.context.asked.backups, self.context.viewer
        self._sending = True
        self._edited()
        self.context.asking.ask(
            asked.put_plan(viewer, self.form.plan(), self.form.phrase.text(), "", self._kept),
            owner=self,
            done=self._saved,
            failed=self._lost,
        )

    def make(self) -> None:
        """Make a backup now, in the plan's folder."""
        if self._kept is None or not self._kept.folder or self._locked():
            return
        asked, viewer = self.context.asked.backups, self.context.viewer
        stop = self.context.asking.ask(
            asked.make(viewer, ""), owner=self, done=self._one_made, failed=self._lost
        )
        self._busy.begin(_("Making a backup …"), stop)

    def _build(self) -> None:
        head = PageHead(_("Backups"))
        head.tools.addWidget(self._busy)
        self.form.body.addWidget(Bar("cardfoot", 44).stretch().add(self.give_up, self.save))
        self.made.body.addWidget(Bar("cardfoot", 44).stretch().add(self.now))
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        for card in (self.form, self.made):
            side = QVBoxLayout()
            side.addWidget(card)
            side.addStretch(1)
            row.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addLayout(row, 1)

    def _locked(self) -> bool:
        if self.context.write_lock.all_locked:
            self.context.write_lock.ask_unlock()
            return True
        return False

    def _edited(self) -> None:
        """Show what may be pressed with what stands in the fields."""
        changed = self._kept is not None and _differs(self.form, self._kept)
        self.save.setEnabled(changed and not self._sending)
        self.give_up.setEnabled(changed)
        if self._kept is not None:
            folder = bool(self._kept.folder)
            self.made.show_needs(folder=folder, saved=not changed)
            self.now.setEnabled(folder and not changed)

    def _take(self, found: _Found) -> None:
        untouched = not self.unsaved()
        self._kept, made, trouble = found
        self.made.show_made(made, trouble, datetime.now(UTC), self.context.zone)
        if untouched:
            self.form.show_plan(self._kept)
        self._edited()
        self._bring_back()
        self.become_ready()

    def _bring_back(self) -> None:
        begun, self._begun = self._begun, {}
        if begun:
            self.form.show_plan(backup_plan(begun))

    def _saved(self, plan: BackupPlan) -> None:
        self._sending, self._kept = False, plan
        self.form.show_plan(plan)
        self.notice.hide()
        self.refresh()

    def _one_made(self, _made: Backup) -> None:
        self._busy.end()
        self.notice.hide()
        self.refresh()

    def _lost(self, error: PlantError) -> None:
        self._busy.end()
        self._sending = False
        if isinstance(error, Conflict):
            self._kept = None  # what stands in the fields stays, upon what is kept by now
            self.notice.tell(str(error), retry=partial(_look_again, self))
        else:
            self.notice.tell(str(error))
        self._edited()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.refresh)
        self.form.awaited.fail()
        self.become_ready()


def _look_again(page: BackupsPage) -> None:
    """Take what another kept as what stands, and leave the fields as they were typed."""
    page.recall(dict(page.form.plan().options()))
    page.refresh()


def _differs(form: PlanForm, kept: BackupPlan | None) -> bool:
    """Whether anything is in the fields that is not kept."""
    return form.plan() != kept or bool(form.phrase.text())


def _build(context: PageContext, _show: Show) -> Page:
    return BackupsPage(context)


PAGE = PageType(
    "backups",
    lambda: _("Backups"),
    "copy",
    Section.ADMIN,
    Capability.EDIT_PROJECT,
    28,
    _build,
)

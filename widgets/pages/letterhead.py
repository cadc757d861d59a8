"""Whose paper it is: name of the plant, utility, address and logo, beside a specimen."""

import asyncio
from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import BadInput, Conflict, PlantError
from app.model.version import PLANT, ThingKind
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN, PAD, Bar, Card, PageHead
from widgets.controls.notice import Notice
from widgets.controls.plain import button
from widgets.desk import Memory
from widgets.letterhead.form import HeadForm
from widgets.letterhead.specimen import Specimen
from widgets.letterhead.wish import Kept, Wish, kept_of
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_FORM_SHARE, _PAPER_SHARE = 2, 3


_VERSIONS = Show("versions", part=f"{ThingKind.PLANT.value}/{PLANT}")


class LetterheadPage(Page):
    """Shows what is kept; what is changed stands on the specimen at once."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._kept: Kept | None = None
        self._sent: Wish | None = None  # being saved, until it is known what is kept
        self._begun: Memory = {}  # remembered, until it is known what is kept
        self.notice = Notice(context.look)
        self.form = HeadForm(context)
        self.specimen = Specimen(context)
        look = context.look
        self.versions = button(
            _("Versions"), lambda: context.show(_VERSIONS), look=look, drawing="history"
        )
        self.give_up = button(_("Give up"), self.discard)
        self.save = button(_("Save"), self.keep, role="primary")
        for each in (self.save, self.give_up):
            each.setEnabled(False)  # until it is known what is kept
        self._build()
        self.form.edited.connect(self._edited)
        self.refresh()

    def heading(self) -> str:
        return _("Letterhead")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Letterhead")

    def reveal(self, show: Show) -> None:
        self.form.awaited.give_keys(self.form.title_field.control)

    def refresh(self) -> None:
        context = self.context

        async def work() -> Kept:
            asked, viewer = context.asked, context.viewer
            head = await asked.reports.letterhead(viewer)
            return kept_of(await asked.versions.of_plant(viewer), head)

        context.asking.ask(work(), owner=self, done=self._take, failed=self._fail)

    def settled(self) -> bool:
        return super().settled() and (self._kept is None or not self.specimen.is_waiting)

    def unsaved(self) -> str:
        if self._kept is None or self.form.wish() == self._kept.wish:
            return ""
        return _("The letterhead was changed and is not saved.")

    def discard(self) -> None:
        if self._kept is not None:
            self.form.show_wish(self._kept.wish)
            self.notice.hide()

    def memory(self) -> Memory:
        if not self.unsaved():
            return {}
        wish = self.form.wish()
        return {
            "title": wish.title,
            "utility": wish.utility,
            "address": wish.address,
            "logo": str(wish.logo or ""),
        }

    def recall(self, memory: Memory) -> None:
        self._begun = memory
        if self._kept is not None:
            self._bring_back()

    def keep(self) -> None:
        """Save what stands in the form: the logo first, then what names it."""
        kept, wish = self._kept, self.form.wish()
        if kept is None or wish == kept.wish or self._sent is not None:
            return
        if not wish.title:
            self.form.title_field.complain(_("A plant needs a name."))
            self.form.title_field.control.setFocus()
            return
        self._sent = wish
        self.save.setEnabled(False)
        self.context.asking.ask(
            self._send(kept, wish),
            owner=self,
            done=lambda _done: self._saved(kept, wish),
            failed=self._lost,
        )

    async def _send(self, kept: Kept, wish: Wish) -> None:
        asked, viewer = self.context.asked, self.context.viewer
        logo = None
        if wish.logo != kept.wish.logo:
            logo = ""
            if wish.logo is not None:
                from app.reports.render.logo import logo_bytes, logo_of

                content = await asyncio.to_thread(logo_bytes, wish.logo)
                await asyncio.to_thread(logo_of, content, wish.logo.name)
                logo = (await asked.reports.keep_logo(viewer, wish.logo.name, content)).id
        await asked.project.describe(
            viewer,
            title=wish.title,
            utility=wish.utility,
            logo=logo,
            options=kept.options_with(wish.address),
            seen=kept.version,
        )

    def _build(self) -> None:
        head = PageHead(_("Letterhead"))
        head.tools.addWidget(self.versions)
        self.form.setMaximumWidth(620)
        paper = Card(_("On paper"))
        inside = QVBoxLayout()
        inside.setContentsMargins(PAD, PAD, PAD, PAD)
        inside.addWidget(self.specimen)
        paper.body.addLayout(inside)
        self.form.body.addWidget(Bar("cardfoot", 44).stretch().add(self.give_up, self.save))
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        row.addWidget(self.form, _FORM_SHARE)
        row.addWidget(paper, _PAPER_SHARE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addLayout(row, 1)

    def _edited(self) -> None:
        wish = self.form.wish()
        changed = self._kept is not None and wish != self._kept.wish
        self.save.setEnabled(changed and self._sent is None)
        self.give_up.setEnabled(changed)
        self.form.title_field.complain("")
        self.form.logo_field.complain("")
        self.specimen.show_head(wish.head)

    def _take(self, kept: Kept) -> None:
        before, now = self._kept, self.form.wish()
        self._kept, self._sent = kept, None
        if before is None or now == before.wish:
            self.form.show_wish(kept.wish)
        elif now.logo == before.wish.logo:  # typed on meanwhile: that stays, the logo is kept
            self.form.take_logo(kept.wish.logo)
        self._edited()
        self._bring_back()
        self.become_ready()

    def _bring_back(self) -> None:
        """Put back what was begun before, upon what is kept now."""
        begun, self._begun = self._begun, {}
        if self._kept is None or not begun:
            return
        texts = [begun.get(name) for name in ("title", "utility", "address", "logo")]
        title, utility, address, logo = (str(each or "") for each in texts)
        self.form.show_wish(Wish(title, utility, address, Path(logo) if logo else None))

    def _saved(self, kept: Kept, sent: Wish) -> None:
        self._kept = replace(kept, wish=sent)  # what was typed since then is not
        self.notice.hide()
        self.context.work.tell(_("Every report carries this letterhead from now on."))
        self.refresh()

    def _lost(self, error: PlantError) -> None:
        self._sent = None
        self._edited()
        if isinstance(error, Conflict):
            self.notice.tell(str(error), retry=self._read_again)
        elif isinstance(error, BadInput):
            self.form.logo_field.complain(str(error))
        else:
            self.notice.tell(str(error))

    def _read_again(self) -> None:
        self._kept = None
        self.refresh()

    def _fail(self, error: PlantError) -> None:
        self._sent = None
        self.notice.tell(str(error), retry=self.refresh)
        self.form.awaited.fail()
        self.become_ready()


def _build(context: PageContext, _show: Show) -> Page:
    return LetterheadPage(context)


PAGE = PageType(
    "letterhead",
    lambda: _("Letterhead"),
    "report",
    Section.ADMIN,
    Capability.EDIT_GENERAL,
    25,
    _build,
)

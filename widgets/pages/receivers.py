"""Receivers: where telegrams of meters come from, how each is doing; added, changed, tried."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.reception import RadioLine, ReceiverFigures
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import MARGIN, Card, EmptyState, PageHead
from widgets.controls.confirm import agreed
from widgets.controls.late import Stack
from widgets.controls.notice import Notice
from widgets.controls.plain import button
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.models.receiverplace import option_of
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.receivers.dialog import ReceiverDialog
from widgets.receivers.form import collectors_of, with_collectors
from widgets.receivers.layouts import LayoutsDialog
from widgets.receivers.table import ReceiverRow, receiver_columns, rows_of

_EVERY_S = 3  # from one look at the figures to the next
_Told = tuple[Sequence[RadioLine], Sequence[ReceiverFigures]]


class ReceiversPage(Page):
    """Enter or a double click opens a receiver to be changed."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.lines: Sequence[RadioLine] = ()
        self._asking, self._age_s = False, 0
        self.notice = Notice(context.look)
        self.model: RowsModel[ReceiverRow] = RowsModel(
            receiver_columns(context.now, context.zone), lambda row: row.key, self
        )
        self.table: Table[ReceiverRow] = Table(self.model, context.look, _("Receivers"))
        look = context.look
        self.add = button(_("Add…"), self._add, look=look, drawing="add", role="primary")
        self.edit = button(_("Edit…"), self._edit, look=look, drawing="edit")
        self.remove = button(_("Remove…"), self._remove, look=look, drawing="close")
        self.layouts = button(_("Layouts…"), self._open_layouts)
        self._stack = Stack()
        self._build()
        self.table.opened.connect(lambda _row: self._edit())
        context.feed.aged.connect(self._tick)
        self.refresh()

    def heading(self) -> str:
        return _("Receivers")

    def crumbs(self) -> tuple[str, ...]:
        return _("Plant"), _("Receivers")

    def reveal(self, show: Show) -> None:
        self.table.setFocus()

    def refresh(self) -> None:
        """Ask what there is and how it is doing, unless an answer is on its way."""
        if self._asking:
            return
        self._asking = True
        context, radio = self.context, self.context.asked.radio

        async def work() -> _Told:
            return await radio.lines(context.viewer), await radio.receivers(context.viewer)

        context.asking.ask(work(), owner=self, done=self._take, failed=self._fail)

    def _build(self) -> None:
        self._head = head = PageHead(_("Receivers"))
        for each in (self.layouts, self.edit, self.remove, self.add):
            head.tools.addWidget(each)
        card = Card()
        card.body.addWidget(self.table, 1)
        self._stack.addWidget(card)
        self._stack.addWidget(
            EmptyState(
                _(
                    "No receiver yet. A receiver brings the telegrams of meters by radio: a "
                    "dongle at this computer, a gateway in the network, a broker, or the "
                    "files of a concentrator."
                ),
                action=_("Add a receiver"),
                pressed=self._add,
            )
        )
        inside = QVBoxLayout()
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addLayout(inside, 1)

    def _tick(self) -> None:
        self._age_s += 1
        if self._age_s % _EVERY_S == 0 and self.isVisible():
            self.refresh()

    def _take(self, told: _Told) -> None:
        self._asking = False
        self.lines, heard = told
        rows = list(rows_of(self.lines, heard))
        if rows != list(self.model.rows):
            self.model.replace(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        for each in (self.edit, self.remove):
            each.setVisible(bool(rows))
        said = ngettext("{count} receiver", "{count} receivers", len(rows))
        self._head.beside.setText(said.format(count=figures(len(rows), 0)) if rows else "")
        self.become_ready()

    def _fail(self, error: PlantError) -> None:
        self._asking = False
        self.notice.tell(str(error), retry=self.refresh)
        self.become_ready()

    def _chosen(self) -> ReceiverRow | None:
        row = self.table.current()
        if row is None:
            self.notice.tell(_("Choose a receiver first."))
        return row

    def _add(self) -> None:
        self._open(None)

    def _edit(self) -> None:
        row = self._chosen()
        if row is not None:
            self._open(row)

    def _open(self, row: ReceiverRow | None) -> None:
        if _locked(self.context):
            return
        own = None if row is None else row.line
        sound = [each for each in self.lines if not each.fault or each is own]
        line, receiver = (None, None) if row is None else (row.line, row.receiver)
        dialog = ReceiverDialog(self.context, sound, line, receiver, self)
        dialog.kept.connect(self.refresh)
        dialog.open()

    def _open_layouts(self) -> None:
        LayoutsDialog(self.context, self).open()

    def _remove(self) -> None:
        row = self._chosen()
        if row is None or _locked(self.context):
            return
        name = row.receiver.name
        asks = _("Remove the receiver {name}? Its password is forgotten.").format(name=name)
        if not agreed(asks, _("Remove"), self):
            return
        context, link = self.context, row.line.link
        left = [each for each in row.line.receivers if each != row.receiver]

        async def work() -> None:
            if row.receiver.has_secret:
                await context.asked.radio.keep_secret(context.viewer, f"{link.id}/{name}", "")
            if left:
                options = {**link.options, "receivers": option_of(left)}
                kept = collectors_of(link, [each.name for each in left])
                made = replace(link, options=with_collectors(options, kept))
                await context.asked.project.put_link(context.viewer, made, "", link)
            else:
                await context.asked.project.remove_link(context.viewer, link.id)

        context.asking.ask(
            work(), owner=self, done=lambda _done: self.refresh(), failed=self._fail
        )


def _locked(context: PageContext) -> bool:
    """Whether writing is locked; then the person is asked to open it."""
    if context.write_lock.all_locked:
        context.write_lock.ask_unlock()
        return True
    return False


def _build(context: PageContext, _show: Show) -> Page:
    return ReceiversPage(context)


PAGE = PageType(
    "receivers",
    lambda: _("Receivers"),
    "link",
    Section.PLANT,
    Capability.EDIT_DEVICES,
    65,
    _build,
    whole=True,  # it hears the meters of everybody
)

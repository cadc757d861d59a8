"""Who waits for whom: the badge that counts, and the list of requests."""

from concurrent.futures import Future
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.channel.wishes import answer
from app.errors import PlantError, SecondPersonNeeded
from app.model.second import PairRequest, Wish, WishState
from app.words import _, ngettext
from widgets.controls.card import MARGIN, Card
from widgets.controls.cardlist import CardList
from widgets.controls.moments import clock_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.pagetype import PageContext
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.secondperson.telling import state_word, told_wishes

_WIDTH_PX = 640


class PairBadge(QPushButton):
    """Counts what waits for this person, else what this person waits for; opens the list."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAutoDefault(False)
        self._context = context
        self.clicked.connect(lambda _on=False: self.open_list())
        context.pairs.changed.connect(self.refresh)
        context.pairs.came.connect(self._tell_came)
        context.pairs.ended.connect(self._tell_ended)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        for_me, mine = len(self._context.pairs.for_me), len(self._context.pairs.mine)
        count = for_me or mine
        if for_me:
            words = ngettext("{count} WAITS FOR YOU", "{count} WAIT FOR YOU", count)
            said = ngettext(
                "{count} request waits for you as the second person",
                "{count} requests wait for you as the second person",
                count,
            )
        else:
            words = ngettext("{count} WAITS", "{count} WAIT", count)
            said = ngettext(
                "{count} request of yours waits for a second person",
                "{count} requests of yours wait for a second person",
                count,
            )
        self.setText(words.format(count=count))
        self.setAccessibleName(said.format(count=count))
        self.setVisible(count > 0)

    def open_list(self) -> None:
        """Show who waits for whom."""
        PairList(self._context, self.window() or self).open()

    def _tell_came(self, request: PairRequest) -> None:
        what = told_wishes(request.wishes, self._context.directory)[0]
        words = _("{name} asks for a second person: {what}")
        self._context.work.tell(words.format(name=request.name, what=what))

    def _tell_ended(self, request: PairRequest) -> None:
        if request.login != self._context.viewer.login:
            return
        what = told_wishes(request.wishes, self._context.directory)[0]
        errors = [each.error for each in request.ends if each.error]
        self._context.work.tell(f"{what}: {errors[0] if errors else state_word(request)}")


class PairList(QDialog):
    """The requests of this person and those for this person, each with what may be done."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Requests for a second person"))
        self.setMinimumWidth(_WIDTH_PX)
        self._context = context
        self.notice = Notice(context.look)
        self._cards = CardList(_("Requests for a second person"))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addWidget(self.notice)
        column.addWidget(self._cards, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(_("Close"), self.reject))
        column.addLayout(foot)
        context.pairs.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the requests as they stand now."""
        cards = [self._card(each) for each in self._context.pairs.requests]
        self._cards.show_cards(cards or [sentence(_("Nothing waits for a second person."))])

    def _card(self, request: PairRequest) -> QWidget:
        context = self._context
        card = Card(request.name, state_word(request))
        until = clock_text(request.until, context.zone)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        for each in told_wishes(request.wishes, context.directory):
            column.addWidget(sentence(each, "strong"))
        column.addWidget(sentence(request.reason))
        for error in {end.error for end in request.ends if end.error}:
            column.addWidget(sentence(error, "fault"))
        row = QHBoxLayout()
        row.setSpacing(8)
        if request.state is WishState.WAITING:
            row.addWidget(label(_("waits until {when}").format(when=until), "small"))
        row.addStretch(1)
        if request.mine_to_confirm:
            row.addWidget(button(_("Decline"), partial(self._withdraw, request)))
            row.addWidget(
                button(_("Confirm…"), partial(self._confirm, request), role="primary")
            )
        elif request.state is WishState.WAITING:
            row.addWidget(button(_("Take back"), partial(self._withdraw, request)))
        column.addLayout(row)
        card.body.addWidget(inside)
        return card

    def _confirm(self, request: PairRequest) -> None:
        SecondPersonDialog(self._context, request.wishes, "", self, request).open()

    def _withdraw(self, request: PairRequest) -> None:
        self._context.pairs.withdraw(request.id, lambda error: self.notice.tell(str(error)))


class PairDesk(QObject):
    """Asks for a second person wherever the core says that one is needed (GUI thread)."""

    def __init__(self, context: PageContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._waiting: dict[str, tuple[Wish, Future[Any]]] = {}
        context.pairs.wanted.connect(self._ask)
        context.pairs.ended.connect(self._end)

    def _ask(self, wish: Wish, end: "Future[Any]") -> None:
        dialog = SecondPersonDialog(self._context, [wish], "", self._window)
        filed: list[PairRequest] = []

        def finished(result: int) -> None:
            if result == QDialog.DialogCode.Accepted and dialog.was_confirmed:
                self._waiting[filed[0].id] = wish, end
            elif result == QDialog.DialogCode.Accepted:
                end.set_exception(
                    SecondPersonNeeded(
                        _("It waits for a second person; nothing has been done yet.")
                    )
                )
            else:
                end.set_exception(
                    SecondPersonNeeded(_("Nobody confirmed it: nothing has been done."))
                )

        dialog.filed.connect(filed.append)
        dialog.finished.connect(finished)
        dialog.open()

    def _end(self, request: PairRequest) -> None:
        wish, end = self._waiting.pop(request.id, (None, None))
        if wish is None or end is None:
            return
        told = request.ends[0] if request.ends else None
        if told is not None and told.answer:
            end.set_result(answer(wish, told.answer))
        else:
            end.set_exception(PlantError(told.error if told else state_word(request)))

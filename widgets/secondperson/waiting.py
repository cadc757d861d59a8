"""Who waits for whom: the badge that counts, and the list of requests."""

from concurrent.futures import Future
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from app.channel.wishes import answer
from app.errors import PlantError, SecondPersonNeeded
from app.model.second import PairRequest, Wish, WishState
from app.words import _, ngettext
from widgets.controls.carddialog import CardDialog, CountBadge, told_card
from widgets.controls.moments import clock_text
from widgets.controls.plain import button, label
from widgets.pagetype import PageContext
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.secondperson.petition import Petition
from widgets.secondperson.telling import state_word, told_wishes


class PairBadge(CountBadge):
    """Counts what waits for this person, else what this person waits for; opens the list."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
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
        self.show_count(count, words, said)

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


class PairList(CardDialog):
    """The requests of this person and those for this person, each with what may be done."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        title = _("Requests for a second person")
        super().__init__(context.look, title, _("Nothing waits for a second person."), parent)
        self._context = context
        context.pairs.changed.connect(self.refresh)
        self.refresh()

    def cards(self) -> list[QWidget]:
        """Make a card of each request there is now."""
        return [self._card(each) for each in self._context.pairs.requests]

    def _card(self, request: PairRequest) -> QWidget:
        lines = [
            (each, "strong") for each in told_wishes(request.wishes, self._context.directory)
        ]
        lines.append((request.reason, "quiet"))
        lines += [(error, "fault") for error in {end.error for end in request.ends} if error]
        return told_card(request.name, state_word(request), lines, self._foot(request))

    def _foot(self, request: PairRequest) -> list[QWidget | None]:
        waits = request.state is WishState.WAITING
        until = clock_text(request.until, self._context.zone)
        foot: list[QWidget | None] = []
        if waits:
            foot.append(label(_("waits until {when}").format(when=until), "small"))
        foot.append(None)
        if request.mine_to_confirm:
            foot.append(button(_("Decline"), partial(self._withdraw, request)))
            confirm = partial(self._confirm, request)
            foot.append(button(_("Confirm…"), confirm, role="primary"))
        elif waits:
            foot.append(button(_("Take back"), partial(self._withdraw, request)))
        return foot

    def _confirm(self, request: PairRequest) -> None:
        SecondPersonDialog(self._context, request.wishes, "", self, request).open()

    def _withdraw(self, request: PairRequest) -> None:
        self._context.pairs.withdraw(request.id, lambda error: self.notice.tell(str(error)))


class PairDesk(QObject):
    """Asks for a second person wherever the core says that one is needed (GUI thread)."""

    def __init__(self, context: PageContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        context.pairs.wanted.connect(self._ask)

    def _ask(self, wish: Wish, end: "Future[Any]") -> None:
        petition = Petition(self._context, [wish], "", self._window)
        petition.given_up.connect(partial(_refuse, end))
        petition.left.connect(partial(_leave, end))
        petition.ended.connect(partial(_answer, end, wish))


def _refuse(end: "Future[Any]") -> None:
    end.set_exception(SecondPersonNeeded(_("Nobody confirmed it: nothing has been done.")))


def _leave(end: "Future[Any]", confirmed: bool) -> None:
    if not confirmed:
        words = _("It waits for a second person; nothing has been done yet.")
        end.set_exception(SecondPersonNeeded(words))


def _answer(end: "Future[Any]", wish: Wish, request: PairRequest) -> None:
    if end.done():
        return  # whoever asked was told that it waits
    told = request.ends[0] if request.ends else None
    if told is not None and told.answer:
        end.set_result(answer(wish, told.answer))
    else:
        end.set_exception(PlantError(told.error if told else state_word(request)))

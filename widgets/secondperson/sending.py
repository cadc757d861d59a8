"""Changes of settings that two people make: asked for together, each end told as it comes."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.channel.wishes import answer, wish
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.second import PairRequest, WishEnd
from widgets.pagetype import PageContext
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.secondperson.petition import Petition
from widgets.secondperson.telling import state_word


class PairedSending(QObject):
    """``filed`` says that the wishes left the desk, ``wrote`` how each of them ended."""

    filed = pyqtSignal()
    wrote = pyqtSignal(object)  # a `WriteResult`

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._over = context, parent
        self._petition: Petition | None = None  # the one whose dialog stands

    @property
    def dialog(self) -> SecondPersonDialog | None:
        """What is asked just now."""
        return None if self._petition is None else self._petition.dialog

    def begin(self, requests: Sequence[WriteRequest], reason: str) -> None:
        """Ask for the second person; nothing is sent from here."""
        if self.dialog is not None:
            return  # pressed twice
        wishes = [wish("control.write", each) for each in requests]
        made = self._petition = Petition(self._context, wishes, reason, self._over)
        made.given_up.connect(self._forget)
        made.left.connect(self._left)
        made.ended.connect(partial(self._end, requests))

    def _forget(self) -> None:
        self._petition = None

    def _left(self, _confirmed: bool) -> None:
        self._petition = None
        self.filed.emit()

    def _end(self, requests: Sequence[WriteRequest], told: PairRequest) -> None:
        for at, each in enumerate(requests):
            self.wrote.emit(self._result(told, each, at))

    def _result(self, told: PairRequest, request: WriteRequest, at: int) -> WriteResult:
        end = told.ends[at] if at < len(told.ends) else WishEnd("", state_word(told))
        if end.answer:
            got: WriteResult = answer(told.wishes[at], end.answer)
            return got
        return WriteResult(
            request.device,
            request.key,
            request.expected,
            request.value,
            None,
            WriteState.REFUSED,
            end.error,
            self._context.now(),
        )

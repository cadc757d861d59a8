"""One request for a second person, from its dialog to its end, told in that order."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.model.second import PairRequest, Wish, WishState
from widgets.pagetype import PageContext
from widgets.secondperson.dialog import SecondPersonDialog


class Petition(QObject):
    """Shows the dialog at once; then ``given_up``, or ``left`` and later ``ended``; each once.

    The end may be known before the dialog has closed: what was confirmed here may be
    carried out faster than its answer comes, and another window may confirm what is
    still being typed about here. Nothing of that is lost.
    """

    given_up = pyqtSignal()
    left = pyqtSignal(bool)  # the request is out of the dialog; True: confirmed
    ended = pyqtSignal(object)  # the `PairRequest`, over

    def __init__(
        self, context: PageContext, wishes: Sequence[Wish], reason: str, over: QWidget
    ) -> None:
        super().__init__(over)
        self._over: PairRequest | None = None  # told while the dialog still stood
        self._request = ""
        self.dialog: SecondPersonDialog | None = SecondPersonDialog(
            context, wishes, reason, over
        )
        self.dialog.filed.connect(self._filed)
        self.dialog.finished.connect(self._closed)
        context.pairs.ended.connect(self._hear)
        self.dialog.open()

    def _filed(self, told: PairRequest) -> None:
        self._request = told.id

    def _hear(self, told: PairRequest) -> None:
        if told.id != self._request:
            return
        if self.dialog is None:
            self._tell(told)
        elif told.state is WishState.DONE:
            self._over = told
            self.dialog.was_carried_out()
        else:
            self._request = ""
            self.dialog.is_over(told)

    def _closed(self, accepted: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is None or not (accepted and self._request):
            self._request = ""
            self.given_up.emit()
            self.deleteLater()
            return
        self.left.emit(dialog.was_confirmed)
        if self._over is not None:
            self._tell(self._over)

    def _tell(self, told: PairRequest) -> None:
        self._request = ""
        self.ended.emit(told)
        self.deleteLater()

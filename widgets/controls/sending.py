"""Sends staged changes one by one through the one door, and tells how each ended."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSignal

from app.errors import PlantError
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.override import DEFAULT_MIN
from app.model.reading import DeviceId
from app.words import _
from widgets.models.staging import Staged
from widgets.pagetype import PageContext


class Sending(QObject):
    """One run of writes; calling `call_off` lets the write under way finish and no more start.

    When the widget it belongs to is closed meanwhile, nothing further is sent either.
    """

    sending = pyqtSignal(object)  # the `Staged` under way
    ended = pyqtSignal(object)  # a `WriteResult`
    finished = pyqtSignal()

    def __init__(
        self, context: PageContext, device: DeviceId, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._device = context, device
        self._waiting: list[Staged] = []
        self._note = ""
        self._lasts_min: int | None = DEFAULT_MIN
        self._wanted: Callable[[Staged], bool] = _always
        self.under_way = False
        self.total = 0
        self.done = 0  # writes of this run that have ended

    def begin(
        self,
        changes: Sequence[Staged],
        note: str,
        wanted: Callable[[Staged], bool] | None = None,
        lasts_min: int | None = DEFAULT_MIN,
    ) -> None:
        """Send these changes in order; ``note`` is the reason a person gave.

        ``wanted`` is asked before each: one that was taken back or changed since the
        run began is not sent. ``lasts_min`` ends what is an override.
        """
        if self.under_way or not changes:
            return
        self._waiting, self._note, self._wanted = list(changes), note, wanted or _always
        self._lasts_min = lasts_min
        self.total, self.done = len(changes), 0
        self._next()

    def call_off(self) -> None:
        """Start no more writes."""
        self._waiting.clear()

    def _next(self) -> None:
        if self._context.write_lock.locked:
            self._waiting.clear()  # the lock fell in mid-run: nothing further leaves
        while self._waiting:
            change = self._waiting.pop(0)
            if change.new is not None and self._wanted(change):
                self._send(change)
                return
        self.under_way = False
        self.finished.emit()

    def _send(self, change: Staged) -> None:
        self.under_way = True
        (request,) = requests_of(self._device, [change], self._note, self._lasts_min)
        context = self._context
        self.sending.emit(change)
        context.asking.ask(
            context.asked.control.write(context.viewer, request),
            owner=self,
            done=self._take,
            failed=lambda error: self._fail(request, error),
        )

    def _take(self, result: WriteResult) -> None:
        self.done += 1
        self.ended.emit(result)
        self._next()

    def _fail(self, request: WriteRequest, error: PlantError) -> None:
        """A fault on the way: nobody knows whether the value arrived, so nothing follows."""
        self._waiting.clear()
        self._take(
            WriteResult(
                request.device,
                request.key,
                request.expected,
                request.value,
                None,
                WriteState.UNCONFIRMED,
                _("{error} Read the value again to see what holds.").format(error=error),
                self._context.now(),
            )
        )


def requests_of(
    device: DeviceId,
    changes: Sequence[Staged],
    note: str,
    lasts_min: int | None = DEFAULT_MIN,
) -> Sequence[WriteRequest]:
    """Return the wishes of staged changes, each an intent of its own."""
    return [
        WriteRequest(device, each.spec.key, each.new, uuid4().hex, each.old, note, lasts_min)
        for each in changes
        if each.new is not None
    ]


def _always(_change: Staged) -> bool:
    return True

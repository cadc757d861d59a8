"""Writes one setting at many devices: several lines at a time, each device only once."""

from collections.abc import Sequence
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSignal

from app.errors import PlantError
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.override import DEFAULT_MIN
from app.words import _
from widgets.models.bulkchange import Wish
from widgets.pagetype import PageContext

AT_ONCE = 4  # writes under way at the same time, each at a device of its own


class BulkSending(QObject):
    """One run; `call_off` lets what is under way finish and starts no more (GUI thread)."""

    ended = pyqtSignal(object)  # a `WriteResult`
    finished = pyqtSignal()

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: list[WriteRequest] = []
        self._open = 0
        self.total = 0

    @property
    def under_way(self) -> bool:
        """Whether some write has not ended yet."""
        return self._open > 0

    @property
    def done(self) -> int:
        """How many have ended."""
        return self.total - self._open - len(self._waiting)

    def begin(
        self, wishes: Sequence[Wish], note: str, lasts_min: int | None = DEFAULT_MIN
    ) -> None:
        """Send these; ``note`` is the reason given, ``lasts_min`` ends what is an override."""
        if self.under_way:
            return
        self._waiting = list(requests_of(wishes, note, lasts_min))
        self.total = len(self._waiting)
        self._next()

    def call_off(self) -> None:
        """Start no more writes."""
        self.total -= len(self._waiting)
        self._waiting.clear()

    def _next(self) -> None:
        if self._context.write_lock.locked:
            self.call_off()  # the lock fell in mid-run: nothing further leaves
        while self._waiting and self._open < AT_ONCE:
            self._send(self._waiting.pop(0))
        if not self.under_way:
            self.finished.emit()

    def _send(self, request: WriteRequest) -> None:
        context = self._context
        self._open += 1
        context.asking.ask(
            context.asked.control.write(context.viewer, request),
            owner=self,
            done=self._take,
            failed=lambda error: self._fail(request, error),
        )

    def _take(self, result: WriteResult) -> None:
        self._open -= 1
        self.ended.emit(result)
        self._next()

    def _fail(self, request: WriteRequest, error: PlantError) -> None:
        """A fault on the way: nobody knows whether the value arrived, so nothing follows."""
        self.call_off()
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
    wishes: Sequence[Wish], note: str, lasts_min: int | None = DEFAULT_MIN
) -> Sequence[WriteRequest]:
    """Return what is to be written, each an intent of its own."""
    return [
        WriteRequest(
            wish.device,
            wish.spec.key,
            wish.new,
            intent=uuid4().hex,
            expected=wish.old,
            note=note,
            lasts_min=lasts_min,
        )
        for wish in wishes
        if wish.spec is not None and wish.new is not None
    ]

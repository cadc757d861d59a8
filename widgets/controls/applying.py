"""From staged changes to a device: review, lock, one write after the other, outcome."""

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QWidget

from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec
from app.model.reading import DeviceId
from app.sentences import told_sentence
from widgets.controls.review import Review
from widgets.controls.sending import Sending, requests_of
from widgets.models.staging import Staged, Staging
from widgets.pagetype import PageContext
from widgets.secondperson.sending import PairedSending

Order = Callable[[Sequence[Staged]], Sequence[Staged]]


class Applying(QObject):
    """Ties a review panel to the door for writing; Ctrl+Z in ``over`` takes a step back.

    ``changed`` says that something was staged, taken back, sent or refused, ``wrote``
    how one write ended, ``finished`` that the run is over.
    """

    changed = pyqtSignal()
    wrote = pyqtSignal(object)  # a `WriteResult`
    finished = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        device: DeviceId,
        staging: Staging,
        specs: Mapping[str, PointSpec],
        over: QWidget,
        order: Order = list,
        nothing: str = "",
    ) -> None:
        """``order`` brings the changes into the order they are sent in."""
        super().__init__(over)
        self._context, self._staging, self._specs, self._order = context, staging, specs, order
        name = context.directory.name(device)
        self.review = Review(staging, name, context.look, nothing=nothing)
        self.sending = Sending(context, device, self)
        self.review.apply_wanted.connect(self._apply)
        self.review.cancel_wanted.connect(self.sending.call_off)
        self.review.changed.connect(self.tell)
        self.sending.ended.connect(self._written)
        self.sending.finished.connect(self._finished)
        lock = context.write_lock
        lock.changed.connect(self._show_lock)
        self._show_lock()
        self._device, self._asked_for = device, list[Staged]()
        self.second = PairedSending(context, over)
        self.second.filed.connect(self._filed)
        self.second.wrote.connect(self._wrote_paired)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), over)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self._undo)

    def tell(self) -> None:
        """Show what is staged now, here and wherever it is shown."""
        self.review.refresh()
        self.changed.emit()

    def _show_lock(self) -> None:
        self.review.show_lock(locked=self._context.write_lock.locked)

    def _undo(self) -> None:
        if not self.sending.under_way and self._staging.undo():
            self.tell()

    def _apply(self, note: str) -> None:
        if self._context.write_lock.locked:
            self._context.write_lock.ask_unlock()
            return
        ready = list(self._order(self._staging.ready))
        pairs, lasts_min = self._context.pairs, self.review.lasts.minutes
        if any(each.new is not None and pairs.needs_for(each.spec, each.new) for each in ready):
            self._asked_for = ready
            self.second.begin(requests_of(self._device, ready, note, lasts_min), note)
            return
        self.review.begin(len(ready))
        self.sending.begin(
            ready,
            note,
            lambda each: self._staging.get(each.spec.key) == each,
            lasts_min,
        )

    def _written(self, result: WriteResult) -> None:
        staged = self._staging.get(result.key)
        still = staged is not None and staged.new == result.new
        self.review.tell(result, self._specs[result.key])
        self.review.busy.step(self.sending.done, self.sending.total)
        if still and result.state is WriteState.REFUSED:
            self._staging.refuse(result.key, told_sentence(result.reason))
        elif still:  # else another value was wished meanwhile: that wish stays
            self._staging.forget(result.key)
        self.wrote.emit(result)

    def _filed(self) -> None:
        """What waits for a second person is no longer staged: it must not be sent twice."""
        for each in self._asked_for:
            if self._staging.get(each.spec.key) == each:
                self._staging.forget(each.spec.key)
        self._asked_for = []
        self.tell()

    def _wrote_paired(self, result: WriteResult) -> None:
        self.review.tell(result, self._specs[result.key])
        self.wrote.emit(result)
        self._context.overrides.refresh()
        self.finished.emit()

    def _finished(self) -> None:
        self.review.end()
        self._context.overrides.refresh()
        self.tell()
        self.finished.emit()

"""An exchange of a meter, step by step: planned, read at the meter, checked, confirmed."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QInputDialog, QVBoxLayout, QWidget

from app.errors import BadInput, PlantError
from app.model.device import DeviceConfig
from app.model.exchange import Figures, doubts, plan_of, planned, reason_words
from app.model.point import PointSpec
from app.words import _
from widgets.consumption.remarks import moment_words
from widgets.controls.card import GAP, MARGIN
from widgets.controls.fitted import FittedDialog, FittedStack
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label
from widgets.controls.quality import exact
from widgets.exchanging.doing import Done, Read, Visit, beside_sent, do, keep_plan, undo
from widgets.exchanging.steps import BeforeStep, CheckStep, EndStep, MeterStep, read_words
from widgets.pagetype import PageContext

_T = TypeVar("_T")
_WIDTH_PX = 620
_BEFORE, _METER, _CHECK, _END = range(4)


class ExchangeDialog(FittedDialog):
    """Guides through an exchange; ``changed`` whenever sums or the plan are others.

    Nothing is stated before *Confirm* is pressed in the third step; all of it can be taken
    back in the last one, or later from the list of what was stated.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        device: DeviceConfig,
        specs: Sequence[PointSpec],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Exchange of the meter: {name}").format(name=device.name))
        self._context, self._device = context, device
        self._read: Sequence[Read] = ()
        self._done: Done | None = None
        now = context.now()
        self.notice = Notice(context.look)
        self.before = BeforeStep(context, plan_of(device), now)
        self.meter = MeterStep(context, specs, now)
        self.check = CheckStep()
        self.end = EndStep()
        self.head = label("", "strong")
        self.keep = button(_("Keep the plan"), self.keep_plan)
        self.drop = button(_("Drop the plan"), self.drop_plan)
        self.undo = button(_("Undo the exchange…"), self.ask_undo)
        self.back = button(_("Back"), self.go_back)
        self.next = button(_("Next"), self.go_on, role="primary")
        self.close_it = button(_("Close"), self.reject)
        self._build()
        self._show(_BEFORE)

    def step(self) -> int:
        """Return which step is shown, from 0."""
        return self.stack.current()

    def go_back(self) -> None:
        """Show the step before; what was filled in stays."""
        self._show(self.step() - 1)

    def go_on(self) -> None:
        """Show the next step, or confirm; what will not do is said and nothing is asked."""
        self.notice.hide()
        try:
            if self.step() == _BEFORE:
                self._show(_METER)
            elif self.step() == _METER:
                self._weigh()
            else:
                self._confirm()
        except BadInput as error:
            self.notice.tell(str(error))

    def keep_plan(self) -> None:
        """Keep what is filled in as the plan of the device, and close."""
        self._change_plan(planned(self._device, self.before.plan()))

    def drop_plan(self) -> None:
        """Take the plan of the device away, and close."""
        self._change_plan(planned(self._device, None))

    def ask_undo(self) -> None:
        """Ask why, and take all of it back."""
        reason, given = QInputDialog.getText(self, _("Undo the exchange"), _("Reason"))
        if given and self._done is not None and self._unlocked():
            self._ask(undo(self._context, self._done, reason), self._undone)

    def _build(self) -> None:
        self.stack = FittedStack()
        for page in (self.before, self.meter, self.check, self.end):
            self.stack.add(page)
        column, foot = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        for part in (self.head, self.notice, self.stack):
            column.addWidget(part)
        for left in (self.keep, self.drop, self.undo):
            foot.addWidget(left)
        foot.addStretch(1)
        for right in (self.close_it, self.back, self.next):
            foot.addWidget(right)
        column.addLayout(foot)
        self.check.ready.connect(self.next.setEnabled)

    def _show(self, step: int) -> None:
        self.stack.show_step(step)
        names = (_("Before the visit"), _("At the meter"), _("Check"), _("Done"))
        words = _("Step {number} of {all}: {name}")
        self.head.setText(words.format(number=step + 1, all=len(names), name=names[step]))
        self.keep.setVisible(step == _BEFORE)
        self.drop.setVisible(step == _BEFORE and plan_of(self._device) is not None)
        self.undo.setVisible(step == _END)
        self.back.setVisible(step in (_METER, _CHECK))
        self.next.setVisible(step != _END)
        self.next.setText(_("Confirm the exchange") if step == _CHECK else _("Next"))
        self.next.setAccessibleName(self.next.text())
        self.next.setEnabled(step != _CHECK or self.check.is_ready())
        if self.isVisible():
            self.fit()
        first = (self.before.at, self.meter.at, next(iter(self.check.ticks.values())))
        (first[step] if step < len(first) else self.close_it).setFocus()

    def _weigh(self) -> None:
        """Compare what was read with what the meter sent."""
        reason_words(self.before.plan().reason, self.before.plan().serial, [])
        at, self._read = self.meter.moment(), self.meter.read()
        if at > self._context.now():
            raise BadInput(_("this lies ahead: say it when it has happened"))
        asked = beside_sent(self._context, self._device, self._read, at)
        self._ask(asked, partial(self._weighed, at))

    def _weighed(self, at: datetime, figures: list[Figures]) -> None:
        photo = self.meter.photo
        lines = [
            moment_words(at, self._context.zone),
            *(read_words(each) for each in self._read),
            _("without a photo") if photo is None else photo.name,
        ]
        self.check.show_doubts("\n".join(lines), doubts(figures, at, exact))
        self._show(_CHECK)

    def _confirm(self) -> None:
        if not self._unlocked():
            return
        plan, meter = self.before.plan(), self.meter
        reason = reason_words(plan.reason, plan.serial, self.check.checked())
        visit = Visit(
            meter.moment(),
            self._read,
            meter.guessed.isChecked(),
            plan.serial,
            reason,
            meter.photo,
        )
        self._ask(do(self._context, self._device, visit), self._stated)

    def _stated(self, done: Done) -> None:
        self._done, self._device = done, done.after
        self.end.show_done(self.check.summary.text())
        self._show(_END)
        self.changed.emit()

    def _undone(self, _answer: None) -> None:
        self.changed.emit()
        self.accept()

    def _change_plan(self, wanted: DeviceConfig) -> None:
        if self._unlocked():
            self._ask(keep_plan(self._context, self._device, wanted), self._planned)

    def _planned(self, _device: DeviceConfig) -> None:
        self.changed.emit()
        self.accept()

    def _unlocked(self) -> bool:
        """Whether anything may be changed now; asks for the unlocking where not."""
        if self._context.write_lock.all_locked:
            self._context.write_lock.ask_unlock()
            return False
        return True

    def _ask(self, work: Coroutine[Any, Any, _T], done: Callable[[_T], None]) -> None:
        """Ask for something once; the buttons wait for the answer."""
        buttons = (self.next, self.back, self.keep, self.drop, self.undo)
        for each in buttons:
            each.setEnabled(False)

        def free() -> None:
            for each in buttons:
                each.setEnabled(True)
            self.next.setEnabled(self.step() != _CHECK or self.check.is_ready())

        def answered(found: _T) -> None:
            free()
            done(found)

        def failed(error: PlantError) -> None:
            free()
            self.notice.tell(str(error))

        self._context.asking.ask(work, owner=self, done=answered, failed=failed)

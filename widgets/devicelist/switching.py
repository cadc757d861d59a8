"""Puts devices in or out of service, one after the other, and takes it back."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.channel.wishes import wish
from app.errors import Conflict, PlantError
from app.model.crowd import MANY
from app.model.device import DeviceConfig
from app.model.second import Danger, PairRequest
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.pagetype import PageContext
from widgets.secondperson.petition import Petition
from widgets.workcentre import Job

MOST_UNDONE = 100


class Switching(QObject):
    """``changed`` tells that something was switched or taken back (GUI thread)."""

    changed = pyqtSignal()
    conflicted = pyqtSignal(object, str)  # a device not saved, and who was quicker

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._done: list[list[DeviceConfig]] = []  # as they were before each change
        self._queue: list[DeviceConfig] = []
        self._before: list[DeviceConfig] = []
        self._faults: list[str] = []
        self._note = ""
        self._undoing = False
        self._job: Job | None = None
        self._of = 0

    @property
    def is_busy(self) -> bool:
        """Whether a change is under way."""
        return self._job is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done) and not self.is_busy

    def switch(self, devices: Sequence[DeviceConfig], *, enabled: bool) -> None:
        """Put devices in service or out of it; those that are so already stay untouched."""
        wished = [each for each in devices if each.enabled is not enabled]
        if not wished or self.is_busy:
            return
        title = (
            ngettext("Enabling {count} device", "Enabling {count} devices", len(wished))
            if enabled
            else ngettext("Disabling {count} device", "Disabling {count} devices", len(wished))
        ).format(count=len(wished))
        self._note = title
        self._undoing = False
        self._begin(title, wished, [replace(each, enabled=enabled) for each in wished])

    def undo(self) -> None:
        """Take the newest change back."""
        if not self.can_undo:
            return
        before = self._done.pop()
        self._note = _("Taken back: enabling or disabling devices")
        self._undoing = True
        title = ngettext(
            "Taking back the change of {count} device",
            "Taking back the change of {count} devices",
            len(before),
        ).format(count=len(before))
        self._begin(title, before, before)

    def _begin(
        self, title: str, before: Sequence[DeviceConfig], wished: Sequence[DeviceConfig]
    ) -> None:
        self._old = {each.id: each for each in before}
        if len(wished) > MANY and self._context.pairs.needs(Danger.BULK):
            self._ask_second(title, before, wished)
            return
        self._job = self._context.work.begin(title, self._call_off)
        self._queue, self._of = list(wished), len(wished)
        self._before, self._faults = [], []
        self._next()

    def _ask_second(
        self, title: str, before: Sequence[DeviceConfig], wished: Sequence[DeviceConfig]
    ) -> None:
        """Let two people do it, in one request; nothing is switched from here."""
        over = self.parent()
        while over is not None and not isinstance(over, QWidget):
            over = over.parent()
        if over is None:
            return
        wishes = [
            wish("project.put_device", each, self._note, self._seen(each)) for each in wished
        ]
        made = Petition(self._context, wishes, title, over)
        if self._undoing:  # it can be taken back again as long as it was not
            made.given_up.connect(partial(self._keep, before))
        made.ended.connect(partial(self._two_ended, before, self._undoing))

    def _two_ended(
        self, before: Sequence[DeviceConfig], undoing: bool, told: PairRequest
    ) -> None:
        """Remember what two people switched, as what one did: to be taken back."""
        done, faults = list[DeviceConfig](), list[str]()
        for at, each in enumerate(before):
            end = told.ends[at] if at < len(told.ends) else None
            if end is not None and end.error:
                faults.append(f"{each.name}: {told_sentence(end.error)}")
            elif end is not None:
                done.append(each)
        left = [each for each in before if each not in done] if undoing else done
        self._keep(left)
        if done or faults:
            self._context.work.tell("\n".join([_told(len(done)), *faults]))
        self._context.directory.refresh()
        self.changed.emit()

    def _keep(self, before: Sequence[DeviceConfig]) -> None:
        """Remember how devices were before a change, so that it can be taken back."""
        if before:
            self._done = [*self._done, [*before]][-MOST_UNDONE:]

    def _next(self) -> None:
        job = self._job
        if job is None:
            return
        job.step(self._of - len(self._queue), self._of)
        if not self._queue:
            self._end(job)
            return
        wished = self._queue.pop(0)
        context = self._context
        context.asking.ask(
            context.asked.project.put_device(
                context.viewer, wished, self._note, self._seen(wished)
            ),
            owner=self,
            done=lambda _done: self._switched(wished),
            failed=lambda error: self._fail(wished, error),
        )

    def save_over(self, own: DeviceConfig, theirs: DeviceConfig | None) -> None:
        """Save a device although somebody was quicker: over theirs, and over nothing newer."""
        context = self._context
        context.asking.ask(
            context.asked.project.put_device(context.viewer, own, self._note, theirs),
            owner=self,
            done=lambda _done: self._saved_over(),
            failed=lambda error: self.conflicted.emit(own, str(error)),
        )

    def _saved_over(self) -> None:
        self._context.directory.refresh()
        self.changed.emit()

    def _seen(self, wished: DeviceConfig) -> DeviceConfig:
        """Return the device as it stood when it was to be switched."""
        old = self._old[wished.id]
        return replace(old, enabled=not old.enabled) if self._undoing else old

    def _switched(self, config: DeviceConfig) -> None:
        self._before.append(self._old[config.id])
        self._next()

    def _fail(self, config: DeviceConfig, error: PlantError) -> None:
        self._faults.append(f"{config.name}: {error}")
        if isinstance(error, Conflict) and self._of == 1:
            self.conflicted.emit(config, str(error))  # of many, the list of faults tells
        self._next()

    def _call_off(self) -> None:
        self._queue.clear()

    def _end(self, job: Job) -> None:
        self._job = None
        if not self._undoing:
            self._keep(self._before)
        told = _told(len(self._before))
        if self._faults:
            job.fail("\n".join([told, *self._faults]))
        else:
            job.end(told)
        self._context.directory.refresh()
        self.changed.emit()


def _told(count: int) -> str:
    words = ngettext("{count} device changed.", "{count} devices changed.", count)
    return words.format(count=count)

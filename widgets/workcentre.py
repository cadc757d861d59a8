"""What takes its time, with count, estimate and a way to end it; and short messages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum

from PyQt6.QtCore import QObject, pyqtSignal


class JobState(Enum):
    """How a piece of work stands."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"


class Job(QObject):
    """One piece of long work; whoever does it says how far it is (GUI thread)."""

    changed = pyqtSignal()

    def __init__(
        self,
        title: str,
        cancel: Callable[[], None] | None,
        now: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.state = JobState.RUNNING
        self.sentence = ""
        self.done, self.of = 0, 0
        self.began_at = now()
        self._now, self._cancel = now, cancel

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self.state in (JobState.RUNNING, JobState.CANCELLING)

    @property
    def can_cancel(self) -> bool:
        """Whether `cancel` would do anything."""
        return self._cancel is not None and self.state is JobState.RUNNING

    def left_s(self) -> float | None:
        """Return an estimate from the pace so far, None before there is one."""
        gone_s = (self._now() - self.began_at).total_seconds()
        if not self.running or self.done <= 0 or self.of <= self.done:
            return None
        return gone_s / self.done * (self.of - self.done)

    def step(self, done: int, of: int) -> None:
        """Say how far it is: ``done`` of ``of`` pieces."""
        self.done, self.of = done, of
        self.changed.emit()

    def end(self, sentence: str = "") -> None:
        """It is finished; ``sentence`` says what came of it."""
        self._over(JobState.DONE, sentence)

    def fail(self, sentence: str) -> None:
        """It came to nothing; ``sentence`` says why."""
        self._over(JobState.FAILED, sentence)

    def cancel(self) -> None:
        """End it early; the work says itself when it has ended."""
        if self.can_cancel and self._cancel is not None:
            self.state = JobState.CANCELLING
            self.changed.emit()
            self._cancel()

    def _over(self, state: JobState, sentence: str) -> None:
        if self.running:
            self.state, self.sentence = state, sentence
            self.changed.emit()


class WorkCentre(QObject):
    """All long work of this window, and the messages that pass by (GUI thread)."""

    changed = pyqtSignal()
    told = pyqtSignal(str)  # a sentence to show for a moment
    ended = pyqtSignal(object)  # Job

    KEPT = 50

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._jobs: list[Job] = []

    @property
    def jobs(self) -> Sequence[Job]:
        """Every piece of work, the newest first; those ended long ago are dropped."""
        return tuple(reversed(self._jobs))

    def running(self) -> Sequence[Job]:
        """Return the work under way."""
        return [job for job in self.jobs if job.running]

    def begin(self, title: str, cancel: Callable[[], None] | None = None) -> Job:
        """Note a piece of work that begins now."""
        job = Job(title, cancel, self._now, self)
        job.changed.connect(lambda: self._follow(job))
        self._jobs.append(job)
        ended = [each for each in self._jobs if not each.running]
        for old in ended[: max(0, len(self._jobs) - self.KEPT)]:
            self._jobs.remove(old)
            old.deleteLater()
        self.changed.emit()
        return job

    def tell(self, sentence: str) -> None:
        """Show a sentence for a moment."""
        self.told.emit(sentence)

    def _follow(self, job: Job) -> None:
        self.changed.emit()
        if not job.running:
            self.ended.emit(job)

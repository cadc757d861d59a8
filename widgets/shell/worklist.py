"""Long work in sight: how much runs, how far it is, how to end it; messages in passing."""

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidgetAction,
)

from app.words import _, ngettext
from widgets.controls.card import Elided
from widgets.controls.plain import button, sentence
from widgets.icons import icon
from widgets.theme import Look
from widgets.workcentre import Job, JobState, WorkCentre

TOAST_MS = 6000
_LIST_PX, _MOST_SHOWN = 420, 8
_TOAST_PX, _TOAST_LEAST_PX = 26, 240  # its height; of its width what tabs leave it
_TOAST_PAD_PX, _ROUND_PX = 12, 4  # beside the words; its edge, and parts of pixels


class WorkButton(QPushButton):
    """Counts the work under way; pressed, lists it and what has ended lately."""

    def __init__(self, work: WorkCentre, look: Look) -> None:
        super().__init__()
        self._work = work
        self.setProperty("role", "bare")
        self.setIcon(icon("refresh", look))
        self.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        work.changed.connect(self._count)
        self._count()

    def _count(self) -> None:
        count = len(self._work.running())
        words = ngettext("{count} piece of work", "{count} pieces of work", count)
        self.setText(str(count) if count else "")
        self.setAccessibleName(words.format(count=count) if count else _("Work done lately"))
        self.setVisible(bool(self._work.jobs))

    def _fill(self) -> None:
        self._menu.clear()
        # What runs comes first, so that it can be cancelled; then what ended last.
        jobs = sorted(self._work.jobs, key=lambda job: not job.running)
        for job in jobs[:_MOST_SHOWN]:
            act = QWidgetAction(self._menu)
            act.setDefaultWidget(JobRow(job))
            self._menu.addAction(act)
        beyond = len(jobs) - _MOST_SHOWN
        if beyond > 0:
            words = ngettext(
                "{count} older piece of work is not shown",
                "{count} older pieces of work are not shown",
                beyond,
            )
            older = self._menu.addAction(words.format(count=beyond))
            if older is not None:
                older.setEnabled(False)


class JobRow(QFrame):
    """One piece of work: what, how far, how long yet, and Cancel."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self.setFixedWidth(_LIST_PX)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress of {work}").format(work=job.title))
        self._state = sentence("", "small")
        self._cancel = button(_("Cancel"), job.cancel, role="head")
        row = QHBoxLayout()
        row.addWidget(sentence(job.title, "strong"), 1)
        row.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._state)
        job.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        job = self._job
        self._bar.setVisible(job.running)
        self._bar.setRange(0, job.of)
        self._bar.setValue(job.done)
        self._cancel.setVisible(job.can_cancel)
        self._state.setText(job_words(job))


def job_words(job: Job) -> str:
    """Return how a piece of work stands, in words."""
    if job.state is JobState.DONE:
        return job.sentence or _("Done")
    if job.state is JobState.FAILED:
        return job.sentence
    if job.state is JobState.CANCELLING:
        return _("Being cancelled …")
    if not job.of:
        return _("Under way")
    count = _("{done} of {of}").format(done=job.done, of=job.of)
    left_s = job.left_s()
    if left_s is None:
        return count
    left = ngettext("about {count} second left", "about {count} seconds left", round(left_s))
    return f"{count} · {left.format(count=round(left_s))}"


class Toasts(QFrame):
    """A message that goes by itself, or by a click; it has its own place and covers nothing."""

    def __init__(self, work: WorkCentre) -> None:
        super().__init__()
        self.setObjectName("toast")
        self.setFixedHeight(_TOAST_PX)
        self.says = Elided(least_px=_TOAST_LEAST_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(_TOAST_PAD_PX, 0, _TOAST_PAD_PX, 0)
        row.addWidget(self.says)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        work.told.connect(self.tell)
        work.ended.connect(self._tell_of)
        self.hide()

    def tell(self, words: str) -> None:
        """Show a sentence for a moment, in place of the one before."""
        self.says.setText(words)
        wide = self.says.fontMetrics().horizontalAdvance(words)
        self.setMaximumWidth(wide + 2 * _TOAST_PAD_PX + _ROUND_PX)  # no wider than it speaks
        self.setAccessibleName(words)
        self.show()
        self._timer.start(TOAST_MS)

    def mousePressEvent(self, event: object) -> None:
        self.hide()

    def _tell_of(self, job: object) -> None:
        if isinstance(job, Job):
            self.tell(f"{job.title}: {job_words(job)}")

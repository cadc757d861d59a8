"""A project comes from a laptop: look into it, copy it here, check it, open it."""

from asyncio import to_thread
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.errors import PlantError
from app.project.check import Finding, Severity
from app.project.recent import free_place
from app.project.takeover import CalledOff, Parcel, TakenOver, look_into, take_over
from app.words import _, ngettext
from widgets.controls.card import Card, EmptyState
from widgets.controls.moments import day_text
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label, sentence
from widgets.welcome.context import OpenProject, WelcomeContext
from widgets.welcome.fields import Field, line

_MB = 1_000_000
_SURE_AFTER_S = 1.0  # before that an estimate would be a guess


class TakeOverPane(QWidget):
    """Three steps: choose, copy and check, open; each says what it found."""

    chosen = pyqtSignal(object)  # OpenProject
    given_up = pyqtSignal()
    merging = pyqtSignal()  # into a project that is here already
    _stepped = pyqtSignal("qint64", "qint64")  # bytes done and in all; from the copying thread

    def __init__(self, context: WelcomeContext) -> None:
        super().__init__()
        self._context = context
        self._parcel: Parcel | None = None
        self._taken: TakenOver | None = None
        self._stop = Event()
        self._begun_s = 0.0
        self.setAcceptDrops(True)
        self.notice = Notice(context.look)
        self.busy = Busy()
        self._steps = QStackedWidget()
        for step in (self._choosing(), self._copying(), self._opening()):
            self._steps.addWidget(step)
        card = Card(_("Take over from a laptop"), _("a project folder, or a zip of one"))
        card.body.addWidget(self.notice)
        card.body.addWidget(self._steps, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self._stepped.connect(self._tell)

    def begin(self) -> None:
        """Begin with the first step again, unless a copy is under way."""
        if self._steps.currentIndex() == 1 and not self.copy.isEnabled():
            return
        self.notice.hide()
        self._steps.setCurrentIndex(0)
        self.from_folder.setFocus()

    def look(self, source: Path) -> None:
        """Look into what was brought."""
        self.notice.hide()
        self._context.asking.ask(
            to_thread(look_into, source), owner=self, done=self._found, failed=self._fail
        )

    def call_off(self) -> None:
        """Let a copy under way end; nothing is left of it."""
        self._stop.set()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and data.hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        data = event.mimeData() if event is not None else None
        if data is None:
            return
        places = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if len(places) == 1 and self._steps.currentIndex() == 0:
            self.look(Path(places[0]))

    def _choosing(self) -> QWidget:
        made = EmptyState(
            _(
                "A plant that was put into service with a laptop moves to this computer whole: "
                "devices, settings on record, readings, alarms and documents. Choose the "
                "project’s folder or a zip of it, or drop it here. The laptop’s own "
                "project stays as it is."
            )
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.from_folder = button(_("Choose a folder…"), self._ask_folder, role="primary")
        self.from_zip = button(_("Choose a zip…"), self._ask_zip)
        row.addStretch(1)
        for each in (self.from_folder, self.from_zip):
            row.addWidget(each)
        row.addWidget(button(_("Back"), self.given_up.emit))
        row.addStretch(1)
        column = made.layout()
        if isinstance(column, QVBoxLayout):
            column.insertLayout(column.count() - 1, row)
            if self._context.merging is not None:
                self.merge = button(_("Merge into a project here…"), self.merging.emit)
                below = QHBoxLayout()
                below.addStretch(1)
                below.addWidget(self.merge)
                below.addStretch(1)
                column.insertLayout(column.count() - 1, below)
        return made

    def _copying(self) -> QWidget:
        made, column = _page()
        self._what = label("", "big")
        self._facts = sentence("", "quiet")
        self._warning = sentence("", "strong")
        self._place = line()
        self.place = Field(
            _("Folder on this computer"), self._place, _("A new folder is made for it.")
        )
        self.copy = button(_("Copy and check"), self._copy, role="primary")
        for each in (self._what, self._facts, self._warning, self.place):
            column.addWidget(each)
        column.addStretch(1)
        column.addLayout(self._feet(self.copy, self.begin, self.busy))
        return made

    def _opening(self) -> QWidget:
        made, column = _page()
        self._result = label("", "big")
        self._told = sentence("", "")
        self.open = button(_("Open it"), self._open, role="primary")
        column.addWidget(self._result)
        column.addWidget(self._told)
        column.addStretch(1)
        column.addLayout(self._feet(self.open, self.given_up.emit))
        return made

    @staticmethod
    def _feet(go: QWidget, back: object, *before: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in before:
            row.addWidget(each)
        row.addStretch(1)
        if callable(back):
            row.addWidget(button(_("Back"), back))
        row.addWidget(go)
        return row

    def _ask_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(
            self, _("Project folder from the laptop"), str(self._context.folder)
        )
        if found:
            self.look(Path(found))

    def _ask_zip(self) -> None:
        title, kinds = _("Zip with a project"), _("Zip files (*.zip)")
        found, _kind = QFileDialog.getOpenFileName(
            self, title, str(self._context.folder), kinds
        )
        if found:
            self.look(Path(found))

    def _found(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._what.setText(parcel.name)
        size = ngettext(
            "{count} file, {size} MB", "{count} files, {size} MB", parcel.files
        ).format(count=parcel.files, size=max(1, round(parcel.size_bytes / _MB)))
        made = _("made on {day} with Heatdesk {version}").format(
            day=day_text(parcel.created_at), version=parcel.program
        )
        self._facts.setText(f"{size}\n{made}")
        self._warning.setText(parcel.warning)
        self._warning.setVisible(bool(parcel.warning))
        self._place.setText(str(free_place(self._context.folder, parcel.name)))
        self._steps.setCurrentIndex(1)
        self.copy.setFocus()

    def _copy(self) -> None:
        if self._parcel is None or not self.copy.isEnabled():
            return
        self.notice.hide()
        self._stop.clear()
        self.copy.setEnabled(False)
        self._begun_s = monotonic()
        self.busy.begin(_("Copying …"), self.call_off)
        from app.history.carrying import HistoryCargo  # loads a driver that few need

        work = partial(
            take_over,
            self._parcel,
            Path(self._place.text()),
            step=self._step,
            keys=self._context.keys,
            cargo=HistoryCargo(),
        )
        self._context.asking.ask(
            to_thread(work), owner=self, done=self._arrived, failed=self._fail
        )

    def _step(self, done: int, of: int) -> bool:
        self._stepped.emit(done, of)
        return not self._stop.is_set()

    def _tell(self, done: int, of: int) -> None:
        spent_s = monotonic() - self._begun_s
        words = _("{done} of {of} MB").format(done=done // _MB, of=of // _MB)
        if spent_s > _SURE_AFTER_S and 0 < done < of:
            left_s = round(spent_s * (of - done) / done)
            words = _("{done} of {of} MB, about {left} s left").format(
                done=done // _MB, of=of // _MB, left=left_s
            )
        elif done >= of:
            words = _("Checking …")
        self.busy.step(done // 1024, max(1, of // 1024), words)

    def _arrived(self, taken: TakenOver) -> None:
        self.busy.end()
        self.copy.setEnabled(True)
        self._taken = taken
        self._result.setText(
            ngettext(
                "{title}: {count} device, all in order",
                "{title}: {count} devices, all in order",
                taken.devices,
            ).format(title=taken.title, count=taken.devices)
        )
        self._told.setText("\n\n".join(_findings(taken)))
        self._steps.setCurrentIndex(2)
        self.open.setFocus()

    def _fail(self, error: PlantError) -> None:
        self.busy.end()
        self.copy.setEnabled(True)
        if not isinstance(error, CalledOff):
            self.notice.tell(str(error))

    def _open(self) -> None:
        if self._taken is not None:
            self.chosen.emit(OpenProject(self._taken.root, self._taken.title))


def _page() -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    return made, column


def _findings(taken: TakenOver) -> list[str]:
    """Return what the person should know, most important first."""
    told = [
        _(
            "From now on the plant is run from here: what is changed on the laptop later does "
            "not come along."
        )
    ]
    if taken.renewed:
        told.append(
            _(
                "Passwords and keys of connections were sealed for the laptop and cannot be "
                "opened here: enter them again. The people’s own passwords stay. The audit "
                "records it."
            )
        )
    told += [_said(each) for each in taken.findings if each.severity is Severity.WARNING]
    return told


def _said(finding: Finding) -> str:
    return f"{finding.sentence}. {finding.advice}".strip()

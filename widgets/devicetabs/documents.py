"""Documents and notes kept with the device, and the commissioning report made on the spot."""

from pathlib import Path

from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout

from app.asked import Note
from app.model.reading import PointId
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN
from widgets.desk import Memory
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Show
from widgets.papers.filelist import FilesCard
from widgets.papers.notebook import Notebook
from widgets.papers.noteeditor import NoteEditor

REPORT = "documents:report"  # the part of a `Show` that makes a report at once
NOTE = "documents:note"  # begins a note about the point and moment; with ":id" shows one
_BESIDE_FROM_PX = 1000


class DocumentsTab(Tab):
    """Files at the left, notes at the right; below each other where room is short."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        context = self.context
        self.files = FilesCard(subject)
        points = [(subject.point(spec), spec) for spec in subject.live_points()]
        self.editor = NoteEditor(points, context.zone)
        self.book = Notebook(context, subject.device, self.editor)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._row.setSpacing(GAP)
        self._row.addWidget(self.files, 3)
        self._row.addWidget(self.book, 2)
        self._counts = {"files": 0, "notes": 0}
        self._missing = {"files", "notes"}
        self.files.counted.connect(lambda count: self._count("files", count))
        self.book.counted.connect(lambda count: self._count("notes", count))
        self.files.settled.connect(lambda: self._came("files"))
        self.book.settled.connect(lambda: self._came("notes"))
        self.editor.typed.connect(self.renamed)
        self.setAcceptDrops(self.files.may)
        # What another desk filed, removed or erased comes and goes as the plant is listed anew.
        context.directory.listed.connect(self._look_again)
        self.refresh()

    def badge(self) -> str:
        count = sum(self._counts.values())
        words = str(count) if count else ""
        return f"{words} •".strip() if self.editor.dirty else words

    def unsaved(self) -> str:
        if not self.editor.dirty:
            return ""
        return _("{device}: the note that is being written was not kept.").format(
            device=self.subject.detail.view.config.name
        )

    def discard(self) -> None:
        self.editor.end()

    def memory(self) -> Memory:
        return {"note": self.editor.memory()} if self.editor.note is not None else {}

    def recall(self, memory: Memory) -> None:
        note = memory.get("note")
        if isinstance(note, dict):
            self.book.recall(note)

    def reveal(self, show: Show) -> None:
        if show.part == REPORT:
            self.files.make_report()
        elif show.part == NOTE:
            self.book.write(Note("", self.subject.device, "", show.around, self._own(show)))
        elif show.part.startswith(f"{NOTE}:"):
            self.book.bring(show.part.removeprefix(f"{NOTE}:"))

    def refresh(self) -> None:
        self.files.refresh()
        self.book.refresh()

    def _look_again(self) -> None:
        if self.isVisible() and self.editor.note is None:  # nobody's words move under a pen
            self.refresh()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM_PX
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if beside else way.TopToBottom)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event is not None and (files := _files(event)):
            event.acceptProposedAction()
            self.files.adding.add(files)

    def _own(self, show: Show) -> PointId | None:
        points = {self.subject.point(spec) for spec in self.subject.detail.points}
        return show.point if show.point in points else None

    def _count(self, what: str, count: int) -> None:
        self._counts[what] = count
        self.renamed.emit()

    def _came(self, what: str) -> None:
        self._missing.discard(what)
        if not self._missing:
            self.become_ready()


def _files(event: QDropEvent) -> list[Path]:
    """Return the files that are carried; folders are left where they are."""
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


TAB = TabType(
    "documents", lambda: _("Documents & notes"), 50, Capability.SEE_PLANT, DocumentsTab
)

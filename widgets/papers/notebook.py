"""The notes of a device, newest first, and the place where one is written."""

from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.asked import Note
from app.errors import Conflict, PlantError
from app.model.reading import DeviceId
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import PAD, Card, Elided, EmptyState
from widgets.controls.confirm import agreed
from widgets.controls.late import Scrolled
from widgets.controls.moments import moment_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.desk import Memory
from widgets.pagetype import PageContext, Show
from widgets.papers.noteeditor import NoteEditor
from widgets.papers.versions import VersionsDialog, note_columns

_LONGEST_TOAST = 60


class Notebook(Card):
    """Follows the device by asking again; ``counted`` tells how many notes there are."""

    counted = pyqtSignal(int)
    settled = pyqtSignal()

    def __init__(self, context: PageContext, device: DeviceId, editor: NoteEditor) -> None:
        super().__init__(_("Notes"))
        self._context, self._device = context, device
        self.editor = editor
        self.notes: Sequence[Note] = ()
        self._rows: dict[str, _NoteRow] = {}
        self._wanted = ""  # the id of a note to bring into view
        self._may = context.viewer.may(Capability.KEEP_NOTES)
        self.new = button(_("New note"), self.write, look=context.look, drawing="add")
        self.new.setProperty("role", "head")
        self.head.add(self.new)
        self.new.setVisible(self._may)
        self._notice = Notice(context.look)
        self._build()
        editor.wanted.connect(self._keep)
        editor.left.connect(self._leave)

    def refresh(self) -> None:
        """Ask for the notes again."""
        context = self._context
        context.asking.ask(
            context.asked.project.notes(context.viewer, self._device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def write(self, note: Note | None = None) -> None:
        """Begin a new note, or a version of one; words already typed are never swept away."""
        if self._may and not self.editor.dirty:
            self.editor.begin(note or Note("", self._device, ""))
        elif self._may:
            self.editor.text.setFocus()

    def bring(self, note: str) -> None:
        """Bring a note into view, now or when it has come."""
        self._wanted = note
        row = self._rows.get(note)
        if row is not None:
            row.first.setFocus()
            QTimer.singleShot(0, self._scroll_there)  # once it has its place

    def _scroll_there(self) -> None:
        row = self._rows.get(self._wanted)
        if row is not None:
            self._wanted = ""
            self._scroll.ensureWidgetVisible(row)

    def recall(self, memory: Memory) -> None:
        """Go on with the note that was being written."""
        if self._may:
            self.editor.recall(memory, Note("", self._device, ""))

    def _build(self) -> None:
        inside = QWidget()
        inside.setObjectName("plain")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = Scrolled()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(_("Notes"))
        self._scroll.setWidget(inside)
        words = _("No note yet. What was seen, done or agreed at this device is written here.")
        self._empty = EmptyState(
            words, action=_("Write the first note") if self._may else "", pressed=self.write
        )
        for each in (self._notice, self.editor, self._empty):
            self.body.addWidget(each)
        self.body.addWidget(self._scroll, 1)
        self._scroll.hide()

    def _take(self, notes: Sequence[Note]) -> None:
        if not self._rows or tuple(notes) != tuple(self.notes):
            self._show(notes)
        if self._wanted:
            self.bring(self._wanted)
        self.settled.emit()

    def _show(self, notes: Sequence[Note]) -> None:
        self.notes = notes
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        for at, note in enumerate(notes):
            self.editor.meet(note)
            row = self._rows[note.id] = _NoteRow(self._context, note, self, may=self._may)
            self._column.insertWidget(at, row)
        self._empty.setVisible(not notes)
        self._scroll.setVisible(bool(notes))
        words = ngettext("{count} note", "{count} notes", len(notes)).format(count=len(notes))
        self.subtitle.setText(words if notes else "")
        self.counted.emit(len(notes))

    def _keep(self, note: Note) -> None:
        context = self._context
        self.editor.hold(held=True)
        context.asking.ask(
            context.asked.project.keep_note(context.viewer, note),
            owner=self,
            done=self._kept,
            failed=self._not_kept,
        )

    def _kept(self, note: Note) -> None:
        self.editor.end()
        self._notice.hide()
        self.new.setFocus()
        self._wanted = note.id
        self._context.work.tell(_("The note is kept."))
        self.refresh()

    def _not_kept(self, error: PlantError) -> None:
        self.editor.hold(held=False)
        self._notice.tell(str(error))
        if isinstance(error, Conflict):
            self.refresh()  # the other's words come into view; keeping again goes after them

    def _leave(self) -> None:
        losses = (
            [_("The note that is being written was not kept.")] if self.editor.dirty else []
        )
        if not losses or agreed(losses[0], _("Discard the note"), self):
            self.editor.end()
            self.new.setFocus()

    def remove(self, note: Note) -> None:
        """Ask once, then take a note off the list."""
        words = _("Remove the note “{text}”? Its words stay in the activity log.")
        if agreed(words.format(text=_short(note.text)), _("Remove"), self):
            context = self._context
            context.asking.ask(
                context.asked.project.remove_note(context.viewer, note.id),
                owner=self,
                done=lambda _nothing: self.refresh(),
                failed=self._fail,
            )

    def show_versions(self, note: Note) -> None:
        """Show what a note read before."""
        context = self._context

        def told(versions: Sequence[Note]) -> None:
            dialog = VersionsDialog(
                _("Versions of a note"),
                note_columns(context.zone),
                versions,
                context.look,
                self,
                words=lambda each: each.text,
            )
            dialog.open()

        context.asking.ask(
            context.asked.project.note_versions(context.viewer, note.id),
            owner=self,
            done=told,
            failed=self._fail,
        )

    def chart(self, note: Note) -> None:
        """Show the moment of a note in the chart."""
        show = Show("device", note.device, note.point, note.about_at, "chart")
        self._context.show(show)

    def _fail(self, error: PlantError) -> None:
        self._notice.tell(str(error), retry=self.refresh)
        self.settled.emit()


class _NoteRow(QFrame):
    """One note: what it is about, its words, who wrote them, what can be done with it."""

    def __init__(self, context: PageContext, note: Note, book: Notebook, *, may: bool) -> None:
        super().__init__()
        self.setObjectName("changerow")
        self.setAccessibleName(_("Note: {text}").format(text=_short(note.text)))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, 8, PAD, 8)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(8)
        about = note.about_at or note.written_at
        if about is not None:
            top.addWidget(label(moment_text(about, context.zone)[:-3], "strong"))
        top.addWidget(Elided(book.editor.name_of(note.point), "quiet"), 1)
        words = sentence(note.text, "")
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(Elided(_written(note, context), "small"), 1)
        made = [each for each in _acts(context, note, book, may=may) if each is not None]
        self.first = made[0]
        for each in made:
            foot.addWidget(each)
        column.addLayout(top)
        column.addWidget(words)
        column.addLayout(foot)


def _acts(context: PageContext, note: Note, book: Notebook, *, may: bool) -> Sequence[QWidget]:
    """Return the buttons of a note; the versions are always there."""
    short = _short(note.text)

    def act(drawing: str, words: str, pressed: Callable[[Note], None]) -> QWidget:
        says = words.format(text=short)
        return button(
            "",
            partial(pressed, note),
            look=context.look,
            drawing=drawing,
            role="bare",
            says=says,
        )

    acts = []
    if note.about_at is not None:
        acts.append(act("trend", _("Show in the chart: {text}"), book.chart))
    acts.append(act("history", _("Versions of: {text}"), book.show_versions))
    if may:
        acts.append(act("edit", _("Change: {text}"), book.write))
        acts.append(act("close", _("Remove: {text}"), book.remove))
    return acts


def _written(note: Note, context: PageContext) -> str:
    when = "" if note.written_at is None else moment_text(note.written_at, context.zone)[:-3]
    if note.version > 1:
        words = _("{name}, {when} · version {number}")
        return words.format(name=note.author, when=when, number=note.version)
    return f"{note.author}, {when}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TOAST else f"{line[:_LONGEST_TOAST]}…"

"""What is about to be sent: each change as old → new, unit, device; then how each ended."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.model.control import WriteResult
from app.model.point import PointSpec
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.card import PAD, Bar, Card, Elided
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark, write_mark, write_word
from widgets.controls.notice import Busy
from widgets.controls.overrideend import OverrideEnd, overrides
from widgets.controls.plain import button, label, sentence, tip
from widgets.controls.quality import NO_VALUE, number_text
from widgets.icons import icon
from widgets.models.points import group_text
from widgets.models.staging import Staged, Staging
from widgets.theme import Look

WIDTH_PX = 400


class Review(Card):
    """The panel beside the settings; it decides nothing, it shows and asks."""

    apply_wanted = pyqtSignal(str)  # with the reason given
    cancel_wanted = pyqtSignal()
    changed = pyqtSignal()  # something was taken back or agreed to

    def __init__(self, staging: Staging, device: str, look: Look, *, nothing: str = "") -> None:
        """``nothing`` says how a change is made, while none is staged."""
        super().__init__(_("Review changes"), device)
        self._nothing = nothing
        self.setFixedWidth(WIDTH_PX)
        self._staging, self._device, self._look = staging, device, look
        self._discard = button(_("Discard all"), self._clear, role="head")
        self.head.add(self._discard)
        self._rows = _Column()
        self._results = _Column()
        self._results_title = label(_("Sent just now"), "strong")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(_("Reason, kept in the activity log"))
        self.note.setFixedHeight(56)
        self.note.setTabChangesFocus(True)
        self.lasts = OverrideEnd()
        self._summary = label("", "strong")
        self._apply = button(_("Apply"), self._send, role="primary")
        self._sending = False
        self.busy = Busy()
        self._build()
        self.refresh()

    def show_lock(self, *, locked: bool) -> None:
        """Show by a padlock that the password is asked for before anything is sent."""
        ink = "on_accent"
        self._apply.setIcon(icon("lock", self._look, ink, ink) if locked else QIcon())
        says = _("Settings are locked; your password is asked for first") if locked else ""
        self._apply.setToolTip(tip(says))
        self._apply.setAccessibleDescription(says)

    def refresh(self) -> None:
        """Show what is staged now."""
        focused = self._rows.focused()
        self._rows.clear()
        for change in self._staging:
            self._rows.add(self._row(change))
        if not len(self._staging):
            self._rows.add(self._empty())
        self._rows.focus(focused)
        self.lasts.setVisible(any(overrides(each.spec, each.new) for each in self._staging))
        ready, refused = len(self._staging.ready), len(self._staging.refused)
        waiting = len(self._staging) - ready - refused
        parts = [_("{count} will be sent").format(count=ready)]
        if refused:
            parts.append(_("{count} refused").format(count=refused))
        if waiting:
            words = ngettext(
                "{count} waits for your consent", "{count} wait for your consent", waiting
            )
            parts.append(words.format(count=waiting))
        self._summary.setText(", ".join(parts) if len(self._staging) else "")
        words = ngettext("Apply {count} change", "Apply {count} changes", ready)
        words = words.format(count=ready) if ready else _("Apply")
        self._apply.setText(words)
        self._apply.setAccessibleName(words)
        self._apply.setEnabled(ready > 0 and not self._sending)
        self._discard.setEnabled(len(self._staging) > 0 and not self._sending)

    def begin(self, count: int) -> None:
        """Writes are under way: nothing can be applied until they end."""
        self._sending = True
        self.refresh()
        self.busy.begin(_("Sending {count} …").format(count=count), self.cancel_wanted.emit)

    def end(self) -> None:
        """The run is over."""
        self._sending = False
        self.busy.end()
        self.refresh()

    def tell(self, result: WriteResult, spec: PointSpec) -> None:
        """Show how one write ended, the newest first."""
        self._results_title.show()
        self._results.add(_result_row(result, spec, self._look), at=0)

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        reason = QVBoxLayout()
        reason.setContentsMargins(PAD, PAD, PAD, PAD)
        reason.setSpacing(4)
        reason.addWidget(label(_("Reason, kept in the activity log"), "quiet"))
        reason.addWidget(self.note)
        title = QVBoxLayout()
        title.setContentsMargins(PAD, 0, PAD, 4)
        title.addWidget(self._results_title)
        self._results_title.hide()
        column.addWidget(self._rows)
        column.addWidget(self.lasts)
        column.addLayout(reason)
        column.addLayout(title)
        column.addWidget(self._results)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(_("Changes to review"))
        inside.setObjectName("plain")
        self.body.addWidget(scroll, 1)
        self.body.addWidget(Bar("applyline", 40).add(self._summary).stretch().add(self.busy))
        self.body.addWidget(Bar("applybar", 44).stretch().add(self._apply))

    def _row(self, change: Staged) -> QWidget:
        row = _ChangeRow(change, self._device, self._look)
        row.taken_back.connect(self._drop)
        row.agreed.connect(self._agree)
        return row

    def _empty(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        words = self._nothing or _(
            "Nothing is staged. Change a value in the table and press Enter: it "
            "waits here until you apply it. Nothing reaches the device before."
        )
        column.addWidget(sentence(words))
        return box

    def _drop(self, key: str) -> None:
        self._staging.drop(key)
        self.changed.emit()

    def _agree(self, key: str, agreed: bool) -> None:
        self._staging.agree(key, agreed)
        self.changed.emit()

    def _clear(self) -> None:
        self._staging.clear()
        self.changed.emit()

    def _send(self) -> None:
        if not self.lasts.is_answered(self._noted()):
            self.note.setFocus()
            return
        self.apply_wanted.emit(self._noted())

    def _noted(self) -> str:
        return self.note.toPlainText().strip()


class _ChangeRow(QFrame):
    """One change: name and place, old → new, what will become of it."""

    taken_back = pyqtSignal(str)
    agreed = pyqtSignal(str, bool)

    def __init__(self, change: Staged, device: str, look: Look) -> None:
        super().__init__()
        spec = change.spec
        self.setObjectName("refusedrow" if change.problem else "changerow")
        old = NO_VALUE if change.old is None else number_text(change.old, spec)
        said = f"{old} → {change.new_text} {spec.unit}".strip()
        self.setAccessibleName(f"{spec.name}: {said}, {device}")
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(4)
        place = " · ".join(part for part in (group_text(spec), str(spec.number or "")) if part)
        top, middle = QHBoxLayout(), QHBoxLayout()
        name = sentence(spec.name, "strong")
        top.addWidget(name, 1)
        top.addWidget(Elided(place, "small"), 0, Qt.AlignmentFlag.AlignTop)
        middle.setSpacing(PAD)
        middle.addWidget(Elided(old, "bigquiet"))
        middle.addWidget(label("→", "quiet"))
        middle.addWidget(Elided(change.new_text, "big"))
        middle.addWidget(label(spec.unit, "quiet"))
        middle.addStretch(1)
        middle.addWidget(
            button(
                "",
                lambda: self.taken_back.emit(spec.key),
                look=look,
                drawing="undo",
                role="bare",
                says=_("Take back the change of {name}").format(name=spec.name),
            )
        )
        column.addLayout(top)
        column.addLayout(middle)
        column.addWidget(Elided(device, "small"))
        column.addWidget(self._fate(change, look))
        if change.needs_consent and not change.problem:
            self._consent(column, change)

    def _fate(self, change: Staged, look: Look) -> QWidget:
        if change.problem:
            mark = Mark("write-refused")
            words = _("Refused: {why} It will not be sent.").format(why=_ended(change.problem))
        elif change.ready:
            mark, words = Mark("presence-on"), _("Ready to be sent.")
        else:
            mark, words = Mark("warning"), _("Needs your consent first.")
        return _MarkedSentence(mark, words, look)

    def _consent(self, column: QVBoxLayout, change: Staged) -> None:
        rules = change.spec.write
        danger = rules.danger if rules is not None else ""
        if danger:
            column.addWidget(sentence(danger, ""))
        box = QCheckBox(_("I know what this does"))
        box.setAccessibleName(
            _("I know what changing {name} does").format(name=change.spec.name)
        )
        box.setChecked(change.agreed)
        box.toggled.connect(lambda on: self.agreed.emit(change.spec.key, on))
        column.addWidget(box)


class _MarkedSentence(QWidget):
    def __init__(self, mark: Mark, words: str, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Marked(mark, "", look), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(sentence(words), 1)


def _result_row(result: WriteResult, spec: PointSpec, look: Look) -> QWidget:
    old = NO_VALUE if result.old is None else number_text(result.old, spec)
    change = f"{old} → {number_text(result.new, spec)} {spec.unit}".strip()
    row = QFrame()
    row.setObjectName("changerow")
    row.setAccessibleName(f"{spec.name}: {change}, {write_word(result.state)}")
    column = QVBoxLayout(row)
    column.setContentsMargins(PAD, 6, PAD, 6)
    column.setSpacing(2)
    top = QHBoxLayout()
    top.addWidget(Marked(write_mark(result.state), spec.name, look, "", wraps=True), 1)
    top.addWidget(Elided(change, "quiet"))
    top.addWidget(label(write_word(result.state)))
    column.addLayout(top)
    if result.reason:
        column.addWidget(sentence(told_sentence(result.reason)))
    return row


def _ended(words: str) -> str:
    """Return the words as a whole sentence."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


class _Column(QWidget):
    """Widgets below each other that come and go."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def add(self, widget: QWidget, at: int = -1) -> None:
        self._column.insertWidget(at, widget)
        widget.show()

    def focused(self) -> str:
        """Return the name of the control that has the keyboard, "" when it is elsewhere."""
        control = QApplication.focusWidget()
        inside = control is not None and self.isAncestorOf(control)
        return control.accessibleName() if control is not None and inside else ""

    def focus(self, name: str) -> None:
        """Give the keyboard to the control of this name, if it is here."""
        for at in range(self._column.count()):
            item = self._column.itemAt(at)
            row = item.widget() if item is not None else None
            for control in row.findChildren(QWidget) if row is not None and name else ():
                if control.accessibleName() == name:
                    control.setFocus()

    def clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

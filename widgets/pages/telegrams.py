"""Telegram inspector: what each byte of a telegram means, or why it tells nothing."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import PlantError
from app.model.anatomy import Anatomy
from app.model.meterkey import KeyTested, key_test_text
from app.model.verified import proof_text
from app.plant.telegrams import MOST_LETTERS
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN, PAD, Bar, Card, EmptyState, PageHead
from widgets.controls.late import Scrolled, Stack
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.telegram.bytesview import BytesView
from widgets.telegram.parts import Line, PartsTable, line_at, lines_of
from widgets.telegram.pastefield import PasteField
from widgets.telegram.provenmeters import ProvenMetersDialog
from widgets.telegram.words import as_text, sender

EXAMPLE_PART = "example"
# A heat meter's answer, made up for this purpose: energy, volume, temperatures, an info code.
EXAMPLE = (
    "68 40 40 68 08 01 72 78 56 34 12 2D 2C 35 04 2A 00 00 00 04 06 4A 01 00 00 04 14 E8 03 "
    "00 00 04 3B 7B 00 00 00 04 2D 37 00 00 00 02 59 64 19 02 5D 38 0E 04 FF 22 00 02 00 00 "
    "44 06 64 00 00 00 42 6C 5F 3C 60 16"
)
_TEXT_PX, _BYTES_PX, _KEY_PX = 72, 500, 260
_KEY_LETTERS = 60


class InspectorPage(Page):
    """The telegram above, its bytes left, its parts right: what is chosen is lit in both."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._anatomy: Anatomy | None = None
        self._lines: list[Line] = []
        self.notice = Notice(context.look)
        self.text = PasteField()
        self.key = QLineEdit()
        self.read = button(_("Take apart"), self.take_apart, role="primary")
        self.copy = button(_("Copy as text"), self._copy, look=context.look, drawing="copy")
        self.meter = QLineEdit()
        self.test = button(_("Test its key"), self.test_key)
        self.tested = label("", "small")
        self._brought = ""  # the telegram that a test put into the field
        self.verdict = label("", "strong")
        self.why = sentence()
        self.proof = sentence("", "quiet")
        self.proven = button(
            _("Verified meters…"), lambda: ProvenMetersDialog(context.look, self).open()
        )
        self.bytes_view = BytesView(context.look)
        self.table = PartsTable(context.look)
        self._shown = Stack()
        self._build()
        self.bytes_view.picked.connect(self._pick)
        self.text.refused.connect(self.notice.tell)
        self.text.textChanged.connect(self.notice.hide)  # it spoke of what stood there
        selection = self.table.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(lambda *_changed: self._light())
        self.become_ready()

    def heading(self) -> str:
        return _("Telegram inspector")

    def crumbs(self) -> tuple[str, ...]:
        return _("Admin"), _("Telegram inspector")

    def reveal(self, show: Show) -> None:
        if show.part == EXAMPLE_PART:
            self._example()
        self.text.setFocus()

    def memory(self) -> Memory:
        """Keep the telegram; the key is never kept."""
        return {"telegram": self.text.toPlainText()}

    def recall(self, memory: Memory) -> None:
        telegram = memory.get("telegram")
        if isinstance(telegram, str) and 0 < len(telegram.strip()) <= MOST_LETTERS:
            self.text.setPlainText(telegram)
            self.take_apart()

    def settled(self) -> bool:
        return self.is_ready and self.read.isEnabled()

    def take_apart(self) -> None:
        """Ask what the telegram says; a key that was taken leaves its field."""
        telegram, key = self.text.toPlainText().strip(), self.key.text()
        if not self.read.isEnabled():  # asked twice, the second time without its key
            return
        if not telegram:
            self._shown.setCurrentIndex(0)
            return
        self.notice.hide()
        _wait(self, waits=True)
        context = self.context
        context.asking.ask(
            context.asked.telegrams.inspect(context.viewer, telegram, key),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def test_key(self) -> None:
        """Ask whether the key kept for a meter opens what was heard of it last."""
        meter = self.meter.text().strip()
        if not meter or not self.test.isEnabled():
            return
        self.tested.setText("")
        self.notice.hide()
        _wait(self, waits=True)
        context = self.context
        context.asking.ask(
            context.asked.radio.test_keys(context.viewer, meter),
            owner=self,
            done=self._tell_tested,
            failed=self._fail,
        )

    def _build(self) -> None:
        head = PageHead(_("Telegram inspector"))
        head.tools.addWidget(self.proven)
        head.tools.addWidget(self.copy)
        self.copy.setEnabled(False)
        self._shown.addWidget(
            EmptyState(
                _(
                    "Paste a telegram of an M-Bus or wireless M-Bus meter, in hexadecimal "
                    "digits. What each of its bytes means is shown here; if it cannot be "
                    "decoded, why, and what to do."
                ),
                action=_("Show an example"),
                pressed=self._example,
            )
        )
        self._shown.addWidget(self._result())
        inside = QVBoxLayout()
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.setSpacing(GAP)
        inside.addWidget(self._asking_card())
        inside.addWidget(self._shown, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addLayout(inside, 1)

    def _asking_card(self) -> Card:
        card = Card(_("Telegram"))
        self.text.setAccessibleName(_("Telegram in hexadecimal digits"))
        self.text.setPlaceholderText("2E 44 2D 2C …")
        self.text.setFixedHeight(_TEXT_PX)
        self.text.setTabChangesFocus(True)
        self.key.setAccessibleName(_("Key to try"))
        self.key.setPlaceholderText(_("Key to try"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setMaxLength(_KEY_LETTERS)
        self.key.setFixedWidth(_KEY_PX)
        self.key.returnPressed.connect(self.take_apart)
        field = QVBoxLayout()
        field.setContentsMargins(PAD, PAD, PAD, PAD)
        field.addWidget(self.text)
        card.body.addLayout(field)
        forgotten = label(_("used once, never kept"), "small")
        foot = Bar("cardfoot", 44).add(self.key, forgotten).stretch()
        card.body.addWidget(foot.add(self.read))
        card.body.addWidget(self._testing_bar())
        return card

    def _testing_bar(self) -> Bar:
        self.meter.setAccessibleName(_("Number of a radio meter"))
        self.meter.setPlaceholderText(_("Number of a radio meter"))
        self.meter.setFixedWidth(_KEY_PX)
        self.meter.returnPressed.connect(self.test_key)
        return Bar("cardfoot", 44).add(self.meter, self.test, self.tested).stretch()

    def _result(self) -> QWidget:
        found = Card(_("Bytes"))
        area = Scrolled()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Bytes"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.bytes_view)
        told = QVBoxLayout()
        told.setContentsMargins(PAD, PAD, PAD, PAD)
        told.setSpacing(4)
        told.addWidget(self.verdict)
        told.addWidget(self.why)
        told.addWidget(self.proof)
        found.body.addLayout(told)
        found.body.addWidget(area, 1)
        found.setFixedWidth(_BYTES_PX)
        parts = Card(_("Parts"))
        parts.body.addWidget(self.table, 1)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(found)
        row.addWidget(parts, 1)
        return both

    def _example(self) -> None:
        self.text.setPlainText(EXAMPLE)
        self.take_apart()

    def _take(self, anatomy: Anatomy) -> None:
        _wait(self, waits=False)
        self.key.setText("")  # not `clear`, which could be undone
        self._anatomy, self._lines = anatomy, lines_of(anatomy)
        cannot = anatomy.cannot
        told = sender(anatomy)
        if cannot is None:
            self.verdict.setText(told or _("Read"))
            self.why.setText(
                _("Bytes in italics were sealed and are shown opened.")
                if anatomy.opened != anatomy.received
                else ""
            )
        else:
            self.verdict.setText(" · ".join(each for each in (told, cannot.short) if each))
            self.why.setText(f"{_sentence(cannot.said)} {cannot.advice}")
        self.why.setVisible(bool(self.why.text()))
        self.proof.setText(_sentence(proof_text(anatomy.proof)) if anatomy.proof else "")
        self.proof.setVisible(anatomy.proof is not None)
        self.bytes_view.show_bytes(anatomy)
        self.table.rows_model.replace(self._lines)
        self.copy.setEnabled(True)
        self._shown.setCurrentIndex(1)

    def _tell_tested(self, tested: KeyTested) -> None:
        """Say what came of it; the newest telegram stands ready to be taken apart.

        One that a person put there stays.
        """
        _wait(self, waits=False)
        self.tested.setText(_sentence(key_test_text(tested)))
        if tested.telegrams and self.text.toPlainText() in ("", self._brought):
            self._brought = tested.telegrams[0].telegram.upper()
            self.text.setPlainText(self._brought)

    def _fail(self, error: PlantError) -> None:
        _wait(self, waits=False)
        self.notice.tell(str(error))

    def _pick(self, byte: int) -> None:
        line = line_at(self._lines, byte)
        if line is not None:
            self.table.go_to(lambda each: each.nth == line.nth)

    def _light(self) -> None:
        line = self.table.current()
        if line is not None:
            self.bytes_view.light(line.part.spans, line.layer)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None and self._anatomy is not None:
            clipboard.setText(as_text(self._anatomy))


def _wait(page: InspectorPage, *, waits: bool) -> None:
    """Let a page ask one thing at a time."""
    page.read.setDisabled(waits)
    page.test.setDisabled(waits)


def _sentence(text: str) -> str:
    """Return a remark of the decoder as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _build(context: PageContext, _show: Show) -> Page:
    return InspectorPage(context)


PAGE = PageType(
    "telegrams",
    lambda: _("Telegram inspector"),
    "search",
    Section.ADMIN,
    Capability.EDIT_DEVICES,
    40,
    _build,
)

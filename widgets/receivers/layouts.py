"""Layouts of concentrator files: written, tried on a file, kept under a name, saved."""

import json
from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtWidgets import QComboBox, QDialog, QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from app.asked import Preset
from app.errors import PlantError
from app.model.reception import ReceiverTried
from app.words import _
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.pagetype import PageContext

KIND = "layout"  # of presets
MOST_BYTES = 65_536  # of a file that is tried; twenty rows are far less
EXAMPLE = """separator = ";"
decimal_sign = ","
time_zone = "Europe/Copenhagen"
time_format = "%d-%m-%Y %H:%M"
meter = "Serial no."
time = ["Date", "Time"]

[[values]]
column = "Energy"
quantity = "energy"
unit = "MWh"
"""
_SIZE, _LINES_PX = (760, 680), 200


class LayoutsDialog(QDialog):
    """What is kept under a name is seen by all, and has its versions."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Layouts of concentrator files"))
        self.resize(*_SIZE)
        self._context = context
        self._kept: list[Preset] = []
        self.notice = Notice(context.look)
        self.choice, self.name = QComboBox(), QLineEdit()
        self.text, self.rows = QPlainTextEdit(EXAMPLE), QPlainTextEdit()
        self.verdict = sentence("")
        self.tries = button(_("Try on a file…"), self._choose_file)
        self.file = button(_("Save as a file…"), self._choose_place)
        self.keep = button(_("Keep"), self._keep, role="primary")
        self._build()
        self._list()

    def try_on(self, name: str, content: bytes) -> None:
        """Ask how the first rows of a file would be read."""
        self.notice.hide()
        self.rows.clear()
        if len(content) == MOST_BYTES:  # its last line was cut
            content = content[: content.rfind(b"\n") + 1]
        context = self._context
        asked = context.asked.radio.try_layout(
            context.viewer, self.text.toPlainText(), name, content
        )
        context.asking.ask(asked, owner=self, done=self._tried, failed=self._fail)

    def _build(self) -> None:
        for field, says in (
            (self.choice, _("Layout")),
            (self.name, _("Name")),
            (self.text, _("The layout, as docs/receivers.md describes it")),
            (self.rows, _("The first rows of the file")),
        ):
            field.setAccessibleName(says)
        self.name.setPlaceholderText(_("Name"))
        self.text.setTabChangesFocus(True)
        self.rows.setReadOnly(True)
        self.rows.setFixedHeight(_LINES_PX)
        self.choice.activated.connect(self._choose)
        parts = (self.notice, self.choice, self.name, self.text, self.verdict, self.rows)
        lay_form(self, parts, (self.tries, self.file, self.keep))

    def _list(self) -> None:
        context = self._context
        asked = context.asked.desk.presets(context.viewer, KIND)
        context.asking.ask(asked, owner=self, done=self._take, failed=self._fail)

    def _take(self, kept: Sequence[Preset]) -> None:
        self._kept = sorted(kept, key=lambda each: each.name.casefold())
        self.choice.clear()
        self.choice.addItem(_("A new layout"))
        for each in self._kept:
            self.choice.addItem(each.name)
        names = [each.name for each in self._kept]
        own = self.name.text().strip()
        self.choice.setCurrentIndex(names.index(own) + 1 if own in names else 0)

    def _choose(self, at: int) -> None:
        preset = self._kept[at - 1] if at > 0 else None
        self.name.setText("" if preset is None else preset.name)
        self.text.setPlainText(EXAMPLE if preset is None else _text_of(preset))

    def _choose_file(self) -> None:
        kinds = _("Tables (*.csv *.txt)")
        chosen, _filter = QFileDialog.getOpenFileName(self, _("Try on a file…"), "", kinds)
        if not chosen:
            return
        try:
            with Path(chosen).open("rb") as stream:
                content = stream.read(MOST_BYTES)
        except OSError as error:
            self.notice.tell(f"{Path(chosen).name}: {error.strerror}")
            return
        self.try_on(Path(chosen).name, content)

    def _choose_place(self) -> None:
        """Save the layout where a receiver of tables finds it."""
        chosen, _filter = QFileDialog.getSaveFileName(
            self, _("Save as a file…"), "layout.toml", "TOML (*.toml)"
        )
        if not chosen:
            return
        try:
            Path(chosen).write_text(self.text.toPlainText(), encoding="utf-8")
        except OSError as error:
            self.notice.tell(f"{Path(chosen).name}: {error.strerror}")

    def _keep(self) -> None:
        """Keep it under its name; one of this name is changed."""
        self.notice.hide()
        context, name = self._context, self.name.text().strip()
        base = next((each for each in self._kept if each.name == name), None)
        content = json.dumps({"layout": self.text.toPlainText()})
        number = "" if base is None else base.id
        made = Preset(number, KIND, name, context.viewer.login, shared=True, content=content)
        asked = context.asked.desk.keep_preset(context.viewer, made, base)
        context.asking.ask(asked, owner=self, done=self._was_kept, failed=self._fail)

    def _was_kept(self, kept: Preset) -> None:
        self.verdict.setText(_("{name} is kept.").format(name=kept.name))
        self._list()

    def _tried(self, tried: ReceiverTried) -> None:
        self.verdict.setText(f"{tried.says[:1].upper()}{tried.says[1:]}.")
        self.rows.setPlainText("\n".join(each.says for each in tried.lines))

    def _fail(self, error: PlantError) -> None:
        self.verdict.setText("")
        self.notice.tell(str(error))


def _text_of(preset: Preset) -> str:
    """Return a kept layout; "" for what is none."""
    try:
        content = json.loads(preset.content)
    except ValueError:
        return ""
    text = content.get("layout") if isinstance(content, dict) else ""
    return text if isinstance(text, str) else ""

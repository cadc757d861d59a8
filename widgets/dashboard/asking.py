"""A small form that asks what a tile shall show."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QLocale
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import BadInput
from app.model.reading import DeviceId, PointId, split_point
from app.model.typed import number_typed
from app.words import _
from widgets.charts.penpicker import PenPicker
from widgets.controls.figuretyped import figure_typed
from widgets.controls.plain import sentence
from widgets.controls.quality import figures
from widgets.dashboard.tiletype import Options
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field

_WIDTH_PX = 360


class Form(QDialog):
    """Fields below each other; `answers` holds what was given after it was accepted."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._fields: dict[str, QWidget] = {}
        self._decimals: dict[str, int] = {}  # fields that hold a number → how it is shown
        self.numbers: dict[str, float | None] = {}  # what they hold, once accepted
        self.says = sentence("", "fault")
        self.says.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addLayout(self._rows)
        column.addWidget(self.says)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH_PX)

    def choice(
        self, name: str, title: str, words: Mapping[str, str], chosen: object, hint: str = ""
    ) -> "Form":
        """Ask for one of a few; returns itself to go on."""
        box = QComboBox()
        for key, word in words.items():
            box.addItem(word, key)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        return self._add(name, title, box, hint)

    def line(self, name: str, title: str, text: str, hint: str = "") -> "Form":
        """Ask for a short text; returns itself to go on."""
        return self._add(name, title, QLineEdit(text), hint)

    def number(
        self, name: str, title: str, number: float | None, decimals: int, hint: str = ""
    ) -> "Form":
        """Ask for a number, or none; one that cannot be read keeps the form open."""
        text = "" if number is None else figures(number, decimals)
        self._decimals[name] = decimals
        return self._add(name, title, QLineEdit(text), hint)

    def lines(self, name: str, title: str, text: str, hint: str = "") -> "Form":
        """Ask for a longer text; returns itself to go on."""
        box = QPlainTextEdit(text)
        box.setTabChangesFocus(True)
        return self._add(name, title, box, hint)

    def answers(self) -> dict[str, str]:
        """Return what the fields hold."""
        return {name: _held(field) for name, field in self._fields.items()}

    def accept(self) -> None:
        """Take the answers, unless a number among them cannot be read."""
        for name, decimals in self._decimals.items():
            try:
                text = self.answers()[name].strip()
                self.numbers[name] = figure_typed(text, decimals) if text else None
            except BadInput as error:
                self.says.setText(str(error))
                self.says.show()
                self._fields[name].setFocus()
                return
        super().accept()

    def asked(self) -> dict[str, str] | None:
        """Ask now; None when the person turns away."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        answers = self.answers()
        self.deleteLater()
        return answers if accepted else None

    def _add(self, name: str, title: str, control: QWidget, hint: str) -> "Form":
        self._fields[name] = control
        self._rows.addWidget(Field(title, control, hint))
        return self


def ask_points(
    context: PageContext, parent: QWidget, near: str = "", *, most: int = 1
) -> Sequence[PointId]:
    """Let a person choose points of the plant; none when they turn away."""
    device = split_point(PointId(near))[0] if near else None
    picker = PenPicker(context, device, parent)
    picker.setWindowTitle(_("What the tile shows"))
    picker.leave_room(most)
    accepted = picker.exec() == QDialog.DialogCode.Accepted
    picked = [subject.point for subject in picker.picked()]
    picker.deleteLater()
    return picked if accepted else ()


def device_choice(context: PageContext) -> Mapping[str, str]:
    """Return the devices by id, as people call them, in their order."""
    views = sorted(context.directory.views, key=lambda view: view.config.name.casefold())
    return {str(view.config.id): view.config.name for view in views}


def number_of(options: Options, name: str) -> float | None:
    """Return an option as a number, None when it is none.

    Former versions kept the text as it was typed; one that can mean two numbers is none.
    """
    found = options.get(name)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    try:
        return number_typed(found, QLocale().decimalPoint()) if isinstance(found, str) else None
    except BadInput:
        return None


def device_of(options: Options) -> DeviceId | None:
    """Return the device an option names."""
    found = options.get("device")
    return DeviceId(found) if isinstance(found, str) and found else None


def _held(field: QWidget) -> str:
    if isinstance(field, QComboBox):
        return str(field.currentData())
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    return field.text() if isinstance(field, QLineEdit) else ""

"""Fields of a form, each with its name above and what is wrong with it below."""

from PyQt6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from widgets.controls.plain import label, sentence


class Field(QWidget):
    """A control under its name; a complaint appears below when there is one."""

    def __init__(self, name: str, control: QWidget, hint: str = "") -> None:
        """``control`` is what takes the keyboard; ``hint`` says what belongs there."""
        super().__init__()
        self.control = control
        control.setAccessibleName(name)
        if hint:
            control.setAccessibleDescription(hint)
        word = label(name, "small")
        word.setBuddy(control)
        self._hint = hint
        self.below = sentence(hint, "small")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addWidget(word)
        self.column.addWidget(control)
        self.column.addWidget(self.below)
        self.below.setVisible(bool(hint))
        self.column.addStretch(1)

    def complain(self, fault: str) -> None:
        """Say what is wrong; "" takes it back."""
        self.below.setText(fault or self._hint)
        self.below.setProperty("role", "fault" if fault else "small")
        style = self.below.style()
        if style is not None:
            style.polish(self.below)
        self.below.setVisible(bool(fault or self._hint))

    @property
    def fault(self) -> str:
        """What is wrong with it now."""
        return self.below.text() if self.below.property("role") == "fault" else ""


def line(text: str = "", *, secret: bool = False) -> QLineEdit:
    """Return a field for one line."""
    made = QLineEdit(text)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def pairs(*rows: tuple[QWidget, ...]) -> QGridLayout:
    """Return fields side by side; one alone in its row takes the whole width."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(12)
    for at, row in enumerate(rows):
        for where, each in enumerate(row):
            grid.addWidget(each, at, where, 1, 2 if len(row) == 1 else 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid

"""Who is there: name and password, asked before a project opens on the screen."""

from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.controls.plain import sentence

_WIDTH_PX = 360


class LoginDialog(QDialog):
    """Asks once; `login` and `password` hold the answer after it was accepted."""

    def __init__(self, title: str, wrong: str = "", parent: QWidget | None = None) -> None:
        """``title`` is the project's; ``wrong`` says why the last try failed."""
        super().__init__(parent)
        self.setWindowTitle(_("Heatdesk"))
        self._login, self._password = QLineEdit(), QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._login.setAccessibleName(_("User"))
        self._password.setAccessibleName(_("Password"))
        form = QFormLayout()
        form.addRow(_("&User"), self._login)
        form.addRow(_("&Password"), self._password)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for words in (title, wrong):
            if words:
                said = sentence(words, "")
                said.setFixedWidth(_WIDTH_PX)
                layout.addWidget(said)
        layout.addLayout(form)
        layout.addWidget(buttons)

    @property
    def login(self) -> str:
        """The name given."""
        return self._login.text()

    @property
    def password(self) -> str:
        """The password given."""
        return self._password.text()

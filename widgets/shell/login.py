"""Who is there: name and password, asked before a project opens on the screen."""

from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.words import LANGUAGES, _
from widgets.controls.plain import sentence

_WIDTH_PX = 360


class LoginDialog(QDialog):
    """Asks once; `login`, `password` and `language` hold the answer when it was accepted."""

    def __init__(
        self, title: str, wrong: str = "", parent: QWidget | None = None, *, login: str = ""
    ) -> None:
        """``title`` is the project's; ``wrong`` says why the last try failed.

        With a ``login`` only the password is left to be typed.
        """
        super().__init__(parent)
        self.setWindowTitle(_("Heatdesk"))
        self._login, self._password = QLineEdit(login), QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._login.setAccessibleName(_("User"))
        self._password.setAccessibleName(_("Password"))
        form = QFormLayout()
        form.addRow(_("&User"), self._login)
        form.addRow(_("&Password"), self._password)
        self._language = QComboBox()
        self._language.setAccessibleName(_("Language"))
        self._language.addItem(_("As usual"), "")
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        form.addRow(_("Language"), self._language)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for words, role in ((title, "strong"), (wrong, "fault")):
            if words:
                said = sentence(words, role)
                said.setFixedWidth(_WIDTH_PX)
                layout.addWidget(said)
        layout.addLayout(form)
        layout.addWidget(buttons)
        if login:
            self._password.setFocus()

    @property
    def login(self) -> str:
        """The name given."""
        return self._login.text()

    @property
    def language(self) -> str:
        """The language of this session alone; "" for the one that is usual."""
        return str(self._language.currentData())

    @property
    def password(self) -> str:
        """The password given."""
        return self._password.text()

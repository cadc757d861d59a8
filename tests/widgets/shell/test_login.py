"""Who opens a project on the screen says so once, by keyboard alone if they like."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click, key, type_text
from tests.widgets.eyes import LONG, MARKUP, words
from widgets.shell.login import LoginDialog
from widgets.theme import THEMES, Look


def asked(qtbot: QtBot, title: str = "Østerby Fjernvarme", wrong: str = "") -> LoginDialog:
    Look("day")
    made = LoginDialog(title, wrong)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def field(dialog: LoginDialog, name: str) -> QLineEdit:
    return next(
        each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == name
    )


def push(dialog: LoginDialog, which: QDialogButtonBox.StandardButton) -> QPushButton:
    [box] = dialog.findChildren(QDialogButtonBox)
    found = box.button(which)
    assert found is not None
    return found


def test_a_person_signs_in_without_touching_the_mouse(qtbot: QtBot) -> None:
    dialog = asked(qtbot)
    assert "Østerby Fjernvarme" in words(dialog)
    user = field(dialog, "User")
    assert user.hasFocus()
    type_text(user, "lund")
    key(user, Qt.Key.Key_Tab)
    assert field(dialog, "Password").hasFocus()
    type_text(field(dialog, "Password"), "a secret & more")
    key(field(dialog, "Password"), Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert (dialog.login, dialog.password) == ("lund", "a secret & more")


def test_who_is_known_here_types_the_password_alone(qtbot: QtBot) -> None:
    dialog = LoginDialog("Østerby Fjernvarme", login="berit")
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    assert field(dialog, "Password").hasFocus()
    type_text(field(dialog, "Password"), "a secret & more")
    key(field(dialog, "Password"), Qt.Key.Key_Return)
    assert (dialog.login, dialog.password) == ("berit", "a secret & more")


def test_the_password_is_seen_by_nobody(qtbot: QtBot) -> None:
    dialog = asked(qtbot)
    password = field(dialog, "Password")
    type_text(password, "a secret")
    assert password.echoMode() is QLineEdit.EchoMode.Password
    assert "a secret" not in password.displayText()
    assert dialog.password == "a secret"


@pytest.mark.parametrize("way", ["Esc", "Cancel", "cross"])
def test_whoever_turns_away_is_not_signed_in(qtbot: QtBot, way: str) -> None:
    dialog = asked(qtbot)
    type_text(field(dialog, "User"), "lund")
    if way == "Esc":
        key(dialog, Qt.Key.Key_Escape)
    elif way == "Cancel":
        click(push(dialog, QDialogButtonBox.StandardButton.Cancel))
    else:
        dialog.close()
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_the_alt_keys_lead_to_the_fields(qtbot: QtBot) -> None:
    dialog = asked(qtbot)
    alt = Qt.KeyboardModifier.AltModifier
    for which, name in ((Qt.Key.Key_P, "Password"), (Qt.Key.Key_U, "User")):
        key(dialog, which, alt)
        assert field(dialog, name).hasFocus()


def test_why_the_last_try_failed_is_told(qtbot: QtBot) -> None:
    assert "user or password is wrong" in words(asked(qtbot, wrong="user or password is wrong"))
    assert len(words(asked(qtbot))) == 4  # title and the three names


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_a_long_project_name_keeps_the_dialog_on_the_screen(qtbot: QtBot, name: str) -> None:
    dialog = asked(qtbot, name, name)
    QApplication.processEvents()
    screen = QApplication.primaryScreen()
    assert screen is not None
    assert dialog.width() <= 700 <= screen.availableSize().width()
    for each in dialog.findChildren(QLabel):
        assert each.textFormat() is Qt.TextFormat.PlainText or each.buddy() is not None
    shown = [each for each in dialog.findChildren(QLabel) if each.text() == name]
    assert len(shown) == 2
    for each in shown:
        assert each.height() >= each.heightForWidth(each.width())


@pytest.mark.parametrize("name", THEMES)
def test_the_dialog_wears_the_look(qtbot: QtBot, name: str) -> None:
    dialog = asked(qtbot)
    look = Look(name)
    ground = dialog.grab().toImage().pixelColor(3, 3).name()
    assert ground == look.theme.window.lower()
    look.use("day")
    Look("day")

"""Asks once before something is lost for good, naming it."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from app.words import _
from widgets.controls.plain import literal


def may_lose(losses: Sequence[str], parent: QWidget) -> bool:
    """Return whether the person agrees to lose what the sentences say; True for none."""
    if not losses:
        return True
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("Not sent yet"))
    box.setText("\n".join(losses))
    stay = box.addButton(_("Go back"), QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton(_("Discard and close"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.exec()
    agreed = box.clickedButton() is leave
    box.deleteLater()
    return agreed


def agreed(question: str, act: str, parent: QWidget) -> bool:
    """Return whether the person agrees to what the question names; ``act`` is the button."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(act)
    box.setText(question)
    stay = box.addButton(_("Go back"), QMessageBox.ButtonRole.RejectRole)
    go_on = box.addButton(literal(act), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.exec()
    said_yes = box.clickedButton() is go_on
    box.deleteLater()
    return said_yes

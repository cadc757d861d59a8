"""Asks once before something is lost for good, naming it."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from app.words import _


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

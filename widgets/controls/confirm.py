"""Asks once before something is lost for good, naming it."""

from collections.abc import Sequence
from enum import Enum

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from app.words import _
from widgets.controls.plain import literal


class Leaving(Enum):
    """What somebody who wanted to log out decided."""

    STAY = "stay"
    LOCK = "lock"
    LOG_OUT = "log out"


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


def leaving(name: str, losses: Sequence[str], parent: QWidget) -> Leaving:
    """Ask somebody who wants to log out, naming what would be lost; they may lock instead."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("Log out"))
    box.setText("\n".join([_("Log out {name}?").format(name=name), *losses]))
    box.setInformativeText(
        _(
            "The pages come back when {name} logs in again. Locking keeps them open "
            "behind the password, and alarms still sound."
        ).format(name=name)
    )
    stay = box.addButton(_("Go back"), QMessageBox.ButtonRole.RejectRole)
    lock = box.addButton(_("Lock instead"), QMessageBox.ButtonRole.ActionRole)
    words = _("Discard and log out") if losses else _("Log out")
    leave = box.addButton(words, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    pressed = box.clickedButton()
    box.deleteLater()
    if pressed is leave:
        return Leaving.LOG_OUT
    return Leaving.LOCK if pressed is lock else Leaving.STAY


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

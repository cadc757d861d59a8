"""When a backup is made by itself, how the last one is, and what was made so far."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from app.model.backup import HOURS, MOST_KEPT, Backup, BackupPlan
from app.words import _, ngettext
from widgets.auditlog.room import room_text
from widgets.controls.awaited import Awaited
from widgets.controls.card import PAD, Card
from widgets.controls.moments import day_text, local
from widgets.controls.plain import label, literal, sentence
from widgets.retention.form import CalmNumber

_SHOWN = 12  # backups, the newest first
_OLD = timedelta(days=2)


class PlanForm(Card):
    """Where, when, how many, sealed by what; ``edited`` whenever anything is changed."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(_("Every night"))
        self.folder = QLineEdit()
        self.folder.setAccessibleName(_("Folder"))
        self.folder.setPlaceholderText(_("none: no backup is made by itself"))
        self.hour = CalmNumber(HOURS - 1, _("Hour"))
        self.keep = CalmNumber(MOST_KEPT, _("How many stay"))
        self.keep.setMinimum(1)
        for each in (self.hour, self.keep):
            each.setSpecialValueText("")
        self.sealed = QCheckBox(literal(_("Seal them by a passphrase")))
        self.phrase = QLineEdit()
        self.phrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.phrase.setAccessibleName(_("Passphrase"))
        self._was_sealed = False
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(PAD, PAD, PAD, PAD)
        form.addRow(label(_("Folder")), self.folder)
        form.addRow(label(_("Hour")), self.hour)
        form.addRow(label(_("How many stay")), self.keep)
        form.addRow(self.sealed)
        form.addRow(label(_("Passphrase")), self.phrase)
        says = _(
            "A sealed backup can be restored on any computer with its passphrase, one that is "
            "not sealed on this computer alone. Choose a folder on another disk."
        )
        form.addRow(sentence(says))
        self.awaited = Awaited(inside)
        self.body.addWidget(self.awaited)
        for field in (self.folder, self.phrase):
            field.textEdited.connect(lambda _text: self._changed())
        for number in (self.hour, self.keep):
            number.valueChanged.connect(lambda _value: self._changed())
        self.sealed.toggled.connect(lambda _on: self._changed())
        self._changed()

    def plan(self) -> BackupPlan:
        """Return what stands in the fields."""
        return BackupPlan(
            self.folder.text().strip(),
            self.hour.value(),
            self.keep.value(),
            self.sealed.isChecked(),
        )

    def show_plan(self, plan: BackupPlan) -> None:
        """Show a plan; the passphrase is shown to nobody."""
        self.folder.setText(plan.folder)
        self.hour.setValue(plan.hour)
        self.keep.setValue(plan.keep)
        self._was_sealed = plan.sealed
        self.sealed.setChecked(plan.sealed)
        self.phrase.clear()
        self.awaited.show_kept()
        self._changed()

    def _changed(self) -> None:
        seals = self.sealed.isChecked()
        self.phrase.setEnabled(seals)
        self.phrase.setPlaceholderText(_("as before") if seals and self._was_sealed else "")
        self.edited.emit()


class MadeCard(Card):
    """How the last backup is, and a line for each that was made."""

    def __init__(self) -> None:
        super().__init__(_("What was made"))
        self.last = sentence("", "strong")
        self.trouble = sentence()
        self.lines = sentence()
        self.needs = sentence()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(8)
        for each in (self.last, self.trouble, self.lines, self.needs):
            column.addWidget(each)
        self.body.addWidget(inside)

    def show_needs(self, *, folder: bool, saved: bool) -> None:
        """Say what making one now waits for; nothing while it may be pressed."""
        said = _("To make one now, name a folder on the left and save it.")
        if folder:
            said = _("To make one now, save what was changed on the left, or give it up.")
        self.needs.setText(said)
        self.needs.setVisible(not (folder and saved))

    def show_made(
        self, made: Sequence[Backup], trouble: str, now: datetime, zone: tzinfo | None
    ) -> None:
        """Show what an answer says."""
        self.last.setText(last_text(made, now))
        said = _("The nightly backup failed: {why}").format(why=trouble) if trouble else ""
        self.trouble.setText(said)
        self.trouble.setVisible(bool(trouble))
        self.lines.setText("\n".join(line_of(each, zone) for each in made[:_SHOWN]))


def last_text(made: Sequence[Backup], now: datetime) -> str:
    """Return how old the newest backup is, and whether it was read back, in a sentence."""
    if not made:
        return _("No backup was ever made of this project.")
    age = now - made[0].made_at
    hours = max(0, int(age.total_seconds() // 3600))
    if age < _OLD:
        said = ngettext(
            "The last backup is {count} hour old.",
            "The last backup is {count} hours old.",
            hours,
        ).format(count=hours)
    else:
        said = ngettext(
            "The last backup is {count} day old.",
            "The last backup is {count} days old.",
            age.days,
        ).format(count=age.days)
    if made[0].verified:
        return _("{age} It was read back and is whole.").format(age=said)
    return said


def line_of(made: Backup, zone: tzinfo | None) -> str:
    """Return a backup in a line."""
    at = f"{day_text(made.made_at, zone)} {local(made.made_at, zone):%H:%M}"
    words = [at, room_text(made.size_bytes), Path(made.file).name]
    return " · ".join([*words, _("sealed")] if made.sealed else words)

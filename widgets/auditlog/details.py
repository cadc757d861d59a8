"""One entry of the log in full, with what proves it: to be read and copied."""

from collections.abc import Mapping
from datetime import tzinfo

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from app.auditverbs import AuditProof
from app.sentences import told_sentence
from app.words import _
from widgets.controls.facts import Facts
from widgets.controls.moments import moment_text
from widgets.controls.plain import literal
from widgets.models.audit import LogWords

_WIDE, _HIGH = 760, 560


class EntryDialog(QDialog):
    """Everything the log knows of one entry."""

    def __init__(
        self, proof: AuditProof, words: LogWords, zone: tzinfo | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Entry {number}").format(number=proof.entry.seq))
        self.resize(_WIDE, _HIGH)
        self.facts = facts_of(proof, words, zone)
        column = QVBoxLayout(self)
        page = QScrollArea()
        page.setWidgetResizable(True)
        page.setWidget(Facts(self.facts))
        column.addWidget(page, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copying = buttons.addButton(literal(_("Copy")), QDialogButtonBox.ButtonRole.ActionRole)
        if copying is not None:
            copying.clicked.connect(lambda _on=False: self.copy())
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def copy(self) -> None:
        """Put all of it on the clipboard, a line each."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText("\n".join(f"{name}: {text}" for name, text in self.facts.items()))


def facts_of(proof: AuditProof, words: LogWords, zone: tzinfo | None) -> Mapping[str, str]:
    """Return what is known of an entry: in words, and as it is written."""
    entry = proof.entry

    def told(column: str, written: str) -> str:
        said = words.told(column, written)
        return said if said == written else f"{said} ({written})"

    def stood(written: str) -> str:
        said = words.stood(entry, written)
        return said if said == written else f"{said} ({written})"

    return {
        _("No."): str(entry.seq),
        _("When"): moment_text(entry.at, zone),
        _("UTC"): entry.at.isoformat(),
        _("Who"): entry.name,
        _("Login"): entry.login,
        _("Where"): entry.workstation,
        _("What"): told("verb", entry.verb),
        _("Of what"): told("entity", entry.entity),
        _("Old"): stood(entry.old),
        _("New"): stood(entry.new),
        _("Result"): told("result", entry.result),
        _("Reason"): told_sentence(entry.reason),
        _("Hash of the entry before"): proof.previous,
        _("Hash of this entry"): proof.hash,
        _("Seal"): proof.seal,
        _("Proof"): told_sentence(proof.fault)
        or _("This entry follows the one before it and reads as it was written."),
    }

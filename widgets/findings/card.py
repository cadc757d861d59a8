"""The card of findings: the rows, what they come to, and what the rule in focus asks."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PyQt6.QtCore import pyqtSignal

from app.model.validation import Rule
from app.reports.findings import FindingRow, Findings
from app.words import _
from widgets.controls.card import Bar, Card, Elided, EmptyState
from widgets.controls.plain import sentence
from widgets.controls.table import Table
from widgets.findings.rows import columns, explained, reach, summary
from widgets.models.rows import RowsModel
from widgets.theme import Look


class FindingsCard(Card):
    """What is sought and chosen stays so when the indexes are checked anew."""

    opened = pyqtSignal(object)  # the `FindingRow`
    narrowed = pyqtSignal()  # other rows are shown now

    def __init__(self, look: Look, zone: tzinfo | None) -> None:
        super().__init__()
        self.found, self._known = Findings(), False
        self._waits = _("Checking indexes …")  # why what stands here is not told yet
        self.model: RowsModel[FindingRow] = RowsModel(columns(zone), _key, self)
        self.table: Table[FindingRow] = Table(self.model, look, _("Findings"))
        self.empty = EmptyState(self._waits)
        self.says, self.explains = Elided("", "strong"), Elided("", "quiet")
        self.reaches = sentence("", "quiet")
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.table.hide()
        self._asks = Bar("cardfoot", 36).add(self.explains).stretch()
        self.body.addWidget(self._asks)
        self.body.addWidget(Bar("cardfoot", 40).add(self.says).stretch())
        self.table.opened.connect(self.opened)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(lambda _now, _old: self._explain())

    @property
    def rows(self) -> Sequence[FindingRow]:
        """The rows shown, in their order."""
        return self.model.rows

    @property
    def stands(self) -> bool:
        """Whether there are rows, and they answer what was asked last."""
        return bool(self.rows) and not self._waits

    def wait(self, why: str = "") -> None:
        """Say that what was found before answers another question; ``why``: it stays so."""
        self._waits = why or _("Checking indexes …")
        self._tell()

    def show_found(self, found: Findings, *, any_index: bool) -> None:
        """Show what was found; ``any_index``: whether there was anything to check."""
        self.found, self._known = found, any_index
        self._waits = ""
        self.model.replace(found.rows)
        if self.table.current() is None:
            self.table.go_to(lambda _row: True)
        self.reaches.setText(reach(found))
        self.reaches.setVisible(bool(self.reaches.text()))
        self._tell()

    def keep(self, rule: Rule | None) -> None:
        """Show the findings of one rule alone; None shows all."""
        self.model.keep(None if rule is None else lambda row: row.finding.rule is rule)
        self._tell()

    def seek(self, words: str) -> None:
        """Show the rows in which every word stands."""
        self.model.find(words)
        self._tell()

    def _tell(self) -> None:
        """Say how many there are, and what it means that there are none."""
        shown = len(self.rows)
        before = f"{self._waits} {_('What stands here was found before.')}" if shown else ""
        self.says.setText(before if self._waits else summary(self.found, shown))
        self._explain()
        self.table.setVisible(shown > 0)
        self.empty.setVisible(shown == 0)
        if self._waits:
            told = self._waits
        elif not self._known:
            told = _("No meter tells an index yet, so there is nothing to check.")
        elif self.found.rows:
            told = _("None of the findings is like that.")
        else:
            told = _("No rule found anything in this time.")
        self.empty.says.setText(told)
        self.narrowed.emit()

    def _explain(self) -> None:
        told = explained(self.table.current())
        self.explains.setText(told)
        self._asks.setVisible(bool(told))


def _key(row: FindingRow) -> tuple[str, str, datetime]:
    return row.index.point, row.finding.rule.value, row.finding.start

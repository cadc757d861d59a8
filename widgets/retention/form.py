"""The rules by which samples are kept: a row for each kind, told in a sentence as well."""

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QComboBox, QGridLayout, QSpinBox, QWidget

from app.model.retention import MOST_MONTHS, MOST_YEARS, DataKind, KeepRule, KeepRules, Then
from app.retentiontext import kind_name, rule_text
from app.words import _
from widgets.controls.awaited import Awaited
from widgets.controls.card import PAD, Card
from widgets.controls.plain import label, sentence

_FIELD_PX = 130


class CalmNumber(QSpinBox):
    """A number that the wheel does not change: who scrolls over it means the page."""

    def __init__(self, most: int, says: str) -> None:
        super().__init__()
        self.setRange(0, most)
        self.setSpecialValueText(_("for ever"))
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setFixedWidth(_FIELD_PX)
        for each in filter(None, (self, self.lineEdit())):
            each.setAccessibleName(says)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()


class CalmChoice(QComboBox):
    """A choice that the wheel does not change."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.addItem(_("one a month"), Then.MONTHLY)
        self.addItem(_("none"), Then.NOTHING)
        self.setFixedWidth(max(_FIELD_PX, self.sizeHint().width()))
        self.setAccessibleName(says)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()


class RuleRow:
    """The fields of one kind."""

    def __init__(self, kind: DataKind, changed: Callable[[], None]) -> None:
        name = kind_name(kind)
        self.months = CalmNumber(MOST_MONTHS, _("{kind}: all, months").format(kind=name))
        self.years = CalmNumber(MOST_YEARS, _("{kind}: one a day, years").format(kind=name))
        self.then = CalmChoice(_("{kind}: what stays after that").format(kind=name))
        self.says = sentence()
        self.months.valueChanged.connect(lambda _value: changed())
        self.years.valueChanged.connect(lambda _value: changed())
        self.then.currentIndexChanged.connect(lambda _at: changed())

    def rule(self) -> KeepRule:
        """Return what stands in the fields."""
        return KeepRule(self.months.value(), self.years.value(), self.then.currentData())

    def show_rule(self, rule: KeepRule) -> None:
        """Show a rule."""
        self.months.setValue(rule.all_months)
        self.years.setValue(rule.daily_years)
        self.then.setCurrentIndex(self.then.findData(rule.then))

    def tell(self) -> None:
        """Say in a sentence what stands in the fields."""
        self.says.setText(rule_text(self.rule()))
        ends = self.months.value() > 0
        self.years.setEnabled(ends or self.years.value() > 0)
        self.then.setEnabled(ends and self.years.value() > 0)


class RulesForm(Card):
    """A row for each kind of samples; ``edited`` whenever anything is changed."""

    edited = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(_("How long samples are kept"))
        self.rows = {kind: RuleRow(kind, self._changed) for kind in DataKind}
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(PAD, PAD, PAD, PAD)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(4)
        heads = ("", _("All, months"), _("One a day, up to years"), _("After that"))
        for column, head in enumerate(heads):
            grid.addWidget(label(head, "quiet"), 0, column)
        for nth, (kind, row) in enumerate(self.rows.items()):
            grid.addWidget(label(kind_name(kind), "strong"), 2 * nth + 1, 0)
            for column, field in enumerate((row.months, row.years, row.then)):
                grid.addWidget(field, 2 * nth + 1, column + 1)
            grid.addWidget(row.says, 2 * nth + 2, 0, 1, 4)
        grid.setColumnStretch(0, 1)
        says = _(
            "Sums do not change by it: readings on which the sum of a day, an exchange, a "
            "reset or a tenant’s move depends always stay, and so do the figures of days and "
            "months. 0 is for ever; the last two months are never touched."
        )
        grid.addWidget(sentence(says), 2 * len(self.rows) + 1, 0, 1, 4)
        self.awaited = Awaited(inside)
        self.body.addWidget(self.awaited)
        self._showing = False

    def rules(self) -> KeepRules:
        """Return what stands in the fields."""
        return KeepRules({kind: row.rule() for kind, row in self.rows.items()})

    def show_rules(self, rules: KeepRules) -> None:
        """Show rules."""
        self._showing = True
        for kind, row in self.rows.items():
            row.show_rule(rules.of[kind])
        self._showing = False
        self.awaited.show_kept()
        self._changed()

    def _changed(self) -> None:
        if not self._showing:
            for row in self.rows.values():
                row.tell()
            self.edited.emit()

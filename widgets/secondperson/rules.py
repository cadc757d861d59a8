"""For what the project wants a second person: shown to who manages people, changed by few."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.second import LEAST_WAIT_MIN, MOST_WAIT_MIN, Danger, SecondRules
from app.users.roles import ADMINISTRATOR
from app.words import _
from widgets.controls.card import GAP, MARGIN, Bar, Card
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, literal, sentence
from widgets.pagetype import PageContext
from widgets.secondperson.telling import danger_word


class _Minutes(QSpinBox):
    """A number that the wheel does not change: who scrolls over it means the page."""

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()


class SecondRulesPanel(QWidget):
    """A box for each danger; ``stale`` asks for the rules to be told anew."""

    stale = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._rules = SecondRules()
        self.notice = Notice(context.look)
        self.boxes = {each: QCheckBox(literal(danger_word(each))) for each in Danger}
        self.wait = _Minutes()
        self.wait.setRange(LEAST_WAIT_MIN, MOST_WAIT_MIN)
        self.wait.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        for each in filter(None, (self.wait, self.wait.lineEdit())):
            each.setAccessibleName(_("Minutes a request waits"))
        self.drop = button(_("Give up"), self.discard)
        self.save = button(_("Save"), self._save, role="primary")
        self._place()
        for box in self.boxes.values():
            box.toggled.connect(lambda _on: self._weigh())
        self.wait.valueChanged.connect(lambda _value: self._weigh())
        self.discard()

    def show_rules(self, rules: SecondRules) -> None:
        """Show what holds; what is changed here and not saved stays."""
        if not self.unsaved():
            self._rules = rules
            self.discard()

    def unsaved(self) -> str:
        """Return the sentence about what would be lost; "" for nothing."""
        changed = self._wished() != self._rules
        return _("What needs a second person is changed and not saved yet.") if changed else ""

    def discard(self) -> None:
        """Show again what holds."""
        for danger, box in self.boxes.items():
            box.setChecked(danger in self._rules.dangers)
        self.wait.setValue(self._rules.wait_min)
        self._weigh()

    def refresh(self) -> None:
        """Ask what holds now."""
        context = self._context
        context.asking.ask(
            context.asked.people.second_rules(context.viewer),
            owner=self,
            done=self.show_rules,
            failed=self._fail,
        )

    def _place(self) -> None:
        card = Card(_("A second person"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        says = _(
            "Nobody does alone what is ticked here: another person with the same right "
            "confirms it by login and password, never by a PIN. Both names stand in the "
            "activity log. To tick less, a second person is needed as well."
        )
        column.addWidget(sentence(says))
        for box in self.boxes.values():
            column.addWidget(box)
        column.addStretch(1)
        card.body.addWidget(self.notice)
        card.body.addWidget(inside, 1)
        words = label(_("Minutes a request waits"), "quiet")
        foot = Bar("toolbar", 48).add(words, self.wait)
        card.body.addWidget(foot.stretch().add(self.drop, self.save))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)

    def _wished(self) -> SecondRules:
        ticked = frozenset(each for each, box in self.boxes.items() if box.isChecked())
        return SecondRules(ticked, self.wait.value(), self._rules.version)

    def _weigh(self) -> None:
        """Show what may be pressed now."""
        may = self._context.viewer.rights.role == ADMINISTRATOR
        for each in (*self.boxes.values(), self.wait):
            each.setEnabled(may)
        if not may:
            self.notice.tell(_("only an administrator changes this"))
        changed = self._wished() != self._rules
        self.save.setEnabled(may and changed)
        self.drop.setEnabled(changed)

    def _save(self) -> None:
        if self._context.write_lock.all_locked:
            self._context.write_lock.ask_unlock()
            return
        self.save.setEnabled(False)
        context = self._context
        context.asking.ask(
            context.asked.people.put_second_rules(context.viewer, self._wished()),
            owner=self,
            done=self._saved,
            failed=self._fail,
        )

    def _saved(self, rules: SecondRules) -> None:
        self._rules = rules
        self.notice.hide()
        self.discard()
        self.stale.emit()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))
        self._weigh()

"""For what the project wants a second person: shown to who manages people, changed by few."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.second import LEAST_WAIT_MIN, MOST_WAIT_MIN, Danger, SecondRules
from app.users.roles import ADMINISTRATOR
from app.words import _
from widgets.controls.card import GAP, PAD, Bar, Card
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
        self._sent: SecondRules | None = None  # being saved
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
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        says = _(
            "Nobody does alone what is ticked here: another person with the same right "
            "confirms it by login and password, never by a PIN. Both names stand in the "
            "activity log. To tick less, a second person is needed as well."
        )
        column.addWidget(sentence(says))
        for box in self.boxes.values():
            column.addWidget(box)
        wait = QHBoxLayout()
        wait.setContentsMargins(0, 8, 0, 0)
        wait.setSpacing(8)
        wait.addWidget(label(_("Minutes a request waits"), "quiet"))
        wait.addWidget(self.wait)
        wait.addStretch(1)
        column.addLayout(wait)
        column.addStretch(1)
        card.body.addWidget(self.notice)
        card.body.addWidget(inside, 1)
        card.body.addWidget(Bar("cardfoot", 44).stretch().add(self.drop, self.save))
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
        self.save.setEnabled(may and changed and self._sent is None)
        self.drop.setEnabled(changed)

    def _save(self) -> None:
        if self._context.write_lock.all_locked:
            self._context.write_lock.ask_unlock()
            return
        context, self._sent = self._context, self._wished()
        self._weigh()
        context.asking.ask(
            context.asked.people.put_second_rules(context.viewer, self._sent),
            owner=self,
            done=self._saved,
            failed=self._fail,
        )

    def _saved(self, rules: SecondRules) -> None:
        sent, self._sent = self._sent, None
        untouched = self._wished() == sent
        self._rules = rules
        self.notice.hide()
        if untouched:
            self.discard()
        else:
            self._weigh()  # ticked on meanwhile: that stays, and is not saved yet
        self.stale.emit()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))
        self._sent = None
        self._weigh()

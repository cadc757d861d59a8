"""The filters in force as chips one can take away, and the menu that adds more."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from app.errors import BadInput
from app.model.device import Presence
from app.words import _, ngettext
from widgets.controls.figuretyped import figure_typed
from widgets.controls.marks import presence_word
from widgets.controls.plain import button, label, literal, sentence, tip
from widgets.models.devicefilter import SMART, By, Condition, Plant, comparison, words_of
from widgets.models.measured import MEASURES
from widgets.theme import Look

_LONGEST = 28  # letters of a chip
_MOST_CHOICES = 60  # of a menu
_DECIMALS = 2  # of a level


class Chips(QWidget):
    """``changed`` tells the conditions that are left or added."""

    changed = pyqtSignal(object)  # list[Condition]

    def __init__(self, look: Look, plant: Plant, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conditions: list[Condition] = []
        self._plant = plant
        self._chips: list[QPushButton] = []
        self.more = button(
            _("Filter"), self._ask, look=look, drawing="filter", role="head", says=_("Filter…")
        )
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.more)

    def show_conditions(self, conditions: Sequence[Condition]) -> None:
        """Show these chips; nobody is told."""
        self.conditions = list(dict.fromkeys(conditions))
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(each) for each in self.conditions]
        for at, chip in enumerate(self._chips):
            self._row.insertWidget(at, chip)

    def add(self, condition: Condition) -> None:
        """Add a condition; an area, gateway or group takes the place of the one before."""
        alone = (By.AREA, By.GATEWAY, By.GROUP)
        kept = [
            each
            for each in self.conditions
            if not (condition.by in alone and each.by in alone) and each != condition
        ]
        self._set([*kept, condition])

    def drop(self, condition: Condition) -> None:
        """Take a condition away."""
        self._set([each for each in self.conditions if each != condition])

    def menu_now(self) -> QMenu:
        """Return the menu of what may be added now."""
        menu = QMenu(self)
        views = self._plant.directory.views
        labels = sorted({view.label for view in views if view.label})
        links = {view.link.id: view.link.name for view in views}
        sorts: list[tuple[str, list[tuple[str, Condition]]]] = [
            (
                _("State"),
                [(presence_word(each), Condition(By.STATE, each.value)) for each in Presence],
            ),
            (_("Controller"), [(each, Condition(By.CONTROLLER, each)) for each in labels]),
            (
                _("Gateway"),
                [
                    (name, Condition(By.GATEWAY, link))
                    for link, name in sorted(links.items(), key=lambda each: each[1])
                ],
            ),
            (
                _("Group"),
                [
                    (name, Condition(By.GROUP, key))
                    for key, (name, _devices) in self._plant.groups.items()
                ]
                + [(each.title(), Condition(By.SMART, each.id)) for each in SMART.values()],
            ),
        ]
        for words, choices in sorts:
            below = menu.addMenu(literal(words))
            for name, condition in choices[:_MOST_CHOICES]:
                if below is not None:
                    below.addAction(literal(name), partial(self.add, condition))
            beyond = len(choices) - _MOST_CHOICES
            if below is not None and beyond > 0:
                told = ngettext(
                    "and {count} more: type its name into the search",
                    "and {count} more: type the name into the search",
                    beyond,
                )
                more = below.addAction(told.format(count=beyond))
                if more is not None:
                    more.setEnabled(False)
        menu.addAction(_("Value…"), self._ask_value)
        if self.conditions:
            menu.addSeparator()
            menu.addAction(_("No filter"), partial(self._set, []))
        return menu

    def _chip(self, condition: Condition) -> QPushButton:
        sort, told = words_of(condition, self._plant)
        short = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
        words = _("{sort}: {value}").format(sort=sort, value=short)
        chip = button(f"{words}  ✕", partial(self.drop, condition), role="head")
        chip.setAccessibleName(_("Take away the filter {filter}").format(filter=words))
        chip.setToolTip(tip(told))
        return chip

    def _set(self, conditions: Sequence[Condition]) -> None:
        self.show_conditions(conditions)
        self.changed.emit(list(self.conditions))

    def _ask(self) -> None:
        menu = self.menu_now()
        menu.exec(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        menu.deleteLater()

    def _ask_value(self) -> None:
        dialog = ValueDialog(self)
        if dialog.exec():
            self.add(dialog.condition())
        dialog.deleteLater()


class ValueDialog(QDialog):
    """A quantity above or below a level."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Devices by a value"))
        self._level = 0.0
        self.measure = _choice([measure.head() for measure in MEASURES], _("Value"))
        self.sign = _choice([_("above"), _("below")], _("Above or below"))
        self.level = QLineEdit()
        self.level.setAccessibleName(_("Level"))
        self.says = sentence("", "fault")
        self.says.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(label(_("Value")), self.measure)
        form.addRow(label(_("is")), self.sign)
        form.addRow(label(_("Level")), self.level)
        form.addRow(self.says)
        form.addRow(buttons)

    def accept(self) -> None:
        """Take the level, unless it cannot be read."""
        try:
            self._level = figure_typed(self.level.text(), _DECIMALS)
        except BadInput as error:
            self.says.setText(str(error))
            self.says.show()
            self.level.setFocus()
            return
        super().accept()

    def condition(self) -> Condition:
        """Return what was chosen."""
        measure = MEASURES[self.measure.currentIndex()]
        return comparison(measure.id, "><"[self.sign.currentIndex()], self._level)


def _choice(words: Sequence[str], says: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(says)
    made.addItems(list(words))
    return made

"""A role of one's own, made from another: its name, rank, first page and pages."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QSpinBox,
    QWidget,
)

from app.model.rights import Rights, Role, Scope
from app.users.roles import LONGEST_NAME
from app.words import _
from widgets.controls.formlayout import lay_form
from widgets.controls.plain import button, label, literal, sentence
from widgets.controls.still import still
from widgets.models.rights import STEPS, role_name
from widgets.pagetype import PageContext, Section
from widgets.shell.rail import section_word
from widgets.welcome.fields import Field, line

_WIDTH_PX = 420
_SHORT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class RoleDialog(QDialog):
    """``wished`` has the role to be kept: a new one without an id, or the changed one."""

    wished = pyqtSignal(object)  # Role

    def __init__(
        self,
        context: PageContext,
        roles: Sequence[Role],
        mine: Rights,
        known: str,
        changed: Role | None,
        parent: QWidget,
    ) -> None:
        """``known`` is the role a new one is made from, ``changed`` the one to change."""
        super().__init__(parent)
        self.setWindowTitle(_("Name and pages of a role") if changed else _("New role"))
        self.setMinimumWidth(_WIDTH_PX)
        self._roles, self._mine, self._changed = list(roles), mine, changed
        self._name, self.rank = line(), still(QSpinBox())
        self.rank.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._name.setMaxLength(LONGEST_NAME)
        self.source, self.start = still(QComboBox()), still(QComboBox())
        self.source.setSizeAdjustPolicy(_SHORT)  # a long name widens nothing
        self.source.setMinimumContentsLength(12)
        self.name = Field(_("Name"), self._name)
        self.pages = {each: QCheckBox(literal(section_word(each))) for each in Section}
        self._build(known)
        self._name.returnPressed.connect(self._finish)
        self._name.textChanged.connect(lambda _text: self.name.complain(""))
        self.finished.connect(self.deleteLater)

    def role(self) -> Role:
        """Return the role as the form has it."""
        source = self._changed or self._source()
        pages = tuple(each.value for each, box in self.pages.items() if box.isChecked())
        made = replace(
            source,
            name=self._name.text().strip(),
            rank=self.rank.value(),
            start_page=self.start.currentData() or "",
            pages=() if len(pages) == len(self.pages) else pages,
        )
        if self._changed is not None:
            same = made.name == role_name(self._changed)
            return replace(made, name=self._changed.name) if same else made
        mine = self._mine
        cells = {key: _lesser(scope, mine.scope(key)) for key, scope in made.cells.items()}
        return replace(made, id="", cells=cells, origin="", preset=False, version=0)

    def _build(self, known: str) -> None:
        for role in self._roles:
            self.source.addItem(role_name(role), role.id)
        self.source.setCurrentIndex(max(self.source.findData(known), 0))
        self.start.addItem(_("as the person left it"), "")
        for each in Section:
            self.start.addItem(section_word(each), each.value)
        self.rank.setRange(0, max(self._mine.rank - 1, 0))
        parts: list[QWidget] = [self.name]
        if self._changed is None:
            parts.insert(0, Field(_("Made from"), self.source))
        higher = _("Who manages people changes roles of lower ranks.")
        parts += [Field(_("Rank"), self.rank, higher), Field(_("Opens first"), self.start)]
        parts += [label(_("Sections shown"), "small"), *self.pages.values()]
        told = _("Rights decide as well: this only leaves sections out.")
        parts.append(sentence(told, "small"))
        words = _("Save") if self._changed else _("Make the role")
        lay_form(self, parts, [button(words, self._finish, role="primary")])
        self.source.currentIndexChanged.connect(lambda _at: self._fill(self._source()))
        self._fill(self._changed or self._source())
        self.rank.setEnabled(self._changed is None or not self._changed.preset)

    def _source(self) -> Role:
        return self._roles[self.source.currentIndex()]

    def _fill(self, role: Role) -> None:
        if self._changed is not None:
            self._name.setText(role_name(role))
        self.rank.setValue(min(role.rank, self.rank.maximum()))
        self.start.setCurrentIndex(max(self.start.findData(role.start_page), 0))
        for section, box in self.pages.items():
            box.setChecked(not role.pages or section.value in role.pages)

    def _finish(self) -> None:
        if not self._name.text().strip():
            self.name.complain(_("A role needs a name."))
            self._name.setFocus()
            return
        self.wished.emit(self.role())
        self.accept()


def _lesser(scope: Scope, limit: Scope) -> Scope:
    """Return the scope, or the limit when it reaches less far."""
    return min(scope, limit, key=STEPS.index)

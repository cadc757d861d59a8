"""Two sides of settings below each other; what differs can be carried to the side asked for."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.model.point import PointSpec
from app.words import _, ngettext
from widgets.controls.applying import Applying
from widgets.controls.card import GAP, MARGIN, Bar, Card, EmptyState, Search, Segments
from widgets.controls.plain import button, label
from widgets.controls.table import Table
from widgets.models.rows import RowsModel
from widgets.models.settingcompare import Compared, Tolerance, compare_columns, compared
from widgets.models.settings import circuit_text
from widgets.theme import Look

DIFFERENT, ALL = range(2)


class Comparison(Card):
    """The table of both sides; ``carry`` offers what may be taken over of the chosen rows."""

    carry = pyqtSignal(list)  # of `Compared`

    def __init__(
        self,
        names: tuple[str, str],
        look: Look,
        circuits: Mapping[int, str],
        act: str = "",
    ) -> None:
        """``names`` of the two sides; ``act`` is the button's word, "" for none."""
        super().__init__(_("Comparison"), f"{names[0]} \N{LEFT RIGHT ARROW} {names[1]}")
        columns = compare_columns(
            names[0], names[1], lambda number: circuit_text(number, circuits)
        )
        self.model: RowsModel[Compared] = RowsModel(columns, lambda row: row.spec.key, self)
        self.table = Table(self.model, look, _("Comparison"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._rows: Sequence[Compared] = ()
        self._view = DIFFERENT
        self.says = label("", "strong")
        self.search = Search(_("Find setting or ID"), look)
        self.search.textChanged.connect(self.model.find)
        self.segments = Segments((_("Different"), _("All")), _("Which settings"))
        self.segments.chosen.connect(self._choose)
        self.act = button(act, self._carry, role="primary")
        self._word = act
        tools = Bar("toolbar", 48).add(self.search, self.says).stretch().add(self.segments)
        self.body.addWidget(tools)
        self.body.addWidget(self.table, 1)
        words = _("Every setting that both sides tell is the same within the tolerance.")
        self.alike = EmptyState(words)
        self.body.addWidget(self.alike, 1)
        foot = Bar("cardfoot", 48).stretch().add(self.act)
        self.body.addWidget(foot)
        foot.setVisible(bool(act))
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.selectionChanged.connect(lambda _on, _off: self._weigh())

    def show_sides(
        self,
        specs: Sequence[PointSpec],
        here: Mapping[str, float],
        there: Mapping[str, float],
        tolerance: Tolerance,
    ) -> None:
        """Compare two sides; what only one tells stands among the differences."""
        self._rows = compared(specs, here, there, tolerance)
        count = sum(row.differs for row in self._rows)
        words = ngettext(
            "{count} of {all} settings differs",
            "{count} of {all} settings differ",
            count,
        )
        self.says.setText(words.format(count=count, all=len(self._rows)))
        self._choose(self._view)

    def taken(self) -> list[Compared]:
        """Return what would be carried: of the chosen rows, or of all when none is chosen."""
        rows = self.table.chosen() or list(self.model.rows)
        return [row for row in rows if row.may_be_taken_over]

    def _choose(self, view: int) -> None:
        self._view = view
        rows = [row for row in self._rows if view == ALL or row.differs]
        self.model.replace(rows)
        self.table.setVisible(bool(rows))
        self.alike.setVisible(not rows)
        self._weigh()

    def _weigh(self) -> None:
        count = len(self.taken())
        self.act.setEnabled(count > 0)
        self.act.setText(f"{self._word} ({count})" if count else self._word)

    def _carry(self) -> None:
        taken = self.taken()
        if taken:
            self.carry.emit(taken)


class ComparisonDialog(QDialog):
    """A comparison in a window of its own, with the review of what is sent, if anything."""

    def __init__(
        self, comparison: Comparison, parent: QWidget, applying: Applying | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(comparison.subtitle.text())
        self.resize(1240 if applying is not None else 980, 720)
        self.comparison, self.applying = comparison, applying
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(comparison, 1)
        if applying is not None:
            applying.setParent(self)
            row.addWidget(applying.review)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(_("Close"), self.reject))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addLayout(row, 1)
        column.addLayout(foot)

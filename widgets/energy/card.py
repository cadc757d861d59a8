"""The card of the energy analysis: the ranked rows, and the degree days they are told by."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import pyqtSignal

from app.model.reading import PointId
from app.reports.energy import Analysis
from app.reports.energytable import Ranked, ranked
from app.words import _
from widgets.controls.card import Bar, Card, Elided, EmptyState
from widgets.controls.table import Table
from widgets.energy.rows import columns, degree_words
from widgets.models.rows import RowsModel
from widgets.theme import Look


class EnergyCard(Card):
    """Shows an analysis in the place of the one before; the row in focus stays so."""

    opened = pyqtSignal(object)  # the `Ranked`

    def __init__(
        self, look: Look, choose: Callable[[], object], name: Callable[[PointId], str]
    ) -> None:
        """``choose`` lets indexes be chosen while there are none; ``name`` says a point's."""
        super().__init__()
        self._look, self._name = look, name
        self.table: Table[Ranked] | None = None
        self.says = Elided("", "strong")
        self.empty = EmptyState(
            _(
                "Houses of any size beside each other: what each used per m² of floor, and per "
                "degree day of the weather it had. Say a floor area, or choose indexes."
            ),
            action=_("Choose values…"),
            pressed=choose,
        )
        self.empty.hide()  # until it is known that there is nothing
        self.body.addWidget(self.empty, 1)
        self._foot = Bar("cardfoot", 40).add(self.says).stretch()
        self.body.addWidget(self._foot)

    @property
    def rows(self) -> Sequence[Ranked]:
        """The rows in the order in which they are shown."""
        return () if self.table is None else self.table.rows_model.rows

    def current(self) -> Ranked | None:
        """Return the row in focus."""
        return None if self.table is None else self.table.current()

    def chosen(self) -> set[PointId]:
        """Return the indexes of the rows chosen."""
        return set() if self.table is None else {e.line.point for e in self.table.chosen()}

    def show_found(self, found: Analysis) -> None:
        """Show what was found; without lines it says how one gets there."""
        kept = self.current()
        if self.table is not None:
            self.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        rows = ranked(found)
        self.empty.setVisible(not rows)
        told = degree_words(found)
        self.says.setText(told)
        self._foot.setVisible(bool(told))  # nothing to say takes no room
        if not rows:
            return
        model: RowsModel[Ranked] = RowsModel(
            columns(found, self._name, rows), lambda row: row.line.point
        )
        self.table = table = Table(model, self._look, _("Energy analysis"))
        model.setParent(table)
        model.replace(rows)
        self.body.insertWidget(1, table, 1)
        table.opened.connect(self.opened)
        wanted = rows[0].line.point if kept is None else kept.line.point
        table.go_to(lambda row: row.line.point == wanted)

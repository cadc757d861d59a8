"""Which meters recorded telegrams prove, as a table to look a meter up in."""

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.model.verified import WIRED, ProvenMeter
from app.profiles.verified import proven_meters
from app.words import _, ngettext, told
from widgets.controls.card import MARGIN, Bar
from widgets.controls.fitted import FittedDialog
from widgets.controls.plain import button, label, sentence
from widgets.controls.table import Table
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import Look

_WIDTH_PX, _TABLE_PX = 860, 420


@dataclass(frozen=True, slots=True)
class Make:
    """One make of meter by one way, and how many telegrams prove it."""

    first: ProvenMeter
    telegrams: int


def makes() -> list[Make]:
    """Return every make of the list once, in its order."""
    counted: dict[tuple[str, str, int, int], Make] = {}
    for each in proven_meters():
        who = (each.manufacturer, each.way, each.version, each.medium)
        before = counted.get(who)
        counted[who] = Make(each, 1 + (before.telegrams if before is not None else 0))
    return [counted[who] for who in sorted(counted)]


class ProvenMetersDialog(FittedDialog):
    """Lists what is verified; any other meter is read all the same, and called not verified."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Verified meters"))
        self.search, self.count = QLineEdit(), label("", "small")
        self._model: RowsModel[Make] = RowsModel(_columns(), lambda each: each.first)
        self._model.setParent(self)
        self.table = Table(self._model, look, _("Verified meters"), parent=self)
        self.table.setMinimumHeight(_TABLE_PX)
        self._model.replace(makes())
        self.search.setAccessibleName(_("Search"))
        self.search.setPlaceholderText(_("Maker, model or medium"))
        self.search.textChanged.connect(self._narrow)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        said = _(
            "Recorded telegrams of these meters give every value that is expected of them. Any "
            "other meter is read by its profile or by the standard alone and is called not "
            "verified: compare its first values with its display."
        )
        column.addWidget(sentence(said))
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        closes = button(_("Close"), self.reject)
        column.addWidget(Bar("cardfoot", 44).add(self.count).stretch().add(closes))
        self._narrow("")

    def _narrow(self, text: str) -> None:
        self._model.find(text)
        shown = len(self._model.rows)
        words = ngettext("{count} make of meter", "{count} makes of meters", shown)
        self.count.setText(words.format(count=shown))


def _columns() -> tuple[Column[Make], ...]:
    return (
        Column("maker", lambda: _("Maker"), lambda each: Cell(each.first.manufacturer), 95),
        Column("kind", lambda: _("Medium"), lambda each: Cell(told(each.first.kind)), 190),
        Column(
            "version",
            lambda: _("Version"),
            lambda each: Cell(f"{each.first.version:02X}", tone=Tone.QUIET),
            80,
        ),
        Column("way", lambda: _("Link"), lambda each: Cell(_way(each.first)), 175),
        Column("model", lambda: _("Profile"), _profile, 140, stretch=True),
        Column(
            "telegrams",
            lambda: _("Telegrams"),
            lambda each: Cell(str(each.telegrams)),
            100,
            lambda each: each.telegrams,
            right=True,
        ),
    )


def _way(meter: ProvenMeter) -> str:
    return _("wired M-Bus") if meter.way == WIRED else _("wireless M-Bus")


def _profile(each: Make) -> Cell:
    if each.first.profile:
        return Cell(each.first.model or each.first.profile)
    return Cell(_("by the standard"), tone=Tone.QUIET)

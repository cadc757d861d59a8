"""Who answered, under which name each is added, and the button that does it."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLineEdit

from app.model.reading import DeviceId
from app.model.scan import ScanFound, ScanPick, ScanStanding
from app.words import _, ngettext, told
from widgets.controls.card import Bar, Card, EmptyState
from widgets.controls.late import Stack
from widgets.controls.plain import button, label
from widgets.scanning.found import FoundTable
from widgets.theme import Look

_NAME_PX, _AREA_PX = 300, 180


class FoundCard(Card):
    """The table of meters; ``wanted`` asks to add those that are chosen."""

    wanted = pyqtSignal()

    def __init__(self, look: Look, called: Callable[[DeviceId], str]) -> None:
        """``called`` is the name of a device that is in the plant already."""
        super().__init__(_("Meters that answered"))
        self._names: dict[str, str] = {}  # by secondary address: as a person wrote it
        self._free = True
        self.table = FoundTable(look, self.name_of, called)
        self.name, self.area = QLineEdit(), QLineEdit()
        self.add = button(_("Add to the plant"), self.wanted.emit, role="primary")
        self._words = label("", "quiet")
        self._shown = Stack()
        self._build()
        self.table.chosen_changed.connect(self._count)
        self.table.moved.connect(self._bring_name)
        self.name.textEdited.connect(self._rename)
        self._count()
        self._bring_name()

    def show_standing(self, standing: ScanStanding, *, free: bool) -> None:
        """Show who answered; while a search is under way nobody is added."""
        found = standing.progress.found
        self._free = free
        self.table.show_found(found, dict(standing.known))
        self._shown.setCurrentIndex(1 if found else 0)
        self._count()

    def picks(self) -> list[ScanPick]:
        """Return the meters to be added, with their names."""
        return [ScanPick(each.secondary, self.name_of(each)) for each in self.table.chosen()]

    def name_of(self, found: ScanFound) -> str:
        """Return the name of a meter: as written, else as suggested."""
        told_found = replace(found, medium=told(found.medium))
        return self._names.get(found.secondary) or told_found.suggested_name

    def forget(self) -> None:
        """Begin anew, with another search."""
        self._names.clear()
        self.table.clearSelection()

    def _build(self) -> None:
        for field, says, width in (
            (self.name, _("Name of the meter"), _NAME_PX),
            (self.area, _("Area"), _AREA_PX),
        ):
            field.setAccessibleName(says)
            field.setPlaceholderText(says)
            field.setFixedWidth(width)
        self._shown.addWidget(
            EmptyState(
                _(
                    "Nobody has answered yet. A search asks every meter of a bus for its "
                    "number, also where several answer at once, and disturbs no readout: "
                    "both take turns on the line."
                )
            )
        )
        self._shown.addWidget(self.table)
        self.body.addWidget(self._shown, 1)
        foot = Bar("cardfoot", 44).add(self.name, self.area).stretch()
        self.body.addWidget(foot.add(self._words, self.add))

    def _count(self) -> None:
        chosen = len(self.table.chosen())
        self.add.setEnabled(bool(chosen) and self._free)
        said = ngettext("{n} chosen", "{n} chosen", chosen).format(n=chosen)
        self._words.setText(said if chosen else "")

    def _bring_name(self) -> None:
        found = self.table.current()
        self.name.setEnabled(found is not None and not self.table.is_known(found))
        self.name.setText("" if found is None else self.name_of(found))

    def _rename(self, text: str) -> None:
        found = self.table.current()
        if found is not None:
            self._names[found.secondary] = text.strip()
            self.table.touch_visible()

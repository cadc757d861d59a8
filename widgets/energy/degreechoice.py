"""Chooses by which outdoor temperature degree days are counted, and from which limits."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from app.model.normalised import DegreeRule
from app.model.reading import PointId
from app.words import _
from widgets.controls.flowline import FlowLine
from widgets.controls.still import still
from widgets.desk import Memory
from widgets.energy.rows import RULES, rule_named


class DegreeChoice(QWidget):
    """No temperature is chosen until a person does; ``chosen`` tells of another choice."""

    chosen = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.point: PointId | None = None  # perhaps of a device that is not known yet
        self.outdoor, self.rules = still(QComboBox()), still(QComboBox())
        self.outdoor.setAccessibleName(_("Outdoor temperature"))
        self.rules.setAccessibleName(_("Degree days"))
        for room, limit in RULES:
            told = _("Degree days {room}/{limit} °C").format(room=room, limit=limit)
            self.rules.addItem(told)
        line = FlowLine(self)
        line.addWidget(self.outdoor)
        line.addWidget(self.rules)
        self.offer([])
        self.outdoor.activated.connect(self._pick)
        self.rules.activated.connect(lambda _at: self.chosen.emit())

    @property
    def rule(self) -> DegreeRule:
        """By which temperatures degree days are counted."""
        return rule_named(self.rules.currentIndex())

    @property
    def known(self) -> PointId | None:
        """The temperature chosen, as far as it is there; None counts no degree days."""
        found: PointId | None = self.outdoor.currentData()
        return found

    def offer(self, places: Sequence[tuple[str, PointId]]) -> None:
        """Offer these temperatures, each with its device's name."""
        points = [None, *(point for _name, point in places)]
        if points != [self.outdoor.itemData(at) for at in range(self.outdoor.count())]:
            self.outdoor.clear()
            self.outdoor.addItem(_("Without degree days"), None)
            for name, point in places:
                self.outdoor.addItem(_("Outdoor: {device}").format(device=name), point)
        self.outdoor.setCurrentIndex(points.index(self.point) if self.point in points else 0)
        self.rules.setEnabled(self.known is not None)

    def memory(self) -> Memory:
        """Return what `recall` takes up again."""
        return {"outdoor": self.point, "rule": max(self.rules.currentIndex(), 0)}

    def recall(self, memory: Memory) -> None:
        """Take up what was chosen, as far as it can be read."""
        outdoor, rule = memory.get("outdoor"), memory.get("rule")
        if isinstance(outdoor, str) and "." in outdoor:
            self.point = PointId(outdoor)
        if isinstance(rule, int) and 0 <= rule < len(RULES):
            self.rules.setCurrentIndex(rule)

    def _pick(self, _at: int) -> None:
        self.point = self.known
        self.rules.setEnabled(self.point is not None)
        self.chosen.emit()

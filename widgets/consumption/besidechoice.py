"""The field that says what stands beside a time: the one before, same weekdays, a year ago."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox

from app.words import _
from widgets.consumption.stretch import BESIDES, Beside, Scale


class BesideChoice(QComboBox):
    """Offers what can stand beside a time of a length; ``chosen`` tells of another one."""

    chosen = pyqtSignal()

    def __init__(self, scale: Scale, *, nothing: bool = True) -> None:
        """``nothing`` may be chosen, too."""
        super().__init__()
        self._nothing = nothing
        self.setAccessibleName(_("Beside it"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.offer(scale)
        self.currentIndexChanged.connect(lambda _at: self.chosen.emit())

    @property
    def how(self) -> Beside:
        """What is chosen."""
        return Beside(self.currentData())

    def offer(self, scale: Scale) -> None:
        """Offer what goes with this length; the choice stays where it can. Nobody is told."""
        kept = self.currentData()
        words = {
            Beside.BEFORE: _("Beside the one before"),
            Beside.WEEKDAYS: _("Beside the same weekdays"),
            Beside.YEAR: _("Beside the year before"),
        }
        if self._nothing:
            words[Beside.NOTHING] = _("Nothing beside it")
        self.blockSignals(True)
        self.clear()
        for each in BESIDES[scale]:
            if each in words:
                self.addItem(words[each], each.value)
        self.setCurrentIndex(max(self.findData(kept), 0))
        self.blockSignals(False)

    def recall(self, how: object) -> None:
        """Choose what was remembered, where it is offered."""
        at = self.findData(how)
        if at >= 0:
            self.setCurrentIndex(at)

"""The choice of the unit that totals are told in."""

from PyQt6.QtWidgets import QComboBox

from app.model.totalsunits import Wish
from app.words import _


class UnitChoice(QComboBox):
    """What fits, or one unit of energy with the one of volume beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Unit"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for wish in Wish:
            named = " · ".join(wish.value) if wish is not Wish.FITTING else _("Fitting unit")
            self.addItem(named, wish)

    def wish(self) -> Wish:
        """Return what is chosen."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, Wish) else Wish.FITTING

    def kept(self) -> str:
        """Return the choice as it is kept for the next time."""
        return self.wish().name

    def recall(self, kept: object) -> None:
        """Choose what was kept; anything else is the fitting unit."""
        known = {each.name: each for each in Wish}
        self.setCurrentIndex(self.findData(known.get(str(kept), Wish.FITTING)))

"""In which total an index counts, as the plan of totals says; told beside its consumption."""

from app.errors import PlantError
from app.model.reading import PointId
from app.model.totals import TotalsPlan
from app.model.totalsviews import place_words
from widgets.controls.card import Elided
from widgets.pagetype import PageContext


class TotalsPlace(Elided):
    """Empty where there is no plan, or where who looks may not see all of the plant."""

    def __init__(self, context: PageContext) -> None:
        super().__init__("", "quiet")
        self._context = context
        self._point: PointId | None = None

    def tell(self, point: PointId) -> None:
        """Ask for the plan and say where the index counts by it."""
        self._point = point
        context = self._context

        def told(plan: TotalsPlan) -> None:
            if point == self._point:  # else another index was chosen meanwhile
                self.setText(place_words(plan, point))

        def refused(_error: PlantError) -> None:
            self.setText("")

        asked = context.asked.totals.plan(context.viewer)
        context.asking.ask(asked, owner=self, done=told, failed=refused)

"""A button that prints what a meter counted in a period, and files it with the meter."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from app.asked import Document
from app.errors import PlantError
from app.model.comparison import Period
from app.model.reading import DeviceId
from app.verbs import Capability
from app.words import _
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button
from widgets.controls.table import Table
from widgets.pagetype import PageContext
from widgets.printing import Preview
from widgets.speech import PAPER_KEY, paper_language

_Row = TypeVar("_Row")


class CountedReport(QObject, Generic[_Row]):
    """Makes the consumption report of the row chosen, and shows it as it would be printed.

    GUI thread.
    """

    def __init__(
        self,
        context: PageContext,
        over: QWidget,
        notice: Notice,
        device: Callable[[_Row], DeviceId],
        period: Callable[[], Period],
    ) -> None:
        """``device`` and ``period`` tell of whom and when, ``notice`` what went wrong."""
        super().__init__(over)
        self._context, self._over = context, over
        self.busy, self._notice = Busy(), notice
        self._device, self._period = device, period
        self._table: Table[_Row] | None = None
        self._stop: Callable[[], None] | None = None
        self.button = button(
            _("Consumption report"), self.make, look=context.look, drawing="report"
        )
        self.button.setToolTip(_("Of the row chosen; it is filed with the meter’s documents"))
        if not context.viewer.may(Capability.MAKE_REPORT):
            self.button.hide()  # shown, before it stands on the page, it would be a window
        self.button.setEnabled(False)

    def follow(self, table: Table[_Row] | None) -> None:
        """Take the row from another table from now on."""
        self._table = table
        chosen = None if table is None else table.selectionModel()
        if chosen is not None:
            chosen.currentChanged.connect(lambda _new, _old: self._offer())
        self._offer()

    def make(self) -> None:
        """Print the report of the row chosen and file it."""
        row = None if self._table is None else self._table.current()
        if row is None or self._stop is not None:
            return
        context, period = self._context, self._period()
        self._notice.hide()
        self._stop = context.asking.ask(
            context.asked.reports.consumption(
                context.viewer,
                self._device(row),
                period.start,
                period.end,
                paper_language(context.desk.value(PAPER_KEY)),
            ),
            owner=self._over,
            done=self._made,
            failed=self._failed,
        )
        self.busy.begin(_("Printing the consumption report …"), self._call_off)
        self._offer()

    def _offer(self) -> None:
        row = None if self._table is None else self._table.current()
        self.button.setEnabled(row is not None and self._stop is None)

    def _made(self, documents: Sequence[Document]) -> None:
        self._ended()
        paper = next((each for each in documents if each.path.suffix == ".pdf"), None)
        if paper is not None:
            Preview.of_file(self._context, self._over, paper.title, paper.path)

    def _failed(self, error: PlantError) -> None:
        self._ended()
        self._notice.tell(str(error))

    def _call_off(self) -> None:
        if self._stop is not None:
            self._stop()
        self._ended()

    def _ended(self) -> None:
        self._stop = None
        self.busy.end()
        self._offer()

"""Which filed reports of a period the history tells otherwise by now."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QWidget

from app.asked import Document
from app.reports.filing import number_in
from app.verbs import Capability
from widgets.devicetabs.tabtype import Subject

_OF_PERIOD = "consumption-report"  # others tell of the moment they were made


class Changed:
    """Asks for a list of documents; ``ids`` are those whose data were revised since."""

    def __init__(self, subject: Subject, owner: QWidget) -> None:
        self._subject, self._owner = subject, owner
        self.ids = set[str]()

    def ask(self, shown: Sequence[Document], news: Callable[[], None]) -> None:
        """Hold the reports among them against the history; ``news`` when the ids changed.

        A history that cannot be read marks nothing: the list stands as it is.
        """
        context, device = self._subject.context, self._subject.device
        may = context.viewer.may(Capability.SEE_HISTORY)
        if not may or all(each.kind != _OF_PERIOD for each in shown):
            return

        def told(numbers: Sequence[str]) -> None:
            now = {each.id for each in shown if number_in(each.title) in numbers}
            if now != self.ids:
                self.ids.clear()
                self.ids.update(now)
                news()

        asked = context.asked.reports.revised(context.viewer, device)
        context.asking.ask(asked, owner=self._owner, done=told, failed=lambda _error: None)

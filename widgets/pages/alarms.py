"""Every alarm of the plant: those that stand, their journal, and who has seen them."""

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.verbs import Capability
from app.words import _
from widgets.controls.alarmlist import AlarmList
from widgets.controls.card import MARGIN, PageHead
from widgets.pagetype import Page, PageContext, PageType, Section, Show


class AlarmsPage(Page):
    """The list with its head."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._head = PageHead(_("Alarms"))
        self.list = AlarmList(context)
        self.list.loaded.connect(self.become_ready)
        self.list.counted.connect(self._count)
        column, inside = QVBoxLayout(self), QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(self.list)
        column.addWidget(self._head)
        column.addLayout(inside, 1)
        if context.alarms.is_told:
            self.become_ready()

    def heading(self) -> str:
        return _("Alarms")

    def reveal(self, show: Show) -> None:
        if show.part:
            self.list.choose(show.part)
        else:
            self.list.active.setFocus()

    def refresh(self) -> None:
        self.list.refresh()

    def _count(self, standing: int, waiting: int) -> None:
        words = _("{standing} standing · {waiting} not acknowledged")
        self._head.beside.setText(words.format(standing=standing, waiting=waiting))


def _build(context: PageContext, _show: Show) -> Page:
    return AlarmsPage(context)


PAGE = PageType(
    "alarms", lambda: _("Alarms"), "alarm", Section.ALARMS, Capability.SEE_ALARMS, 10, _build
)

"""The alarms of this device alone, and the rules that watch one of its values."""

from PyQt6.QtWidgets import QVBoxLayout

from app.verbs import Capability
from app.words import _
from widgets.controls.alarmlist import AlarmList
from widgets.controls.card import GAP, MARGIN
from widgets.controls.rulecard import RuleCard
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Show


class AlarmsTab(Tab):
    """The same list as for the whole plant; a value asked for shows its rules above."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.rules = RuleCard(self.context)
        self.list = AlarmList(subject.context, subject.device)
        self.list.loaded.connect(self.become_ready)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self.rules)
        column.addWidget(self.list, 1)
        self.rules.closed.connect(self.list.setFocus)
        if self.context.alarms.is_told:
            self.become_ready()

    def reveal(self, show: Show) -> None:
        for spec in self.subject.detail.points:
            if show.point is not None and self.subject.point(spec) == show.point:
                self.rules.show_rules(show.point, spec)

    def refresh(self) -> None:
        self.list.refresh()


TAB = TabType(
    "alarms",
    lambda: _("Alarms"),
    40,
    Capability.SEE_ALARMS,
    AlarmsTab,
    lambda context, device: len(context.alarms.of(device)),
)

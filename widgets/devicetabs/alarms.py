"""The alarms of this device alone."""

from PyQt6.QtWidgets import QVBoxLayout

from app.verbs import Capability
from app.words import _
from widgets.controls.alarmlist import AlarmList
from widgets.controls.card import MARGIN
from widgets.devicetabs.tabtype import Subject, Tab, TabType


class AlarmsTab(Tab):
    """The same list as for the whole plant, without the device's own name."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.list = AlarmList(subject.context, subject.device)
        self.list.loaded.connect(self.become_ready)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(self.list)
        if self.context.alarms.is_told:
            self.become_ready()

    def refresh(self) -> None:
        self.list.refresh()


TAB = TabType("alarms", lambda: _("Alarms"), 40, Capability.SEE_ALARMS, AlarmsTab)

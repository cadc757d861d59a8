"""Which alarms stand, kept once for the strip and every page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.asked import Asked
from app.errors import PlantError
from app.model.alarm import Alarm, AlarmState
from app.model.reading import DeviceId
from app.verbs import Capability, Viewer
from app.words import _
from widgets.asking import Asking
from widgets.pointfeed import PointFeed
from widgets.speech import told_alarm

_SETTLE_MS = 250  # a burst of changes costs one question
_UNSEEN = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


def is_unseen(alarm: Alarm) -> bool:
    """Whether nobody has acknowledged an alarm."""
    return alarm.state in _UNSEEN


def unseen(alarms: Sequence[Alarm]) -> list[Alarm]:
    """Return the alarms nobody has acknowledged: by priority, then newest first."""
    waiting = [each for each in alarms if is_unseen(each)]
    waiting.sort(key=lambda each: each.occurred_at or each.since, reverse=True)
    waiting.sort(key=lambda each: each.rule.priority)
    return waiting


FLOOD_WITHIN = timedelta(minutes=10)
FLOOD_ABOVE, FLOOD_ENDS_BELOW = 10, 5  # alarms within that time; EEMUA 191


class Flood:
    """Whether more alarms come than anybody can look at one by one."""

    def __init__(self) -> None:
        self.is_on = False
        self.count = 0  # alarms within the last ten minutes

    def judge(self, alarms: Sequence[Alarm], now: datetime) -> bool:
        """Count what came lately; return whether it is a flood."""
        since = now - FLOOD_WITHIN
        self.count = sum((each.occurred_at or each.since) > since for each in alarms)
        self.is_on = self.count >= FLOOD_ENDS_BELOW if self.is_on else self.count > FLOOD_ABOVE
        return self.is_on


class AlarmBoard(QObject):
    """The standing alarms as the core last told them (GUI thread); asks on every change."""

    changed = pyqtSignal()
    failed = pyqtSignal(str)  # a sentence

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        feed: PointFeed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking = asked, viewer, asking
        self._alarms: tuple[Alarm, ...] = ()
        self.is_told = False
        self._trouble = ""  # why the core could not tell
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self.refresh)
        feed.alarms_changed.connect(self._hear)

    @property
    def alarms(self) -> Sequence[Alarm]:
        """Every alarm not normal: by priority, then newest first."""
        return self._alarms

    def unknown(self) -> str:
        """Return a sentence while nobody knows which alarms stand; "" once the core told."""
        if self.is_told:
            return ""
        if not self._viewer.may(Capability.SEE_ALARMS):
            return _("Alarms are not shown to your role.")
        if self._trouble:
            return _("Which alarms stand is not known: {why}").format(why=self._trouble)
        return _("Asking which alarms stand …")

    def of(self, device: DeviceId) -> list[Alarm]:
        """Return the alarms of one device."""
        return [each for each in self._alarms if each.rule.device == device]

    def refresh(self) -> None:
        """Ask the core which alarms stand."""
        if not self._viewer.may(Capability.SEE_ALARMS):
            return
        self._asking.ask(
            self._asked.alarms.standing(self._viewer),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _hear(self) -> None:
        if not self._settle.isActive():
            self._settle.start(_SETTLE_MS)

    def _take(self, alarms: Sequence[Alarm]) -> None:
        self._alarms = tuple(told_alarm(each) for each in alarms)
        self.is_told = True
        self.changed.emit()

    def _fail(self, error: PlantError) -> None:
        self._trouble = str(error)
        self.failed.emit(str(error))

"""Alarms sound until somebody acknowledges them, or for a while not."""

from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, pyqtSignal

from app.model.alarm import Alarm
from widgets.alarmboard import is_unseen
from widgets.pagetype import PageContext
from widgets.sounder import Sounder

SOUND_KEY = "alarm_sound"
EVERY_S = {1: 5, 2: 10, 3: 20, 4: 60}  # the more urgent, the more often
SILENCES_MIN = (10, 30, 60)


class Ringing(QObject):
    """Plays the most urgent sound there is cause for, also while the desk is locked.

    A silence is for the alarms that stand when it begins: a new one sounds again.
    """

    changed = pyqtSignal()

    def __init__(self, context: PageContext, sounder: Sounder, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._sounder = context, sounder
        self._next_at: datetime | None = None
        self._last_priority = 0  # of the sound before; something more urgent does not wait
        self._silent_until: datetime | None = None
        self._silenced: frozenset[str] = frozenset()
        context.alarms.changed.connect(self.tick)
        context.feed.aged.connect(self.tick)

    @property
    def on(self) -> bool:
        """Whether this person wants to hear alarms at this workstation."""
        return self._context.desk.value(SOUND_KEY, default=True) is not False

    @property
    def silent(self) -> bool:
        """Whether a silence is in force."""
        until = self._silent_until
        return until is not None and self._context.now() < until

    def switch(self, *, on: bool) -> None:
        """Let alarms sound here, or never."""
        self._context.desk.keep(SOUND_KEY, None if on else False)
        self.changed.emit()

    def silence(self, minutes: int) -> None:
        """Be quiet about the alarms that stand now, for so long."""
        self._silent_until = self._context.now() + timedelta(minutes=minutes)
        self._silenced = frozenset(_name(each) for each in self._context.alarms.alarms)
        self.changed.emit()

    def end_silence(self) -> None:
        """Sound again."""
        self._silent_until = None
        self.changed.emit()

    def tick(self) -> None:
        """Play if it is time: called each second and when alarms change."""
        now = self._context.now()
        if self._silent_until is not None and now >= self._silent_until:
            self.end_silence()
        cause = [
            each
            for each in self._context.alarms.alarms
            if is_unseen(each) and self._sounds(each)
        ]
        if not self.on or not cause:
            self._next_at = None
            return
        priority = min(each.rule.priority for each in cause)
        if self._next_at is None or now >= self._next_at or priority < self._last_priority:
            self._sounder.play(priority)
            self._last_priority = priority
            every_s = EVERY_S.get(priority, max(EVERY_S.values()))
            self._next_at = now + timedelta(seconds=every_s)

    def _sounds(self, alarm: Alarm) -> bool:
        return not (self.silent and _name(alarm) in self._silenced)


def _name(alarm: Alarm) -> str:
    """Return what tells one occurrence of an alarm from the next."""
    return f"{alarm.rule.id} {alarm.occurred_at}"

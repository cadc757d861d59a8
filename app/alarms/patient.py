"""The alarm journal while its disk is full: what happens waits in memory, no alarm is lost."""

import logging
from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime

from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmRecord, Occurrence
from app.ports import AlarmJournal
from app.words import ngettext

MOST_WAITING = 10_000  # records; the oldest go first
_log = logging.getLogger(__name__)


class PatientJournal:
    """An `AlarmJournal` whose records wait while they cannot be written; core's loop.

    An alarm is told to people whether or not it can be written down. Whatever waits is
    written with its own moment, in order, when writing works again.
    """

    def __init__(self, journal: AlarmJournal) -> None:
        self._journal = journal
        self._waiting: deque[tuple[Alarm, datetime]] = deque(maxlen=MOST_WAITING)
        self._fault = ""

    @property
    def troubles(self) -> Sequence[str]:
        """What an operator must know of the journal; nothing while all is well."""
        if not self._waiting:
            return ()
        count = len(self._waiting)
        told = ngettext(
            "{count} change of an alarm is not written down yet: {fault}",
            "{count} changes of alarms are not written down yet: {fault}",
            count,
        )
        return (told.format(count=count, fault=self._fault),)

    def append(self, alarm: Alarm, at: datetime) -> None:
        """Write down what an alarm became, now or when it can be; never raises."""
        self._waiting.append((alarm, at))
        self.catch_up()

    def catch_up(self) -> None:
        """Write what waits, as far as it goes."""
        try:
            while self._waiting:
                self._journal.append(*self._waiting[0])
                self._waiting.popleft()
        except StoreBroken as error:
            if not self._fault:
                _log.error("the alarm journal cannot be written: %s", error)
            self._fault = str(error)
        else:
            self._fault = ""

    def standing(self) -> Collection[Alarm]:
        """Return the newest record of every rule that ever had one; see `AlarmJournal`."""
        newest = {alarm.rule.id: alarm for alarm in self._journal.standing()}
        waiting = (alarm for alarm, _at in self._waiting if not alarm.historical)
        return list((newest | {alarm.rule.id: alarm for alarm in waiting}).values())

    def history(self, limit: int, before_seq: int | None = None) -> Sequence[AlarmRecord]:
        """Return what is written down, newest first; ``before_seq`` pages on; any thread."""
        return self._journal.history(limit, before_seq)

    def occurrences(self, rule: str) -> Sequence[Occurrence]:
        """Return what is written down of a rule; see `AlarmJournal`."""
        return self._journal.occurrences(rule)

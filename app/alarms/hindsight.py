"""What a rule would have raised had readings that came late come in their time."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from app.alarms.judge import Memory, judged, remember, waited
from app.alarms.ruletype import ByReading
from app.model.alarm import Alarm, AlarmRule, AlarmState, Occurrence
from app.model.reading import Reading

_NEVER = datetime.min.replace(tzinfo=UTC)


class Hindsight:
    """One rule run through readings in the order of their times; one thread.

    Deadband and delays are those of the rule. An alarm is told only when one of the readings
    it held at came late: what came in its time was judged in its time.
    """

    def __init__(self, rule: AlarmRule, judge: ByReading) -> None:
        self._memory = remember(Alarm(rule, AlarmState.NORMAL, since=_NEVER))
        self._judge = judge
        self._late = False
        self._seen_at = _NEVER  # it held last

    @property
    def calm(self) -> bool:
        """Whether nothing holds and no delay runs: what follows is another story."""
        return not self._memory.held and not self._memory.waiting

    def take(self, reading: Reading, *, late: bool) -> Alarm | None:
        """Judge the next reading; return the alarm that is over by it, if one is."""
        memory, at = self._memory, max(reading.measured_at, self._seen_at)
        holds = self._judge(memory.alarm.rule, reading, memory.held)
        if holds is None:
            return None
        over = self._become(waited(memory, at))  # a delay may have run out meanwhile
        if holds:
            self._late, self._seen_at = self._late or late, at
        value = reading.value if isinstance(reading.value, int | float) else None
        over = self._become(judged(self._memory, holds, at, value)) or over
        if self.calm:
            self._late = False
        return over

    def end(self, now: datetime) -> Alarm | None:
        """Return what nothing kept tells the end of, or only a delay; ``now`` is the time."""
        if (over := self._become(waited(self._memory, now))) is not None:
            return over
        if not (self._memory.raised and self._late):
            return None
        return _told(replace(self._memory.alarm, since=self._seen_at))

    def _become(self, after: Memory) -> Alarm | None:
        """Go on as ``after``; return what it ended, when a late reading was part of it."""
        before, self._memory = self._memory, after
        if not before.raised or after.raised:
            return None
        told, self._late = self._late, False
        return (
            _told(replace(after.alarm, since=after.alarm.resolved_at or _NEVER))
            if told
            else None
        )


class Known:
    """When a rule's condition held, as far as it stands in the journal."""

    def __init__(self, occurrences: Iterable[Occurrence]) -> None:
        self._all = {each.start: each for each in occurrences}
        self._starts = sorted(self._all)

    def opened_before(self, moment: datetime) -> datetime | None:
        """Return when what came late held last before a moment, if nobody knows its end."""
        at = bisect_left(self._starts, moment) - 1
        last = self._all[self._starts[at]] if at >= 0 else None
        return last.start if last is not None and last.historical and not last.end else None

    def is_news(self, alarm: Alarm) -> bool:
        """Return whether the journal does not have it yet, and take it as written down.

        One that overlaps another is that one, save that the end of one that came late
        may be learned.
        """
        start, end = alarm.occurred_at or alarm.since, alarm.resolved_at
        same = self._all.get(start)
        if same is not None:
            if not same.historical or same.end == end:
                return False
        else:
            at = bisect_left(self._starts, start)
            before = self._all[self._starts[at - 1]] if at else None
            after = self._starts[at] if at < len(self._starts) else None
            if before is not None and (before.end is None or before.end > start):
                return False
            if after is not None and (end is None or end > after):
                return False
            self._starts.insert(at, start)
        self._all[start] = Occurrence(start, end, historical=True)
        return True


def _told(alarm: Alarm) -> Alarm:
    """Return it as it is written down: of then, for nobody to see to."""
    return replace(alarm, state=AlarmState.NORMAL, historical=True)

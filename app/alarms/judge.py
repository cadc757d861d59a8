"""The life of one alarm as a pure rule: conditions, delays, states (IEC 62682)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.model.alarm import Alarm, AlarmState


@dataclass(frozen=True, slots=True)
class Memory:
    """An alarm and what its delays wait for.

    ``held`` is the condition as last judged; ``turned_at`` when it last turned, for
    the on- and off-delay; both are forgotten when the core stops.
    """

    alarm: Alarm
    held: bool = False
    turned_at: datetime | None = None
    value: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether a delay runs, so that time alone may change the alarm."""
        return self.held is not self.raised

    @property
    def raised(self) -> bool:
        """Whether the alarm stands as active."""
        return self.alarm.state in (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED)


def remember(alarm: Alarm) -> Memory:
    """Return the memory of an alarm taken over from the journal."""
    active = alarm.state in (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED)
    return Memory(alarm, held=active)


def judged(memory: Memory, holds: bool, at: datetime, value: float | None) -> Memory:
    """Take in whether the condition holds at ``at``; the same object if nothing changed."""
    if holds is not memory.held:
        memory = replace(
            memory, held=holds, turned_at=at, value=value if holds else memory.value
        )
    return waited(memory, at)


def waited(memory: Memory, now: datetime) -> Memory:
    """Let time pass: raise or resolve when the delay is over; the same object otherwise."""
    if not memory.waiting:
        return memory
    rule = memory.alarm.rule
    turned_at = memory.turned_at or now
    delay_s = rule.on_delay_s if memory.held else rule.off_delay_s
    if now - turned_at < timedelta(seconds=delay_s):
        return memory
    return replace(memory, alarm=_raise(memory, now) if memory.held else _resolve(memory, now))


def acknowledged(memory: Memory, by: str, note: str, at: datetime) -> Memory:
    """Return the memory after a person has seen the alarm; the same object if none stands."""
    alarm = memory.alarm
    after = {
        AlarmState.UNACKNOWLEDGED: AlarmState.ACKNOWLEDGED,
        AlarmState.RETURNED: AlarmState.NORMAL,
    }.get(alarm.state)
    if after is None:
        return memory
    seen = replace(
        alarm, state=after, since=at, acknowledged_at=at, acknowledged_by=by, note=note
    )
    return replace(memory, alarm=seen)


def _raise(memory: Memory, now: datetime) -> Alarm:
    return Alarm(
        memory.alarm.rule,
        AlarmState.UNACKNOWLEDGED,
        since=now,
        occurred_at=memory.turned_at or now,
        value=memory.value,
    )


def _resolve(memory: Memory, now: datetime) -> Alarm:
    alarm = memory.alarm
    seen = alarm.state is AlarmState.ACKNOWLEDGED
    return replace(
        alarm,
        state=AlarmState.NORMAL if seen else AlarmState.RETURNED,
        since=now,
        resolved_at=memory.turned_at or now,
    )

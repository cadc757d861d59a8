"""Which points an alarm stands on: how bad it is, and since when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from app.model.alarm import Alarm, AlarmState
from app.model.reading import PointId
from widgets.controls.moments import age_text

_UNSEEN = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


class Standing(NamedTuple):
    """An alarm on a point; of several the smallest is the worst, and then the oldest."""

    priority: int  # 1 … 4
    since: datetime  # UTC

    def age(self, now: datetime) -> str:
        """Return in words how long it stands."""
        return age_text(max((now - self.since).total_seconds(), 0.0))


def begun(alarm: Alarm) -> datetime:
    """Return since when what an alarm tells has been so."""
    return alarm.occurred_at or alarm.since


def worst_of(alarms: Iterable[Alarm]) -> Alarm:
    """Return the alarm to tell first, of at least one: the worst, unseen, oldest."""
    return min(
        alarms, key=lambda each: (each.rule.priority, each.state not in _UNSEEN, begun(each))
    )


def standing_on(alarms: Iterable[Alarm]) -> Mapping[PointId, Standing]:
    """Return the worst alarm of each point; alarms of no point mark none."""
    of: dict[PointId, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.rule.point is not None:
            of.setdefault(alarm.rule.point, []).append(alarm)
    worst = {point: worst_of(found) for point, found in of.items()}
    return {
        point: Standing(alarm.rule.priority, begun(alarm)) for point, alarm in worst.items()
    }

"""Local time along a chart: whole hours of the wall clock, right on the days it jumps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PyQt6.QtCore import QDate, QLocale

from app.words import _

STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200)
_HOUR_S, _DAY_S = 3600, 86400
_DAYS = (1, 2, 7, 14)  # steps in days; weeks begin on Monday
_MONTHS = (1, 3, 6, 12, 24, 60)  # steps in months
_MONTH_S = 30 * _DAY_S  # about: only to tell how many fit


def local(moment_s: float, zone: tzinfo | None) -> datetime:
    """Return the wall clock of ``zone`` (None: this computer's) at seconds since 1970."""
    return datetime.fromtimestamp(moment_s, UTC).astimezone(zone)


def day_bounds(day: date, zone: tzinfo | None) -> tuple[datetime, datetime]:
    """Return the local midnights that begin and end a day, in UTC: 23, 24 or 25 hours."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def step_for(span_s: float, most: int) -> int:
    """Return the step between ticks, in seconds of the wall clock, for at most ``most``."""
    longer = (*(days * _DAY_S for days in _DAYS), *(months * _MONTH_S for months in _MONTHS))
    for step in (*STEPS_S, *longer):
        if span_s / step <= most:
            return step
    return longer[-1]


def ticks(start_s: float, end_s: float, step_s: int, zone: tzinfo | None) -> list[float]:
    """Return the moments (seconds since 1970) at which the wall clock shows whole steps.

    Where the clock is set back the hour passes twice, and has its ticks twice unless
    they stand hours apart; where it is set forward the hour that never was has none.
    """
    if step_s >= _DAY_S:
        return [at for at in _midnights(start_s, end_s, step_s, zone) if start_s <= at <= end_s]
    found: list[float] = []
    for begin, end in _whole_days(start_s, end_s, zone):
        moment = begin
        while moment < end:
            wall = local(moment, zone)
            past = (wall.hour * 3600 + wall.minute * 60 + wall.second) % step_s
            if past == 0:
                again = wall.fold == 1 and step_s > _HOUR_S  # no room to show it twice
                if start_s <= moment <= end_s and not again:
                    found.append(moment)
                moment += min(step_s, _HOUR_S)
            else:
                moment += min(step_s, _HOUR_S) - past % min(step_s, _HOUR_S)
    return found


def label(moment_s: float, zone: tzinfo | None, step_s: float = 0.0) -> str:
    """Return the words of a tick: hour, or day at midnight; with offset where it is twice."""
    wall = local(moment_s, zone)
    if step_s >= _MONTH_S:
        return QLocale().toString(QDate(wall.year, wall.month, wall.day), "MMM yyyy")
    if (wall.hour, wall.minute) == (0, 0):
        return QLocale().toString(QDate(wall.year, wall.month, wall.day), _("ddd d MMM"))
    clock = wall.strftime("%H:%M")
    if is_twice(wall):
        offset = wall.utcoffset() or timedelta()
        return f"{clock} UTC{offset.total_seconds() / _HOUR_S:+g}"
    return clock


def is_twice(wall: datetime) -> bool:
    """Whether the wall clock shows this time twice because it is set back that day."""
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def _midnights(
    start_s: float, end_s: float, step_s: int, zone: tzinfo | None
) -> Iterator[float]:
    """Return the midnights that begin every so many days, or months from 30 days on."""
    day = local(start_s, zone).date()
    last = local(end_s, zone).date()
    months = step_s // _MONTH_S
    days = step_s // _DAY_S
    if months:
        month = (day.year * 12 + day.month - 1) // months * months
        while (day := date(month // 12, month % 12 + 1, 1)) <= last:
            yield _midnight(day, zone).timestamp()
            month += months
        return
    day -= timedelta(days=(day.toordinal() - 1) % days)  # ordinal 1 was a Monday
    while day <= last:
        yield _midnight(day, zone).timestamp()
        day += timedelta(days=days)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _whole_days(
    start_s: float, end_s: float, zone: tzinfo | None
) -> Iterator[tuple[float, float]]:
    day = local(start_s, zone).date()
    last = local(end_s, zone).date()
    while day <= last:
        begin, end = day_bounds(day, zone)
        yield begin.timestamp(), end.timestamp()
        day += timedelta(days=1)

"""Moments and ages as people read them: local time on the screen, UTC everywhere else."""

import re
from datetime import date, datetime, timedelta, tzinfo

from PyQt6.QtCore import QDate, QLocale

from app.words import _

_METER_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?")
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
LEAST_COURSE_MS = 45 * 60 * 1000  # of a line of hours: before, it is noise made tall


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment on the wall clock of ``zone``, or of this computer."""
    return moment.astimezone(zone)


def age_text(seconds: float) -> str:
    """Return an age in the units that matter: ``4 s``, ``14 min``, ``3 h 12 min``."""
    whole = int(seconds)
    if whole < _MINUTE_S:
        return _("{count} s").format(count=whole)
    if whole < _HOUR_S:
        return _("{count} min").format(count=whole // _MINUTE_S)
    if whole < _DAY_S:
        minutes = whole % _HOUR_S // _MINUTE_S
        return _("{hours} h {minutes} min").format(
            hours=whole // _HOUR_S, minutes=f"{minutes:02d}"
        )
    return _("{days} d {hours} h").format(days=whole // _DAY_S, hours=whole % _DAY_S // _HOUR_S)


def clock_text(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return hours, minutes and seconds of the day."""
    return local(moment, zone).strftime("%H:%M:%S")


def day_text(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the day in the user's language: ``20 Jan 2026``."""
    return date_text(local(moment, zone).date())


def date_text(day: date) -> str:
    """Return a day of the calendar in the user's language."""
    return QLocale().toString(QDate(day.year, day.month, day.day), _("d MMM yyyy"))


def moment_text(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return day and time: ``20 Jan 2026 08:47:20``."""
    return f"{day_text(moment, zone)} {clock_text(moment, zone)}"


def meter_time_text(written: str) -> str:
    """Return a date or time as a meter's own clock has it, which has no zone.

    ``written`` is ``2026-01-20`` or ``2026-01-20T08:47:20``; "" of anything else.
    """
    found = _METER_TIME.fullmatch(written)
    if found is None:
        return ""
    year, month, day, clock = found.groups()
    try:
        said = date_text(date(int(year), int(month), int(day)))
    except ValueError:  # such as the 30th of February
        return ""
    return f"{said} {clock}" if clock else said


def since_text(moment: datetime | None, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the time of a moment today, with its day when it is older."""
    if moment is None:
        return ""
    here, today = local(moment, zone), local(now, zone)
    clock = here.strftime("%H:%M")
    if here.date() == today.date():
        return clock
    return f"{day_text(moment, zone)} {clock}"


def zone_text(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the name of the zone in force: ``CET``, or its offset where it has no name."""
    here = local(moment, zone)
    name = here.tzname() or ""
    if name and name.isascii() and name.isalpha() and len(name) <= len("ACWST"):
        return name
    offset = here.utcoffset() or timedelta(0)
    sign = "\u2212" if offset < timedelta(0) else "+"
    minutes = abs(int(offset.total_seconds())) // _MINUTE_S
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"

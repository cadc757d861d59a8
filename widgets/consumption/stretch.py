"""The time a consumption is told of: a day by hours, a month by days … ten years by years.

A time of one's own is told by its days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum

from PyQt6.QtCore import QDate, QLocale

from app.model.comparison import Period
from app.model.consumption import Step
from app.words import _
from widgets.charts.timescale import day_bounds, local
from widgets.controls.moments import day_text, zone_text
from widgets.desk import Memory

_DAY = timedelta(days=1)
FIRST, _LAST = date(1971, 1, 1), date(2999, 1, 1)  # further is asked by nobody
_YEARS = 10
LONGEST_D = 731  # days of one's own: two years with a leap day
_WEEK_D, _FOUR_WEEKS_D, _YEAR_OF_WEEKS_D = 7, 28, 364


class Scale(Enum):
    """How long a time is shown at once, in the order of the segments."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CUSTOM = "custom"


class Beside(Enum):
    """What stands beside the time shown."""

    NOTHING = "nothing"
    BEFORE = "before"  # the day, month … before
    WEEKDAYS = "weekdays"  # a week or four before, so that weekdays stand beside each other
    YEAR = "year"  # the same time of the year before


STEPS = {
    Scale.DAY: Step.HOUR,
    Scale.WEEK: Step.DAY,
    Scale.MONTH: Step.DAY,
    Scale.YEAR: Step.MONTH,
    Scale.DECADE: Step.YEAR,
    Scale.CUSTOM: Step.DAY,
}
_FINER = {
    Scale.DECADE: Scale.YEAR,
    Scale.YEAR: Scale.MONTH,
    Scale.MONTH: Scale.DAY,
    Scale.WEEK: Scale.DAY,
    Scale.CUSTOM: Scale.DAY,
}
BESIDES = {
    Scale.DAY: (Beside.BEFORE, Beside.WEEKDAYS, Beside.YEAR, Beside.NOTHING),
    Scale.WEEK: (Beside.BEFORE, Beside.YEAR, Beside.NOTHING),
    Scale.MONTH: (Beside.BEFORE, Beside.WEEKDAYS, Beside.YEAR, Beside.NOTHING),
    Scale.YEAR: (Beside.BEFORE, Beside.NOTHING),
    Scale.DECADE: (Beside.BEFORE, Beside.NOTHING),
    Scale.CUSTOM: (Beside.BEFORE, Beside.WEEKDAYS, Beside.YEAR, Beside.NOTHING),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Calendar days of the plant from ``first`` to before ``after``."""

    scale: Scale
    first: date
    after: date

    def bounds(self, zone: tzinfo | None) -> Period:
        """Return begin and end (UTC); days begin at local midnight."""
        return Period(day_bounds(self.first, zone)[0], day_bounds(self.after, zone)[0])

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day < self.after

    def moved(self, steps: int) -> "Stretch":
        """Return the one so many before (negative) or behind, within a thousand years."""
        if self.scale is Scale.CUSTOM:
            by = steps * (self.after - self.first)
            fits = FIRST - self.first <= by <= _LAST - self.first
            return own(self.first + by, self.after + by) if fits else self
        first = {
            Scale.DAY: lambda: self.first + steps * _DAY,
            Scale.WEEK: lambda: self.first + steps * _WEEK_D * _DAY,
            Scale.MONTH: lambda: _month(self.first, steps),
            Scale.YEAR: lambda: self.first.replace(year=self.first.year + steps),
            Scale.DECADE: lambda: self.first.replace(year=self.first.year + steps * _YEARS),
        }[self.scale]()
        return _of(self.scale, first) if FIRST <= first <= _LAST else self

    def finer(self, day: date) -> "Stretch | None":
        """Return the part of this that holds a day, by shorter parts; None below a day."""
        scale = _FINER.get(self.scale)
        return None if scale is None else stretch_of(scale, day)

    def beside(self, how: Beside) -> "Stretch | None":
        """Return what stands beside it; None for nothing."""
        if how is Beside.NOTHING or how not in BESIDES[self.scale]:
            return None
        if how is Beside.BEFORE:
            return self.moved(-1)
        if self.scale is Scale.CUSTOM:
            return self._earlier(how)
        if how is Beside.YEAR and self.scale is not Scale.WEEK:
            earlier = _of(self.scale, _month(self.first.replace(day=1), -12))
            return _year_before(self.first) if self.scale is Scale.DAY else earlier
        days = _FOUR_WEEKS_D if self.scale is Scale.MONTH else _WEEK_D
        back = (_YEAR_OF_WEEKS_D if how is Beside.YEAR else days) * _DAY
        return Stretch(self.scale, self.first - back, self.after - back)

    def _earlier(self, how: Beside) -> "Stretch":
        """Return as many days on the same weekdays before, or from the same date a year ago."""
        length = self.after - self.first
        if how is Beside.YEAR:
            first = _year_before(self.first).first
            return own(first, first + length)
        weeks = -(-length.days // _WEEK_D) * _WEEK_D * _DAY
        return own(self.first - weeks, self.after - weeks)

    def key(self, start: datetime, zone: tzinfo | None, *, by_weekday: bool) -> tuple[int, ...]:
        """Return by what a part of it stands beside the same part of another stretch.

        Of the hour that comes twice in autumn the second one has a key of its own.
        """
        wall = start.astimezone(zone)
        if self.scale is Scale.DAY:
            return wall.hour, wall.minute, wall.fold
        if self.scale is Scale.MONTH and not by_weekday:
            return (wall.day,)
        if self.scale is Scale.YEAR:
            return (wall.month,)
        if self.scale is Scale.DECADE:
            return (wall.year - self.first.year,)
        return ((wall.date() - self.first).days,)

    def words(self, zone: tzinfo | None) -> str:
        """Return the time in the person's words: ``20 Jan 2026``, ``January 2026``."""
        start = self.bounds(zone).start
        last = day_text(day_bounds(self.after - _DAY, zone)[0], zone)
        if self.scale is Scale.DAY:
            return day_text(start, zone)
        if self.scale is Scale.WEEK:
            return _("Week {number}: {first} – {last}").format(
                number=self.first.isocalendar().week, first=day_text(start, zone), last=last
            )
        whole = self.first.day == 1 and self.after == _month(self.first, 1)
        if self.scale is Scale.MONTH and whole:
            month = QLocale().standaloneMonthName(self.first.month)
            return f"{month} {self.first.year}"
        if self.scale in (Scale.MONTH, Scale.CUSTOM):
            return f"{day_text(start, zone)} – {last}"
        if self.scale is Scale.YEAR:
            return str(self.first.year)
        return f"{self.first.year} – {self.after.year - 1}"

    def memory(self) -> Memory:
        """Return what `recalled` makes the same of."""
        told: Memory = {"scale": self.scale.value, "first": self.first.isoformat()}
        if self.scale is Scale.CUSTOM:
            return told | {"after": self.after.isoformat()}
        return told


def own(first: date, after: date) -> Stretch:
    """Return the days from ``first`` to before ``after``."""
    return Stretch(Scale.CUSTOM, first, after)


def stretch_of(scale: Scale, day: date) -> Stretch:
    """Return the day, week … that holds a day; of ten years the ones that end with its year."""
    first = {
        Scale.DAY: day,
        Scale.CUSTOM: day,
        Scale.WEEK: day - day.weekday() * _DAY,
        Scale.MONTH: day.replace(day=1),
        Scale.YEAR: day.replace(month=1, day=1),
        Scale.DECADE: day.replace(year=day.year - _YEARS + 1, month=1, day=1),
    }[scale]
    return _of(scale, first)


def recalled(memory: object, today: date) -> Stretch:
    """Return what was remembered; this month where nobody can read it."""
    if isinstance(memory, dict):
        try:
            scale = Scale(memory.get("scale"))
            first = date.fromisoformat(str(memory.get("first")))
            after = date.fromisoformat(str(memory.get("after", "2999-01-01")))
        except ValueError:
            return stretch_of(Scale.MONTH, today)
        if scale is Scale.CUSTOM:
            days = (after - first).days
            fine = 0 < days <= LONGEST_D and FIRST <= first <= _LAST
            return own(first, after) if fine else stretch_of(Scale.MONTH, today)
        if scale is Scale.DECADE and FIRST <= first <= _LAST:
            return _of(scale, first.replace(month=1, day=1))
        if FIRST <= first <= _LAST:
            return stretch_of(scale, first)
    return stretch_of(Scale.MONTH, today)


def today_of(now: datetime, zone: tzinfo | None) -> date:
    """Return the plant's day."""
    return local(now.timestamp(), zone).date()


def part_words(scale: Scale, start: datetime, end: datetime, zone: tzinfo | None) -> str:
    """Return the name of one part, as its row shows it."""
    wall = start.astimezone(zone)
    if scale is Scale.DAY:
        told = f"{wall:%H:%M} – {end.astimezone(zone):%H:%M}"
        odd = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
        return f"{told} {zone_text(start, zone)}" if odd else told
    if scale in (Scale.WEEK, Scale.MONTH, Scale.CUSTOM):
        name = QLocale().dayName(wall.isoweekday(), QLocale.FormatType.ShortFormat)
        return f"{name} {day_text(start, zone)}"
    if scale is Scale.YEAR:
        return f"{QLocale().standaloneMonthName(wall.month)} {wall.year}"
    return str(wall.year)


def tick_words(scale: Scale, start: datetime, zone: tzinfo | None) -> str:
    """Return the name of one part, as short as it stands below a bar."""
    wall = start.astimezone(zone)
    if scale is Scale.DAY:
        return f"{wall:%H}"
    if scale is Scale.WEEK:
        return QLocale().dayName(wall.isoweekday(), QLocale.FormatType.ShortFormat)
    if scale in (Scale.MONTH, Scale.CUSTOM):
        return str(wall.day)
    if scale is Scale.YEAR:
        return QLocale().standaloneMonthName(wall.month, QLocale.FormatType.ShortFormat)
    return QLocale().toString(QDate(wall.year, 1, 1), "yyyy")


def _of(scale: Scale, first: date) -> Stretch:
    after = {
        Scale.DAY: lambda: first + _DAY,
        Scale.CUSTOM: lambda: first + _DAY,
        Scale.WEEK: lambda: first + _WEEK_D * _DAY,
        Scale.MONTH: lambda: _month(first, 1),
        Scale.YEAR: lambda: first.replace(year=first.year + 1),
        Scale.DECADE: lambda: first.replace(year=first.year + _YEARS),
    }[scale]()
    return Stretch(scale, first, after)


def _month(first: date, steps: int) -> date:
    """Return the first day of the month so many behind that of a first day."""
    count = first.year * 12 + first.month - 1 + steps
    return date(count // 12, count % 12 + 1, 1)


def _year_before(day: date) -> Stretch:
    leap = (day.month, day.day) == (2, 29)
    return _of(Scale.DAY, day.replace(year=day.year - 1, day=28 if leap else day.day))

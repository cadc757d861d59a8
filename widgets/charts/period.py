"""The time a chart or table shows: calendar days of the plant, weeks … years, or one's own."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum

from app.words import _
from widgets.charts.timescale import day_bounds, local
from widgets.controls.moments import day_text
from widgets.desk import Memory

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_BEGIN = date(1970, 1, 5)  # a Monday; nothing is older
_FAR_D = 60_000
SHORTEST = timedelta(minutes=1)
_DAY_AND_NIGHT = timedelta(hours=24)
_NEARLY_NOW = timedelta(hours=1)  # a step that ends so near the present leads to it
LONGEST = timedelta(days=20 * 366)  # history is not kept longer anywhere


class Span(Enum):
    """The sorts of period, in the order of their segments."""

    DAY = "day"
    LAST_24_H = "24h"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Period:
    """A sort of period and where it lies.

    ``back`` counts whole days, weeks … before the present one; a custom period, and 24
    hours that do not end now, have their own ``start`` and ``end`` (UTC) instead.
    """

    span: Span = Span.DAY
    back: int = 0
    start: datetime | None = None
    end: datetime | None = None

    def holds_the_present(self, now: datetime) -> bool:
        """Whether readings that arrive belong to it."""
        if self.span is Span.CUSTOM:
            return self.end is not None and self.end > now
        return self.back == 0 and self.end is None

    @property
    def is_as_named(self) -> bool:
        """Whether it is what its button says; a day of the past is not today."""
        return self.span is not Span.DAY or self.back == 0

    def moved(self, steps: int, now: datetime) -> "Period":
        """Return the period before (-1) or behind (+1), never beyond the present."""
        if self.span is Span.LAST_24_H:
            first, last = (moment + steps * _DAY_AND_NIGHT for moment in self.bounds(now, None))
            if last > now - _NEARLY_NOW:
                return Period(Span.LAST_24_H)
            return Period(Span.LAST_24_H, start=first, end=last)
        if self.span is not Span.CUSTOM:
            return replace(self, back=max(self.back - steps, 0))
        start, end = self.bounds(now, None)
        width = end - start
        start = min(start + steps * width, max(start, now - width))
        return Period(Span.CUSTOM, start=start, end=start + width)

    def bounds(self, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """Return begin and end (UTC); days begin at local midnight and may have 23 hours.

        Weeks begin on Monday (ISO 8601); quarters with January, April, July, October.
        """
        if self.start is not None and self.end is not None:
            return self.start, self.end
        if self.span is Span.LAST_24_H:
            return now - _DAY_AND_NIGHT, now
        today = local(now.timestamp(), zone).date()
        first, after = self._days(today)
        return day_bounds(first, zone)[0], day_bounds(after, zone)[0]

    def words(self, now: datetime, zone: tzinfo | None) -> str:
        """Return the period in the user's words."""
        start, end = self.bounds(now, zone)
        if self.span is Span.DAY:
            return day_text(start, zone)
        if self.span in (Span.LAST_24_H, Span.CUSTOM):
            first, last = (local(moment.timestamp(), zone) for moment in (start, end))
            return f"{day_text(start, zone)} {first:%H:%M} – {day_text(end, zone)} {last:%H:%M}"
        if self.span is Span.WEEK:
            week = local(start.timestamp(), zone).isocalendar().week
            last_day = day_text(end - timedelta(hours=12), zone)
            return _("Week {number}: {first} – {last}").format(
                number=week, first=day_text(start, zone), last=last_day
            )
        return f"{day_text(start, zone)} – {day_text(end - timedelta(hours=12), zone)}"

    def memory(self) -> Memory:
        """Return what `recalled` makes the same period of."""
        kept: Memory = {"span": self.span.value, "back": self.back}
        if self.start is not None and self.end is not None:
            kept |= {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return kept

    def _days(self, today: date) -> tuple[date, date]:
        """Return the first day and the day after the last."""
        if self.span is Span.DAY:
            first = max(today - timedelta(days=min(self.back, _FAR_D)), _BEGIN)
            return first, first + timedelta(days=1)
        if self.span is Span.WEEK:
            monday = today - timedelta(days=today.weekday())
            first = max(monday - timedelta(weeks=min(self.back, _FAR_D // 7)), _BEGIN)
            return first, first + timedelta(days=7)
        months = _MONTHS[self.span.value]
        month = (today.year * 12 + today.month - 1) // months * months
        month = max(month - self.back * months, _BEGIN.year * 12)
        return _first_of(month), _first_of(month + months)


def custom(start: datetime, end: datetime) -> Period:
    """Return a period of one's own; one too short or too long is brought into bounds."""
    if end < start:
        start, end = end, start
    width = min(max(end - start, SHORTEST), LONGEST)
    return Period(Span.CUSTOM, start=start, end=start + width)


def recalled(memory: object) -> Period:
    """Return the period that was remembered; today where nobody can read it."""
    if not isinstance(memory, dict):
        return Period()
    try:
        span = Span(memory.get("span"))
        if span is Span.CUSTOM or (span is Span.LAST_24_H and "end" in memory):
            first, last = (
                datetime.fromisoformat(str(memory.get(key))).astimezone(UTC)
                for key in ("start", "end")
            )
            if span is Span.CUSTOM:
                return custom(first, last)
            return Period(span, start=last - _DAY_AND_NIGHT, end=last)
        back = memory.get("back", 0)
        return Period(span, max(back, 0) if isinstance(back, int) else 0)
    except (ValueError, OverflowError):
        return Period()


def _first_of(month: int) -> date:
    """Return the first day of a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)

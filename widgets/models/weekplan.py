"""A controller's week plan: comfort periods as read, and as they would be once applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.model.point import PointSpec
from app.model.profile import WeekProgram
from app.model.reading import Reading
from widgets.models.staging import Staged, Staging

DAY_MINUTES = 24 * 60
DAYS = 7
Wish = tuple[str, str]  # a point's key and the time wished: "06:30"


@dataclass(frozen=True, slots=True)
class Band:
    """One comfort period of a day; minutes from midnight, 1440 its end."""

    period: int  # the controller's own number for it, from 1
    start: int
    stop: int

    @property
    def words(self) -> str:
        """Return the period as it is read aloud: ``05:30–22:00``."""
        return f"{clock(self.start)}\N{EN DASH}{clock(self.stop)}"


class WeekPlan:
    """The periods of one circuit; what is staged counts before what was read."""

    def __init__(
        self, program: WeekProgram, specs: Mapping[str, PointSpec], staging: Staging
    ) -> None:
        """``specs`` are the device's points by key; the plan takes its own from them."""
        self.program = program
        self.specs = {key: specs[key] for key in program.times() if key in specs}
        self._staging = staging
        self._readings: dict[str, Reading] = {}

    @property
    def editable(self) -> bool:
        """Whether the times may be changed from here at all."""
        return bool(self.specs) and all(spec.is_setting for spec in self.specs.values())

    @property
    def is_read(self) -> bool:
        """Whether the device has told any time of it."""
        return bool(self._readings)

    def take(self, readings: Mapping[str, Reading]) -> None:
        """Show these readings by key; those of other points are passed over."""
        self._readings |= {key: readings[key] for key in self.specs if key in readings}

    def reading(self, key: str) -> Reading | None:
        """Return the newest reading of one of its times."""
        return self._readings.get(key)

    def day(self, weekday: int, *, staged: bool = True) -> Sequence[Band] | None:
        """Return the periods in use, by time; None while a time of the day is unread."""
        bands = []
        for period in range(1, self.program.periods + 1):
            start = self._minute(weekday, period, stop=False, staged=staged)
            stop = self._minute(weekday, period, stop=True, staged=staged)
            if start is None or stop is None:
                return None
            if start != stop:
                bands.append(Band(period, start, stop))
        return sorted(bands, key=lambda each: each.start)

    def changed(self, weekday: int) -> bool:
        """Whether something of a day is staged."""
        return any(
            self._staging.get(self.program.key(weekday, period, stop=stop)) is not None
            for period in range(1, self.program.periods + 1)
            for stop in (False, True)
        )

    def room(self, weekday: int, band: Band) -> tuple[int, int]:
        """Return the minutes between which a period may lie without meeting another."""
        others = [each for each in self.day(weekday) or () if each.period != band.period]
        low = max((each.stop for each in others if each.stop <= band.start), default=0)
        high = min(
            (each.start for each in others if each.start >= band.stop), default=DAY_MINUTES
        )
        return low, high

    def edited(self, weekday: int, band: Band) -> list[Wish]:
        """Return what must be changed for a period to lie as ``band`` does."""
        return [
            (self.program.key(weekday, band.period, stop=False), clock(band.start)),
            (self.program.key(weekday, band.period, stop=True), clock(band.stop)),
        ]

    def added(self, weekday: int, start: int, stop: int) -> tuple[Band, list[Wish]] | None:
        """Return a new period in the controller's first free place; None when all are used."""
        bands = self.day(weekday)
        if bands is None:
            return None
        used = {each.period for each in bands}
        free = [p for p in range(1, self.program.periods + 1) if p not in used]
        meets = any(start < each.stop and each.start < stop for each in bands)
        if not free or meets or start >= stop:
            return None
        band = Band(free[0], start, stop)
        return band, self.edited(weekday, band)

    def removed(self, weekday: int, band: Band) -> list[Wish]:
        """Return what makes a period unused: start and stop alike."""
        return self.edited(weekday, Band(band.period, 0, 0))

    def copied(self, weekday: int, to: Sequence[int]) -> list[Wish]:
        """Return what makes other days as this one; their unused periods become unused."""
        bands = {each.period: each for each in self.day(weekday) or ()}
        if self.day(weekday) is None:
            return []
        wishes: list[Wish] = []
        for other in to:
            for period in range(1, self.program.periods + 1):
                band = bands.get(period, Band(period, 0, 0))
                now = {each.period: each for each in self.day(other) or ()}.get(period)
                if other != weekday and (now or Band(period, 0, 0)) != band:
                    wishes += self.edited(other, band)
        return wishes

    def gap(self, weekday: int, around: int) -> tuple[int, int] | None:
        """Return the free time around a minute of the day, None inside a period."""
        bands = self.day(weekday)
        if bands is None or any(each.start <= around < each.stop for each in bands):
            return None
        low = max((each.stop for each in bands if each.stop <= around), default=0)
        high = min((each.start for each in bands if each.start > around), default=DAY_MINUTES)
        return low, high

    def comfort(self, local: datetime) -> tuple[bool, datetime | None] | None:
        """Return whether comfort is planned at a local time, and until when it stays so.

        The end is None when it never changes; None at all while the plan is unread. Only
        what the device told counts here, not what is staged.
        """
        first = self.day(local.weekday(), staged=False)
        if first is None:
            return None
        minute = local.hour * 60 + local.minute
        is_comfort = any(each.start <= minute < each.stop for each in first)
        for ahead in range(DAYS + 1):
            bands = self.day((local.weekday() + ahead) % DAYS, staged=False)
            if bands is None:
                return is_comfort, None
            edges = {edge for each in bands for edge in (each.start, each.stop)} | {0}
            for edge in sorted(edges - {DAY_MINUTES}):  # its end is the next day's beginning
                at = edge + ahead * DAY_MINUTES
                now = any(each.start <= edge < each.stop for each in bands)
                if at > minute and now is not is_comfort:
                    return is_comfort, _moment(local, at)
        return is_comfort, None

    def _minute(self, weekday: int, period: int, *, stop: bool, staged: bool) -> int | None:
        key = self.program.key(weekday, period, stop=stop)
        wish = self._staging.get(key) if staged else None
        if wish is not None and wish.new is not None:
            return minute_of(wish.new)
        reading = self._readings.get(key)
        value = reading.value if reading is not None else None
        return minute_of(value) if isinstance(value, int | float) else None


def clock(minute: int) -> str:
    """Return a minute of the day as hours and minutes: ``05:30``; 1440 is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(hhmm: float) -> int:
    """Return the minute of the day of a time as controllers keep it, HHMM."""
    hours, minutes = divmod(round(hhmm), 100)
    return min(hours * 60 + minutes, DAY_MINUTES)


def in_safe_order(changes: Sequence[Staged]) -> list[Staged]:
    """Return the changes so that no period is ever upside down while they are sent.

    A period that moves later gets its end first, one that moves earlier its start.
    """
    ordered: list[Staged] = []
    by_key = {each.spec.key: each for each in changes}
    for change in changes:
        if change in ordered:
            continue
        stem, _line, edge = change.spec.key.rpartition("_")
        other = by_key.get(f"{stem}_{'stop' if edge == 'start' else 'start'}")
        if other is None or edge not in ("start", "stop"):
            ordered.append(change)
            continue
        start, stop = (change, other) if edge == "start" else (other, change)
        later = (start.new or 0.0) >= (stop.old or 0.0)
        ordered += [stop, start] if later else [start, stop]
    return ordered


def _moment(local: datetime, minute: int) -> datetime:
    """Return the local moment a number of minutes after the midnight before ``local``."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(minutes=minute)

"""A controller's own clock: how far it is off, when it may be set, and in which order.

Such a clock keeps local time without saying which hour of the doubled one in autumn
it means, has no seconds, and refuses a date that does not exist even for a moment.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from app.words import _

CLOCK_SHIFT = "clock.shift"  # role of a setting: minutes a device's clock is ahead of UTC
MINUTE_S = 60.0  # what a clock without seconds can show
SAFE_MARGIN = timedelta(minutes=5)  # around a change of summer time nothing is set
_SHAKY_MINUTE = 58  # from here on the hour may turn while the writes are under way
_LAST_HOUR = 23
_NOON = 12  # the hour furthest from a change of date
_DAYS_OF_A_YEAR = 366


class LocalHour(Enum):
    """What a local time means, as far as summer time goes."""

    PLAIN = "plain"
    DOUBLED = "doubled"  # happens twice, in autumn
    MISSING = "missing"  # never happens, in spring


class ClockPart(Enum):
    """One register of a clock; the value is its name in ``ClockPlaces``."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class ClockWrite:
    """One register to write."""

    part: ClockPart
    value: int


@dataclass(frozen=True, slots=True)
class ClockDrift:
    """How far a clock is off: device minus true time, in s."""

    drift_s: float
    hour: LocalHour = LocalHour.PLAIN

    @property
    def note(self) -> str:
        """A sentence when the drift cannot be told for certain, else nothing."""
        if self.hour is LocalHour.DOUBLED:
            return _(
                "The clock shows the hour that comes twice at the end of summer time; "
                "the smaller of the two possible deviations is given."
            )
        if self.hour is LocalHour.MISSING:
            return _(
                "The clock shows an hour that does not exist at the beginning of summer "
                "time; it did not change over."
            )
        return ""


def shown_time(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    """Return what a clock shows as a naive local time; None for a date that does not exist."""
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 – a clock without a zone
    except ValueError:
        return None


def instants_of(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments (UTC) at which clocks in ``zone`` show the naive ``local`` time.

    None in the hour missing in spring, two in the hour doubled in autumn, else one;
    the earlier first.
    """
    told = []
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if local_of(moment, zone) == local and moment not in told:
            told.append(moment)
    return tuple(told)


def local_of(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what a right clock in ``zone`` shows at ``at`` (aware), as a naive time."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def hour_kind(local: datetime, zone: ZoneInfo) -> LocalHour:
    """Return whether a naive local time is doubled, missing or plain."""
    count = len(instants_of(local, zone))
    return (LocalHour.MISSING, LocalHour.PLAIN, LocalHour.DOUBLED)[count]


def clock_drift(
    shown: datetime, at: datetime, zone: ZoneInfo, resolution_s: float = MINUTE_S
) -> ClockDrift:
    """Return how far a clock that shows ``shown`` at ``at`` is off.

    A clock without seconds may be anywhere in the minute it shows: the answer is the
    smallest deviation that explains what it shows, 0 when none is needed.

    Args:
        shown: The naive local time read from the device.
        at: When it was read, aware.
        zone: Where the device hangs.
        resolution_s: The step in which the device shows time; 0 for an exact one.
    """
    kind = hour_kind(shown, zone)
    if kind is LocalHour.MISSING:
        offs_s = [(shown - local_of(at, zone)).total_seconds()]
    else:
        offs_s = [(moment - at).total_seconds() for moment in instants_of(shown, zone)]
    drifts = [_nearest_to_zero(off_s, off_s + resolution_s) for off_s in offs_s]
    return ClockDrift(min(drifts, key=abs), kind)


def _nearest_to_zero(low_s: float, high_s: float) -> float:
    """Return the deviation of least size in the half-open range ``low_s … high_s``."""
    if low_s <= 0 < high_s or low_s == 0:
        return 0.0
    return low_s if low_s > 0 else high_s


def shift_wanted(shown_min: float, at: datetime, zone: ZoneInfo) -> tuple[float, bool]:
    """Return how many minutes ahead of UTC a clock of such a shift should be.

    Many meters keep standard time all year. True with it: this one does, in summer.
    """
    there = at.astimezone(zone)
    local = (there.utcoffset() or timedelta()).total_seconds() / MINUTE_S
    standard = local - (there.dst() or timedelta()).total_seconds() / MINUTE_S
    keeps_standard = abs(shown_min - standard) < abs(shown_min - local)
    return (standard, True) if keeps_standard else (local, False)


def changes_for_summer(zone: ZoneInfo, at: datetime) -> bool:
    """Return whether clocks in ``zone`` are changed within a year from ``at``."""
    days = range(0, _DAYS_OF_A_YEAR, 7)
    offsets = {(at + timedelta(days=day)).astimezone(zone).utcoffset() for day in days}
    return len(offsets) > 1


def why_not_set(
    at: datetime,
    zone: ZoneInfo,
    *,
    follows_summer_time: bool | None,
    first_year: int = 2009,
    last_year: int = 2099,
    margin: timedelta = SAFE_MARGIN,
) -> str:
    """Return the sentence why a device's clock must not be set at ``at``; empty when it may.

    Args:
        at: Now, aware.
        zone: Where the device hangs.
        follows_summer_time: Whether the device changes to summer time by itself; None
            when that was not read. It does not matter where clocks are never changed.
        first_year: The first year the device can keep.
        last_year: The last year the device can keep.
        margin: How far from a change of summer time setting is safe.
    """
    local = local_of(at, zone)
    if not first_year <= local.year <= last_year:
        return _("The device keeps years {first} to {last}, it is {year}.").format(
            first=first_year, last=last_year, year=local.year
        )
    if not changes_for_summer(zone, at):
        return ""
    if follows_summer_time is None:
        return _("It is not known whether the device changes to summer time by itself.")
    if not follows_summer_time:
        return _(
            "The device does not change to summer time by itself; switch automatic summer "
            "time on first, or the clock will be an hour wrong for half of the year."
        )
    if _near_a_change(at, zone, margin):
        return _("Clocks are being changed now; set it when the doubled hour is over.")
    return ""


def _near_a_change(at: datetime, zone: ZoneInfo, margin: timedelta) -> bool:
    around = [at - margin, at, at + margin]
    if len({moment.astimezone(zone).utcoffset() for moment in around}) > 1:
        return True
    return any(
        hour_kind(local_of(moment, zone), zone) is LocalHour.DOUBLED for moment in around
    )


def clock_writes(shown: datetime | None, target: datetime) -> tuple[ClockWrite, ...]:
    """Return the writes that turn a clock from ``shown`` to ``target``, in a safe order.

    No date between two writes is one that does not exist, whatever the months; and the
    clock may run on meanwhile: a minute, an hour or a day that turns while the writes
    are under way (up to two minutes) spoils nothing. Few writes: the date is left alone
    when it is right and cannot turn.

    Args:
        shown: What the device showed just before, naive; None when that is not known
            or no date at all.
        target: The local time it is to show, naive, to the minute.
    """
    shaky_hour = shown is None or shown.minute >= _SHAKY_MINUTE
    shaky_date = shown is None or (shaky_hour and shown.hour == _LAST_HOUR)
    writes = []
    if shaky_date:
        writes.append(ClockWrite(ClockPart.HOUR, _NOON))
    if shaky_hour:
        writes.append(ClockWrite(ClockPart.MINUTE, 0))
    writes += _date_writes(None if shaky_date else shown, target)
    if shaky_hour or shown is None or shown.hour != target.hour:
        writes.append(ClockWrite(ClockPart.HOUR, target.hour))
    if writes or shown is None or shown.minute != target.minute:
        writes.append(ClockWrite(ClockPart.MINUTE, target.minute))
    return tuple(writes)


def _date_writes(shown: datetime | None, target: datetime) -> list[ClockWrite]:
    """Return the writes for the date: by the first of the month, which every month has."""
    if shown is not None and (shown.year, shown.month) == (target.year, target.month):
        return [] if shown.day == target.day else [ClockWrite(ClockPart.DAY, target.day)]
    writes = [ClockWrite(ClockPart.DAY, 1)]
    if shown is None or shown.year != target.year:
        writes.append(ClockWrite(ClockPart.YEAR, target.year))
    if shown is None or shown.month != target.month:
        writes.append(ClockWrite(ClockPart.MONTH, target.month))
    if target.day != 1:
        writes.append(ClockWrite(ClockPart.DAY, target.day))
    return writes

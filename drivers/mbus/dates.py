"""Times as meters send them (EN 13757-3, types F, G, I and J), in the meter's own clock.

Type M, of variable length, is not among them: that it is told in UTC with an offset is public,
which bit is which is not. Its bytes are told as they came.
"""

from collections.abc import Callable
from datetime import date, datetime, time

from drivers.mbus.telegram import Moment

_CENTURY_OF_OLD_METERS = 80  # years up to it are 20xx where no century is told
_LAST = 99  # year of a century; 127 is "every year"
_NO_CLOCK = 0x80  # the meter says that its time is not to be believed
_FLAG_AT = {4: 0, 6: 1}  # which byte of a type holds that


def moment(raw: bytes) -> Moment | None:
    """Return the time in ``raw`` (2, 3, 4 or 6 bytes); None where it names no single one.

    "Every day", "every year" and the bytes of a clock that was never set name none, neither
    does a time that the meter itself calls invalid.
    """
    reader = _READERS.get(len(raw))
    try:
        return reader(raw) if reader else None
    except ValueError:  # the 31st of June, the 0th of a month, hour 31
        return None


def unbelieved(raw: bytes) -> Moment | None:
    """Return the time that a meter sends and itself calls invalid; None: there is none.

    It is for people to see and never a value: such a clock may have stood still for days.
    """
    place = _FLAG_AT.get(len(raw))
    if place is None or not raw[place] & _NO_CLOCK:
        return None
    return moment(raw[:place] + bytes([raw[place] ^ _NO_CLOCK]) + raw[place + 1 :])


def date_g(raw: bytes) -> date:
    """Return a date of 16 bits (type G)."""
    return date(_year(raw[0] >> 5 | (raw[1] & 0xF0) >> 1), raw[1] & 0x0F, raw[0] & 0x1F)


def time_j(raw: bytes) -> time:
    """Return a time of day of 24 bits (type J)."""
    return time(raw[2] & 0x1F, raw[1] & 0x3F, raw[0] & 0x3F)


def time_f(raw: bytes) -> datetime | None:
    """Return a time of 32 bits (type F), to the minute."""
    if raw[0] & _NO_CLOCK:
        return None
    year = raw[2] >> 5 | (raw[3] & 0xF0) >> 1
    hundreds = (raw[1] & 0x60) >> 5
    whole = _year(year) if hundreds == 0 else 1900 + 100 * hundreds + _below_hundred(year)
    month, day = raw[3] & 0x0F, raw[2] & 0x1F
    return _local(whole, month, day, raw[1] & 0x1F, raw[0] & 0x3F, 0)


def time_i(raw: bytes) -> datetime | None:
    """Return a time of 48 bits (type I), to the second."""
    if raw[1] & _NO_CLOCK:
        return None
    year = 2000 + _below_hundred(raw[3] >> 5 | (raw[4] & 0xF0) >> 1)
    month, day = raw[4] & 0x0F, raw[3] & 0x1F
    return _local(year, month, day, raw[2] & 0x1F, raw[1] & 0x3F, raw[0] & 0x3F)


def _local(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - no zone is told


def _year(two_digits: int) -> int:
    century = 2000 if _below_hundred(two_digits) <= _CENTURY_OF_OLD_METERS else 1900
    return century + two_digits


def _below_hundred(year: int) -> int:
    if year > _LAST:
        raise ValueError(f"year {year}")
    return year


_READERS: dict[int, Callable[[bytes], Moment | None]] = {
    2: date_g,
    3: time_j,
    4: time_f,
    6: time_i,
}

"""The fixed data structure of old meters: two counters (EN 13757-3, annex)."""

from app.words import _
from drivers.mbus.telegram import (
    Address,
    Body,
    BrokenTelegram,
    Function,
    Heading,
    Record,
    State,
    Value,
    Why,
)

SIZE = 16  # bytes behind the CI field
_BINARY, _STORED = 0x01, 0x02  # in the status
_HISTORIC, _NO_UNIT = 0x3E, 0x3F
_ALLOCATION = 0x39
# Hours, minutes, seconds and day, month, year: in which of the four bytes is told nowhere.
_CLOCK = {0x00: "time of day", 0x01: "date"}
_UNKNOWN = 0x0F
# By the media of this structure: 9 is reserved, and from 10 on some stand once more (mode 2).
_MEDIA = (0, 1, 2, 3, 4, 5, 6, 7, 8, _UNKNOWN, 0x03, 0x04, 0x06, 0x07, 0x08, _UNKNOWN)


def _decades(quantity: str, *units: tuple[str, int]) -> list[tuple[str, str, int]]:
    """Return three unit codes for each unit: 1, 10 and 100 of it."""
    return [(quantity, unit, first + nth) for unit, first in units for nth in range(3)]


# By code from 0x02: the quantity, its unit, and the power of ten of a step.
_TABLE = [
    *_decades("energy", ("Wh", 0), ("kWh", 0), ("MWh", 0)),
    *_decades("energy", ("MJ", -3), ("MJ", 0), ("GJ", 0)),
    *_decades("power", ("W", 0), ("kW", 0), ("MW", 0)),
    *_decades("power", ("GJ/h", -6), ("GJ/h", -3), ("GJ/h", 0)),
    *_decades("volume", ("l", -3), ("l", 0), ("m3", 0)),
    *_decades("volume flow", ("l/h", -3), ("l/h", 0), ("m3/h", 0)),
    ("temperature", "°C", -3),
]
_MEANINGS = dict(enumerate(_TABLE, 0x02))
_MEANINGS[_ALLOCATION] = ("heat cost allocation", "none", 0)
_MEANINGS[_NO_UNIT] = ("dimensionless", "none", 0)


def head_of(data: bytes) -> tuple[Address, int, int]:
    """Return who sent it, its access number and its status."""
    low, high = data[6] >> 6, data[7] >> 6
    medium = _MEDIA[high << 2 | low]
    return Address("", data[3::-1].hex(), 0, medium), data[4], data[5]


def body_of(data: bytes) -> Body:
    """Return the two counters.

    Raises:
        BrokenTelegram: It has not the sixteen bytes that this structure has.
    """
    if len(data) != SIZE:
        raise BrokenTelegram(
            Why.LENGTH, 0, _("a fixed structure has 16 bytes, not {n}").format(n=len(data))
        )
    status = data[5]
    first, second = data[6] & 0x3F, data[7] & 0x3F
    historic = second == _HISTORIC
    codes = (first, first if historic else second)
    counters = (data[8:12], data[12:16])
    stored = (bool(status & _STORED), bool(status & _STORED) or historic)
    return Body(
        tuple(
            _record(codes[nth], counters[nth], 8 + 4 * nth, bool(status & _BINARY), stored[nth])
            for nth in (0, 1)
        )
    )


def _record(code: int, raw: bytes, at: int, binary: bool, stored: bool) -> Record:
    quantity, unit, exponent = _MEANINGS.get(code, ("unknown", "none", 0))
    digits = raw[::-1].hex()
    number = int.from_bytes(raw, "little") if binary else None
    if not binary and digits.isdecimal():
        number = int(digits)
    state = State.INVALID if number is None else State.OK
    if code not in _MEANINGS and number is not None:
        state = State.UNKNOWN_VIF
    text = None
    if code in _CLOCK:
        quantity, number, text, state = _CLOCK[code], None, digits.upper(), State.UNKNOWN_VIF
    value = None if number is None else _scaled(number, exponent)
    heading = Heading(
        Function.INSTANTANEOUS,
        0,
        0,
        0,
        quantity,
        unit,
        ("at the fixed date",) if stored else (),
        state,
        bytes([code]),
        4,
        _read_before,
        max(0, -exponent),
    )
    return Record(heading, value, text, None, state, raw, at)


def _read_before(raw: bytes) -> Value:
    """Return nothing: the status tells how these bytes are read, not their heading."""
    return None, raw.hex().upper(), None, True


def _scaled(number: int, exponent: int) -> float:
    return number / 10**-exponent if exponent < 0 else float(number * 10**exponent)

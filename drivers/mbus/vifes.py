"""What the bytes behind a VIF add (EN 13757-3, orthogonal VIFEs): factors, limits, phases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from drivers.mbus.vifs import Kind, Meaning

SECOND_TABLE = 0x7C
MAKERS_OWN = 0x7F  # what follows, and the value, is for the maker alone


@dataclass(frozen=True, slots=True)
class Qualified:
    """A quantity with all that its VIFEs say of it."""

    meaning: Meaning
    offset: Fraction = Fraction(0)  # to be added, in the meaning's unit
    qualifiers: tuple[str, ...] = ()
    failed: bool = False  # the meter has no value, and says why
    makers: bool = False

    def said(self, phrase: str) -> "Qualified":
        """Return it with one more qualifier."""
        return replace(self, qualifiers=(*self.qualifiers, phrase))


FAULTS = {  # the meter's answers in place of a value
    0x01: "too many DIFEs",
    0x02: "storage number not implemented",
    0x03: "subunit not implemented",
    0x04: "tariff not implemented",
    0x05: "function not implemented",
    0x06: "data class not implemented",
    0x07: "data size not implemented",
    0x0B: "too many VIFEs",
    0x0C: "illegal VIF group",
    0x0D: "illegal VIF exponent",
    0x0E: "VIF does not fit the DIF",
    0x0F: "action not implemented",
    0x15: "no data available",
    0x16: "data overflow",
    0x17: "data underflow",
    0x18: "data error",
    0x1C: "premature end of record",
}
PROFILES = {  # many values in one record, with how far apart they are before them (annex F)
    0x13: "inverse compact profile",
    0x1E: "compact profile with registers",
    0x1F: "compact profile",
}
_PHRASES = {
    0x12: "average",
    **PROFILES,
    0x14: "relative deviation",
    0x1D: "standard conform data content",
    0x20: "per second",
    0x21: "per minute",
    0x22: "per hour",
    0x23: "per day",
    0x24: "per week",
    0x25: "per month",
    0x26: "per year",
    0x27: "per revolution or measurement",
    0x28: "per input pulse on channel 0",
    0x29: "per input pulse on channel 1",
    0x2A: "per output pulse on channel 0",
    0x2B: "per output pulse on channel 1",
    0x2C: "per litre",
    0x2D: "per m3",
    0x2E: "per kg",
    0x2F: "per K",
    0x30: "per kWh",
    0x31: "per GJ",
    0x32: "per kW",
    0x33: "per K and litre",
    0x34: "per V",
    0x35: "per A",
    0x36: "multiplied by s",
    0x37: "multiplied by s/V",
    0x38: "multiplied by s/A",
    0x3A: "uncorrected unit",
    0x3B: "forward flow",  # accumulation of positive contributions only
    0x3C: "backward flow",  # accumulation of negative contributions only
    0x3D: "non-metric units",
    0x3E: "at base conditions",
    0x3F: "OBIS declaration",
    0x40: "lower limit",
    0x48: "upper limit",
    0x68: "while below the lower limit",
    0x69: "leakage",
    0x6C: "while above the upper limit",
    0x6D: "overflow",
    0x7E: "in the future",
}
_MOMENTS = {0x39: "start of"} | {
    base + limit + first + edge: f"{'end' if edge else 'begin'} of the {order} {name}"
    for base, limits in ((0x42, ((0x00, "lower limit exceed"), (0x08, "upper limit exceed"))),)
    for limit, name in limits
    for first, order in ((0x00, "first"), (0x04, "last"))
    for edge in (0, 1)
}
_MOMENTS |= {
    0x6A: "begin of the first",
    0x6B: "end of the first",
    0x6E: "begin of the last",
    0x6F: "end of the last",
}
_EXCEEDS = {0x41: "number of lower limit exceeds", 0x49: "number of upper limit exceeds"}
_DURATIONS, _OF_LIMITS = range(0x50, 0x68), range(0x50, 0x60)
_THOUSAND = 0x7D
_UNITS_OF_TIME = ("s", "min", "h", "d")
_TYPES = {0x11: Kind.COUNT, 0x12: Kind.FLAGS}
_SECOND = {
    0x01: "at phase L1",
    0x02: "at phase L2",
    0x03: "at phase L3",
    0x04: "at neutral",
    0x05: "between phases L1 and L2",
    0x06: "between phases L2 and L3",
    0x07: "between phases L3 and L1",
    0x08: "at quadrant Q1",
    0x09: "at quadrant Q2",
    0x0A: "at quadrant Q3",
    0x0B: "at quadrant Q4",
    0x0C: "delta between import and export",
    0x10: "absolute value of both directions",
    0x11: "as type C",
    0x12: "as type D",
    0x13: "from the partner to the meter",
    0x14: "from the meter to the partner",
}


def qualified(meaning: Meaning, vifes: bytes) -> Qualified:
    """Return what ``vifes``, the bytes behind the VIF with or without bit 7, make of it."""
    value = Qualified(meaning)
    coming = iter(byte & 0x7F for byte in vifes)
    for vife in coming:
        if vife == MAKERS_OWN:
            rest = bytes(coming).hex().upper()
            return replace(value.said(f"for the maker {rest}".strip()), makers=True)
        value = _second(value, coming) if vife == SECOND_TABLE else _one(value, vife)
    return value


def _second(value: Qualified, coming: Iterator[int]) -> Qualified:
    vife = next(coming, None)
    if vife is None:
        return value
    if vife in _TYPES:
        kind = _TYPES[vife]
        value = replace(value, meaning=replace(value.meaning, kind=kind))
    return value.said(_SECOND.get(vife, f"second table {vife:02X}"))


def _one(value: Qualified, vife: int) -> Qualified:
    if vife in FAULTS:
        return replace(value.said(FAULTS[vife]), failed=True)
    if vife in _PHRASES:
        return value.said(_PHRASES[vife])
    if vife in _MOMENTS:
        return _instead(value, Kind.MOMENT, "none").said(_MOMENTS[vife])
    if vife in _EXCEEDS:
        return _instead(value, Kind.COUNT, "none").said(_EXCEEDS[vife])
    if vife in _DURATIONS:
        return _duration(value, vife)
    return _corrected(value, vife)


def _instead(value: Qualified, kind: Kind, unit: str) -> Qualified:
    """Return it as something about the quantity, no longer in its unit."""
    meaning = replace(value.meaning, unit=unit, multiply=1, divide=1, kind=kind)
    return replace(value, meaning=meaning)


def _duration(value: Qualified, vife: int) -> Qualified:
    order = "last" if vife & 4 else "first"
    limit = " upper limit exceed" if vife & 8 else " lower limit exceed"
    of = limit if vife in _OF_LIMITS else ""
    lasting = _instead(value, Kind.COUNT, _UNITS_OF_TIME[vife & 3])
    return lasting.said(f"duration of the {order}{of}")


def _corrected(value: Qualified, vife: int) -> Qualified:
    if vife in range(0x70, 0x78):
        return _times(value, Fraction(10) ** ((vife & 7) - 6))
    if vife == _THOUSAND:
        return _times(value, Fraction(1000))
    if vife in range(0x78, 0x7C):
        return replace(value, offset=value.offset + Fraction(10) ** ((vife & 3) - 3))
    return value.said(f"VIFE {vife:02X}") if vife else value


def _times(value: Qualified, factor: Fraction) -> Qualified:
    scale = Fraction(value.meaning.multiply, value.meaning.divide) * factor
    meaning = replace(value.meaning, multiply=scale.numerator, divide=scale.denominator)
    return replace(value, meaning=meaning)


def phrases() -> tuple[str, ...]:
    """Return every qualifier that is a fixed phrase."""
    lasting = {
        f"duration of the {order}{of}"
        for order in ("first", "last")
        for of in ("", " lower limit exceed", " upper limit exceed")
    }
    tables = (_PHRASES, _MOMENTS, _EXCEEDS, _SECOND)
    return tuple({phrase for table in tables for phrase in table.values()} | lasting)

"""The table of value information (EN 13757-3): which quantity in which unit a VIF names."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How the bytes of a value are read."""

    NUMBER = auto()  # type A or B: with a sign
    COUNT = auto()  # type C: without one
    FLAGS = auto()  # type D: bits
    IDENTITY = auto()  # digits that are a name: also told as text
    MOMENT = auto()  # types F, G, I, J by their length
    BYTES = auto()  # a container of something else


@dataclass(frozen=True, slots=True)
class Meaning:
    """A quantity, its unit, and the exact factor ``multiply / divide`` to come to it."""

    quantity: str
    unit: str = "none"
    multiply: int = 1
    divide: int = 1
    kind: Kind = Kind.NUMBER


def power_of_ten(quantity: str, unit: str, exponent: int, kind: Kind = Kind.NUMBER) -> Meaning:
    """Return the meaning of a VIF whose steps are ``10 ** exponent`` units."""
    if exponent < 0:
        return Meaning(quantity, unit, 1, 10**-exponent, kind)
    return Meaning(quantity, unit, 10**exponent, 1, kind)


def steps(
    first: int, count: int, quantity: str, unit: str, exponent: int, kind: Kind = Kind.NUMBER
) -> dict[int, Meaning]:
    """Return ``count`` VIFs from ``first`` whose exponent begins with ``exponent``."""
    return {
        first + nth: power_of_ten(quantity, unit, exponent + nth, kind) for nth in range(count)
    }


def durations(
    first: int, quantity: str, units: tuple[str, ...] = ("s", "min", "h", "d")
) -> dict[int, Meaning]:
    """Return the VIFs of a duration, one for each of ``units``."""
    return {
        first + nth: Meaning(quantity, unit, kind=Kind.COUNT) for nth, unit in enumerate(units)
    }


def _small_and_large(
    first: int, quantity: str, small: str, large: str, exponent: int
) -> dict[int, Meaning]:
    """Return eight VIFs: up to the fourth in the small unit, then in one a thousand larger."""
    return steps(first, 4, quantity, small, exponent) | steps(
        first + 4, 4, quantity, large, exponent + 4 - 3
    )


def _rating(vif: int, quantity: str) -> dict[int, Meaning]:
    """Return the VIF of a heat cost allocator's factor, in steps of 2 ** -12."""
    return {vif: Meaning(quantity, "none", 1, 2**12, Kind.COUNT)}


_SECONDS_AN_HOUR, _MINUTES_AN_HOUR = 3600, 60
PRIMARY: dict[int, Meaning] = {
    **_small_and_large(0x00, "energy", "Wh", "kWh", -3),
    # 10^n J, told in MJ
    **{0x08 + n: Meaning("energy", "MJ", 10**n, 10**6) for n in range(8)},
    **steps(0x10, 8, "volume", "m3", -6),
    **steps(0x18, 8, "mass", "kg", -3),
    **durations(0x20, "on time"),
    **durations(0x24, "operating time"),
    **_small_and_large(0x28, "power", "W", "kW", -3),
    # 10^n J/h, told in W
    **{0x30 + n: Meaning("power", "W", 10**n, _SECONDS_AN_HOUR) for n in range(8)},
    **steps(0x38, 8, "volume flow", "m3/h", -6),
    # 10^(n-7) m³/min and 10^(n-9) m³/s, told in m³/h
    **{
        0x40 + n: Meaning("volume flow", "m3/h", _MINUTES_AN_HOUR, 10 ** (7 - n))
        for n in range(8)
    },
    **{
        0x48 + n: Meaning("volume flow", "m3/h", _SECONDS_AN_HOUR, 10 ** (9 - n))
        for n in range(8)
    },
    **steps(0x50, 8, "mass flow", "kg/h", -3),
    **steps(0x58, 4, "flow temperature", "°C", -3),
    **steps(0x5C, 4, "return temperature", "°C", -3),
    **steps(0x60, 4, "temperature difference", "K", -3),
    **steps(0x64, 4, "external temperature", "°C", -3),
    **steps(0x68, 4, "pressure", "bar", -3),
    0x6C: Meaning("date", kind=Kind.MOMENT),
    0x6D: Meaning("date and time", kind=Kind.MOMENT),
    0x6E: Meaning("heat cost allocation"),
    **durations(0x70, "averaging duration"),
    **durations(0x74, "actuality duration"),
    0x78: Meaning("fabrication number", kind=Kind.IDENTITY),
    0x79: Meaning("identification", kind=Kind.IDENTITY),
    0x7A: Meaning("bus address", kind=Kind.COUNT),
    0x7E: Meaning("any"),
}

FB: dict[int, Meaning] = {
    **steps(0x00, 2, "energy", "MWh", -1),
    **steps(0x02, 2, "reactive energy", "kvarh", 0),
    **steps(0x04, 2, "apparent energy", "kVAh", 0),
    **steps(0x08, 2, "energy", "GJ", -1),
    **steps(0x0C, 4, "energy", "Mcal", -1),
    **steps(0x10, 2, "volume", "m3", 2),
    **steps(0x14, 4, "reactive power", "kvar", -3),
    **steps(0x18, 2, "mass", "t", 2),
    **steps(0x1A, 2, "relative humidity", "%", -1),
    0x20: Meaning("volume", "ft3"),
    0x21: Meaning("volume", "ft3", 1, 10),
    0x22: Meaning("volume", "gal", 1, 10),
    0x23: Meaning("volume", "gal"),
    0x24: Meaning("volume flow", "gal/min", 1, 1000),
    0x25: Meaning("volume flow", "gal/min"),
    0x26: Meaning("volume flow", "gal/h"),
    **steps(0x28, 2, "power", "MW", -1),
    0x2A: Meaning("phase voltage to voltage", "°", 1, 10),
    0x2B: Meaning("phase voltage to current", "°", 1, 10),
    **steps(0x2C, 4, "frequency", "Hz", -3),
    **steps(0x30, 2, "power", "GJ/h", -1),
    **steps(0x34, 4, "apparent power", "kVA", -3),
    **steps(0x58, 4, "flow temperature", "°F", -3),
    **steps(0x5C, 4, "return temperature", "°F", -3),
    **steps(0x60, 4, "temperature difference", "°F", -3),
    **steps(0x64, 4, "external temperature", "°F", -3),
    **_rating(0x68, "resulting rating factor"),
    0x69: Meaning("thermal output rating factor", "W", kind=Kind.COUNT),
    **_rating(0x6A, "thermal coupling rating factor"),
    **_rating(0x6B, "thermal coupling rating factor, room side"),
    **_rating(0x6C, "thermal coupling rating factor, heater side"),
    **_rating(0x6D, "low temperature rating factor"),
    **_rating(0x6E, "display output scaling factor"),
    **steps(0x70, 4, "cold or warm temperature limit", "°F", -3),
    **steps(0x74, 4, "cold or warm temperature limit", "°C", -3),
    **_small_and_large(0x78, "cumulated maximum power", "W", "kW", -3),
}

_COUNTS = {
    0x08: "access number",
    0x1C: "baud rate",
    0x1D: "response delay",
    0x1E: "retries",
    0x20: "first storage number",
    0x21: "last storage number",
    0x22: "storage block size",
    0x60: "reset counter",
    0x61: "cumulation counter",
    0x62: "control signal",
    0x63: "day of week",
    0x64: "week number",
    0x75: "stop counter",
}
_NAMES = {
    0x09: "device type",
    0x0A: "manufacturer",
    0x0B: "parameter set",
    0x0C: "model version",
    0x0D: "hardware version",
    0x0E: "firmware version",
    0x0F: "software version",
    0x10: "customer location",
    0x11: "customer",
    0x12: "access code of the user",
    0x13: "access code of the operator",
    0x14: "access code of the system operator",
    0x15: "access code of the developer",
    0x16: "password",
    0x19: "security key",
    0x23: "tariff and subunit descriptor",
    0x2A: "operator data",
    0x67: "supplier information",
}
_BITS = {
    0x17: "error flags",
    0x18: "error mask",
    0x1A: "digital output",
    0x1B: "digital input",
    0x1F: "remote control",
    0x66: "parameter activation",
}
_CONTAINERS = {
    0x3B: "radio data container",
    0x72: "daylight saving",
    0x73: "listening window",
    0x76: "manufacturer data container",
}
_MOMENTS = {0x30: "tariff start", 0x65: "day change", 0x70: "battery change"}
LONG = ("h", "d", "month", "year")
FD: dict[int, Meaning] = {
    **steps(0x00, 4, "credit", "none", -3),
    **steps(0x04, 4, "debit", "none", -3),
    **{vif: Meaning(name, kind=Kind.COUNT) for vif, name in _COUNTS.items()},
    **{vif: Meaning(name, kind=Kind.IDENTITY) for vif, name in _NAMES.items()},
    **{vif: Meaning(name, kind=Kind.FLAGS) for vif, name in _BITS.items()},
    **{vif: Meaning(name, kind=Kind.BYTES) for vif, name in _CONTAINERS.items()},
    **{vif: Meaning(name, kind=Kind.MOMENT) for vif, name in _MOMENTS.items()},
    **durations(0x24, "storage interval"),
    **durations(0x28, "storage interval", ("month", "year")),
    0x2B: Meaning("second of the time", "s", kind=Kind.COUNT),
    **durations(0x2C, "time since readout"),
    **durations(0x31, "tariff duration", ("min", "h", "d")),
    **durations(0x34, "tariff period"),
    **durations(0x38, "tariff period", ("month", "year")),
    0x3A: Meaning("dimensionless"),
    **durations(0x3C, "transmission period"),
    **steps(0x40, 16, "voltage", "V", -9),
    **steps(0x50, 16, "current", "A", -12),
    **durations(0x68, "time since cumulation", LONG),
    **durations(0x6C, "battery operating time", LONG),
    0x71: Meaning("radio level", "dBm"),
    0x74: Meaning("battery remaining", "d", kind=Kind.COUNT),
}
SECOND_FD: dict[int, Meaning] = {  # behind FD FD
    0x00: Meaning("selected application", kind=Kind.COUNT),
    **durations(0x02, "battery remaining", ("month", "year")),
}
TABLES = (PRIMARY, FB, FD, SECOND_FD)
MANUFACTURER = Meaning("manufacturer specific")
UNKNOWN = Meaning("unknown")

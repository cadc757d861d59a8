"""Which raw numbers fit a register type, and what they are in the point's unit."""

import math

from app.model.profile import DataType, RegisterPlace

_BITS = {
    DataType.INT16: (16, True),
    DataType.UINT16: (16, False),
    DataType.INT32: (32, True),
    DataType.UINT32: (32, False),
    DataType.INT64: (64, True),
    DataType.UINT64: (64, False),
    DataType.BIT: (1, False),
}
FLOATS = frozenset({DataType.FLOAT32, DataType.FLOAT64})
TEXTS = frozenset({DataType.STRING, DataType.OCTETS})
_GRID_SLACK = 1e-6  # of one raw step; 0.1 is no exact binary number


def raw_range(kind: DataType) -> tuple[int, int] | None:
    """Return the lowest and highest raw number of a whole-number type, else None."""
    if kind not in _BITS:
        return None
    bits, signed = _BITS[kind]
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)


def bit_count(kind: DataType) -> int:
    """Return how many bits a whole-number type has, 0 for others."""
    return _BITS.get(kind, (0, False))[0]


def misfit(value: float, place: RegisterPlace) -> str:
    """Return why ``value``, in the point's unit, has no raw number; empty when it has one."""
    bounds = raw_range(place.type)
    if bounds is None:
        return ""
    raw = (value - place.offset) / place.scale
    if not math.isfinite(raw) or not bounds[0] <= round(raw) <= bounds[1]:
        return f"does not fit {place.type.value} at scale {place.scale:g}"
    if abs(raw - round(raw)) > _GRID_SLACK * max(1.0, abs(raw)):
        return f"lies between two raw numbers at scale {place.scale:g}"
    return ""

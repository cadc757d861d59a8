"""The cyclic check of wireless M-Bus (EN 13757-4): polynomial 3D65, complemented."""

_POLYNOMIAL = 0x3D65


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        value = byte << 8
        for _bit in range(8):
            value = (value << 1 ^ _POLYNOMIAL if value & 0x8000 else value << 1) & 0xFFFF
        rows.append(value)
    return tuple(rows)


_ROWS = _table()


def crc(data: bytes) -> int:
    """Return the check of ``data``, as the two bytes high, low that follow it."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ _ROWS[value >> 8 ^ byte]
    return value ^ 0xFFFF

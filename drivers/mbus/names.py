"""Names for numbers in a telegram's head: makers and media (EN 13757-3 and -7)."""

MEDIA = {
    0x00: "other",
    0x01: "oil",
    0x02: "electricity",
    0x03: "gas",
    0x04: "heat",
    0x05: "steam",
    0x06: "warm water",
    0x07: "water",
    0x08: "heat cost allocator",
    0x09: "compressed air",
    0x0A: "cooling",  # volume measured in the return
    0x0B: "cooling",  # volume measured in the flow
    0x0C: "heat",  # volume measured in the flow
    0x0D: "heat and cooling",
    0x0E: "bus",
    0x0F: "unknown",
    0x10: "irrigation water",
    0x11: "water logger",
    0x12: "gas logger",
    0x13: "gas converter",
    0x14: "calorific value",
    0x15: "hot water",
    0x16: "cold water",
    0x17: "hot and cold water",
    0x18: "pressure",
    0x19: "converter",
    0x1A: "smoke detector",
    0x1B: "room sensor",
    0x1C: "gas detector",
    0x20: "breaker",
    0x21: "valve",
    0x25: "customer unit",
    0x28: "waste water",
    0x29: "waste",
    0x2A: "carbon dioxide",
    0x30: "service tool",
    0x31: "gateway",
    0x32: "repeater",
    0x33: "repeater",
    0x36: "radio converter",
    0x37: "radio converter",
    0x38: "wired adapter",
}


def medium_name(medium: int) -> str:
    """Return the name of a medium; of one the standard reserves, its number."""
    return MEDIA.get(medium, f"reserved {medium:02X}")


def maker_letters(code: int) -> str:
    """Return the three letters of a maker's number of 15 bits (EN 62056-21)."""
    return "".join(chr((code >> shift & 0x1F) + 0x40) for shift in (10, 5, 0))

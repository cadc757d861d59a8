"""How one setting of a controller is described: number, range, OFF coding, start value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a controller; figures as they stand in the register (signed 16 bit)."""

    pnu: int  # the manual's number; on the wire one less
    name: str
    low: int
    high: int
    start: int
    scale: int = 1  # register = value x scale
    off: int | None = None  # the register value that means OFF

    def accepts(self, raw: int) -> bool:
        """Tell whether the controller takes ``raw``, signed."""
        return raw == self.off or self.low <= raw <= self.high

    def decoded(self, raw: int) -> float | None:
        """Return the value in the manual's unit, None for OFF."""
        return None if raw == self.off else raw / self.scale


def signed(word: int) -> int:
    """Return a register's 16 bits as a signed number."""
    return word - 0x10000 if word >= 0x8000 else word  # noqa: PLR2004 - the sign bit


def unsigned(number: int) -> int:
    """Return a number as the 16 bits of a register."""
    return number & 0xFFFF

"""Working out by hand what a profile's recorded registers mean, to prove the profile.

This is the plain, slow second opinion beside the codec the drivers use; the
contract test of the profiles holds the two against each other.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.model.profile import DataType, RegisterPlace, WordOrder

_SIGNED = frozenset({DataType.INT16, DataType.INT32, DataType.INT64})
_WORD_BITS = 16
LARGEST_OCTET = 255


def value_of(
    place: RegisterPlace, registers: Mapping[int, int]
) -> tuple[float | str | None, str]:
    """Return a place's value in the point's unit and, when there is none, the reason code.

    ``registers`` are raw words by wire address; every word of the place must be among them.
    """
    words = [registers[place.address + step] for step in range(place.words)]
    if place.type is DataType.OCTETS:
        if any(word > LARGEST_OCTET for word in words):
            return None, "out-of-range"
        return ".".join(str(word) for word in words), ""
    if place.byte_swap:
        words = [(word & 0xFF) << 8 | word >> 8 for word in words]
    if place.type is DataType.STRING:
        told = b"".join(word.to_bytes(2, "big") for word in words)
        return told.split(b"\0")[0].decode("latin-1").strip(), ""
    if place.word_order is WordOrder.LOW_FIRST:
        words.reverse()
    return _number(place, words)


def _number(place: RegisterPlace, words: Sequence[int]) -> tuple[float | None, str]:
    raw = 0
    for word in words:
        raw = raw << _WORD_BITS | word
    bits = _WORD_BITS * len(words)
    if place.type in {DataType.FLOAT32, DataType.FLOAT64}:
        form = ">f" if place.type is DataType.FLOAT32 else ">d"
        if raw in place.sentinels:
            return None, place.sentinels[raw]
        number = float(struct.unpack(form, raw.to_bytes(bits // 8, "big"))[0])
    else:
        signed = raw - (1 << bits) if place.type in _SIGNED and raw >> (bits - 1) else raw
        number = float(signed)
        for seen in (signed, raw):  # a profile may write 0xFFFF or −1, as its source does
            if seen in place.sentinels:
                return None, place.sentinels[seen]
    if not math.isfinite(number):
        return None, "not-a-number"
    exact = Fraction(number) * Fraction(repr(place.scale)) + Fraction(repr(place.offset))
    value = float(exact)  # 21.48, never 21.480000000000004
    below = place.minimum is not None and value < place.minimum
    above = place.maximum is not None and value > place.maximum
    return (None, "out-of-range") if below or above else (value, "")

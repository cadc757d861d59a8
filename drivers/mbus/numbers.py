"""Numbers as meters send them (EN 13757-3): whole, packed decimal, real, and of any length."""

import math
import re
import struct
from collections.abc import Callable
from fractions import Fraction

from drivers.mbus.dates import moment
from drivers.mbus.telegram import VARIABLE, Value
from drivers.mbus.vifs import Kind, Meaning

Reader = Callable[[bytes], Value]
NOTHING: Value = (None, None, None, True)
INVALID: Value = (None, None, None, False)
_LENGTHS = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 6, 7: 8, 8: 0, 9: 1, 10: 2, 11: 3, 12: 4}
_LENGTHS |= {13: VARIABLE, 14: 6}
_REAL, _VARIABLE, _BCD = 5, 13, (9, 10, 11, 12, 14)
_MANY_BYTES = {0xF0: 16, 0xF1: 20, 0xF2: 24, 0xF3: 28, 0xF4: 32, 0xF5: 48, 0xF6: 64}
_DOUBLE = 0xF8  # a real number of 8 bytes, in the standard's older editions
_LAST_TEXT, _FIRST_NEGATIVE, _LAST_DECIMAL, _FIRST_MANY = 0xBF, 0xD0, 0xDF, 0xF0
_REAL_OR_MANY, _REAL_BYTES = 0xF4, 4
_NO_LETTER = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # but what pads and ends
_MOST_BYTES = 8  # of a number; longer ones are told as their digits


def reader_of(data_field: int, meaning: Meaning, offset: Fraction) -> tuple[int, Reader]:
    """Return the bytes that a value of this DIF has, and what reads them.

    ``offset`` is added to the scaled number.
    """
    size = _LENGTHS[data_field]
    if size == VARIABLE:
        return size, _variable(meaning, offset)
    return size, _fixed(data_field, meaning, offset, size)


def _fixed(data_field: int, meaning: Meaning, offset: Fraction, size: int) -> Reader:
    if size == 0:
        return _nothing
    if meaning.kind is Kind.BYTES:
        return _bytes
    if data_field in _BCD:
        return _decimal(meaning, offset)
    if data_field == _REAL:
        return _real(meaning, offset)
    return _moment if meaning.kind is Kind.MOMENT else _whole(meaning, offset, size)


def length_of(first: int, left: int) -> int | None:
    """Return the bytes behind the length byte ``first`` of a variable value; None: unknown.

    ``left`` bytes stand behind it at most.
    """
    if first <= _LAST_TEXT:
        return first
    if first < _FIRST_MANY:
        return first & 0x0F  # digits in pairs (C, D), bytes (E)
    if first == _REAL_OR_MANY and left < _MANY_BYTES[first]:
        return _REAL_BYTES  # a real number, in the standard's older editions
    if first == _DOUBLE:
        return 8
    return _MANY_BYTES.get(first)


def _moment(raw: bytes) -> Value:
    found = moment(raw)
    return INVALID if found is None else (None, None, found, True)


def _scaled(meaning: Meaning, offset: Fraction) -> Callable[[int], float]:
    """Return what makes a number of steps a number of units, rounded once at the end."""
    multiply, divide = meaning.multiply, meaning.divide
    if offset:
        scale = Fraction(multiply, divide)
        return lambda number: float(number * scale + offset)
    if divide == 1:
        return float if multiply == 1 else lambda number: float(number * multiply)
    if multiply == 1:
        return lambda number: number / divide
    return lambda number: number * multiply / divide


def _whole(meaning: Meaning, offset: Fraction, size: int) -> Reader:
    scaled = _scaled(meaning, offset)
    if meaning.kind is Kind.FLAGS:
        return lambda raw: (float(int.from_bytes(raw, "little")), None, None, True)
    nothing = b"\x00" * (size - 1) + b"\x80"
    signed = meaning.kind is Kind.NUMBER
    if not signed:
        nothing = b"\xff" * size
    named = meaning.kind is Kind.IDENTITY

    def read(raw: bytes) -> Value:
        if raw == nothing and size > 1:
            return INVALID
        number = int.from_bytes(raw, "little", signed=signed)
        return scaled(number), str(number) if named else None, None, True

    return read


def _decimal(meaning: Meaning, offset: Fraction) -> Reader:
    scaled = _scaled(meaning, offset)
    named = meaning.kind is Kind.IDENTITY

    def read(raw: bytes) -> Value:
        digits = raw[::-1].hex()
        number = _of_digits(digits)
        if number is None:  # letters are no number; of a name they may be a part
            return (None, digits.upper(), None, True) if named else INVALID
        return scaled(number), digits if named else None, None, True

    return read


def _of_digits(digits: str) -> int | None:
    """Return the number of packed digits; letters are a display of an error."""
    if digits.isdecimal():
        return int(digits)
    if digits[:1] == "f" and digits[1:].isdecimal():
        return -int(digits[1:])
    return None


def _real(meaning: Meaning, offset: Fraction) -> Reader:
    multiply, divide, added = meaning.multiply, meaning.divide, float(offset)

    def read(raw: bytes) -> Value:
        (number,) = struct.unpack("<f" if len(raw) == _REAL_BYTES else "<d", raw)
        scaled = number * multiply / divide + added
        # A huge one may leave the double's range on the way to its unit.
        return (scaled, None, None, True) if math.isfinite(scaled) else INVALID

    return read


def _variable(meaning: Meaning, offset: Fraction) -> Reader:
    scaled, real = _scaled(meaning, offset), _real(meaning, offset)
    # Of a moment of any length (type M, in UTC and with an offset) public text tells no bits.
    contained = meaning.kind in (Kind.BYTES, Kind.MOMENT)

    def read(raw: bytes) -> Value:
        first, rest = raw[0], raw[1:]
        if contained:
            return _bytes(rest)
        if first <= _LAST_TEXT:
            return None, _text(rest), None, True
        if first <= _LAST_DECIMAL:
            digits = rest[::-1].hex() or "0"
            number = _of_digits(digits)
            minus = first >= _FIRST_NEGATIVE
            if number is None:
                return INVALID
            return scaled(-number if minus else number), None, None, True
        if first == _DOUBLE or (first == _REAL_OR_MANY and len(rest) == _REAL_BYTES):
            return real(rest)
        return binary(rest)

    def binary(rest: bytes) -> Value:
        if len(rest) > _MOST_BYTES or meaning.kind is Kind.IDENTITY:
            return _bytes(rest[::-1])  # the highest byte comes last
        signed = meaning.kind is Kind.NUMBER
        return scaled(int.from_bytes(rest, "little", signed=signed)), None, None, True

    return read


def _bytes(raw: bytes) -> Value:
    return None, raw.hex().upper(), None, True


def _nothing(_raw: bytes) -> Value:
    return NOTHING


def _text(raw: bytes) -> str:
    """Return letters, which are sent the last one first (ISO 8859-1), without their padding.

    Some makers send a block of their own as letters: its bytes are told as they came.
    """
    if _NO_LETTER.search(raw):
        return raw.hex().upper()
    return "".join(letter for letter in raw[::-1].decode("latin-1") if letter.isprintable())

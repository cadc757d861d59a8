"""Values inside 16-bit Modbus registers: numbers, texts and bits, and back again."""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from app.clipped import quoted
from app.errors import BadInput
from app.model.profile import Area, DataType, RegisterPlace, WordOrder

Raw = int | float | bytes
Decoded = tuple[float | str | None, str]  # value, or None with the reason code

NOT_A_NUMBER = "not-a-number"
NOT_TEXT = "not-text"
OUT_OF_RANGE = "out-of-range"

BIT_AREAS = frozenset({Area.COIL, Area.DISCRETE})

# One value, most significant byte first, as `struct` names it.
_CODES = {
    DataType.INT16: "h",
    DataType.UINT16: "H",
    DataType.INT32: "i",
    DataType.UINT32: "I",
    DataType.INT64: "q",
    DataType.UINT64: "Q",
    DataType.FLOAT32: "f",
    DataType.FLOAT64: "d",
    DataType.BIT: "H",
}
_FLOATS = frozenset({DataType.FLOAT32, DataType.FLOAT64})
_TEXTS = frozenset({DataType.STRING, DataType.OCTETS})
_SIGNED = frozenset({DataType.INT16, DataType.INT32, DataType.INT64})
# How far from a whole step a wish may lie and still mean that step: float dust, no more.
_STEP_TOLERANCE = 1e-6


def decode(place: RegisterPlace, words: Sequence[int]) -> Decoded:
    """Return the value that lies in ``words``, or None and why it cannot be believed.

    Reasons are the place's own for its sentinels, ``not-a-number`` for NaN and
    infinities, ``not-text`` and ``out-of-range``. Numbers come out as the decimal
    the device means (21.48, never 21.480000000000004).

    Raises:
        BadInput: ``words`` is not as long as the place.
    """
    if len(words) != place.words:
        raise BadInput(f"{len(words)} registers given for a value of {place.words}")
    payload = struct.pack(f">{len(words)}H", *words)
    raw = struct.unpack(">" + struct_code(place), _arranged(place, payload))[0]
    return converter(place)(raw)


def encode(place: RegisterPlace, value: float | str) -> tuple[int, ...]:
    """Return the registers that hold ``value``; the inverse of `decode`.

    Raises:
        BadInput: The place cannot hold the value: it lies outside its range or
            between two steps, is no number, or would be read back as an error.
    """
    bytes_of = _text_bytes if place.type in _TEXTS else _number_bytes
    payload = bytes_of(place, value)
    words = struct.unpack(f">{place.words}H", _arranged(place, payload))
    return tuple(words)


def struct_code(place: RegisterPlace) -> str:
    """Return the `struct` code of the place's bytes in big-endian order.

    Raises:
        BadInput: The place's type does not take as many registers as it says.
    """
    if place.words < 1:
        raise BadInput(f"a value cannot take {place.words} registers")
    if place.type in _TEXTS:
        return f"{2 * place.words}s"
    if place.words != place.type.words:
        raise BadInput(
            f"{place.type.value} takes {place.type.words} registers, not {place.words}"
        )
    return _CODES[place.type]


def byte_positions(place: RegisterPlace) -> tuple[int, ...]:
    """Return where the place's bytes lie, the most significant first."""
    registers = range(place.words)
    order = registers if place.word_order is WordOrder.HIGH_FIRST else reversed(registers)
    first, second = (1, 0) if place.byte_swap else (0, 1)
    return tuple(2 * register + byte for register in order for byte in (first, second))


def converter(place: RegisterPlace) -> Callable[[Raw], Decoded]:
    """Return the rule that turns the place's raw number or bytes into its value."""
    if place.type in _TEXTS:
        return _text if place.type is DataType.STRING else _octets
    plain = _bit if place.type is DataType.BIT else _number(place)
    checked = _within(place, plain)
    return _without_sentinels(place, checked)


def _number(place: RegisterPlace) -> Callable[[Raw], Decoded]:
    if place.type in _FLOATS:
        return _scaled_float(place)
    numerator, offset, denominator = _whole_scale(place)
    if numerator == 1 and offset == 0:
        # One true division of whole numbers is rounded once, to the nearest decimal.
        return lambda raw: (raw / denominator, "")  # type: ignore[operator]
    return lambda raw: ((raw * numerator + offset) / denominator, "")  # type: ignore[operator]


def _whole_scale(place: RegisterPlace) -> tuple[int, int, int]:
    """Return whole numbers n, o, d so that value = (raw · n + o) / d, exactly."""
    scale, offset = Fraction(repr(place.scale)), Fraction(repr(place.offset))
    denominator = math.lcm(scale.denominator, offset.denominator)
    return int(scale * denominator), int(offset * denominator), denominator


def _scaled_float(place: RegisterPlace) -> Callable[[Raw], Decoded]:
    scale, offset = place.scale, place.offset
    plain = scale == 1.0 and offset == 0.0
    # Digits a product may keep: all that the type holds, none that arithmetic invents.
    digits = 9 if place.type is DataType.FLOAT32 else 15
    single = place.type is DataType.FLOAT32

    def convert(raw: Raw) -> Decoded:
        number = float(raw)
        if not math.isfinite(number):
            return None, NOT_A_NUMBER
        if single:
            number = _shortest_single(number)
        if not plain:
            number = float(f"{number * scale + offset:.{digits}g}")
        return number, ""

    return convert


def _shortest_single(number: float) -> float:
    """Return the shortest decimal that is this IEEE 754 single: 21.48 for 21.479999542."""
    wire = struct.pack(">f", number)
    for digits in (7, 8):
        short = float(f"{number:.{digits}g}")
        if struct.pack(">f", short) == wire:
            return short
    return float(f"{number:.9g}")


def _bit(raw: Raw) -> Decoded:
    if raw in (0, 1):
        return float(raw), ""
    return None, OUT_OF_RANGE


def _text(raw: Raw) -> Decoded:
    letters = bytes(raw) if isinstance(raw, bytes) else b""
    letters = letters.split(b"\0", 1)[0].strip()
    try:
        text = letters.decode("utf-8")
    except UnicodeDecodeError:
        text = letters.decode("latin-1")
    if not text.isprintable():
        return None, NOT_TEXT
    return text, ""


def _octets(raw: Raw) -> Decoded:
    octets = bytes(raw) if isinstance(raw, bytes) else b""
    if any(octets[::2]):  # a register that holds more than one octet
        return None, OUT_OF_RANGE
    return ".".join(str(octet) for octet in octets[1::2]), ""


def _within(
    place: RegisterPlace, convert: Callable[[Raw], Decoded]
) -> Callable[[Raw], Decoded]:
    if place.minimum is None and place.maximum is None:
        return convert
    low = -math.inf if place.minimum is None else place.minimum
    high = math.inf if place.maximum is None else place.maximum

    def checked(raw: Raw) -> Decoded:
        decoded = convert(raw)
        value = decoded[0]
        if isinstance(value, float) and not low <= value <= high:
            return None, OUT_OF_RANGE
        return decoded

    return checked


def _without_sentinels(
    place: RegisterPlace, convert: Callable[[Raw], Decoded]
) -> Callable[[Raw], Decoded]:
    if not place.sentinels:
        return convert
    reasons: dict[Raw, Decoded] = {
        raw: (None, reason) for raw, reason in _raw_sentinels(place).items()
    }
    if place.type not in _FLOATS:
        return lambda raw: reasons.get(raw) or convert(raw)
    code = ">" + _CODES[place.type]
    bits = ">I" if place.type is DataType.FLOAT32 else ">Q"

    def checked(raw: Raw) -> Decoded:
        # A float's sentinel is a pattern of bits: several of them are NaN, equal to nothing.
        pattern = struct.unpack(bits, struct.pack(code, raw))[0]
        return reasons.get(pattern) or convert(raw)

    return checked


def _raw_sentinels(place: RegisterPlace) -> Mapping[int, str]:
    """Return the sentinels as the type reads them: 0xFFFF of a signed place is −1."""
    if place.type not in _SIGNED:
        return place.sentinels
    span = 1 << (16 * place.words)
    return {
        raw - span if raw >= span // 2 else raw: reason
        for raw, reason in place.sentinels.items()
    }


def _arranged(place: RegisterPlace, payload: bytes) -> bytes:
    """Swap bytes and registers between the device's order and most significant first.

    Both swaps are their own inverse, so this serves reading and writing.
    """
    return bytes(payload[position] for position in byte_positions(place))


def _number_bytes(place: RegisterPlace, value: float | str) -> bytes:
    if isinstance(value, str):
        raise BadInput(f"{quoted(value)} is no number")
    if not math.isfinite(value):
        raise BadInput("only a finite number can be written")
    payload = struct.pack(">" + struct_code(place), _raw_of(place, value))
    _refuse_unreadable(place, value, payload)
    return payload


def _raw_of(place: RegisterPlace, value: float) -> int | float:
    if place.type in _FLOATS:
        return _raw_float(place, value)
    numerator, offset, denominator = _whole_scale(place)
    if numerator == 0:
        raise BadInput("the profile gives a scale of 0, so nothing can be written")
    exact = (Fraction(repr(float(value))) * denominator - offset) / numerator
    raw = round(exact)
    if abs(exact - raw) > _STEP_TOLERANCE:
        raise BadInput(f"{value:g} lies between two steps of {abs(place.scale):g}")
    low, high = _raw_range(place)
    if not low <= raw <= high:
        raise BadInput(f"{value:g} does not fit: {_span(place, low, high)}")
    return raw


def _raw_float(place: RegisterPlace, value: float) -> float:
    if place.scale == 0:
        raise BadInput("the profile gives a scale of 0, so nothing can be written")
    raw = (value - place.offset) / place.scale
    try:
        struct.pack(">" + _CODES[place.type], raw)
    except OverflowError as error:
        raise BadInput(f"{value:g} is too large for a {place.type.value}") from error
    if not math.isfinite(raw):
        raise BadInput(f"{value:g} is too large for a {place.type.value}")
    return raw


def _raw_range(place: RegisterPlace) -> tuple[int, int]:
    if place.type is DataType.BIT:
        return 0, 1
    bits = 16 * place.words
    if place.type in _SIGNED:
        return -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return 0, (1 << bits) - 1


def _span(place: RegisterPlace, low: int, high: int) -> str:
    numerator, offset, denominator = _whole_scale(place)
    ends = sorted((raw * numerator + offset) / denominator for raw in (low, high))
    return f"the device keeps {ends[0]:g} to {ends[1]:g}"


def _refuse_unreadable(place: RegisterPlace, value: float, payload: bytes) -> None:
    """Refuse a wish the device would hold but we would read back as an error."""
    # From the wire's bytes, because a float32 place rounds what it is given.
    _, reason = converter(place)(struct.unpack(">" + struct_code(place), payload)[0])
    if reason == OUT_OF_RANGE:
        low = "-∞" if place.minimum is None else f"{place.minimum:g}"
        high = "∞" if place.maximum is None else f"{place.maximum:g}"
        raise BadInput(f"{value:g} lies outside {low} to {high}")
    if reason:
        raise BadInput(f"{value:g} cannot be written: the device uses it to say {reason!r}")


def _text_bytes(place: RegisterPlace, value: float | str) -> bytes:
    if not isinstance(value, str):
        raise BadInput(f"{value:g} is no text")
    if place.type is DataType.OCTETS:
        return _octet_bytes(place, value)
    if not value.isprintable() or value != value.strip():
        raise BadInput(f"{quoted(value)} holds letters a device's text cannot keep")
    letters = value.encode("utf-8")
    room = 2 * place.words
    if len(letters) > room:
        raise BadInput(f"{quoted(value)} is longer than the {room} letters the device keeps")
    return letters.ljust(room, b"\0")


def _octet_bytes(place: RegisterPlace, value: str) -> bytes:
    parts = value.split(".")
    if len(parts) != place.words or not all(
        part.isascii() and part.isdigit() for part in parts
    ):
        raise BadInput(f"{quoted(value)} is not {place.words} numbers with dots between them")
    octets = [int(part) for part in parts]
    if max(octets) > 255:  # noqa: PLR2004 – an octet
        raise BadInput(f"{quoted(value)} holds a number above 255")
    return struct.pack(f">{place.words}H", *octets)

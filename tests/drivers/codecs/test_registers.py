"""Every value survives the registers, and no error display passes for a measurement."""

import math
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.profile import Area, DataType, RegisterPlace, WordOrder
from drivers.codecs.registers import decode, encode

INTEGERS = {
    DataType.INT16: (-(2**15), 2**15 - 1),
    DataType.UINT16: (0, 2**16 - 1),
    DataType.INT32: (-(2**31), 2**31 - 1),
    DataType.UINT32: (0, 2**32 - 1),
    # Beyond 2⁵³ a float no longer tells neighbours apart.
    DataType.INT64: (-(2**53), 2**53),
    DataType.UINT64: (0, 2**53),
}
SCALES = (1.0, 0.1, 0.01, 0.001, 10.0, 20.0, 0.5, 0.25, 1e-05, -0.1)


def place(
    kind: DataType = DataType.INT16,
    words: int | None = None,
    *,
    scale: float = 1.0,
    offset: float = 0.0,
    word_order: WordOrder = WordOrder.HIGH_FIRST,
    byte_swap: bool = False,
    sentinels: dict[int, str] | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> RegisterPlace:
    return RegisterPlace(
        Area.HOLDING,
        100,
        kind,
        words or kind.words,
        scale=scale,
        offset=offset,
        word_order=word_order,
        byte_swap=byte_swap,
        sentinels=sentinels or {},
        minimum=minimum,
        maximum=maximum,
    )


orders = st.sampled_from(WordOrder)
swaps = st.booleans()


@st.composite
def integer_cases(draw: st.DrawFn) -> tuple[RegisterPlace, int]:
    kind = draw(st.sampled_from(list(INTEGERS)))
    where = place(
        kind,
        scale=draw(st.sampled_from(SCALES)),
        offset=draw(st.sampled_from((0.0, -40.0, 0.5, 273.15))),
        word_order=draw(orders),
        byte_swap=draw(swaps),
    )
    return where, draw(st.integers(*INTEGERS[kind]))


def words_of(where: RegisterPlace, raw: int) -> tuple[int, ...]:
    """Lay a whole number out the long way round, to check the codec against."""
    data = raw.to_bytes(2 * where.words, "big", signed=raw < 0)
    pairs = [data[at : at + 2] for at in range(0, len(data), 2)]
    if where.word_order is WordOrder.LOW_FIRST:
        pairs.reverse()
    order = "little" if where.byte_swap else "big"
    return tuple(int.from_bytes(pair, order) for pair in pairs)  # type: ignore[arg-type]


@given(integer_cases())
def test_a_whole_number_in_any_layout_is_read_and_written_back_unchanged(
    case: tuple[RegisterPlace, int],
) -> None:
    where, raw = case
    words = words_of(where, raw)
    value, reason = decode(where, words)
    assert reason == ""
    assert isinstance(value, float)
    assert value == pytest.approx(raw * where.scale + where.offset, rel=1e-12, abs=1e-9)
    if abs(raw) < 10**9:  # with a scale, more digits than a float keeps
        assert encode(where, value) == words


@given(st.integers(-(2**15), 2**15 - 1))
def test_a_scaled_temperature_carries_no_float_dust(raw: int) -> None:
    value, _ = decode(place(scale=0.01), [raw & 0xFFFF])
    sign = "-" if raw < 0 else ""
    assert value == float(f"{sign}{abs(raw) // 100}.{abs(raw) % 100:02d}")


def test_21_48_is_21_48() -> None:
    assert decode(place(scale=0.01), [2148]) == (21.48, "")
    assert repr(decode(place(scale=0.01), [2148])[0]) == "21.48"


def test_a_negative_outdoor_temperature_is_negative() -> None:
    assert decode(place(scale=0.01), [0xFFFF - 1249]) == (-12.5, "")


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), orders, swaps)
def test_every_single_float_survives_the_registers(
    value: float, order: WordOrder, swap: bool
) -> None:
    where = place(DataType.FLOAT32, word_order=order, byte_swap=swap)
    words = encode(where, value)
    back, reason = decode(where, words)
    assert reason == ""
    assert isinstance(back, float)
    assert struct.pack(">f", back) == struct.pack(">f", value)
    assert encode(where, back) == words


@given(st.floats(allow_nan=False, allow_infinity=False), orders, swaps)
def test_every_double_float_survives_the_registers(
    value: float, order: WordOrder, swap: bool
) -> None:
    where = place(DataType.FLOAT64, word_order=order, byte_swap=swap)
    assert decode(where, encode(where, value)) == (value, "")


def test_a_single_float_shows_the_decimal_the_meter_means() -> None:
    words = struct.unpack(">HH", struct.pack(">f", 21.48))
    assert repr(decode(place(DataType.FLOAT32), words)[0]) == "21.48"
    energy = struct.unpack(">HH", struct.pack(">f", 16777215.0))
    assert decode(place(DataType.FLOAT32), energy) == (16777215.0, "")


def test_a_scaled_float_keeps_its_decimals() -> None:
    words = struct.unpack(">HH", struct.pack(">f", 230.1))
    assert decode(place(DataType.FLOAT32, scale=0.001), words) == (0.2301, "")
    assert decode(place(DataType.FLOAT32, offset=-273.15), words) == (-43.05, "")


@pytest.mark.parametrize("bits", [0x7FC00000, 0xFFC00000, 0x7F800000, 0xFF800000])
def test_nan_and_infinity_are_no_measurement(bits: int) -> None:
    words = (bits >> 16, bits & 0xFFFF)
    assert decode(place(DataType.FLOAT32), words) == (None, "not-a-number")


def test_an_open_sensor_is_named_and_not_192_degrees() -> None:
    where = place(scale=0.01, sentinels={19200: "sensor-open"})
    assert decode(where, [19200]) == (None, "sensor-open")
    assert decode(where, [19199]) == (191.99, "")


def test_a_sentinel_may_be_given_as_the_register_shows_it() -> None:
    signed = place(sentinels={0xFFFF: "no-module"})
    assert decode(signed, [0xFFFF]) == (None, "no-module")
    assert decode(place(sentinels={-1: "no-module"}), [0xFFFF]) == (None, "no-module")
    wide = place(
        DataType.INT32, word_order=WordOrder.LOW_FIRST, sentinels={0x7FFFFFFF: "overflow"}
    )
    assert decode(wide, [0xFFFF, 0x7FFF]) == (None, "overflow")


def test_a_float_sentinel_is_a_pattern_of_bits() -> None:
    where = place(DataType.FLOAT32, sentinels={0x7FFFFFFF: "not-fitted"})
    assert decode(where, [0x7FFF, 0xFFFF]) == (None, "not-fitted")
    assert decode(where, [0x7FC0, 0]) == (None, "not-a-number")
    assert decode(where, [0x41A0, 0]) == (20.0, "")
    double = place(DataType.FLOAT64, sentinels={0x7FF8 << 48: "not-fitted"})
    assert decode(double, [0x7FF8, 0, 0, 0]) == (None, "not-fitted")


def test_a_value_outside_the_sensor_s_range_is_not_believed() -> None:
    where = place(scale=0.01, minimum=-60.0, maximum=150.0)
    assert decode(where, [15000]) == (150.0, "")
    assert decode(where, [15001]) == (None, "out-of-range")
    assert decode(where, [-6001 & 0xFFFF]) == (None, "out-of-range")
    assert decode(place(maximum=5.0), [-9 & 0xFFFF]) == (-9.0, "")


texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8).filter(
    lambda text: len(text.encode()) <= 8
)


@given(texts, orders, swaps)
def test_a_device_s_text_survives_the_registers(
    text: str, order: WordOrder, swap: bool
) -> None:
    where = place(DataType.STRING, 4, word_order=order, byte_swap=swap)
    assert decode(where, encode(where, text)) == (text, "")


def test_a_text_ends_at_its_zero_and_loses_its_padding() -> None:
    where = place(DataType.STRING, 4)
    words = struct.unpack(">4H", b"A266 \0\xff\xff")
    assert decode(where, words) == ("A266", "")
    assert decode(where, struct.unpack(">4H", b"W\xe4rme   ")) == ("Wärme", "")
    assert decode(where, struct.unpack(">4H", b"A\x01266   ")) == (None, "not-text")
    swapped = place(DataType.STRING, 1, byte_swap=True)
    assert decode(swapped, [0x4241]) == ("AB", "")


@pytest.mark.parametrize("text", ["nine char", " padded", "tab\there", "zero\0"])
def test_a_text_the_device_cannot_keep_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"letters"):
        encode(place(DataType.STRING, 4), text)


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4), orders, swaps)
def test_an_address_of_the_network_survives_its_four_registers(
    octets: list[int], order: WordOrder, swap: bool
) -> None:
    where = place(DataType.OCTETS, 4, word_order=order, byte_swap=swap)
    address = ".".join(map(str, octets))
    assert decode(where, encode(where, address)) == (address, "")


def test_an_octet_above_255_is_none() -> None:
    where = place(DataType.OCTETS, 4)
    assert decode(where, [192, 168, 0, 10]) == ("192.168.0.10", "")
    assert decode(where, [192, 168, 256, 10]) == (None, "out-of-range")
    for wish in ("192.168.0", "192.168.0.256", "192.168.0.x", "192.168.0.²"):
        with pytest.raises(BadInput, match=r"numbers with dots|above 255"):
            encode(where, wish)


def test_a_bit_in_a_register_is_nothing_but_zero_or_one() -> None:
    where = place(DataType.BIT)
    assert decode(where, [0]) == (0.0, "")
    assert decode(where, [1]) == (1.0, "")
    assert decode(where, [2]) == (None, "out-of-range")
    assert encode(where, 1.0) == (1,)


@pytest.mark.parametrize(
    ("where", "value", "sentence"),
    [
        (place(scale=0.1), 21.55, "21.55 lies between two steps of 0.1"),
        (place(), 40000, "40000 does not fit: the device keeps -32768 to 32767"),
        (
            place(DataType.UINT16, scale=0.1),
            -1,
            "-1 does not fit: the device keeps 0 to 6553.5",
        ),
        (place(scale=-0.1), 3276.9, "3276.9 does not fit: the device keeps -3276.7 to 3276.8"),
        (place(DataType.BIT), 2, "2 does not fit: the device keeps 0 to 1"),
        (place(), math.nan, "only a finite number can be written"),
        (place(DataType.FLOAT32), math.inf, "only a finite number can be written"),
        (place(DataType.FLOAT32), 1e39, "1e+39 is too large for a float32"),
        (place(DataType.FLOAT64, scale=1e-9), 1e300, "1e+300 is too large for a float64"),
        (place(maximum=95.0), 96, "96 lies outside -∞ to 95"),
        (place(minimum=5.0), 4, "4 lies outside 5 to ∞"),
        (
            place(scale=0.01, sentinels={19200: "sensor-open"}),
            192,
            "192 cannot be written: the device uses it to say 'sensor-open'",
        ),
        (place(), "warm", "'warm' is no number"),
        (place(scale=0.0), 1, "scale of 0"),
        (place(DataType.FLOAT32, scale=0.0), 1, "scale of 0"),
        (place(DataType.STRING, 4), 1, "1 is no text"),
    ],
)
def test_a_wish_that_does_not_fit_is_refused_with_a_sentence(
    where: RegisterPlace, value: float | str, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        encode(where, value)
    assert sentence in str(refusal.value)


def test_float_dust_of_a_computed_wish_still_means_the_step() -> None:
    assert encode(place(scale=0.1), 0.1 + 0.2) == (3,)


@pytest.mark.parametrize(
    ("where", "words"),
    [(place(), [1, 2]), (place(DataType.INT32), [1]), (place(DataType.STRING, 3), [])],
)
def test_too_few_or_too_many_registers_are_not_guessed_at(
    where: RegisterPlace, words: Sequence[int]
) -> None:
    with pytest.raises(BadInput, match="registers given"):
        decode(where, words)


def test_a_place_that_contradicts_its_type_is_named() -> None:
    with pytest.raises(BadInput, match="int32 takes 2 registers, not 3"):
        decode(place(DataType.INT32, 3), [1, 2, 3])
    with pytest.raises(BadInput, match="cannot take 0 registers"):
        decode(RegisterPlace(Area.HOLDING, 0, DataType.INT16, 0), [])


@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4), st.data())
def test_no_register_content_ever_crashes_the_reading(
    words: list[int], data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(list(DataType)))
    where = place(kind, word_order=data.draw(orders), byte_swap=data.draw(swaps))
    value, reason = decode(where, words[: where.words])
    assert (value is None) == bool(reason)
    assert value is None or isinstance(value, str) or math.isfinite(value)

"""Recorded registers are worked out as the profile says, one way or another."""

import pytest

from app.model.profile import Area, DataType, RegisterPlace, WordOrder
from app.profiles.vectors import value_of


def place(kind: DataType, words: int, **rest: object) -> RegisterPlace:
    return RegisterPlace(Area.HOLDING, 0, kind, words, **rest)  # type: ignore[arg-type]


def value(where: RegisterPlace, *words: int) -> tuple[float | str | None, str]:
    return value_of(where, dict(enumerate(words)))


def test_an_ip_address_is_four_octets() -> None:
    where = place(DataType.OCTETS, 4)
    assert value(where, 10, 20, 14, 31) == ("10.20.14.31", "")
    assert value(where, 10, 20, 14, 256) == (None, "out-of-range")


def test_a_text_ends_where_nothing_follows() -> None:
    where = place(DataType.STRING, 3)
    assert value(where, 0x4543, 0x4C20, 0x0041) == ("ECL", "")
    swapped = place(DataType.STRING, 2, byte_swap=True)
    assert value(swapped, 0x4345, 0x004C) == ("ECL", "")


def test_the_high_word_may_come_last() -> None:
    where = place(DataType.INT32, 2, word_order=WordOrder.LOW_FIRST, scale=0.1)
    assert value(where, 0xB820, 0xFFFF) == (-1840.0, "")


def test_a_sentinel_may_be_written_as_bits_or_as_what_it_means() -> None:
    for raw in (0xFFFF, -1):
        where = place(DataType.INT16, 1, sentinels={raw: "sensor-open"})
        assert value(where, 0xFFFF) == (None, "sensor-open")


def test_a_float_may_have_a_sentinel_that_is_no_number() -> None:
    where = place(DataType.FLOAT32, 2, sentinels={0x7FC00000: "not-fitted"})
    assert value(where, 0x7FC0, 0) == (None, "not-fitted")
    assert value(where, 0x7FC0, 1) == (None, "not-a-number")
    assert value(where, 0x41C8, 0) == (25.0, "")


@pytest.mark.parametrize(("raw", "expected"), [(2148, 21.48), (65306, -2.3), (1, 0.01)])
def test_a_scaled_value_is_the_decimal_the_device_means(raw: int, expected: float) -> None:
    assert value(place(DataType.INT16, 1, scale=0.01), raw)[0] == expected


def test_what_lies_outside_the_believable_range_is_no_value() -> None:
    where = place(DataType.INT16, 1, minimum=-60.0, maximum=150.0)
    assert value(where, 151) == (None, "out-of-range")
    assert value(where, 150) == (150.0, "")

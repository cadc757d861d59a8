"""Telegrams and keys as people write them."""

import pytest

from drivers.mbus.telegram import Address, BrokenTelegram, Why
from drivers.mbus.written import KeyRing, key_of, keys_of_file, telegram_of

KEY = bytes(range(16))
OTHER = bytes(range(16, 32))


@pytest.mark.parametrize(
    "text",
    ["0102FF", "0x0102FF", "0X0102ff", " 01 02 FF ", "01_02_FF", "|0102FF|", "01\t02\nff"],
)
def test_digits_are_read_however_they_are_grouped(text: str) -> None:
    assert telegram_of(text) == b"\x01\x02\xff"


@pytest.mark.parametrize(
    ("text", "offset"), [("0102F", 2), ("01g2", 1), ("0102ü4", 2), ("=cmd", 0), ("0102\x00", 2)]
)
def test_what_is_no_digit_is_named_by_its_byte(text: str, offset: int) -> None:
    with pytest.raises(BrokenTelegram) as caught:
        telegram_of(text)
    assert (caught.value.why, caught.value.offset) == (Why.NOT_HEX, offset)


@pytest.mark.parametrize("text", ["", "00", "zz" * 16, "00" * 17, KEY.hex() + "0"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert key_of(text) is None


def test_a_key_may_be_grouped() -> None:
    assert key_of(" ".join(KEY.hex()[at : at + 4] for at in range(0, 32, 4))) == KEY


def test_a_file_of_keys_takes_usual_separators_and_names_wrong_lines() -> None:
    lines = [
        "\ufeff# number;key",
        f"12345678;{KEY.hex()}",
        f"123 , {OTHER.hex().upper()}  # a short number",
        "",
        f"12345678\t{OTHER.hex()}",
        KEY.hex(),
        "12345678;short",
        f"123456789;{KEY.hex()}",
        f"a b {KEY.hex()}",
    ]
    keys, wrong = keys_of_file(lines)
    assert keys == {"12345678": [KEY, OTHER], "123": [OTHER], "": [KEY]}
    assert wrong == [7, 8, 9]


def test_a_meter_s_own_keys_are_tried_before_those_for_all() -> None:
    ring = KeyRing([OTHER])
    ring.add("123", KEY)
    ring.add("", b"x" * 16)
    assert ring(Address("KAM", "00000123")) == [KEY, OTHER, b"x" * 16]
    assert ring(Address("KAM", "00000124")) == [OTHER, b"x" * 16]
    ring.add("0A2B", KEY)  # numbers may hold letters
    assert ring(Address("KAM", "00000a2b"))[0] == KEY

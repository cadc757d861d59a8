"""Why a telegram tells no readings: each cause told apart, in words, with what to do."""

import pytest

from app.model.undecoded import Cause, Undecoded, cause_advice, cause_text
from drivers.mbus.decoder import Decoder
from drivers.mbus.diagnosis import undecoded
from drivers.mbus.telegram import BrokenTelegram, Why
from drivers.mbus.written import KeyRing, telegram_of
from tests.drivers.mbus.telegrams import (
    KEY,
    bare,
    ell_ctr,
    format_a,
    format_b,
    long_head,
    mode_5,
    mode_7,
    padded,
    short_head,
    wired,
)

RECORDS = bytes.fromhex("04064A010000")
WRONG = bytes(16)
SEALED = bare(short_head(0x0510) + mode_5(padded(RECORDS)))


def flipped(data: bytes, at: int) -> bytes:
    """Return bytes of which one bit was changed on the way."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CASES: list[tuple[str, bytes, tuple[bytes, ...], Cause]] = [
    ("mode 5 without a key", SEALED, (), Cause.NO_KEY),
    ("mode 5 with another's key", SEALED, (WRONG,), Cause.WRONG_KEY),
    ("mode 7 without a key", bare(mode_7(RECORDS)), (), Cause.NO_KEY),
    ("mode 7 with another's key", bare(mode_7(RECORDS)), (WRONG,), Cause.WRONG_KEY),
    ("ELL without a key", bare(ell_ctr(b"\x78" + RECORDS)), (), Cause.NO_KEY),
    ("ELL with another's key", bare(ell_ctr(b"\x78" + RECORDS)), (WRONG,), Cause.WRONG_KEY),
    ("mode 13", bare(short_head(0x0D10, b"\x00") + bytes(16)), (KEY,), Cause.MODE),
    ("mode 8", bare(short_head(0x0810, b"\x00") + bytes(16)), (KEY,), Cause.MODE),
    ("a check of format A", flipped(format_a(short_head() + RECORDS), 14), (), Cause.CRC),
    (
        "a check of format B",
        flipped(format_b(short_head() + RECORDS * 25), 40),
        (),
        Cause.CRC,
    ),
    ("the checksum of a wire", flipped(wired(long_head() + RECORDS), 20), (), Cause.CRC),
    (
        "a compact frame",
        bare(b"\x79" + bytes.fromhex("12345678") + bytes(8)),
        (),
        Cause.UNKNOWN_FORMAT,
    ),
    ("CI A2", bare(b"\xa2" + bytes(20)), (), Cause.PROPRIETARY),
    ("CI B6", bare(b"\xb6" + bytes(20)), (), Cause.PROPRIETARY),
    ("a wired frame cut off", wired(long_head() + RECORDS)[:-3], (), Cause.TRUNCATED),
    ("a radio frame cut off", bare(short_head() + RECORDS)[:-3], (), Cause.TRUNCATED),
    ("a record cut off", wired(long_head() + RECORDS[:-1]), (), Cause.TRUNCATED),
    (
        "the master's own frame",
        wired(long_head() + RECORDS, control=0x53),
        (),
        Cause.NO_TELEGRAM,
    ),
    ("an error of the meter", wired(b"\x70\x08"), (), Cause.NO_TELEGRAM),
]


@pytest.mark.parametrize(
    ("data", "keys", "cause"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_cause_is_told_apart(data: bytes, keys: tuple[bytes, ...], cause: Cause) -> None:
    with pytest.raises(BrokenTelegram) as fault:
        Decoder(KeyRing(keys)).decode(data)
    found = undecoded(fault.value)
    assert found.cause is cause
    assert found.said == str(fault.value)
    assert found.offset == fault.value.offset


def test_what_is_no_hexadecimal_digit_is_no_telegram() -> None:
    with pytest.raises(BrokenTelegram) as fault:
        telegram_of("12 3x")
    assert undecoded(fault.value).cause is Cause.NO_TELEGRAM
    assert undecoded(BrokenTelegram(Why.MAC, 0, "…")).cause is Cause.WRONG_KEY


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words_and_says_what_to_do(cause: Cause) -> None:
    found = Undecoded(cause)
    assert found.short == cause_text(cause)
    assert found.advice == cause_advice(cause)
    assert len(found.short) < 40 < len(found.advice)
    assert found.advice.endswith(".")


def test_no_two_causes_are_told_in_the_same_words() -> None:
    assert len({cause_text(cause) for cause in Cause}) == len(Cause)
    assert len({cause_advice(cause) for cause in Cause}) == len(Cause)


def test_a_wrong_key_does_not_mute_a_meter() -> None:
    """After any number of telegrams that did not open, the right key opens the next."""
    keys = [WRONG]
    decoder = Decoder(lambda _address: keys)
    for _nth in range(20):
        with pytest.raises(BrokenTelegram):
            decoder.decode(SEALED)
    keys.append(KEY)
    (record,) = decoder.decode(SEALED).body.records
    assert record.value == 330

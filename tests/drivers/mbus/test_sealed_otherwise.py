"""Seals as other makers and repeaters use them: bits, counters and keys that differ."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from drivers.mbus import decoder, opening
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.records import body_of
from drivers.mbus.sealing import derived, mac_of
from drivers.mbus.telegram import Body, Sealed, Telegram, Why
from tests.drivers.mbus.telegrams import (
    KEY,
    METER,
    bare,
    ell_ctr,
    long_head,
    mode_5,
    padded,
    short_head,
    wired,
)

RECORDS = bytes.fromhex("0413D20400000259A00F")
SAID = [1.234, 40.0]
OTHER = bytes(range(1, 17))
OPEN = bytes.fromhex("01FD1701")
COUNT = (77).to_bytes(4, "little")


def decoded(data: bytes, *keys: bytes) -> Telegram:
    return Decoder(lambda _address: keys).decode(data)


def values(telegram: Telegram) -> list[float | None]:
    return [record.value for record in telegram.body.records]


def sealed(key: bytes) -> bytes:
    """Return the records sealed by AES-CBC from nothing, as mode 7 does."""
    sealing = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return sealing.update(padded(RECORDS)) + sealing.finalize()


@pytest.mark.parametrize("bits", [0x10, 0x02, 0x12])
def test_what_a_repeater_writes_into_a_telegram_does_not_keep_it_sealed(bits: int) -> None:
    """The hop count and the repeated access are no part of what sealed it (EN 13757-4)."""
    user = bytearray(ell_ctr(b"\x78" + RECORDS))
    assert user[1] & bits == 0
    user[1] |= bits
    telegram = decoded(bare(bytes(user)), KEY)
    assert (values(telegram), telegram.security.state) == (SAID, Sealed.DECRYPTED)


@pytest.mark.parametrize("bits", [0x80, 0x40, 0x08, 0x04, 0x01])
def test_the_meter_s_own_bits_are_part_of_what_sealed_it(bits: int) -> None:
    user = bytearray(ell_ctr(b"\x78" + RECORDS))
    user[1] ^= bits
    with pytest.raises(Refused):
        decoded(bare(bytes(user)), KEY)


def test_mode_7_may_count_its_messages_in_the_head_itself() -> None:
    """Without a layer that authenticates, nothing but the mark proves the key."""
    own = derived(KEY, b"\x00", METER, COUNT)
    head = short_head(0x2700 | 1 << 4, b"\x10" + COUNT)
    telegram = decoded(bare(head + sealed(own)), KEY)
    assert (values(telegram), telegram.security.mode) == (SAID, 7)
    with pytest.raises(Refused) as caught:
        decoded(bare(head + sealed(own)), OTHER)
    assert caught.value.head.security.state is Sealed.WRONG_KEY


def test_the_version_of_a_key_stands_behind_the_counter() -> None:
    own = derived(KEY, b"\x00", METER, COUNT)
    head = short_head(0x2700 | 1 << 4, b"\x50" + COUNT + b"\x03")
    assert values(decoded(bare(head + sealed(own)), KEY)) == SAID


def test_mode_7_may_seal_by_the_meter_s_key_itself() -> None:
    """Its key derivation is then told to be none."""
    head = short_head(0x0700 | 1 << 4, b"\x00")
    assert values(decoded(bare(head + sealed(KEY)), KEY)) == SAID
    promised = short_head(0x0700 | 1 << 4, b"\x10")  # derived from a counter nobody sent
    with pytest.raises(Refused) as caught:
        decoded(bare(promised + sealed(KEY)), KEY)
    assert caught.value.why is Why.ENCRYPTED


@pytest.mark.parametrize(
    ("told", "own"), [(0x00, KEY), (0x10, derived(KEY, b"\x00", METER, COUNT))]
)
def test_the_layer_that_authenticates_may_tell_of_the_key(told: int, own: bytes) -> None:
    """Its word on the derivation counts before that of the head behind it."""
    transport = short_head(0x0700 | 1 << 4, bytes([told ^ 0x10])) + sealed(own)
    control = b"\x25"
    counter = COUNT if told else None
    mac = mac_of(KEY, METER, counter, control + COUNT + transport)[:8]
    fields = (0x2E00).to_bytes(2, "little") + control + bytes([told, 0]) + COUNT + mac
    user = b"\x90" + bytes([len(fields)]) + fields + transport
    assert values(decoded(bare(user), KEY)) == SAID
    damaged = user[:-1] + bytes([user[-1] ^ 1])
    with pytest.raises(Refused):
        decoded(bare(damaged), KEY)


def test_a_counter_that_does_not_fit_into_the_telegram_is_told_as_cut_off() -> None:
    with pytest.raises(Refused) as caught:
        decoded(bare(short_head(0x2710, b"\x10" + COUNT[:3])), KEY)
    assert caught.value.why is Why.TRUNCATED


def test_a_wired_meter_may_prove_its_telegrams_too() -> None:
    """The layers above the wire are those of radio (EN 13757-7)."""
    long = long_head(0x0710, b"\x10")
    own = derived(KEY, b"\x00", METER, COUNT)
    transport = long + sealed(own)
    control = b"\x25"
    mac = mac_of(KEY, METER, COUNT, control + COUNT + transport)[:8]
    fields = (0x2C00).to_bytes(2, "little") + control + COUNT + mac
    whole = b"\x90" + bytes([len(fields)]) + fields + transport
    telegram = decoded(wired(whole), KEY)
    assert (values(telegram), telegram.security.state) == (SAID, Sealed.DECRYPTED)
    assert telegram.address.id == "12345678"
    with pytest.raises(Refused) as caught:
        decoded(wired(whole[:-1] + bytes([whole[-1] ^ 1])), KEY)
    assert caught.value.head.security.state is Sealed.WRONG_KEY


def test_the_records_a_key_opens_are_taken_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read to see whether a key is the meter's is what the telegram then tells."""
    read: list[bytes] = []

    def counted(data: bytes) -> Body:
        read.append(data)
        return body_of(data)

    monkeypatch.setattr(decoder, "body_of", counted)
    monkeypatch.setattr(opening, "body_of", counted)
    data = padded(RECORDS)
    user = short_head(0x0500 | len(data) // 16 << 4) + mode_5(data) + OPEN
    assert values(decoded(bare(user), KEY)) == [*SAID, 1.0]
    assert read == [data + OPEN]


def test_a_record_cut_off_under_the_right_key_is_told_as_cut_off() -> None:
    """The fillers at the end speak for the key, so that nobody looks for another one."""
    data = bytes.fromhex("2F2F0D78F0") + b"\x2f" * 11  # letters of 16 bytes, of which 11 came
    with pytest.raises(Refused) as caught:
        decoded(bare(short_head(0x0510) + mode_5(data)), KEY)
    assert caught.value.why is Why.TRUNCATED
    assert caught.value.head.security.state is Sealed.DECRYPTED

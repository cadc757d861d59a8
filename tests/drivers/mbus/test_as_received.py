"""Telegrams as receivers and relays hand them on: with bytes behind them, or too few."""

import pytest

from app.model.anatomy import PartKind
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.checks import crc
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.telegram import FrameKind, Sealed, Telegram, Why
from drivers.mbus.telling import told
from tests.drivers.mbus.telegrams import (
    KEY,
    bare,
    checked,
    ell_ctr,
    format_a,
    format_b,
    long_head,
    mode_5,
    padded,
    short_head,
)

RECORDS = bytes.fromhex("0413D20400000259A00F")
SAID = [1.234, 40.0]
BY_CHANCE = 14_725  # error flags with which a sealed telegram ends as if checked
PLAIN = short_head() + RECORDS
NOISE = bytes.fromhex("1F00C7A5")  # what an S1 receiver put behind a telegram, in its likeness
WRAPS = {FrameKind.RADIO_A: format_a, FrameKind.RADIO_B: format_b, FrameKind.RADIO_BARE: bare}


def decoded(data: bytes, *keys: bytes, stripped: bool | None = None) -> Telegram:
    return Decoder(lambda _address: keys).decode(data, stripped)


def refused(data: bytes, *keys: bytes, stripped: bool | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        decoded(data, *keys, stripped=stripped)
    return caught.value


def values(telegram: Telegram) -> list[float | None]:
    return [record.value for record in telegram.body.records]


@pytest.mark.parametrize("kind", WRAPS)
@pytest.mark.parametrize("size", [1, 3, 4, 16])
def test_bytes_behind_a_telegram_that_is_whole_do_not_hide_it(
    kind: FrameKind, size: int
) -> None:
    noise = (NOISE * 4)[:size]
    telegram = decoded(WRAPS[kind](PLAIN) + noise)
    assert (values(telegram), telegram.frame) == (SAID, kind)
    assert (telegram.behind, told(telegram)["trailing"]) == (noise, noise.hex().upper())


def test_a_telegram_that_ends_by_chance_as_if_it_had_a_check_is_read() -> None:
    """One of 65,536 does: without what says that its receiver took checks off."""
    flags = bytes.fromhex("03FD17") + BY_CHANCE.to_bytes(3, "little")
    sealed = bare(short_head(0x0520) + mode_5(padded(RECORDS + flags)))
    assert crc(sealed[:-2]) == int.from_bytes(sealed[-2:], "big")
    assert values(decoded(sealed, KEY)) == [*SAID, BY_CHANCE]


def test_a_check_that_fits_is_never_taken_for_the_end_of_a_value() -> None:
    """A record cut short before it would be whole, and nobody measured what it says."""
    short = format_b(short_head() + bytes.fromhex("0413D204"))
    assert refused(short).head.frame is FrameKind.RADIO_B
    assert values(decoded(short, stripped=True)) != [], "as it would be read"


def test_a_telegram_without_more_than_its_length_tells_no_bytes_behind_it() -> None:
    for wrap in WRAPS.values():
        assert told(decoded(wrap(PLAIN)))["trailing"] is None


def test_a_receiver_known_to_take_checks_off_may_add_as_many_bytes_as_they_were() -> None:
    """Of an S1 telegram with one block more than its head: as long as one with its checks."""
    frame = bare(PLAIN) + NOISE
    assert len(frame) == len(format_a(PLAIN))
    assert values(decoded(frame, stripped=True)) == SAID
    assert values(decoded(frame)) == SAID  # with no check right, and records that are whole
    assert refused(frame, stripped=False).why is Why.CRC
    assert refused(bare(short_head() + RECORDS[:-1]) + NOISE).why is Why.CRC


@pytest.mark.parametrize("kind", [FrameKind.RADIO_A, FrameKind.RADIO_B])
def test_a_wrong_check_is_found_before_bytes_behind_it_too(kind: FrameKind) -> None:
    whole = WRAPS[kind](PLAIN)
    for at in range(2, len(whole)):
        damaged = bytearray(whole + NOISE[:3])
        damaged[at] ^= 0x10
        if kind is FrameKind.RADIO_B:  # without a word of its receiver it may be stripped
            refused(bytes(damaged), stripped=False)
        else:
            refused(bytes(damaged))


def test_more_bytes_than_noise_are_another_telegram() -> None:
    for wrap in (bare, format_b):
        fault = refused(wrap(PLAIN) + bytes(17))
        assert fault.why is Why.LENGTH
        assert "and" in str(fault)


@pytest.mark.parametrize(
    "user",
    [
        short_head() + RECORDS[:-1],  # a record that ends within the bytes behind
        short_head() + b"\x0f\x01\x02",  # the maker's own alone
        short_head(),  # nothing that could be whole
        short_head() + bytes.fromhex("81" * 3 + "00FF7F00"),  # rubbish that has a form
    ],
)
def test_what_proves_nothing_is_refused_by_its_length(user: bytes) -> None:
    fault = refused(bare(user) + NOISE[:1])
    assert fault.why in (Why.LENGTH, Why.TRUNCATED)
    assert fault.head.body.records == ()


def test_a_sealed_telegram_is_proved_by_its_key() -> None:
    data = padded(RECORDS)
    frame = bare(short_head(0x0500 | len(data) // 16 << 4) + mode_5(data)) + NOISE
    telegram = decoded(frame, KEY)
    assert (values(telegram), telegram.security.state) == (SAID, Sealed.DECRYPTED)
    assert telegram.behind == NOISE
    assert refused(frame, bytes(16)).head.security.state is Sealed.WRONG_KEY


@pytest.mark.parametrize("records", [RECORDS, RECORDS * 13])
def test_checks_taken_off_without_a_word_to_the_length(records: bytes) -> None:
    """Some receivers of format B do so; the check within the session proves the rest."""
    frame = bytearray(bare(ell_ctr(b"\x78" + records)))
    frame[0] += 4 if len(frame) + 2 > 128 else 2
    telegram = decoded(bytes(frame), KEY)
    assert values(telegram) == SAID * (len(records) // len(RECORDS))
    for keys in ((), (bytes(16),)):
        fault = refused(bytes(frame), *keys)
        assert fault.why is Why.TRUNCATED
    assert refused(bytes(frame), KEY, stripped=False).why is Why.TRUNCATED
    assert refused(bytes(frame[:-1]), KEY).why is Why.TRUNCATED
    frame[-1] ^= 1
    assert refused(bytes(frame), KEY).why is Why.TRUNCATED


def test_without_a_session_too_few_bytes_are_a_telegram_cut_off() -> None:
    frame = bytearray(bare(PLAIN))
    frame[0] += 2
    assert refused(bytes(frame)).why is Why.TRUNCATED


@pytest.mark.parametrize("above", ["", "8C0012", "8E0012" + "2D2C785634121B04"])
@pytest.mark.parametrize("head", [short_head(), long_head()])
def test_a_relay_s_layer_is_passed_over(above: str, head: bytes) -> None:
    """CI 81 and a byte: a heat cost allocator by radio sends it (wmbusmeters#379)."""
    user = bytes.fromhex(above) + b"\x81\x1d" + head + RECORDS
    assert values(decoded(bare(user))) == SAID
    assert values(decoded(format_a(user))) == SAID


@pytest.mark.parametrize("user", [b"\x81", b"\x81\x1d"])
def test_a_relay_s_layer_with_nothing_behind_it_is_cut_off(user: bytes) -> None:
    assert refused(bare(user)).why is Why.TRUNCATED


def test_the_inspector_shows_what_the_receiver_put_there_and_the_relay_s_layer() -> None:
    for wrap in WRAPS.values():
        frame = wrap(b"\x81\x1d" + PLAIN)
        found = anatomy_of((frame + NOISE[:3]).hex())
        layers = {part.kind: part.spans for part in found.parts if part.layer}
        assert layers[PartKind.BEHIND] == ((len(frame), len(frame) + 3),)
        assert PartKind.NETWORK in layers
        assert PartKind.UNREAD not in layers
        assert found.cannot is None
    whole = sum(end - start for spans in layers.values() for start, end in spans)
    assert whole == len(frame) + 3


def test_a_check_that_fits_by_the_length_alone_makes_no_frame_of_format_b() -> None:
    """What stands behind must not turn a telegram whose checks are off into a damaged one."""
    frame = bare(PLAIN)
    assert values(decoded(frame + checked(frame)[-2:], stripped=True)) == SAID

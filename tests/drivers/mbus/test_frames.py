"""Frames on the wire and on the air, their heads, checks and seals."""

import pytest

from drivers.mbus.checks import crc
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.points import points_of
from drivers.mbus.telegram import FrameKind, Sealed, State, Telegram, Why
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
    slow_crc,
    wired,
)

RECORDS = bytes.fromhex("0413D20400000259A00F")
OTHER = bytes(range(1, 17))


def decoded(data: bytes, *keys: bytes) -> Telegram:
    """Decode by a decoder that knows these keys."""
    return Decoder(lambda _address: keys).decode(data)


def refused(data: bytes, *keys: bytes) -> Refused:
    """Return why it is refused; no record is told then."""
    with pytest.raises(Refused) as caught:
        decoded(data, *keys)
    assert caught.value.head.body.records == ()
    return caught.value


def values(telegram: Telegram) -> list[float | None]:
    return [record.value for record in telegram.body.records]


def test_the_head_of_a_wired_meter_tells_who_it_is() -> None:
    telegram = decoded(wired(long_head() + RECORDS, address=7))
    assert telegram.frame is FrameKind.WIRED
    address = telegram.address
    assert (address.manufacturer, address.id, address.version, address.medium) == (
        "KAM",
        "12345678",
        0x1B,
        4,
    )
    assert (telegram.access_no, telegram.status, telegram.bus_address) == (0x2A, 0, 7)
    assert values(telegram) == [1.234, 40.0]


@pytest.mark.parametrize("frame", [b"\xe5", bytes.fromhex("105B015C16")])
def test_an_acknowledgement_and_a_short_frame_hold_no_record(frame: bytes) -> None:
    assert decoded(frame).body.records == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda f: f[:-2] + bytes([f[-2] ^ 1]) + f[-1:], Why.CHECKSUM),
        (lambda f: f[:-1] + b"\x17", Why.LENGTH),
        (lambda f: f[:2] + bytes([f[2] + 1]) + f[3:], Why.LENGTH),
        (lambda f: f[:-3], Why.TRUNCATED),
        (lambda f: f + b"\x00", Why.LENGTH),
        (lambda f: f[:9] + bytes([f[9] ^ 0x20]) + f[10:], Why.CHECKSUM),
        (lambda f: wired(f[6:-2], control=0x53), Why.UNSUPPORTED),
        (lambda f: wired(b"\x51" + f[7:-2]), Why.UNSUPPORTED),
        (lambda _: wired(b"\x70\x08"), Why.DEVICE_ERROR),
        (lambda _: b"", Why.TRUNCATED),
        (lambda _: b"\x68", Why.TRUNCATED),
        (lambda _: wired(b"\x72\x01"), Why.TRUNCATED),
    ],
)
def test_a_broken_wired_frame_is_refused_with_its_reason(change: object, why: Why) -> None:
    assert callable(change)
    assert refused(change(wired(long_head() + RECORDS))).why is why


def test_the_fixed_structure_of_old_meters_has_two_counters() -> None:
    data = bytes.fromhex("73785634120A00E97E0100000035010000")
    telegram = decoded(wired(data))
    assert (telegram.address.id, telegram.access_no, telegram.address.medium) == (
        "12345678",
        10,
        7,
    )
    assert values(telegram) == [1.0, 135.0]
    assert [record.heading.unit for record in telegram.body.records] == ["l", "l"]
    assert telegram.body.records[1].heading.qualifiers == ("at the fixed date",)
    binary = decoded(wired(bytes.fromhex("73785634120A01050F1027000035010000")))
    assert values(binary) == [10_000.0, 309 * 10**1.0]
    assert refused(wired(data[:-1])).why is Why.LENGTH


@pytest.mark.parametrize(
    ("code", "medium"), [(0x4, 4), (0x8, 8), (0xA, 3), (0xB, 4), (0xC, 6), (0xD, 7), (0xE, 8)]
)
def test_the_fixed_structure_names_some_media_twice(code: int, medium: int) -> None:
    """From ten on they are those of mode 2: gas, heat, hot water, water, allocators."""
    units = bytes([0x29 | (code & 3) << 6, 0x29 | code >> 2 << 6])
    data = bytes.fromhex("73785634120A00") + units + bytes(8)
    assert decoded(wired(data)).address.medium == medium


@pytest.mark.parametrize(
    ("code", "quantity", "status", "digits"),
    [(0, "time of day", 0x00, "00153042"), (1, "date", 0x00, "00221126"), (1, "date", 1, "0B")],
)
def test_the_fixed_structure_tells_a_clock_as_its_digits(
    code: int, quantity: str, status: int, digits: str
) -> None:
    """Which of the four bytes are the hours, and which the day, no public text tells."""
    raw = bytes.fromhex(digits.zfill(8))[::-1]
    data = bytes.fromhex("73785634120A") + bytes([status, code, 0x29]) + raw
    telegram = decoded(wired(data + bytes.fromhex("35010000")))
    clock, volume = telegram.body.records
    assert (clock.heading.quantity, clock.state) == (quantity, State.UNKNOWN_VIF)
    assert (clock.value, clock.time, clock.text) == (None, None, digits.zfill(8))
    assert volume.value is not None, "the other counter stands"
    assert [point.value for point in points_of(telegram) if point.record == 0] == []


def test_the_check_of_the_air_is_the_standard_s() -> None:
    assert crc(b"123456789") == slow_crc(b"123456789") == 0xC2B7


@pytest.mark.parametrize("size", [0, 1, 5, 6, 20, 110, 115, 130, 200])
@pytest.mark.parametrize(
    ("wrap", "kind"),
    [
        (format_a, FrameKind.RADIO_A),
        (format_b, FrameKind.RADIO_B),
        (bare, FrameKind.RADIO_BARE),
    ],
)
def test_all_three_formats_of_the_air_say_the_same(
    wrap: object, kind: FrameKind, size: int
) -> None:
    assert callable(wrap)
    user = short_head() + RECORDS + b"\x0f" + bytes(size)
    telegram = decoded(wrap(user))
    assert telegram.frame is kind
    assert values(telegram) == [1.234, 40.0]
    assert telegram.body.manufacturer_data == bytes(size)
    assert (telegram.address.manufacturer, telegram.address.id) == ("KAM", "12345678")


@pytest.mark.parametrize("wrap", [format_a, format_b])
def test_a_flipped_bit_on_the_air_is_found_wherever_it_is(wrap: object) -> None:
    assert callable(wrap)
    frame = wrap(short_head() + RECORDS + b"\x0f" + bytes(150))
    wrongs = {Why.CRC, Why.LENGTH, Why.TRUNCATED}
    for at in range(len(frame)):
        damaged = bytearray(frame)
        damaged[at] ^= 0x10
        assert refused(bytes(damaged)).why in wrongs, at


def test_a_receiver_that_leaves_the_checks_in_lets_no_wrong_one_through() -> None:
    frame = bytearray(format_b(short_head() + RECORDS))  # one block: alone it looks stripped
    assert values(Decoder().decode(bytes(frame), stripped=False)) == [1.234, 40.0]
    frame[-1] ^= 1
    with pytest.raises(Refused) as caught:
        Decoder().decode(bytes(frame), stripped=False)
    assert caught.value.why is Why.CRC
    plain = bare(short_head() + RECORDS)
    assert values(Decoder().decode(plain, stripped=True)) == [1.234, 40.0]


def test_the_synchronising_bytes_of_mode_c_are_passed_over() -> None:
    user = short_head() + RECORDS
    assert decoded(b"\x54\xcd" + format_a(user)).frame is FrameKind.RADIO_A
    assert decoded(b"\x54\x3d" + format_b(user)).frame is FrameKind.RADIO_B


def test_the_head_of_the_meter_comes_before_the_radio_module_s() -> None:
    inner = bytearray(long_head() + RECORDS)
    inner[1] = 0x99
    telegram = decoded(bare(bytes(inner)))
    assert (telegram.address.id, telegram.sender.id) == ("12345699", "12345678")


@pytest.mark.parametrize("ci", [0xA0, 0xA2, 0xB6])
def test_a_maker_s_own_telegram_says_that_it_is_one(ci: int) -> None:
    assert refused(bare(bytes([ci]) + RECORDS)).why is Why.PROPRIETARY


def test_mode_5_opens_with_its_key_and_with_no_other() -> None:
    data = padded(RECORDS)
    user = short_head(0x0500 | len(data) // 16 << 4) + mode_5(data)
    telegram = decoded(bare(user), OTHER, KEY)
    assert values(telegram) == [1.234, 40.0]
    assert (telegram.security.mode, telegram.security.state) == (5, Sealed.DECRYPTED)
    for keys, state in (((), Sealed.NO_KEY), ((OTHER,), Sealed.WRONG_KEY)):
        fault = refused(bare(user), *keys)
        assert (fault.why, fault.head.security.state) == (Why.ENCRYPTED, state)
        assert fault.head.address.id == "12345678"


def test_what_stands_open_behind_the_sealed_blocks_is_read_too() -> None:
    data = padded(RECORDS)
    user = short_head(0x0510) + mode_5(data) + bytes.fromhex("01FD1701")
    assert values(decoded(bare(user), KEY)) == [1.234, 40.0, 1.0]


def test_a_telegram_somebody_opened_before_is_read_and_the_mark_alone_is_not_trusted() -> None:
    plain = short_head(0x0510) + padded(RECORDS)
    assert values(decoded(bare(plain))) == [1.234, 40.0]
    chance = short_head(0x0510) + b"\x2f\x2f" + bytes.fromhex("8C4F93A1B2C3D4E5F60718293A4B")
    assert refused(bare(chance)).why is Why.ENCRYPTED


def test_mode_7_opens_with_its_key_and_proves_itself() -> None:
    frame = bare(mode_7(RECORDS))
    telegram = decoded(frame, KEY)
    assert values(telegram) == [1.234, 40.0]
    assert (telegram.security.mode, telegram.security.state) == (7, Sealed.DECRYPTED)
    assert refused(frame).head.security.state is Sealed.NO_KEY
    assert refused(frame, OTHER).head.security.state is Sealed.WRONG_KEY
    for at in range(14, len(frame)):  # all behind the fragment's own bits is under the proof
        changed = bytearray(frame)
        changed[at] ^= 1
        refused(bytes(changed), KEY)


@pytest.mark.parametrize(
    "layer",
    [
        "9002002C",  # fields told that are not there
        "90030020",
        "900200FF",
        "900F000025",  # more bytes than fields
        "9001",
        "90",
        "90020040",  # one part of several
    ],
)
def test_a_layer_of_proof_whose_fields_do_not_fit_is_refused(layer: str) -> None:
    fault = refused(bare(bytes.fromhex(layer)), KEY)
    assert fault.why in {Why.MALFORMED, Why.TRUNCATED, Why.UNSUPPORTED}


@pytest.mark.parametrize("ci", ["8C", "8D", "8E", "8F", "7A", "72", "7B", "73", "6A"])
@pytest.mark.parametrize("left", [0, 1, 3, 7])
def test_a_head_that_ends_too_soon_is_refused(ci: str, left: int) -> None:
    fault = refused(bare(bytes.fromhex(ci) + bytes(left)), KEY)
    assert fault.why in {
        Why.TRUNCATED,
        Why.MALFORMED,
        Why.CRC,
        Why.UNSUPPORTED,
        Why.UNKNOWN_FORMAT,
    }


def test_the_second_address_of_the_link_layer_is_passed_over() -> None:
    layer = b"\x8e\x20\x2b" + bytes(8)
    telegram = decoded(bare(layer + short_head() + RECORDS))
    assert values(telegram) == [1.234, 40.0]
    assert telegram.address.id == "12345678"
    plain = b"\x8f\x20\x2b" + bytes(8) + (0x1234).to_bytes(4, "little")
    inner = b"\x78" + RECORDS
    checked = plain + slow_crc(inner).to_bytes(2, "little") + inner
    telegram = decoded(bare(checked))
    assert (values(telegram), telegram.access_no) == ([1.234, 40.0], 0x2B)
    assert refused(bare(checked[:-1] + b"\x10")).why is Why.CRC


@pytest.mark.parametrize(("ci", "head"), [(0x71, b""), (0x74, bytes(4)), (0x8A, bytes(4))])
def test_alarms_and_bare_heads_tell_who_speaks_and_no_record(ci: int, head: bytes) -> None:
    telegram = decoded(bare(bytes([ci]) + head))
    assert telegram.body.records == ()
    assert telegram.address.id == "12345678"


def test_an_old_wired_meter_may_keep_anything_in_its_signature() -> None:
    for signature in (0xFFFF, 0x1234, 0x0100, 0x2800):
        extension = b"\x2f" if signature >> 8 & 0x1F in {7, 8, 9, 10, 11, 13} else b""
        frame = wired(long_head(signature, extension) + RECORDS)
        assert values(decoded(frame)) == [1.234, 40.0], hex(signature)


def test_a_session_of_the_link_layer_opens_with_its_key() -> None:
    frame = bare(ell_ctr(b"\x78" + RECORDS))
    telegram = decoded(frame, KEY)
    assert values(telegram) == [1.234, 40.0]
    assert (telegram.security.ell, telegram.security.state) == (True, Sealed.DECRYPTED)
    assert refused(frame).head.security.state is Sealed.NO_KEY
    assert refused(frame, OTHER).head.security.state is Sealed.WRONG_KEY


@pytest.mark.parametrize("mode", [1, 2, 3, 4, 8, 9, 10, 13])
def test_a_mode_that_we_do_not_open_is_named(mode: int) -> None:
    extension = b"\x00" if mode in (8, 9, 10, 13) else b""
    sealed = bytes(range(200, 232))
    fault = refused(bare(short_head(mode << 8 | 0x20, extension) + sealed), KEY)
    assert (fault.head.security.mode, fault.head.security.state) == (mode, Sealed.UNSUPPORTED)
    assert str(mode) in str(fault)


def test_a_compact_frame_is_read_once_a_whole_telegram_told_its_format() -> None:
    values_alone = bytes.fromhex("D2040000A00F")
    signature = slow_crc(bytes.fromhex("04130259")).to_bytes(2, "little")
    check = slow_crc(RECORDS).to_bytes(2, "little")
    compact = bare(b"\x79" + signature + check + values_alone)
    decoder = Decoder()
    with pytest.raises(Refused) as caught:
        decoder.decode(compact)
    assert caught.value.why is Why.UNKNOWN_FORMAT
    decoder.decode(bare(b"\x78" + RECORDS))
    assert values(decoder.decode(compact)) == [1.234, 40.0]
    with pytest.raises(Refused) as caught:
        decoder.decode(bare(b"\x79" + signature + check + b"\xd3" + values_alone[1:]))
    assert caught.value.why is Why.CRC


def test_a_telegram_of_a_format_alone_tells_it_too() -> None:
    headings = bytes.fromhex("04130259")
    signature = slow_crc(headings).to_bytes(2, "little")
    decoder = Decoder()
    told = decoder.decode(bare(b"\x69" + bytes([2 + len(headings)]) + signature + headings))
    assert told.body.records == ()
    check = slow_crc(RECORDS).to_bytes(2, "little")
    compact = bare(b"\x79" + signature + check + bytes.fromhex("D2040000A00F"))
    assert values(decoder.decode(compact)) == [1.234, 40.0]


def test_a_wrong_key_never_mutes_a_meter() -> None:
    data = padded(RECORDS)
    sealed = bare(short_head(0x0510) + mode_5(data))
    decoder = Decoder(lambda _address: [OTHER])
    for _turn in range(3):
        with pytest.raises(Refused):
            decoder.decode(sealed)
    assert values(decoder.decode(bare(short_head() + RECORDS))) == [1.234, 40.0]

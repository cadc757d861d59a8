"""What a master says on the wires: frames, addresses and commands, byte by byte."""

from datetime import UTC, datetime

import pytest

from app.errors import BadInput
from drivers.mbus import asking
from drivers.mbus.asking import Secondary, Timing, awaited, frame_in, long_frame, short_frame
from drivers.mbus.dates import moment
from drivers.mbus.wired import wired_frame

LOCAL = datetime  # a meter's clock has no zone


def test_the_frames_of_the_standards_own_examples() -> None:
    assert short_frame(asking.SND_NKE, 1).hex() == "1040014116"
    assert short_frame(asking.REQ_UD2, 1).hex() == "105b015c16"
    selected = asking.selection(Secondary.parsed("12345678"))
    assert selected.hex() == "680b0b6853fd52" + "78563412" + "ffffffff" + "b216"
    reset = long_frame(asking.SND_UD, 0xFE, asking.application_reset())
    assert reset.hex() == "6803036853fe50a116"


def test_a_frame_of_ours_is_one_to_our_own_reader() -> None:
    frame = wired_frame(long_frame(asking.SND_UD, 17, b"\x51\x01\x7a\x05"))
    assert frame is not None
    assert (frame.control, frame.address, frame.user) == (0x53, 17, b"\x51\x01\x7a\x05")
    with pytest.raises(BadInput, match="1 to 253 bytes, not 254"):
        long_frame(asking.SND_UD, 1, bytes(254))
    with pytest.raises(BadInput, match="not 0"):
        long_frame(asking.SND_UD, 1, b"")
    assert len(long_frame(asking.SND_UD, 1, bytes(253))) == 261


@pytest.mark.parametrize(
    ("text", "eight"),
    [
        ("12345678", "78563412ffffffff"),
        ("12345678-KAM", "785634122d2cffff"),
        ("1234FFFF-kam-35", "ffff34122d2c35ff"),
        (" 12345678-KAM-35-04 ", "785634122d2c3504"),
        ("12345678-FFFF-FF-07", "78563412ffffff07"),
    ],
)
def test_an_address_of_the_maker_is_read_written_and_sent(text: str, eight: str) -> None:
    address = Secondary.parsed(text)
    assert address.encoded().hex() == eight
    assert Secondary.of_bytes(bytes.fromhex(eight)) == address
    assert Secondary.parsed(str(address)) == address


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "12345678-K", "1234567A", "x"])
def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match="is no secondary address: eight digits"):
        Secondary.parsed(text)


def test_wildcards_cover_what_they_should() -> None:
    meter = Secondary.parsed("12345678-KAM-35-04")
    for mask in ("FFFFFFFF", "1FFFFFFF", "FFFFFF78", "12345678-KAM", "FFFFFFFF-FFFF-FF-04"):
        assert Secondary.parsed(mask).covers(meter), mask
    for mask in (
        "2FFFFFFF",
        "12345679",
        "12345678-SEN",
        "FFFFFFFF-KAM-34",
        "FFFFFFFF-KAM-35-07",
    ):
        assert not Secondary.parsed(mask).covers(meter), mask


def test_commands_hold_what_the_standard_says() -> None:
    assert asking.new_primary(5).hex() == "51017a05"
    assert asking.application_reset(0x10).hex() == "5010"
    assert asking.baud_change(2400).hex() == "bb"
    assert asking.output_selection([b"\x13", b"\xfd\x17"]).hex() == "51081308fd17"
    for wrong in (-1, 251):
        with pytest.raises(BadInput, match="from 0 to 250"):
            asking.new_primary(wrong)
    with pytest.raises(BadInput, match="1100 is no baud rate"):
        asking.baud_change(1100)
    with pytest.raises(BadInput, match="which values"):
        asking.output_selection([])


@pytest.mark.parametrize(
    "at", [LOCAL(2026, 2, 3, 12, 34), LOCAL(2000, 1, 1), LOCAL(2031, 12, 31, 23, 59)]
)
def test_a_clock_is_set_to_what_our_reader_reads(at: datetime) -> None:
    told = asking.clock_setting(at)
    assert told[:3].hex() == "51046d"
    assert moment(told[3:]) == at
    with pytest.raises(BadInput, match="from 2000 to 2099"):
        asking.clock_setting(datetime(1999, 12, 31, tzinfo=UTC))


def test_a_frame_is_found_between_bytes_of_nobody() -> None:
    sound = long_frame(0x08, 5, b"\x72" + bytes(12))
    assert frame_in(sound) == (sound, 0)
    assert frame_in(b"\x00\x68\xff" + sound + b"\x01") == (sound, 3)
    assert frame_in(sound[:-1]) is None
    hurt = sound[:8] + bytes((sound[8] ^ 1,)) + sound[9:]
    assert frame_in(hurt) is None
    assert frame_in(b"") is None


def test_a_single_acknowledgement_counts_alone_only() -> None:
    assert frame_in(b"\xe5") == (b"\xe5", 0)
    assert frame_in(b"\x12\xe5") is None, "it may be a byte of anything"
    assert frame_in(b"\x12\xe5", acknowledged=True) == (b"\xe5", 1)
    assert frame_in(b"\xe5\xe5") is None


def test_how_much_is_lacking() -> None:
    sound = long_frame(0x08, 5, b"\x72" + bytes(12))
    assert awaited(sound[:6]) == len(sound) - 6
    assert awaited(sound) == 0
    assert awaited(b"\x68") == 0
    assert awaited(b"\x10\x40") == 3


def test_times_follow_from_the_baud_rate() -> None:
    slow, fast = Timing(300, 0.0), Timing(2400, 0.0)
    assert slow.answer_s == pytest.approx(330 / 300 + 0.05)
    assert fast.answer_s == pytest.approx(330 / 2400 + 0.05)
    assert fast.line_s(100) == pytest.approx(1100 / 2400)
    assert Timing(2400, 0.5).answer_s == pytest.approx(fast.answer_s + 0.5)
    assert Timing(2400, 0.0, patience_s=1.0).answer_s == pytest.approx(fast.answer_s + 1.0)
    lapsed = Timing(2400, 0.5, lapse=60.0)
    assert lapsed.answer_s == pytest.approx(fast.answer_s / 60 + 0.5), "the network stays slow"
    assert lapsed.line_s(10) == pytest.approx(fast.line_s(10) / 60)

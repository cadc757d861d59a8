"""Lines of every public tool are understood, and what is no telegram is told from silence."""

import json

import pytest

from drivers.simulators.street.lines import Caught as Sent
from drivers.simulators.street.lines import line_of
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless.caught import NOTHING, Caught, caught_in
from tests.drivers.wireless.street import AT

SAID = Said(StreetMeter(7, 1), AT, 12)
FRAME = frame_of(SAID)
HEX = FRAME.hex().encode()


@pytest.mark.parametrize(
    "line",
    [
        HEX,
        HEX.upper(),
        b"0x" + HEX,
        b"  " + HEX + b"\r",
        b"telegram=|" + HEX.upper() + b"|+24",
        b"telegram=|" + HEX[:40] + b"_" + HEX[40:] + b"|",
        b"(wmbus) telegram=|" + HEX + b"|",
    ],
)
def test_hexadecimal_digits_are_a_telegram_of_unknown_strength(line: bytes) -> None:
    assert caught_in(line) == Caught(FRAME)


def test_a_line_of_rtl_wmbus_is_a_telegram_whose_checks_were_proved() -> None:
    line = line_of(Sent(SAID, AT, 0, -70), "rtl").encode()
    assert caught_in(line) == Caught(FRAME, None, stripped=True)
    for method in (b"rla;", b"t2a;"):  # how it was heard, where that is asked for
        assert caught_in(method + line) == Caught(FRAME, None, stripped=True)
        assert caught_in(method + b"T1;0;1" + line[6:]) == Caught(damaged=True)
    assert caught_in(b"x;y;z") is None
    published = (
        b"T1;1;1;2023-11-15 13:35:04.000;54;60;23355392;0x2b44b4099253352318078c00507aec0b0000"
        b"066d3b226fef2b000c13051804000f1987000000170b0b170b0e"
    )
    caught = caught_in(published)
    assert caught is not None
    assert caught.frame[4:8] == bytes.fromhex("92533523")


@pytest.mark.parametrize("flags", [b"0;0", b"0;1", b"1;0"])
def test_what_rtl_wmbus_says_is_damaged_is_damaged(flags: bytes) -> None:
    line = b"T1;" + flags + b";2024-05-08 10:28:42.000;92;104;2141B9E3;0x" + HEX
    assert caught_in(line) == Caught(damaged=True)


@pytest.mark.parametrize("key", ["telegram", "frame", "raw", "hex", "data", "payload"])
def test_a_telegram_in_json_is_taken_out_with_its_level(key: str) -> None:
    line = json.dumps({key: HEX.decode(), "rssi_dbm": -71, "id": "1"}).encode()
    assert caught_in(line) == Caught(FRAME, -71.0)
    assert caught_in(json.dumps({key: HEX.decode(), "rssi": -80.5}).encode()) == Caught(
        FRAME, -80.5
    )


@pytest.mark.parametrize("level", ["strong", None, True, 12, -400, float("nan")])
def test_a_level_that_is_none_is_left_out(level: object) -> None:
    line = json.dumps({"telegram": HEX.decode(), "rssi": level}).encode()
    assert caught_in(line) == Caught(FRAME)


def test_what_wmbusmeters_decoded_comes_as_values() -> None:
    caught = caught_in(line_of(Sent(SAID, AT, 0, -70), "json").encode())
    assert caught is not None
    assert caught.level_dbm == -70.0
    assert caught.values is not None
    assert caught.values["id"] == SAID.meter.number
    assert not caught.frame


@pytest.mark.parametrize("line", [b"", b"   ", b"\r\n", b"\n"])
def test_an_empty_line_is_nothing_at_all(line: bytes) -> None:
    assert caught_in(line) is NOTHING


@pytest.mark.parametrize(
    "line",
    [
        b"hello",
        b"12",
        b"ABCDEFG" * 10,
        HEX[:-1],
        b"T1;1;1;too;few",
        b"T1;1;1;a;b;c;d;0xnothex",
        b"{",
        b"[1,2]",
        b'{"id": 7}',
        b'{"telegram": "zz"}',
        b"{" * 5_000,
        b"\xff\xfe\x00" * 30,
        b"A" * 100_000,
        b"telegram=|1|",
    ],
)
def test_what_is_no_telegram_is_none(line: bytes) -> None:
    assert caught_in(line) is None

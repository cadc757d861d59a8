"""Two telegrams in one are told as what they are: too many bytes, not too few."""

import json

import pytest

from app.cli.main import run
from app.model.undecoded import Cause
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.decoder import Decoder
from drivers.mbus.diagnosis import behind, undecoded
from drivers.mbus.telegram import BrokenTelegram, Why
from drivers.mbus.written import KeyRing
from tests.drivers.mbus.telegrams import bare, format_a, long_head, short_head, wired

RECORDS = bytes.fromhex("0413D20400000259A00F")
WIRED = wired(long_head() + RECORDS)
RADIO = bare(short_head() + RECORDS)
TOO_MANY = "bytes behind it begin like another telegram"


@pytest.mark.parametrize(
    ("first", "second", "another"),
    [
        (WIRED, WIRED, True),
        (WIRED, RADIO, True),
        (WIRED, b"\x00\x01\x02", False),
        (WIRED, WIRED[:-1], False),
        (RADIO, RADIO, True),
        (RADIO, WIRED, True),
    ],
    ids=["wired twice", "wired and radio", "noise", "a second one cut off", "radio", "both"],
)
def test_more_bytes_than_the_length_says_are_told_as_such(
    first: bytes, second: bytes, another: bool
) -> None:
    data = first + second
    with pytest.raises(BrokenTelegram) as fault:
        Decoder(KeyRing()).decode(data)
    found = undecoded(fault.value, data)
    assert found.cause is Cause.TOO_LONG
    assert "more bytes" in found.short
    assert "ends too soon" not in found.advice
    assert "two telegrams" in found.advice
    assert found.said.startswith(str(fault.value))
    assert (f"the {len(second)} {TOO_MANY}" in found.said) is another
    assert behind(data) == second


def test_what_was_cut_off_is_still_told_as_cut_off() -> None:
    for data in (WIRED[:-2], RADIO[:-2], b"\x68", b""):
        with pytest.raises(BrokenTelegram) as fault:
            Decoder(KeyRing()).decode(data)
        assert undecoded(fault.value, data).cause is Cause.TRUNCATED
        assert undecoded(fault.value, data).said == str(fault.value)
    air = format_a(short_head() + RECORDS)
    assert behind(air) == b"", "its checks are no bytes too many"
    without = BrokenTelegram(Why.LENGTH, 0, "the two lengths differ")
    assert undecoded(without, b"\x68\x04\x05\x68" + bytes(6)).said == str(without)


def test_the_inspector_and_the_command_say_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = f"{WIRED.hex(' ')}\n{WIRED.hex(' ')}"
    cannot = anatomy_of(text).cannot
    assert cannot is not None
    assert cannot.cause is Cause.TOO_LONG
    assert run(["decode", text]) == 2
    assert TOO_MANY in capsys.readouterr().err
    assert run(["decode", "--json", text]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["message"]) == ("length", cannot.said)

"""One simulated meter, frame by frame, as EN 13757-2 wants a slave to be."""

from datetime import timedelta

import pytest

from drivers.mbus import asking
from drivers.mbus.asking import (
    BROADCAST,
    FCB,
    REQ_UD1,
    REQ_UD2,
    SELECTED,
    SND_NKE,
    SND_UD,
    Secondary,
    selection,
)
from drivers.mbus.decoder import Decoder
from drivers.mbus.wired import WiredFrame, wired_frame
from drivers.simulators.wiredmeter import ACK, WiredMeter, latency_bits
from drivers.simulators.wiredvalues import HeatValues, WaterValues
from tests.drivers.simulators.plant import TUESDAY_NOON

OWN = Secondary.parsed("12345678-KAM-35-04")
TEST = 0xFE


def meter(*, months: bool = False) -> WiredMeter:
    return WiredMeter(5, 7, OWN, HeatValues(5), sends_months=months)


def say(one: WiredMeter, control: int, address: int, user: bytes | None = None) -> bytes | None:
    return one.hear(WiredFrame(control, address, user), TUESDAY_NOON)


def select(one: WiredMeter, mask: str) -> bytes | None:
    frame = wired_frame(selection(Secondary.parsed(mask)))
    assert frame is not None
    return one.hear(frame, TUESDAY_NOON)


def access(answer: bytes | None) -> int | None:
    assert answer is not None
    return Decoder().decode(answer).access_no


@pytest.mark.parametrize("address", [7, TEST])
def test_a_greeting_is_acknowledged(address: int) -> None:
    assert say(meter(), SND_NKE, address) == ACK


@pytest.mark.parametrize("address", [6, 8, 0, SELECTED, BROADCAST])
def test_others_and_all_at_once_are_not_answered(address: int) -> None:
    assert say(meter(), SND_NKE, address) is None


def test_counts_of_two_addresses_are_kept_apart() -> None:
    one = meter()
    first = say(one, REQ_UD2 | FCB, 7)
    other = say(one, REQ_UD2 | FCB, TEST)
    assert (access(first), access(other)) == (1, 2)
    assert say(one, REQ_UD2 | FCB, 7) == first, "the same count: the same telegram"
    assert access(say(one, REQ_UD2, 7)) == 3


def test_after_a_greeting_the_same_count_is_a_new_request() -> None:
    one = meter()
    first = say(one, REQ_UD2 | FCB, 7)
    say(one, SND_NKE, 7)
    assert access(say(one, REQ_UD2 | FCB, 7)) == 2
    assert access(first) == 1


@pytest.mark.parametrize(
    ("mask", "chosen"),
    [
        ("12345678", True),
        ("1234FFFF", True),
        ("FFFFFFFF-KAM", True),
        ("12345678-KAM-35-04", True),
        ("12345679", False),
        ("12345678-SEN", False),
        ("12345678-KAM-34", False),
        ("FFFFFFFF-FFFF-FF-07", False),
    ],
)
def test_it_is_chosen_by_its_own_address(mask: str, chosen: bool) -> None:
    one = meter()
    assert select(one, mask) == (ACK if chosen else None)
    assert one.selected is chosen
    assert (say(one, REQ_UD2 | FCB, SELECTED) is not None) is chosen


def test_a_choice_that_means_another_ends_its_own() -> None:
    one = meter()
    select(one, "12345678")
    assert select(one, "87654321") is None
    assert say(one, REQ_UD2 | FCB, SELECTED) is None


def test_a_choice_begins_the_count_anew() -> None:
    one = meter()
    select(one, "12345678")
    assert access(say(one, REQ_UD2 | FCB, SELECTED)) == 1
    select(one, "12345678")
    assert access(say(one, REQ_UD2 | FCB, SELECTED)) == 2


def test_a_choice_cut_short_chooses_nobody() -> None:
    one = meter()
    assert say(one, SND_UD, SELECTED, b"\x52\x78\x56\x34\x12") is None
    assert not one.selected


def test_data_of_class_one_it_has_none() -> None:
    assert say(meter(), REQ_UD1 | FCB, 7) is None


@pytest.mark.parametrize(
    ("user", "taken"),
    [
        (asking.application_reset(), True),
        (asking.application_reset(0x10), True),
        (asking.new_primary(250), True),
        (b"\x51\x01\x7a\xfb", False),
        (b"\x51\x01\x7a", False),
        (asking.clock_setting(TUESDAY_NOON), True),
        (b"\x51\x04\x6d\xff\xff\xff\xff", False),
        (asking.output_selection([b"\x06"]), True),
        (asking.output_selection([b"\x06", b"\xfd\x17"]), True),
        (b"\x51\x08", False),
        (b"\x51\x08\x06\x04", False),
        (asking.baud_change(9600), True),
        (b"\xb7", False),
        (b"\x51\x04\x06\x00\x00\x00\x00", False),
    ],
)
def test_what_it_takes_and_what_it_does_not_know(user: bytes, taken: bool) -> None:
    one = meter()
    assert say(one, SND_UD | FCB, 7, user) == (ACK if taken else None)
    assert say(one, SND_NKE, one.address) == ACK, "it lives on"


def test_a_clock_that_was_set_goes_on_from_there() -> None:
    one = meter()
    wished = TUESDAY_NOON.replace(tzinfo=None) + timedelta(hours=5)
    say(one, SND_UD | FCB, 7, asking.clock_setting(wished))
    later = one.parts(TUESDAY_NOON + timedelta(hours=1))
    told = Decoder().decode(asking.long_frame(8, 7, b"\x78" + later[0]))
    clocks = [each.time for each in told.body.records if each.time is not None]
    assert clocks == [wished + timedelta(hours=1)]


def test_a_readout_that_was_restricted_is_whole_after_a_reset() -> None:
    one = meter(months=True)
    whole = one.parts(TUESDAY_NOON)
    say(one, SND_UD | FCB, 7, asking.output_selection([b"\x06"]))
    (part,) = one.parts(TUESDAY_NOON)
    told = Decoder().decode(asking.long_frame(8, 7, b"\x78" + part)).body.records
    assert {each.heading.quantity for each in told} == {"energy"}
    assert {each.heading.storage for each in told} == {0}
    say(one, SND_UD, 7, asking.application_reset())
    assert one.parts(TUESDAY_NOON) == whole


def test_what_outlives_a_restart() -> None:
    one, again = meter(), meter()
    say(one, SND_UD | FCB, 7, asking.new_primary(9))
    say(one, SND_UD, 9, asking.baud_change(300))
    again.revive(one.kept())
    assert (again.address, again.baud) == (9, 300)
    assert one.changed


def test_a_silent_meter_hears_nothing() -> None:
    one = meter()
    one.silent = True
    assert say(one, SND_NKE, 7) is None
    assert select(one, "12345678") is None


def test_months_make_a_second_telegram_only_where_they_are_sent() -> None:
    assert len(meter().parts(TUESDAY_NOON)) == 1
    assert len(meter(months=True).parts(TUESDAY_NOON)) == 2
    water = WiredMeter(5, 7, OWN, WaterValues(5), sends_months=True)
    assert len(water.parts(TUESDAY_NOON)) == 1, "it has none to send"


def test_meters_think_as_long_as_the_standard_lets_them() -> None:
    thinks = [latency_bits(seed) for seed in range(250)]
    assert min(thinks) >= 11
    assert max(thinks) < 330
    assert len(set(thinks)) > 30

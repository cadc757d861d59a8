"""Simulated meters on two wires: addresses, frame counts, answers that lie over each other."""

from datetime import timedelta

import pytest

from app.errors import BadInput
from drivers.mbus import asking
from drivers.mbus.asking import (
    FCB,
    REQ_UD2,
    SELECTED,
    SND_NKE,
    SND_UD,
    Secondary,
    frame_in,
    long_frame,
    selection,
    short_frame,
)
from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import Telegram
from drivers.simulators.wiredbus import Sent, WiredBus, seeded_meters, superposed
from tests.drivers.simulators.plant import TUESDAY_NOON, Hands

BAUD = 2400


def bus(count: int = 6, *, addressed: bool = True, hands: Hands | None = None) -> WiredBus:
    meters = seeded_meters(count, 3, BAUD, addressed=addressed)
    return WiredBus(meters, hands or Hands())


def ask(wires: WiredBus, request: bytes, baud: int = BAUD) -> bytes:
    return bytes(each.byte for each in wires.hear(request, baud))


def readout(wires: WiredBus, address: int, fcb: int = FCB) -> Telegram:
    return Decoder().decode(ask(wires, short_frame(REQ_UD2 | fcb, address)))


def test_one_answer_comes_as_it_was_sent_after_the_meter_thought() -> None:
    assert superposed([(20, b"\x68\x00")]) == [Sent(31, 0x68), Sent(42, 0x00)]


def test_equal_answers_at_the_same_bit_look_like_one() -> None:
    both = superposed([(20, b"\xe5"), (20, b"\xe5")])
    assert bytes(each.byte for each in both) == b"\xe5"


def test_low_bits_win_where_answers_differ() -> None:
    both = superposed([(20, b"\xf0\xff"), (20, b"\x3c\xff")])
    assert bytes(each.byte for each in both) == b"\x30\xff"


def test_answers_that_begin_apart_garble_each_other() -> None:
    first, second = b"\x68\x10\x10\x68\x08", b"\x68\x12\x12\x68\x08"
    heard = bytes(each.byte for each in superposed([(20, first), (23, second)]))
    assert heard not in (first, second)
    assert heard


def test_an_answer_that_begins_when_another_is_over_is_heard_by_itself() -> None:
    heard = superposed([(20, b"\xe5"), (60, b"\xe5")])
    assert heard == [Sent(31, 0xE5), Sent(71, 0xE5)]


def test_a_meter_is_asked_at_its_primary_address() -> None:
    wires = bus()
    assert ask(wires, short_frame(SND_NKE, 3)) == b"\xe5"
    told = readout(wires, 3)
    assert told.bus_address == 3
    assert told.address.id == wires.meters[2].secondary.id
    assert ask(wires, short_frame(REQ_UD2 | FCB, 77)) == b"", "nobody is there"
    assert ask(wires, short_frame(REQ_UD2 | FCB, 3), baud=300) == b"", "too slow to be heard"
    assert ask(wires, long_frame(SND_UD, asking.BROADCAST, b"\x50")) == b""


def test_a_request_with_the_same_frame_count_is_answered_with_the_same_telegram() -> None:
    hands = Hands()
    wires = bus(hands=hands)
    ask(wires, short_frame(SND_NKE, 2))
    first = ask(wires, short_frame(REQ_UD2 | FCB, 2))
    hands.pass_s(3600.0)
    assert ask(wires, short_frame(REQ_UD2 | FCB, 2)) == first
    other = ask(wires, short_frame(REQ_UD2, 2))
    assert other != first
    assert Decoder().decode(other).access_no == 2


def test_a_readout_of_two_telegrams_goes_round() -> None:
    wires = bus()
    ask(wires, short_frame(SND_NKE, 1))
    more = [readout(wires, 1, fcb).body.more_follows for fcb in (FCB, 0, FCB, 0)]
    assert more == [True, False, True, False]
    assert readout(wires, 1).body.more_follows
    assert ask(wires, long_frame(SND_UD, 1, asking.application_reset())) == b"\xe5"
    assert readout(wires, 1).body.more_follows, "from the beginning"


def test_a_meter_is_selected_by_its_own_address_and_until_another_is() -> None:
    wires = bus()
    first, second = wires.meters[1], wires.meters[4]
    assert ask(wires, selection(first.secondary)) == b"\xe5"
    assert readout(wires, SELECTED).address.id == first.secondary.id
    assert ask(wires, selection(second.secondary)) == b"\xe5"
    assert readout(wires, SELECTED).address.id == second.secondary.id
    assert ask(wires, short_frame(SND_NKE, SELECTED)) == b"\xe5"
    assert ask(wires, short_frame(REQ_UD2 | FCB, SELECTED)) == b""
    assert ask(wires, selection(Secondary("00000000"))) == b""


def test_several_that_are_selected_at_once_collide() -> None:
    wires = bus(12, addressed=False)
    assert ask(wires, selection(Secondary()))
    heard = ask(wires, short_frame(REQ_UD2 | FCB, SELECTED))
    assert heard
    assert frame_in(heard) is None
    assert frame_in(ask(wires, short_frame(REQ_UD2 | FCB, 0))) is None


def test_a_meter_takes_an_address_a_clock_and_another_rate() -> None:
    hands = Hands()
    wires = bus(hands=hands)
    meter = wires.meters[1]
    ask(wires, short_frame(SND_NKE, 2))
    assert ask(wires, long_frame(SND_UD | FCB, 2, asking.new_primary(88))) == b"\xe5"
    assert meter.address == 88
    assert wires.changed
    told = readout(wires, 88)
    wished = TUESDAY_NOON.replace(tzinfo=None) + timedelta(days=2, minutes=5)
    assert ask(wires, long_frame(SND_UD, 88, asking.clock_setting(wished))) == b"\xe5"
    clocks = [each.time for each in readout(wires, 88).body.records if each.time is not None]
    assert wished in clocks
    assert told.body.records
    assert ask(wires, long_frame(SND_UD, 88, asking.baud_change(300))) == b"\xe5"
    assert ask(wires, short_frame(SND_NKE, 88)) == b""
    assert ask(wires, short_frame(SND_NKE, 88), baud=300) == b"\xe5"


def test_a_repeated_command_is_acknowledged_but_not_carried_out_twice() -> None:
    wires = bus()
    ask(wires, short_frame(SND_NKE, 2))
    order = long_frame(SND_UD | FCB, 2, asking.output_selection([b"\x13"]))
    assert [ask(wires, order), ask(wires, order)] == [b"\xe5", b"\xe5"]
    unknown = long_frame(SND_UD, 2, b"\x51\x01\x7a\xfe")
    assert ask(wires, unknown) == b"", "an address no meter may have"


def test_half_a_frame_waits_for_its_rest_and_rubbish_is_passed_over() -> None:
    wires = bus()
    request = short_frame(SND_NKE, 2)
    assert wires.hear(request[:2], BAUD) == []
    assert ask(wires, request[2:]) == b"\xe5"
    assert ask(wires, b"\x00\xff\x68" + request) == b"\xe5"
    assert wires.hear(request[:3], BAUD) == []
    wires.forget_half_a_frame()
    assert ask(wires, request[3:]) == b""
    assert ask(wires, bytes(600)) == b""
    assert ask(wires, request) == b"\xe5"


def test_a_bus_goes_on_where_it_left_off() -> None:
    wires, again = bus(), bus()
    ask(wires, long_frame(SND_UD | FCB, 2, asking.new_primary(99)))
    again.revive(wires.kept())
    assert ask(again, short_frame(SND_NKE, 99)) == b"\xe5"
    assert not wires.meters[1].changed


def test_control_lines_of_a_bus() -> None:
    wires = bus()
    heat, water = wires.meters[0], wires.meters[2]
    wires.command(["info", heat.secondary.id, "4"])
    told = readout(wires, 1)
    assert told.status == 8
    assert {
        each.value for each in told.body.records if each.heading.dif_vif.hex() == "04ff22"
    } == {4.0}
    wires.command(["silent", heat.secondary.id, "on"])
    assert ask(wires, short_frame(SND_NKE, 1)) == b""
    wires.command(["silent", heat.secondary.id, "off"])
    assert ask(wires, short_frame(SND_NKE, 1)) == b"\xe5"
    with pytest.raises(BadInput, match="no heat meter"):
        wires.command(["info", water.secondary.id, "4"])
    with pytest.raises(BadInput, match="no meter 1 on this bus"):
        wires.command(["silent", "1", "on"])
    with pytest.raises(BadInput, match="set info ID BITS"):
        wires.command(["volume"])
    assert "meters 6" in wires.status()


def test_250_meters_have_250_numbers_and_some_differ_in_their_last_digits_only() -> None:
    numbers = [each.secondary.id for each in seeded_meters(250, 3, BAUD, addressed=True)]
    assert len(set(numbers)) == 250
    assert len({number[:6] for number in numbers}) < 100
    assert [each.address for each in seeded_meters(250, 3, BAUD, addressed=True)][-1] == 250

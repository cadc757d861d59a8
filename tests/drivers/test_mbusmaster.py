"""The master of a wired bus: frame counts, readouts in parts, strangers, commands sent once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, GarbledAnswer, NothingSent
from drivers.mbus import asking
from drivers.mbus.asking import Secondary
from drivers.mbus.wired import WiredFrame
from drivers.mbusmaster import Station
from drivers.simulators.wiredmeter import WiredMeter
from tests.drivers.wiredline import sent, wired_line

NOON = datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001 - a meter's clock has no zone


async def test_a_meter_is_greeted_once_and_its_frame_count_turns() -> None:
    async with wired_line() as line:
        meter = line.station(2)
        for access_no in (1, 2, 3):
            readout = await line.master.read(meter)
            assert [each.access_no for each in readout.telegrams] == [access_no]
        assert [each.hex() for each in sent(line.link)] == [
            "1040024216",
            "107b027d16",
            "105b025d16",
            "107b027d16",
        ]


async def test_each_address_has_a_count_of_its_own() -> None:
    async with wired_line() as line:
        for primary in (2, 3, 2, 3):
            await line.master.read(line.station(primary))
        asked = [each[1] for each in sent(line.link) if each[1] != 0x40]
        assert asked == [0x7B, 0x7B, 0x5B, 0x5B]


async def test_a_readout_of_two_telegrams_is_read_whole_each_time() -> None:
    async with wired_line() as line:
        for _ in range(3):
            readout = await line.master.read(line.station(1))
            assert len(readout.telegrams) == 2
            assert [each.body.more_follows for each in readout.telegrams] == [True, False]
            assert readout.faults == ()


@pytest.mark.parametrize("addressed", [True, False])
async def test_a_readout_in_parts_is_one_telegram_when_the_last_part_came(
    monkeypatch: pytest.MonkeyPatch, addressed: bool
) -> None:
    """The layer above the wire cuts a long message (EN 13757-7): the master asks on for it."""
    asked = 0

    def part(meter: WiredMeter, at: datetime) -> bytes:
        nonlocal asked
        head = b"\x72" + meter.secondary.encoded() + bytes((7, 0, 0, 0))
        message = head + bytes.fromhex("0406E80300000413D2040000")
        cut = (message[:15], message[15:20], message[20:])[asked % 3]
        flags = asked % 3 + 1 | (0x4000 if asked % 3 < 2 else 0)
        asked += 1
        user = b"\x90\x02" + flags.to_bytes(2, "little") + cut
        return asking.long_frame(0x08, meter.address, user)

    monkeypatch.setattr(WiredMeter, "_readout", part)
    async with wired_line(2, addressed=addressed) as line:
        station = line.station(2) if addressed else line.selected(1)
        for _ in range(2):
            readout = await line.master.read(station)
            assert [each.part for each in readout.telegrams] == [1, 2, 0]
            number = line.bus.meters[1].secondary.id
            assert {each.address.id for each in readout.telegrams} == {number}
            last = readout.telegrams[-1].body
            assert [each.value for each in last.records] == [1000.0, 1.234]
            assert not last.more_follows


async def test_a_meter_is_read_by_the_address_of_its_maker() -> None:
    async with wired_line(addressed=False) as line:
        for place in (0, 3, 1, 0):
            readout = await line.master.read(line.selected(place))
            assert readout.telegrams[0].address.id == line.bus.meters[place].secondary.id
        assert readout.requests >= 3


async def test_a_lost_answer_is_asked_for_again_with_the_same_count() -> None:
    async with wired_line(network_s=0.05) as line:
        meter = line.station(2)
        await line.master.read(meter)
        line.fault("broken-frames")
        reading = asyncio.ensure_future(line.master.read(meter))
        await asyncio.sleep(0.01)  # the request has left
        line.fault()
        readout = await reading
        assert [each.access_no for each in readout.telegrams] == [2], "the same telegram again"
        assert [each[1] for each in sent(line.link)[2:4]] == [0x5B, 0x5B]


async def test_silence_names_the_meter_and_begins_anew_when_it_is_back() -> None:
    async with wired_line(network_s=0.02) as line:
        meter = line.station(2)
        line.bus.meters[1].silent = True
        with pytest.raises(DeviceUnreachable, match=r"Meter 2: no answer within 0\.0\d+ s"):
            await line.master.read(meter)
        line.bus.meters[1].silent = False
        await line.master.read(meter)
        assert sent(line.link)[-2].hex() == "1040024216"


async def test_a_meter_that_thinks_longer_gets_the_patience_it_needs() -> None:
    async with wired_line(2, "slow:200", network_s=0.05) as line:
        with pytest.raises(DeviceUnreachable):
            await line.master.read(line.station(2))
        await asyncio.sleep(0.4)
        # The line of this test runs a thousand times faster, and so does a meter's thinking.
        assert (await line.master.read(line.station(2, patience_s=400.0))).telegrams


async def test_two_meters_at_one_address_are_told_apart_from_one_that_is_silent() -> None:
    async with wired_line(addressed=False) as line:
        with pytest.raises(GarbledAnswer, match="several meters answer at once, or the line"):
            await line.master.read(Station("Meter 0", 0))
        assert line.master.figures.collisions == 1


async def test_noise_around_a_telegram_is_counted_and_passed_over() -> None:
    async with wired_line(2, "noise") as line:
        assert (await line.master.read(line.station(2))).telegrams[0].body.records
        assert line.link.figures.noises == 1
        assert line.master.figures.collisions == 0


async def test_an_answer_of_another_meter_is_never_taken() -> None:
    async with wired_line(6, "wrong-unit") as line:
        with pytest.raises(
            GarbledAnswer, match=r"another meter answers, number \d+ at address 3"
        ):
            await line.master.read(line.station(2))
        assert line.master.figures.strangers == 1


async def test_an_answer_of_another_number_is_never_taken() -> None:
    async with wired_line() as line:
        meter, other = line.bus.meters[1], line.bus.meters[2]
        asked = line.selected(1)
        meter.silent = True
        other.secondary, kept = meter.secondary, other.secondary
        real = other.hear

        def disguised(self: WiredMeter, frame: WiredFrame, at: datetime) -> bytes | None:
            answer = real(frame, at)
            other.secondary = kept if answer == b"\xe5" else other.secondary
            return answer

        hearing, WiredMeter.hear = WiredMeter.hear, disguised  # type: ignore[method-assign]
        line.bus.meters[:] = [other]
        try:
            with pytest.raises(GarbledAnswer, match="another meter answers"):
                await line.master.read(asked)
        finally:
            WiredMeter.hear = hearing  # type: ignore[method-assign]


async def test_a_meter_that_repeats_itself_is_noticed() -> None:
    async with wired_line() as line:
        meter = line.bus.meters[0]
        first = meter.hear

        def stuck(self: WiredMeter, frame: WiredFrame, at: datetime) -> bytes | None:
            answer = first(frame, at)
            meter._next, meter._access = 0, 0
            return answer

        hearing, WiredMeter.hear = WiredMeter.hear, stuck  # type: ignore[method-assign]
        line.bus.meters[:] = [meter]
        try:
            readout = await line.master.read(line.station(1))
        finally:
            WiredMeter.hear = hearing  # type: ignore[method-assign]
        assert len(readout.telegrams) == 1
        assert readout.faults == (
            "Meter 1: the meter repeats its telegram instead of the next one",
        )
        assert line.master.figures.repeated == 1


async def test_a_new_address_a_clock_and_a_rate_are_taken() -> None:
    async with wired_line(network_s=0.05) as line:
        meter, station = line.bus.meters[1], line.station(2)
        await line.master.command(station, asking.new_primary(77))
        assert meter.address == 77
        wished = NOON
        await line.master.command(line.station(77), asking.clock_setting(wished))
        assert meter.clock_shift != timedelta()
        await line.master.command(line.station(77), asking.application_reset())
        await line.master.command(line.station(77), asking.output_selection([b"\x13"]))
        await line.master.command(line.station(77), asking.baud_change(300))
        assert meter.baud == 300


async def test_a_command_that_is_not_acknowledged_is_sent_once() -> None:
    async with wired_line(network_s=0.05) as line:
        station = line.station(2)
        await line.master.read(station)
        line.fault("lost:100")
        with pytest.raises(
            DeviceUnreachable, match="it is not known whether the meter took it"
        ):
            await line.master.command(station, asking.new_primary(9))
        orders = [each for each in sent(line.link) if each[:1] == b"\x68"]
        assert len(orders) == 1
        assert line.bus.meters[1].address == 9, "it did take it"


async def test_a_command_to_nobody_never_leaves() -> None:
    async with wired_line(network_s=0.02) as line:
        with pytest.raises(NothingSent, match="nothing was sent"):
            await line.master.command(line.station(99), asking.application_reset())
        assert [each[:1] for each in sent(line.link)] == [b"\x10", b"\x10"]


async def test_a_command_may_be_tried_again_where_that_does_no_harm() -> None:
    async with wired_line(network_s=0.05) as line:
        line.fault("noise")
        await line.master.command(line.station(2), asking.application_reset(), tries=3)
        with pytest.raises(DeviceUnreachable):
            await line.master.command(line.station(2), asking.new_primary(1)[:-1] + b"\xfe")


async def test_a_meter_that_answers_a_command_with_something_else_refuses_it() -> None:
    async with wired_line() as line:
        real = WiredMeter.hear

        def refusing(self: WiredMeter, frame: WiredFrame, at: datetime) -> bytes | None:
            answer = real(self, frame, at)
            refused = frame.user is not None and answer is not None
            return asking.long_frame(0x08, 2, b"\x70\x01") if refused else answer

        WiredMeter.hear = refusing  # type: ignore[method-assign]
        try:
            with pytest.raises(DeviceRefused, match="answers, but does not acknowledge"):
                await line.master.command(line.station(2), asking.application_reset())
        finally:
            WiredMeter.hear = real  # type: ignore[method-assign]


@pytest.mark.parametrize("primary", [None, -1, 251, 253])
def test_a_station_that_reaches_nobody_is_refused(primary: int | None) -> None:
    with pytest.raises(BadInput, match="Cellar: a primary address is a number from 0 to 250"):
        Station("Cellar", primary)


def test_a_station_is_told_from_others() -> None:
    assert Station("a", 5).key == "5"
    assert Station("a", 5).at == 5
    selected = Station("a", None, Secondary.parsed("12345678"))
    assert (selected.key, selected.at) == ("12345678-FFFF-FF-FF", 0xFD)

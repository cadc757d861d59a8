"""A meter's valve over the wires: sent once, read back, unknown when the answer was lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from app.alarms.rules.unknown import RULE
from app.errors import BadInput, DeviceRefused, DeviceUnreachable, NothingSent
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkId, Option
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.ports import Writable
from app.profiles.loader import load_all
from drivers.mbus.asking import CI_DATA
from drivers.mbus.valve import KEY, UNKNOWN
from drivers.mbusdevice import PROFILE, MbusDevice
from drivers.simulators.wiredmeter import SAMPLE_VALVE
from drivers.simulators.wiredvalues import HeatValues
from tests.drivers.simulators.plant import Hands
from tests.drivers.wiredline import WiredLine, sent, wired_line

SAMPLE = bytes((CI_DATA,)) + SAMPLE_VALVE
POINT = PointId(f"cellar.{KEY}")
MAP: dict[str, Option] = {
    "valve_kind": "normally open",
    "valve_energise": (SAMPLE + b"\x01").hex(),
    "valve_release": (SAMPLE + b"\x00").hex(),
    "valve_state": "digital_output",
}


@dataclass
class Cellar:
    """A heat meter with a valve, and the device that speaks with it."""

    line: WiredLine
    device: MbusDevice
    hands: Hands

    @property
    def values(self) -> HeatValues:
        values = self.line.bus.meters[0].values
        assert isinstance(values, HeatValues)
        return values

    async def supply(self) -> Reading:
        """Return what a poll tells of the supply."""
        outcome = await self.device.poll(())
        (found,) = [each for each in outcome.readings if each.point == POINT]
        return found

    def orders(self) -> list[bytes]:
        return [each for each in sent(self.line.link) if SAMPLE_VALVE in each]


@asynccontextmanager
async def cellar(**options: Option) -> AsyncIterator[Cellar]:
    hands = Hands()
    async with wired_line(2, network_s=0.06, now=hands) as line:
        values = line.bus.meters[0].values
        assert isinstance(values, HeatValues)
        values.valve = False
        config = DeviceConfig(
            DeviceId("cellar"), "Cellar", "", LinkId("l"), 1, PROFILE, options=MAP | options
        )
        generic = load_all().profile(PROFILE)
        first = MbusDevice(line.master, config, generic, hands)
        points = (await first.identify(())).points
        whole = replace(generic, points=points, told=frozenset(points))
        yield Cellar(line, MbusDevice(line.master, config, whole, hands), hands)


async def test_heat_is_cut_off_once_and_given_back_and_both_are_read() -> None:
    async with cellar() as here:
        assert isinstance(here.device, Writable)
        assert (await here.supply()).value == 1.0
        await here.device.write(KEY, 0)
        shut = here.values.valve
        assert (await here.supply()).value == 0.0, "read again, though just read"
        assert len(here.orders()) == 1
        await here.device.write(KEY, 1)
        assert (shut, here.values.valve) == (True, False)
        assert (await here.supply()).value == 1.0
        assert len(here.orders()) == 2


async def test_no_water_flows_through_a_valve_that_is_shut() -> None:
    async with cellar() as here:
        await here.device.write(KEY, 0)
        outcome = await here.device.poll(())
        before = {r.point: r.value for r in outcome.readings}
        here.hands.pass_s(7200.0)
        outcome = await here.device.poll(())
        after = {r.point: r.value for r in outcome.readings}
        assert after[PointId("cellar.energy")] == before[PointId("cellar.energy")]
        assert after[PointId("cellar.volume")] == before[PointId("cellar.volume")]
        await here.device.write(KEY, 1)
        here.hands.pass_s(7200.0)
        outcome = await here.device.poll(())
        again = {r.point: r.value for r in outcome.readings}
        grown, stood = again[PointId("cellar.volume")], after[PointId("cellar.volume")]
        assert isinstance(grown, float)
        assert isinstance(stood, float)
        assert grown > stood


async def test_an_answer_lost_after_the_command_leaves_the_state_unknown_until_it_is_read() -> (
    None
):
    async with cellar() as here:
        await here.supply()
        meter = here.line.bus.meters[0]
        here.line.bus.command(["vanish", meter.secondary.id, "on"])
        with pytest.raises(DeviceUnreachable, match="not known whether the meter took it"):
            await here.device.write(KEY, 0)
        orders = len(here.orders())
        assert orders == 1
        for _ in range(3):
            unknown = await here.supply()
            assert (unknown.value, unknown.quality, unknown.reason) == (
                None,
                Quality.BAD,
                UNKNOWN,
            )
        assert len(here.orders()) == 1, "never repeated by itself"
        here.line.bus.command(["silent", meter.secondary.id, "off"])
        known = await here.supply()
        assert known.value == 0.0, "the meter had taken it"
        assert len(here.orders()) == 1


async def test_silence_before_the_command_sends_nothing() -> None:
    async with cellar() as here:
        here.line.fault("silent")
        with pytest.raises(DeviceUnreachable):
            await here.device.write(KEY, 0)
        assert here.orders() == []
        with pytest.raises(DeviceUnreachable):
            await here.device.identify(())


async def test_the_frost_guard_reads_the_meter_and_sends_nothing() -> None:
    async with cellar(frost_c=200.0) as here:
        with pytest.raises(DeviceRefused, match="Cellar: frost guard: the water has"):
            await here.device.write(KEY, 0)
        assert here.orders() == []
        await here.device.write(KEY, 1)
        assert len(here.orders()) == 1, "connecting is never refused"


async def test_a_meter_that_does_not_know_the_command_stays_unknown_until_read() -> None:
    async with cellar(valve_energise="510f4e4f01") as here:
        with pytest.raises(DeviceUnreachable):
            await here.device.write(KEY, 0)
        assert (await here.supply()).value == 1.0


async def test_without_a_map_there_is_no_such_setting() -> None:
    async with cellar(valve_state=None) as here:
        with pytest.raises(BadInput, match="Cellar: heat_supply has no place in this device"):
            await here.device.write(KEY, 0)
        outcome = await here.device.poll(())
        assert POINT not in {each.point for each in outcome.readings}


async def test_another_setting_or_value_is_refused_before_anything_is_sent() -> None:
    async with cellar() as here:
        with pytest.raises(BadInput):
            await here.device.write("energy", 0)
        with pytest.raises(BadInput):
            await here.device.write(KEY, 2)
        assert here.orders() == []
        await here.line.link.close()
        with pytest.raises(NothingSent):
            await here.device.write(KEY, 0)


def test_the_alarm_holds_until_the_meter_itself_tells() -> None:
    rule = AlarmRule("r", RULE.kind, DeviceId("cellar"), POINT, "Valve", 1)
    at, judge = Hands().at, RULE.by_reading
    assert judge is not None
    assert judge(rule, Reading(POINT, None, Quality.BAD, at, UNKNOWN), False) is True
    assert (
        judge(rule, Reading(POINT, None, Quality.OFFLINE, at, "device-offline"), True) is None
    )
    assert judge(rule, Reading(POINT, 1.0, Quality.STALE, at, "device-late"), True) is None
    assert judge(rule, Reading(POINT, 0.0, Quality.GOOD, at), True) is False

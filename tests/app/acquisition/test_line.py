"""One line and its devices over hours: turns, silence, back-off, return, writes in between."""

import asyncio
from abc import ABCMeta
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import pytest

from app.acquisition.line import DEAD_SHARE, LONGEST_BACK_OFF_S, Line, Pacing
from app.acquisition.unit import Unit
from app.errors import DeviceRefused, DeviceUnreachable
from app.model.device import Presence
from app.model.reading import PointId, Quality
from app.pointtable import PointTable
from app.ports import Polled
from tests.fakes.clock import FakeClock
from tests.fakes.sharedline import SharedLine
from tests.fakes.virtualtime import in_virtual_time
from tests.plant import LINK, device, profile

CYCLE_S = 10.0
PROFILE = profile(CYCLE_S)  # supply each cycle, the two settings every fourth


class Site:
    """A line that runs, and what it is made of."""

    def __init__(self, line: SharedLine, count: int) -> None:
        self.wires = line
        self.table = PointTable()
        names = [f"station-{number}" for number in range(count)]
        now_s = asyncio.get_running_loop().time()
        self.began_s = now_s
        self.units = [Unit(device(n), self.table, FakeClock(), now_s) for n in names]
        self.changes: list[tuple[float, str, Presence]] = []
        self.line = Line(
            LINK,
            self.units,
            line.driver(),
            candidates=[],
            start_profile={unit.config.id: PROFILE for unit in self.units},
            choose=lambda unit, identity: PROFILE,
            clock=FakeClock(),
            changed=self._changed,
        )

    def presence(self, number: int) -> Presence:
        return self.units[number].keeper.presence

    def kept(self, number: int, from_s: float, to_s: float) -> float:
        """Return the share of its fast cycles a unit had in a span of time."""
        polls = self.wires.polls[f"station-{number}", "supply"]
        return sum(from_s <= at < to_s for at in polls) * CYCLE_S / (to_s - from_s)

    def _changed(self, unit: Unit, presence_changed: bool) -> None:
        if presence_changed:
            now_s = asyncio.get_running_loop().time()
            self.changes.append((now_s, unit.config.id, unit.keeper.presence))


@asynccontextmanager
async def running(line: SharedLine, count: int) -> AsyncIterator[Site]:
    site = Site(line, count)
    task = asyncio.create_task(site.line.run(0.0))
    try:
        yield site
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool], within_s: float = 120.0) -> float:
    """Wait in virtual time and return how long it took."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while not holds():
        assert loop.time() - began_s < within_s
        await asyncio.sleep(0.05)
    return loop.time() - began_s


def test_ten_silent_units_of_thirty_cost_the_living_no_cycle() -> None:
    async def story() -> None:
        wires = SharedLine(silent={f"station-{number}" for number in range(10)})
        async with running(wires, 30) as site:
            await asyncio.sleep(120.0)
            from_s = asyncio.get_running_loop().time()
            wires.busy_s = wires.wasted_s = 0.0
            await asyncio.sleep(1200.0)
            to_s = asyncio.get_running_loop().time()
            shares = [site.kept(number, from_s, to_s) for number in range(10, 30)]
            assert min(shares) >= 0.95
            assert wires.wasted_s <= DEAD_SHARE * 1200.0 * 1.05
            assert {site.presence(number) for number in range(10)} == {Presence.OFFLINE}
            assert {site.presence(number) for number in range(10, 30)} == {Presence.ON}

    in_virtual_time(story())


def test_the_living_have_their_values_within_a_minute_however_many_are_silent() -> None:
    async def story() -> None:
        wires = SharedLine(silent={f"station-{number}" for number in range(10)})
        async with running(wires, 30) as site:
            living = range(10, 30)
            took_s = await until(lambda: all(site.presence(n) is Presence.ON for n in living))
            assert took_s <= 60.0

    in_virtual_time(story())


def test_units_that_fall_silent_one_by_one_never_stall_the_rest() -> None:
    async def story() -> None:
        wires = SharedLine()
        async with running(wires, 12) as site:
            await asyncio.sleep(100.0)
            from_s = asyncio.get_running_loop().time()
            for number in range(6):
                wires.silent.add(f"station-{number}")
                await asyncio.sleep(50.0)
            await asyncio.sleep(300.0)
            to_s = asyncio.get_running_loop().time()
            assert min(site.kept(number, from_s, to_s) for number in range(6, 12)) >= 0.95

    in_virtual_time(story())


def test_a_unit_that_says_who_it_is_but_answers_no_poll_takes_no_more_than_a_dead_one() -> None:
    async def story() -> None:
        wires = SharedLine(mute_polls={"station-0"})
        async with running(wires, 10) as site:
            await asyncio.sleep(60.0)
            from_s, wires.wasted_s = asyncio.get_running_loop().time(), 0.0
            await asyncio.sleep(600.0)
            to_s = asyncio.get_running_loop().time()
            assert wires.wasted_s <= DEAD_SHARE * 600.0 * 1.05
            assert min(site.kept(number, from_s, to_s) for number in range(1, 10)) >= 0.95
            assert site.presence(0) is Presence.OFFLINE

    in_virtual_time(story())


def test_tries_double_up_to_eight_seconds_and_begin_anew_after_a_return() -> None:
    async def story() -> list[list[float]]:
        wires = SharedLine(timeout_s=0.0, answer_s=0.0, silent={"station-0"})
        pauses = []
        async with running(wires, 1) as site:
            for _ in range(2):
                wires.asked.clear()
                await asyncio.sleep(60.0)
                asked = wires.asked["station-0"]
                pauses.append([round(b - a, 3) for a, b in pairwise(asked)][:8])
                wires.silent.clear()
                await until(lambda: site.presence(0) is Presence.ON, 15.0)
                await asyncio.sleep(1.0)
                wires.silent.add("station-0")
                await until(lambda: site.presence(0) is not Presence.ON)
        return pauses

    first, second = in_virtual_time(story())
    assert first == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]
    assert max(second) == LONGEST_BACK_OFF_S
    assert second[-1] == LONGEST_BACK_OFF_S


@pytest.mark.parametrize("away_s", [5.0, 40.0, 600.0])
def test_a_device_alone_on_its_line_is_back_within_fifteen_seconds(away_s: float) -> None:
    async def story() -> float:
        wires = SharedLine()
        async with running(wires, 1) as site:
            await until(lambda: site.presence(0) is Presence.ON)
            wires.connected, wires.refused = False, True
            await asyncio.sleep(away_s)
            wires.refused = False
            return await until(lambda: site.presence(0) is Presence.ON)

    assert in_virtual_time(story()) <= 15.0


def test_when_a_line_comes_back_its_thirty_units_come_with_it() -> None:
    async def story() -> float:
        wires = SharedLine()
        async with running(wires, 30) as site:
            await until(lambda: all(site.presence(n) is Presence.ON for n in range(30)))
            wires.silent = {unit.config.id for unit in site.units}
            await asyncio.sleep(900.0)
            assert {site.presence(n) for n in range(30)} == {Presence.OFFLINE}
            wires.silent.clear()
            return await until(lambda: all(site.presence(n) is Presence.ON for n in range(30)))

    assert in_virtual_time(story()) <= 30.0


def test_a_lost_connection_is_known_by_the_second_try_a_lost_answer_by_two_cycles() -> None:
    async def story(*, refused: bool) -> float:
        wires = SharedLine()
        async with running(wires, 1) as site:
            await until(lambda: site.presence(0) is Presence.ON)
            wires.refused, wires.connected = refused, not refused
            wires.silent = {"station-0"}
            began_s = asyncio.get_running_loop().time()
            await until(lambda: site.presence(0) is Presence.LATE)
            return asyncio.get_running_loop().time() - began_s

    assert in_virtual_time(story(refused=True)) <= CYCLE_S + 1.0
    assert CYCLE_S < in_virtual_time(story(refused=False)) <= 2 * CYCLE_S + 3.0


def test_presence_goes_the_whole_way_once() -> None:
    async def story() -> list[Presence]:
        wires = SharedLine()
        async with running(wires, 2) as site:
            await until(lambda: site.presence(0) is Presence.ON)
            wires.silent.add("station-0")
            await until(lambda: site.presence(0) is Presence.OFFLINE)
            wires.silent.clear()
            await until(lambda: site.presence(0) is Presence.ON)
            return [presence for _, name, presence in site.changes if name == "station-0"]

    on, late, offline = Presence.ON, Presence.LATE, Presence.OFFLINE
    assert in_virtual_time(story()) == [on, late, offline, on]


def test_a_write_and_a_read_on_demand_go_in_between_the_polls() -> None:
    async def story() -> None:
        wires = SharedLine(answer_s=1.0)
        async with running(wires, 8) as site:
            await until(lambda: all(site.presence(n) is Presence.ON for n in range(8)))
            for number in range(8):
                await site.line.write(site.units[number], "limit", 40.0 + number)
                outcome = await site.line.ask(site.units[number], ["limit"])
                assert [r.point for r in outcome.readings] == [f"station-{number}.limit"]
            assert [(name, value) for _, name, _, value in wires.writes] == [
                (f"station-{number}", 40.0 + number) for number in range(8)
            ]
            assert {site.presence(n) for n in range(8)} == {Presence.ON}

    in_virtual_time(story())


def test_nothing_is_written_to_a_device_that_does_not_answer() -> None:
    async def story() -> None:
        wires = SharedLine()
        async with running(wires, 1) as site:
            await until(lambda: site.presence(0) is Presence.ON)
            wires.silent.add("station-0")
            await until(lambda: site.presence(0) is Presence.LATE)
            with pytest.raises(DeviceUnreachable, match="nothing was sent"):
                await site.line.write(site.units[0], "limit", 40.0)
            assert not wires.writes

    in_virtual_time(story())


def test_asking_a_lost_device_tries_it_at_once_and_brings_it_back() -> None:
    async def story() -> None:
        wires = SharedLine(silent={"station-0"})
        async with running(wires, 2) as site:
            await until(lambda: site.presence(0) is Presence.OFFLINE)
            with pytest.raises(DeviceUnreachable, match="station-0: no answer"):
                await site.line.ask(site.units[0], ["supply"])
            wires.silent.clear()
            outcome = await site.line.ask(site.units[0], [])
            assert {r.point for r in outcome.readings} == {
                "station-0.supply",
                "station-0.limit",
                "station-0.comfort",
            }
            assert site.presence(0) is Presence.ON
            polls = wires.polls["station-0", "supply"]
            await asyncio.sleep(3 * CYCLE_S)
            assert len(polls) >= 3

    in_virtual_time(story())


def test_a_line_that_ends_in_the_middle_of_a_question_closes_its_link() -> None:
    async def story() -> None:
        wires = SharedLine(answer_s=5.0)
        async with running(wires, 3) as site:
            await asyncio.sleep(2.0)
        assert (wires.opened, wires.closed) == (1, 1)
        with pytest.raises(DeviceUnreachable, match="Line 1: the link is not running"):
            await site.line.ask(site.units[0], ["supply"])
        with pytest.raises(DeviceRefused, match="cannot write"):
            await site.line.write(site.units[0], "limit", 40.0)

    in_virtual_time(story())


def test_after_a_crash_the_devices_are_met_anew_on_a_new_link() -> None:
    async def story() -> None:
        wires = SharedLine()
        site = Site(wires, 3)
        wires.crash = [ZeroDivisionError("a bug in the driver")]
        with pytest.raises(ZeroDivisionError):
            await site.line.run(0.0)
        assert (wires.opened, wires.closed) == (1, 1)
        task = asyncio.create_task(site.line.run(0.0))
        await until(lambda: all(site.presence(n) is Presence.ON for n in range(3)))
        wires.crash = [ZeroDivisionError("again")]
        with pytest.raises(ZeroDivisionError):
            await task
        task = asyncio.create_task(site.line.run(0.0))
        polled = len(wires.polls["station-1", "supply"])
        await until(lambda: len(wires.polls["station-1", "supply"]) > polled, CYCLE_S)
        assert (wires.opened, wires.closed) == (3, 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    in_virtual_time(story())


def test_a_driver_that_crashes_at_every_turn_keeps_no_value_fresh() -> None:
    async def story() -> None:
        wires = SharedLine()
        site = Site(wires, 2)
        task = asyncio.create_task(site.line.run(0.0))
        await until(lambda: site.presence(1) is Presence.ON)
        point = PointId("station-1.supply")
        for seconds in range(0, 60, 6):
            wires.crash = [ZeroDivisionError(f"bug {seconds}")]
            with pytest.raises(ZeroDivisionError):
                await task
            site.line.crashed(ZeroDivisionError(f"bug {seconds}"))
            await asyncio.sleep(6.0)
            wires.crash = [ZeroDivisionError(f"bug {seconds}")]
            task = asyncio.create_task(site.line.run(0.0))
        with pytest.raises(ZeroDivisionError):
            await task
        assert site.presence(1) is Presence.OFFLINE
        latest = site.table.latest(point)
        assert latest is not None
        assert latest.quality is Quality.OFFLINE
        standing = site.units[1].keeper.standing()
        assert standing.last_error.startswith("a fault in the driver (ZeroDivisionError)")

    in_virtual_time(story())


def test_a_device_nothing_is_polled_of_is_met_once_a_cycle_and_fades_like_any_other() -> None:
    async def story() -> None:
        wires = SharedLine()
        empty = profile(CYCLE_S, points={}, places={}, poll_groups={"slow": CYCLE_S})
        table, loop = PointTable(), asyncio.get_running_loop()
        unit = Unit(device(), table, FakeClock(), loop.time())
        line = Line(
            LINK,
            [unit],
            wires.driver(),
            candidates=[],
            start_profile={unit.config.id: empty},
            choose=lambda _unit, _identity: empty,
            clock=FakeClock(),
            changed=lambda _unit, _changed: None,
        )
        task = asyncio.create_task(line.run(0.0))
        await asyncio.sleep(5.0)
        assert unit.keeper.standing().presence is Presence.ON
        await asyncio.sleep(100.0)
        assert 10 <= len(wires.met["station-7"]) <= 11
        assert not wires.polls
        assert unit.keeper.standing().presence is Presence.ON
        wires.silent.add("station-7")
        await until(lambda: unit.keeper.standing().presence is Presence.LATE)
        await until(lambda: unit.keeper.standing().presence is Presence.OFFLINE)
        wires.silent.clear()
        assert await until(lambda: unit.keeper.presence is Presence.ON) <= 15.0
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    in_virtual_time(story())


def test_a_poll_asks_for_no_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking one up takes as long as a poll of ten points; hundreds a second are polled."""
    asked: list[type] = []
    real = type(Polled).__instancecheck__

    def looked_up(kind: ABCMeta, instance: object) -> bool:
        asked.append(kind)
        return real(kind, instance)

    async def story() -> None:
        wires = SharedLine()
        async with running(wires, 3) as site:
            await until(lambda: all(unit.driver is not None for unit in site.units))
            asked.clear()
            before = sum(map(len, wires.polls.values()))
            await asyncio.sleep(50 * CYCLE_S)
            assert sum(map(len, wires.polls.values())) > before + 100
            assert not {Polled, Pacing} & set(asked)

    monkeypatch.setattr(type(Polled), "__instancecheck__", looked_up)
    in_virtual_time(story())

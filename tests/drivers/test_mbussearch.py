"""Meters are found by wildcards through collisions, at the pace of a line, on its clock."""

import asyncio
import sys

import pytest

from app.errors import BadInput, DeviceUnreachable
from drivers.mbus.asking import Secondary
from drivers.mbussearch import FoundMeter, Progress, Search
from drivers.simulators.faults import Fault
from tests.drivers.virtualline import VirtualLine, run_virtually
from tests.drivers.wiredline import wired_line


def numbers(search: Search) -> set[str]:
    return {meter.secondary.id for meter in search.found}


def searched(count: int, *faults: str, seed: int = 3) -> tuple[Search, set[str], float]:
    """Return a search over meters fresh from their makers, their numbers, and the seconds."""

    async def work() -> tuple[Search, set[str]]:
        line = VirtualLine(count, addressed=False, seed=seed)
        for text in faults:
            line.server.faults.add(Fault.parsed(text))
        search = Search(line.link)
        await search.secondary()
        return search, {meter.secondary.id for meter in line.bus.meters}

    (search, there), took_s = run_virtually(work())
    return search, there, took_s


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_meters_of_twenty_are_found(seed: int) -> None:
    search, there, _took_s = searched(20, seed=seed)
    assert numbers(search) == there
    assert len(search.found) == 20
    assert search.collisions > 0
    assert search.unresolved == []


def test_an_empty_bus_costs_one_question() -> None:
    async def work() -> Search:
        line = VirtualLine(1, addressed=False)
        line.bus.meters.clear()
        search = Search(line.link)
        await search.secondary()
        return search

    search, took_s = run_virtually(work())
    assert (search.found, search.asked) == ([], 1)
    assert took_s < 1.0


def test_one_meter_alone_costs_two() -> None:
    search, there, _took_s = searched(1)
    assert numbers(search) == there
    assert search.asked == 2


@pytest.mark.parametrize("fault", ["echo", "noise"])
def test_echo_and_noise_hide_nobody(fault: str) -> None:
    search, there, _took_s = searched(6, fault)
    assert there <= numbers(search) | {each.id for each in search.unresolved}


def test_noise_is_no_meter_and_hides_none() -> None:
    search, there, _took_s = searched(3, "noise")
    assert numbers(search) == there
    assert search.unresolved == []
    assert search.noises >= 3
    quiet, _there, _took_s = searched(3)
    assert quiet.noises == 0
    assert quiet.collisions > 0, "told apart from noise"


def test_a_search_is_told_as_it_goes_and_ends_with_everything() -> None:
    async def work() -> list[Progress]:
        line, told = VirtualLine(12, addressed=False), list[Progress]()
        await Search(line.link, told.append).secondary()
        return told

    told, took_s = run_virtually(work())
    shares = [each.share for each in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert told[-1].found == 12
    assert told[-1].left_s == pytest.approx(0.0, abs=1e-6)
    estimates = [each.left_s for each in told if 0.3 < each.share < 0.9]
    assert estimates
    assert all(left is not None and left < 3 * took_s for left in estimates)


def test_only_what_was_asked_for_is_searched() -> None:
    async def work() -> tuple[Search, set[str]]:
        line = VirtualLine(20, addressed=False)
        first = line.bus.meters[0].secondary.id[:2]
        search = Search(line.link, within=Secondary.parsed(first + "FFFFFF"))
        await search.secondary()
        return search, {
            meter.secondary.id
            for meter in line.bus.meters
            if meter.secondary.id.startswith(first)
        }

    (search, wanted), _took_s = run_virtually(work())
    assert numbers(search) == wanted


def test_meters_of_one_number_are_told_apart_by_their_media_or_named() -> None:
    async def work() -> Search:
        line = VirtualLine(4, addressed=False)
        heat, cooling, water, twin = line.bus.meters
        for each in (cooling, water, twin):
            each.secondary = Secondary(
                heat.secondary.id, each.secondary.maker, 1, each.secondary.medium
            )
        twin.secondary = Secondary(heat.secondary.id, twin.secondary.maker, 2, 0x07)
        search = Search(line.link)
        await search.secondary()
        return search

    search, _took_s = run_virtually(work())
    assert {meter.secondary.medium for meter in search.found} == {0x04, 0x0C}
    assert [each.medium for each in search.unresolved] == [0x07]


def test_primary_addresses_are_asked_one_by_one() -> None:
    async def work() -> Search:
        line = VirtualLine(7, addressed=True)
        search = Search(line.link)
        await search.primary(0, 30)
        return search

    search, _took_s = run_virtually(work())
    assert [meter.primary for meter in search.found] == list(range(1, 8))


def test_two_at_one_primary_address_are_a_collision_and_no_meter() -> None:
    async def work() -> Search:
        line = VirtualLine(3, addressed=False)
        search = Search(line.link)
        await search.primary(0, 2)
        return search

    search, _took_s = run_virtually(work())
    assert search.found == []
    assert search.collisions == 1


async def test_addresses_that_cannot_be_are_refused() -> None:
    async with wired_line() as line:
        with pytest.raises(BadInput, match="between 0 and 250"):
            await Search(line.link).primary(5, 251)


async def test_a_search_rests_and_lets_others_speak() -> None:
    async with wired_line(6, addressed=False, network_s=0.02) as line:
        search = Search(line.link)
        task = asyncio.ensure_future(search.secondary())
        await asyncio.sleep(0.1)
        search.going.clear()
        await asyncio.sleep(0.2)
        asked = search.asked
        assert (await line.master.read(line.selected(2))).telegrams
        await asyncio.sleep(0.1)
        assert search.asked == asked
        search.going.set()
        await task
        assert len(search.found) == 6


async def test_a_search_that_is_cancelled_ends_at_once_and_keeps_what_it_found() -> None:
    async with wired_line(20, addressed=False, network_s=0.02) as line:
        search = Search(line.link)
        task = asyncio.ensure_future(search.secondary())
        while not search.found:  # noqa: ASYNC110 - what is awaited here has no event
            await asyncio.sleep(0.01)
        task.cancel()
        async with asyncio.timeout(1.0):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert search.found
        assert not line.link.turns.taken
        assert (await line.master.read(line.selected(0))).telegrams, "the line is free"


async def test_a_line_that_is_lost_ends_a_search_with_what_it_found() -> None:
    async with wired_line(20, addressed=False, network_s=0.02) as line:
        search = Search(line.link)
        task = asyncio.ensure_future(search.secondary())
        while len(search.found) < 2:  # noqa: ASYNC110 - what is awaited here has no event
            await asyncio.sleep(0.01)
        await line.server.stop()
        with pytest.raises(DeviceUnreachable):
            await task
        assert len(search.found) >= 2


def test_what_is_found_is_told_apart() -> None:
    one = FoundMeter(Secondary.parsed("12345678-KAM-35-04"), 5)
    assert one == FoundMeter(Secondary.parsed("12345678-KAM-35-04"), 5)
    assert one != FoundMeter(Secondary.parsed("12345678-KAM-35-04"), 6)


@pytest.mark.campaign
def test_250_meters_of_250_are_found_through_their_collisions() -> None:
    search, there, took_s = searched(250)
    assert numbers(search) == there
    assert len(there) == 250
    sys.stdout.write(
        f"{search.asked} questions, {search.collisions} collisions, {took_s:.0f} s at 2400 Bd\n"
    )

"""Polling waits for the screen for a moment, in turns, and never for good."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from app.acquisition.courtesy import PAGE_S, START_S, Courtesy
from tests.fakes.virtualtime import in_virtual_time


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def took_s(work: Awaitable[object]) -> float:
    begun_s = now_s()
    await work
    return now_s() - begun_s


def made() -> Courtesy:
    return Courtesy(now_s)


def test_nobody_waits_unasked() -> None:
    async def story() -> None:
        courtesy = made()
        assert await took_s(courtesy.passed()) == 0.0
        courtesy.end()  # of what never began
        assert await took_s(courtesy.passed()) == 0.0

    in_virtual_time(story())


def test_a_line_goes_on_when_the_page_stands() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        asyncio.get_running_loop().call_later(0.1, courtesy.end)
        assert 0.099 <= await took_s(courtesy.passed()) <= 0.15

    in_virtual_time(story())


def test_a_page_that_never_stands_holds_nobody_up_for_long() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        assert PAGE_S <= await took_s(courtesy.passed()) <= PAGE_S + 0.05

    in_virtual_time(story())


def test_a_plant_that_is_opened_holds_them_up_a_little_longer() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin_start()
        courtesy.begin()  # its first page: nothing shorter
        assert START_S <= await took_s(courtesy.passed()) <= START_S + 0.05

    in_virtual_time(story())


def test_who_leafs_through_pages_leaves_the_lines_half_of_the_time() -> None:
    async def story() -> None:
        courtesy = made()
        free_s, first_s = 0.0, now_s()
        for _look in range(2000):
            courtesy.begin()
            begun_s = now_s()
            await courtesy.passed()
            free_s += 0.005 if now_s() == begun_s else 0.0
            await asyncio.sleep(0.005)
        assert free_s >= 0.45 * (now_s() - first_s)

    in_virtual_time(story())


def test_a_short_wait_is_followed_by_as_short_a_rest() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        await asyncio.sleep(0.1)
        courtesy.end()
        courtesy.begin()
        assert await took_s(courtesy.passed()) == 0.0, "it is the lines' turn"
        await asyncio.sleep(0.11)
        courtesy.begin()
        assert await took_s(courtesy.passed()) >= PAGE_S

    in_virtual_time(story())


def test_lines_that_waited_do_not_begin_all_at_once() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        went_on_s: list[float] = []

        async def line() -> None:
            await courtesy.passed()
            went_on_s.append(now_s())

        lines = [asyncio.create_task(line()) for _line in range(200)]
        await asyncio.gather(*lines)
        assert len(set(went_on_s)) >= 40
        assert 0.2 <= max(went_on_s) - min(went_on_s) <= 0.4

    in_virtual_time(story())


def test_a_line_that_is_ended_while_it_waits_keeps_no_other_from_going_on() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        ended, other = (asyncio.create_task(courtesy.passed()) for _line in range(2))
        await asyncio.sleep(0.05)
        ended.cancel()
        with suppress(asyncio.CancelledError):
            await ended
        assert await took_s(other) <= PAGE_S
        assert ended.cancelled()

    in_virtual_time(story())


def test_a_wait_begun_while_others_still_leave_holds_them_too() -> None:
    async def story() -> None:
        courtesy = made()
        courtesy.begin()
        lines = [asyncio.create_task(courtesy.passed()) for _line in range(400)]
        await asyncio.sleep(0.1)
        courtesy.end()
        await asyncio.sleep(0.11)
        courtesy.begin()
        await asyncio.sleep(0)  # those who were told to go on do
        left = sum(line.done() for line in lines)
        await asyncio.sleep(PAGE_S - 0.05)
        assert 0 < left < 400
        assert sum(line.done() for line in lines) == left
        await asyncio.gather(*lines)

    in_virtual_time(story())

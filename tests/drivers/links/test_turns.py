"""One question at a time; a write never waits behind reads."""

import asyncio

from drivers.links.turns import Turns
from tests.plant import until


async def test_writes_go_first_and_reads_in_order() -> None:
    turns, order, free = Turns(), [], asyncio.Event()

    async def first() -> None:
        async with turns.patient():
            await free.wait()

    async def ask(name: str, *, urgent: bool) -> None:
        async with turns.urgent() if urgent else turns.patient():
            order.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(first())
        await until(lambda: turns.taken)
        tasks.create_task(ask("read 1", urgent=False))
        tasks.create_task(ask("read 2", urgent=False))
        tasks.create_task(ask("write 1", urgent=True))
        tasks.create_task(ask("write 2", urgent=True))
        await until(lambda: turns.waiting == 4)
        free.set()

    assert order == ["write 1", "write 2", "read 1", "read 2"]
    assert not turns.taken


async def test_a_question_given_up_while_waiting_leaves_the_line_usable() -> None:
    turns = Turns()
    await turns.patient().__aenter__()
    waiting = [asyncio.create_task(turns.patient().__aenter__()) for _ in range(3)]
    await until(lambda: turns.waiting == 3)
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    assert turns.waiting == 2
    turns.leave()
    await waiting[1]
    turns.leave()
    await waiting[2]
    turns.leave()
    assert not turns.taken


async def test_a_question_given_up_in_the_moment_it_gets_the_line_hands_it_on() -> None:
    turns = Turns()
    await turns.patient().__aenter__()
    given_up = asyncio.create_task(turns.patient().__aenter__())
    next_one = asyncio.create_task(turns.patient().__aenter__())
    await until(lambda: turns.waiting == 2)
    turns.leave()  # hands the line over …
    given_up.cancel()  # … before its new owner wakes
    await asyncio.wait_for(next_one, 5)
    turns.leave()
    assert not turns.taken


async def test_a_question_cancelled_just_before_the_line_is_free_is_passed_over() -> None:
    turns = Turns()
    await turns.patient().__aenter__()
    given_up = asyncio.create_task(turns.urgent().__aenter__())
    next_one = asyncio.create_task(turns.patient().__aenter__())
    await until(lambda: turns.waiting == 2)
    given_up.cancel()
    turns.leave()
    await asyncio.wait_for(next_one, 5)
    assert given_up.cancelled() or (await asyncio.wait({given_up}))[0]
    turns.leave()
    assert not turns.taken

"""The core's own thread: it takes work from any thread, and ends leaving nothing behind."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError, Future

import pytest

from app import corethread
from app.corethread import CoreThread
from app.errors import BadInput, CoreLost


@pytest.fixture
def core() -> Iterator[CoreThread]:
    thread = CoreThread()
    thread.start()
    yield thread
    thread.stop()
    assert "core" not in {one.name for one in threading.enumerate()}


async def name_of_thread() -> str:
    return threading.current_thread().name


def test_work_runs_on_the_core_s_thread_and_brings_its_result(core: CoreThread) -> None:
    assert core.submit(name_of_thread()).result(30) == "core"
    assert threading.current_thread().name != "core"


def test_an_error_reaches_whoever_asked(core: CoreThread) -> None:
    async def refuse() -> None:
        raise BadInput("there is no device 'x'")

    with pytest.raises(BadInput, match="no device"):
        core.submit(refuse()).result(30)


def test_many_threads_may_ask_at_once(core: CoreThread) -> None:
    answers: list[int] = []

    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    def ask(start: int) -> None:
        answers.extend(core.submit(double(n)).result(10) for n in range(start, start + 50))

    threads = [threading.Thread(target=ask, args=(1000 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(2 * (1000 * k + n) for k in range(8) for n in range(50))


def test_who_no_longer_wants_an_answer_cancels_the_work(core: CoreThread) -> None:
    ended = threading.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    future = core.submit(long())
    core.submit(asyncio.sleep(0)).result(30)
    future.cancel()
    assert ended.wait(5)


def test_what_still_runs_is_cancelled_and_may_clean_up() -> None:
    core, cleaned = CoreThread(), []
    core.start()

    async def poll_for_ever() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(threading.current_thread().name)

    async def begin() -> "asyncio.Task[None]":
        return asyncio.create_task(poll_for_ever(), name="a line")

    core.submit(begin()).result(30)
    waiting = core.submit(poll_for_ever())
    core.submit(asyncio.sleep(0)).result(30)
    core.stop()
    assert cleaned == ["core", "core"]
    with pytest.raises(CancelledError):
        waiting.result(0)


def test_half_read_streams_are_closed() -> None:
    core, closed = CoreThread(), []
    core.start()

    async def readings() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    stream = readings()

    async def first() -> int:
        return await anext(stream)

    assert core.submit(first()).result(30) == 1
    core.stop()
    assert closed == [True]


def test_what_came_before_the_end_is_begun_and_what_comes_after_is_refused() -> None:
    core, futures = CoreThread(), list[Future[str]]()
    core.start()
    for _ in range(200):
        futures.append(core.submit(name_of_thread()))
    core.stop()
    assert all(future.done() for future in futures)
    with pytest.raises(CoreLost, match="has ended"):
        core.submit(name_of_thread())


def test_asking_while_it_ends_never_hangs() -> None:
    for _ in range(20):
        core, begun = CoreThread(), threading.Event()
        core.start()
        futures: list[Future[str]] = []

        def ask(
            core: CoreThread = core,
            begun: threading.Event = begun,
            futures: list[Future[str]] = futures,
        ) -> None:
            try:
                while True:
                    futures.append(core.submit(name_of_thread()))
                    begun.set()
            except CoreLost:
                return

        asking = threading.Thread(target=ask)
        asking.start()
        begun.wait(5)
        core.stop()
        asking.join(5)
        assert not asking.is_alive()
        assert all(future.done() for future in futures)


def test_it_may_be_stopped_twice_and_before_it_began() -> None:
    core = CoreThread()
    core.stop()
    core.stop()
    with pytest.raises(CoreLost):
        core.submit(name_of_thread())
    started = CoreThread()
    started.start()
    started.stop()
    started.stop()


def test_a_fault_in_the_last_clean_up_is_told() -> None:
    core, told = CoreThread(), []
    core.start()

    async def begin() -> None:
        def hear(_loop: object, context: dict[str, object]) -> None:
            told.append(context["message"])

        asyncio.get_running_loop().set_exception_handler(hear)
        begin.tasks = [asyncio.create_task(fails(), name="link Line 1")]  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    async def fails() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise OSError("the port would not close")

    core.submit(begin()).result(30)
    core.stop()
    assert told == ["link Line 1 failed while it was ended"]


def test_work_that_will_not_end_is_left_behind_and_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corethread, "CLEAN_UP_S", 0.1)
    core = CoreThread()
    core.start()
    free: list[asyncio.Future[None]] = []

    async def deaf() -> None:
        loop = asyncio.get_running_loop()
        free.append(loop.create_future())
        while not free[0].done():
            try:
                await asyncio.shield(free[0])
            except asyncio.CancelledError:
                continue

    core.submit(deaf())
    core.submit(asyncio.sleep(0.01)).result(30)
    began_s = time.monotonic()
    with caplog.at_level(logging.ERROR):
        core.stop()
    assert time.monotonic() - began_s < 5
    assert "is left behind" in caplog.text


def test_what_was_handed_to_a_side_thread_is_finished_before_the_core_ends() -> None:
    thread = CoreThread()
    thread.start()
    begun, written = threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        time.sleep(0.2)  # a slow disk
        written.set()

    thread.submit(asyncio.to_thread(write))
    assert begun.wait(5)
    thread.stop()
    assert written.is_set()
    assert not [one for one in threading.enumerate() if one.name.startswith("asyncio_")]

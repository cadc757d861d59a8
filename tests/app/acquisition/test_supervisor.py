"""What crashes is told of and started again, alone, with growing pauses."""

import asyncio
import logging
from itertools import pairwise

import pytest

from app.acquisition.supervisor import CALM_S, FIRST_PAUSE_S, LONGEST_PAUSE_S, Supervisor
from tests.fakes.virtualtime import in_virtual_time


class Faulty:
    """Work that fails after a while, as often as it is told to."""

    def __init__(self, times: int, lives_s: float = 0.0) -> None:
        self.times = times
        self.lives_s = lives_s
        self.began: list[float] = []
        self.cleaned_up = 0

    async def work(self) -> None:
        self.began.append(asyncio.get_running_loop().time())
        try:
            await asyncio.sleep(self.lives_s)
            if len(self.began) <= self.times:
                raise ZeroDivisionError(f"bug {len(self.began)}")
            await asyncio.sleep(3600.0)
        finally:
            self.cleaned_up += 1

    def pauses(self) -> list[float]:
        return [round(b - a - self.lives_s, 3) for a, b in pairwise(self.began)]


def test_the_pauses_double_up_to_eight_seconds() -> None:
    async def story() -> list[float]:
        supervisor, faulty = Supervisor(), Faulty(times=8)
        supervisor.start("line 1", faulty.work)
        await asyncio.sleep(60.0)
        await supervisor.stop_all()
        return faulty.pauses()

    assert in_virtual_time(story()) == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0]
    assert (FIRST_PAUSE_S, LONGEST_PAUSE_S) == (0.5, 8.0)


def test_after_a_calm_minute_the_pauses_begin_anew() -> None:
    async def story() -> list[float]:
        supervisor, faulty = Supervisor(), Faulty(times=5, lives_s=CALM_S + 1.0)
        supervisor.start("line 1", faulty.work)
        await asyncio.sleep(400.0)
        await supervisor.stop_all()
        return faulty.pauses()

    assert in_virtual_time(story()) == [0.5] * 5


def test_each_crash_is_told_with_its_name_and_hurts_no_other_task(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[tuple[str, str]] = []

    async def story() -> Faulty:
        supervisor = Supervisor(lambda name, error: told.append((name, str(error))))
        healthy = Faulty(times=0)
        supervisor.start("line 1", Faulty(times=2).work)
        supervisor.start("line 2", healthy.work)
        await asyncio.sleep(30.0)
        await supervisor.stop_all()
        return healthy

    with caplog.at_level(logging.ERROR):
        healthy = in_virtual_time(story())
    assert told == [("line 1", "bug 1"), ("line 1", "bug 2")]
    assert len(healthy.began) == 1
    assert "line 1 crashed; it starts again in 0.5 s" in caplog.text
    assert "ZeroDivisionError: bug 2" in caplog.text


def test_a_report_that_fails_itself_ends_nothing_but_that_task() -> None:
    def broken(_name: str, _error: Exception) -> None:
        raise OSError("disk full")

    async def story() -> tuple[int, int]:
        supervisor, faulty, healthy = Supervisor(broken), Faulty(times=3), Faulty(times=0)
        supervisor.start("line 1", faulty.work)
        supervisor.start("line 2", healthy.work)
        await asyncio.sleep(60.0)
        await supervisor.stop_all()
        return len(faulty.began), len(healthy.began)

    assert in_virtual_time(story()) == (4, 1)


def test_stopping_waits_for_the_clean_up_and_is_quick_even_in_a_pause() -> None:
    async def story() -> tuple[int, float]:
        supervisor, working, pausing = Supervisor(), Faulty(times=0), Faulty(times=99)
        supervisor.start("line 1", working.work)
        supervisor.start("line 2", pausing.work)
        await asyncio.sleep(20.0)
        began_s = asyncio.get_running_loop().time()
        await supervisor.stop("line 1")
        assert working.cleaned_up == 1
        await supervisor.stop_all()
        await supervisor.stop("line 1")
        return len(asyncio.all_tasks()), asyncio.get_running_loop().time() - began_s

    assert in_virtual_time(story()) == (1, 0.0)


def test_work_that_ends_by_itself_is_done_and_forgotten() -> None:
    async def story() -> None:
        supervisor = Supervisor()

        async def once() -> None:
            await asyncio.sleep(1.0)

        for number in range(50):
            supervisor.start(f"configuration version {number}", once)
        await asyncio.sleep(5.0)
        assert not supervisor._tasks

    in_virtual_time(story())

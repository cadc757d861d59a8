"""A month of a plant crosses the channel, and the core's loop is never held for long by it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio

from app.asked import Asked
from app.channel.server import ChannelServer
from app.corethread import CoreThread
from app.errors import BadInput
from app.history.counters.asking import Facts
from app.history.samples import Bulk, Floats
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Step
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId
from app.project.statements import SqlStatements
from app.series import Series, Tile
from app.verbs import Capability
from tests.app.channel.test_channel import TOKEN, authenticate, joined
from tests.app.history.counters.test_asking import book  # noqa: F401 - a fixture
from tests.fakes.historystore import FakeHistoryStore
from tests.minicore import mini_core
from tests.people import assigned
from tests.plant import LUND

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 6, 30, 22, tzinfo=UTC)
DAYS = 31
END = BEGIN + timedelta(days=DAYS)
QUARTERS = DAYS * 96
DEVICES = 120
KEYS = ("energy", "supply", "return")
METERS = [PointId(f"flat-{number}.energy") for number in range(DEVICES)]
POINTS = [PointId(f"flat-{number}.{key}") for number in range(DEVICES) for key in KEYS]
MOST_TURN_S = 0.05  # of the loop's own processor time
SPECS = {
    "energy": PointSpec("energy", "Heat", "kWh", 1, role="meter.energy"),
    "supply": PointSpec("supply", "Supply", "°C", 1),
    "return": PointSpec("return", "Return", "°C", 1),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A month of 120 meters: an index and two temperatures each quarter of an hour."""
    store = EmbeddedHistory(tmp_path_factory.mktemp("month"), ZONE)
    times = round(BEGIN.timestamp() * 1000) + 900_000 * np.arange(QUARTERS)
    many = len(POINTS)
    which = np.repeat(np.arange(many), QUARTERS)
    nth = np.tile(np.arange(QUARTERS), many)
    counted, swung = nth * 0.1 + which, 50.0 + which % 7 + nth % 11 / 10
    values: Floats = np.where(which % 3 == 0, counted, swung)
    quality = np.zeros(len(which), np.uint8)
    store.bring(
        Bulk(POINTS, which, np.tile(times, many), np.round(values, 1), quality), "quarter"
    )
    store.compact(END + timedelta(days=3), lambda: True)
    yield store
    store.close()


@pytest_asyncio.fixture
async def service(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> AsyncIterator[HistoryService]:
    facts = Facts(lambda: ZONE, lambda point: SPECS.get(point.rpartition(".")[2]), book)
    service = HistoryService(store, facts, lambda: END)
    yield service
    service.close()


class Loop:
    """A loop in a thread of its own, and how long its turns took that thread's processor."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._going = True

    async def watch(self) -> None:
        """Come back every two milliseconds, or as soon as everybody else had their turn."""
        before = time.thread_time()
        while self._going:
            await asyncio.sleep(0.002)
            now = time.thread_time()
            self.longest_s = max(self.longest_s, now - before)
            before = now

    def stop(self) -> None:
        self._going = False


@asynccontextmanager
async def core_with(service: HistoryService, loop: Loop) -> AsyncIterator[int]:
    """Serve the history as a core does: on a loop in another thread than who asks."""
    thread, ready, done = CoreThread(), asyncio.Event(), asyncio.Event()
    own = asyncio.get_running_loop()
    ended: asyncio.Event | None = None
    port = 0

    async def serve() -> None:
        nonlocal ended, port
        ended = asyncio.Event()
        async with mini_core() as core:
            asked: Asked = replace(core.asked(), history=service)
            server = ChannelServer(asked, TOKEN, authenticate)
            port = await server.start()
            own.call_soon_threadsafe(ready.set)
            watching = asyncio.create_task(loop.watch())
            await ended.wait()
            loop.stop()
            await watching
            await server.stop()
        own.call_soon_threadsafe(done.set)

    async def end() -> None:
        assert ended is not None
        ended.set()

    thread.start()
    try:
        running = thread.submit(serve())
        await ready.wait()
        loop.longest_s = 0.0
        yield port
        thread.submit(end())
        await done.wait()
        running.result(10)
    finally:
        await asyncio.to_thread(thread.stop)


Ask = Callable[[Asked], Awaitable[Any]]
QUESTIONS: dict[str, tuple[Ask, int]] = {
    "every sample": (lambda a: a.history.quarters(LUND, POINTS, BEGIN, END), len(POINTS)),
    "hours of a chart": (
        lambda a: a.history.outline(LUND, POINTS, BEGIN, END, Tile.HOUR),
        len(POINTS),
    ),
    "days": (lambda a: a.history.figures(LUND, POINTS, BEGIN, END, Step.DAY), len(POINTS)),
    "hours of all meters": (
        lambda a: a.history.consumption(LUND, METERS, BEGIN, END, Step.HOUR),
        DEVICES,
    ),
    "quarters of a few": (
        lambda a: a.history.consumption(LUND, METERS[:20], BEGIN, END, Step.QUARTER),
        20,
    ),
    "what came": (lambda a: a.history.performance(LUND, POINTS, BEGIN, END), len(POINTS)),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_month_of_a_plant_is_answered_and_holds_nobody_up(
    service: HistoryService, name: str
) -> None:
    ask, many = QUESTIONS[name]
    loop = Loop()
    async with core_with(service, loop) as port, joined(port) as (_, asked):
        found = await ask(asked)
        assert await asked.plant.title(LUND) == "Østerby"
    assert len(found) == many
    assert {each.point for each in found} <= set(POINTS)
    assert all(len(each) for each in found if hasattr(each, "starts"))
    assert loop.longest_s <= MOST_TURN_S


async def test_what_crossed_is_what_was_answered(service: HistoryService) -> None:
    async with core_with(service, Loop()) as port, joined(port) as (_, asked):
        there = await asked.history.figures(LUND, METERS[:3], BEGIN, END, Step.DAY)
        hours = await asked.history.consumption(LUND, METERS[:2], BEGIN, END, Step.HOUR)
        outline = await asked.history.outline(LUND, POINTS[:4], BEGIN, END, Tile.DAY)
    assert list(there) == await service.figures(LUND, METERS[:3], BEGIN, END, Step.DAY)
    assert list(hours) == await service.consumption(LUND, METERS[:2], BEGIN, END, Step.HOUR)
    for one, other in zip(
        outline, await service.outline(LUND, POINTS[:4], BEGIN, END, Tile.DAY), strict=True
    ):
        assert one.point == other.point
        for column in ("starts_ms", "ends_ms", "least", "most", "mean", "quality"):
            assert (getattr(one, column) == getattr(other, column)).all()


class Empty(FakeHistoryStore):
    """Answers at once: only what is done around it takes time."""

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        none = np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8)
        return [Series(point, *none) for point in points]


MANY = 20_000
FLATS = [DeviceId(f"flat-{number}") for number in range(MANY)]
SEES = {Capability.SEE_HISTORY, Capability.SEE_PLANT}


async def test_who_sees_some_devices_alone_holds_nobody_up_with_a_large_question() -> None:
    caretaker = assigned("berit", FLATS, SEES)
    service, loop = HistoryService(Empty()), Loop()
    points = [PointId(f"{flat}.energy") for flat in FLATS]
    watching = asyncio.create_task(loop.watch())
    await asyncio.sleep(0.01)
    loop.longest_s = 0.0
    found = await service.quarters(caretaker, points, BEGIN, END)
    assert [each.point for each in found] == points
    with pytest.raises(BadInput, match="no device"):
        await service.quarters(caretaker, [*points, PointId("other.energy")], BEGIN, END)
    assert loop.longest_s <= MOST_TURN_S
    loop.stop()
    await watching
    service.close()

"""The newest value of each of 200,000 points, true to the last sample, in both databases.

A meter a tick each hour over midnight, and after each tick late samples of a thousand points;
another view of the same history asks after each tick, and every answer is held against what
was written. On a server only where one can be brought here; else its promise stays open.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from app.databaseserver import DatabaseServer
from app.errors import StoreBroken
from app.history.history import History
from app.history.latestbook import LatestOfAll
from app.history.readings import to_ms
from app.history.samples import Bulk, Floats
from app.history.serverhistory import ServerHistory
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from benchmarks.bench import Bench, Promise, at_most, without_peer
from benchmarks.ownserver import NoServer, own_server

POINTS = 200_000
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
TICKS, HOUR = 30, timedelta(hours=1)  # over midnight: the first day is put together
TIDIED = 3  # after every so many ticks the rows of the newest values are renewed
LATE = 1_000
LIMIT_MS = 30.0


def run() -> Sequence[Promise]:
    """Measure both; takes a minute."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        files = ending.enter_context(closing(EmbeddedHistory(Path(folder))))
        found = [*_measured("SQLite", files, lambda: EmbeddedHistory(Path(folder)))]
        found += _on_a_server(ending)
        return found


def _on_a_server(ending: ExitStack) -> Iterator[Promise]:
    try:
        server = ending.enter_context(own_server(fsync=True))
    except NoServer as error:
        yield without_peer(_name("PostgreSQL"), 1.0, "ms", f"no server here: {error}")
        return
    place = server.new_place()
    way = ending.enter_context(closing(DatabaseServer(place, server.password)))
    store = ending.enter_context(closing(ServerHistory(way)))
    yield from _measured("PostgreSQL", store, lambda: ServerHistory(way))


def _measured(engine: str, store: History, again: Callable[[], History]) -> Iterator[Promise]:
    points = tuple(PointId(f"meter-{number // 10}.p{number % 10}") for number in range(POINTS))
    chance, taken = np.random.default_rng(3), list[float]()
    with closing(again()) as asking:  # another workstation's view, as it were
        for tick in range(TICKS):
            at = BEGIN + tick * HOUR
            values = _tick(store, points, at, chance)
            _late(store, points, at)
            if tick % TIDIED == 0:
                store.compact(at, lambda: True)
            begun = time.perf_counter()
            found = asking.newest_values.all()
            taken.append((time.perf_counter() - begun) * 1000)
            _require_true(points, values, found)
    first, rest = taken[0], taken[1:]
    yield at_most(
        _name(engine),
        median(rest),
        LIMIT_MS,
        1.0,
        "ms",
        f"{POINTS:,} points after each of {TICKS} ticks, every one true; median, longest "
        f"{max(rest):.0f} ms, the first one with all names {first:.0f} ms",
    )


def _require_true(points: Sequence[PointId], expected: Floats, found: LatestOfAll) -> None:
    values = dict(zip(found.names(), found.samples.values.tolist(), strict=True))
    wrong = [
        point
        for point, said in zip(points, expected.tolist(), strict=True)
        if values.get(point) != said
    ]
    if wrong or len(values) != len(points):
        raise StoreBroken(f"{len(wrong)} of {len(points)} newest values are not the newest")


def _name(engine: str) -> str:
    return f"newest value of {POINTS:,} points, {engine}"


def _late(store: History, points: tuple[PointId, ...], at: datetime) -> None:
    """Send a thousand samples of an hour ago once more, with other values."""
    which = np.arange(LATE, dtype=np.int64) * 7
    times = np.full(LATE, to_ms(at - HOUR), np.int64)
    good = np.zeros(LATE, np.uint8)
    store.bring(Bulk(points, which, times, np.full(LATE, -1.0), good), "quarter")


def _tick(
    store: History,
    points: tuple[PointId, ...],
    at: datetime,
    chance: np.random.Generator,
) -> Floats:
    values = np.round(chance.normal(50, 10, len(points)), 1)
    times = np.full(len(points), to_ms(at), np.int64)
    which = np.arange(len(points), dtype=np.int64)
    store.bring(Bulk(points, which, times, values, np.zeros(len(points), np.uint8)), "quarter")
    return values


BENCH = Bench("history-latest", "The newest value of 200,000 points, true last each", run)

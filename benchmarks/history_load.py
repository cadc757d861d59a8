"""History under load: what a sample takes on the disk, how long a reader waits, ten minutes.

Bytes are counted of a month of controllers (a quarter of an hour: temperatures, flows,
indexes and settings) and of meters (hourly indexes), each kind of row apart. A reader asks
for one point's day again and again while another thread records ticks, puts days together
and merges months. Ten minutes of 10,000 samples a second have a command of their own:

    python -m benchmarks.history_load --minutes 10
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import numpy as np

from app.compose.turns import set_aside, take_turns
from app.history.readings import to_ms
from app.history.samples import Bulk, Floats
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from benchmarks.bench import Bench, Promise, at_most
from benchmarks.history_store import _points, _value

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 31
HOUR_MS, QUARTER_MS = 3_600_000, 900_000
CONTROLLER_POINTS, METERS = 600, 3_000
READ_POINTS, READ_S = 3_000, 45.0
RATE, MINUTES = 10_000, 10
P99_MS, MOST_MS = 10.0, 50.0
GROWTH_MB = 20.0


def sizes() -> Sequence[Promise]:
    """Fill two histories of a month and count; takes about a minute."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_size(Path(folder) / "controllers", "controllers", 0.9, 2.0, QUARTER_MS),
            *_size(Path(folder) / "meters", "meters", 0.65, 3.5, HOUR_MS),
        ]


def _size(
    folder: Path, kind: str, chunk_bar: float, file_bar: float, step_ms: int
) -> Iterator[Promise]:
    points = tuple(_points(CONTROLLER_POINTS if kind == "controllers" else METERS))
    store = EmbeddedHistory(folder)
    many = 86_400_000 // step_ms
    for day in range(DAYS):
        columns = [_column(kind, number, day * many, many) for number in range(len(points))]
        times = to_ms(BEGIN) + (day * many + np.arange(many)) * step_ms
        store.bring(_bulk(points, np.tile(times, len(points)), columns), "quarter")
        store.compact(BEGIN + timedelta(days=day + 1, hours=1), lambda: True)
    store.compact(BEGIN + timedelta(days=DAYS + 10), lambda: True)
    store.close()
    samples = len(points) * DAYS * many
    [file] = folder.glob("*.sqlite")
    told = {}
    with closing(sqlite3.connect(file)) as connection:
        for table in ("chunk", "day", "outline", "batch"):
            question = f"SELECT coalesce(sum(length(packed)), 0) FROM {table}"  # noqa: S608
            told[table] = connection.execute(question).fetchone()[0] / samples
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    parts = ", ".join(f"{name} {each:.3f}" for name, each in told.items())
    detail = f"{samples:,} samples of {kind}, bytes each: {parts}; free pages left out"
    yield at_most(
        f"chunks with quality, {kind}", told["chunk"], chunk_bar, 1.0, "bytes", detail
    )
    whole = (pages - free) * size / samples
    yield at_most(f"the whole file, {kind}", whole, file_bar, 1.0, "bytes", detail)


def _column(kind: str, number: int, begin: int, count: int) -> Floats:
    if kind == "controllers":
        return np.array([_value(number, begin + each) for each in range(count)])
    chance = np.random.default_rng(number * 1000 + begin)
    used = chance.integers(0, 9, count) * (chance.random(count) < 0.7)
    return 1000.0 * number + begin * 3 + np.cumsum(np.minimum(used, 3))


def _bulk(points: tuple[PointId, ...], times: object, columns: Sequence[Floats]) -> Bulk:
    values = np.concatenate(columns)
    which = np.repeat(np.arange(len(points)), len(values) // len(points))
    return Bulk(
        points, which, np.asarray(times, np.int64), values, np.zeros(len(values), np.uint8)
    )


def readers() -> Sequence[Promise]:
    """Read while ticks are recorded and days and months put together; takes a minute."""
    with tempfile.TemporaryDirectory() as folder:
        take_turns()  # as where a core runs
        set_aside()
        store = EmbeddedHistory(Path(folder))
        points = tuple(_points(READ_POINTS))
        stop, working = Event(), Event()
        writer = Thread(target=_work, args=(store, points, stop, working))
        writer.start()
        working.wait()
        taken, until = [], time.perf_counter() + READ_S
        chance = np.random.default_rng(1)
        while time.perf_counter() < until:
            point = points[int(chance.integers(len(points)))]
            begun = time.perf_counter()
            store.range(point, BEGIN, BEGIN + timedelta(days=1), "quarter")
            taken.append((time.perf_counter() - begun) * 1e3)
            time.sleep(0.002)
        stop.set()
        writer.join()
        store.close()
    worst, p99 = max(taken), float(np.percentile(taken, 99))
    detail = (
        f"{len(taken)} questions for one point's day, {READ_POINTS} points recorded without "
        f"a pause, days and months put together meanwhile; median {np.median(taken):.2f} ms"
    )
    return [
        at_most("reader beside a writer, 99 of 100", p99, P99_MS, 1.0, "ms", detail),
        at_most("reader beside a writer, the longest", worst, MOST_MS, 1.0, "ms", detail),
    ]


def _work(
    store: EmbeddedHistory, points: tuple[PointId, ...], stop: Event, working: Event
) -> None:
    zeros = np.zeros(len(points), np.uint8)
    which = np.arange(len(points))
    for tick in range(10**9):
        at = BEGIN + timedelta(milliseconds=tick * QUARTER_MS)
        times = np.full(len(points), to_ms(at))
        values = np.round(50 + 10 * np.sin(which + tick / 17), 1)
        store.bring(Bulk(points, which, times, values, zeros), "quarter")
        if tick % 96 == 95:
            store.compact(at + timedelta(hours=1), lambda: not stop.is_set())
            working.set()
        if stop.is_set():
            return


def sustained(minutes: float = MINUTES) -> Sequence[Promise]:
    """Record 10,000 samples every second for ten minutes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(EmbeddedHistory(Path(folder))) as store,
    ):
        points = tuple(_points(RATE))
        which, zeros = np.arange(RATE), np.zeros(RATE, np.uint8)
        held, behind, begun = [], 0.0, time.monotonic()
        for second in range(int(minutes * 60)):
            at = BEGIN + timedelta(seconds=second)
            values = np.round(50 + 10 * np.sin(which + second / 170), 1)
            times = np.full(RATE, to_ms(at))
            store.bring(Bulk(points, which, times, values, zeros), "fast")
            if second % 60 == 59:
                store.compact(at, lambda: True)
                held.append(_memory_mb())
            ahead = second + 1 - (time.monotonic() - begun)
            behind = min(behind, ahead)
            time.sleep(max(ahead, 0.0))
        taken = time.monotonic() - begun
    detail = (
        f"{RATE:,} samples a second for {taken:.0f} s, at most {-behind:.1f} s behind; memory "
        f"each minute in MB: {', '.join(f'{each:.0f}' for each in held)}"
    )
    settled = held[len(held) // 3 :] or [0.0]
    growth = max(max(settled) - settled[0], 0.001)
    return [
        at_most("ten minutes of 10,000 a second, growth", growth, GROWTH_MB, 1.0, "MB", detail),
        at_most("the same, time taken", taken, minutes * 60 + 5, 1.0, "s", detail),
    ]


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def run() -> Sequence[Promise]:
    """Measure sizes and readers; takes some two minutes."""
    return [*sizes(), *readers()]


def main(arguments: Sequence[str]) -> int:
    """Run the ten minutes from a terminal; the exit code is 1 when a promise broke."""
    parser = argparse.ArgumentParser(description="10,000 samples a second, minutes on end.")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    promises = sustained(parser.parse_args(arguments).minutes)
    for promise in promises:
        sys.stdout.write(f"{promise.name}: {promise.ours} {promise.unit}; {promise.detail}\n")
    return 0 if all(promise.holds for promise in promises) else 1


BENCH = Bench("history-load", "bytes a sample takes, and readers beside a writer", run)

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

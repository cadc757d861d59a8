"""What keeping and reading history costs beside a plain table with one row a sample.

The peer is SQLite as well, in the same process and on the same disk: one table clustered
by point and time, written ahead, durable at commit, read into arrays by the fastest way
its driver has. Ours and the peer take turns, so that a busy moment hits both. Reading
is measured in processor time: all of it is work, none is waiting.
"""

import math
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from app.history.readings import to_ms
from app.history.recorder import Recorder
from app.history.samples import Bulk, Named
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from app.series import CODE_OF, Series
from benchmarks.bench import Bench, Promise, at_least_faster, at_most
from benchmarks.history_recorded import recorded

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
YEAR_POINTS, YEAR_DAYS = 100, 365
TICK_POINTS = 200_000
SIZE_POINTS, SIZE_DAYS = 500, 7
COMMIT_READINGS = 500  # of 10 s polling: 5,000 points, one commit a second
ROUNDS = 7
COMMIT_MS = 20.0  # a fiftieth of the second between two commits
TICK_TIMES, WHOLE_TIMES = 20.0, 2.0  # as fast as a row a sample
FRAME_MS = 16.7  # one picture of a screen
CORE_US = 2.0  # of the core's loop for each reading handed to the recorder
_GOOD = CODE_OF[Quality.GOOD]


class Rows:
    """The peer: a row for each sample."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE sample (point INTEGER, at INTEGER, value REAL, quality INTEGER, "
            "PRIMARY KEY (point, at)) WITHOUT ROWID"
        )
        self._numbers: dict[PointId, int] = {}

    def append(self, readings: Sequence[Reading], at: datetime | None) -> None:
        numbers = self._numbers
        for reading in readings:
            numbers.setdefault(reading.point, len(numbers))
        filed_ms = None if at is None else to_ms(at)
        rows = [
            (
                numbers[reading.point],
                to_ms(reading.measured_at) if filed_ms is None else filed_ms,
                reading.value,
                _GOOD if reading.quality is Quality.GOOD else CODE_OF[reading.quality],
            )
            for reading in readings
        ]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def bring(self, bulk: Bulk) -> None:
        """Insert samples that come in columns."""
        quality = bulk.quality.tolist()
        rows = zip(
            bulk.which.tolist(),
            bulk.times_ms.tolist(),
            bulk.values.tolist(),
            quality,
            strict=True,
        )
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        kind = [("at", "i8"), ("value", "f8"), ("quality", "u1")]
        found = []
        for point in points:
            rows = self._connection.execute(
                "SELECT at, value, quality FROM sample "
                "WHERE point = ? AND at >= ? AND at < ? ORDER BY at",
                (self._numbers[point], to_ms(start), to_ms(end)),
            ).fetchall()
            columns = np.array(rows, kind)
            found.append(Series(point, columns["at"], columns["value"], columns["quality"]))
        return found

    def close(self) -> int:
        """Close and return the size in bytes."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        return self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class Turns:
    """Seconds of ours and of the peer, each the median of turns taken one after the other."""

    ours_s: float
    peer_s: float


def run() -> Sequence[Promise]:
    """Measure everything; takes about a minute."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return [
            *_reading(place / "year"),
            *_writing(place / "tick"),
            _size(place / "size"),
            _core_loop(),
        ]


def _reading(folder: Path) -> Iterator[Promise]:
    """A year of a hundred points, put together by day, against the same rows."""
    folder.mkdir()
    store, rows = EmbeddedHistory(folder / "history"), Rows(folder / "rows.sqlite")
    points = _points(YEAR_POINTS)
    for day in range(YEAR_DAYS):
        readings = _day_of_readings(points, BEGIN + day * DAY)
        store.append(readings, "quarter")
        rows.append(readings, None)
    store.compact(BEGIN + (YEAR_DAYS + 1) * DAY, lambda: True)
    spring = BEGIN + 90 * DAY
    questions = [
        ("100 points, 30 days, to arrays", points, 30, 10.0),
        ("1 point, 9 months, to arrays", points[40:41], 270, 5.0),
    ]
    for name, asked, days, bar in questions:
        end = spring + days * DAY
        turns = _in_turns(
            lambda asked=asked, end=end: store.ranges(asked, spring, end, "quarter"),  # type: ignore[misc]
            lambda asked=asked, end=end: rows.ranges(asked, spring, end),  # type: ignore[misc]
            time.process_time,
        )
        detail = f"{len(asked) * days * 96} samples in chunks of a day against rows"
        yield at_least_faster(
            name, turns.ours_s * 1e3, turns.peer_s * 1e3, bar, "ms of processor", detail
        )
    one = points[70:71]
    turns = _in_turns(
        lambda: store.ranges(one, spring, spring + DAY, "quarter"),
        lambda: rows.ranges(one, spring, spring + DAY),
        time.process_time,
    )
    yield at_most(
        "1 point, 1 day, within a picture of the screen",
        turns.ours_s * 1e3,
        FRAME_MS,
        0.1,
        "ms of processor",
        f"96 samples; the same as rows took {turns.peer_s * 1e3:.2f} ms",
    )
    store.close()
    rows.close()


def _writing(folder: Path) -> Iterator[Promise]:
    """A quarter of an hour of a large utility, and a second of an ordinary plant."""
    folder.mkdir()
    store, rows = EmbeddedHistory(folder / "history"), Rows(folder / "rows.sqlite")
    many = _points(TICK_POINTS)
    tick, whole = _recorded_quarters(store, rows, many)
    yield at_least_faster(
        f"quarter hour of {TICK_POINTS:,} points, durable",
        tick.ours_s * 1e3,
        tick.peer_s * 1e3,
        TICK_TIMES,
        "ms",
        f"{tick.ours_s / TICK_POINTS * 1e6:.2f} µs a point, from its boundary to the disk",
    )
    yield at_least_faster(
        f"{TICK_POINTS:,} readings and their quarter hour, durable",
        whole.ours_s * 1e3,
        whole.peer_s * 1e3,
        WHOLE_TIMES,
        "ms",
        "from Reading objects in polls of 20 through the recorder into both streams",
    )
    turns = _commits(store, rows, many[:COMMIT_READINGS], BEGIN + 3 * ROUNDS * QUARTER)
    yield at_most(
        f"each second's commit of {COMMIT_READINGS} readings, durable",
        turns.ours_s * 1e3,
        COMMIT_MS,
        1.0,
        "ms",
        f"of 5,000 points polled every 10 s; the same as rows took {turns.peer_s * 1e3:.2f} ms",
    )
    store.close()
    rows.close()


def _recorded_quarters(
    store: EmbeddedHistory, rows: Rows, points: Sequence[PointId]
) -> tuple[Turns, Turns]:
    """Measure a tick alone, and all that is done from its readings on, through the recorder.

    The peer writes each reading into a row of its own as well, and the tick's once more.
    """
    taken: dict[str, list[float]] = {"hear": [], "tick": [], "row": [], "rows": []}

    def told(name: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter()
        work()
        taken[name].append(time.perf_counter() - begun)

    with recorded(store, BEGIN) as plant:
        for number in range(1, ROUNDS + 2):
            at = BEGIN + number * QUARTER
            readings = _tick(points, at)
            told("hear", lambda: plant.hear(readings))  # noqa: B023 - done before the next
            told("tick", lambda: plant.pass_on(at))  # noqa: B023
            told("row", lambda: rows.append(readings, None))  # noqa: B023
            told("rows", lambda: rows.append(readings, at))  # noqa: B023
    ours_s, rows_s, tick_s, row_s = (
        median(taken[name][1:]) for name in ("hear", "rows", "tick", "row")
    )
    return Turns(tick_s, rows_s), Turns(ours_s + tick_s, row_s + rows_s)


def _commits(
    store: EmbeddedHistory, rows: Rows, points: Sequence[PointId], begin: datetime
) -> Turns:
    """Measure one commit of all points at a time."""
    moments = [begin + n * QUARTER for n in range(ROUNDS + 1)]
    ticks = [(at, _tick(points, at)) for at in moments]
    ours, peer = iter(ticks), iter(ticks)

    def keep() -> None:
        at, readings = next(ours)
        store.append(readings, "quarter", at)

    def insert() -> None:
        at, readings = next(peer)
        rows.append(readings, at)

    return _in_turns(keep, insert)


def _size(folder: Path) -> Promise:
    """A week of points as the recorder files them, put together by day."""
    folder.mkdir()
    store, rows = EmbeddedHistory(folder / "history"), Rows(folder / "rows.sqlite")
    points = _points(SIZE_POINTS)
    for number in range(SIZE_DAYS * 96):
        at = BEGIN + number * QUARTER
        readings = _tick(points, at)
        store.append(readings, "quarter", at)
        rows.append(readings, at)
        if number % 96 == 95:
            store.compact(at + QUARTER + timedelta(minutes=5), lambda: True)
    store.close()
    samples = SIZE_POINTS * SIZE_DAYS * 96
    [file] = (folder / "history").glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection:
        [packed] = connection.execute("SELECT sum(length(packed)) FROM chunk").fetchone()
        [free] = connection.execute("PRAGMA freelist_count").fetchone()
        [page] = connection.execute("PRAGMA page_size").fetchone()
    ours = (file.stat().st_size - free * page) / samples
    detail = (
        f"{samples} samples of temperatures, flows, indexes and settings with the moment of "
        f"measuring, in chunks of a day; {packed / samples:.2f} bytes without the file's own"
    )
    return at_least_faster(
        "room for a sample", ours, rows.close() / samples, 10.0, "bytes", detail
    )


def _core_loop() -> Promise:
    """What the recorder takes of the core's loop for each reading."""
    now = BEGIN
    points = PointTable()
    recorder = Recorder(points, _Nowhere(), lambda: now, WriterOptions(pause_s=60, room=10**9))
    recorder.open()
    polls = [_tick(_points(20), now) for _ in range(2000)]
    bare = PointTable()

    def with_recorder() -> None:
        for readings in polls:
            points.publish(readings)

    def without() -> None:
        for readings in polls:
            bare.publish(readings)

    turns = _in_turns(with_recorder, without, time.thread_time)
    recorder.close()
    count = sum(map(len, polls))
    return at_most(
        "a reading through the recorder on the core's loop",
        (turns.ours_s - turns.peer_s) / count * 1e6,
        CORE_US,
        1.0,
        "µs",
        f"{count} readings in polls of 20, beside a point table nobody watches",
    )


class _Nowhere(EmbeddedHistory):
    """Takes everything and keeps nothing, so that the loop alone is measured."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        """Forget them."""


def _in_turns(
    ours: Callable[[], object],
    peer: Callable[[], object],
    seconds: Callable[[], float] = time.perf_counter,
) -> Turns:
    ours()
    peer()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in zip((ours, peer), taken, strict=True):
            begun = seconds()
            work()
            times.append(seconds() - begun)
    return Turns(median(taken[0]), median(taken[1]))


def _points(count: int) -> list[PointId]:
    return [PointId(f"station-{n // 20}.p{n % 20}") for n in range(count)]


def _value(number: int, quarter: int) -> float:
    """Return what a point reads: eight temperatures, flow, power, indexes, settings of each."""
    kind = number % 20
    swing = math.sin(quarter / 15 + number) + 0.3 * math.sin(quarter * 7.3 + number)
    if kind < 10:
        return round(50 + 3 * kind + 4 * swing, 1)
    if kind < 12:
        return round(800 + 90 * swing)
    if kind < 15:
        return 1000.0 * number + quarter * (3 + number % 5) // 2
    return float(kind * 10)


def _tick(points: Sequence[PointId], at: datetime) -> list[Reading]:
    """Return a quarter of an hour: each device polled some seconds before, with some jitter."""
    quarter = (at - BEGIN) // QUARTER
    measured = [
        at - timedelta(seconds=device * 7 % 10, milliseconds=100 + (quarter * 37 + device) % 60)
        for device in range(len(points) // 20 + 1)
    ]
    return [
        Reading(point, _value(number, quarter), Quality.GOOD, measured[number // 20])
        for number, point in enumerate(points)
    ]


def _day_of_readings(points: Sequence[PointId], day: datetime) -> list[Reading]:
    first = (day - BEGIN) // QUARTER
    return [
        Reading(point, _value(number, first + n), Quality.GOOD, at)
        for n in range(96)
        for at in [day + n * QUARTER]
        for number, point in enumerate(points)
    ]


BENCH = Bench("history-store", "keeping and reading history beside one row a sample", run)

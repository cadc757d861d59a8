"""What a month of 15,000 meters costs: from day rows, and from the samples of every hour.

Every hundredth meter was exchanged in the month and every fiftieth was silent for a day, so
the sums do more than subtract. The peer is the same question put to SQLite, which holds the
same day rows or samples in a table clustered by meter and time and subtracts the reading at
one boundary from that at the next; it knows nothing of exchanges and gaps. Measured in
processor time, in turns.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np

from app.history.counters.many import Indexes, ManySums, many_sums
from app.history.energydays import bins
from app.history.readings import to_moment, to_ms
from app.model.consumption import Step
from app.model.counter import HOUR_MS, Break, Broken, Edit, IndexRules
from app.model.reading import PointId
from benchmarks.bench import Bench, Promise, at_least_faster

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 1, tzinfo=ZONE).astimezone(UTC)  # a month of 745 hours
END = datetime(2026, 11, 1, tzinfo=ZONE).astimezone(UTC)
METERS = 15_000
HOURLY = 1_500  # of the row table; the time of the peer grows with the meters
ROUNDS = 5
RULES = IndexRules("kWh", 1, gap_ms=6 * HOUR_MS)
DAY_RULES = IndexRules("kWh", 1, gap_ms=36 * HOUR_MS)


def run() -> Sequence[Promise]:
    """Measure; takes about a minute."""
    hours = _hours(METERS)
    days = _days(hours)
    edits = _exchanges()
    return [
        _from_days(days, edits),
        _from_hours(hours, edits),
    ]


def _hours(meters: int) -> Indexes:
    """Return an hourly sample of each meter, that at the end of the month included."""
    chance = np.random.default_rng(5)
    moments = np.arange(to_ms(BEGIN), to_ms(END) + 1, HOUR_MS)
    shown = np.cumsum(chance.integers(0, 120, (meters, len(moments))), axis=1)
    shown += chance.integers(0, 9_000_000, (meters, 1))
    for nth in range(0, meters, 100):
        shown[nth, 400:] -= shown[nth, 400] - 7  # another meter, that began with 0.7 kWh
    values = (shown / 10).ravel()
    silent = np.zeros((meters, len(moments)), np.bool_)
    silent[::50, 300:324] = True
    kept = ~silent.ravel()
    starts = np.concatenate([[0], np.cumsum((~silent).sum(axis=1))])
    times = np.tile(moments, meters)
    return Indexes(_names(meters), starts, times[kept], values[kept])


def _days(hours: Indexes) -> Indexes:
    """Return the first and the last sample of each local day, as day rows have them."""
    edges = bins(ZONE, Step.DAY, BEGIN, END).edges_ms
    day = np.searchsorted(edges, hours.times_ms, "right")
    owner = np.repeat(np.arange(len(hours.points)), np.diff(hours.starts))
    change = np.flatnonzero((np.diff(day) != 0) | (np.diff(owner) != 0))
    kept = np.unique(np.concatenate([[0], change, change + 1, [len(day) - 1]]))
    counts = np.bincount(owner[kept], minlength=len(hours.points))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Indexes(hours.points, starts, hours.times_ms[kept], hours.values[kept])


def _exchanges() -> dict[int, Sequence[Edit]]:
    at = to_moment(to_ms(BEGIN) + 400 * HOUR_MS - HOUR_MS // 2)
    return {
        nth: (Broken(at, Break.EXCHANGE, initial=Decimal("0.5")),)
        for nth in range(0, METERS, 100)
    }


def _from_days(days: Indexes, edits: dict[int, Sequence[Edit]]) -> Promise:
    period = bins(ZONE, Step.MONTH, BEGIN, END)
    rules = [DAY_RULES] * METERS
    with closing(_table(days, METERS)) as rows:
        ours, peer, found = _in_turns(
            lambda: many_sums(days, rules, period, edits), lambda: _asked(rows)
        )
    return at_least_faster(
        f"month of {METERS:,} meters, from day rows",
        ours * 1e3,
        peer * 1e3,
        5.0,
        "ms of processor",
        f"{len(days.times_ms):,} readings, {len(edits)} exchanges, {_gaps(found)} with a gap; "
        "reading them from the disk not included, on neither side",
    )


def _from_hours(hours: Indexes, edits: dict[int, Sequence[Edit]]) -> Promise:
    period = bins(ZONE, Step.DAY, BEGIN, END)
    rules = [RULES] * METERS
    with closing(_table(hours, HOURLY)) as rows:
        ours, peer, found = _in_turns(
            lambda: many_sums(hours, rules, period, edits), lambda: _asked(rows)
        )
    samples = len(hours.times_ms)
    return at_least_faster(
        f"31 days of {METERS:,} meters, from hourly samples",
        ours / samples * 1e9,
        peer / int(hours.starts[HOURLY]) * 1e9,
        5.0,
        "ns of processor a sample",
        f"{samples:,} samples in {ours:.2f} s, {_gaps(found)} figures in a gap; "
        f"the table held {HOURLY} of the meters",
    )


def _table(indexes: Indexes, meters: int) -> sqlite3.Connection:
    rows = sqlite3.connect(":memory:")
    rows.execute(
        "CREATE TABLE reading (point INTEGER, at INTEGER, value REAL, "
        "PRIMARY KEY (point, at)) WITHOUT ROWID"
    )
    end = int(indexes.starts[meters])
    owner = np.repeat(np.arange(meters), np.diff(indexes.starts[: meters + 1]))
    columns = (owner, indexes.times_ms[:end], indexes.values[:end])
    rows.executemany(
        "INSERT INTO reading VALUES (?, ?, ?)",
        zip(*(column.tolist() for column in columns), strict=True),
    )
    return rows


def _asked(rows: sqlite3.Connection) -> list[tuple[int, float]]:
    """Return what each meter counted, the rises summed up: a fall counts as nothing."""
    return rows.execute(
        "SELECT point, sum(max(value - before, 0)) FROM (SELECT point, value, "
        "lag(value, 1, value) OVER (PARTITION BY point ORDER BY at) AS before FROM reading) "
        "GROUP BY point"
    ).fetchall()


def _gaps(found: ManySums) -> int:
    return int((found.unplaced > 0).sum())


def _in_turns(
    ours: Callable[[], ManySums], peer: Callable[[], object]
) -> tuple[float, float, ManySums]:
    """Return seconds of both, the median of turns, and what ours found."""
    found = ours()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in ((ours, taken[0]), (peer, taken[1])):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
    return median(taken[0]), median(taken[1]), found


def _names(count: int) -> list[PointId]:
    return [PointId(f"meter-{nth}.energy") for nth in range(count)]


BENCH = Bench("consumption", "a month of 15,000 meters, with exchanges and gaps", run)

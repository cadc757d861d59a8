"""A month of 15,000 meters: what each used, and how many of its readings came.

Ours asks the figures of local months and days; VictoriaMetrics is asked for the last value
at both ends of the month and for the count of samples between, in turns within one run.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from app.history.figures import months, openings
from app.history.readings import to_ms
from app.history.samples import Bulk, Floats, Ints
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from benchmarks.bench import Bench, Promise, at_least_faster, without_peer
from benchmarks.history_against import in_turns
from benchmarks.history_peers import VictoriaMetrics, victoria_metrics, victoria_version
from benchmarks.history_store import _points

METERS, DAYS = 15_000, 32  # a month, and the day in which the next one begins
BEGIN = datetime(2026, 5, 31, 22, tzinfo=UTC)  # June, by the plant's clock
ZONE = ZoneInfo("Europe/Copenhagen")
JUNE = (2026 - 1970) * 12 + 5
HOUR_MS = 3_600_000
BAR = 20.0


def run() -> Sequence[Promise]:
    """Fill both with eleven million samples and ask; takes some minutes."""
    with tempfile.TemporaryDirectory() as folder, victoria_metrics(Path(folder)) as peer:
        store = EmbeddedHistory(Path(folder) / "ours", ZONE)
        points = tuple(_points(METERS))
        _fill(store, peer, points)
        spans = to_ms(BEGIN), to_ms(BEGIN + timedelta(days=30))
        askers: dict[str, Callable[[], object]] = {"ours": lambda: used_and_came(store, points)}
        if peer is not None:
            askers["victoria"] = lambda: peer.at_and_count(spans)
        taken = in_turns(askers)
        store.close()
    name = f"used and came in a month, {METERS:,} meters"
    if "victoria" not in taken:
        return [without_peer(name, BAR, "ms", "victoria is not installed here")]
    told = victoria_version()
    return [at_least_faster(name, taken["ours"], taken["victoria"], BAR, "ms", told)]


def used_and_came(store: EmbeddedHistory, points: Sequence[PointId]) -> tuple[Floats, Ints]:
    """Return each meter's consumption in June and the count of its readings.

    Consumption is the first reading of July less the first of June.
    """
    june = months(store, points, JUNE, JUNE)
    opening = np.full(len(points), np.nan)
    opening[june.series] = june.figures[0]
    closing = openings(store, points, date(2026, 7, 1))
    came = np.zeros(len(points), np.int64)
    came[june.series] = june.samples
    return closing - opening, came


def _fill(
    store: EmbeddedHistory, peer: VictoriaMetrics | None, points: tuple[PointId, ...]
) -> None:
    chance = np.random.default_rng(5)
    total = np.round(chance.random(len(points)) * 1e5)
    values, gone = [], []
    for day in range(DAYS):
        steps = chance.integers(0, 4, (24, len(points)))
        own = total + np.cumsum(steps, axis=0)
        total = own[-1]
        lost = chance.random(own.shape) < 0.03
        values.append(own)
        gone.append(lost)
        times = to_ms(BEGIN) + (day * 24 + np.arange(24)) * HOUR_MS
        hour, which = np.nonzero(~lost)
        quality = np.zeros(len(which), np.uint8)
        bulk = Bulk(points, which, times[hour], own[hour, which], quality)
        store.bring(bulk, "quarter")
        store.compact(BEGIN + timedelta(days=day + 1, hours=5), lambda: True)
    store.compact(BEGIN + timedelta(days=40), lambda: True)
    if peer is None:
        return
    all_values, all_gone = np.concatenate(values), np.concatenate(gone)
    times = to_ms(BEGIN) + np.arange(len(all_values)) * HOUR_MS
    for number, point in enumerate(points):
        there = ~all_gone[:, number]
        peer.take_series(point, times[there], all_values[there, number])
    peer.settle()


BENCH = Bench("history-fleet", "a month of 15,000 meters, beside VictoriaMetrics", run)

"""A month of 15,000 meters: what each used, and how many of its readings came.

Ours asks the figures of local months and days; VictoriaMetrics is asked for the last value
at both ends of the month and for the count of samples between, in turns within one run.

What screens and reports get of it is told beside: through the service, with the exchange of
every hundredth meter in the middle of the month, an exact answer in words of the model for
each. The peer knows nothing of exchanges, and its answer stays text.
"""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from app.database import Manner, open_database
from app.history.counters.asking import Facts
from app.history.figures import months, openings
from app.history.readings import to_ms
from app.history.samples import Bulk, Floats, Ints
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Consumption, Step
from app.model.counter import Break, Broken
from app.model.performance import Performance
from app.model.point import PointSpec
from app.model.reading import PointId
from app.project.migrating import migrate
from app.project.statements import SqlStatements
from app.project.upgrade import CONFIG
from app.verbs import administrator
from benchmarks.bench import Bench, Promise, at_least_faster, without_peer
from benchmarks.history_against import in_turns
from benchmarks.history_peers import VictoriaMetrics, victoria_metrics, victoria_version
from benchmarks.history_store import _points

METERS, DAYS = 15_000, 32  # a month, and the day in which the next one begins
BEGIN = datetime(2026, 5, 31, 22, tzinfo=UTC)  # June, by the plant's clock
ZONE = ZoneInfo("Europe/Copenhagen")
JUNE = (2026 - 1970) * 12 + 5
HOUR_MS = 3_600_000
EXCHANGED, EXCHANGED_ON = 100, 16  # every so many meters, before that day of the month
WHO = administrator("bench", "Bench", "bench")
BAR = 20.0


def run() -> Sequence[Promise]:
    """Fill both with eleven million samples and ask; takes some minutes."""
    with tempfile.TemporaryDirectory() as folder, victoria_metrics(Path(folder)) as peer:
        store = EmbeddedHistory(Path(folder) / "ours", ZONE)
        points = tuple(_points(METERS))
        _fill(store, peer, points)
        spans = to_ms(BEGIN), to_ms(BEGIN + timedelta(days=30))
        service = _service(Path(folder), store, points)
        askers: dict[str, Callable[[], object]] = {
            "ours": lambda: used_and_came(store, points),
            "service": lambda: asyncio.run(_told(service, points)),
        }
        if peer is not None:
            askers["victoria"] = lambda: peer.at_and_count(spans)
        taken = in_turns(askers)
        service.close()
        store.close()
    name = f"used and came in a month, {METERS:,} meters"
    if "victoria" not in taken:
        return [without_peer(name, BAR, "ms", "victoria is not installed here")]
    told = (
        f"{victoria_version()}; ours with {METERS // EXCHANGED} exchanges by the service, "
        f"an answer in words for each meter: {taken['service']:.0f} ms"
    )
    return [at_least_faster(name, taken["ours"], taken["victoria"], BAR, "ms", told)]


def _service(folder: Path, store: EmbeddedHistory, points: Sequence[PointId]) -> HistoryService:
    """Return the service over a store, and a book that knows of the exchanges."""
    file = folder / "config.sqlite"
    migrate(file, CONFIG)
    now = BEGIN + timedelta(days=40)
    book = SqlStatements(open_database(file, Manner.RARE), file, lambda: now)
    at = BEGIN + timedelta(days=EXCHANGED_ON, minutes=-30)
    for point in points[::EXCHANGED]:
        book.state(point, Broken(at, Break.EXCHANGE, None, Decimal(0)), "exchanged", "bench")
    spec = PointSpec("energy", "Heat", "kWh", 0, role="meter.energy")
    return HistoryService(store, Facts(lambda: ZONE, lambda _point: spec, book), lambda: now)


async def _told(
    service: HistoryService, points: Sequence[PointId]
) -> tuple[Sequence[Consumption], Sequence[Performance]]:
    span = BEGIN, BEGIN + timedelta(days=30)
    used = await service.consumption(WHO, points, *span, Step.MONTH)
    return used, await service.performance(WHO, points, *span, 3600)


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
        if day == EXCHANGED_ON:
            total[::EXCHANGED] = 0
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

"""Sums from figures of days are those of all samples, whatever happened to an index."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history.counters import asking
from app.history.counters.asking import Facts, answer, answer_by_days, question
from app.history.readings import to_ms
from app.history.samples import Bulk
from app.history.store import EmbeddedHistory
from app.model.consumption import Step
from app.model.counter import Break, Broken, IndexRules
from app.model.point import PointSpec
from app.model.reading import PointId, Quality
from app.project.statements import SqlStatements
from app.series import CODE_OF
from tests.app.history.counters.test_asking import book  # noqa: F401 - a fixture

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 9, 30, 22, tzinfo=UTC)  # October, of 31 days and an hour
END = BEGIN + timedelta(days=31, hours=1)
SIDE, HOUR, DAY = timedelta(days=3), timedelta(hours=1), timedelta(days=1)
SPEC = PointSpec("energy", "Heat", "kWh", 1, role="meter.energy")
FATES = (
    "plain", "night", "gap", "offline", "exchanged", "exchanged-before", "fell", "spike",
    "leapt", "silent", "late",
)  # fmt: skip
POINTS = [PointId(f"{fate}.energy") for fate in FATES]


def readings(
    fate: str, chance: np.random.Generator
) -> tuple[list[int], list[float], list[int]]:
    """Return times, values and quality codes of an hourly index with a fate."""
    hours = int((END - BEGIN + 2 * SIDE) / HOUR)
    times = np.array([to_ms(BEGIN - SIDE + n * HOUR) for n in range(hours)])
    steps = np.round(chance.uniform(0.2, 1.4, hours), 1)
    if fate == "night":
        steps[np.arange(hours) % 24 < 12] = 0
    values = np.round(500 + np.cumsum(steps), 1)
    keep, quality = np.ones(hours, bool), np.zeros(hours, np.uint8)
    quality[:] = CODE_OF[Quality.GOOD]
    if fate == "gap":
        keep[200:260] = False
    if fate == "offline":
        quality[300:310] = CODE_OF[Quality.OFFLINE]
        values[300:310] = np.nan
    if fate in ("exchanged", "exchanged-before"):
        at = 400 if fate == "exchanged" else 10
        values[at:] = np.round(np.cumsum(steps[at:]), 1)
    if fate == "fell":
        values[333] = 7.0
    if fate == "spike":
        values[500] += 9e5
    if fate == "leapt":
        values[500:] += 9e5
    if fate == "silent":
        values[:] = 500.0
    if fate == "late":
        keep[:150] = False
    return times[keep].tolist(), values[keep].tolist(), quality[keep].tolist()


@pytest.mark.parametrize("step", [Step.DAY, Step.MONTH, Step.YEAR])
@pytest.mark.parametrize("merged", [False, True])
def test_every_fate_counts_as_all_its_samples_do(
    tmp_path: Path,
    book: SqlStatements,  # noqa: F811 - the fixture
    step: Step,
    *,
    merged: bool,
) -> None:
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    chance = np.random.default_rng(7)
    for point, fate in zip(POINTS, FATES, strict=True):
        times, values, quality = readings(fate, chance)
        many = np.zeros(len(times), np.int64)
        kept = np.array(quality, np.uint8)
        bulk = Bulk((point,), many, np.array(times), np.array(values), kept)
        store.bring(bulk, "quarter")
    if merged:
        store.compact(END + 40 * DAY, lambda: True)
    for fate, hours, initial in (("exchanged", 400, None), ("exchanged-before", 10, None)):
        at = BEGIN - SIDE + hours * HOUR - timedelta(minutes=30)
        rules = IndexRules("kWh", 1) if fate == "exchanged-before" else None
        says = Broken(at, Break.EXCHANGE, Decimal(900), initial, rules)
        book.state(PointId(f"{fate}.energy"), says, "exchanged", "ea")
    facts = Facts(lambda: ZONE, lambda _point: SPEC, book)
    asked = asyncio.run(question(facts, POINTS, BEGIN, END, step))
    edges = asked.bins.moments()
    around = edges[0] - asking.AROUND, edges[-1] + asking.AROUND
    exact = answer(asked, facts, store.ranges(POINTS, *around, "quarter"))
    by_days = answer_by_days(asked, facts, store, POINTS)
    store.close()
    for one, other in zip(exact, by_days, strict=True):
        assert one == other
    plain = by_days[0]
    assert sum(filter(None, plain.amounts)) > 400

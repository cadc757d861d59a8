"""Years of retention killed without warning, again and again; and what is left of the sums.

A child process thins out a history month by month of virtual time, as the core does over
years; the parent kills it at random moments, opens the history as the next start does, and
holds sums and counts against what was recorded. `live` is the child.
"""

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from app.history.counters.asking import Facts
from app.history.retention.job import Retention
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Step
from app.model.reading import DeviceId, PointId
from app.model.retention import DataKind, KeepRule, KeepRules
from app.verbs import administrator
from benchmarks.lives import Lives, lives_of, say
from tests.app.history.aging import (
    BEGIN,
    ENERGY,
    OUTDOOR,
    SPECS,
    VOLUME,
    ZONE,
    Known,
    Stated,
    Years,
    months_from,
    settled_at,
)
from tests.app.history.plant import all_of, always, moments

VIEWER = administrator("ann", "Ann", "desk")


@dataclass
class Findings:
    """What came of it."""

    kills: int = 0
    rounds: int = 0  # whole lives of the history, from all samples to what is left
    months: int = 0
    sums: int = 0  # compared
    wrong: list[str] = field(default_factory=list)
    slowest_open_s: float = 0.0


def rules(months: int) -> KeepRules:
    """Return the rules: the usual ones, or in a short life such as reach all they can."""
    rule = KeepRule() if months > 60 else KeepRule(2, 1)
    return KeepRules(dict.fromkeys(DataKind, rule))


def record(folder: Path, years: Years, months: int) -> None:
    """Record so many months, all of it kept."""
    store = EmbeddedHistory(folder, ZONE)
    begins = months_from(BEGIN, months)
    for begin, end in pairwise(begins):
        years.record(store, begin, end)
    store.compact(settled_at(begins[-1]), always)
    store.close()


def run(folder: Path, kills: int, months: int, seed: int = 1) -> Findings:
    """Kill the retention so many times, over as many lives of the history as that takes."""
    chance, found = random.Random(seed), Findings(months=months)
    years = Years(total=(months + 1) * 31 * 96)
    fresh = folder / "fresh"
    record(fresh, years, months)
    with lives_of("tests.app.history.retentionkill") as lives:
        while found.kills < kills:
            here = folder / f"life-{found.rounds}"
            shutil.copytree(fresh, here)
            while not _lived_on(lives, here, kills, chance, found):
                found.kills += 1
                found.wrong += some_wrong(here, years, chance, found)
            found.rounds += 1
            found.wrong += all_wrong(here, years, found)
            shutil.rmtree(here)
    return found


def _lived_on(
    lives: Lives, here: Path, kills: int, chance: random.Random, found: Findings
) -> bool:
    """Let the retention run; return whether it came to its end, False when it was killed."""
    living = lives.begin(str(here), str(found.months))
    killing = False
    for _line in living.lines():  # it says that it begins, then each month that is done
        if not killing and found.kills < kills and chance.random() < 0.7:
            time.sleep(chance.random() * 0.08)
            living.kill()
            killing = True
    if living.code != 0 and not killing:
        raise AssertionError(f"the retention ended by itself: {living.code}")
    return living.code == 0


def some_wrong(here: Path, years: Years, chance: random.Random, found: Findings) -> list[str]:
    """Return what is wrong with a few sums right after a kill."""
    began = time.monotonic()
    store = EmbeddedHistory(here, ZONE)
    store.points_of(DeviceId("house"))
    found.slowest_open_s = max(found.slowest_open_s, time.monotonic() - began)
    first = chance.randrange(1, max(2, found.months * 28 - 70))
    begin = BEGIN + timedelta(days=first)
    wrong = [
        *_wrong_sums(store, years, ENERGY, Step.DAY, begin, begin + timedelta(days=60), found),
        *_wrong_sums(store, years, VOLUME, Step.MONTH, *_whole(found.months), found),
    ]
    store.close()
    return wrong


def all_wrong(here: Path, years: Years, found: Findings) -> list[str]:
    """Return what is wrong at the end of a life: sums of every step, and counts."""
    store = EmbeddedHistory(here, ZONE)
    begin, end = _whole(found.months)
    wrong: list[str] = []
    for point in (ENERGY, VOLUME):
        for step in (Step.DAY, Step.MONTH):
            wrong += _wrong_sums(store, years, point, step, begin, end, found)
        if found.months > 24:
            whole_years = (
                datetime(BEGIN.year, 12, 31, 23, tzinfo=UTC),
                datetime(BEGIN.year + found.months // 12 - 1, 12, 31, 22, tzinfo=UTC),
            )
            wrong += _wrong_sums(store, years, point, Step.YEAR, *whole_years, found)
    wrong += _wrong_counts(store, found.months)
    store.close()
    return wrong


def _whole(months: int) -> tuple[datetime, datetime]:
    begins = months_from(BEGIN, months)
    return begins[1], begins[-1] - timedelta(days=2)


def _wrong_sums(
    store: EmbeddedHistory,
    years: Years,
    point: PointId,
    step: Step,
    begin: datetime,
    end: datetime,
    found: Findings,
) -> Iterator[str]:
    if step is Step.MONTH:
        end -= timedelta(days=31)
    service = HistoryService(store, Facts(lambda: ZONE, SPECS.get, Stated()), lambda: end)
    [told] = asyncio.run(service.consumption(VIEWER, [point], begin, end, step))
    service.close()
    scale = SPECS[point].decimals
    got = [None if each is None else int(each.scaleb(scale)) for each in told.amounts]
    due = years.counted(point, step, begin, end)
    found.sums += len(due)
    if got != due or not all(told.complete) or told.unplaced:
        off = sum(one != other for one, other in zip(got, due, strict=True))
        yield f"{point} by {step.value} from {begin:%Y-%m-%d}: {off} of {len(due)} are wrong"


def _wrong_counts(store: EmbeddedHistory, months: int) -> Iterator[str]:
    """Hold the samples left of each local month against the rules."""
    now = settled_at(months_from(BEGIN, months)[-1]).astimezone(ZONE)
    rule = rules(months).of[DataKind.MEASURED]
    for point in (OUTDOOR, ENERGY):
        kept = Counter(
            (at.year, at.month)
            for at in (each.astimezone(ZONE) for each in moments(all_of(store, point)))
        )
        for begin in months_from(BEGIN, months)[1:-1]:
            local = begin.astimezone(ZONE)
            ago = (now.year - local.year) * 12 + now.month - local.month - 1
            days = (_next(local) - local).days
            due = {0: None, 1: days, 2: 1}[rule.stage(ago).value]
            # the edge of a local month lies in the month (UTC) before, which may be older
            late = rule.stage(ago + 1) is not rule.stage(ago)
            if due is not None and not late and kept[local.year, local.month] != due:
                left = kept[local.year, local.month]
                yield f"{point} in {local:%Y-%m}: {left} samples are left, not {due}"


def _next(local: datetime) -> datetime:
    return (local + timedelta(days=32)).replace(day=1)


def live(arguments: Sequence[str]) -> None:
    """Thin out a history in a folder as so many months pass."""
    folder, months = Path(arguments[0]), int(arguments[1])
    store = EmbeddedHistory(folder, ZONE)
    retention = Retention(store, Known())
    say("begun")
    for begin in months_from(BEGIN, months)[2:]:
        if retention.run(rules(months), settled_at(begin), always).gone:
            say(f"{begin:%Y-%m}")
    store.close()

"""Killed at any moment, under load: the project opens, and nothing acknowledged is lost."""

import json
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.compose.checking import check
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from app.history.readings import to_moment
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from app.project.check import is_sound
from app.project.opening import open_project
from app.series import QUALITY_CODES, Series
from tests.journeys.fastcore import FastClock
from tests.journeys.product import wait_for
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, running_site

SPEED = 180.0  # a quarter of an hour passes in five seconds
START = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # the clocks change in the night after it
QUARTER_MS = 900_000
CONTROLLERS = 12
LOADED_PROFILE = QUICK_PROFILE.replace("fast: 1s", "fast: 500ms")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
OPENS_WITHIN_S = 10.0
Samples = dict[str, dict[tuple[str, int], tuple[float | None, str]]]


@dataclass
class Acknowledged:
    """All that was ever said to be done."""

    samples: Samples = field(default_factory=lambda: {"fast": {}, "quarter": {}})
    fresh: Samples = field(default_factory=lambda: {"fast": {}, "quarter": {}})  # not looked at
    quarters: Counter[tuple[str, int]] = field(default_factory=Counter)
    writes: dict[str, dict[str, object]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    version: int = 0
    lines: int = 0
    refused: int = 0

    def take(self, file: Path) -> int:
        """Read what is new in the ledger; a line cut off by the kill was never said."""
        lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        for line in whole[self.lines :]:
            self._note(json.loads(line))
        new, self.lines = len(whole) - self.lines, len(whole)
        return new

    def _note(self, line: dict[str, object]) -> None:
        kind = str(line["kind"])
        if kind in self.samples:
            rows = line["rows"]
            assert isinstance(rows, list)
            for point, at_ms, value, quality in rows:
                self.samples[kind][point, at_ms] = (value, quality)
                self.fresh[kind][point, at_ms] = (value, quality)
                if kind == "quarter":
                    self.quarters[point, at_ms] += 1
        elif kind == "write":
            self.writes[str(line["note"])] = line
        elif kind == "seen":
            self.seen[str(line["note"])] = str(line["state"])
        elif kind == "version":
            self.version = max(self.version, int(str(line["number"])))
        else:
            self.refused += 1


@dataclass
class Figures:
    """What a loop of kills showed, for the books."""

    kills: int = 0
    while_starting: int = 0
    slowest_open_s: float = 0.0
    quarter_hours: int = 0
    fast: int = 0
    writes: int = 0
    versions: int = 0
    seen: int = 0

    def told(self) -> str:
        """Return one line."""
        return ", ".join(f"{name} {value}" for name, value in vars(self).items())


class Loop:
    """A site whose core lives short lives."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.chance = random.Random(seed)
        self.ledger = site.home / "ledger"
        self.said = Acknowledged()
        self.figures = Figures()
        self.real_start_s = time.time()
        self.clock = FastClock(START, self.real_start_s, SPEED)
        (site.home / "word").write_text(PASSWORD, encoding="utf-8")

    def live_and_die(self, shortest_s: float, longest_s: float) -> None:
        """Start the core, kill it at a random moment, and look at what is left."""
        clock = [START.isoformat(), str(self.real_start_s), str(SPEED)]
        place = [str(self.site.folder), LOGIN, str(self.site.home / "word")]
        log = self.site.home / "core.err"
        core = ChildProcess(
            on_leash("tests.journeys.fastcore", [*place, *clock, str(self.ledger)]), log=log
        )
        try:
            time.sleep(self.chance.uniform(shortest_s, longest_s))
            assert core.running, log.read_text(encoding="utf-8")
            os.kill(core.pid, KILL)
            wait_for(lambda: not core.running, 20)
        finally:
            core.stop()
        self.figures.kills += 1
        self.figures.while_starting += self.said.take(self.ledger) == 0
        self.look()

    def look(self) -> None:
        """Open the project as the next start would, and compare it with what was said."""
        began_s = time.monotonic()
        with closing(open_project(self.site.folder)) as project:
            opened_s = time.monotonic() - began_s
            assert opened_s < OPENS_WITHIN_S
            self.figures.slowest_open_s = max(self.figures.slowest_open_s, opened_s)
            assert project.audit.verify() == ""
            assert project.configuration.current().version.number >= self.said.version
            entries = project.audit.of_entities("write", "")
            told = {e.reason: (e.entity, e.new) for e in entries if e.result == "confirmed"}
            for note, line in self.said.writes.items():
                assert told.get(note) == (line["entity"], f"{line['new']:g}"), note
            notes = {r.alarm.note for r in project.journal.history(100_000)}
            assert set(self.said.seen) <= notes
        self._look_at_history(self.said.fresh)
        for said in self.said.fresh.values():
            said.clear()

    def _look_at_history(self, samples: Samples) -> None:
        with history(self.site.folder) as store:
            for stream, said in samples.items():
                kept = everything(store, said, stream)
                for (point, at_ms), (value, quality) in said.items():
                    found = kept[point].get(at_ms)
                    assert found is not None, f"{stream}: {point} at {to_moment(at_ms)} is lost"
                    assert found[1] == quality
                    assert value is None or found[0] == value
        doubled = [each for each, times in self.said.quarters.items() if times > 1]
        assert not doubled, f"recorded twice: {doubled[:3]}"

    def close(self) -> Figures:
        """Look at everything once more, put together and as a whole, and sum up."""
        with history(self.site.folder) as store:
            while store.compact(self.clock() + timedelta(days=2), lambda: True):
                pass
            counted = store.samples_per_point("quarter")
            points = [PointId(point) for point in counted]
            end = self.clock() + timedelta(days=1)
            for series in store.ranges(points, START, end, "quarter"):
                assert len(series) == counted[series.point]
                assert len(np.unique(series.times_ms)) == len(series)
                assert not (series.times_ms % QUARTER_MS).any()
        self.look()
        self._look_at_history(self.said.samples)
        assert is_sound(check(self.site.folder))
        figures = self.figures
        figures.quarter_hours = len({at for _, at in self.said.samples["quarter"]})
        figures.fast = len(self.said.samples["fast"])
        figures.writes, figures.seen = len(self.said.writes), len(self.said.seen)
        figures.versions = self.said.version
        return figures


@contextmanager
def history(folder: Path) -> Iterator[EmbeddedHistory]:
    store = EmbeddedHistory(folder / "history")
    try:
        yield store
    finally:
        store.close()


def everything(
    store: EmbeddedHistory, said: Mapping[tuple[str, int], object], stream: str
) -> dict[str, dict[int, tuple[float, str]]]:
    """Return what the store holds of the points spoken of, by point and moment."""
    kept: dict[str, dict[int, tuple[float, str]]] = defaultdict(dict)
    if not said:
        return kept
    moments = [at_ms for _, at_ms in said]
    start, end = to_moment(min(moments)), to_moment(max(moments) + 1)
    points = sorted({PointId(point) for point, _ in said})
    for series in store.ranges(points, start, end, stream):
        kept[series.point] = _by_moment(series)
    return kept


def _by_moment(series: Series) -> dict[int, tuple[float, str]]:
    columns = (series.times_ms.tolist(), series.values.tolist(), series.quality.tolist())
    return {
        at_ms: (value, QUALITY_CODES[quality].value)
        for at_ms, value, quality in zip(*columns, strict=True)
    }


@contextmanager
def kill_loop(home: Path, seed: int) -> Iterator[Loop]:
    devices = quick_substations(CONTROLLERS)
    with running_site(home, devices, profile=LOADED_PROFILE, core=False) as site:
        yield Loop(site, seed)


@pytest.mark.campaign
@pytest.mark.feature("LM-27")
@pytest.mark.timeout(240)
def test_three_kills_under_load_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with kill_loop(tmp_path, seed=7) as loop:
        for _ in range(3):
            loop.live_and_die(4.0, 9.0)
        figures = loop.close()
    assert figures.kills == 3
    assert figures.fast > 1000, figures.told()
    assert figures.writes > 0, figures.told()
    assert figures.versions > 1, figures.told()


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_hundred_kills_at_random_moments_lose_nothing_and_double_nothing(
    tmp_path: Path,
) -> None:
    with kill_loop(tmp_path, seed=20260328) as loop:
        for _ in range(100):
            loop.live_and_die(0.3, 9.0)
        figures = loop.close()
    print(figures.told())  # noqa: T201 - a campaign's result
    assert figures.kills == 100
    assert figures.quarter_hours > 20

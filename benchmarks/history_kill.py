"""Kill the recorder without warning, again and again, and see what its history still knows.

A child process records a plant under load: polls follow each other without a pause, days
are put together and old fast readings thrown away all the while. It says on its standard
output what is acknowledged; the parent kills it at a random moment, opens the history
and compares. Then the next child goes on where the plant stood.

    python -m benchmarks.history_kill --kills 100
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import numpy as np

from app.history.quarters import QUARTER
from app.history.readings import to_moment, to_ms
from app.history.recorder import Recorder
from app.history.samples import Bulk, Named
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from benchmarks.lives import Lives, lives_of
from benchmarks.lives import say as _say

BEGIN = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)  # the year ends among the first kills
_POLL = timedelta(seconds=30)
_PHASE = timedelta(seconds=15)  # polls lie between the boundaries
_DEVICE_POINTS = 20
_FAST_KEPT = timedelta(hours=3)  # so that throwing away happens all the time
_DROP_EVERY = 40  # polls
_LIFE_S = (0.1, 2.5)  # the shortest and the longest of a child after its first commit
_SLOW_S = 1.0  # an opening that is looked into
_ALL_EVERY = 10  # kills: then the whole time is looked through


@dataclass(slots=True)
class Findings:
    """What all kills together showed."""

    kills: int = 0
    acknowledged: int = 0  # quarter hours
    acknowledged_fast: int = 0  # polls
    lost: int = 0  # acknowledged quarter hours that are not there, whole and right
    lost_fast: int = 0  # acknowledged polls the same
    missing: int = 0  # samples of quarter hours between the first and the last
    doubled: int = 0  # samples of a moment stored twice, put together or not
    slowest_open_s: float = 0.0  # of each kill the shorter of two tries where one is slow
    slowest_open_at: int = 0  # after which kill
    slow_once: int = 0  # openings that were slow once and not again: others took the disk
    samples: int = 0
    size_bytes: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing acknowledged was lost and nothing is doubled or missing."""
        return not (self.lost or self.lost_fast or self.missing or self.doubled)


def run(
    folder: Path,
    kills: int,
    points: int,
    seed: int = 1,
    life_s: tuple[float, float] = _LIFE_S,
    all_every: int = _ALL_EVERY,
) -> Findings:
    """Kill a recording child so many times and return what was found.

    Args:
        folder: Of the history, kept over all lives.
        kills: How many.
        points: Of the plant.
        seed: Of the moments to kill at.
        life_s: The shortest and the longest life, after its first commit.
        all_every: After so many kills, and at the end, the whole time is looked through.
    """
    chance = random.Random(seed)  # noqa: S311 - moments to kill at, no secrets
    names = plant(points)
    found = Findings()
    world, newest = BEGIN + _PHASE, None
    with lives_of("benchmarks.history_kill") as lives:
        while found.kills < kills:
            told = _live_and_die(lives, folder, world, points, chance.uniform(*life_s))
            found.kills += 1
            found.acknowledged += len(told.quarters)
            found.acknowledged_fast += len(told.polls)
            _compare(folder, names, told, found)
            if told.polls:
                newest = told.polls[-1]
                world = newest + _POLL
            if newest is not None and found.kills % all_every == 0:
                _compare_all(folder, names, newest, found)
    if newest is not None:
        _compare_all(folder, names, newest, found)
    return found


def plant(points: int) -> list[PointId]:
    """Return the names of the plant's points."""
    return [
        PointId(f"station-{n // _DEVICE_POINTS}.p{n % _DEVICE_POINTS}") for n in range(points)
    ]


def values_at(moment: datetime, points: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return what every point reads at a moment: known to parent and child alike."""
    second = to_ms(moment) // 1000
    return np.round(np.arange(points) % 83 + (second // 30 * 7919) % 1009 / 10, 1)


@dataclass(slots=True)
class _Told:
    """What a child said before it died."""

    quarters: list[datetime] = field(default_factory=list)
    polls: list[datetime] = field(default_factory=list)  # all of whose readings are stored


def _live_and_die(
    lives: Lives, folder: Path, world: datetime, points: int, life_s: float
) -> _Told:
    child = lives.begin(str(folder), str(points), str(to_ms(world)))
    said = child.lines()
    lines = [next(said, "")]
    reader = Thread(target=lambda: lines.extend(said))
    reader.start()
    time.sleep(life_s)
    child.kill()  # SIGKILL, on Windows TerminateProcess: no last words
    reader.join()
    told = _Told()
    for line in lines:
        word, _, number = line.partition(" ")
        if word == "quarter":
            told.quarters.append(to_moment(int(number)))
        elif word == "poll":
            told.polls.append(to_moment(int(number)))
    return told


def _compare(folder: Path, names: Sequence[PointId], told: _Told, found: Findings) -> None:
    """Look for all that the child said was stored."""
    store = _opened(folder, found)
    # A boundary made up for after a kill may have the poll before the last of some points.
    last = [at - _PHASE for at in told.quarters]
    before = [at - _PHASE - _POLL for at in told.quarters]
    lost = _unlike(store, names, "quarter", told.quarters, (last, before))
    found.lost += len(lost)
    dropped_until = told.polls[-1] - _FAST_KEPT + QUARTER if told.polls else BEGIN
    polls = [at for at in told.polls if at > dropped_until]
    lost_fast = _unlike(store, names, "fast", polls, (polls,))
    found.lost_fast += len(lost_fast)
    found.notes += [f"{at} of kill {found.kills}" for at in (*lost, *lost_fast)]
    store.close()


def _opened(folder: Path, found: Findings) -> EmbeddedHistory:
    """Open what a kill left, and note how long that took.

    Where it took long the same is opened once more as the kill left it: what one waits for
    because others fill the disk or the processors is not what the kill has cost.
    """
    with tempfile.TemporaryDirectory() as beside:
        left = shutil.copytree(folder, Path(beside) / "left") if folder.exists() else folder
        store, taken_s = _opening(folder)
        if taken_s > _SLOW_S:
            again, again_s = _opening(left)
            again.close()
            found.slow_once += again_s <= _SLOW_S
            taken_s = min(taken_s, again_s)
    if taken_s > found.slowest_open_s:
        found.slowest_open_s, found.slowest_open_at = taken_s, found.kills
    return store


def _opening(folder: Path) -> tuple[EmbeddedHistory, float]:
    """Open a history as the next start does, seconds on the clock beside it."""
    begun_s = time.perf_counter()
    store = EmbeddedHistory(folder)
    store.newest("quarter", BEGIN + timedelta(days=3650))
    return store, time.perf_counter() - begun_s


def _unlike(
    store: EmbeddedHistory,
    names: Sequence[PointId],
    stream: str,
    moments: Sequence[datetime],
    read_at: Sequence[Sequence[datetime]],
) -> list[datetime]:
    """Return the moments at which a point lacks its sample or has another value.

    Args:
        store: The history.
        names: All points.
        stream: Which stream.
        moments: When there must be a sample.
        read_at: For each moment when it may have been read, any of these.
    """
    if not moments:
        return []
    wanted = np.array([to_ms(at) for at in moments])
    allowed = [np.array([values_at(at, len(names)) for at in choice]).T for choice in read_at]
    wrong = np.zeros(len(moments), bool)
    end = max(moments) + timedelta(seconds=1)
    for number, series in enumerate(store.ranges(names, min(moments), end, stream)):
        if not np.array_equal(np.intersect1d(series.times_ms, wanted), wanted):
            wrong |= ~np.isin(wanted, series.times_ms)
            continue
        values = series.values[np.searchsorted(series.times_ms, wanted)]
        wrong |= ~np.any([values == choice[number] for choice in allowed], axis=0)
    return [at for at, is_wrong in zip(moments, wrong.tolist(), strict=True) if is_wrong]


def _compare_all(
    folder: Path, names: Sequence[PointId], end: datetime, found: Findings
) -> None:
    """Look at the whole time: every quarter hour once, none stored twice."""
    store = EmbeddedHistory(folder)
    kept = store.ranges(names, BEGIN, end + timedelta(days=1), "quarter")
    counts = store.samples_per_point("quarter")
    expected = np.arange(
        to_ms(BEGIN + QUARTER), to_ms(end), QUARTER // timedelta(milliseconds=1)
    )
    missing = sum(len(np.setdiff1d(expected, series.times_ms)) for series in kept)
    doubled = sum(counts[series.point] - len(np.unique(series.times_ms)) for series in kept)
    found.missing = max(found.missing, missing)
    found.doubled = max(found.doubled, doubled)
    stats = store.stats()
    found.samples = sum(stats.samples.values())
    found.size_bytes = stats.size_bytes
    store.close()


class _Telling(EmbeddedHistory):
    """A store that says which polls are on the disk, after their commit returned."""

    def __init__(self, folder: Path, points: int) -> None:
        super().__init__(folder)
        self._points = points
        self._counts: Counter[int] = Counter()  # by the moment of a poll, ms

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        super().bring(brought, stream)
        if stream == "fast":
            self._counts.update(brought.times_ms.tolist())
            for poll in [p for p, count in self._counts.items() if count == self._points]:
                del self._counts[poll]
                _say(f"poll {poll}")


class _World:
    """The child's clock: it stands still while a poll is handed over."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _record(folder: Path, points: int, world: _World) -> None:
    """Record polls until killed."""
    store = _Telling(folder, points)
    table = PointTable()
    options = WriterOptions(pause_s=0.02, tidy_s=0.1)
    recorder = Recorder(
        table, store, world, options, lambda at: _say(f"quarter {to_ms(at)}"), _say
    )
    recorder.open()
    names = plant(points)
    for poll in _numbers():
        for batch in _batches(names, world.now):
            table.publish(batch)
        if poll % _DROP_EVERY == _DROP_EVERY - 1:
            store.drop_fast_before(world.now - _FAST_KEPT)
        while recorder.written.waiting > 10 * points:
            time.sleep(0.001)
        world.now += _POLL
        recorder.tick(world.now)


def _batches(names: Sequence[PointId], now: datetime) -> Iterator[list[Reading]]:
    values = values_at(now, len(names)).tolist()
    for begin in range(0, len(names), _DEVICE_POINTS):
        span = slice(begin, begin + _DEVICE_POINTS)
        yield [
            Reading(point, value, Quality.GOOD, now)
            for point, value in zip(names[span], values[span], strict=True)
        ]


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def live(arguments: Sequence[str]) -> None:
    """Be a child: record into a folder so many points from a moment on, until killed."""
    folder, points, world_ms = arguments
    _record(Path(folder), int(points), _World(to_moment(int(world_ms))))


def main(arguments: Sequence[str], say: Callable[[str], None] = _say) -> int:
    """Run from a terminal; the exit code is 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(description="Kill the recorder and look at its history.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--points", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=_LIFE_S[1], help="life, seconds")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        life_s = (min(_LIFE_S[0], options.longest), options.longest)
        found = run(Path(folder), options.kills, options.points, options.seed, life_s)
    for name in Findings.__dataclass_fields__:
        say(f"{name:18} {getattr(found, name)}")
    return 0 if found.sound else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

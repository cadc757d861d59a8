"""A project of many gigabytes is backed up while it records, called off, cut off, and restored.

``HEATDESK_GB`` says how many; four times as much must be free. Figures: docs/backup-figures.md.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from app.backup.making import ENDING, make_backup
from app.backup.opening import CalledOff, faults_of_backup, restore
from app.errors import PlantError, StoreBroken
from app.history.readings import to_ms
from app.history.samples import Bulk
from app.history.store import EmbeddedHistory
from app.project.opening import Project
from app.users.keyplaces import Keys
from tests.app.compose.handover.places import PHRASE, Place, plant_of
from tests.app.history.plant import FAR_OFF, plant_points, reading
from tests.machine import no_room_beyond

GB = float(os.environ.get("HEATDESK_GB", "2"))
POINTS = plant_points(40_000)
SOME = POINTS[:60] + POINTS[21_000:21_060] + POINTS[-60:]  # of three groups
FIRST = date(2024, 1, 1)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MOST_MORE_MB = 150  # that a step may need, whatever the project's size
STATUS = Path("/proc/self/status")


def filled(folder: Path) -> int:
    """Record days of which nothing can be packed, until there is enough; return how many."""
    chance, which = np.random.default_rng(16), np.repeat(np.arange(len(POINTS)), 96)
    good, days = np.zeros(len(which), np.uint8), 0
    with closing(EmbeddedHistory(folder)) as store:
        while days < 700 and sum(each.stat().st_size for each in folder.iterdir()) < GB * 1e9:
            at = datetime(FIRST.year, 1, 1, tzinfo=UTC) + timedelta(days=days)
            times = np.tile(to_ms(at) + np.arange(96) * 900_000, len(POINTS))
            store.bring(
                Bulk(tuple(POINTS), which, times, chance.random(len(which)), good), "quarter"
            )
            days += 1
    return days


def count(folder: Path) -> int:
    """How many samples there are before the year that is going on."""
    counted = 0
    for year in folder.glob("202[45].sqlite"):
        with closing(sqlite3.connect(year)) as file:
            for table in ("batch", "chunk"):
                [found] = file.execute(f"SELECT total(samples) FROM {table}").fetchone()
                counted += int(found)
    return counted


def sums(folder: Path) -> list[tuple[int, float, int]]:
    """Of some points how many samples there are, what they add up to, and their times."""
    found = list[tuple[int, float, int]]()
    with closing(EmbeddedHistory(folder)) as store:
        for year in (FIRST.year, FIRST.year + 1):
            begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
            for each in store.ranges(SOME, begin, end, "quarter"):
                sum_ms = int(each.times_ms.sum())
                found.append((len(each), float(np.sum(each.values)), sum_ms))
    return found


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Tell how long a step took and how much memory beyond what there was; bound the latter."""
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    began = time.monotonic()
    yield
    took, more = time.monotonic() - began, (_memory("VmHWM") - before) / 1e3
    sys.stdout.write(f"{what}: {took:.1f} s, {max(more, 0):.0f} MB more\n")
    sys.stdout.flush()
    assert more < MOST_MORE_MB, what


def _memory(what: str) -> int:
    """Return kilobytes of this process."""
    [line] = [each for each in STATUS.read_text("ascii").splitlines() if each.startswith(what)]
    return int(line.split()[1])


@contextmanager
def recording(folder: Path) -> Iterator[list[int]]:
    """Record without a pause into the year that is going on."""
    ended, done = Event(), list[int]()

    def record() -> None:
        with closing(EmbeddedHistory(folder)) as store:
            while not ended.is_set():
                at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * len(done))
                store.append([reading(each, at, 7.5) for each in SOME], "quarter", at)
                done.append(1)

    thread = Thread(target=record)
    thread.start()
    try:
        yield done
    finally:
        ended.set()
        thread.join()


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def given_up(project: Project, out: Path, size: int) -> None:
    """Begin a backup twice: it is called off, and the disk fills up; nothing is left of it."""
    last = [0.0]

    def step(done: int) -> bool:
        last[0] = time.monotonic()
        return done < size

    with measured("called off in mid-file"), pytest.raises(CalledOff):
        make_backup(project, out, PHRASE, NOW, step)
    sys.stdout.write(f"over {time.monotonic() - last[0]:.2f} s later\n")
    assert files(out.parent) == set()
    with measured("disk full in mid-file"), no_room_beyond(size), pytest.raises(StoreBroken):
        make_backup(project, out, PHRASE, NOW)
    assert files(out.parent) == set()


def cut(out: Path) -> None:
    """Take away the last byte; it is told at once that the end is missing."""
    with out.open("rb+") as stream:
        stream.truncate(out.stat().st_size - 1)
    with measured("an end that is missing is told"):
        [said] = faults_of_backup(out, PHRASE)
    assert "cut off" in said


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not STATUS.exists(), reason="memory is read from /proc, which Linux has")
def test_gigabytes_are_saved_looked_through_and_restored_in_little_memory(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path, "large").new()
    place.change(plant_of("school"))
    history, aside = place.root / "history", tmp_path / "aside"
    aside.mkdir()
    days = filled(history)
    before = sums(history)
    size = sum(each.stat().st_size for each in history.iterdir())
    sys.stdout.write(f"{size / 1e9:.2f} GB, {days * 96 * len(POINTS):,} samples\n")
    out = aside / f"whole{ENDING}"
    with closing(place.opened()) as project:
        given_up(project, out, size // 3)
        with measured("saved and sealed while recording"), recording(history) as done:
            make_backup(project, out, PHRASE, NOW)
        assert done, "it was recorded meanwhile"
    assert files(aside) == {out.name}
    with measured("looked through"):
        assert list(faults_of_backup(out, PHRASE)) == []
    keys, target = Keys(tmp_path / "nobody" / "private"), tmp_path / "restored"
    with (
        measured("disk full in mid-restore"),
        no_room_beyond(size // 3),
        pytest.raises(PlantError),
    ):
        restore(out, target, PHRASE, keys)
    assert not target.exists()
    assert not list(tmp_path.glob(".restoring*"))
    with measured("restored on a blank computer"):
        restore(out, target, PHRASE, keys)
    cut(out)
    assert count(target / "history") == days * 96 * len(POINTS)
    assert sums(target / "history") == before
    with closing(EmbeddedHistory(target / "history")) as store:
        found = store.ranges(SOME, datetime(2026, 1, 1, tzinfo=UTC), FAR_OFF, "quarter")
    assert len({len(each) for each in found}) == 1, "every commit whole, for all points"
    assert len(found[0]) <= len(done)

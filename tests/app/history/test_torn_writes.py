"""After a power failure the history is what some number of commits had made of it, never a mix.

The files are copied while a store has them open, and what was written last is cut off or
turned to rubbish at random places, as a disk does that lost its power in mid-write.
"""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    moments,
    plant_points,
    quarters,
    record_quarters,
)

POINTS = plant_points(30)
COMMITS = 12


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which a store has written commits that still lie in its log."""
    store = EmbeddedHistory(tmp_path / "open")
    record_quarters(store, POINTS, MIDNIGHT, COMMITS)
    yield tmp_path / "open"
    store.close()


def copied(source: Path, target: Path) -> Path:
    """Copy what a disk held, without what lives in memory only; return its log."""
    target.mkdir()
    for name in ("2026.sqlite", "2026.sqlite-wal"):
        shutil.copy(source / name, target / name)
    return target / "2026.sqlite-wal"


def commits_found(folder: Path) -> int:
    """Return how many commits are there; each must be there for every point, and whole."""
    store = EmbeddedHistory(folder)
    found = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
    count = len(found[0])
    for number, series in enumerate(found):
        assert moments(series) == list(quarters(MIDNIGHT, count))
        assert series.values.tolist() == [number + quarter / 10 for quarter in range(count)]
    record_quarters(store, POINTS, MIDNIGHT + count * QUARTER, 1)  # and it goes on
    assert len(store.range(POINTS[3], LONG_AGO, FAR_OFF, "quarter")) == count + 1
    store.close()
    return count


def test_all_commits_are_in_the_files_the_moment_they_return(
    open_folder: Path, tmp_path: Path
) -> None:
    copied(open_folder, tmp_path / "copy")
    assert commits_found(tmp_path / "copy") == COMMITS


def test_a_log_cut_off_anywhere_holds_the_commits_before(
    open_folder: Path, tmp_path: Path
) -> None:
    size = (open_folder / "2026.sqlite-wal").stat().st_size
    chance = random.Random(4)
    seen = set()
    for number in range(25):
        log = copied(open_folder, tmp_path / f"copy-{number}")
        with log.open("r+b") as file:
            file.truncate(chance.randrange(size))
        seen.add(commits_found(log.parent))
    assert len(seen) > COMMITS // 2
    assert max(seen) <= COMMITS


def test_rubbish_in_the_last_pages_costs_at_most_the_last_commits(
    open_folder: Path, tmp_path: Path
) -> None:
    size = (open_folder / "2026.sqlite-wal").stat().st_size
    chance = random.Random(5)
    for number in range(25):
        log = copied(open_folder, tmp_path / f"copy-{number}")
        begin = chance.randrange(size)
        with log.open("r+b") as file:
            file.seek(begin)
            file.write(chance.randbytes(min(512, size - begin)))
        assert commits_found(log.parent) <= COMMITS


def test_pages_that_reached_the_disk_in_another_order_do_not_mix_commits(
    open_folder: Path, tmp_path: Path
) -> None:
    # The last page is there, one before it is not: nothing from there on counts.
    page = 4096 + 24
    whole = (open_folder / "2026.sqlite-wal").read_bytes()
    pages = (len(whole) - 32) // page
    for number, lost in enumerate(range(0, pages, 3)):
        log = copied(open_folder, tmp_path / f"copy-{number}")
        begin = 32 + lost * page
        log.write_bytes(whole[:begin] + bytes(page) + whole[begin + page :])
        assert commits_found(log.parent) < COMMITS

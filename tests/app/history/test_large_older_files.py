"""Ten million samples of an older layout are brought up to date, whatever kills it meanwhile.

``HEATDESK_SAMPLES`` says how many; the figures are in docs/backup-figures.md.
"""

import os
import random
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.errors import BadInput, StoreBroken
from app.history.figures import days
from app.history.inspecting import faults_of_file
from app.history.readings import to_moment, to_ms
from app.history.samples import Bulk
from app.history.schema import LAYOUT
from app.history.store import EmbeddedHistory
from benchmarks.lives import lives_of, say
from tests.app.history.plant import FAR_OFF, LONG_AGO, always, plant_points, reading

SAMPLES = int(os.environ.get("HEATDESK_SAMPLES", "10000000"))
BEGIN, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 120
POINTS = plant_points(max(SAMPLES // (DAYS * 96), 2))
END = BEGIN + timedelta(days=DAYS)
KILLS = 30
DERIVED = {1: ("outline", "day", "month", "newest"), 2: ("newest",)}  # since that layout


def filled(folder: Path, layout: int) -> None:
    """Record the days, put them together, and take away what the layout did not have."""
    with closing(EmbeddedHistory(folder)) as store:
        which = np.repeat(np.arange(len(POINTS)), 96)
        for day in range(DAYS):
            at = to_ms(BEGIN) + (day * 96 + np.arange(96)) * 900_000
            values = np.round(50 + 9 * np.sin(which + np.tile(np.arange(96), len(POINTS))), 1)
            good = np.zeros(len(which), np.uint8)
            times = np.tile(at, len(POINTS))
            store.bring(Bulk(tuple(POINTS), which, times, values, good), "quarter")
            store.compact(to_moment(int(at[-1])) + timedelta(hours=1), always)
    with closing(sqlite3.connect(folder / "2025.sqlite")) as file:
        for table in DERIVED[layout]:
            file.execute(f"DROP TABLE {table}")
        file.execute("UPDATE layout SET version = ?", (layout,))
        file.commit()


def sums(folder: Path) -> tuple[int, float, float, int]:
    """Return how many samples there are, what they add up to, and when they are of."""
    with closing(EmbeddedHistory(folder)) as store:
        found = store.ranges(POINTS, LONG_AGO, END, "quarter")
    values = np.concatenate([each.values for each in found])
    times = sum(int(each.times_ms.sum()) for each in found)
    return len(values), float(np.sum(values)), float(np.sum(values**2)), times


def layout_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "2025.sqlite")) as connection:
        [version] = connection.execute("SELECT version FROM layout").fetchone()
    return int(version)


def live(arguments: Sequence[str]) -> None:
    """Record into an old file, and put together what there is, until killed."""
    folder, at_ms = arguments
    with closing(EmbeddedHistory(Path(folder))) as store:
        at = to_moment(int(at_ms))
        store.append([reading(each, at, 7.5) for each in POINTS[:2]], "quarter", at)
        say("recorded")
        store.compact(FAR_OFF, always)
        say("done")


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("layout", [1, 2])
def test_ten_million_samples_killed_in_mid_upgrade_are_all_there(
    tmp_path: Path, layout: int
) -> None:
    folder, chance = tmp_path / "history", random.Random(layout)
    filled(folder, layout)
    before = sums(folder)
    assert before[0] == len(POINTS) * DAYS * 96
    assert layout_of(folder) == layout, "who only reads leaves it as it was"
    recorded, ends = 0, list[str]()
    with lives_of("tests.app.history.test_large_older_files") as lives:
        for kill in range(KILLS):
            at = END + timedelta(minutes=15 * kill)
            child = lives.begin(str(folder), str(to_ms(at)))
            if kill:  # the first is killed at once, the others at any moment
                time.sleep(chance.uniform(0.0, 2.0))
            child.kill()
            said = list(child.lines())
            recorded += "recorded" in said
            ends.append(said[-1] if said else "")
            assert layout_of(folder) in (layout, LAYOUT)
            assert sums(folder) == before
        finishing = lives.begin(str(folder), str(to_ms(END + timedelta(days=2))))
        assert list(finishing.lines())[-1] == "done"
    assert layout_of(folder) == LAYOUT
    assert sums(folder) == before
    with closing(EmbeddedHistory(folder)) as store:
        late = store.range(POINTS[0], END, FAR_OFF, "quarter")
        assert len(late) >= recorded + 1
        figures = days(store, POINTS, date(2025, 1, 2), date(2025, 4, 29))
        assert figures.samples.sum() == len(POINTS) * 96 * 118
    assert not list(faults_of_file(folder / "2025.sqlite"))
    refused(folder)
    size = (folder / "2025.sqlite").stat().st_size / 1e6
    sys.stdout.write(
        f"layout {layout}: {before[0]:,} samples, {size:.0f} MB; {KILLS} kills, "
        f"{recorded} after the first record, {ends.count('done')} after the last step\n"
    )


def refused(folder: Path) -> None:
    """An older program leaves a newer file as it is, and says so."""
    with closing(sqlite3.connect(folder / "2025.sqlite")) as file:
        file.execute("UPDATE layout SET version = ?", (LAYOUT + 1,))
        file.commit()
    content = (folder / "2025.sqlite").read_bytes()
    with closing(EmbeddedHistory(folder)) as store, pytest.raises((BadInput, StoreBroken)):
        store.range(POINTS[0], BEGIN, END, "quarter")
    assert (folder / "2025.sqlite").read_bytes() == content

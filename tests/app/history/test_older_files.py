"""A history that an older Heatdesk wrote is read as it is, and brought up to date by recording.

The examples were written by those programs: two points from 25 March to 5 April 2025, every
quarter of an hour; of the second point every fiftieth is lacking, and one sample of the
first waits to be put together.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.errors import StoreBroken
from app.history.figures import days, outlines
from app.history.schema import LAYOUT
from app.history.schema import QUARTER as QUARTER_STREAM
from app.history.sqlitefile import SqliteFile
from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    QUARTER,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    quarters,
    reading,
)

EXAMPLES = Path(__file__).parent / "examples"
BEGIN = datetime(2025, 3, 25, tzinfo=UTC)
COUNT = 96 * 12
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FILES = ("2025.sqlite", "fast.sqlite")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files as layout 1 had them."""
    for name in FILES:
        script = EXAMPLES / f"layout1-{name.removesuffix('.sqlite')}.sql"
        with closing(sqlite3.connect(tmp_path / name)) as made:
            made.executescript(script.read_text("utf-8"))
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedHistory]:
    with closing(EmbeddedHistory(folder, COPENHAGEN)) as opened:
        yield opened


def layout_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        [version] = connection.execute("SELECT version FROM layout").fetchone()
    return int(version)


def answers(store: EmbeddedHistory) -> dict[str, object]:
    """All that can be asked of the two points."""
    told: dict[str, object] = {}
    for point in (SUPPLY, RETURN):
        for series in (
            all_of(store, point),
            *outlines(store, [point], BEGIN, BEGIN + timedelta(days=20)),
        ):
            key = f"{point} {len(series)}"
            told[key] = series.times_ms.tolist(), repr(series.values.tolist())
    figures = days(store, [SUPPLY, RETURN], date(2025, 3, 1), date(2025, 4, 30))
    told["days"] = (
        figures.series.tolist(),
        figures.days.tolist(),
        repr(figures.figures.tolist()),
    )
    told["counts"] = figures.counts.tolist()
    return told


def test_what_is_only_read_stays_as_it_was_and_answers_everything(
    store: EmbeddedHistory, folder: Path
) -> None:
    before = {name: (folder / name).read_bytes() for name in FILES}
    found = all_of(store, SUPPLY)
    assert moments(found) == list(quarters(BEGIN, COUNT))
    assert found.values[24] == 99.5
    assert len(all_of(store, SUPPLY, "fast")) == 1
    figures = days(store, [SUPPLY, RETURN], date(2025, 3, 30), date(2025, 3, 30))
    assert figures.samples.tolist() == [92, 92]  # summer time began
    answers(store)
    store.close()
    assert {name: (folder / name).read_bytes() for name in FILES} == before


def test_recording_brings_a_file_up_to_date_and_no_answer_changes(
    store: EmbeddedHistory, folder: Path
) -> None:
    before = answers(store)
    store.append([reading(RETURN, BEGIN + COUNT * QUARTER, 7.5)], "quarter")
    assert layout_of(folder / "2025.sqlite") == LAYOUT
    store.forget([RETURN], BEGIN + COUNT * QUARTER, FAR_OFF, {})
    assert answers(store) == before  # the readers saw the new tables
    assert store.compact(FAR_OFF, always) >= 2
    assert store.compact(FAR_OFF, always) == 0
    assert answers(store) == before
    with closing(sqlite3.connect(folder / "2025.sqlite")) as connection:
        chunks = connection.execute("SELECT DISTINCT slots FROM chunk ORDER BY 1").fetchall()
        assert chunks == [(30,), (31,)]
        count = "SELECT count(*) FROM day WHERE slot"
        [figures] = connection.execute(f"{count} >= 0").fetchone()
        assert figures == 62  # March begins on 28 February by UTC
        assert connection.execute(f"{count} < 0").fetchone() == (2,)  # months
        assert connection.execute("SELECT sum(open) FROM month").fetchone() == (0,)
    assert store.samples_per_point("quarter") == {SUPPLY: COUNT, RETURN: COUNT}


class CutOff(SqliteFile):
    """A file that SQLite gives up on after so many of its steps."""

    points = 0

    def _connected(self) -> sqlite3.Connection:
        connection = super()._connected()
        left = iter(range(self.points))
        connection.set_progress_handler(lambda: next(left, None) is None, 7)
        return connection


def test_bringing_up_to_date_cut_off_anywhere_leaves_the_old_layout_or_the_new(
    folder: Path,
) -> None:
    cut_off, seen = 0, set()
    for CutOff.points in range(1000):
        file = CutOff(folder / "2025.sqlite", QUARTER_STREAM)
        try:
            with file.writing():
                pass
        except StoreBroken:
            cut_off += 1
        else:
            break
        finally:
            file.close()
        seen.add(layout_of(folder / "2025.sqlite"))
    assert cut_off > 10
    assert 1 in seen
    assert layout_of(folder / "2025.sqlite") == LAYOUT
    with closing(EmbeddedHistory(folder)) as store:
        assert len(store.range(SUPPLY, LONG_AGO, FAR_OFF, "quarter")) == COUNT
        assert store.compact(FAR_OFF, always) >= 2
        assert len(store.range(SUPPLY, LONG_AGO, FAR_OFF, "quarter")) == COUNT

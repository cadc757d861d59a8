"""Whole files, shuffled and spoiled: what is kept is what the good rows say, or nothing."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.history.exchange.judging import judged
from app.history.exchange.rows import Rows
from app.history.exchange.staging import Staging
from app.history.store import EmbeddedHistory
from app.model.reading import Quality
from tests.app.history.exchange.files import FACTS, FILE, SUPPLY
from tests.machine import posix_signals

BEGIN = datetime(2025, 12, 31, 20, tzinfo=UTC)
LATEST = datetime(2030, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HEAD = "time_utc,point,value,quality"
SPOILED = (
    "{at},{point},=1+1,good",
    "{at},{point},1",
    "yesterday,{point},1,good",
    "{at},nowhere.x,1,good",
    '{at},"{point}"x,1,good',
    "{at},{point},1,superb",
    "{at},{point},,good",
)
Row = tuple[int, float, int]  # quarter hour, value, 0 or which way it is spoiled
rows = st.lists(
    st.tuples(st.integers(0, 40), st.integers(-999, 999).map(lambda n: n / 8),
              st.integers(0, len(SPOILED))),
    max_size=30,
)  # fmt: skip


def line(row: Row) -> str:
    nth, value, spoiled = row
    at = f"{BEGIN + nth * QUARTER:%Y-%m-%dT%H:%M:%SZ}"
    if spoiled:
        return SPOILED[spoiled - 1].format(at=at, point=SUPPLY)
    return f"{at},{SUPPLY},{value},{Quality.GOOD.value}"


def brought(store: EmbeddedHistory, folder: Path, content: bytes) -> Rows:
    """Bring a file part by part, a few rows each, and take in what is right."""
    file = CsvFile(Path(FILE), BytesIO(content))
    read = iter(file.rows())
    _, heads = next(read)
    assert not isinstance(heads, str)
    taking = Rows(FILE, heads, FACTS, LATEST)
    staging = Staging("anna", FILE, folder, lambda: 10**12, dry=False)
    try:
        for number, cells in read:
            if isinstance(cells, str):
                taking.tell(number, 0, "no row: {cell}", cells)
            else:
                taking.take(number, cells)
            if len(taking) >= 7:
                staging.add(*judged(store, taking.part(), LATEST))
        staging.add(*judged(store, taking.part(), LATEST))
        staging.take_in(store)
    finally:
        staging.close()
    return taking


def kept(store: EmbeddedHistory) -> dict[int, float]:
    found = store.range(SUPPLY, BEGIN, LATEST, "quarter")
    begin_ms, step_ms = int(BEGIN.timestamp()) * 1000, 900_000
    return {
        (at - begin_ms) // step_ms: value
        for at, value in zip(found.times_ms.tolist(), found.values.tolist(), strict=True)
    }


@settings(max_examples=40, deadline=None)
@given(rows, st.sampled_from(["utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"]))
def test_the_good_rows_of_a_spoiled_file_are_kept_and_each_bad_one_is_told(
    content: list[Row], encoding: str, end: str
) -> None:
    with TemporaryDirectory() as folder:
        store = EmbeddedHistory(Path(folder) / "history")
        try:
            text = end.join([HEAD, *map(line, content)]) + end
            taking = brought(store, Path(folder), text.encode(encoding))
            oracle = {nth: value for nth, value, spoiled in content if not spoiled}
            assert kept(store) == oracle
            bad = [number for number, row in enumerate(content, 2) if row[2]]
            assert [fault.line for fault in taking.faults] == bad
            assert taking.read == len(content)
        finally:
            store.close()


@settings(max_examples=60, deadline=None)
@given(rows.filter(bool), st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_damaged_anywhere_it_is_refused_or_nothing_false_comes_in(
    content: list[Row], place: int, damage: bytes
) -> None:
    good = [(nth, value, 0) for nth, value, _ in content]
    whole = "\n".join([HEAD, *map(line, good)]).encode()
    at = place % len(whole)
    spoiled = whole[:at] + damage + whole[at + len(damage) :]
    with TemporaryDirectory() as folder:
        store = EmbeddedHistory(Path(folder) / "history")
        try:
            brought(store, Path(folder), spoiled)
        except BadInput as refused:
            said = str(refused)
            assert kept(store) == {}, said
        finally:
            store.close()


CHILD = """
import sys
from pathlib import Path
from tests.app.history.exchange.test_whole_files import brought_for_ever
brought_for_ever(Path(sys.argv[1]))
"""
COUNT = 4_000


def brought_for_ever(folder: Path) -> None:
    """Bring one file after another, and say so; each tells its number everywhere."""
    store = EmbeddedHistory(folder / "history")
    for number in range(1, 1000):
        lines = [line((nth * 3, float(number), 0)) for nth in range(COUNT)]
        brought(store, folder, "\n".join([HEAD, *lines]).encode())
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


@pytest.mark.campaign
@posix_signals
def test_killed_at_any_moment_each_year_holds_one_file_whole(tmp_path: Path) -> None:
    """The year's files end together; a kill between two of them leaves both whole."""
    chance = random.Random(7)
    for kill in range(6):
        folder = tmp_path / str(kill)
        folder.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[4],
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        try:
            process.wait(chance.uniform(0.0, 0.5))
        except subprocess.TimeoutExpired:
            process.kill()
        said = [1, *map(int, process.stdout.read().split())]
        process.stdout.close()
        process.wait(30)
        store = EmbeddedHistory(folder / "history")
        found = store.range(SUPPLY, BEGIN, LATEST, "quarter")
        assert len(found) == COUNT
        turn_ms = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000
        for year in (found.times_ms < turn_ms, found.times_ms >= turn_ms):
            values = set(found.values[year].tolist())
            assert len(values) == 1
            assert values <= {float(said[-1]), float(said[-1] + 1)}
        assert not [each for each in folder.iterdir() if each.name != "history"]
        store.close()

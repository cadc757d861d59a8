"""A damaged file is set aside at the first error, and recording goes on in a new one."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from app.database import health_of, shut_out
from app.errors import StoreBroken, StoreDamaged
from app.history.inspecting import faults_of_file
from app.history.quarantine import GuardedHistory, SetAside, salvage_all, set_aside_in
from app.history.readings import from_readings
from app.history.samples import Named
from app.history.schema import QUARTER as KEPT
from app.history.store import EmbeddedHistory
from app.history.writer import Writer, WriterOptions
from tests.app.history.plant import (
    FAR_OFF,
    MIDNIGHT,
    QUARTER,
    all_of,
    always,
    moments,
    plant_points,
    quarters,
    reading,
    record_quarters,
)

POINTS = plant_points(5)
YEAR = "2026.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of eight quarter hours, put together, shut."""
    folder = tmp_path / "history"
    with closing(EmbeddedHistory(folder)) as store:
        record_quarters(store, POINTS, MIDNIGHT, 8)
        store.compact(FAR_OFF, always)
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[GuardedHistory]:
    with closing(GuardedHistory(folder)) as store:
        yield store


def ruin(file: Path, begin: int = 0) -> None:
    """Let the disk lose all but the first bytes of a file."""
    whole = file.read_bytes()
    file.write_bytes(whole[:begin] + b"\x5a" * (len(whole) - begin))


def spoil_block(folder: Path) -> None:
    with closing(sqlite3.connect(folder / YEAR)) as connection:
        connection.execute(
            "UPDATE chunk SET packed = CAST(packed || x'00' AS BLOB) WHERE series = 2"
        )
        connection.commit()


@pytest.mark.parametrize("begin", [0, 1000, 4096])
def test_the_very_commit_that_meets_damage_is_kept_in_a_new_file(
    folder: Path, store: GuardedHistory, begin: int
) -> None:
    ruin(folder / YEAR, begin)
    assert store.trouble == ""
    record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 3)
    assert moments(all_of(store, POINTS[1])) == list(quarters(MIDNIGHT + 8 * QUARTER, 3))
    [aside] = set_aside_in(folder)
    assert aside.name == YEAR
    assert aside.file.read_bytes()[begin : begin + 4] == b"\x5a" * 4
    assert YEAR in store.trouble
    assert "heatdesk salvage" in store.trouble


def test_damage_that_a_reader_meets_is_set_aside_before_the_next_commit(
    folder: Path, store: GuardedHistory
) -> None:
    spoil_block(folder)
    record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 1)
    assert set_aside_in(folder) == []  # nobody has met it yet
    with pytest.raises(StoreDamaged, match=r"2026\.sqlite: a block of history is damaged"):
        all_of(store, POINTS[1])
    assert set_aside_in(folder) == []  # a reader moves nothing
    record_quarters(store, POINTS, MIDNIGHT + 9 * QUARTER, 1)
    assert len(set_aside_in(folder)) == 1
    assert moments(all_of(store, POINTS[1])) == [MIDNIGHT + 9 * QUARTER]


def test_all_but_the_damaged_block_is_salvaged_and_later_ones_are_not_overwritten(
    folder: Path, store: GuardedHistory
) -> None:
    spoil_block(folder)
    with pytest.raises(StoreDamaged):
        all_of(store, POINTS[1])
    record_quarters(store, POINTS, MIDNIGHT + 7 * QUARTER, 2, lambda n, q: 900.0 + n)
    [done] = salvage_all(folder, store)
    assert (done.file, done.unreadable) == (YEAR, 1)
    assert done.brought == 4 * 7  # the eighth is there anew
    store.look_again()
    assert store.trouble == ""
    assert len(all_of(store, POINTS[0])) == 9
    assert all_of(store, POINTS[0]).values[-2:].tolist() == [900.0, 900.0]
    assert len(all_of(store, POINTS[1])) == 2
    assert list(salvage_all(folder, store)) == []
    [again] = salvage_all(folder, store, again=True)
    assert again.brought == 0
    kept = json.loads((set_aside_in(folder)[0].folder / "salvaged.json").read_text("utf-8"))
    assert kept["brought"] == 0


def test_the_newest_values_follow_when_a_file_is_exchanged(
    folder: Path, store: GuardedHistory
) -> None:
    before = {each.point: each.value for each in store.latest()}
    assert len(before) == 5
    ruin(folder / YEAR)
    record_quarters(store, POINTS[3:], MIDNIGHT + 8 * QUARTER, 1, lambda n, q: 50.0 + n)
    assert {each.point: each.value for each in store.latest()} == {
        POINTS[3]: 50.0,
        POINTS[4]: 51.0,
    }
    record_quarters(store, [*POINTS, *plant_points(9)[5:]], MIDNIGHT + 9 * QUARTER, 1)
    store.compact(FAR_OFF, always)
    assert {each.point for each in store.latest()} == set(plant_points(9))


def test_points_get_numbers_anew_and_none_has_another_s_samples(
    folder: Path, store: GuardedHistory
) -> None:
    record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 1)  # their numbers are known
    ruin(folder / YEAR)
    store.close()
    record_quarters(store, POINTS[::-1], MIDNIGHT + 9 * QUARTER, 2, lambda n, q: n + q / 10)
    for nth, point in enumerate(POINTS[::-1]):
        assert all_of(store, point).values.tolist() == [nth, nth + 0.1]


def test_what_still_holds_the_old_file_is_told_and_does_not_write_into_the_new_one(
    folder: Path, store: GuardedHistory
) -> None:
    [old] = store.there(KEPT)
    store._met_damage(folder / YEAR)
    assert store.set_damaged_aside()
    late = Named(POINTS[:1], from_readings([reading(POINTS[0], MIDNIGHT)], np.arange(1)))
    with pytest.raises(StoreBroken, match="was set aside meanwhile"):
        old.bring(late)
    with pytest.raises(StoreBroken, match="was set aside meanwhile"):
        old.contents()
    assert not (folder / YEAR).exists()
    assert not store.set_damaged_aside()


def test_each_file_is_set_aside_by_itself_and_the_others_are_read(
    folder: Path, store: GuardedHistory
) -> None:
    last_year = MIDNIGHT - timedelta(days=365)
    record_quarters(store, POINTS, last_year, 3)
    store.append([reading(point, MIDNIGHT, 1.0) for point in POINTS], "fast")
    store.close()
    ruin(folder / "fast.sqlite")
    store.append([reading(point, MIDNIGHT, 2.0) for point in POINTS], "fast")
    assert [each.name for each in set_aside_in(folder)] == ["fast.sqlite"]
    assert len(all_of(store, POINTS[0])) == 11
    assert all_of(store, POINTS[0], "fast").values.tolist() == [2.0]


def test_what_lay_in_the_log_alone_is_salvaged_too(folder: Path) -> None:
    with closing(GuardedHistory(folder)) as store:
        record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 2)
        log = (folder / f"{YEAR}-wal").read_bytes()
        whole = (folder / YEAR).read_bytes()
    (folder / YEAR).write_bytes(b"\x5a" * 200 + whole[200:])  # as after a crash
    (folder / f"{YEAR}-wal").write_bytes(log)
    with closing(GuardedHistory(folder)) as store:
        record_quarters(store, POINTS, MIDNIGHT + 10 * QUARTER, 1)
        assert len(set_aside_in(folder)) == 1
        [done] = salvage_all(folder, store)
        assert len(all_of(store, POINTS[0])) == 11
        assert done.brought == 50


def test_a_kill_between_the_moves_leaves_nothing_that_is_taken_for_another(
    folder: Path, store: GuardedHistory
) -> None:
    store.close()
    half = folder / "quarantine" / "20260701T000000000000Z-2026"
    half.mkdir(parents=True)
    (half / f"{YEAR}.broken-wal").write_bytes(b"the log that was moved first")
    assert set_aside_in(folder) == []
    ruin(folder / YEAR)
    with closing(GuardedHistory(folder)) as again:
        record_quarters(again, POINTS, MIDNIGHT + 8 * QUARTER, 1)
    assert set_aside_in(folder) == [SetAside(half, YEAR)]


def test_a_second_damage_gets_a_place_of_its_own(folder: Path) -> None:
    now = datetime(2026, 7, 2, tzinfo=UTC)
    with closing(GuardedHistory(folder, now=lambda: now)) as store:
        ruin(folder / YEAR)
        record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 1)
        store.close()
        now += timedelta(hours=1)
        ruin(folder / YEAR)
        record_quarters(store, POINTS, MIDNIGHT + 9 * QUARTER, 1)
        assert len(set_aside_in(folder)) == 2
        assert "2 history files are damaged" in store.trouble


def test_an_error_that_is_no_damage_moves_nothing(folder: Path, store: GuardedHistory) -> None:
    with closing(sqlite3.connect(folder / YEAR)) as connection:
        connection.execute("UPDATE layout SET version = 99")
        connection.commit()
    with pytest.raises(StoreBroken, match="newer Heatdesk"):
        record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 1)
    assert set_aside_in(folder) == []


def test_a_writer_that_runs_loses_nothing_it_was_handed(folder: Path) -> None:
    told, written = list[str](), Event()
    with closing(GuardedHistory(folder)) as store:
        options = WriterOptions(pause_s=0.01)
        writer = Writer(
            store, lambda: MIDNIGHT, options, lambda _at: written.set(), told.append
        )
        writer.start()
        for nth in range(30):
            at = MIDNIGHT + timedelta(seconds=nth)
            writer.offer([reading(point, at, nth) for point in POINTS])
            if nth == 10:
                assert writer.flush(10)
                store.close()
                ruin(folder / "fast.sqlite")
        assert writer.flush(10)
        assert writer.close(10)
        assert writer.written.readings == 150
        [done] = salvage_all(folder, store)
        assert done.file == "fast.sqlite"
        assert len(all_of(store, POINTS[0], "fast")) >= 19
    assert told == []


def test_a_name_in_the_schema_that_is_no_text_any_more_is_damage_too(folder: Path) -> None:
    whole = bytearray((folder / YEAR).read_bytes())
    at = whole.index(b"CREATE TABLE outline")
    whole[at + 13] = 0xD9
    (folder / YEAR).write_bytes(whole)
    assert health_of(folder / YEAR)
    assert shut_out(folder / YEAR) == ""
    assert list(faults_of_file(folder / YEAR))
    with closing(GuardedHistory(folder)) as store:
        record_quarters(store, POINTS, MIDNIGHT + 8 * QUARTER, 1)
        assert len(set_aside_in(folder)) == 1
        [done] = salvage_all(folder, store)
        assert done.brought == 40
        assert len(all_of(store, POINTS[0])) == 9

"""A file that cannot be used is named in a sentence, and takes nothing else with it."""

import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    SUPPLY,
    all_of,
    always,
    moments,
    plant_points,
    quarters,
    reading,
    record_quarters,
    sqlite_file,
)
from tests.machine import bound_by_rights, open_folder, posix_rights

LAST_YEAR = MIDNIGHT - timedelta(days=365)
NEXT_WEEK = MIDNIGHT + timedelta(days=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedHistory]:
    store = EmbeddedHistory(folder)
    yield store
    store.close()


def changed(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_file_of_a_newer_program_is_refused_by_name(
    store: EmbeddedHistory, folder: Path
) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 2)
    store.close()
    changed(folder / "2026.sqlite", "UPDATE layout SET version = 7")
    for attempt in (
        lambda: all_of(store, SUPPLY),
        lambda: store.append([reading(SUPPLY, MIDNIGHT)], "quarter", MIDNIGHT),
        lambda: store.compact(FAR_OFF, always),
    ):
        with pytest.raises(StoreBroken, match=r"2026\.sqlite was written by a newer Heatdesk"):
            attempt()


def test_a_file_that_is_no_history_is_left_alone(store: EmbeddedHistory, folder: Path) -> None:
    folder.mkdir()
    changed(folder / "2026.sqlite", "CREATE TABLE recipes (name)")
    with pytest.raises(StoreBroken, match=r"2026\.sqlite is no history of the quarter stream"):
        store.append([reading(SUPPLY, MIDNIGHT)], "quarter", MIDNIGHT)
    with closing(sqlite3.connect(folder / "2026.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_the_files_of_the_streams_are_not_mixed_up(
    store: EmbeddedHistory, folder: Path
) -> None:
    store.append([reading(SUPPLY, MIDNIGHT)], "fast")
    store.close()
    (folder / "fast.sqlite").rename(folder / "2026.sqlite")
    with pytest.raises(StoreBroken, match="no history of the quarter stream"):
        all_of(store, SUPPLY)


def test_a_file_that_was_only_begun_is_finished(store: EmbeddedHistory, folder: Path) -> None:
    folder.mkdir()
    (folder / "2026.sqlite").touch()  # as after a kill before the tables were there
    assert len(all_of(store, SUPPLY)) == 0
    record_quarters(store, [SUPPLY], MIDNIGHT, 2)
    assert len(all_of(store, SUPPLY)) == 2


def test_a_file_that_is_no_database_is_named_and_the_other_years_are_read(
    store: EmbeddedHistory, folder: Path
) -> None:
    record_quarters(store, [SUPPLY], LAST_YEAR, 3)
    record_quarters(store, [SUPPLY], MIDNIGHT, 3)
    store.close()
    (folder / "2025.sqlite").write_bytes(b"once upon a time" * 600)
    with pytest.raises(StoreBroken, match=r"2025\.sqlite is damaged"):
        all_of(store, SUPPLY)
    found = store.range(SUPPLY, MIDNIGHT, NEXT_WEEK, "quarter")
    assert moments(found) == list(quarters(MIDNIGHT, 3))
    record_quarters(store, [SUPPLY], MIDNIGHT + 3 * QUARTER, 1)


def test_a_damaged_block_is_named_with_its_file(store: EmbeddedHistory, folder: Path) -> None:
    record_quarters(store, plant_points(3), MIDNIGHT, 4)
    store.compact(NEXT_WEEK, always)
    store.close()
    changed(
        folder / "2026.sqlite",
        "UPDATE chunk SET packed = CAST(packed || x'00' AS BLOB) WHERE series = 2",
    )
    one, two, three = plant_points(3)
    with pytest.raises(StoreBroken, match=r"2026\.sqlite: a block of history is damaged"):
        all_of(store, two)
    assert len(all_of(store, one)) == len(all_of(store, three)) == 4


def test_a_block_that_turned_into_something_else_is_told(
    store: EmbeddedHistory, folder: Path
) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    store.compact(NEXT_WEEK, always)
    for damage in ("7", "x''", "'text'", "1.5"):
        store.close()
        changed(folder / "2026.sqlite", f"UPDATE chunk SET packed = {damage}")
        with pytest.raises(StoreBroken, match=r"2026\.sqlite: a block of history"):
            all_of(store, SUPPLY)


def test_a_damaged_name_does_not_lend_its_samples_to_another_point(
    store: EmbeddedHistory, folder: Path
) -> None:
    record_quarters(store, plant_points(3), MIDNIGHT, 4)
    store.close()
    changed(folder / "2026.sqlite", "UPDATE series SET point = 'device-0.p7' WHERE id = 2")
    with pytest.raises(StoreBroken, match="name of point 2 does not fit its seal"):
        all_of(store, plant_points(8)[7])


def test_one_damaged_batch_does_not_keep_the_others_from_being_put_together(
    store: EmbeddedHistory, folder: Path
) -> None:
    for day in range(3):
        record_quarters(store, [SUPPLY], MIDNIGHT + timedelta(days=day), 4)
    store.close()
    changed(folder / "2026.sqlite", "UPDATE batch SET packed = x'00' WHERE id = 5")
    with pytest.raises(StoreBroken, match=r"2026\.sqlite"):
        store.compact(NEXT_WEEK, always)
    with closing(sqlite3.connect(folder / "2026.sqlite")) as connection:
        days = connection.execute("SELECT count(*) FROM chunk").fetchone()
        assert days == (2,)
    found = store.range(SUPPLY, MIDNIGHT, MIDNIGHT + timedelta(days=1), "quarter")
    assert len(found) == 4


def test_a_full_disk_is_told_and_nothing_of_the_commit_remains(
    store: EmbeddedHistory, folder: Path
) -> None:
    points = plant_points(4000)
    record_quarters(store, points[:10], MIDNIGHT, 1)
    limit_size(store, folder / "2026.sqlite", pages=12)
    with pytest.raises(StoreBroken, match=r"2026\.sqlite cannot take more: the disk is full"):
        record_quarters(store, points, MIDNIGHT + QUARTER, 1)
    assert moments(all_of(store, points[0])) == [MIDNIGHT]
    record_quarters(store, points, MIDNIGHT + QUARTER, 1)  # there is room again
    assert moments(all_of(store, points[3999])) == [MIDNIGHT + QUARTER]
    assert moments(all_of(store, points[0])) == list(quarters(MIDNIGHT, 2))


def test_a_disk_that_fills_while_days_are_put_together_loses_nothing(
    store: EmbeddedHistory, folder: Path
) -> None:
    points = plant_points(500)
    record_quarters(store, points, MIDNIGHT, 4)
    with closing(sqlite3.connect(folder / "2026.sqlite")) as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
    limit_size(store, folder / "2026.sqlite", pages)
    with pytest.raises(StoreBroken, match="full"):
        store.compact(NEXT_WEEK, always)
    assert moments(all_of(store, points[499])) == list(quarters(MIDNIGHT, 4))
    assert store.compact(NEXT_WEEK, always) == 1
    assert moments(all_of(store, points[499])) == list(quarters(MIDNIGHT, 4))


def limit_size(store: EmbeddedHistory, file: Path, pages: int) -> None:
    """Let the writing connection find the disk full from so many pages on."""
    connection = sqlite_file(store, file)._writer
    assert connection is not None
    connection.execute(f"PRAGMA max_page_count={pages}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("in the way", encoding="utf-8")
    store = EmbeddedHistory(tmp_path / "history")
    with pytest.raises(StoreBroken, match="history cannot be made"):
        store.append([reading(SUPPLY, MIDNIGHT)], "fast")
    assert len(all_of(store, SUPPLY)) == 0


def test_a_file_in_whose_place_a_folder_lies_is_named(
    store: EmbeddedHistory, folder: Path
) -> None:
    (folder / "2026.sqlite").mkdir(parents=True)
    with pytest.raises(StoreBroken, match=r"2026\.sqlite cannot be opened"):
        all_of(store, SUPPLY)
    with pytest.raises(StoreBroken, match=r"2026\.sqlite cannot be opened"):
        store.append([reading(SUPPLY, MIDNIGHT)], "quarter", MIDNIGHT)


@posix_rights
def test_a_file_that_may_not_be_written_is_named() -> None:
    with open_folder() as folder, closing(EmbeddedHistory(folder)) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 1)
        store.close()
        folder.chmod(0o500)
        (folder / "2026.sqlite").chmod(0o400)
        with (
            bound_by_rights(folder, folder / "2026.sqlite"),
            pytest.raises(StoreBroken, match="rights"),
        ):
            record_quarters(store, [SUPPLY], MIDNIGHT, 1)
        folder.chmod(0o700)


def test_another_program_that_holds_the_file_is_waited_for_and_then_told(
    store: EmbeddedHistory, folder: Path
) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 1)
    writer = sqlite_file(store, folder / "2026.sqlite")._writer
    assert writer is not None
    writer.execute("PRAGMA busy_timeout=50")
    with closing(sqlite3.connect(folder / "2026.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBroken, match=r"2026\.sqlite is held by another program"):
            record_quarters(store, [SUPPLY], MIDNIGHT + QUARTER, 1)
        assert moments(all_of(store, SUPPLY)) == [MIDNIGHT]
    record_quarters(store, [SUPPLY], MIDNIGHT + QUARTER, 1)
    assert len(all_of(store, SUPPLY)) == 2


def never_a_wrong_value(tmp_path: Path, flips: int, seed: int) -> tuple[int, int]:
    """Flip one byte in each of many copies; return how often it was told, how often it hid."""
    points = plant_points(60)
    source = EmbeddedHistory(tmp_path / "whole")
    record_quarters(source, points, MIDNIGHT, 30)
    source.compact(NEXT_WEEK, always)
    record_quarters(source, points, NEXT_WEEK, 3)
    truth = [
        dict(zip(moments(s), s.values.tolist(), strict=True))
        for s in source.ranges(points, LONG_AGO, FAR_OFF, "quarter")
    ]
    source.close()
    whole = (tmp_path / "whole" / "2026.sqlite").read_bytes()
    chance = random.Random(seed)
    told = hidden = 0
    for number in range(flips):
        copy = tmp_path / f"copy-{number}"
        copy.mkdir()
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= chance.randrange(1, 256)
        (copy / "2026.sqlite").write_bytes(damaged)
        store = EmbeddedHistory(copy)
        for point, right in zip(points, truth, strict=True):
            try:
                series = all_of(store, point)
            except StoreBroken:
                told += 1
                continue
            found = dict(zip(moments(series), series.values.tolist(), strict=True))
            assert found.items() <= right.items()
            hidden += len(found) < len(right)
        store.close()
        shutil.rmtree(copy)
    return told, hidden


def test_a_flipped_byte_in_a_file_never_becomes_a_value(tmp_path: Path) -> None:
    never_a_wrong_value(tmp_path, flips=25, seed=1)


@pytest.mark.campaign
def test_a_thousand_flipped_bytes_never_become_a_value(tmp_path: Path) -> None:
    told, hidden = never_a_wrong_value(tmp_path, flips=1000, seed=2)
    sys.stdout.write(f"points told damaged: {told}, with samples silently gone: {hidden}\n")

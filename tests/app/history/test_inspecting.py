"""Every block of a history file is looked at, and what is damaged is counted by table."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.history.inspecting import faults_of_file, history_files, stream_of
from app.history.schema import FAST, QUARTER
from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    MIDNIGHT,
    always,
    plant_points,
    reading,
    record_quarters,
)

POINTS = plant_points(7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history with chunks of days and months, late batches, and a fast stream."""
    folder = tmp_path / "history"
    with closing(EmbeddedHistory(folder)) as store:
        for day in (0, 3, 9, 33):
            record_quarters(store, POINTS, MIDNIGHT + timedelta(days=day), 5)
        store.compact(FAR_OFF, always)
        record_quarters(store, POINTS, MIDNIGHT + timedelta(days=60), 2)
        store.append([reading(point, MIDNIGHT, 1.0) for point in POINTS], "fast")
    return folder


def damage(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for each in statements:
            connection.execute(each)
        connection.commit()


def test_a_whole_history_has_no_faults(folder: Path) -> None:
    files = history_files(folder)
    assert [each.name for each in files] == ["2026.sqlite", "fast.sqlite"]
    assert [stream_of(each) for each in files] == [QUARTER, FAST]
    assert [fault for each in files for fault in faults_of_file(each)] == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE batch SET packed = CAST(x'00' || packed AS BLOB)", "of its table batch"),
        ("UPDATE batch SET samples = samples + 1", "of its table batch"),
        ("UPDATE chunk SET packed = substr(packed, 2) WHERE series = 1", "of its table chunk"),
        ("UPDATE chunk SET slot = slot + 1 WHERE series = 1", "of its table chunk"),
        ("UPDATE outline SET packed = 7 WHERE series = 1", "of its table outline"),
        ("UPDATE day SET packed = substr(packed, 1, 9)", "of its table day"),
        ("UPDATE newest SET packed = x'0102'", "block of its table newest"),
        ("UPDATE series SET seal = seal + 1 WHERE id = 4", "the name of point 4 does not fit"),
        ("UPDATE layout SET version = 99", "of a newer Heatdesk"),
        ("DROP TABLE series", "cannot be looked through"),
    ],
)
def test_what_is_damaged_is_told_by_its_table(folder: Path, statement: str, says: str) -> None:
    damage(folder / "2026.sqlite", statement)
    faults = list(faults_of_file(folder / "2026.sqlite"))
    assert any(says in each for each in faults), faults
    assert all(str(folder / "2026.sqlite") in each for each in faults)
    assert list(faults_of_file(folder / "fast.sqlite")) == []


def test_each_damaged_block_counts_and_the_others_do_not(folder: Path) -> None:
    damage(
        folder / "2026.sqlite",
        "UPDATE outline SET packed = CAST(packed || x'00' AS BLOB) WHERE series IN (2, 5)",
    )
    with closing(sqlite3.connect(folder / "2026.sqlite")) as connection:
        [count] = connection.execute(
            "SELECT count(*) FROM outline WHERE series IN (2, 5)"
        ).fetchone()
    [said] = faults_of_file(folder / "2026.sqlite")
    assert f": {count} block" in said


def test_a_file_that_was_only_begun_or_is_none(tmp_path: Path) -> None:
    begun, none = tmp_path / "2025.sqlite", tmp_path / "2024.sqlite"
    begun.touch()
    none.write_bytes(b"once upon a time" * 500)
    assert list(faults_of_file(begun)) == []
    [said] = faults_of_file(none)
    assert "cannot be looked through" in said
    assert [each.name for each in history_files(tmp_path)] == ["2024.sqlite", "2025.sqlite"]

"""Records are found page by page as SQLite itself would read them, and behind broken trees."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.history.carving import PAGE, Pages, records

TABLES = (
    "CREATE TABLE row (id INTEGER PRIMARY KEY, name TEXT, number, packed BLOB)",
    "CREATE TABLE key (a INTEGER, b INTEGER, packed BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID",
)
SIZES = (0, 1, 40, 900, 1002, 1003, 4057, 4061, 4062, 4096, 9000, 40_000)


def some_rows(chance: random.Random, count: int) -> list[tuple[object, ...]]:
    numbers = (0, 1, -1, 127, -129, 1 << 20, -(1 << 40), 1 << 62, 2.5, None)
    return [
        (
            nth + 1,
            "é" * chance.randrange(20),
            chance.choice(numbers),
            chance.randbytes(chance.choice(SIZES)),
        )
        for nth in range(count)
    ]


def made(file: Path, rows: Sequence[tuple[object, ...]], *more: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for each in TABLES:
            connection.execute(each)
        connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows)
        keys = [(nth % 7, nth, row[3]) for nth, row in enumerate(rows)]
        connection.executemany("INSERT INTO key VALUES (?, ?, ?)", keys)
        connection.commit()
        for each in more:
            connection.execute(each)
            connection.commit()


def carved(file: Path, log: Path | None = None) -> tuple[dict[object, object], set[object]]:
    """Return the rows of both tables as they were found."""
    rows, keys = dict[object, object](), set[object]()
    for each in records(Pages(file, log)):
        match each.values:
            case (None, name, number, packed) if each.row is not None:
                rows[each.row] = (each.row, name, number, packed)
            case (int(a), int(b), bytes(packed)) if each.row is None:
                keys.add((a, b, packed))
    return rows, keys


@pytest.mark.parametrize("seed", range(4))
def test_every_row_of_a_sound_file_is_found_as_it_is(tmp_path: Path, seed: int) -> None:
    rows = some_rows(random.Random(seed), 250)
    made(tmp_path / "x", rows)
    found, keys = carved(tmp_path / "x")
    assert found == {row[0]: row for row in rows}
    assert keys == {(nth % 7, nth, row[3]) for nth, row in enumerate(rows)}


def test_what_was_removed_and_lies_in_free_pages_does_not_come_back(tmp_path: Path) -> None:
    rows = some_rows(random.Random(9), 120)
    gone = "DELETE FROM row WHERE id > 20"
    made(tmp_path / "x", rows, gone, "DELETE FROM key", gone)
    found, keys = carved(tmp_path / "x")
    assert set(found) == set(range(1, 21))
    assert keys == set()


def test_what_lies_in_the_log_alone_is_found_up_to_its_last_commit(tmp_path: Path) -> None:
    rows, file = some_rows(random.Random(3), 60), tmp_path / "x"
    made(file, rows[:20])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows[20:50])
        connection.execute("COMMIT")
        copy, log = tmp_path / "copy", tmp_path / "copy-wal"
        copy.write_bytes(file.read_bytes())
        whole = (tmp_path / "x-wal").read_bytes()
    log.write_bytes(whole)
    assert set(carved(copy, log)[0]) == set(range(1, 51))
    assert set(carved(copy, tmp_path / "none")[0]) == set(range(1, 21))
    log.write_bytes(whole[: len(whole) - 24 - PAGE])  # the commit itself is cut off
    assert set(carved(copy, log)[0]) == set(range(1, 21))


def test_a_broken_root_hides_nothing(tmp_path: Path) -> None:
    rows, file = some_rows(random.Random(5), 200), tmp_path / "x"
    made(file, rows)
    with closing(sqlite3.connect(file)) as connection:
        [root] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'row'"
        ).fetchone()
    whole = bytearray(file.read_bytes())
    whole[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT count(*) FROM row").fetchone()
    assert carved(file)[0] == {row[0]: row for row in rows}


def test_a_leaf_whose_head_is_rubbish_is_read_by_force(tmp_path: Path) -> None:
    rows = [(nth, f"name {nth}", nth, bytes([nth]) * 30) for nth in range(1, 40)]
    file = tmp_path / "x"
    made(file, rows)
    whole = bytearray(file.read_bytes())
    for page in range(1, len(whole) // PAGE):
        if whole[page * PAGE] in (10, 13):
            whole[page * PAGE] = 99
    file.write_bytes(whole)
    found, keys = carved(file)
    assert set(found) >= {row[0] for row in rows}
    assert all(found[row[0]] == row for row in rows)
    assert len(keys) >= len(rows)


@pytest.mark.parametrize("seed", range(30))
def test_rubbish_of_any_kind_is_looked_through_without_a_fault(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    made(tmp_path / "x", some_rows(chance, 12))
    whole = bytearray((tmp_path / "x").read_bytes())
    for _nth in range(60):
        at = chance.randrange(len(whole))
        whole[at : at + 8] = chance.randbytes(8)
    cut = bytes(whole[: chance.randrange(100, len(whole))])
    (tmp_path / "x").write_bytes(cut)
    (tmp_path / "log").write_bytes(chance.randbytes(PAGE * 2))
    for log in (None, tmp_path / "log"):
        assert list(records(Pages(tmp_path / "x", log))) is not None


def test_a_free_list_that_runs_in_a_circle_ends(tmp_path: Path) -> None:
    made(tmp_path / "x", some_rows(random.Random(1), 40), "DELETE FROM row")
    whole = bytearray((tmp_path / "x").read_bytes())
    trunk = int.from_bytes(whole[32:36], "big")
    assert trunk
    whole[(trunk - 1) * PAGE : (trunk - 1) * PAGE + 8] = trunk.to_bytes(4, "big") + b"\xff" * 4
    (tmp_path / "x").write_bytes(whole)
    assert trunk in Pages(tmp_path / "x").free()

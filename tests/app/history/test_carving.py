"""Records are found page by page as SQLite itself would read them, and behind broken trees."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.history.carving import PAGE, Lost, Pages, Record, records

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
        if isinstance(each, Lost):
            continue
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


def lost(file: Path) -> list[Lost]:
    return [each for each in records(Pages(file)) if isinstance(each, Lost)]


def with_change(file: Path, at: int, content: bytes) -> Path:
    """Return a copy whose bytes from a place on are others."""
    whole, copy = file.read_bytes(), file.with_name("changed")
    copy.write_bytes(whole[:at] + content + whole[at + len(content) :])
    return copy


def leaves(whole: bytes, kind: int) -> list[int]:
    """Return where the pages of a kind begin."""
    return [at for at in range(PAGE, len(whole), PAGE) if whole[at] == kind]


def test_a_sound_file_has_lost_nothing_however_often_rows_came_and_went(tmp_path: Path) -> None:
    chance, file = random.Random(12), tmp_path / "x"
    made(file, some_rows(chance, 80))
    with closing(sqlite3.connect(file)) as connection:
        for nth in range(60):
            some = chance.sample(range(80), 9)
            connection.execute(f"DELETE FROM row WHERE id IN ({str(some)[1:-1]})")
            connection.execute(f"DELETE FROM key WHERE b IN ({str(some)[1:-1]})")
            new = chance.randbytes(chance.choice(SIZES))
            connection.execute("INSERT INTO row VALUES (?, ?, 1, ?)", (1000 + nth, "b", new))
            connection.execute("INSERT INTO key VALUES (?, 200, ?)", (100 + nth, new))
            connection.execute("UPDATE key SET packed = ? WHERE b = 200 AND a < 104", (new,))
            connection.commit()
        kept = {row[0]: row for row in connection.execute("SELECT * FROM row")}
    assert lost(file) == []
    assert all(each.sure for each in records(Pages(file)) if isinstance(each, Record))
    assert carved(file)[0] == kept


@pytest.mark.parametrize("kind", [10, 13])
def test_a_record_whose_own_head_is_damaged_is_lost_beside_one_of_its_kind(
    tmp_path: Path, kind: int
) -> None:
    rows = [(nth, f"name {nth}", nth, bytes([nth]) * 300) for nth in range(1, 40)]
    made(tmp_path / "x", rows)
    whole = (tmp_path / "x").read_bytes()
    page = leaves(whole, kind)[0]
    at = page + int.from_bytes(whole[page + 10 : page + 12], "big")  # of its second cell
    copy = with_change(tmp_path / "x", at, b"\xff\xff\xff")
    [gone] = lost(copy)
    assert gone.beside is not None
    assert len(gone.beside.values) == (4 if kind == 13 else 3)
    found, keys = carved(copy)
    assert len(found) + len(keys) == 2 * len(rows) - 1


@pytest.mark.parametrize("kind", [2, 5, 10, 13])
def test_what_a_page_says_of_itself_may_be_damaged_and_no_record_is_lost(
    tmp_path: Path, kind: int
) -> None:
    rows = [(nth, f"name {nth}", nth, bytes([nth]) * 300) for nth in range(1, 40)]
    made(tmp_path / "x", rows)
    whole = (tmp_path / "x").read_bytes()
    page, chance = leaves(whole, kind)[0], random.Random(kind)
    head = [(page + nth, bit) for nth in range(16) for bit in range(8)]
    for at, bit in [(page, 3), *chance.sample(head, 16)]:
        copy = with_change(tmp_path / "x", at, bytes([whole[at] ^ 1 << bit]))
        found, keys = carved(copy)
        where = f"byte {at - page}, bit {bit}"
        assert set(found) >= {row[0] for row in rows}, where
        assert len(keys) >= len(rows), where
        assert lost(copy) == [], where


@pytest.mark.parametrize("at", [32, 35, 36, 39])
def test_a_damaged_list_of_free_pages_hides_no_page_that_is_used(
    tmp_path: Path, at: int
) -> None:
    rows = some_rows(random.Random(9), 120)
    made(tmp_path / "x", rows, "DELETE FROM row WHERE id > 60", "DELETE FROM key WHERE b > 59")
    whole = (tmp_path / "x").read_bytes()
    sound = carved(tmp_path / "x")
    assert int.from_bytes(whole[36:40], "big") > 1
    for bit in range(8):
        copy = with_change(tmp_path / "x", at, bytes([whole[at] ^ 1 << bit]))
        assert carved(copy) == sound
    trunk = (int.from_bytes(whole[32:36], "big") - 1) * PAGE
    for place in (trunk + 3, trunk + 7, trunk + 11):
        copy = with_change(tmp_path / "x", place, bytes([whole[place] ^ 1]))
        assert carved(copy) == sound

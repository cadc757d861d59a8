"""A history file lends itself to one writer and many readers, and recovers from every error."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from app.errors import StoreBroken
from app.history.schema import QUARTER
from app.history.sqlitefile import SqliteFile

INSERT = "INSERT INTO series (id, point, seal) VALUES (?, ?, 0)"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    file = SqliteFile(tmp_path / "history" / "2026.sqlite", QUARTER)
    yield file
    file.close()


def names(file: SqliteFile) -> list[str]:
    with file.reading() as reader:
        if reader is None:
            return []
        rows = reader.connection.execute("SELECT point FROM series ORDER BY id").fetchall()
    return [row[0] for row in rows]


def write(file: SqliteFile, *rows: tuple[object, ...]) -> None:
    with file.writing() as connection:
        for row in rows:
            connection.execute(INSERT, row)


def test_reading_makes_no_file(file: SqliteFile) -> None:
    assert names(file) == []
    assert not file.path.parent.exists()


def test_a_transaction_that_ends_well_is_there_for_everybody(file: SqliteFile) -> None:
    with file.writing() as connection:
        connection.execute(INSERT, (1, "a"))
        assert names(file) == []  # not before its end
    assert names(file) == ["a"]


def test_of_a_transaction_that_fails_nothing_remains_and_the_next_one_works(
    file: SqliteFile,
) -> None:
    with pytest.raises(StoreBroken, match=r"2026\.sqlite cannot be used"):
        write(file, (1, "a"), (1, "the same number again"))
    with file.writing() as connection:
        connection.execute(INSERT, (2, "b"))
    assert names(file) == ["b"]


def test_a_fault_of_ours_inside_a_transaction_undoes_it_and_is_not_disguised(
    file: SqliteFile,
) -> None:
    def stumble() -> None:
        with file.writing() as connection:
            connection.execute(INSERT, (1, "a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    with pytest.raises(sqlite3.ProgrammingError):
        write(file, (1,))
    assert names(file) == []


def test_a_sentence_without_the_files_name_gets_it(file: SqliteFile) -> None:
    with pytest.raises(StoreBroken, match=r"2026\.sqlite: a block"), file.writing():
        raise StoreBroken("a block of history is damaged")
    with pytest.raises(StoreBroken) as told, file.reading():
        raise StoreBroken(f"{file.path} is damaged")
    assert str(told.value) == f"{file.path} is damaged"


def test_a_reader_sees_one_moment_while_others_write(file: SqliteFile) -> None:
    with file.writing() as connection:
        connection.execute(INSERT, (1, "a"))
    with file.reading() as reader:
        assert reader is not None
        count = "SELECT count(*) FROM series"
        assert reader.connection.execute(count).fetchone() == (1,)
        with file.writing() as connection:
            connection.execute(INSERT, (2, "b"))
        assert reader.connection.execute(count).fetchone() == (1,)
        reader.leave_file()
        assert reader.connection.execute(count).fetchone() == (2,)


def test_readers_one_after_the_other_share_a_connection_and_at_once_have_their_own(
    file: SqliteFile,
) -> None:
    with file.writing() as connection:
        connection.execute(INSERT, (1, "a"))
    with file.reading() as first:
        pass
    with file.reading() as again, file.reading() as other:
        assert again is first
        assert other is not None
        assert other is not first


def test_a_reader_cannot_write(file: SqliteFile) -> None:
    write(file, (1, "a"))

    def meddle() -> None:
        with file.reading() as reader:
            assert reader is not None
            reader.connection.execute(INSERT, (2, "b"))

    with pytest.raises(StoreBroken, match="may not be written"):
        meddle()
    assert names(file) == ["a"]


def test_a_second_writer_waits_for_the_first(file: SqliteFile) -> None:
    begun, may_end = Event(), Event()

    def first() -> None:
        with file.writing() as connection:
            connection.execute(INSERT, (1, "a"))
            begun.set()
            may_end.wait(10)

    def second() -> None:
        with file.writing() as connection:
            [count] = connection.execute("SELECT count(*) FROM series").fetchone()
            connection.execute(INSERT, (count + 1, "b"))

    threads = [Thread(target=first), Thread(target=second)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    may_end.set()
    for thread in threads:
        thread.join(10)
    assert names(file) == ["a", "b"]


def test_closing_does_not_wait_for_ever_for_a_writer_that_hangs(file: SqliteFile) -> None:
    begun, may_end = Event(), Event()

    def hang() -> None:
        with file.writing():
            begun.set()
            may_end.wait(10)

    writer = Thread(target=hang)
    writer.start()
    assert begun.wait(10)
    file.close()
    may_end.set()
    writer.join(10)
    assert names(file) == []


def test_a_closed_file_opens_again_when_it_is_used(file: SqliteFile) -> None:
    for number in (1, 2):
        with file.writing() as connection:
            connection.execute(INSERT, (number, "ab"[number - 1]))
        file.close()
    assert names(file) == ["a", "b"]


def test_closing_leaves_one_file_without_a_log(file: SqliteFile) -> None:
    with file.writing() as connection:
        connection.execute(INSERT, (1, "a"))
    names(file)
    file.close()
    assert [path.name for path in file.path.parent.iterdir()] == ["2026.sqlite"]

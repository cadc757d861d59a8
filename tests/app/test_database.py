"""The project's SQLite files are opened, copied and judged in one way."""

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, StatementError

from app.crash import CrashReports
from app.database import (
    Manner,
    UtcTime,
    back_up,
    health_of,
    is_interrupted,
    look_at,
    open_database,
    read_only,
    reading,
    recover,
    shut,
    shut_out,
    told,
)
from app.errors import StoreBroken
from tests.app.project.sites import Process
from tests.machine import bound_by_rights, open_folder, posix_rights

MOMENT = Table(
    "moment", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime)
)
NOON = datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small database with awkward characters in its path."""
    folder = tmp_path / "Øst #1 50% & ?"
    folder.mkdir()
    path = folder / "a b.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    return path


@pytest.mark.parametrize("manner", Manner)
def test_any_folder_name_may_hold_a_database(file: Path, manner: Manner) -> None:
    engine = open_database(file, manner)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM t")) == 1
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()
    assert health_of(file) == ""


@pytest.mark.parametrize(
    ("manner", "journal", "synchronous"),
    [(Manner.RARE, "delete", 3), (Manner.DURABLE, "wal", 2), (Manner.QUICK, "wal", 1)],
)
def test_each_manner_withstands_what_it_must(
    file: Path, manner: Manner, journal: str, synchronous: int
) -> None:
    engine = open_database(file, manner)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == journal
        assert connection.scalar(text("PRAGMA synchronous")) == synchronous
    engine.dispose()


def test_a_broken_off_transaction_leaves_even_tables_as_they_were(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    with engine.connect() as connection:
        change = connection.begin()
        connection.execute(text("CREATE TABLE u (n)"))
        connection.execute(text("DELETE FROM t"))
        change.rollback()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 1
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT * FROM u"))
    engine.dispose()


def test_who_writes_keeps_other_writers_out_from_the_beginning(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    order: list[str] = []

    def second() -> None:
        with engine.begin() as connection:
            order.append("second")
            connection.execute(text("UPDATE t SET n = n + 1"))

    with engine.begin() as connection:
        other = threading.Thread(target=second)
        other.start()
        other.join(0.1)
        order.append("first")
        connection.execute(text("UPDATE t SET n = n + 10"))
    other.join()
    assert order == ["first", "second"]
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM t")) == 12
    engine.dispose()


def test_who_only_looks_waits_for_nobody_and_keeps_nobody_waiting(file: Path) -> None:
    engine = open_database(file, Manner.DURABLE)
    with engine.begin() as writer, reading(engine).begin() as looker:
        writer.execute(text("UPDATE t SET n = 5"))
        assert looker.scalar(text("SELECT n FROM t")) == 1
    with reading(engine).begin() as looker:
        assert looker.scalar(text("SELECT n FROM t")) == 5
        with engine.begin() as writer:
            writer.execute(text("UPDATE t SET n = 6"))
        assert looker.scalar(text("SELECT n FROM t")) == 5
    engine.dispose()


def test_what_is_looked_at_cannot_be_changed(file: Path) -> None:
    with look_at(file).connect() as connection:
        assert connection.scalar(text("SELECT n FROM t")) == 1
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(text("DELETE FROM t"))
    with closing(read_only(file)) as plain, pytest.raises(sqlite3.OperationalError):
        plain.execute("DELETE FROM t")


def test_looking_at_a_missing_file_does_not_make_it(tmp_path: Path) -> None:
    gone = tmp_path / "gone.sqlite"
    assert health_of(gone) != ""
    with pytest.raises(StoreBroken, match=r"gone\.sqlite"), told(gone):
        look_at(gone).connect()
    assert not gone.exists()


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=9))]
)
def test_a_moment_is_kept_whatever_zone_it_came_in(tmp_path: Path, zone: timezone) -> None:
    engine = open_database(tmp_path / "a.sqlite", Manner.RARE)
    MOMENT.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(MOMENT), {"id": 1, "at": NOON.astimezone(zone)})
        connection.execute(insert(MOMENT), {"id": 2, "at": None})
        found = connection.execute(select(MOMENT.c.at).order_by(MOMENT.c.id)).scalars().all()
    assert found == [NOON, None]
    assert found[0].tzinfo is UTC
    engine.dispose()


def test_a_time_that_is_no_moment_is_refused(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "a.sqlite", Manner.RARE)
    MOMENT.create(engine)
    with pytest.raises(StatementError, match="no time zone"), engine.begin() as connection:
        connection.execute(insert(MOMENT), {"id": 1, "at": NOON.replace(tzinfo=None)})
    engine.dispose()


def test_a_database_that_keeps_zones_is_given_them() -> None:
    kind = UtcTime()
    on_server = postgresql.dialect()  # type: ignore[no-untyped-call]
    local = NOON.astimezone(timezone(timedelta(hours=2)))
    assert kind.process_bind_param(local, on_server) == NOON
    sent = kind.process_bind_param(local, sqlite.dialect())
    assert sent == NOON.replace(tzinfo=None)
    assert kind.process_result_value(local, on_server) == NOON


def test_a_copy_is_whole_while_others_write(file: Path, tmp_path: Path) -> None:
    engine = open_database(file, Manner.DURABLE)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (2)"))
    copy = tmp_path / "new folder" / "copy.sqlite"
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (3)"))
        back_up(file, copy)
    engine.dispose()
    assert health_of(copy) == ""
    assert [path.name for path in copy.parent.iterdir()] == ["copy.sqlite"]
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT n FROM t ORDER BY n").fetchall() == [(1,), (2,)]


def test_a_copy_that_cannot_be_made_is_told(file: Path, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("", "utf-8")
    with pytest.raises(StoreBroken, match="cannot be used"):
        back_up(file, tmp_path / "blocked" / "copy.sqlite")
    with pytest.raises(StoreBroken, match=r"gone\.sqlite cannot be used"):
        back_up(tmp_path / "gone.sqlite", tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite").exists()


def test_rows_that_point_nowhere_are_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(
            "CREATE TABLE a (id INTEGER PRIMARY KEY);"
            "CREATE TABLE b (a REFERENCES a (id)); INSERT INTO b VALUES (7)"
        )
    assert health_of(file) == "1 rows point at rows that do not exist"


@posix_rights
@pytest.mark.parametrize("manner", Manner)
def test_a_file_in_a_folder_that_cannot_be_written_is_looked_at_all_the_same(
    manner: Manner,
) -> None:
    with open_folder() as folder:
        file = folder / "a.sqlite"
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(f"PRAGMA {manner.value[0]}")
            database.execute("CREATE TABLE t (n INTEGER)")
        with bound_by_rights():
            assert shut_out(file) == ""
            assert health_of(file) == ""
        file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 4096)
        with bound_by_rights():
            assert shut_out(file) == ""
            assert "not a database" in health_of(file) or "malformed" in health_of(file)


@posix_rights
def test_a_file_that_may_not_be_opened_is_not_called_damaged() -> None:
    with open_folder() as folder:
        file = folder / "a.sqlite"
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("CREATE TABLE t (n INTEGER)")
        file.chmod(0o600)
        with bound_by_rights():
            assert shut_out(file) == "unable to open database file"
        assert shut_out(folder / "gone.sqlite") == ""


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    file.write_bytes(b"only words " * 100)
    assert health_of(file) == "file is not a database"
    with pytest.raises(StoreBroken, match=r"a\.sqlite cannot be used: file is not a database"):
        recover(file)


def test_a_sound_file_needs_no_recovery(file: Path) -> None:
    before = file.read_bytes()
    assert not is_interrupted(file)
    recover(file)
    assert file.read_bytes() == before


def test_faults_of_the_disk_name_the_file(tmp_path: Path) -> None:
    expected = pytest.raises(StoreBroken, match=r"x\.sqlite cannot be used: no room")
    with expected, told(tmp_path / "x.sqlite"):
        raise OSError("no room")


def test_a_file_that_was_shut_is_in_one_piece(file: Path) -> None:
    engine = open_database(file, Manner.QUICK)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (2)"))
    assert len(list(file.parent.iterdir())) == 3
    shut(engine)
    assert list(file.parent.iterdir()) == [file]
    with look_at(file).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 2
    assert list(file.parent.iterdir()) == [file]


def test_shutting_waits_for_nobody_who_looks(file: Path) -> None:
    engine = open_database(file, Manner.QUICK)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (2)"))
    with look_at(file).connect() as looker:
        assert looker.scalar(text("SELECT count(*) FROM t")) == 2
        begun = time.perf_counter()
        shut(engine)
        assert time.perf_counter() - begun < 5
    assert health_of(file) == ""


def test_shutting_what_is_no_database_never_raises(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    file.write_bytes(b"only words " * 100)
    shut(open_database(file, Manner.RARE))


COPY = """
import sys
from pathlib import Path
from app.database import back_up
print("begin", flush=True)
while True:
    back_up(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_kill_while_copying_leaves_a_whole_copy_or_none(tmp_path: Path) -> None:
    file, copy = tmp_path / "big.sqlite", tmp_path / "copies" / "big.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE t (n)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 2000,)] * 5000)
    for delay_s in (0.0, 0.01, 0.03, 0.08, 0.2):
        copier = Process(COPY, file, copy)
        assert copier.line() == "begin"
        time.sleep(delay_s)
        copier.kill()
        copier.rest()
        if copy.exists():
            assert health_of(copy) == ""
            with look_at(copy).connect() as connection:
                assert connection.scalar(text("SELECT count(*) FROM t")) == 5000
    back_up(file, copy)
    assert health_of(copy) == ""


@pytest.mark.parametrize("own", [True, False])
def test_what_a_broken_database_was_asked_for_stands_in_no_fault_report(
    file: Path, tmp_path: Path, own: bool
) -> None:
    engine = open_database(file, Manner.RARE) if own else look_at(file)
    with pytest.raises(StoreBroken) as broken, told(file), engine.connect() as connection:
        connection.execute(
            text("SELECT n FROM gone WHERE login = :login"), {"login": "warm water uphill"}
        )
    report = CrashReports(tmp_path / "logs").report(broken.value, "a test")
    assert "no such table" in report.read_text("utf-8")
    assert "warm water" not in report.read_text("utf-8")
    engine.dispose()


def test_a_copy_is_of_the_moment_it_begins_whatever_is_written_meanwhile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database._PAGES", 1)
    steps = list[int]()
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.executemany("INSERT INTO t VALUES (?)", [(1,)] * 9000)
        writer.commit()

        def step() -> None:
            """Somebody writes at each page: a copy that began anew each time never ended."""
            steps.append(writer.execute("INSERT INTO t VALUES (2)").rowcount)
            writer.commit()

        copy = file.with_name("copy.sqlite")
        back_up(file, copy, step)
        [rows] = writer.execute("SELECT count(*) FROM t").fetchone()
    assert len(steps) > 10
    assert rows == 9001 + len(steps)
    with closing(read_only(copy)) as copied:
        assert copied.execute("SELECT count(*), max(n) FROM t").fetchone() == (9001, 1)
    assert health_of(copy) == ""


def test_copying_and_looking_through_end_when_nobody_wants_them_any_more(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database._STEPS", 10)

    def enough() -> None:
        raise StoreBroken("enough")

    with pytest.raises(StoreBroken, match=r"^enough$"):
        back_up(file, file.with_name("copy.sqlite"), enough)
    assert not file.with_name("copy.sqlite").exists()
    with pytest.raises(StoreBroken, match=r"^enough$"):
        health_of(file, enough)
    assert health_of(file, lambda: None) == ""

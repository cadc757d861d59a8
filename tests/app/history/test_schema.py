"""The tables are what the files have, serve a server too, and are looked up by their keys."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from app.history.schema import FAST, LAYOUT, QUARTER, Stream, metadata, server
from app.history.statements import SERIES_NAMED, SERIES_NUMBERED, Statements, listed
from app.history.store import EmbeddedHistory
from tests.app.history.plant import MIDNIGHT, SUPPLY, reading, sqlite_file


@pytest.fixture(params=[QUARTER, FAST], ids=lambda stream: str(stream.name))
def stream(request: pytest.FixtureRequest) -> Stream:
    found: Stream = request.param
    return found


@pytest.fixture
def file(stream: Stream, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store = EmbeddedHistory(tmp_path)
    store.append([reading(SUPPLY, MIDNIGHT)], stream.name)
    store.close()
    [path] = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_a_file_says_its_layout_and_has_the_tables_of_its_stream_alone(
    stream: Stream, file: sqlite3.Connection
) -> None:
    assert file.execute("SELECT version, stream FROM layout").fetchall() == [
        (LAYOUT, stream.name)
    ]
    tables = {
        row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    samples = {"layout", "series", stream.batches.name, stream.chunks.name}
    assert tables == samples | {table.name for table in stream.derived}


def test_commits_are_on_the_disk_when_they_return(stream: Stream, tmp_path: Path) -> None:
    store = EmbeddedHistory(tmp_path)
    store.append([reading(SUPPLY, MIDNIGHT)], stream.name)
    [path] = tmp_path.glob("*.sqlite")
    writer = sqlite_file(store, path)._writer
    assert writer is not None
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    store.close()


def test_chunks_lie_in_their_key_and_need_no_index_beside_it(
    stream: Stream, file: sqlite3.Connection
) -> None:
    [sql] = file.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", (stream.chunks.name,)
    ).fetchone()
    assert "WITHOUT ROWID" in sql
    first = "slot" if stream.by_slot else "series"
    assert f"PRIMARY KEY ({first}, " in sql


def test_what_charts_ask_is_looked_up_and_never_read_through(
    stream: Stream, file: sqlite3.Connection
) -> None:
    ask = Statements(stream)
    one, both = listed([1]), (listed([1]), listed([2]))
    questions: list[tuple[str, tuple[object, ...]]] = [
        (SERIES_NAMED, (listed([SUPPLY]),)),
        (SERIES_NUMBERED, (one,)),
        (ask.batches.of, (one, 0, 9)),
        (ask.batches.at, (0, 0)),
        (ask.chunks.looked_up, both) if stream.by_slot else (ask.chunks.of, (one, 0, 9, 9)),
        (ask.chunks.ends, ()) if stream.by_slot else (ask.chunks.newest, (1, 0, 9, 9)),
        (ask.chunks.drop_before, (1,)) if stream.by_slot else (ask.chunks.drop, (1, 0, 1)),
        (ask.batches.drop, (1,)),
    ]
    for question, values in questions:
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {question}", values)]
        scans = [step for step in plan if step.startswith("SCAN") and "json_each" not in step]
        assert [s for s in scans if s != "SCAN CONSTANT ROW"] == [], question


def test_the_same_tables_can_be_made_on_a_server() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    assert server.tables.keys() == metadata.tables.keys()
    for table in server.sorted_tables:
        embedded = metadata.tables[table.name]
        assert set(table.columns.keys()) == set(embedded.columns.keys())
        text = str(CreateTable(table).compile(dialect=dialect))
        assert "WITHOUT ROWID" not in text
        for index in table.indexes:
            assert table.name in str(CreateIndex(index).compile(dialect=dialect))
    made = str(CreateTable(server.tables["chunk"]).compile(dialect=dialect))
    assert "packed BYTEA NOT NULL" in made


def test_on_a_server_rows_are_shared_out_by_point_or_group_and_nobody_counts_for_all() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for name, table in server.tables.items():
        if name not in ("layout", "series"):  # small: every machine has its own copy
            assert next(iter(table.primary_key)).name in ("series", "grp")
        made = str(CreateTable(table).compile(dialect=dialect))
        assert "SERIAL" not in made
        assert not table.foreign_keys

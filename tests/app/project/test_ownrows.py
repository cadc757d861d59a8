"""Rows of a project's databases are asked alike in a file and on a real server."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.database import Manner
from app.project.callname import Finder, call_names, new_key
from app.project.ownrows import (
    Rows,
    ServerRows,
    has_table,
    moment_for,
    moment_text,
    put_texts,
    text_columns,
    texts_of,
)
from app.project.scrub import clean_rows, connected
from tests.postgres import Postgres

NAME = "Mads Østerlund-Riis"
AT = datetime(2026, 2, 9, 23, 0, tzinfo=UTC)
KEY = new_key()
FINDER = Finder(KEY, call_names(KEY, [NAME]))


def tables(json_type: str, moment: str) -> list[str]:
    """A table with a key of text and a column of JSON, and one without any text."""
    return [
        (
            "CREATE TABLE note (id TEXT PRIMARY KEY, text VARCHAR(200),"
            f" said {json_type}, at {moment})"
        ),
        f"CREATE TABLE sample (series INTEGER, at {moment})",
    ]


def server_rows(postgres: Postgres) -> Iterator[tuple[Rows, Connection]]:
    server = postgres.new_server()
    with closing(postgres.connect(server.place.database)) as connection:
        connection.execute(b"CREATE SCHEMA heatdesk_config")
        connection.execute(b"SET search_path = heatdesk_config")
        for each in tables("JSON", "TIMESTAMP WITH TIME ZONE"):
            connection.execute(each.encode())
    engine = server.engine("config", Manner.RARE)
    with engine.begin() as transaction:
        yield ServerRows(transaction), transaction
    server.close()


@pytest.fixture(params=["file", "server"])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rows]:
    if request.param == "server":
        for told, _transaction in server_rows(request.getfixturevalue("postgres")):
            yield told
        return
    with closing(connected(tmp_path / "config.sqlite")) as connection:
        for each in tables("JSON", "DATETIME"):
            connection.execute(each)
        yield connection


def put(rows: Rows, own: str, text: str, said: object = None, at: datetime = AT) -> None:
    kind = "::json" if isinstance(rows, ServerRows) else ""
    rows.execute(
        f"INSERT INTO note (id, text, said, at) VALUES (?, ?, ?{kind}, ?)",
        (own, text, json.dumps(said), moment_for(rows, at)),
    )


def test_tables_and_their_texts_are_known(rows: Rows) -> None:
    assert has_table(rows, "note")
    assert not has_table(rows, "customer")
    assert text_columns(rows) == {"note": {"id": True, "text": False, "said": False}}


def test_a_name_goes_out_of_texts_and_out_of_json_that_stays_json(rows: Rows) -> None:
    put(rows, "n-1", f"{NAME} rang", {"to": [NAME, "the boiler"], "n": 7})
    put(rows, "n-2", "nothing of anybody's", {"to": []})
    put(rows, NAME, "a key that names him")
    assert clean_rows(rows, FINDER, "config") == (2, ["config: note"])
    known = rows.execute("SELECT id, text, said FROM note ORDER BY text").fetchall()
    assert len(known) == 3
    said = {own: json.loads(kept) if isinstance(kept, str) else kept for own, _, kept in known}
    assert said["n-1"]["to"][1] == "the boiler"
    assert said["n-1"]["n"] == 7
    assert said["n-2"] == {"to": []}
    assert not any(NAME in f"{text}{kept}" for _own, text, kept in known)
    assert clean_rows(rows, FINDER, "config") == (0, ["config: note"]), "again does no harm"


def test_rows_are_told_apart_and_written_one_by_one(rows: Rows) -> None:
    for nth in range(5):
        put(rows, f"n-{nth}", "the same words")
    third = texts_of(rows, "note", ["id", "text"])[2]
    put_texts(rows, "note", third[0], {"text": "others", "said": '{"a": 1}'})
    known = rows.execute("SELECT id, text FROM note ORDER BY id").fetchall()
    changed = [own for own, text in known if text == "others"]
    assert changed == [third[1]]
    assert len(known) == 5


def test_moments_are_compared_as_they_are_kept(rows: Rows) -> None:
    elsewhere = timezone(timedelta(hours=2))
    put(rows, "before", "", at=AT - timedelta(microseconds=1))
    put(rows, "then", "", at=AT)
    put(rows, "after", "", at=(AT + timedelta(hours=1)).astimezone(elsewhere))
    later = rows.execute(
        "SELECT id, at FROM note WHERE at >= ? ORDER BY at", (moment_for(rows, AT),)
    ).fetchall()
    assert [own for own, _at in later] == ["then", "after"]
    texts = [moment_text(at) for _own, at in later]
    assert texts == ["2026-02-09 23:00:00.000000", "2026-02-10 00:00:00.000000"]
    assert texts == sorted(texts)


def test_what_a_statement_changed_is_counted(rows: Rows) -> None:
    for nth in range(3):
        put(rows, f"n-{nth}", "words")
    assert rows.execute("DELETE FROM note WHERE id <> ?", ("n-1",)).rowcount == 2
    assert rows.execute("SELECT count(*) FROM note").fetchone()[0] == 1
    assert rows.execute("SELECT id FROM note WHERE id = ?", ("gone",)).fetchone() is None


def test_a_percent_sign_and_a_question_mark_in_what_is_given_stay(rows: Rows) -> None:
    put(rows, "n-1", "100 % of what?")
    assert rows.execute("SELECT text FROM note").fetchone()[0] == "100 % of what?"


def test_what_is_no_moment_stays_as_it_is() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        assert moment_for(connection, AT) == "2026-02-09 23:00:00.000000"
    assert moment_text("2026-02-09") == "2026-02-09"

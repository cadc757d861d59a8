"""What a server's tables take is what was reckoned, held against the server's own word."""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import psycopg
import pytest

from app.history.retention import growth, servergrowth
from app.history.retention.growth import HEAD, MONTHS
from app.history.schema import QUARTER
from app.history.serverplace import make_tables
from app.history.serverstatements import Texts
from tests.postgres import Postgres

Connection = psycopg.Connection[tuple[object, ...]]
POINTS = 300
SIZE = b"SELECT pg_total_relation_size(%s::regclass)"


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Connection]:
    with closing(postgres.connect(postgres.new_place().database)) as own:
        with own.transaction():
            make_tables(own, "year", QUARTER)
        yield own


def size_of(database: Connection, table: str) -> int:
    """Return what a table takes with its indexes and what lies beside it, cleaned up."""
    database.execute(f"VACUUM year.{table}".encode())
    row = database.execute(SIZE, (f"year.{table}",)).fetchone()
    assert row is not None
    return int(str(row[0]))


@pytest.mark.parametrize("length", [90, 330, 1100, 1980, 2100, 7000])
def test_a_year_of_blobs_takes_what_was_reckoned(database: Connection, length: int) -> None:
    """Months of a point lie day by day until they are over, and what went makes room."""
    texts, parts = Texts(QUARTER, "year").chunks, 6
    put(database, texts.put, 0, 9, [os.urandom(5000)])
    empty = size_of(database, "chunk")
    for month in range(MONTHS):
        slots = range(month * parts, (month + 1) * parts)
        for slot in slots:
            days = [os.urandom(length // parts + HEAD) for _ in range(POINTS)]
            put(database, texts.put, slot, 0, days)
        gone = [(point, slot) for point in range(POINTS) for slot in slots]
        columns = [[*each] for each in zip(*gone, strict=True)]
        database.execute(texts.drop.encode(), (*columns, [0] * len(gone)))
        put(database, texts.put, slots[-1], 1, [os.urandom(length) for _ in range(POINTS)])
        database.execute(b"VACUUM year.chunk")
    share = servergrowth.share_of_points([length] * POINTS, parts, "chunk")
    grew = size_of(database, "chunk") - empty
    assert share * MONTHS * POINTS * length == pytest.approx(grew, rel=0.1)


def put(
    database: Connection,
    text: str,
    slot: int,
    slots: int,
    blobs: list[bytes],
) -> None:
    many = len(blobs)
    rows = ([*range(many)], [slot] * many, [slots] * many, [1] * many, blobs)
    database.execute(text.encode(), rows)


@pytest.mark.parametrize("length", [400, 1003, 1170, 3000, 24_000])
def test_figures_of_days_take_what_was_reckoned(database: Connection, length: int) -> None:
    text, days = Texts(QUARTER, "year").put_day, 365
    database.execute(text.encode(), ([1], [0], [os.urandom(5000)]))
    empty = size_of(database, "day")
    rows = ([0] * days, [*range(days)], [os.urandom(length) for _ in range(days)])
    database.execute(text.encode(), rows)
    grew = size_of(database, "day") - empty
    share = servergrowth.share_of_groups([length] * days)
    assert share * days * length == pytest.approx(grew, rel=0.1)


def test_an_empty_year_takes_a_little(database: Connection) -> None:
    database.execute(b"INSERT INTO year.series VALUES (0, 'house.p', 1)")
    database.execute(b"VACUUM")
    asked = b"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND "
    row = database.execute(asked + b"relnamespace = 'year'::regnamespace").fetchone()
    assert row is not None
    empty = servergrowth.empty_bytes()
    assert 0.2 * empty < int(str(row[0])) < 2 * empty


@pytest.mark.parametrize("kind", [growth.IN_A_FILE, servergrowth.ON_A_SERVER])
def test_a_longer_blob_never_takes_less_and_nothing_takes_nothing(kind: growth.Growth) -> None:
    assert kind.share_of_points([], 31, "chunk") == kind.share_of_groups([0, 0]) == 1.0
    taken = [kind.share_of_groups([each] * 31) * each for each in range(100, 6000, 97)]
    assert all(after >= before * 0.999 for before, after in pairwise(taken))


@pytest.mark.parametrize("length", [940, 1000, 1006, 1100])
def test_figures_of_days_have_no_edge_at_a_thousand_bytes(length: int) -> None:
    """A file once gave each row beyond 1,002 bytes a page of 4 KB besides."""
    assert growth.share_of_groups([length] * 31) < 1.6

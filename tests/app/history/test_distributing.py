"""A cluster could take the tables as they are, and a server without one is told so."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from app.compose.databasemove import to_server
from app.compose.distributed import distribute_for
from app.databaseserver import DatabaseServer
from app.errors import BadInput, StoreBroken
from app.history.distributing import EVERYWHERE, distribute, faults, key_of, statements
from app.history.schema import FAST, QUARTER, server_tables
from app.history.serverhistory import ServerHistory
from tests.app.history.plant import FAR_OFF, LONG_AGO, MIDNIGHT, SUPPLY, always, reading
from tests.app.history.standin import SHARDS_BYTES, shared_out, stand_in
from tests.app.project.sites import PASSWORD, create, keys
from tests.postgres import Postgres

_WALK = """
SELECT relname, contype, attname FROM pg_constraint
JOIN pg_class ON pg_class.oid = conrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE nspname = %s AND contype IN ('p', 'u', 'f', 'x')
"""
_UNIQUE = """
SELECT relname, attname FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
WHERE nspname = %s AND indisunique
"""
_COUNTERS = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = %s AND relkind = 'S'
"""


def test_the_schema_keeps_every_rule_of_a_cluster() -> None:
    assert not list(faults())
    for stream in (QUARTER, FAST):
        keyed = {table.name: key_of(table) for table in server_tables(stream)}
        assert {name for name, by in keyed.items() if not by} == set(EVERYWHERE)
        assert set(keyed.values()) == {"", "grp", "series"}


def test_a_schema_that_breaks_a_rule_is_found_out() -> None:
    made = MetaData()
    good = Table("good", made, Column("grp", Integer, primary_key=True, autoincrement=False))
    wrong = [
        Table("a", made, Column("slot", Integer, primary_key=True, autoincrement=False)),
        Table(
            "b",
            made,
            Column("slot", Integer, primary_key=True, autoincrement=False),
            Column("grp", Integer, primary_key=True, autoincrement=False),
        ),
        Table("c", made, Column("grp", Integer, ForeignKey("good.grp"), primary_key=True,
                                autoincrement=False)),
        Table("d", made, Column("series", Integer, primary_key=True)),
        Table("e", made, Column("series", Integer, primary_key=True, autoincrement=False),
              Column("point", Text, unique=True, index=True)),
    ]  # fmt: skip
    assert not list(faults([good]))
    assert [next(faults([each])).partition(":")[0] for each in wrong] == [*"abcde"]


def test_what_the_server_has_made_of_it_keeps_them_too(postgres: Postgres) -> None:
    place = postgres.new_place()
    with (
        closing(DatabaseServer(place, postgres.password)) as way,
        closing(ServerHistory(way)) as store,
    ):
        for stream in ("quarter", "fast"):
            store.append([reading(SUPPLY, MIDNIGHT)], stream)
        schemas = [schema for schema, _tables in store.schemas()]
    assert schemas == [f"heatdesk_y{MIDNIGHT.year}", "heatdesk_fast"]
    with closing(postgres.connect(place.database)) as connection:
        for schema in schemas:
            for table, kind, first in connection.execute(_WALK, (schema,)).fetchall():
                assert kind not in ("f", "x")
                assert table in EVERYWHERE or first in ("grp", "series"), table
            for table, first in connection.execute(_UNIQUE, (schema,)).fetchall():
                assert table in EVERYWHERE or first in ("grp", "series"), table
            assert not connection.execute(_COUNTERS, (schema,)).fetchall()


def test_a_server_without_a_cluster_is_told_so(tmp_path: Path, postgres: Postgres) -> None:
    root, person = create(tmp_path, "plant"), ("ole", PASSWORD)
    with pytest.raises(BadInput, match="holds its history itself"):
        distribute_for(root, person, keys(tmp_path))
    place = replace(postgres.new_place(), schema="nord")
    to_server(root, place, postgres.password, person, keys(tmp_path))
    with pytest.raises(BadInput, match=f"{place.database} has no Citus: the history stays"):
        distribute_for(root, person, keys(tmp_path))


def test_what_is_said_to_a_cluster_names_table_and_key() -> None:
    assert statements('"s".chunk', "series") == [
        (b"SELECT create_distributed_table(%s, %s)", ('"s".chunk', "series"))
    ]
    assert statements('"s".series', "") == [
        (b"SELECT create_reference_table(%s)", ('"s".series',))
    ]


@pytest.fixture
def clustered(postgres: Postgres) -> Iterator[DatabaseServer]:
    """A database that says of itself that it has Citus, with a year and a fast stream."""
    place = postgres.new_place()
    stand_in(postgres, place.database)
    with closing(DatabaseServer(place, postgres.password)) as way:
        with closing(ServerHistory(way)) as store:
            for stream in ("quarter", "fast"):
                store.append([reading(SUPPLY, MIDNIGHT)], stream)
        yield way


def test_every_table_is_shared_out_once_and_by_its_key(
    postgres: Postgres, clustered: DatabaseServer
) -> None:
    database, year = clustered.place.database, MIDNIGHT.year
    done = distribute(clustered)
    assert {each.table: each.by for each in done} == shared_out(postgres, database)
    by = {each.table: each.by for each in done}
    for stream, schema in ((QUARTER, f"heatdesk_y{year}"), (FAST, "heatdesk_fast")):
        for table in server_tables(stream):
            assert by.pop(f"{schema}.{table.name}") == key_of(table)
    assert not by
    assert distribute(clustered) == []  # said twice is said once
    with closing(ServerHistory(clustered)) as store:
        following = MIDNIGHT + timedelta(days=366)
        store.append([reading(SUPPLY, following)], "quarter", following)
    later = distribute(clustered)
    assert {each.table.partition(".")[0] for each in later} == {f"heatdesk_y{year + 1}"}
    assert len(shared_out(postgres, database)) == len(done) + len(later)


def test_what_is_kept_is_read_and_written_as_before(clustered: DatabaseServer) -> None:
    with closing(ServerHistory(clustered)) as store:
        before = store.ranges([SUPPLY], LONG_AGO, FAR_OFF, "quarter")[0].values.tolist()
        distribute(clustered)
        store.append([reading(SUPPLY, MIDNIGHT + timedelta(minutes=15), 7.0)], "quarter")
        store.compact(MIDNIGHT + timedelta(days=2), always)
        [kept] = store.ranges([SUPPLY], LONG_AGO, FAR_OFF, "quarter")
    assert kept.values.tolist() == [*before, 7.0]


def test_a_table_that_is_refused_leaves_all_as_it_was(
    postgres: Postgres, clustered: DatabaseServer
) -> None:
    database = clustered.place.database
    spoiled = f"heatdesk_y{MIDNIGHT.year}.month"
    with closing(postgres.connect(database)) as own:
        own.execute(f"CREATE UNIQUE INDEX odd ON {spoiled} (month)".encode())
        with pytest.raises(StoreBroken, match="cannot create constraint on"):
            distribute(clustered)
        assert shared_out(postgres, database) == {}
        own.execute(f"DROP INDEX heatdesk_y{MIDNIGHT.year}.odd".encode())
    assert len(distribute(clustered)) == len(shared_out(postgres, database)) > 0


def test_what_lies_on_other_machines_counts_as_room(clustered: DatabaseServer) -> None:
    with closing(ServerHistory(clustered)) as store:
        [place] = store.there(QUARTER)
        alone = place.place.size_bytes()
        distribute(clustered)
        assert 0 < alone < SHARDS_BYTES
        assert place.place.size_bytes() == SHARDS_BYTES * len(server_tables(QUARTER))


def test_the_stand_in_refuses_what_citus_refuses(
    postgres: Postgres, clustered: DatabaseServer
) -> None:
    year = f"heatdesk_y{MIDNIGHT.year}"
    with closing(postgres.connect(clustered.place.database)) as own:
        for asked, refused in (
            (f"create_distributed_table('{year}.nothing', 'grp')", "does not exist"),
            (f"create_distributed_table('{year}.day', 'series')", '"series" of relation'),
            (f"create_distributed_table('{year}.series', 'seal')", "cannot create constraint"),
            (f"citus_total_relation_size('{year}.day')", "not distributed"),
        ):
            with pytest.raises(psycopg.Error, match=refused):
                own.execute(f"SELECT {asked}".encode())
        own.execute(f"SELECT create_distributed_table('{year}.day', 'grp')".encode())
        for again in (
            "create_distributed_table('{}.day', 'grp')",
            "create_reference_table('{}.day')",
        ):
            with pytest.raises(psycopg.Error, match="is already distributed"):
                own.execute(f"SELECT {again.format(year)}".encode())

"""A cluster could take the tables as they are, and a server without one is told so."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from app.compose.databasemove import to_server
from app.compose.distributed import distribute_for
from app.databaseserver import DatabaseServer
from app.errors import BadInput
from app.history.distributing import EVERYWHERE, faults, key_of, statements
from app.history.schema import FAST, QUARTER, server_tables
from app.history.serverhistory import ServerHistory
from tests.app.history.plant import MIDNIGHT, SUPPLY, reading
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

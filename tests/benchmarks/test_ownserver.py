"""A measurement has a server where there is one, and says why where there is none."""

import importlib
from contextlib import closing

import pytest
from sqlalchemy import text

from app.databaseserver import DatabaseServer
from benchmarks.ownserver import NoServer, own_server
from tests import postgres
from tests.postgres import Postgres


def test_it_is_a_real_server_with_an_empty_database(postgres: Postgres) -> None:
    assert postgres.port  # there are programs here, or this test is skipped loudly
    with own_server() as server:
        way = DatabaseServer(server.new_place(), server.password)
        with closing(way), way.plain_engine().connect() as line:
            version = line.execute(text("show server_version")).scalar_one()
            tables = "select count(*) from pg_tables where schemaname = 'heatdesk'"
            assert line.execute(text(tables)).scalar_one() == 0
    assert int(str(version).partition(".")[0]) >= 13


def test_without_the_tests_beside_the_product_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(NoServer, match="not beside the product: No module named 'tests"):
        own_server().__enter__()


def test_without_programs_it_hands_on_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> object:
        raise postgres.NoServer("nothing is installed")

    monkeypatch.setattr(postgres, "programs", nothing)
    with pytest.raises(NoServer, match="nothing is installed"):
        own_server().__enter__()

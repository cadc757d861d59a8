"""What a server adds to the history: other workstations, and an end that comes from outside."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from threading import Thread

import pytest

from app.databaseserver import DatabaseServer
from app.errors import BadInput, StoreBroken
from app.history.schema import LAYOUT
from app.history.serverhistory import ServerHistory
from app.history.servernews import HistoryNews
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import MIDNIGHT, QUARTER, SUPPLY, all_of, always, record_quarters
from tests.app.project.sites import wait_until
from tests.postgres import Postgres, serving

LONG_S = 30.0


@pytest.fixture
def servers(postgres: Postgres) -> Iterator[tuple[DatabaseServer, DatabaseServer]]:
    """Two workstations' ways to one empty database."""
    place = postgres.new_place()
    both = (
        DatabaseServer(place, postgres.password),
        DatabaseServer(place, postgres.password),
    )
    yield both
    for each in both:
        each.close()


def test_another_workstation_hears_of_new_samples_and_reads_them(
    servers: tuple[DatabaseServer, DatabaseServer],
) -> None:
    heard: list[str] = []
    with (
        closing(ServerHistory(servers[0], ZONE)) as collector,
        closing(ServerHistory(servers[1], ZONE)) as reader,
        closing(HistoryNews(servers[1], heard.append)) as news,
    ):
        assert news.listening.wait(LONG_S)
        assert len(all_of(reader, SUPPLY)) == 0
        record_quarters(collector, [SUPPLY], MIDNIGHT, 3)
        wait_until(lambda: len(heard) == 3, LONG_S)
        assert len(all_of(reader, SUPPLY)) == 3
        collector.compact(MIDNIGHT + timedelta(days=2), always)
        assert len(all_of(reader, SUPPLY)) == 3
        assert set(heard) == {f"heatdesk_y{MIDNIGHT.year}"}


def test_years_lie_apart_and_one_goes_without_the_others(
    servers: tuple[DatabaseServer, DatabaseServer],
) -> None:
    with closing(ServerHistory(servers[0], ZONE)) as store:
        for year in (MIDNIGHT.year - 1, MIDNIGHT.year):
            record_quarters(store, [SUPPLY], MIDNIGHT.replace(year=year), 2)
        assert len(all_of(store, SUPPLY)) == 4
        with servers[0].connection() as connection:
            connection.execute(f"DROP SCHEMA heatdesk_y{MIDNIGHT.year - 1} CASCADE".encode())
        assert len(all_of(store, SUPPLY)) == 2


def test_a_layout_of_a_newer_program_is_refused(
    servers: tuple[DatabaseServer, DatabaseServer],
) -> None:
    with closing(ServerHistory(servers[0], ZONE)) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 1)
    with servers[0].connection() as connection:
        said = f"UPDATE heatdesk_y{MIDNIGHT.year}.layout SET version = 99"
        connection.execute(said.encode())
    with (
        closing(ServerHistory(servers[1], ZONE)) as later,
        pytest.raises(BadInput, match="newer Heatdesk"),
    ):
        all_of(later, SUPPLY)


def test_a_server_killed_in_mid_work_loses_nothing_acknowledged() -> None:
    with serving(fsync=True) as server:
        way = DatabaseServer(server.new_place(), server.password)
        with closing(way), closing(ServerHistory(way, ZONE)) as store:
            record_quarters(store, [SUPPLY], MIDNIGHT, 4)
            server.stop("kill")
            with pytest.raises(StoreBroken, match="does not serve"):
                record_quarters(store, [SUPPLY], MIDNIGHT + 4 * QUARTER, 1)
            server.start()
            wait_until(lambda: not way.trouble, LONG_S)
            assert len(all_of(store, SUPPLY)) == 4
            record_quarters(store, [SUPPLY], MIDNIGHT + 4 * QUARTER, 1)
            assert len(all_of(store, SUPPLY)) == 5


def make_old(server: DatabaseServer, schema: str) -> None:
    """Leave of a schema what a program of the layout before had of it."""
    with server.connection(search_path=schema) as connection:
        connection.execute(b"DROP TABLE newest")
        connection.execute(b"UPDATE layout SET version = 2")


def layout_of(server: DatabaseServer, schema: str) -> int:
    with server.connection(search_path=schema) as connection:
        row = connection.execute(b"SELECT version FROM layout").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("first", ["read", "written", "looked for", "newest", "forgotten"])
def test_a_schema_of_the_layout_before_is_brought_up_to_date(
    servers: tuple[DatabaseServer, DatabaseServer], first: str
) -> None:
    schema = f"heatdesk_y{MIDNIGHT.year}"
    with closing(ServerHistory(servers[0], ZONE)) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 8)
        store.compact(MIDNIGHT + timedelta(days=2), always)
        record_quarters(store, [SUPPLY], MIDNIGHT + 8 * QUARTER, 2)
        kept = all_of(store, SUPPLY)
        newest = store.latest()
    make_old(servers[0], schema)
    with closing(ServerHistory(servers[1], ZONE)) as store:
        match first:
            case "written":
                record_quarters(store, [SUPPLY], MIDNIGHT, 1)  # a late one, the same again
            case "looked for":
                assert len(store.schemas()) == 1
            case "newest":
                assert store.latest() == newest
            case "forgotten":
                ends = MIDNIGHT - timedelta(days=9), MIDNIGHT - timedelta(days=8)
                assert store.forget([SUPPLY], *ends, {}) == 0
        found = all_of(store, SUPPLY)
        assert found.times_ms.tolist() == kept.times_ms.tolist()
        assert found.values.tolist() == kept.values.tolist()
        assert store.latest() == newest
        store.compact(MIDNIGHT + timedelta(days=3), always)
        assert store.latest() == newest
    assert layout_of(servers[0], schema) == LAYOUT


def test_two_workstations_bring_a_schema_up_to_date_once(
    servers: tuple[DatabaseServer, DatabaseServer],
) -> None:
    schema = f"heatdesk_y{MIDNIGHT.year}"
    with closing(ServerHistory(servers[0], ZONE)) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    make_old(servers[0], schema)
    faults: list[Exception] = []

    def read(server: DatabaseServer) -> None:
        with closing(ServerHistory(server, ZONE)) as store:
            try:
                assert len(all_of(store, SUPPLY)) == 4
            except (AssertionError, StoreBroken) as error:
                faults.append(error)

    threads = [Thread(target=read, args=(server,)) for server in servers * 4]
    for each in threads:
        each.start()
    for each in threads:
        each.join(LONG_S)
    assert faults == []
    assert layout_of(servers[0], schema) == LAYOUT


def test_a_schema_of_a_newer_layout_is_refused_and_left_alone(
    servers: tuple[DatabaseServer, DatabaseServer],
) -> None:
    schema = f"heatdesk_y{MIDNIGHT.year}"
    with closing(ServerHistory(servers[0], ZONE)) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    with servers[0].connection(search_path=schema) as connection:
        connection.execute(b"UPDATE layout SET version = %s", (LAYOUT + 1,))
    with closing(ServerHistory(servers[1], ZONE)) as store:
        with pytest.raises(BadInput, match="newer Heatdesk"):
            all_of(store, SUPPLY)
        with pytest.raises(BadInput, match="newer Heatdesk"):
            record_quarters(store, [SUPPLY], MIDNIGHT, 1)
    assert layout_of(servers[0], schema) == LAYOUT + 1

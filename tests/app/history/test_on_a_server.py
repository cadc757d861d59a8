"""What a server adds to the history: other workstations, and an end that comes from outside."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from app.databaseserver import DatabaseServer
from app.errors import BadInput, StoreBroken
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

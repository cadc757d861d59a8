"""A core whose database server is away says so in its list of alarms, until nothing waits."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.alarms.own import SAMPLES_WAIT
from app.compose.databasemove import to_server
from app.compose.joining import Joined, join
from app.databaseserver import ServerPlace
from app.model.alarm import PROGRAM, Alarm, AlarmState
from app.model.reading import PointId, Quality, Reading
from app.project.opening import Administrator, create_project
from app.users.keyplaces import Keys
from tests.app.personal.house import Clock
from tests.app.project.sites import wait_until
from tests.postgres import Postgres

LOGIN, PASSWORD = "ole", "warm water runs uphill"
NOW = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
POINT = PointId("ahornvej-14.s3")
LONG_S = 30.0


@pytest.fixture
def place(postgres: Postgres) -> ServerPlace:
    return postgres.new_place()


@pytest.fixture
def folder(tmp_path: Path, postgres: Postgres, place: ServerPlace) -> Iterator[Path]:
    """A project whose databases and history lie on the server."""
    root = tmp_path / "plant"
    who = Administrator(LOGIN, "Ole Holm", PASSWORD)
    create_project(root, title="Nordby", zone="Europe/Copenhagen", administrator=who)
    to_server(root, place, postgres.password, (LOGIN, PASSWORD), Keys.of_this_machine())
    yield root
    shutil.rmtree(root)


def away(postgres: Postgres, place: ServerPlace) -> None:
    """Let the server know the database no more: as good as a cable that is out."""
    with closing(postgres.connect()) as connection:
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(
            f"ALTER DATABASE {place.database} WITH ALLOW_CONNECTIONS false".encode()
        )
        connection.execute(ends, (place.database,))


def back(postgres: Postgres, place: ServerPlace) -> None:
    with closing(postgres.connect()) as connection:
        connection.execute(
            f"ALTER DATABASE {place.database} WITH ALLOW_CONNECTIONS true".encode()
        )


def standing(joined: Joined) -> list[Alarm]:
    return list(joined.ask(joined.asked.alarms.standing(joined.viewer)))


def test_samples_that_wait_are_an_alarm_until_the_server_has_them(
    folder: Path, place: ServerPlace, postgres: Postgres
) -> None:
    clock = Clock(NOW)
    with join(folder, LOGIN, PASSWORD, clock=clock) as joined:
        assert joined.core is not None
        store = joined.core.recording.store
        rules = joined.ask(joined.asked.alarms.rules(joined.viewer))
        [rule] = [each for each in rules if each.id == SAMPLES_WAIT]
        assert (rule.id, rule.device) == (SAMPLES_WAIT, PROGRAM)
        assert standing(joined) == []
        away(postgres, place)
        store.append([Reading(POINT, 61.5, Quality.GOOD, NOW)], "quarter", NOW)
        said = joined.ask(joined.asked.plant.troubles(joined.viewer))
        assert any("kept on this computer" in each for each in said)
        wait_until(lambda: bool(joined.core and joined.core.recording.alarming), LONG_S)

        def told() -> bool:
            clock.now += timedelta(seconds=20)
            return bool(standing(joined))

        wait_until(told, LONG_S)
        [alarm] = standing(joined)
        assert alarm.state is AlarmState.UNACKNOWLEDGED
        assert (alarm.rule.id, alarm.rule.priority) == (SAMPLES_WAIT, 2)
        back(postgres, place)

        def over() -> bool:
            store.compact(NOW + timedelta(minutes=1), lambda: True)
            return standing(joined)[0].state is AlarmState.RETURNED

        wait_until(over, LONG_S)
        assert len(store.range(POINT, NOW, NOW + timedelta(hours=1), "quarter")) == 1
        wait_until(lambda: len(journaled(joined)) == 2, LONG_S)
        assert journaled(joined) == [AlarmState.RETURNED, AlarmState.UNACKNOWLEDGED]


def journaled(joined: Joined) -> list[AlarmState]:
    records = joined.ask(joined.asked.alarms.history(joined.viewer, 10))
    return [each.alarm.state for each in records]

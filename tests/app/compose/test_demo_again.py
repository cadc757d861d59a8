"""A demo opened again finds its simulators; while its core runs no second set is started."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.compose.demo import demo_plant, password_of, simulators_of
from app.compose.demoplant import DEMO_FILE, DEMO_LOGIN
from app.compose.joining import join
from app.compose.simulators import LIST_NAME
from app.model.device import Presence
from app.project.lock import acquire
from app.project.opening import Administrator, create_project, open_project
from tests.journeys.smallsite import PASSWORD

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def made(home: Path) -> Path:
    """A demo of two controllers, made once and closed again."""
    place = home / "demo"
    with demo_plant(place, 2) as plant:
        assert plant == place
        assert (place / LIST_NAME).is_file()
    return place


def test_the_simulators_end_with_the_block(made: Path) -> None:
    assert not (made / LIST_NAME).exists()
    assert len(password_of(made)) >= 12


def test_opened_again_the_devices_answer_where_they_stood(made: Path) -> None:
    with simulators_of(made) as place:
        listed = json.loads((place / LIST_NAME).read_text(encoding="utf-8"))
        assert len(listed) == 6  # two controllers and four meters
        with join(place, DEMO_LOGIN, password_of(place)) as joined:
            joined.wait_for_answers()
            views = joined.ask(joined.asked.plant.devices(joined.viewer))
            answering = [v for v in views if v.standing.presence is not Presence.OFFLINE]
            assert len(answering) == 6
    assert not (made / LIST_NAME).exists()


def test_while_its_core_runs_elsewhere_nothing_is_started(made: Path, tmp_path: Path) -> None:
    lock = acquire(made, private=tmp_path)
    with simulators_of(made) as place:
        assert not (place / LIST_NAME).exists()
    lock.release()


def test_a_demo_without_devices_needs_no_simulators(home: Path) -> None:
    empty = home / "empty"
    who = Administrator(DEMO_LOGIN, "Demo administrator", PASSWORD)
    create_project(empty, title="Demo", zone="Europe/Copenhagen", administrator=who)
    (empty / DEMO_FILE).write_text(f"{PASSWORD}\n", encoding="utf-8")
    with simulators_of(empty) as place:
        assert not (place / LIST_NAME).exists()
    assert password_of(empty) == PASSWORD


def test_versions_and_log_of_a_demo_tell_who_made_it_by_name(made: Path) -> None:
    with closing(open_project(made)) as project:
        authors = {each.author for each in project.configuration.versions()}
        entries = project.audit.entries(20)
        newest = project.configuration.current().version.number
    assert authors == {"Demo administrator"}
    (taken_over,) = [each for each in entries if each.verb == "project.apply"]
    assert (taken_over.name, taken_over.reason) == ("Demo administrator", "demo plant")
    assert (taken_over.entity, taken_over.result) == ("plant", f"version {newest}")
    assert "device" in taken_over.new

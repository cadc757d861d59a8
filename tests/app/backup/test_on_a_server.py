"""Of a project on a PostgreSQL server a backup holds everything, and needs no server."""

import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from app.backup.making import ENDING, make_backup
from app.backup.opening import faults_of_backup, opened
from app.compose.databasemove import to_server
from app.compose.restoring import restored
from app.databaseserver import ServerPlace
from app.errors import StoreBroken
from app.history.projecthistory import history_of
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from app.project.databases import SERVER_PASSWORD
from app.project.folder import read_mark
from app.project.opening import open_project, utc_now
from app.users.keyplaces import Keys
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import MIDNIGHT, QUARTER, all_of, record_quarters
from tests.app.project.sites import PASSWORD, create, keys, plant
from tests.postgres import Postgres

PHRASE = "seven green valves at noon"
POINT = PointId("ahornvej-14.s3")


@pytest.fixture
def place(postgres: Postgres) -> ServerPlace:
    return postgres.new_place()


@pytest.fixture
def root(tmp_path: Path, place: ServerPlace, postgres: Postgres) -> Path:
    """A project on the server with an hour of history, and a file beside it."""
    root = create(tmp_path, "plant")
    with closing(open_project(root, keys=keys(tmp_path))) as project:
        project.configuration.change("Ole", "", lambda _p: plant())
    with closing(EmbeddedHistory(root / "history", ZONE)) as store:
        record_quarters(store, [POINT], MIDNIGHT, 4)
    to_server(root, place, postgres.password, ("ole", PASSWORD), keys(tmp_path))
    (root / "settings.toml").write_text("", "utf-8")
    return root


def test_it_is_restored_without_a_server_and_the_project_stays_where_it_is(
    tmp_path: Path, root: Path, place: ServerPlace
) -> None:
    out = tmp_path / f"plant{ENDING}"
    with closing(open_project(root, keys=keys(tmp_path))) as project:
        made = make_backup(project, out, PHRASE, utc_now())
        config = project.configuration.current().config
    assert made.carried
    assert list(faults_of_backup(out, PHRASE)) == []
    with opened(out, PHRASE) as backup:
        assert backup.manifest.server == str(place)
        names = {each.name for each in backup.manifest.parts}
    assert {"config.sqlite", "audit.sqlite", "history/2026.sqlite", "settings.toml"} <= names
    blank = Keys(tmp_path / "blank")
    target = tmp_path / "restored"
    done = restored(out, target, PHRASE, blank)
    assert (done.server, done.locked) == (str(place), "")
    assert read_mark(root).server is not None
    assert read_mark(target).server is None
    with closing(open_project(target, keys=blank)) as project:
        assert project.databases.server is None
        assert SERVER_PASSWORD not in project.secrets.names()
        assert project.configuration.current().config == config
        assert project.audit.verify() == ""
        with closing(history_of(project.folder, project.databases)) as store:
            assert len(all_of(store, POINT)) == 4
    with closing(open_project(root, keys=keys(tmp_path))) as project:  # it goes on there
        assert project.configuration.current().config == config


def test_while_samples_wait_for_the_server_none_is_made(tmp_path: Path, root: Path) -> None:
    out = tmp_path / f"plant{ENDING}"
    with closing(EmbeddedHistory(root / "history" / "waiting", ZONE)) as waiting:
        record_quarters(waiting, [POINT], MIDNIGHT + 4 * QUARTER, 1)
    with closing(open_project(root, keys=keys(tmp_path))) as project:
        with pytest.raises(StoreBroken, match="samples wait to be brought"):
            make_backup(project, out, "", utc_now())
        with closing(EmbeddedHistory(root / "history" / "waiting", ZONE)) as waiting:
            waiting.empty()
        make_backup(project, out, "", utc_now())
    with zipfile.ZipFile(out) as packed:
        assert not [name for name in packed.namelist() if "waiting" in name]
    assert list(tmp_path.glob(".pack-*")) == []

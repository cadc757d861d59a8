"""A project on a server is packed, merged with a laptop's, and taken over, its history too."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.compose.databasemove import in_its_folder, to_server
from app.compose.handover.importing import importing
from app.compose.handover.package import unpacked
from app.compose.handover.packing import pack_for
from app.databaseserver import ServerPlace
from app.errors import NotPermitted, StoreBroken
from app.history.carrying import HistoryCargo
from app.history.projecthistory import history_of
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from app.project.databases import SERVER_PASSWORD
from app.project.folder import read_mark
from app.project.opening import open_project, utc_now
from app.project.takeover import look_into, take_over
from app.users.keyplaces import Keys
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import MIDNIGHT, all_of, record_quarters
from tests.app.project.sites import PASSWORD, create, keys, plant
from tests.postgres import Postgres

WORD = "a long passphrase"
PERSON = ("ole", PASSWORD)
POINT = PointId("ahornvej-14.s3")


@pytest.fixture
def place(postgres: Postgres) -> ServerPlace:
    return postgres.new_place()


@pytest.fixture
def root(tmp_path: Path, place: ServerPlace, postgres: Postgres) -> Path:
    """A project on the server with an hour of history."""
    root = create(tmp_path, "plant")
    with closing(open_project(root, keys=keys(tmp_path))) as project:
        project.configuration.change("Ole", "", lambda _p: plant())
    with closing(EmbeddedHistory(root / "history", ZONE)) as store:
        record_quarters(store, [POINT], MIDNIGHT, 4)
    to_server(root, place, postgres.password, PERSON, keys(tmp_path))
    return root


def kept(tmp_path: Path, root: Path, at: Keys | None = None) -> int:
    with (
        closing(open_project(root, keys=at or keys(tmp_path))) as project,
        closing(history_of(project.folder, project.databases)) as store,
    ):
        assert list(project.configuration.current().config.devices)
        return len(all_of(store, POINT))


def test_what_is_packed_is_whole_and_needs_no_server(tmp_path: Path, root: Path) -> None:
    out = tmp_path / "plant.heatdesk"
    pack_for(root, out, WORD, PERSON, keys(tmp_path))
    assert read_mark(root).server is not None
    (tmp_path / "laptop").mkdir()
    brought = unpacked(out, tmp_path / "laptop", WORD, utc_now, lambda _done, _of: True)
    with closing(brought):
        assert SERVER_PASSWORD not in brought.secrets.names()
        assert brought.databases.server is None
        assert brought.audit.verify() == ""
        with closing(history_of(brought.folder, brought.databases)) as store:
            assert len(all_of(store, POINT)) == 4
    assert kept(tmp_path, root) == 4


def test_a_laptop_comes_back_to_a_project_on_a_server(
    tmp_path: Path, root: Path, place: ServerPlace
) -> None:
    out, back = tmp_path / "plant.heatdesk", tmp_path / "back.heatdesk"
    pack_for(root, out, WORD, PERSON, keys(tmp_path))
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    unpacked(out, laptop, WORD, utc_now, lambda _done, _of: True).close()
    own = Keys(laptop / "none", passphrase=WORD)
    with closing(open_project(laptop, keys=own)) as theirs:
        theirs.configuration.change("Ole", "", lambda p: replace(p, utility="Nordby Varme"))
    with closing(EmbeddedHistory(laptop / "history", ZONE)) as store:
        record_quarters(store, [POINT], MIDNIGHT, 8)
    pack_for(laptop, back, WORD, PERSON, own)
    with importing(root, back, WORD, PERSON, keys(tmp_path)) as found:
        done = found.apply({}, keys(tmp_path))
    assert done.samples == 4
    assert read_mark(root).server == place.fields()
    assert kept(tmp_path, root) == 8
    with closing(open_project(root, keys=keys(tmp_path))) as project:
        assert project.configuration.current().config.utility == "Nordby Varme"
        assert project.audit.verify() == ""


def test_a_folder_that_lies_on_a_server_is_taken_over_as_files(
    tmp_path: Path, root: Path
) -> None:
    taken = take_over(
        look_into(root), tmp_path / "copy", keys=keys(tmp_path), cargo=HistoryCargo()
    )
    assert read_mark(taken.root).server is None
    assert kept(tmp_path, taken.root) == 4
    assert kept(tmp_path, root) == 4


def test_a_server_that_is_gone_leaves_the_project_whole_in_its_folder(
    tmp_path: Path, root: Path, place: ServerPlace, postgres: Postgres
) -> None:
    def merged_without_a_server() -> None:
        with in_its_folder(root, PERSON, keys(tmp_path)):
            assert read_mark(root).server is None
            with closing(postgres.connect()) as connection:
                gone = f"ALTER DATABASE {place.database} RENAME TO {place.database}_gone"
                connection.execute(gone.encode())

    with pytest.raises(StoreBroken, match="lies in its folder now, whole; bring it"):
        merged_without_a_server()
    assert read_mark(root).server is None
    assert kept(tmp_path, root) == 4


def test_who_may_not_moves_nothing(tmp_path: Path, root: Path) -> None:
    with (
        pytest.raises(NotPermitted),
        in_its_folder(root, ("ole", "a wrong password"), keys(tmp_path)),
    ):
        raise AssertionError("nobody comes here")
    assert read_mark(root).server is not None
    assert kept(tmp_path, root) == 4


def test_a_project_in_its_folder_stays_there(tmp_path: Path) -> None:
    root = create(tmp_path, "small")
    with in_its_folder(root, PERSON, keys(tmp_path)):
        assert read_mark(root).server is None
    assert read_mark(root).server is None

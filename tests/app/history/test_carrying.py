"""A history goes to a server and back with its project: the same rows, or nothing happened."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.databaseserver import ServerPlace
from app.history.carrying import ASIDE, HistoryCargo
from app.history.history import History
from app.history.projecthistory import history_of
from app.history.samples import Bulk
from app.history.store import EmbeddedHistory
from app.model.reading import PointId, Quality
from app.project.moving import Carried, move_to_folder, move_to_server
from app.project.opening import open_project
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    always,
    plant_points,
    reading,
    record_quarters,
)
from tests.app.project.sites import Ticking, create, keys
from tests.postgres import Postgres

POINTS = plant_points(6)
Content = dict[tuple[str, PointId], list[object]]


def content(history: History) -> Content:
    """Return every sample of a history, with all that is known of it."""
    return {
        (stream, point): list(history.samples(point, LONG_AGO, FAR_OFF, stream))
        for stream in ("quarter", "fast")
        for point in sorted(history.samples_per_point(stream))
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with two years of history: merged months, days, late and waiting samples."""
    root = create(tmp_path, "plant")
    with closing(EmbeddedHistory(root / "history", ZONE)) as store:
        begin = MIDNIGHT.replace(year=MIDNIGHT.year - 1, month=12, day=20)
        times = np.arange(96 * 20, dtype=np.int64) * 900_000 + int(begin.timestamp()) * 1000
        for point in POINTS:
            values = np.round(np.sin(times / 1e7) * 20, 1)
            none = np.zeros(len(times), np.int64)
            store.bring(Bulk((point,), none, times, values, none.astype(np.uint8)), "quarter")
        store.compact(begin + timedelta(days=80), always)
        record_quarters(store, POINTS, MIDNIGHT, 5)
        store.append([reading(POINTS[0], MIDNIGHT, "AUTO")], "quarter", MIDNIGHT)
        store.append([reading(POINTS[1], MIDNIGHT, None, Quality.OFFLINE, "x")], "fast")
        record_quarters(store, POINTS, begin, 2, lambda n, quarter: n + 1000)  # late ones
    return root


@pytest.fixture
def place(postgres: Postgres) -> ServerPlace:
    return postgres.new_place()


def moved(tmp_path: Path, root: Path, place: ServerPlace, password: str) -> list[Carried]:
    return move_to_server(
        root, place, password, keys=keys(tmp_path), now=Ticking(), cargo=HistoryCargo()
    )


def brought_back(tmp_path: Path, root: Path) -> list[Carried]:
    return move_to_folder(root, keys=keys(tmp_path), now=Ticking(), cargo=HistoryCargo())


def held(tmp_path: Path, root: Path) -> Content:
    """Return the history as whoever opens the project finds it."""
    with (
        closing(open_project(root, keys=keys(tmp_path), now=Ticking())) as project,
        closing(history_of(project.folder, project.databases)) as history,
    ):
        return content(history)


def test_there_and_back_every_sample_is_the_same(
    tmp_path: Path, root: Path, place: ServerPlace, postgres: Postgres
) -> None:
    before = held(tmp_path, root)
    assert sum(map(len, before.values())) > 10_000
    there = moved(tmp_path, root, place, postgres.password)
    assert not list((root / "history").glob("*.sqlite"))
    assert len(list((root / "backups").glob(f"*{ASIDE}/*.sqlite"))) == 3
    assert held(tmp_path, root) == before
    with (
        closing(open_project(root, keys=keys(tmp_path), now=Ticking())) as project,
        closing(history_of(project.folder, project.databases)) as history,
    ):
        history.zone = ZONE
        history.compact(MIDNIGHT + timedelta(days=90), always)  # works on what was carried
        record_quarters(history, POINTS, MIDNIGHT + 90 * 96 * QUARTER, 1)
        changed = content(history)
    back = brought_back(tmp_path, root)
    assert held(tmp_path, root) == changed
    old = f"history.{MIDNIGHT.year - 1}."
    assert {each for each in there if each.table == f"{old}series"} <= set(back)
    assert any(each.table == f"{old}chunk" and each.rows for each in there)
    moved(tmp_path, root, place, postgres.password)  # what was left there gives way
    assert held(tmp_path, root) == changed


def test_broken_off_on_the_way_the_history_is_where_it_was(
    tmp_path: Path, root: Path, place: ServerPlace, postgres: Postgres
) -> None:
    class Stop(Exception):
        pass

    class Stopping(HistoryCargo):
        """Carries all of it, and then something happens."""

        def to_server(self, *arguments: object) -> list[Carried]:
            super().to_server(*arguments)  # type: ignore[arg-type]
            raise Stop

        def to_folder(self, *arguments: object) -> list[Carried]:
            super().to_folder(*arguments)  # type: ignore[arg-type]
            raise Stop

    before = held(tmp_path, root)
    with pytest.raises(Stop):
        move_to_server(root, place, postgres.password, keys=keys(tmp_path), cargo=Stopping())
    assert held(tmp_path, root) == before
    moved(tmp_path, root, place, postgres.password)
    with pytest.raises(Stop):
        move_to_folder(root, keys=keys(tmp_path), cargo=Stopping())
    assert held(tmp_path, root) == before

"""Samples are taken out of a place step by step: each step whole or not at all."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.errors import StoreBroken
from app.history import figures
from app.history.history import History
from app.history.outlines import days_of
from app.history.readings import to_ms
from app.history.retention.job import Retention
from app.history.retention.thinning import Portion, ThinningOut
from app.history.samples import Bulk, Ints
from app.history.schema import QUARTER
from app.history.sqlitefile import SqliteFile
from app.history.store import EmbeddedHistory
from app.history.streamhistory import StreamHistory
from app.history.thinnedmonths import OPEN, TOUCHED, state_of
from app.model.reading import PointId, Quality
from app.model.retention import DataKind, KeepRule, KeepRules, Stage
from app.series import CODE_OF
from tests.app.history.aging import SPECS, ZONE, Known
from tests.app.history.plant import all_of, always, sqlite_file

BEGIN = datetime(2020, 3, 1, tzinfo=UTC)
MONTH = (2020 - 1970) * 12 + 2  # since January 1970
FAR = datetime(2021, 3, 1, tzinfo=UTC)
DAILY = state_of(dict.fromkeys(DataKind, Stage.DAILY))
SHORT = KeepRules({kind: KeepRule(2, 0) for kind in DataKind})
POINTS = tuple(PointId(f"house.p{nth}") for nth in range(130))  # two portions
STEPS = 7  # of SQLite's machine between two points at which it may give up


def fill(store: History, points: tuple[PointId, ...] = POINTS, every: int = 16) -> None:
    """Store a month of samples and put them together."""
    times = to_ms(BEGIN) + np.arange(0, 31 * 96, every) * 900_000
    values = np.random.default_rng(3).integers(0, 5000, len(times)) / 10
    store.bring(
        Bulk(
            points,
            np.tile(np.arange(len(points)), len(times)),
            np.repeat(times, len(points)),
            np.repeat(values, len(points)),
            np.full(len(times) * len(points), CODE_OF[Quality.GOOD], np.uint8),
        ),
        "quarter",
    )
    store.compact(BEGIN + timedelta(days=40), always)


def place_of(store: History) -> tuple[StreamHistory, ThinningOut]:
    [place] = store.there(QUARTER)
    assert place.thinning is not None
    return place, place.thinning


def states(store: History) -> list[int]:
    place, _ = place_of(store)
    with place.place.reading() as reader:
        assert reader is not None
        return [row[3] for row in reader.tables.months.all()]


def wanted(month: int) -> int:
    return DAILY if month == MONTH else 0


def but_the_first(portion: Portion, names: Mapping[int, PointId]) -> dict[int, Ints]:
    """Return all moments of a month but its first."""
    times = to_ms(BEGIN) + np.arange(0, 31 * 96, 16) * 900_000
    assert portion.days == days_of(MONTH)
    return dict.fromkeys(names, times[1:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def store(folder: Path) -> EmbeddedHistory:
    return EmbeddedHistory(folder, ZONE)


def test_a_month_is_done_a_hundred_points_at_a_time(store: EmbeddedHistory) -> None:
    fill(store)
    _, thinning = place_of(store)
    first, second = thinning.due(wanted)
    assert (first.last, second.last) == (False, True)
    assert (first.month, first.state) == (MONTH, DAILY)
    names = {**thinning.names(first), **thinning.names(second)}
    assert set(names.values()) == set(POINTS)
    taken = thinning.take(first, but_the_first(first, thinning.names(first)))
    assert taken is not None
    assert taken.samples == len(thinning.names(first)) * 185
    assert taken.size_bytes > 0
    assert states(store) == [TOUCHED]  # so that no figure is made of what is left
    assert len(thinning.due(wanted)) == 2  # a kill here: all of it once more
    again = thinning.take(first, but_the_first(first, thinning.names(first)))
    assert again is not None
    assert again.samples == 0
    thinning.take(second, but_the_first(second, thinning.names(second)))
    assert states(store) == [DAILY]
    assert thinning.due(wanted) == []
    assert {len(all_of(store, point)) for point in POINTS} == {1}
    store.close()


def test_what_waits_to_be_put_together_is_left_for_later(store: EmbeddedHistory) -> None:
    fill(store, POINTS[:2])
    _, thinning = place_of(store)
    [portion] = thinning.due(wanted)
    names = thinning.names(portion)
    times = np.array([to_ms(BEGIN)], np.int64)
    codes = np.zeros(1, np.uint8)
    late = Bulk(POINTS[:1], np.zeros(1, np.int64), times, np.array([7.0]), codes)
    store.bring(late, "quarter")
    assert thinning.take(portion, but_the_first(portion, names)) is None
    store.compact(BEGIN + timedelta(days=41), always)
    assert states(store) == [OPEN]  # merged four weeks later
    assert thinning.due(wanted) == []
    assert thinning.take(portion, but_the_first(portion, names)) is None
    assert len(all_of(store, POINTS[0])) == 186
    store.compact(BEGIN + timedelta(days=90), always)
    assert states(store) == [0]
    assert thinning.take(portion, but_the_first(portion, names)) is not None
    store.close()


def test_a_thinned_month_that_late_samples_came_for_is_looked_at_again(
    store: EmbeddedHistory,
) -> None:
    fill(store, POINTS[:2])
    _, thinning = place_of(store)
    [portion] = thinning.due(wanted)
    thinning.take(portion, but_the_first(portion, thinning.names(portion)))
    fill(store, POINTS[:2])  # all of it is sent once more
    assert states(store) == [DAILY | OPEN]
    assert thinning.due(wanted) == []
    store.compact(BEGIN + timedelta(days=120), always)
    assert states(store) == [TOUCHED]
    assert len(thinning.due(wanted)) == 1
    assert len(all_of(store, POINTS[0])) == 186
    store.close()


def test_points_without_samples_there_are_no_work(store: EmbeddedHistory) -> None:
    fill(store, POINTS[:2])
    _, thinning = place_of(store)
    nobody = Portion(0, MONTH + 3, range(100), DAILY, last=True)
    assert thinning.names(nobody) == {}
    empty = EmbeddedHistory(Path(store._folder).parent / "empty", ZONE)
    assert list(empty.there(QUARTER)) == []
    store.close()


def test_a_step_cut_off_anywhere_leaves_the_month_as_it_was_or_thinned(
    folder: Path, store: EmbeddedHistory
) -> None:
    fill(store, POINTS[:3])
    before = figures.days(store, list(POINTS[:3]), BEGIN.date(), BEGIN.date())
    store.close()
    seen: set[int] = set()
    cuts = 0
    for point in range(0, 5000, 3):
        store = EmbeddedHistory(folder, ZONE)
        place, thinning = place_of(store)
        portions = thinning.due(wanted)
        give_up_after(sqlite_file(store, folder / "2020.sqlite"), point)
        try:
            for portion in portions:
                thinning.take(portion, but_the_first(portion, thinning.names(portion)))
        except StoreBroken:
            cuts += 1
        else:
            if not thinning.due(wanted):
                break
        finally:
            store.close()
        again = EmbeddedHistory(folder, ZONE)
        counts = {len(all_of(again, each)) for each in POINTS[:3]}
        assert len(counts) == 1
        seen |= counts
        again.close()
        assert place.place.name.endswith("2020.sqlite")
    assert cuts > 5
    again = EmbeddedHistory(folder, ZONE)
    assert {len(all_of(again, each)) for each in POINTS[:3]} == {1}
    assert seen <= {1, 186}
    after = figures.days(again, list(POINTS[:3]), BEGIN.date(), BEGIN.date())
    assert np.array_equal(before.figures, after.figures)
    again.close()


def give_up_after(file: SqliteFile, points: int) -> None:
    """Let the writing connection fail after so many points."""
    with file.writing() as connection:
        left = iter(range(points))
        connection.set_progress_handler(lambda: next(left, None) is None, STEPS)


def test_room_that_became_free_goes_back_to_the_disk(
    folder: Path, store: EmbeddedHistory
) -> None:
    many = tuple(PointId(f"large.p{nth}") for nth in range(400))
    fill(store, many, every=1)
    store.close()
    before = (folder / "2020.sqlite").stat().st_size
    store = EmbeddedHistory(folder, ZONE)
    specs = {point: SPECS[PointId("house.outdoor")] for point in many}
    done = Retention(store, Known(specs=specs)).run(SHORT, FAR, always)
    store.close()
    assert done.gone == 400 * (31 * 96 - 32)
    assert (folder / "2020.sqlite").stat().st_size < before / 2


def test_damage_in_one_year_holds_up_no_other(folder: Path, store: EmbeddedHistory) -> None:
    fill(store, POINTS[:2])
    store.close()
    (folder / "2019.sqlite").write_bytes(b"no database at all, but long enough to look" * 99)
    store = EmbeddedHistory(folder, ZONE)
    specs = {point: SPECS[PointId("house.outdoor")] for point in POINTS}
    with pytest.raises(StoreBroken, match="2019"):
        Retention(store, Known(specs=specs)).run(SHORT, FAR, always)
    assert len(all_of_2020(store, POINTS[0])) == 31
    store.close()


def all_of_2020(store: EmbeddedHistory, point: PointId) -> Ints:
    return store.range(point, BEGIN, FAR - timedelta(days=60), "quarter").times_ms

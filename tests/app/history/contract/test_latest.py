"""The newest value of every point, asked for at once, is what its samples say."""

from contextlib import closing
from datetime import timedelta
from random import Random

from app.history.history import History
from app.history.schema import QUARTER as QUARTER_STREAM
from app.model.reading import Origin, PointId, Quality, Reading
from app.ports import Sample
from tests.app.history.contract.engines import Opened
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

POINTS = plant_points(40)


def asked_one_by_one(store: History) -> dict[PointId, Reading]:
    """Return the newest of both streams, looked up sample by sample."""
    newest: dict[PointId, Sample] = {}
    for stream in ("quarter", "fast"):
        for sample in store.newest(stream, FAR_OFF):
            known = newest.get(sample.reading.point)
            if known is None or sample.at > known.at:
                newest[sample.reading.point] = sample
    return {point: sample.reading for point, sample in newest.items()}


def require_true(*stores: History) -> None:
    for store in stores:
        found = store.latest()
        assert {each.point: each for each in found} == asked_one_by_one(store)
        assert len({each.point for each in found}) == len(found)


def test_whatever_happens_the_newest_values_are_true(opened: Opened) -> None:
    """Late, doubled, back-filled, put together, forgotten, over a new year; read elsewhere."""
    chance, store, other = Random(5), opened(), opened()
    begin = MIDNIGHT.replace(month=12, day=31, hour=12)
    for step in range(30):
        now = begin + step * timedelta(minutes=45)
        some = chance.sample(POINTS[: 10 + step], chance.randint(1, 10))
        what = chance.random()
        back = chance.choice([QUARTER, 5 * QUARTER, timedelta(days=1)])
        if what < 0.5:
            store.append([reading(point, now, step) for point in some], "quarter", now)
        elif what < 0.7:  # late, or of a moment that is there already
            quality = chance.choice([Quality.GOOD, Quality.STALE])
            late = [
                Reading(point, 1000.0 + step, quality, now - back, "", Origin.BACK_FILLED)
                for point in some
            ]
            store.append(late, "quarter", now - back)
        elif what < 0.8:
            store.append([reading(point, now, "AUTO") for point in some], "fast")
        elif what < 0.95:
            store.compact(now, always)
        else:
            store.forget(some[:2], now - back, FAR_OFF, {})
        require_true(store, other)
    with closing(opened()) as later:
        require_true(later)


def test_a_point_silent_for_a_year_still_has_its_newest_value(store: History) -> None:
    before = MIDNIGHT.replace(year=MIDNIGHT.year - 1)
    record_quarters(store, POINTS[:3], before, 2)
    record_quarters(store, POINTS[1:4], MIDNIGHT, 2)
    for now in (MIDNIGHT, MIDNIGHT + timedelta(days=2), MIDNIGHT + timedelta(days=40)):
        store.compact(now, always)
        require_true(store)
    store.append(
        [reading(POINTS[0], before + 5 * QUARTER, 7.0)], "quarter", before + 5 * QUARTER
    )
    require_true(store)
    values = {each.point: each.value for each in store.latest()}
    assert (values[POINTS[0]], len(values)) == (7.0, 4)


def test_after_a_minute_only_few_batches_wait_beside_the_rows(store: History) -> None:
    record_quarters(store, POINTS, MIDNIGHT, 20)
    store.compact(MIDNIGHT + timedelta(hours=5), always)
    [place] = store.there(QUARTER_STREAM)
    with place.place.reading() as reader:
        assert reader is not None
        assert not reader.tables.batches.later()
        assert len(reader.tables.newest.all()) == 1
    record_quarters(store, POINTS, MIDNIGHT + 20 * QUARTER, 2)
    require_true(store)
    store.forget(POINTS[:1], LONG_AGO, FAR_OFF, {})
    require_true(store)

"""The network may go for days: the collector keeps what it reads, the server gets it all."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest

from app.databaseserver import DatabaseServer
from app.errors import StoreBroken
from app.history.bufferedhistory import BufferedHistory
from app.history.recorder import Recorder
from app.history.serverhistory import ServerHistory
from app.history.store import EmbeddedHistory
from app.model.reading import PointId, Quality
from app.pointtable import PointTable
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    all_of,
    always,
    moments,
    plant_points,
    reading,
    record_quarters,
)
from tests.app.project.sites import wait_until
from tests.cable import Cable, cable
from tests.postgres import Postgres

LONG_S = 30.0
POINTS = plant_points(40)


@dataclass
class Office:
    """A collector whose way to the server is a cable, and a workstation with its own."""

    cable: Cable
    way: DatabaseServer
    reader: ServerHistory
    folder: Path
    ending: ExitStack

    def collector(self) -> BufferedHistory:
        """Return the collector's history, as after a start."""
        made = BufferedHistory(self.way, EmbeddedHistory(self.folder), ZONE)
        self.ending.callback(made.close)
        return made


@pytest.fixture
def office(postgres: Postgres, tmp_path: Path) -> Iterator[Office]:
    with ExitStack() as ending:
        place = postgres.new_place()
        laid = ending.enter_context(cable(place.port))
        way = DatabaseServer(replace(place, port=laid.port), postgres.password)
        ending.callback(way.close)
        other = ending.enter_context(closing(DatabaseServer(place, postgres.password)))
        reader = ending.enter_context(closing(ServerHistory(other, ZONE)))
        yield Office(laid, way, reader, tmp_path / "waiting", ending)


def brought_over(store: BufferedHistory, now: datetime) -> None:
    def done() -> bool:
        store.compact(now, always)
        return not store.trouble

    wait_until(done, LONG_S)


@pytest.mark.campaign
def test_seven_days_without_network_and_nothing_is_missing(office: Office) -> None:
    """A recorder polls each five minutes; the cable is out from the second day to the ninth."""
    store, table, time = office.collector(), PointTable(), [MIDNIGHT]
    recorder = Recorder(table, store, lambda: time[0])
    recorder.open()
    out, back = MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=8)
    end = MIDNIGHT + timedelta(days=9)
    while time[0] < end:
        if time[0] == out:
            assert recorder.flush(LONG_S)
            office.cable.pull()
        if time[0] == back:
            assert recorder.flush(LONG_S)
            assert "nothing is lost" in store.trouble
            store.drop_fast_before(back - timedelta(days=2))  # as is done each minute
            office.cable.plug()
            wait_until(lambda: not office.way.trouble, LONG_S)
        step = (time[0] - MIDNIGHT) // timedelta(minutes=5)
        table.publish([reading(point, time[0], step + n) for n, point in enumerate(POINTS)])
        recorder.tick(time[0])
        time[0] += timedelta(minutes=5)
        if step % 200 == 0:
            assert recorder.flush(LONG_S)
    recorder.tick(end)
    assert recorder.flush(LONG_S)
    assert recorder.close()
    assert recorder.written.dropped_quarter_hours == recorder.written.dropped_readings == 0
    brought_over(store, time[0])
    assert store.trouble == ""
    assert not list(office.folder.glob("*.sqlite"))
    for n, point in enumerate(POINTS):
        series = all_of(office.reader, point)
        assert moments(series) == [MIDNIGHT + k * QUARTER for k in range(1, 9 * 96 + 1)]
        assert series.values.tolist() == [3 * k - 1 + n for k in range(1, 9 * 96 + 1)]


def test_what_was_said_of_a_sample_comes_over_too(office: Office) -> None:
    store = office.collector()
    office.cable.pull()
    words = [
        reading(POINTS[0], MIDNIGHT, "AUTO"),
        reading(POINTS[1], MIDNIGHT, None, Quality.OFFLINE, "timeout"),
        reading(POINTS[2], MIDNIGHT, datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    store.append(words, "quarter", MIDNIGHT)
    store.append(words, "fast")
    assert [each.at for each in store._aside.newest("quarter", FAR_OFF)] == [MIDNIGHT] * 3
    office.cable.plug()
    wait_until(lambda: not office.way.trouble, LONG_S)
    brought_over(store, MIDNIGHT + timedelta(hours=1))
    for stream in ("quarter", "fast"):
        found = [
            office.reader.samples(each.point, LONG_AGO, FAR_OFF, stream)[0].reading
            for each in words
        ]
        assert found == words


def test_a_collector_killed_meanwhile_goes_on_where_it_was(office: Office) -> None:
    store = office.collector()
    record_quarters(store, POINTS, MIDNIGHT, 2)
    office.cable.pull()
    record_quarters(store, POINTS, MIDNIGHT + 2 * QUARTER, 2)
    again = office.collector()  # what the first one had in hand is forgotten
    assert "nothing is lost" in again.trouble
    office.cable.plug()
    wait_until(lambda: not office.way.trouble, LONG_S)
    assert again.newest_moment("quarter", FAR_OFF) == MIDNIGHT + 3 * QUARTER
    assert {each.at for each in again.newest("quarter", FAR_OFF)} == {MIDNIGHT + 3 * QUARTER}
    assert len(all_of(office.reader, POINTS[0])) == 2
    steps = chain([True], repeat(False))  # cut off before the rest is swept
    again.compact(MIDNIGHT + timedelta(hours=2), lambda: next(steps))
    assert again.trouble
    third = office.collector()
    record_quarters(third, POINTS, MIDNIGHT + 4 * QUARTER, 1)  # brings the rest along
    assert third.trouble == ""
    assert [len(all_of(office.reader, point)) for point in POINTS] == [5] * len(POINTS)


def test_who_is_erased_is_erased_from_what_waits(office: Office) -> None:
    store = office.collector()
    office.cable.pull()
    record_quarters(store, POINTS, MIDNIGHT, 2)
    office.cable.plug()
    wait_until(lambda: not office.way.trouble, LONG_S)
    assert store.forget(POINTS[:1], LONG_AGO, FAR_OFF, {}) == 2
    brought_over(store, MIDNIGHT + timedelta(hours=2))
    assert [len(all_of(office.reader, point)) for point in POINTS[:2]] == [0, 2]


def test_a_server_that_says_no_is_told_so(office: Office, postgres: Postgres) -> None:
    store, year = office.collector(), f"heatdesk_y{MIDNIGHT.year}"
    record_quarters(store, POINTS, MIDNIGHT, 1)
    with closing(postgres.connect(office.way.place.database)) as connection:
        connection.execute(f"ALTER TABLE {year}.batch RENAME TO gone".encode())
        record_quarters(store, POINTS, MIDNIGHT + QUARTER, 1)
        with pytest.raises(StoreBroken, match="batch"):
            store.compact(MIDNIGHT + timedelta(hours=1), always)
        connection.execute(f"ALTER TABLE {year}.gone RENAME TO batch".encode())
    brought_over(store, MIDNIGHT + timedelta(hours=1))
    assert len(all_of(office.reader, PointId(POINTS[0]))) == 2

"""What was stored last is brought once at the start; a broken history costs no start."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from app.compose.recalling import Recalling
from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.ports import Sample
from tests.fakes.historystore import FakeHistoryStore
from tests.plant import NOON, SUPPLY, until


class Broken(FakeHistoryStore):
    """A store whose file cannot be read."""

    def newest(self, stream: str, before: datetime) -> list[Sample]:
        raise StoreBroken("quarter.sqlite is damaged")


async def test_the_newest_of_every_point_is_brought(home: Path) -> None:
    store = EmbeddedHistory(home / "history")
    for seconds in (0, 10, 20):
        at = NOON + timedelta(seconds=seconds)
        store.append([Reading(SUPPLY, 60.0 + seconds, Quality.GOOD, at)], "fast")
    brought: list[Reading] = []
    recalling = Recalling(store)
    await recalling.start(brought.extend)
    await until(lambda: bool(brought), 30)
    recalling.stop()
    store.close()
    assert [each.value for each in brought] == [80.0]


async def test_of_points_that_are_read_rarely_the_newest_ever_is_brought(home: Path) -> None:
    daily, never = point_id(DeviceId("m-1"), "volume"), point_id(DeviceId("m-2"), "volume")
    store = EmbeddedHistory(home / "history")
    for ago_h, value in ((30, 4.0), (26, 5.0)):
        at = NOON - timedelta(hours=ago_h)
        store.append([Reading(daily, value, Quality.GOOD, at)], "quarter")
    store.append([Reading(SUPPLY, 60.0, Quality.GOOD, NOON)], "fast")
    brought: list[Reading] = []
    recalling = Recalling(store)
    await recalling.start(brought.extend, [daily, never])
    await until(lambda: bool(brought), 30)
    recalling.stop()
    store.close()
    told = {each.point: (each.value, each.measured_at) for each in brought}
    assert told == {
        SUPPLY: (60.0, NOON),
        daily: (5.0, NOON - timedelta(hours=26)),
    }


async def test_a_history_that_cannot_be_read_is_told_and_costs_no_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    brought: list[Reading] = []
    await Recalling(Broken()).start(brought.extend)
    await until(lambda: "is damaged" in caplog.text, 30)
    assert brought == []


async def test_the_start_waits_no_longer_than_a_moment_for_a_history_that_is_slow() -> None:
    gate, brought = Event(), list[Reading]()

    class Slow(FakeHistoryStore):
        def newest(self, stream: str, before: datetime) -> list[Sample]:
            gate.wait(30)
            return [Sample(NOON, Reading(SUPPLY, 60.0, Quality.GOOD, NOON))]

    await Recalling(Slow(), within_s=0.01).start(brought.extend)
    assert brought == []
    gate.set()
    await until(lambda: bool(brought), 30)

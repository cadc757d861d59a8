"""What was stored last is brought once at the start; a broken history costs no start."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from app.compose.recalling import Recalling
from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.reading import Quality, Reading
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

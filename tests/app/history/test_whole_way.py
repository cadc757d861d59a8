"""From a published reading to the answer for a chart, with everything real in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from app.errors import StoreBroken
from app.history.recorder import Recorder
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from app.series import QUALITY_CODES, Series
from tests.app.history.plant import MIDNIGHT, RETURN, SUPPLY, always, moments
from tests.fakes.clock import FakeClock
from tests.plant import LUND

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Core:
    """What of a core has to do with history, on this test's loop and clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(MIDNIGHT)
        self.points = PointTable()
        self.store = EmbeddedHistory(folder)
        self.service = HistoryService(self.store)
        self.acknowledged: list[datetime] = []
        self.troubles: list[str] = []
        self.troubled = asyncio.Event()
        self.recorder = Recorder(
            self.points,
            self.store,
            self.clock,
            WriterOptions(pause_s=0.01),
            self.acknowledged.append,
            self._on_trouble,
        )

    def _on_trouble(self, sentence: str) -> None:
        self.troubles.append(sentence)
        self.troubled.set()

    def hear(
        self, point: PointId, value: float | None, quality: Quality = Quality.GOOD
    ) -> None:
        self.points.publish([Reading(point, value, quality, self.clock())])

    async def stored(self) -> None:
        assert await asyncio.to_thread(self.recorder.flush, 5)

    async def asked(self, point: PointId) -> Series:
        day = timedelta(days=1)
        [series] = await self.service.range(LUND, [point], MIDNIGHT - day, MIDNIGHT + day)
        return series


@pytest_asyncio.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    core = Core(tmp_path / "history")
    await core.recorder.start()
    yield core
    await core.recorder.stop()
    core.service.close()
    core.store.close()


async def test_a_reading_is_in_the_answer_a_moment_after_it_was_published(core: Core) -> None:
    core.hear(SUPPLY, 61.5)
    await core.stored()
    found = await core.asked(SUPPLY)
    assert moments(found) == [MIDNIGHT]
    assert found.values.tolist() == [61.5]


async def test_a_device_that_goes_silent_and_comes_back(core: Core) -> None:
    for value in (60.0, 60.5):
        core.hear(SUPPLY, value)
        core.clock.go(10)
    last = core.clock() - 10 * SECOND
    core.clock.go(20)
    core.points.publish(
        [Reading(SUPPLY, 60.5, Quality.STALE, last, "device-late", received_at=core.clock())]
    )
    core.clock.go(20)
    core.hear(SUPPLY, None, Quality.OFFLINE)
    core.clock.go(3600)
    core.recorder.tick(core.clock())
    core.hear(SUPPLY, 58.0)
    await core.stored()
    found = await core.asked(SUPPLY)
    seen = [
        (
            (at - MIDNIGHT) / SECOND,
            None if np.isnan(value) else value,
            QUALITY_CODES[code].value,
        )
        for at, value, code in zip(moments(found), found.values, found.quality, strict=True)
    ]
    assert seen == [
        (0, 60.0, "good"),
        (10, 60.5, "good"),
        (40, 60.5, "stale"),
        (60, None, "offline"),
        # Nobody told the recorder the time for an hour: what was valid is not known.
        (1800, None, "offline"),
        (2700, None, "offline"),
        (3600, None, "offline"),
        (3660, 58.0, "good"),
    ]


async def test_what_a_restart_finds_is_what_was_told(core: Core, tmp_path: Path) -> None:
    for _ in range(200):
        core.hear(SUPPLY, 60.0)
        core.hear(RETURN, 40.0)
        core.clock.go(10)
        core.recorder.tick(core.clock())
    assert await core.recorder.stop()
    assert len(core.acknowledged) == 2
    core.store.compact(core.clock() + HOUR, always)
    core.store.close()
    again = EmbeddedHistory(tmp_path / "history")
    latest = {reading.point: reading for reading in again.latest()}
    assert {point: r.value for point, r in latest.items()} == {SUPPLY: 60.0, RETURN: 40.0}
    assert latest[SUPPLY].measured_at == core.clock() - 10 * SECOND
    again.close()


async def test_a_folder_that_comes_back_gets_all_that_waited(
    core: Core, tmp_path: Path
) -> None:
    (tmp_path / "history").write_text("a file in the way", encoding="utf-8")
    core.hear(SUPPLY, 1.0)
    await asyncio.wait_for(core.troubled.wait(), 5)
    core.clock.go(10)
    core.hear(SUPPLY, 2.0)
    (tmp_path / "history").unlink()
    await core.stored()
    found = await core.asked(SUPPLY)
    assert found.values.tolist() == [1.0, 2.0]
    assert len(core.troubles) in (1, 2)
    assert "history cannot be made" in core.troubles[0]


async def test_many_charts_at_once_get_their_own_answers(core: Core) -> None:
    points = [PointId(f"d.p{n}") for n in range(30)]
    for round_number in range(20):
        now = core.clock.go(10)
        core.points.publish(
            [Reading(p, n + round_number / 8, Quality.GOOD, now) for n, p in enumerate(points)]
        )
    await core.stored()
    answers = await asyncio.gather(*[core.asked(point) for point in points])
    for number, series in enumerate(answers):
        assert series.point == points[number]
        assert series.values.tolist() == [number + n / 8 for n in range(20)]


async def test_a_damaged_year_is_told_and_recording_goes_on(core: Core, tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "2026.sqlite").write_bytes(b"no history at all " * 300)
    core.hear(SUPPLY, 1.0)
    await core.stored()
    with pytest.raises(StoreBroken, match=r"2026\.sqlite is damaged"):
        await core.asked(SUPPLY)
    fast = core.store.range(SUPPLY, MIDNIGHT, MIDNIGHT + HOUR, "fast")
    assert fast.values.tolist() == [1.0]

"""Whatever brings readings of earlier moments, the rules see them, and nobody is woken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from app.alarms.rules import low
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.compose.latealarms import late_alarms_of, leave_behind, left_behind, spans_of
from app.compose.recording import Recording
from app.history.exchange.service import ExchangeService
from app.model.reading import DeviceId, Origin, PointId, Quality, Reading
from app.pointtable import PointTable
from app.sampleverbs import Part
from app.series import Series
from app.settings.parts import HistorySettings
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.journal import FakeJournal
from tests.plant import LUND, NOON, SUPPLY, device, high_rule, profile, reading, until

MINUTE = timedelta(minutes=1)
NOW = NOON + timedelta(hours=12)


class Night:
    """A core's history, rules and imports after a night without a link."""

    def __init__(self, folder: Path) -> None:
        clock = FakeClock(NOW)
        self.recording = Recording(folder, PointTable(), HistorySettings(), clock)
        self.journal = FakeJournal()
        kinds = [RuleType("low", "", by_reading=low.below)]
        self.alarms = AlarmService(kinds, self.journal, FakeAudit(), clock)
        self.alarms.apply([high_rule(kind="low", limit=50.0)])
        devices = {DeviceId("station-7"): device()}
        self.samples = ExchangeService(
            self.recording.store, folder, lambda: devices, lambda _device: profile(),
            FakeAudit(), clock, lambda: 10**12,
        )  # fmt: skip
        self.late = late_alarms_of(self.alarms, self.recording, self.samples, clock)

    def told(self) -> list[tuple[float, float]]:
        """When alarms were found to have held, in minutes after noon."""
        found = [each.alarm for each in self.journal.records]
        assert all(each.historical for each in found)
        times = [(each.occurred_at or NOW, each.resolved_at or NOW) for each in found]
        return [((begin - NOON) / MINUTE, (end - NOON) / MINUTE) for begin, end in times]


@pytest_asyncio.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    made = Night(tmp_path / "history")
    await made.recording.start()
    yield made
    await asyncio.to_thread(made.samples.close)
    await made.recording.stop()


def late(value: float, minutes: float) -> Reading:
    return replace(reading(value, minutes), origin=Origin.BACK_FILLED, received_at=NOW)


async def test_what_a_receiver_files_late_is_judged_once_it_is_kept(night: Night) -> None:
    night.recording.file([late(60.0, 0), late(40.0, 60), late(41.0, 120)])
    night.recording.file([late(60.0, 180)])
    await night.late.finish()
    assert night.told() == [(60, 180)]
    assert await night.alarms.standing(LUND) == []
    night.recording.file([late(40.0, 60)])  # the concentrator sends it again
    await night.late.finish()
    assert night.told() == [(60, 180)]


async def test_an_import_is_judged_where_it_changed_anything(night: Night) -> None:
    values = np.array([60.0, 40.0, 40.0, 60.0, 60.0])
    times = int(NOON.timestamp()) * 1000 + np.arange(5, dtype=np.int64) * 900_000
    part = Part([Series(SUPPLY, times, values, np.zeros(5, np.uint8))])
    for _again in range(2):
        name = await night.samples.add_import(LUND, "night.csv")
        await night.samples.add_part(LUND, name, part)
        assert night.journal.records == [] or _again
        await night.samples.keep_import(LUND, name, "ab" * 32, keep=True)
        await night.late.finish()
        assert night.told() == [(15, 45)]


async def test_an_import_tried_out_tells_nothing(night: Night) -> None:
    times = np.array([int(NOON.timestamp()) * 1000], np.int64)
    part = Part([Series(SUPPLY, times, np.array([40.0]), np.zeros(1, np.uint8))])
    name = await night.samples.add_import(LUND, "night.csv", dry_run=True)
    await night.samples.add_part(LUND, name, part)
    await night.samples.keep_import(LUND, name, "ab" * 32, keep=True)
    await night.late.finish()
    assert night.journal.records == []


async def test_what_is_not_judged_in_time_is_judged_by_the_next_start(night: Night) -> None:
    night.recording.file([late(60.0, 0), late(40.0, 60), late(60.0, 120)])
    await night.late.finish(within_s=0.0)
    left = night.recording.folder / "late-alarms.json"
    assert night.told() == []
    assert left_behind(left) == {SUPPLY: (NOON, NOON + 120 * MINUTE)}
    again = late_alarms_of(night.alarms, night.recording, night.samples, FakeClock(NOW))
    await again.finish()
    assert night.told() == [(60, 120)]
    assert not left.exists()


@pytest.mark.feature("BEYOND-20")
async def test_what_a_killed_core_had_not_judged_is_judged_by_the_next_start(
    night: Night,
) -> None:
    """The note is on the disk before what came is judged; nothing is done at the end."""
    left = night.recording.folder / "late-alarms.json"
    running = asyncio.create_task(night.late.run())
    await asyncio.sleep(0)
    night.recording.file([late(60.0, 0), late(40.0, 60), late(60.0, 120)])
    await until(left.exists)
    assert left_behind(left) == {SUPPLY: (NOON, NOON + 120 * MINUTE)}
    await night.recording.settled()  # the samples are on the disk, nothing is judged yet
    running.cancel()  # as a kill ends it: without a last word
    with suppress(asyncio.CancelledError):
        await running
    assert night.told() == []
    again = late_alarms_of(night.alarms, night.recording, night.samples, FakeClock(NOW))
    again._settles_s = 0.01
    running = asyncio.create_task(again.run())
    await until(lambda: not left.exists())
    assert night.told() == [(60, 120)]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_note_stands_until_all_is_judged_and_grows_with_what_comes(
    night: Night,
) -> None:
    left, seen = night.recording.folder / "late-alarms.json", list[int]()
    settled = night.late._settled

    async def looked_at() -> bool:
        seen.append(len(left_behind(left)))
        return await settled()

    night.late._settled, night.late._settles_s = looked_at, 0.05
    running = asyncio.create_task(night.late.run())
    night.recording.file([late(60.0, 0)])
    other = PointId("station-7.limit")
    night.late.note({other: (NOON, NOON + MINUTE)})  # from any thread
    await until(lambda: bool(seen) and not left.exists())
    assert seen == [2]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "{",
        "[]",
        '{"a.b": 1}',
        '{"a.b": ["x", "y"]}',
        '{"a.b": ["2026-01-01", "2026-01-02"]}',
    ],
)
def test_a_spoilt_note_of_what_waits_is_told_and_holds_up_nothing(
    tmp_path: Path, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "late-alarms.json"
    file.write_text(spoilt, encoding="utf-8")
    assert left_behind(file) == {}
    assert "which late readings are to be judged is lost" in caplog.text


def test_a_note_that_cannot_be_written_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "history").write_text("no folder", encoding="utf-8")
    leave_behind(tmp_path / "history" / "late-alarms.json", {SUPPLY: (NOON, NOW)})
    assert "late readings are not judged" in caplog.text


def test_each_point_has_the_span_of_its_readings_up_to_where_they_are_filed() -> None:
    other = PointId("station-7.limit")
    stray = Reading(other, 1.0, Quality.GOOD, NOON)
    found = spans_of([late(1.0, 7), late(1.0, 2), stray])
    assert found == {
        SUPPLY: (NOON + 2 * MINUTE, NOON + 15 * MINUTE),
        other: (NOON, found[other][1]),
    }

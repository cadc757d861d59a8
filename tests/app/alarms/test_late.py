"""Readings that came late leave historical alarms in the journal and nothing else."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.alarms.late import LateAlarms
from app.alarms.rules import high
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.alarm import Alarm, AlarmState
from app.model.reading import Origin, PointId
from app.ports import Sample
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.journal import FakeJournal
from tests.plant import LUND, NOON, SUPPLY, high_rule, reading, until

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = NOON + 6 * HOUR


async def at_once() -> bool:
    return True


class Plant:
    """A history, the rules and what is judged late; everything came when it was evening."""

    def __init__(self, folder: Path) -> None:
        self.store, self.journal, self.clock = (
            EmbeddedHistory(folder),
            FakeJournal(),
            FakeClock(),
        )
        kinds = [RuleType("high", "", by_reading=high.above)]
        self.alarms = AlarmService(kinds, self.journal, FakeAudit(), self.clock)
        self.alarms.apply([high_rule()])
        self.clock.go(6 * 3600)
        self.late = LateAlarms(self.alarms, self.store, self.clock, at_once, 0.01)
        self.heard: list[Sequence[Alarm]] = []
        self.alarms.watch(self.heard.append)

    def keep(
        self, *values: float, origin: Origin = Origin.BACK_FILLED, first: float = 0
    ) -> None:
        """File a value each quarter of an hour, from ``first`` minutes after noon on."""
        for at, value in enumerate(values):
            row = replace(reading(value, first + 15 * at), origin=origin)
            self.store.append([row], "quarter", row.measured_at)

    async def come(self, *values: float, first: float = 0) -> list[tuple[float, float | None]]:
        """Bring values late and have them judged; return which alarms are new, in minutes."""
        before = len(self.journal.records)
        self.keep(*values, first=first)
        end = first + 15 * (len(values) - 1)
        self.late.note({SUPPLY: (NOON + first * MINUTE, NOON + end * MINUTE)})
        await self.late.work_off(0.0)
        return [spanned(record.alarm) for record in self.journal.records[before:]]


def minutes(moment: datetime) -> float:
    return (moment - NOON) / MINUTE


def spanned(alarm: Alarm) -> tuple[float, float | None]:
    assert alarm.historical
    assert alarm.occurred_at is not None
    end = alarm.resolved_at
    return minutes(alarm.occurred_at), None if end is None else minutes(end)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    made = Plant(tmp_path / "history")
    yield made
    made.store.close()


async def test_a_late_alarm_is_journaled_and_neither_stands_nor_is_told(plant: Plant) -> None:
    assert await plant.come(90.0, 96.0, 97.0, 90.0) == [(15, 45)]
    assert await plant.alarms.standing(LUND) == []
    assert plant.heard == []
    (record,) = await plant.alarms.history(LUND, 10)
    assert (record.at, record.alarm.historical) == (EVENING, True)
    assert record.alarm.value == 96.0


async def test_the_same_rows_brought_again_tell_nothing_new(plant: Plant) -> None:
    assert await plant.come(96.0, 90.0, 96.0, 90.0) == [(0, 15), (30, 45)]
    assert await plant.come(96.0, 90.0, 96.0, 90.0) == []
    assert await plant.come(96.0, first=30) == []


async def test_what_stands_in_the_journal_for_that_time_is_not_doubled(plant: Plant) -> None:
    live = Alarm(high_rule(), AlarmState.NORMAL, NOON, NOON + 20 * MINUTE, NOON + 40 * MINUTE)
    plant.journal.append(live, NOON)
    assert await plant.come(90.0, 96.0, 96.0, 90.0, 96.0, 90.0) == [(60, 75)]


async def test_rows_before_and_after_tell_how_it_stood_and_when_it_was_over(
    plant: Plant,
) -> None:
    plant.keep(96.0, origin=Origin.LIVE)  # raised in its time, then the link was gone
    plant.keep(90.0, origin=Origin.LIVE, first=60)
    assert await plant.come(96.0, 96.0, first=15) == [(0, 60)]


async def test_live_rows_around_are_not_judged_a_second_time(plant: Plant) -> None:
    plant.keep(96.0, 90.0, origin=Origin.LIVE)
    plant.keep(96.0, 90.0, origin=Origin.LIVE, first=120)
    assert await plant.come(90.0, 90.0, first=60) == []


async def test_one_that_is_not_over_gets_its_end_from_what_comes_later(plant: Plant) -> None:
    assert await plant.come(90.0, 96.0, 96.0) == [(15, None)]
    assert await plant.come(96.0, first=45) == []
    assert await plant.come(96.0, 90.0, 96.0, 90.0, first=60) == [(15, 75), (90, 105)]
    occurrences = plant.journal.occurrences(high_rule().id)
    assert [minutes(each.start) for each in occurrences] == [15, 90]


async def test_one_held_for_months_is_one(plant: Plant) -> None:
    day = 24 * 60
    plant.clock.go(400 * 86_400)
    assert await plant.come(*[96.0] * 3, first=0) == [(0, None)]
    plant.keep(90.0, first=100 * day)
    assert await plant.come(96.0, first=90 * day) == [(0, 100 * day)]


async def test_points_without_rules_are_not_even_read(plant: Plant) -> None:
    plant.store.close()
    plant.late = LateAlarms(plant.alarms, Broken(), plant.clock, at_once)
    plant.late.note({PointId("station-7.limit"): (NOON, NOON)})
    await plant.late.work_off(0.0)
    assert plant.journal.records == []


class Broken:
    """A history that cannot be read."""

    def samples(
        self, point: PointId, start: datetime, end: datetime, stream: str
    ) -> list[Sample]:
        raise StoreBroken(f"{point}: {stream} of {start} to {end} is torn")


async def test_a_file_that_cannot_be_read_holds_up_nobody(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    late = LateAlarms(plant.alarms, Broken(), plant.clock, at_once)
    late.note({SUPPLY: (NOON, NOON + HOUR)})
    await late.finish()
    assert "late readings of station-7.supply cannot be judged" in caplog.text
    caplog.clear()
    await late.finish()
    assert caplog.text == ""


async def test_it_is_looked_at_by_itself_and_more_may_come_meanwhile(plant: Plant) -> None:
    plant.keep(96.0, 90.0)
    plant.late.note({SUPPLY: (NOON, NOON + 15 * MINUTE)})
    running = asyncio.create_task(plant.late.run())
    try:
        await until(lambda: plant.journal.records, 20)
        plant.keep(96.0, 90.0, first=60)
        plant.late.note({SUPPLY: (NOON + HOUR, NOON + HOUR + 15 * MINUTE)})
        await until(lambda: len(plant.journal.records) > 1, 20)
    finally:
        running.cancel()
    assert [spanned(each.alarm) for each in plant.journal.records] == [(0, 15), (60, 75)]


async def test_a_long_file_leaves_the_loop_free(plant: Plant) -> None:
    """A hundred alarms of a year: others have many turns while they are written down."""
    plant.clock.go(400 * 86_400)
    for at in range(100):
        plant.keep(96.0, 90.0, first=at * 3 * 24 * 60)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(others())
    plant.late.note({SUPPLY: (NOON, NOON + 300 * DAY)})
    await plant.late.work_off(0.0)
    beside.cancel()
    assert len(plant.journal.records) == 100
    assert turns > 20

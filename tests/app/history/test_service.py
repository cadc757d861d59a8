"""A question about the past gets the finest samples kept, each reading once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, current_thread

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, NotPermitted, StoreBroken
from app.history.finest import finest
from app.history.service import MOST_POINTS, HistoryService
from app.history.store import EmbeddedHistory
from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Series
from app.verbs import Capability, verbs_of
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    SUPPLY,
    always,
    moments,
    plant_points,
    reading,
)
from tests.fakes.historystore import FakeHistoryStore
from tests.plant import GUEST, LUND

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
POLL = timedelta(seconds=10)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedHistory]:
    store = EmbeddedHistory(tmp_path / "history")
    yield store
    store.close()


@pytest_asyncio.fixture
async def service(store: EmbeddedHistory) -> AsyncIterator[HistoryService]:
    service = HistoryService(store)
    yield service
    service.close()


def polled(store: EmbeddedHistory, start: datetime, end: datetime) -> None:
    """Store a point as the recorder does: every 10 s, and each quarter of an hour."""
    fast = []
    at = start + timedelta(seconds=3)
    while at < end:
        fast.append(reading(SUPPLY, at, (at - MIDNIGHT) / HOUR))
        at += POLL
    store.append(fast, "fast")
    for each in fast:
        boundary = MIDNIGHT + -(-(each.measured_at - MIDNIGHT) // QUARTER) * QUARTER
        if boundary - each.measured_at < POLL:
            store.append([each], "quarter", boundary)


async def asked(service: HistoryService, start: datetime, end: datetime) -> Series:
    [series] = await service.range(LUND, [SUPPLY], start, end)
    return series


async def test_where_fast_readings_are_kept_they_are_the_answer(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    polled(store, MIDNIGHT, MIDNIGHT + 2 * HOUR)
    for _ in range(2):
        found = await asked(service, MIDNIGHT, MIDNIGHT + 3 * HOUR)
        assert moments(found) == [
            MIDNIGHT + timedelta(seconds=3) + n * POLL for n in range(720)
        ]
        store.compact(MIDNIGHT + 3 * HOUR, always)


async def test_older_moments_have_quarter_hours_and_none_is_missing_in_between(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    polled(store, MIDNIGHT, MIDNIGHT + 4 * HOUR)
    store.compact(MIDNIGHT + 5 * HOUR, always)
    store.drop_fast_before(MIDNIGHT + 2 * HOUR)
    found = moments(await asked(service, LONG_AGO, FAR_OFF))
    assert found[:8] == [MIDNIGHT + (n + 1) * QUARTER for n in range(8)]
    assert found[8:] == [
        MIDNIGHT + 2 * HOUR + timedelta(seconds=3) + n * POLL for n in range(720)
    ]


async def test_a_setting_read_once_has_its_reading_and_then_quarter_hours(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    once = reading(SUPPLY, MIDNIGHT + MINUTE, 70.0)
    store.append([once], "fast")
    for n in range(1, 4):
        store.append([once], "quarter", MIDNIGHT + n * QUARTER)
    found = moments(await asked(service, LONG_AGO, FAR_OFF))
    assert found == [MIDNIGHT + MINUTE, MIDNIGHT + 2 * QUARTER, MIDNIGHT + 3 * QUARTER]


async def test_a_range_that_begins_within_a_quarter_hour_does_not_repeat_its_reading(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    store.append([reading(SUPPLY, MIDNIGHT + MINUTE, 70.0)], "fast")
    store.append([reading(SUPPLY, MIDNIGHT + MINUTE, 70.0)], "quarter", MIDNIGHT + QUARTER)
    assert len(await asked(service, MIDNIGHT + 2 * MINUTE, MIDNIGHT + HOUR)) == 0
    assert len(await asked(service, MIDNIGHT, MIDNIGHT + HOUR)) == 1


async def test_an_outage_shows_in_the_answer(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    gone = MIDNIGHT + 5 * MINUTE
    store.append([reading(SUPPLY, MIDNIGHT, 70.0)], "fast")
    store.append([Reading(SUPPLY, None, Quality.OFFLINE, gone, "device-offline")], "fast")
    found = await asked(service, MIDNIGHT, MIDNIGHT + HOUR)
    assert found.quality.tolist() == [CODE_OF[Quality.GOOD], CODE_OF[Quality.OFFLINE]]
    assert np.isnan(found.values).tolist() == [False, True]


async def test_every_point_asked_for_is_answered_in_order(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    points = plant_points(120)
    store.append([reading(point, MIDNIGHT, n) for n, point in enumerate(points)], "fast")
    asked_for = [*reversed(points), PointId("nobody.knows")]
    found = await service.range(LUND, asked_for, MIDNIGHT, MIDNIGHT + HOUR)
    assert [series.point for series in found] == asked_for
    assert [series.values.tolist() for series in found[:-1]] == [
        [n] for n in range(119, -1, -1)
    ]
    assert len(found[-1]) == 0


async def test_nobody_reads_history_without_the_right_to(service: HistoryService) -> None:
    assert set(verbs_of(HistoryService).values()) == {Capability.SEE_HISTORY}
    with pytest.raises(NotPermitted, match="See readings of the past"):
        await service.range(GUEST, [SUPPLY], MIDNIGHT, MIDNIGHT + HOUR)
    with pytest.raises(NotPermitted, match="See readings of the past"):
        await service.quarters(GUEST, [SUPPLY], MIDNIGHT, MIDNIGHT + HOUR)


async def test_a_question_that_makes_no_sense_is_refused(service: HistoryService) -> None:
    with pytest.raises(BadInput, match="time zone"):
        await service.range(LUND, [SUPPLY], MIDNIGHT.replace(tzinfo=None), MIDNIGHT)
    with pytest.raises(BadInput, match="before it begins"):
        await service.range(LUND, [SUPPLY], MIDNIGHT, MIDNIGHT - HOUR)


async def test_all_of_time_may_be_asked_for(
    store: EmbeddedHistory, service: HistoryService
) -> None:
    store.append([reading(SUPPLY, MIDNIGHT)], "quarter", MIDNIGHT)
    ends = (each.replace(tzinfo=UTC) for each in (datetime.min, datetime.max))  # noqa: DTZ901
    assert len(await asked(service, *ends)) == 1


async def test_a_damaged_file_is_told_to_who_asks() -> None:
    store = FakeHistoryStore()
    store.broken = {"quarter": "2026.sqlite is damaged"}
    service = HistoryService(store)
    with pytest.raises(StoreBroken, match="is damaged"):
        await service.range(LUND, [SUPPLY], MIDNIGHT, MIDNIGHT + HOUR)
    service.close()


class Slow(FakeHistoryStore):
    """Answers when it may, and notes on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_answer = Event(), Event()
        self.questions = 0
        self.threads: set[str] = set()

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        self.questions += 1
        self.threads.add(current_thread().name.rpartition("_")[0])
        self.asked.set()
        self.may_answer.wait(10)
        return super().ranges(points, start, end, stream)


async def test_a_long_question_does_not_hold_up_the_core_and_may_be_given_up() -> None:
    store = Slow()
    service = HistoryService(store)
    question = asyncio.ensure_future(
        service.range(LUND, plant_points(1000), MIDNIGHT, MIDNIGHT + HOUR)
    )
    assert await asyncio.to_thread(store.asked.wait, 10)  # the loop is free meanwhile
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    store.may_answer.set()
    service.close()  # waits for the reader
    assert store.questions == 2  # of forty: it stopped after the points being read
    assert store.threads == {"history-reader"}


def series(times_s: Sequence[int], values: Sequence[float]) -> Series:
    return Series(
        SUPPLY,
        np.array(times_s, np.int64) * 1000,
        np.array(values, np.float64),
        np.zeros(len(times_s), np.uint8),
    )


@given(st.sets(st.integers(1, 4 * 900), max_size=40))
def test_no_reading_is_shown_twice_and_none_is_lost(measured_s: set[int]) -> None:
    fast = sorted(measured_s)
    known = [
        (b, max(s for s in fast if s <= b))
        for b in range(900, 3601, 900)
        if fast and fast[0] <= b
    ]
    kept = series([b for b, _ in known], [float(s) for _, s in known])
    found = finest(kept, series(fast, [float(s) for s in fast]), 0)
    assert found.times_ms.tolist() == sorted(set(found.times_ms.tolist()))
    assert set(fast) <= set(found.values.tolist())
    alone = [b for b, s in known if b - s >= 900]
    assert len(found) == len(fast) + len(alone)


async def test_too_much_at_once_is_refused_with_what_to_do(
    service: HistoryService, store: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [PointId(f"flat.p{number}") for number in range(MOST_POINTS + 1)]
    with pytest.raises(BadInput, match="50,000 points at a time"):
        await service.range(LUND, many, LONG_AGO, FAR_OFF)
    polled(store, MIDNIGHT, MIDNIGHT + HOUR)
    monkeypatch.setattr("app.history.service.MOST_SAMPLES", 100)
    with pytest.raises(BadInput, match="a shorter time"):
        await service.range(LUND, [SUPPLY], LONG_AGO, FAR_OFF)
    assert len((await service.range(LUND, [SUPPLY], LONG_AGO, MIDNIGHT + 10 * MINUTE))[0])

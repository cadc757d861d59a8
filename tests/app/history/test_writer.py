"""What is handed over reaches the disk, waits while it cannot, and is never doubled."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from app.history.waiting import QuarterHour
from app.history.writer import ColumnStore, Writer, WriterOptions
from app.model.reading import Reading
from tests.app.history.plant import MIDNIGHT, QUARTER, SUPPLY, reading
from tests.fakes.clock import FakeClock
from tests.fakes.historystore import FakeHistoryStore

QUICK = WriterOptions(pause_s=0.005)


class Listening:
    """What the writer says."""

    def __init__(self) -> None:
        self.acknowledged: list[datetime] = []
        self.troubles: list[str] = []


@pytest.fixture
def store() -> FakeHistoryStore:
    return FakeHistoryStore()


@pytest.fixture
def heard() -> Listening:
    return Listening()


@pytest.fixture
def writer(store: FakeHistoryStore, heard: Listening) -> Iterator[Writer]:
    writer = started(store, heard, QUICK)
    yield writer
    store.broken.clear()
    store.may_commit.set()
    writer.close(2.0)


def started(store: ColumnStore, heard: Listening, options: WriterOptions) -> Writer:
    writer = Writer(
        store,
        FakeClock(MIDNIGHT),
        options,
        heard.acknowledged.append,
        heard.troubles.append,
    )
    writer.start()
    return writer


def some(count: int, begin: int = 0) -> list[Reading]:
    return [
        reading(SUPPLY, MIDNIGHT + timedelta(seconds=n), float(n))
        for n in range(begin, begin + count)
    ]


def quarter(number: int) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, (reading(SUPPLY, MIDNIGHT),))


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


def test_readings_are_committed_in_the_order_they_came(
    store: FakeHistoryStore, writer: Writer
) -> None:
    for n in range(0, 300, 30):
        writer.offer(some(30, n))
    assert writer.flush(2)
    assert store.readings("fast") == some(300)
    assert writer.written.readings == 300
    assert writer.written.waiting == 0


def test_many_batches_share_one_commit(store: FakeHistoryStore, heard: Listening) -> None:
    writer = started(store, heard, WriterOptions(pause_s=60.0))
    for n in range(100):
        writer.offer(some(1, n))
    assert writer.flush(2)
    assert len(store.commits) == 1
    writer.close(2)


def test_a_quarter_hour_is_acknowledged_when_its_commit_returned(
    store: FakeHistoryStore, heard: Listening, writer: Writer
) -> None:
    store.may_commit.clear()
    writer.offer_quarter(quarter(1))
    until(lambda: store.tries == 1)
    assert heard.acknowledged == []
    assert writer.written.quarter_hours == 0
    assert not writer.flush(0.01)
    store.may_commit.set()
    assert writer.flush(2)
    assert heard.acknowledged == [MIDNIGHT + QUARTER]
    assert writer.written.quarter_hours == 1


def test_a_list_the_driver_goes_on_using_is_stored_as_it_was(
    store: FakeHistoryStore, heard: Listening
) -> None:
    writer = started(store, heard, WriterOptions(pause_s=60.0))
    batch = some(3)
    writer.offer(batch)
    batch.clear()
    assert writer.flush(2)
    assert store.readings("fast") == some(3)
    writer.close(2)


def test_a_full_disk_is_told_once_and_everything_waits_for_it(
    store: FakeHistoryStore, heard: Listening, writer: Writer
) -> None:
    store.broken = {"fast": "disk full", "quarter": "disk full"}
    writer.offer(some(10))
    writer.offer_quarter(quarter(1))
    until(lambda: store.tries >= 4)
    writer.offer(some(10, 10))
    writer.offer_quarter(quarter(2))
    assert heard.troubles == ["disk full"]
    assert writer.written.waiting == 22
    store.broken.clear()
    assert writer.flush(5)
    assert heard.troubles == ["disk full", ""]
    assert store.readings("fast") == some(20)
    assert store.quarters() == [MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER]
    assert heard.acknowledged == store.quarters()


def test_trouble_with_one_stream_does_not_hold_up_the_other(
    store: FakeHistoryStore, heard: Listening, writer: Writer
) -> None:
    store.broken = {"quarter": "2026.sqlite is damaged"}
    writer.offer_quarter(quarter(1))
    writer.offer(some(5))
    until(lambda: len(store.readings("fast")) == 5)
    assert heard.troubles == ["2026.sqlite is damaged"]
    store.broken = {"fast": "fast.sqlite is damaged"}
    writer.offer(some(1, 5))
    writer.offer_quarter(quarter(2))
    until(lambda: len(store.quarters()) == 2)


def test_closing_writes_what_waits(store: FakeHistoryStore, heard: Listening) -> None:
    writer = started(store, heard, WriterOptions(pause_s=60.0))
    writer.offer(some(500))
    writer.offer_quarter(quarter(1))
    assert writer.close(2.0)
    assert store.readings("fast") == some(500)
    assert store.quarters() == [MIDNIGHT + QUARTER]


def test_closing_does_not_wait_for_a_store_that_hangs(
    store: FakeHistoryStore, heard: Listening
) -> None:
    writer = started(store, heard, QUICK)
    store.may_commit.clear()
    writer.offer(some(5))
    assert not writer.close(0.05)
    store.may_commit.set()


def test_closing_tells_when_something_is_left_behind(
    store: FakeHistoryStore, heard: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    writer = started(store, heard, QUICK)
    store.broken = {"fast": "disk full"}
    writer.offer(some(5))
    assert not writer.close(2.0)
    assert "closing leaves 5 readings behind" in caplog.text


def test_between_commits_the_store_is_tidied(
    store: FakeHistoryStore, heard: Listening, writer: Writer
) -> None:
    writer._tidy_at_s = 0.0
    until(lambda: store.compacted > 0)
    assert heard.troubles == []
    assert store.dropped_before == []  # the clock is not yet known to be steady


def test_a_damaged_day_is_told_once_and_recording_goes_on(
    store: FakeHistoryStore, heard: Listening, writer: Writer
) -> None:
    store.broken = {"compact": "2026.sqlite: a block of history is damaged"}

    def looked_at(times: int) -> bool:
        writer._tidy_at_s = 0.0  # said again: the writer itself puts off the next look
        return store.compacted >= times

    until(lambda: looked_at(2))
    writer.offer(some(5))
    assert writer.flush(2)
    assert heard.troubles == ["2026.sqlite: a block of history is damaged"]
    store.broken.clear()
    until(lambda: looked_at(3) and heard.troubles[1:] == [""])


def test_a_writer_that_ends_by_a_fault_of_ours_says_so(heard: Listening) -> None:
    class Faulty(FakeHistoryStore):
        def bring(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError

    import threading

    ended: list[object] = []
    before, threading.excepthook = threading.excepthook, ended.append
    try:
        writer = started(Faulty(), heard, QUICK)
        writer.offer(some(1))
        until(lambda: bool(ended))
    finally:
        threading.excepthook = before
    assert heard.troubles == ["history is no longer recorded: its writer ended"]

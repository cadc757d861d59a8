"""Putting together waits for who reads, never for itself, and never for ever."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

import pytest

from app.history.readers import CALM_S, PATIENCE_S, Readers
from app.history.schema import QUARTER
from app.history.store import EmbeddedHistory
from app.model.reading import PointId, Quality, Reading

DAY = datetime(2025, 12, 1, tzinfo=UTC)
POINT = PointId("station-1.t")


class Clock:
    """Goes on by a part of the calm each time somebody looks."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        self.now_s += CALM_S / 4
        return self.now_s


@contextmanager
def question(readers: Readers) -> Iterator[None]:
    """Another thread that reads until the block ends."""
    begun, over = Event(), Event()

    def ask() -> None:
        with readers.one():
            begun.set()
            over.wait(30)

    asking = Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        over.set()
        asking.join(30)


def test_nobody_reads_and_nothing_waits() -> None:
    clock = Clock()
    Readers(clock).give_way()
    assert clock.looks <= 2


def test_who_reads_for_ever_is_waited_for_a_moment_only() -> None:
    clock = Clock()
    readers = Readers(clock)
    with question(readers):
        begun_s = clock.now_s
        readers.give_way()
    assert PATIENCE_S <= clock.now_s - begun_s <= PATIENCE_S + 2 * CALM_S


def test_after_a_question_comes_the_next_of_the_same_chart() -> None:
    clock = Clock()
    readers = Readers(clock)
    with question(readers):
        pass
    left_s = clock.now_s
    readers.give_way()
    assert CALM_S <= clock.now_s - left_s <= 3 * CALM_S, "a calm, not a whole patience"


def test_a_thread_never_waits_for_its_own_question() -> None:
    clock = Clock()
    readers = Readers(clock)
    with readers.one():
        pass
    looks = clock.looks
    readers.give_way()
    assert clock.looks - looks <= 2


def test_a_question_that_breaks_down_is_over() -> None:
    readers = Readers(Clock())
    with pytest.raises(ZeroDivisionError), readers.one():
        raise ZeroDivisionError
    readers.give_way()  # a count left behind would wait for ever, by this clock


def test_a_store_puts_its_day_together_beside_one_who_reads(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path)) as store:
        for hour in range(24):
            at = DAY + timedelta(hours=hour)
            store.append([Reading(POINT, 20.0 + hour, Quality.GOOD, at)], "quarter", at)
        (place,) = store.there(QUARTER)
        readers = place.place.readers
        watched = patch.object(readers, "give_way", wraps=readers.give_way)
        with watched as waited, question(readers):
            taken = store.compact(DAY + timedelta(days=3), lambda: True)
        assert taken >= 1
        assert waited.call_count == taken, "asked before each of its steps"
        after = store.range(POINT, DAY, DAY + timedelta(days=1), "quarter")
        assert after.values.tolist() == [20.0 + hour for hour in range(24)]

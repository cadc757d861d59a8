"""A device's conversation is noted by the quarter of an hour, and no longer than a day."""

from datetime import timedelta
from sys import getsizeof

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.acquisition.logbook import KEPT, MOST_SPELLS, MOST_TROUBLES, QUARTER_S, Logbook
from app.acquisition.presence import PresenceKeeper
from app.model.device import Presence
from app.model.reading import DeviceId
from tests.plant import NOON

QUARTER = timedelta(seconds=QUARTER_S)


def test_a_quarter_counts_answers_and_failures_with_their_latency() -> None:
    book = Logbook(NOON)
    book.answered(NOON, 3, 20.0)
    book.answered(NOON + timedelta(minutes=1), 1, 60.0)
    book.failed(NOON + timedelta(minutes=2), "no answer within 1.5 s")
    [quarter] = book.told(NOON + timedelta(minutes=5)).quarters
    assert (quarter.at, quarter.requests, quarter.failures) == (NOON, 5, 1)
    assert (quarter.latency_ms, quarter.worst_ms) == (30.0, 60.0)


def test_a_quarter_without_any_answer_has_no_latency() -> None:
    book = Logbook(NOON)
    book.failed(NOON, "refused")
    [quarter] = book.told(NOON).quarters
    assert (quarter.latency_ms, quarter.worst_ms) == (None, None)


def test_the_same_error_in_a_row_is_told_once_with_its_count() -> None:
    book = Logbook(NOON)
    for minute, sentence in enumerate(["silent", "silent", "garbled", "silent"]):
        book.failed(NOON + timedelta(minutes=minute), sentence)
    told = [(each.sentence, each.times) for each in book.told(NOON).troubles]
    assert told == [("silent", 1), ("garbled", 1), ("silent", 2)]


def test_after_a_day_the_oldest_quarter_gives_way() -> None:
    book = Logbook(NOON)
    for number in range(KEPT + 10):
        book.answered(NOON + number * QUARTER, 1, 10.0)
    now = NOON + (KEPT + 9) * QUARTER
    quarters = book.told(now).quarters
    assert len(quarters) == KEPT
    assert quarters[0].at == NOON + 10 * QUARTER
    assert quarters[-1].at == now
    assert book.told(now + timedelta(days=2)).quarters == ()


def test_a_clock_that_goes_back_counts_in_the_quarters_that_were_there() -> None:
    book = Logbook(NOON)
    for number in (0, 1, 2, 1, 0, 2):
        book.answered(NOON + number * QUARTER, 1, 10.0)
    quarters = book.told(NOON + 2 * QUARTER).quarters
    assert [(each.at, each.requests) for each in quarters] == [
        (NOON + number * QUARTER, 2) for number in range(3)
    ]


def test_a_busy_day_is_counted_to_the_last_request() -> None:
    """A line asks at most some thousand times a second: that is exact in what is kept."""
    book = Logbook(NOON)
    for _second in range(900):
        book.answered(NOON, 5001, 2.0)
    [quarter] = book.told(NOON).quarters
    assert quarter.requests == 900 * 5001
    assert quarter.latency_ms == 2.0


def test_a_book_is_small_even_after_a_day() -> None:
    book = Logbook(NOON)
    for number in range(KEPT * 2):
        book.answered(NOON + number * QUARTER, 1, 10.0)
        book.became(NOON + number * QUARTER, Presence.ON)
    kept = (getsizeof(each) for each in vars(book).values())
    assert sum(kept) < 6_000


def test_what_is_kept_is_bounded() -> None:
    book = Logbook(NOON)
    for number in range(1000):
        at = NOON + timedelta(seconds=number)
        book.became(at, Presence.ON if number % 2 else Presence.LATE)
        book.failed(at, f"error {number}")
    told = book.told(NOON)
    assert len(told.spells) == MOST_SPELLS
    assert len(told.troubles) == MOST_TROUBLES
    assert told.troubles[0].sentence == "error 999"


@given(st.lists(st.tuples(st.integers(0, 86_000), st.booleans(), st.integers(1, 9))))
def test_nothing_of_a_day_is_counted_twice_or_lost(
    events: list[tuple[int, bool, int]],
) -> None:
    book = Logbook(NOON)
    for second, good, requests in sorted(events):
        at = NOON + timedelta(seconds=second)
        if good:
            book.answered(at, requests, 5.0)
        else:
            book.failed(at, "x")
    quarters = book.told(NOON + timedelta(seconds=86_000)).quarters
    assert sum(each.requests for each in quarters) == sum(
        requests if good else 1 for _second, good, requests in events
    )
    assert sum(each.failures for each in quarters) == sum(not good for _, good, _ in events)


def test_a_device_s_keeper_notes_what_it_judges() -> None:
    keeper = PresenceKeeper(DeviceId("a"), 10.0, 2, NOON, 0.0)
    keeper.answered(1.0, NOON + timedelta(seconds=1), 0.02, 1, ())
    keeper.failed(30.0, NOON + timedelta(seconds=30), "no answer", link_lost=False)
    keeper.aged(60.0, NOON + timedelta(seconds=60))
    told = keeper.logbook.told(NOON + timedelta(seconds=60))
    assert [spell.presence for spell in told.spells] == [
        Presence.LATE,
        Presence.ON,
        Presence.LATE,
        Presence.OFFLINE,
    ]
    assert told.troubles[0].sentence == "no answer"
    assert told.quarters[0].requests == 2


def test_what_was_said_by_itself_has_no_latency() -> None:
    """A meter by radio is asked nothing: 0 ms would be a time that nobody measured."""
    keeper = PresenceKeeper(DeviceId("m"), 60.0, 2, NOON, 0.0)
    keeper.answered(1.0, NOON, None, 1, ())
    assert keeper.standing().latency_ms is None
    (quarter,) = keeper.logbook.told(NOON).quarters
    assert (quarter.requests, quarter.latency_ms, quarter.worst_ms) == (1, None, None)


def test_a_readout_that_is_used_again_says_nothing_of_the_latency() -> None:
    keeper = PresenceKeeper(DeviceId("m"), 60.0, 2, NOON, 0.0)
    keeper.answered(1.0, NOON, 0.4, 2, ())
    keeper.answered(2.0, NOON, 0.001, 0, ())  # spared: nothing was asked
    assert keeper.standing().latency_ms == pytest.approx(200.0)
    (quarter,) = keeper.logbook.told(NOON).quarters
    assert quarter.requests == 2
    assert quarter.latency_ms == pytest.approx(200.0)

"""The present state: newest reading of each point, told to everybody, come what may."""

import logging
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable, Watchers
from tests.plant import NOON, SUPPLY, reading

POINTS = st.sampled_from([PointId(f"station-{n}.s{k}") for n in range(3) for k in range(3)])
READINGS = st.builds(
    lambda point, value: Reading(point, value, Quality.GOOD, NOON),
    POINTS,
    st.floats(-50, 150),
)
BATCHES = st.lists(st.lists(READINGS, max_size=6), max_size=12)


@given(BATCHES)
def test_the_newest_reading_of_each_point_is_known(batches: list[list[Reading]]) -> None:
    table = PointTable()
    newest: dict[PointId, Reading] = {}
    for batch in batches:
        table.publish(batch)
        newest.update({one.point: one for one in batch})
    assert {one.point: one for one in table.snapshot()} == newest
    assert all(table.latest(point) is one for point, one in newest.items())
    assert table.latest(PointId("nowhere.s1")) is None


@given(BATCHES)
def test_every_watcher_hears_every_batch_whole_and_in_order(
    batches: list[list[Reading]],
) -> None:
    table = PointTable()
    first: list[Sequence[Reading]] = []
    second: list[Sequence[Reading]] = []
    table.watch(first.append)
    table.watch(second.append)
    for batch in batches:
        table.publish(batch)
    assert first == second == [batch for batch in batches if batch]


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_watcher_that_raises_starves_nobody_and_is_told_of(fails: list[bool]) -> None:
    reported: list[str] = []
    table = PointTable(lambda error: reported.append(str(error)))
    heard: list[int] = []

    def watcher(number: int, *, failing: bool) -> Callable[[object], None]:
        def hear(_batch: object) -> None:
            heard.append(number)
            if failing:
                raise ZeroDivisionError(f"watcher {number}")

        return hear

    for number, failing in enumerate(fails):
        table.watch(watcher(number, failing=failing))
    for _ in range(2):  # and is called again the next time
        table.publish([reading(71.5)])
    assert heard == 2 * list(range(len(fails)))
    expected = [f"watcher {n}" for n, failing in enumerate(fails) if failing]
    assert reported == 2 * expected
    assert table.latest(SUPPLY) is not None


def test_a_report_that_fails_too_starves_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_any: object) -> None:
        raise OSError("disk full")

    table = PointTable(fail)
    heard: list[object] = []
    table.watch(fail)
    table.watch(heard.append)
    with caplog.at_level(logging.ERROR):
        table.publish([reading(71.5)])
    assert len(heard) == 1
    assert "could not be reported" in caplog.text


def test_by_default_a_watcher_s_error_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    table = PointTable()
    table.watch(lambda batch: batch[7])  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        table.publish([reading(71.5)])
    assert "IndexError" in caplog.text


def test_nothing_new_is_no_news() -> None:
    table = PointTable()
    heard: list[object] = []
    table.watch(heard.append)
    table.publish([])
    assert not heard


def test_who_stops_while_news_is_told_hears_no_more_of_it() -> None:
    table = PointTable()
    heard: list[str] = []
    stops: list[Callable[[], None]] = []

    def first(_batch: object) -> None:
        heard.append("first")
        stops[1]()

    stops.append(table.watch(first))
    stops.append(table.watch(lambda _batch: heard.append("second")))
    stops.append(table.watch(lambda _batch: heard.append("third")))
    table.publish([reading(71.5)])
    table.publish([reading(72.5)])
    assert heard == ["first", "third"] * 2


def test_who_begins_while_news_is_told_hears_the_next() -> None:
    table = PointTable()
    heard: list[Sequence[Reading]] = []

    def newcomer(_batch: object) -> None:
        if not heard:
            table.watch(heard.append)

    stop = table.watch(newcomer)
    table.publish([reading(71.5)])
    stop()
    table.publish([reading(72.5)])
    assert [batch[0].value for batch in heard] == [72.5]


def test_a_watcher_may_stop_itself_and_stop_twice() -> None:
    table = PointTable()
    heard: list[object] = []
    stops: list[Callable[[], None]] = []

    def once(batch: object) -> None:
        heard.append(batch)
        stops[0]()

    stops.append(table.watch(once))
    for _ in range(3):
        table.publish([reading(71.5)])
    stops[0]()
    assert len(heard) == 1


def test_one_who_watches_twice_and_stops_once_still_hears() -> None:
    told: Watchers[int] = Watchers(lambda _error: None)
    heard: list[int] = []
    stop = told.add(heard.append)
    told.add(heard.append)
    stop()
    stop()
    told.tell(7)
    assert heard == [7]


def test_a_watcher_that_publishes_itself_reaches_everybody() -> None:
    table = PointTable()
    heard: list[float | None] = []

    def computes(batch: Sequence[Reading]) -> None:
        if batch[0].point == SUPPLY:
            spread = Reading(PointId("station-7.spread"), 20.0, Quality.GOOD, NOON)
            table.publish([spread])

    table.watch(computes)
    table.watch(lambda batch: heard.extend(one.value for one in batch))  # type: ignore[misc]
    table.publish([reading(71.5)])
    assert heard == [20.0, 71.5]
    assert len(table.snapshot()) == 2


def test_points_that_no_longer_exist_are_forgotten() -> None:
    table = PointTable()
    table.publish([reading(71.5)])
    table.forget([SUPPLY, PointId("never.was")])
    assert table.latest(SUPPLY) is None
    assert table.snapshot() == []

"""The history's benchmark compares like with like: both keep and return the same samples."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.readings import to_ms
from app.history.store import EmbeddedHistory
from benchmarks.history_recorded import recorded
from benchmarks.history_store import BEGIN, BENCH, QUARTER, Rows, _in_turns, _points, _tick


def test_the_peer_returns_what_we_return(tmp_path: Path) -> None:
    store, rows = EmbeddedHistory(tmp_path / "history"), Rows(tmp_path / "rows.sqlite")
    points = _points(40)
    for number in range(100):
        at = BEGIN + number * QUARTER
        readings = _tick(points, at)
        store.append(readings, "quarter", at)
        rows.append(readings, at)
    store.compact(BEGIN + timedelta(days=3), lambda: True)
    end = BEGIN + timedelta(hours=20)
    ours = store.ranges(points, BEGIN, end, "quarter")
    theirs = rows.ranges(points, BEGIN, end)
    for mine, peer in zip(ours, theirs, strict=True):
        assert mine.point == peer.point
        assert mine.times_ms.tolist() == peer.times_ms.tolist()
        assert mine.values.tolist() == peer.values.tolist()
        assert mine.quality.tolist() == peer.quality.tolist()
    store.close()
    assert rows.close() > 0


def test_both_take_turns_after_one_turn_that_does_not_count() -> None:
    turns: list[str] = []
    seconds = iter(range(1000))
    measured = _in_turns(
        lambda: turns.append("ours"), lambda: turns.append("peer"), lambda: next(seconds)
    )
    assert turns[:4] == ["ours", "peer", "ours", "peer"]
    assert (measured.ours_s, measured.peer_s) == (1, 1)


def test_the_benchmark_introduces_itself() -> None:
    assert BENCH.name == "history-store"


def test_the_products_way_keeps_what_was_read_in_both_streams(tmp_path: Path) -> None:
    points, at = _points(130), BEGIN + QUARTER
    with closing(EmbeddedHistory(tmp_path)) as store:
        readings = _tick(points, at)
        with recorded(store, BEGIN) as plant:
            plant.hear(readings)
            plant.pass_on(at)
            with pytest.raises(StoreBroken, match="was not recorded"):
                plant.pass_on(at + timedelta(seconds=1))  # no boundary lies between
        for stream, known in (("quarter", at), ("fast", None)):
            for reading, line in zip(
                readings, store.ranges(points, BEGIN, at + QUARTER, stream), strict=True
            ):
                moment = known or reading.measured_at
                assert line.times_ms.tolist() == [to_ms(moment)]
                assert line.values.tolist() == [reading.value]

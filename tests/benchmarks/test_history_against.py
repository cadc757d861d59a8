"""The peers keep and return the same samples as ours, and are left out where there are none."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.history.figures import outlines
from app.history.readings import to_ms
from app.history.samples import Bulk
from app.history.store import EmbeddedHistory
from benchmarks.history_against import BEGIN, QUARTER_MS, _held, in_turns
from benchmarks.history_load import sustained
from benchmarks.history_peers import by_point, duck_db, victoria_metrics
from benchmarks.history_store import Rows, _points, _value

POINTS = tuple(_points(3))
COUNT = 4 * 96
TIMES = to_ms(BEGIN) + np.arange(COUNT) * QUARTER_MS
VALUES = [np.array([_value(n, quarter) for quarter in range(COUNT)]) for n in range(3)]
END = BEGIN + timedelta(days=4)
SPAN = to_ms(BEGIN), to_ms(END)
ALL = Bulk(
    POINTS,
    np.repeat(np.arange(3), COUNT),
    np.tile(TIMES, 3),
    np.concatenate(VALUES),
    np.zeros(3 * COUNT, np.uint8),
)


@pytest.fixture
def ours(tmp_path: Path) -> EmbeddedHistory:
    store = EmbeddedHistory(tmp_path / "history")
    store.bring(ALL, "quarter")
    return store


def test_victoria_metrics_answers_as_we_do(ours: EmbeddedHistory, tmp_path: Path) -> None:
    with victoria_metrics(tmp_path) as peer:
        if peer is None:
            pytest.skip("VictoriaMetrics is not installed: its promises stay open")
        for point, values in zip(POINTS[:2], VALUES[:2], strict=True):
            peer.take_series(point, TIMES, values)
        peer.take(peer.body(ALL))
        peer.settle()
        theirs = sorted(peer.samples("station-.*", *SPAN), key=lambda found: found[1][0])
        drawn = peer.outline("station-.*", *SPAN)
    mine = ours.ranges(POINTS, BEGIN, END, "quarter")
    assert len(theirs) == len(mine) == 3
    for series, (times, values) in zip(
        sorted(mine, key=lambda found: float(found.values[0])), theirs, strict=True
    ):
        assert np.unique(times).tolist() == series.times_ms.tolist()
        assert set(values.tolist()) == set(series.values.tolist())
    assert len(drawn) == 6  # smallest and largest of three points
    assert all(len(times) >= 11 for times, _ in drawn)


def test_blocks_of_one_point_are_one_series() -> None:
    blocks = [
        {"metric": {"p": "a"}, "timestamps": [30, 40], "values": [3.0, 4.0]},
        {"metric": {"p": "b"}, "timestamps": [10], "values": [7.0]},
        {"metric": {"p": "a"}, "timestamps": [10, 20], "values": [1.0, 2.0]},
    ]
    found = [(times.tolist(), values.tolist()) for times, values in by_point(blocks)]
    assert found == [([10, 20, 30, 40], [1.0, 2.0, 3.0, 4.0]), ([10], [7.0])]


def test_duckdb_answers_as_we_do(ours: EmbeddedHistory, tmp_path: Path) -> None:
    with duck_db(tmp_path) as peer:
        if peer is None:
            pytest.skip("DuckDB is not installed: its promises stay open")
        peer.fill(ALL.which, ALL.times_ms, ALL.values)
        theirs = peer.samples(range(3), *SPAN)
        drawn = peer.outline(*SPAN)
    assert theirs["value"].tolist() == ALL.values.tolist()
    low = [series.values[0::2].tolist() for series in outlines(ours, POINTS, BEGIN, END)]
    assert drawn["low"].tolist() == [value for each in low for value in each]


def test_rows_take_columns_too(tmp_path: Path) -> None:
    rows = Rows(tmp_path / "rows.sqlite")
    rows.bring(ALL)
    assert rows.close() > 0


def test_a_promise_without_its_peer_stays_open() -> None:
    taken = in_turns({"ours": lambda: None, "victoria": lambda: None}, rounds=1)
    kept, absent = _held("a thing", taken, {"victoria": 0.0, "duckdb": 4.0})
    assert kept.holds
    assert absent.holds is None
    assert "not installed" in absent.detail


def test_some_seconds_of_ten_thousand_a_second_keep_up() -> None:
    growth, taken = sustained(minutes=0.05)
    assert growth.unit == "MB"
    assert taken.ours is not None

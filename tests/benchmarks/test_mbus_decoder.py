"""The bench of the decoder measures decoding, and says so where a peer is missing."""

import pytest

from benchmarks import mbus_decoder
from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import State


def test_what_is_measured_is_whole_telegrams_of_several_meters() -> None:
    records = [
        record
        for frame in mbus_decoder.frames()
        for record in Decoder().decode(frame).body.records
    ]
    assert len(records) > 30
    assert {record.state for record in records} <= {State.OK, State.MANUFACTURER}
    assert len({record.heading.quantity for record in records}) > 10


def test_a_peer_that_is_missing_leaves_its_promise_open() -> None:
    promise = mbus_decoder._promise("libmbus", 0.5, {"ours": 30.0})
    assert (promise.ratio, promise.holds) == (None, None)
    assert "libmbus" in promise.detail


@pytest.mark.parametrize(("peer_us", "holds"), [(300.0, True), (299.0, False)])
def test_a_peer_that_is_there_is_held_against_the_bar(peer_us: float, holds: bool) -> None:
    promise = mbus_decoder._promise("pyMeterBus", 10.0, {"ours": 30.0, "pyMeterBus": peer_us})
    assert promise.holds is holds

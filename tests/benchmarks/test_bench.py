"""A promise holds when its ratio is on the right side of its bar, and never without a peer."""

import pytest

from benchmarks.bench import at_least_faster, at_most, without_peer


@pytest.mark.parametrize(("ours", "holds"), [(1.9, True), (2.0, True), (2.1, False)])
def test_at_most_so_many_times_the_peer(ours: float, holds: bool) -> None:
    promise = at_most("polling", ours, 1.0, 2.0, "s", "1,000 devices")
    assert (promise.ratio, promise.bar, promise.holds) == (ours, 2.0, holds)
    assert (promise.ours, promise.peer, promise.unit) == (ours, 1.0, "s")


@pytest.mark.parametrize(("peer", "holds"), [(11.0, True), (10.0, True), (9.9, False)])
def test_so_many_times_faster_than_the_peer(peer: float, holds: bool) -> None:
    promise = at_least_faster("reading", 1.0, peer, 10.0, "ms", "a year")
    assert (promise.ratio, promise.holds) == (peer, holds)


def test_without_a_peer_nothing_is_claimed() -> None:
    promise = without_peer("reading", 10.0, "ms", "PostgreSQL is not installed")
    assert promise.holds is None
    assert promise.ratio is None
    assert promise.detail == "PostgreSQL is not installed"

"""A town's meters at once: processes of a street and of a core, nothing lost, memory flat."""

from collections.abc import Callable

import pytest

from benchmarks.radio import BURST_S, FLAT, measured

TOWN = 10_000  # meters with keys of their own
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1_200)]


@pytest.mark.feature("RD-11")
def test_ten_thousand_meters_are_taken_in_within_a_minute_and_none_is_lost() -> None:
    rounds = 6
    _us, lost, flat, took_s = measured(TOWN, rounds)
    assert lost == 0
    assert took_s <= BURST_S * rounds
    assert flat <= FLAT


def test_a_burst_of_a_minute_of_ten_thousand_a_second_is_taken_in_whole(
    record_property: Callable[[str, object], None],
) -> None:
    """600,000 sealed telegrams (T-18); how long they take is told, not judged, here."""
    us, lost, flat, took_s = measured(TOWN, 60)
    for name, value in (("us", us), ("flat", flat), ("took_s", took_s)):
        record_property(name, round(value, 2))
    assert lost == 0
    assert flat <= FLAT

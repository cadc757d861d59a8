"""A receiver that stands and hears nothing: told, opened anew, and no fault out of hours."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import BadInput
from app.model.device import LinkConfig, LinkId, Option
from drivers.wireless.hours import hours_of
from drivers.wireless.silence import SilenceWatch
from drivers.wireless.traffic import Traffic
from drivers.wmbus import watch_of

MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
HOUR_S = 3600.0


class Day:
    """One receiver, watched minute by minute from Monday's midnight on."""

    def __init__(self, limit_min: float, hours: str = "") -> None:
        self.watch = SilenceWatch(60 * limit_min, hours_of(hours))
        self.traffic = Traffic()
        self.now_s = 0.0
        self.opened: list[float] = []  # hours of the day

    def run(self, hours: float, hears_every_min: float = 0.0) -> None:
        for minute in range(round(hours * 60)):
            self.now_s += 60.0
            if hears_every_min and not minute % hears_every_min:
                self.traffic.line_s = self.now_s
            now = MONDAY + timedelta(seconds=self.now_s)
            if self.watch.deaf("roof", self.traffic, now, self.now_s):
                self.opened.append(self.now_s / HOUR_S)


def test_who_hears_something_now_and_then_is_well() -> None:
    day = Day(30)
    day.run(10, hears_every_min=20)
    assert (day.opened, day.traffic.silence) == ([], "")


def test_a_deaf_receiver_is_told_and_opened_anew_again_and_again() -> None:
    day = Day(30)
    day.run(1, hears_every_min=5)
    day.run(2)
    assert day.traffic.silence.startswith("nothing heard for 1")
    assert len(day.opened) == 4
    day.run(0.1, hears_every_min=1)
    assert day.traffic.silence == ""


def test_one_that_never_heard_anything_is_deaf_as_well() -> None:
    day = Day(30)
    day.run(0.6)
    assert day.traffic.silence == "nothing heard for 30 minutes"


def test_how_long_nothing_was_heard_is_counted_on_and_never_0_minutes() -> None:
    day = Day(30)
    day.run(2.2)
    assert day.traffic.silence == "nothing heard for 120 minutes", "not for its limit alone"
    hasty = Day(0.2)
    hasty.run(0.04)
    assert hasty.traffic.silence == "nothing heard for 1 minute"


def test_the_minutes_count_from_the_last_line_or_from_when_one_was_expected() -> None:
    day = Day(30, "06:00-22:00 UTC")
    day.run(6.0)
    day.run(1.1)
    assert day.traffic.silence == "nothing heard for 60 minutes", "the night does not count"
    day.run(0.1, hears_every_min=1)
    day.run(0.6)
    assert day.traffic.silence == "nothing heard for 30 minutes"


def test_out_of_hours_silence_is_no_fault_and_counts_from_their_beginning() -> None:
    day = Day(60, "Mon-Fri 06:00-22:00 UTC")
    day.run(6.5)
    assert (day.opened, day.traffic.silence, day.traffic.expected) == ([], "", True)
    day.run(1)
    assert day.opened == [pytest.approx(7.0, abs=0.1)]
    assert day.traffic.silence
    day.run(14.6)  # until past ten in the evening
    assert (day.traffic.silence, day.traffic.expected) == ("", False)


def test_without_a_limit_nobody_is_deaf() -> None:
    day = Day(0)
    day.run(48)
    assert (day.opened, day.traffic.silence, day.traffic.expected) == ([], "", True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"silent_min": "long"}, "link Roof: 'silent_min' is no number of minutes"),
        ({"silent_min": -1}, "silent_min"),
        ({"silent_min": 1e9}, "silent_min"),
        ({"expected": "by day"}, "link Roof: 'by day' are no hours"),
    ],
)
def test_a_link_with_wrong_hours_is_refused_by_name(
    options: dict[str, Option], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        watch_of(LinkConfig(LinkId("r"), "wmbus", "Roof", options))


def test_a_link_says_its_hours_and_its_patience() -> None:
    options: dict[str, Option] = {"silent_min": 90, "expected": "06:00-22:00 UTC"}
    watch = watch_of(LinkConfig(LinkId("r"), "wmbus", "Roof", options))
    assert watch.limit_s == 5400.0
    assert not watch.hours.expects(MONDAY)
    assert watch_of(LinkConfig(LinkId("r"), "wmbus", "Roof", {})).limit_s == 0.0

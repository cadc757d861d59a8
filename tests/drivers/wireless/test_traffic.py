"""What a receiver brought is counted: by the minute, at best, and how often it came back."""

from datetime import UTC, datetime

import pytest

from app.model.reading import Quality
from drivers.mbus.points import MeterPoint
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless.caught import Caught, caught_in
from drivers.wireless.layout import QUANTITIES
from drivers.wireless.spoken import spoken
from drivers.wireless.traffic import Traffic
from tests.drivers.wireless.street import AT

METER = StreetMeter(7, 1)


def heard(*moments_s: float) -> Traffic:
    traffic = Traffic()
    for at_s in moments_s:
        traffic.came(None, at_s)
    return traffic


def test_the_rate_is_unknown_within_the_first_minute_and_then_that_of_five() -> None:
    assert Traffic().per_minute(1e6) is None
    assert heard(600.0, 610.0).per_minute(650.0) is None
    steady = heard(*(600.0 + 10 * nth for nth in range(60)))  # ten minutes, six a minute
    assert steady.per_minute(1200.0) == 6.0
    assert steady.per_minute(1260.0) == pytest.approx(24 / 5)
    assert steady.per_minute(3000.0) == 0.0, "it fell silent"
    assert heard(600.0, 630.0, 660.0).per_minute(690.0) == 2.0


@pytest.mark.parametrize(
    ("said", "unsure"),
    [
        ({}, True),
        ({"stands": True}, True),
        ({"stands": True, "rests": True}, False),
        ({"rests": True}, True),
        ({"stands": True, "line_s": 7.0}, False),
        ({"trouble": "the connection was refused"}, False),
        ({"stands": True, "silence": "nothing heard for 30 minutes"}, False),
    ],
)
def test_before_anything_came_nobody_can_say_that_a_receiver_hears(
    said: dict[str, object], unsure: bool
) -> None:
    traffic = Traffic()
    for name, value in said.items():
        setattr(traffic, name, value)
    assert traffic.unsure is unsure


def test_the_best_level_stays_and_an_unknown_one_is_none() -> None:
    assert heard(1.0).best_dbm is None
    traffic = heard(1.0)
    for level in (-90.0, -60.0, None, -80.0):
        traffic.came(level, 2.0)
    assert traffic.best_dbm == -60.0
    assert traffic.telegrams == 5


def test_what_stands_for_the_first_time_was_not_reopened() -> None:
    traffic = Traffic(trouble="no such device")
    traffic.stood()
    assert traffic == Traffic(stands=True)
    again = Traffic(stands=True, trouble="pulled out")
    again.stood()
    again.stood()
    assert again == Traffic(stands=True, reopened=1)


def test_a_telegram_is_told_by_who_speaks_and_how_loudly() -> None:
    frame = frame_of(Said(METER, AT, 7))
    line = spoken(Caught(frame, -71.4), b"", {METER.number.lower(): "Cellar"})
    assert line.good
    assert line.says.startswith(f"KAM {METER.number}, ")
    assert line.says.endswith(", -71 dBm, Cellar")
    stranger = spoken(Caught(b"\x54\xcd" + frame), b"", {})
    assert stranger.says.startswith(f"KAM {METER.number}, ")
    assert stranger.says.endswith(", another’s")


def test_what_is_no_telegram_is_shown_as_it_came() -> None:
    noise = b"\xffhello, I am a router " * 9
    assert caught_in(noise) is None
    line = spoken(None, noise, {})
    assert not line.good
    assert line.says.startswith("no telegram: \ufffdhello, I am")
    assert len(line.says) < 90
    assert not spoken(Caught(damaged=True), b"", {}).good
    assert not spoken(Caught(b"\x2e\x44"), b"", {}).good


def test_values_and_rows_are_told_with_their_number() -> None:
    told = caught_in(b'{"id":"71482036","media":"heat","total_kwh":5}')
    assert told is not None
    assert spoken(told, b"", {}).says == "71482036, another’s"
    energy = MeterPoint(QUANTITIES["energy"][0], 12.5, Quality.GOOD)
    row = Caught(at=datetime(2026, 2, 1, 13, tzinfo=UTC), number="0000aBcd", points=(energy,))
    line = spoken(row, b"", {"0000abcd": "Attic"})
    assert line.says == "0000ABCD, 2026-02-01 13:00 UTC, Energy 12.5 kWh, Attic"

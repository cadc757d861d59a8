"""How a meter is heard: intervals, gaps and levels add up to what was sent."""

import pytest

from app.model.undecoded import Cause
from drivers.wireless.reception import Reception


def heard(reception: Reception, numbers: list[int], interval_s: float = 16.0) -> None:
    """Let telegrams of these numbers come, each where it belongs in time."""
    for number in numbers:
        reception.told(number & 0xFF, -70.0, number * interval_s)


def test_gaps_in_a_meter_s_numbers_are_telegrams_nobody_heard() -> None:
    reception = Reception()
    heard(reception, [1, 2, 5, 6, 10])
    assert (reception.heard, reception.missed) == (5, 5)
    assert reception.missed_share == 0.5
    assert reception.interval_s == pytest.approx(16.0)


def test_numbers_wrap_without_a_gap() -> None:
    reception = Reception()
    heard(reception, list(range(250, 262)))
    assert (reception.heard, reception.missed) == (12, 0)


def test_a_reset_counter_is_no_gap() -> None:
    reception = Reception()
    reception.told(9, None, 0.0)
    reception.told(8, None, 16.0)  # one back: 255 missed would be nonsense
    assert reception.missed == 0
    reception.told(9, None, 32.0)
    assert reception.missed == 0
    assert reception.interval_s == 16.0


def test_without_numbers_only_the_interval_is_known() -> None:
    reception = Reception()
    for at_s in (0.0, 60.0, 120.0):
        reception.told(None, None, at_s)
    assert (reception.missed, reception.interval_s) == (0, 60.0)


def test_nothing_is_claimed_of_a_meter_heard_once() -> None:
    reception = Reception()
    assert reception.missed_share is None
    reception.told(4, -80.0, 1.0)
    assert reception.missed_share is None
    assert reception.interval_s is None


def test_the_best_level_of_a_telegram_is_kept_and_each_receiver_has_its_own() -> None:
    reception = Reception()
    for receiver, level in (("roof", -90.0), ("cellar", -60.0), ("yard", None)):
        reception.caught(receiver, level, 5.0)
    reception.told(1, -90.0, 5.0)
    reception.repeated(-60.0)
    reception.repeated(-75.0)
    reception.repeated(None)
    assert reception.best_dbm == -60.0
    assert reception.again == 3
    reception.caught("roof", -95.0, 21.0)
    reception.told(2, -95.0, 21.0)
    assert reception.best_dbm == -95.0  # of the newest telegram
    roof = reception.by_receiver["roof"]
    assert (roof.count, roof.last_s, roof.level_dbm, roof.best_dbm) == (2, 21.0, -95.0, -90.0)
    assert reception.by_receiver["yard"].level_dbm is None


def test_causes_are_counted_apart() -> None:
    reception = Reception()
    for cause in (Cause.CRC, Cause.NO_KEY, Cause.CRC):
        reception.failed(cause)
    assert reception.causes == {Cause.CRC: 2, Cause.NO_KEY: 1}


def test_how_often_a_receiver_brings_a_meter_goes_by_turns_not_by_packets() -> None:
    reception = Reception()
    for turn in range(4):
        for packet in (0.0, 3.0, 6.0):
            reception.caught("roof", None, 300.0 * turn + packet)
        reception.caught("files", None, 5.0 * turn, measured_s=3_600.0 * turn)
    files = reception.by_receiver["files"]
    assert reception.by_receiver["roof"].interval_s == 300.0
    assert files.interval_s == 3_600.0, "by the times in the file, not when it was read"
    reception.caught("files", None, 90.0, measured_s=1_800.0)
    assert files.interval_s == 3_600.0, "a row that comes late is no turn"


def test_after_two_turns_nobody_knows_how_often() -> None:
    reception = Reception()
    for at_s in (0.0, 300.0):
        reception.caught("roof", None, at_s)
        assert reception.by_receiver["roof"].interval_s is None

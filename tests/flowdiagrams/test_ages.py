"""The corner of a picture never lets an old plant look young."""

from datetime import timedelta

from app.model.reading import Quality, Reading
from flowdiagrams.ages import ages
from tests.flowdiagrams.substation import FRESH, NOW, OLD, reading


def live(*readings: Reading | None) -> list[tuple[str, Reading | None]]:
    return [(f"S{nth}", one) for nth, one in enumerate(readings, start=1)]


def test_the_oldest_value_is_named_with_its_age() -> None:
    young, older = reading("s1", 1.0), reading("s2", 1.0, at=NOW - timedelta(seconds=12))
    assert ages(live(young, older), FRESH, NOW).text == "oldest value 12 s (S2)"


def test_a_stale_one_is_named_and_the_others_are_summed_up() -> None:
    stale = reading("s2", 1.0, Quality.STALE, OLD)
    corner = ages(live(reading("s1", 1.0), stale, reading("s3", 2.0)), FRESH, NOW)
    assert corner.text == "oldest value 14 min (S2) · others ≤ 8 s"
    assert not corner.dead


def test_of_equally_old_values_the_first_is_named() -> None:
    same = [reading(f"s{nth}", 1.0) for nth in range(4)]
    assert ages(live(*same), FRESH, NOW).text == "oldest value 8 s (S1)"


def test_when_all_is_stale_or_offline_nobody_answers() -> None:
    lost = [
        reading("s1", 1.0, Quality.STALE, OLD),
        reading("s2", None, Quality.OFFLINE, NOW),
    ]
    corner = ages(live(*lost), OLD, NOW)
    assert corner.dead
    assert corner.text == "No answer from the device for 14 min"


def test_a_device_never_heard_has_no_age() -> None:
    corner = ages(live(reading("s1", None, Quality.OFFLINE)), None, NOW)
    assert corner.dead
    assert corner.text == "No answer from the device"


def test_a_device_that_disowns_its_values_still_answers() -> None:
    corner = ages(live(reading("s1", None, Quality.BAD), None), None, NOW)
    assert not corner.dead
    assert corner.text == "no usable value"


def test_one_good_value_keeps_the_picture_alive() -> None:
    mixed = [reading("s1", 1.0), reading("s2", None, Quality.OFFLINE, NOW)]
    assert not ages(live(*mixed), FRESH, NOW).dead


def test_before_the_first_reading_nothing_is_claimed() -> None:
    assert ages(live(None, None), None, NOW).text == "no values yet"


def test_a_device_clock_ahead_of_ours_gives_no_negative_age() -> None:
    ahead = reading("s1", 1.0, at=NOW + timedelta(seconds=30))
    assert ages(live(ahead), NOW, NOW).text == "oldest value 0 s (S1)"

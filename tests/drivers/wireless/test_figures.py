"""What an ear counted, told with moments: the loudest first, nothing claimed unknown."""

from datetime import UTC, datetime, timedelta

import pytest

from app.model.collector import Charge
from app.model.device import LinkId
from app.model.reception import RadioFigures
from app.profiles.collectors import collector_kinds
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless.caught import Caught
from drivers.wireless.ear import Ear
from drivers.wireless.figures import figures_of
from tests.drivers.wireless.street import AT, device_of, keys_of

NOW, NOW_S = datetime(2026, 11, 22, 2, tzinfo=UTC), 10_000.0
OWN, OTHER, SILENT, STRANGER = (StreetMeter(7, place) for place in range(4))
LINK = LinkId("street")


def told() -> RadioFigures:
    known = keys_of([OWN])
    ear = Ear(
        [device_of(each) for each in (OWN, OTHER, SILENT)],
        lambda number: known.get(number, ()),
        lambda: NOW,
    )
    for count, at_s in ((1, 9_000.0), (2, 9_016.0), (5, 9_064.0)):
        said = Said(OWN, AT + timedelta(seconds=16 * count), count)
        ear.take(Caught(frame_of(said), -90.0), "roof", at_s)
        ear.take(Caught(frame_of(said), -60.0), "yard", at_s + 0.1)
    ear.take(Caught(frame_of(Said(OTHER, AT, 1)), -70.0), "roof", 9_500.0)
    for level in (-95.0, -80.0):
        ear.take(Caught(frame_of(Said(STRANGER, AT, 1)), level), "yard", 9_700.0)
    ear.take(Caught(damaged=True), "yard", 9_800.0)
    ear.of("cellar").trouble = "no such device"
    return figures_of(ear, LINK, NOW, NOW_S)


def test_a_meter_s_figures_name_who_hears_it_best_first() -> None:
    own, other, silent = told().meters
    assert (own.number, own.telegrams, own.repeats) == (OWN.number, 3, 3)
    assert own.missed_share == 0.4  # two of five
    assert own.interval_s == 16.0
    assert own.level_dbm == -60.0
    assert own.last_at == NOW - timedelta(seconds=936)
    assert [(each.receiver, each.telegrams, each.best_dbm) for each in own.receivers] == [
        ("yard", 3, -60.0),
        ("roof", 3, -90.0),
    ]
    assert other.causes == {"no-key": 1}
    assert other.trouble == "the telegram is sealed, and there is no key for its meter"
    assert (other.telegrams, other.last_at) == (0, None)
    assert (silent.telegrams, silent.receivers, silent.missed_share) == (0, (), None)


def test_a_receiver_s_figures_name_strangers_and_why_it_is_gone() -> None:
    roof, yard, cellar = told().receivers
    assert (roof.link, roof.receiver, roof.telegrams, roof.own) == (LINK, "roof", 4, 4)
    assert (yard.telegrams, yard.own, yard.foreign, yard.damaged) == (6, 3, 2, 1)
    assert yard.last_at == NOW - timedelta(seconds=200)
    (stranger,) = yard.strangers
    assert (stranger.number, stranger.maker, stranger.telegrams) == (STRANGER.number, "KAM", 2)
    assert stranger.level_dbm == -80.0
    assert (cellar.trouble, cellar.last_at, cellar.telegrams) == ("no such device", None, 0)


def test_what_a_receiver_heard_again_and_missed_is_told_with_its_best_level() -> None:
    roof, yard, cellar = told().receivers
    assert (roof.again, yard.again, cellar.again) == (0, 3, 0)
    assert (roof.best_dbm, yard.best_dbm, cellar.best_dbm) == (-70.0, -60.0, None)
    assert roof.missed_share == yard.missed_share == 0.4  # two of five of the meter heard
    assert (cellar.missed_share, cellar.per_minute, cellar.reopened) == (None, None, 0)
    assert roof.per_minute == 0.0  # its newest is older than five minutes
    assert yard.per_minute is not None
    assert 0 < yard.per_minute < 1


@pytest.mark.feature("RD-13")
def test_a_collector_s_meters_are_those_it_brought_ours_and_others() -> None:
    known, kind = keys_of([OWN]), collector_kinds()["bridge-4g"]
    ear = Ear(
        [device_of(each) for each in (OWN, OTHER, SILENT)],
        lambda number: known.get(number, ()),
        lambda: NOW,
    )
    rows = [
        Caught(at=NOW - timedelta(minutes=15 * back), number=meter.number.lower(), points=())
        for back in (3, 2, 1, 0)
        for meter in (OWN, STRANGER)
    ]
    for nth, row in enumerate(rows):
        ear.take(row, "bridge", 9_000.0 + nth)
    battery = Caught(at=NOW, charge=Charge(3.5, "V", NOW, 3.1))
    assert ear.take(battery, "bridge", 9_100.0) is None
    assert ear.take(Caught(at=NOW, charge=Charge(3.5, "V", NOW)), "other", 9_100.0) is None
    ear.of("plain")
    told = figures_of(ear, LINK, NOW, NOW_S, {"bridge": kind})
    bridge, other, plain = told.receivers
    assert bridge.telegrams == len(rows), "a word of the battery is no telegram"
    assert bridge.collector is not None
    assert (bridge.collector.kind, bridge.collector.meters) == (kind, 2)
    assert bridge.collector.interval_min == 15.0, "by the times of its rows"
    assert bridge.collector.charge == Charge(3.5, "V", NOW, 3.1)
    assert other.collector is not None
    assert other.collector.kind is None
    assert plain.collector is None

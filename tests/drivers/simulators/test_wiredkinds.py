"""What the kinds of simulated wired meters tell, record by record, to our own reader."""

import pytest

from drivers.mbus.asking import long_frame
from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import Record, State
from drivers.simulators.wiredbus import seeded_meters
from drivers.simulators.wiredmeter import WiredMeter
from tests.drivers.simulators.plant import TUESDAY_NOON

# DIF and VIF, quantity, unit, function, storage, qualifiers
Told = tuple[str, str, str, str, int, tuple[str, ...]]
NOW = "instantaneous"
HEAT: list[Told] = [
    ("0406", "energy", "kWh", NOW, 0, ()),
    ("0414", "volume", "m3", NOW, 0, ()),
    ("043b", "volume flow", "m3/h", NOW, 0, ()),
    ("042d", "power", "kW", NOW, 0, ()),
    ("142d", "power", "kW", "maximum", 0, ()),
    ("0259", "flow temperature", "°C", NOW, 0, ()),
    ("025d", "return temperature", "°C", NOW, 0, ()),
    ("0261", "temperature difference", "K", NOW, 0, ()),
    ("04ff22", "manufacturer specific", "none", NOW, 0, ("22",)),
    ("04ff07", "manufacturer specific", "none", NOW, 0, ("07",)),
    ("04ff08", "manufacturer specific", "none", NOW, 0, ("08",)),
    ("0422", "on time", "h", NOW, 0, ()),
    ("046d", "date and time", "none", NOW, 0, ()),
]
WATER: list[Told] = [
    ("0413", "volume", "m3", NOW, 0, ()),
    ("04933c", "volume", "m3", NOW, 0, ("backward flow",)),
    ("023b", "volume flow", "m3/h", NOW, 0, ()),
    ("4413", "volume", "m3", NOW, 1, ()),
    ("426c", "date", "none", NOW, 1, ()),
    ("02fd74", "battery remaining", "d", NOW, 0, ()),
    ("02fd17", "error flags", "none", NOW, 0, ()),
    ("046d", "date and time", "none", NOW, 0, ()),
]
ELECTRICITY: list[Told] = [
    ("0404", "energy", "kWh", NOW, 0, ()),
    ("04843c", "energy", "kWh", NOW, 0, ("backward flow",)),
    ("042b", "power", "W", NOW, 0, ()),
    ("04ab3c", "power", "W", NOW, 0, ("backward flow",)),
    ("046d", "date and time", "none", NOW, 0, ()),
]
OF_MEDIUM = {0x04: HEAT, 0x0C: HEAT, 0x07: WATER, 0x02: ELECTRICITY}


def records(meter: WiredMeter, part: int) -> tuple[Record, ...]:
    """Return what a meter's own telegram holds."""
    body = meter.parts(TUESDAY_NOON)[part]
    return Decoder().decode(long_frame(0x08, 1, b"\x78" + body)).body.records


def told(record: Record) -> Told:
    heading = record.heading
    return (
        heading.dif_vif.hex(),
        heading.quantity,
        heading.unit,
        heading.function.value,
        heading.storage,
        heading.qualifiers,
    )


METERS = seeded_meters(8, 3, 2400, addressed=True)


@pytest.mark.parametrize("meter", METERS, ids=lambda each: str(each.secondary))
def test_every_kind_tells_what_it_should(meter: WiredMeter) -> None:
    assert [told(each) for each in records(meter, 0)] == OF_MEDIUM[meter.secondary.medium]


@pytest.mark.parametrize("meter", METERS, ids=lambda each: str(each.secondary))
def test_nothing_a_meter_tells_is_an_error_display(meter: WiredMeter) -> None:
    for record in records(meter, 0):
        assert record.state in (State.OK, State.MANUFACTURER), record
        assert record.value is not None or record.time is not None


def test_the_ends_of_six_months_follow_each_other() -> None:
    heat = [each for each in METERS if each.sends_months]
    assert [each.secondary.medium for each in heat] == [0x04, 0x0C]
    rows = [told(each) for each in records(heat[0], 1)]
    assert len(rows) == 18
    for month in range(6):
        energy, volume, date = rows[3 * month : 3 * month + 3]
        assert (energy[1], volume[1], date[1]) == ("energy", "volume", "date")
        assert {energy[4], volume[4], date[4]} == {month + 1}


def test_frames_of_every_kind_fit_into_one() -> None:
    for meter in METERS:
        for part in meter.parts(TUESDAY_NOON):
            assert len(part) <= 240

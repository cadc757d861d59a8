"""Whole telegrams of four kinds of meters, each record worked out by hand from its bytes."""

from typing import NamedTuple

import pytest

from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import FrameKind, Record, State, Telegram
from tests.drivers.mbus.telegrams import (
    KEY,
    bare,
    ell_ctr,
    format_a,
    format_b,
    long_head,
    mode_5,
    mode_7,
    padded,
    short_head,
    wired,
)


class Said(NamedTuple):
    """A record's bytes and what they say."""

    dif_vif: str
    raw: str
    quantity: str
    unit: str
    value: float | None
    storage: int = 0
    tariff: int = 0
    subunit: int = 0
    function: str = "instantaneous"
    time: str | None = None
    qualifiers: tuple[str, ...] = ()
    state: State = State.OK


HEAT = [
    Said("0406", "B80B0000", "energy", "kWh", 3000),
    Said("0413", "D2040000", "volume", "m3", 1.234),
    Said("0422", "15270000", "on time", "h", 10_005),
    Said("026C", "1F2C", "date", "none", None, time="2016-12-31"),
    Said("0259", "A00F", "flow temperature", "°C", 40),
    Said("025D", "6810", "return temperature", "°C", 42),
    Said("0261", "380B", "temperature difference", "K", 28.72),
    Said("042D", "64000000", "power", "kW", 10),
    Said("043B", "0A000000", "volume flow", "m3/h", 0.01),
    Said("142D", "78000000", "power", "kW", 12, function="maximum"),
    Said("4406", "01000000", "energy", "kWh", 1, storage=1),
    Said("426C", "FF2C", "date", "none", None, storage=1, time="2023-12-31"),
    Said(
        "04FF22",
        "10000000",
        "manufacturer specific",
        "none",
        16,
        qualifiers=("22",),
        state=State.MANUFACTURER,
    ),
]
WATER = [
    Said("0C78", "78563412", "fabrication number", "none", 12_345_678),
    Said("0413", "D2040000", "volume", "m3", 1.234),
    Said("04933C", "05000000", "volume", "m3", 0.005, qualifiers=("backward flow",)),
    Said("046D", "1E0A722B", "date and time", "none", None, time="2019-11-18T10:30:00"),
    Said("4413", "64000000", "volume", "m3", 0.1, storage=1),
    Said("8C0413", "00010000", "volume", "m3", 0.1, storage=8),
    Said("025B", "1500", "flow temperature", "°C", 21),
    Said("0267", "FBFF", "external temperature", "°C", -5),
    Said("02FD17", "0300", "error flags", "none", 3),
    Said("02FD74", "E803", "battery remaining", "d", 1000),
]
ELECTRICITY = [
    Said("0403", "D2040000", "energy", "Wh", 1234),
    Said("841003", "D2040000", "energy", "Wh", 1234, tariff=1),
    Said("842003", "0A000000", "energy", "Wh", 10, tariff=2),
    Said("844003", "05000000", "energy", "Wh", 5, subunit=1),
    Said("04FB8275", "E8030000", "reactive energy", "kvarh", 100),
    Said("042B", "9CFFFFFF", "power", "W", -100),
    Said("02FDC8FC01", "E508", "voltage", "V", 227.7, qualifiers=("at phase L1",)),
    Said("02FDC8FC02", "E608", "voltage", "V", 227.8, qualifiers=("at phase L2",)),
    Said("03FDD9FC01", "102700", "current", "A", 10, qualifiers=("at phase L1",)),
    Said("02FB2D", "8813", "frequency", "Hz", 50),
]
OLD = [
    Said("0C06", "78341200", "energy", "kWh", 123_478),
    Said("0C13", "78563412", "volume", "m3", 12_345.678),
    Said("0B3B", "341200", "volume flow", "m3/h", 1.234),
    Said("0A5A", "3402", "flow temperature", "°C", 23.4),
    Said("0A5E", "12F2", "return temperature", "°C", -21.2),
    Said("0A62", "EEEE", "temperature difference", "K", None, state=State.INVALID),
    Said("0C22", "56341200", "on time", "h", 123_456),
    Said("3C2B", "50000000", "power", "W", 50, function="error"),
    Said("2A5A", "0500", "flow temperature", "°C", 0.5, function="minimum"),
]
METERS = {"heat": HEAT, "water": WATER, "electricity": ELECTRICITY, "old": OLD}


def as_bytes(meter: list[Said]) -> bytes:
    """Return the records of a meter as it sends them."""
    return b"".join(bytes.fromhex(said.dif_vif + said.raw) for said in meter)


def as_said(record: Record) -> Said:
    """Return a record in the form of the expectation."""
    heading = record.heading
    return Said(
        heading.dif_vif.hex().upper(),
        record.raw.hex().upper(),
        heading.quantity,
        heading.unit,
        record.value,
        heading.storage,
        heading.tariff,
        heading.subunit,
        heading.function.value,
        None if record.time is None else record.time.isoformat(),
        heading.qualifiers,
        record.state,
    )


def says(telegram: Telegram) -> list[Said]:
    return [as_said(record) for record in telegram.body.records]


@pytest.mark.parametrize("name", METERS)
def test_a_meter_on_the_wire_is_read_record_by_record(name: str) -> None:
    meter = METERS[name]
    telegram = Decoder().decode(wired(long_head() + as_bytes(meter)))
    assert telegram.frame is FrameKind.WIRED
    assert says(telegram) == meter


@pytest.mark.parametrize("name", METERS)
def test_the_same_meter_on_the_air_says_the_same_in_every_wrapping_and_seal(name: str) -> None:
    meter = METERS[name]
    records = as_bytes(meter)
    data = padded(records)
    sealed = short_head(0x0500 | len(data) // 16 << 4) + mode_5(data)
    users = [short_head() + records, b"\x78" + records, long_head() + records]
    users += [sealed, mode_7(records), ell_ctr(b"\x78" + records)]
    decoder = Decoder(lambda _address: [KEY])
    for user in users:
        for wrap in (bare, format_a, format_b):
            telegram = decoder.decode(wrap(user))
            assert says(telegram) == meter
            assert telegram.address.id == "12345678"


def test_what_one_meter_taught_does_not_change_another() -> None:
    decoder = Decoder()
    frames = {name: wired(long_head() + as_bytes(meter)) for name, meter in METERS.items()}
    for _turn in range(3):
        for name, frame in frames.items():
            assert says(decoder.decode(frame)) == METERS[name]

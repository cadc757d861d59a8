"""Every row of the standard's tables of what may stand behind a VIF."""

import pytest

from drivers.mbus.names import maker_letters, medium_name
from drivers.mbus.telegram import State
from tests.drivers.mbus.telegrams import record_of

FAULTS = [
    ("01", "too many DIFEs"),
    ("02", "storage number not implemented"),
    ("03", "subunit not implemented"),
    ("04", "tariff not implemented"),
    ("05", "function not implemented"),
    ("06", "data class not implemented"),
    ("07", "data size not implemented"),
    ("0B", "too many VIFEs"),
    ("0C", "illegal VIF group"),
    ("0D", "illegal VIF exponent"),
    ("0E", "VIF does not fit the DIF"),
    ("0F", "action not implemented"),
    ("15", "no data available"),
    ("16", "data overflow"),
    ("17", "data underflow"),
    ("18", "data error"),
    ("1C", "premature end of record"),
]
KEPT = [  # the value stays in the VIF's unit
    ("12", "average"),
    ("13", "inverse compact profile"),
    ("14", "relative deviation"),
    ("1D", "standard conform data content"),
    ("1E", "compact profile with registers"),
    ("1F", "compact profile"),
    ("20", "per second"),
    ("21", "per minute"),
    ("22", "per hour"),
    ("23", "per day"),
    ("24", "per week"),
    ("25", "per month"),
    ("26", "per year"),
    ("27", "per revolution or measurement"),
    ("28", "per input pulse on channel 0"),
    ("29", "per input pulse on channel 1"),
    ("2A", "per output pulse on channel 0"),
    ("2B", "per output pulse on channel 1"),
    ("2C", "per litre"),
    ("2D", "per m3"),
    ("2E", "per kg"),
    ("2F", "per K"),
    ("30", "per kWh"),
    ("31", "per GJ"),
    ("32", "per kW"),
    ("33", "per K and litre"),
    ("34", "per V"),
    ("35", "per A"),
    ("36", "multiplied by s"),
    ("37", "multiplied by s/V"),
    ("38", "multiplied by s/A"),
    ("3A", "uncorrected unit"),
    ("3B", "forward flow"),
    ("3C", "backward flow"),
    ("3D", "non-metric units"),
    ("3E", "at base conditions"),
    ("3F", "OBIS declaration"),
    ("40", "lower limit"),
    ("48", "upper limit"),
    ("68", "while below the lower limit"),
    ("69", "leakage"),
    ("6C", "while above the upper limit"),
    ("6D", "overflow"),
    ("7E", "in the future"),
    ("FC01", "at phase L1"),
    ("FC02", "at phase L2"),
    ("FC03", "at phase L3"),
    ("FC04", "at neutral"),
    ("FC05", "between phases L1 and L2"),
    ("FC06", "between phases L2 and L3"),
    ("FC07", "between phases L3 and L1"),
    ("FC08", "at quadrant Q1"),
    ("FC09", "at quadrant Q2"),
    ("FC0A", "at quadrant Q3"),
    ("FC0B", "at quadrant Q4"),
    ("FC0C", "delta between import and export"),
    ("FC10", "absolute value of both directions"),
    ("FC11", "as type C"),
    ("FC13", "from the partner to the meter"),
    ("FC14", "from the meter to the partner"),
]
MOMENTS = [
    ("39", "start of"),
    ("42", "begin of the first lower limit exceed"),
    ("43", "end of the first lower limit exceed"),
    ("46", "begin of the last lower limit exceed"),
    ("47", "end of the last lower limit exceed"),
    ("4A", "begin of the first upper limit exceed"),
    ("4B", "end of the first upper limit exceed"),
    ("4E", "begin of the last upper limit exceed"),
    ("4F", "end of the last upper limit exceed"),
    ("6A", "begin of the first"),
    ("6B", "end of the first"),
    ("6E", "begin of the last"),
    ("6F", "end of the last"),
]
DURATIONS = [
    ("50", "s", "duration of the first lower limit exceed"),
    ("51", "min", "duration of the first lower limit exceed"),
    ("52", "h", "duration of the first lower limit exceed"),
    ("53", "d", "duration of the first lower limit exceed"),
    ("54", "s", "duration of the last lower limit exceed"),
    ("57", "d", "duration of the last lower limit exceed"),
    ("58", "s", "duration of the first upper limit exceed"),
    ("5B", "d", "duration of the first upper limit exceed"),
    ("5C", "s", "duration of the last upper limit exceed"),
    ("5F", "d", "duration of the last upper limit exceed"),
    ("60", "s", "duration of the first"),
    ("61", "min", "duration of the first"),
    ("62", "h", "duration of the first"),
    ("63", "d", "duration of the first"),
    ("64", "s", "duration of the last"),
    ("65", "min", "duration of the last"),
    ("66", "h", "duration of the last"),
    ("67", "d", "duration of the last"),
]
FACTORS = [
    ("70", 0.001234),
    ("71", 0.01234),
    ("72", 0.1234),
    ("73", 1.234),
    ("74", 12.34),
    ("75", 123.4),
    ("76", 1234),
    ("77", 12340),
    ("7D", 1234000),
    ("78", 1234.001),
    ("79", 1234.01),
    ("7A", 1234.1),
    ("7B", 1235),
]


@pytest.mark.parametrize(("vife", "reason"), FAULTS)
def test_a_meter_s_fault_takes_the_place_of_the_value(vife: str, reason: str) -> None:
    record = record_of(f"0486{vife}D2040000")
    assert (record.state, record.value) == (State.INVALID, None)
    assert record.heading.qualifiers == (reason,)
    assert record.raw == bytes.fromhex("D2040000")


@pytest.mark.parametrize(("vife", "phrase"), KEPT)
def test_a_phrase_stands_beside_the_value(vife: str, phrase: str) -> None:
    record = record_of(f"0486{vife}D2040000")
    assert (record.value, record.heading.unit) == (1234, "kWh")
    assert (record.heading.quantity, record.heading.qualifiers) == ("energy", (phrase,))


@pytest.mark.parametrize(("vife", "phrase"), MOMENTS)
def test_a_moment_takes_the_place_of_the_value(vife: str, phrase: str) -> None:
    record = record_of(f"0486{vife}1E0A722B")
    assert record.time is not None
    assert record.time.isoformat() == "2019-11-18T10:30:00"
    assert (record.value, record.heading.unit) == (None, "none")
    assert record.heading.qualifiers == (phrase,)


@pytest.mark.parametrize(("vife", "unit", "phrase"), DURATIONS)
def test_a_duration_takes_the_place_of_the_value(vife: str, unit: str, phrase: str) -> None:
    record = record_of(f"0486{vife}D2040000")
    assert (record.value, record.heading.unit) == (1234, unit)
    assert record.heading.qualifiers == (phrase,)


@pytest.mark.parametrize(("vife", "value"), FACTORS)
def test_a_correction_is_exact(vife: str, value: float) -> None:
    record = record_of(f"0486{vife}D2040000")
    assert record.value == value
    assert record.heading.qualifiers == ()


def test_a_correction_holds_for_decimals_reals_and_lengths_of_any_kind_too() -> None:
    assert record_of("0C867434120000").value == 12.34
    assert record_of("0C867B34120000").value == 1235
    assert record_of("0586740000803F").value == 0.01
    assert record_of("05867B0000803F").value == 2
    assert record_of("0D867BC23412").value == 1235


def test_a_value_as_flags_has_no_sign() -> None:
    assert record_of("0286FC12FFFF").value == 0xFFFF
    assert record_of("0186FC11FE").value == 254
    assert record_of("028622FEFF").value == -2


def test_several_of_them_are_all_told_in_their_order() -> None:
    record = record_of("0486BBA2FC81740A000000")
    assert record.heading.qualifiers == ("forward flow", "per hour", "at phase L1")
    assert record.value == 0.1


def test_ten_of_them_are_read_and_an_unknown_one_is_named() -> None:
    record = record_of("0486" + "BB" * 9 + "3B" + "D2040000")
    assert record.heading.qualifiers == ("forward flow",) * 10
    assert record_of("04860AD2040000").heading.qualifiers == ("VIFE 0A",)
    assert record_of("0486FC7FD2040000").heading.qualifiers == ("second table 7F",)


@pytest.mark.parametrize(
    ("code", "letters"),
    [(0x2C2D, "KAM"), (0x0601, "APA"), (0x32A7, "LUG"), (0x4204, "PPD"), (0x14C5, "EFE")],
)
def test_a_maker_s_number_is_three_letters(code: int, letters: str) -> None:
    assert maker_letters(code) == letters


@pytest.mark.parametrize(
    ("medium", "name"),
    [
        (0x02, "electricity"),
        (0x03, "gas"),
        (0x04, "heat"),
        (0x06, "warm water"),
        (0x07, "water"),
        (0x08, "heat cost allocator"),
        (0x0A, "cooling"),
        (0x0D, "heat and cooling"),
        (0x15, "hot water"),
        (0x16, "cold water"),
        (0x1A, "smoke detector"),
        (0x37, "radio converter"),
        (0x7B, "reserved 7B"),
    ],
)
def test_a_medium_has_its_name(medium: int, name: str) -> None:
    assert medium_name(medium) == name

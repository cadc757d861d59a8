"""Rows of concentrators' files: right ones, wrong ones by their place, and hours told twice."""

import io
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.model.collector import Charge
from drivers.mbus.decoder import Decoder
from drivers.simulators.concentrator import Concentrator, ConcentratorOptions
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import shown
from drivers.wireless.caught import Caught
from drivers.wireless.layout import layout_of
from drivers.wireless.rows import Fault, elvaco_rows, enveloped, table_rows
from tests.drivers.wireless.street import AT

PARIS = ZoneInfo("Europe/Paris")
# EN 13757-3: C 08, A 00, CI 72, meter 12345678 of maker PAD, 1.23 m³ in litres.
TELEGRAM = "08007278563412240401070100000004135B040000"
LAYOUT: dict[str, Any] = {
    "decimal_sign": ",",
    "time_zone": "Europe/Paris",
    "time_format": "%d.%m.%Y %H:%M",
    "meter": "Meter",
    "time": "Time",
    "values": [
        {"column": "Energy", "quantity": "energy", "unit": "MWh"},
        {"column": "Flow", "quantity": "flow", "unit": "l/h"},
    ],
}


def csv_of(text: str | bytes, separator: str = ";") -> CsvFile:
    content = text.encode() if isinstance(text, str) else text
    return CsvFile(Path("day.csv"), io.BytesIO(content), separator=separator)


def elvaco(text: str | bytes, zone: ZoneInfo = PARIS) -> list[Caught | Fault]:
    return list(elvaco_rows(csv_of(text), zone, AT))


def table(text: str, **changed: object) -> list[Caught | Fault]:
    return list(table_rows(csv_of(text), layout_of({**LAYOUT, **changed}), AT))


def caught(rows: Iterable[Caught | Fault]) -> list[Caught]:
    found = list(rows)
    assert not [each for each in found if isinstance(each, Fault)], found
    return [each for each in found if isinstance(each, Caught)]


def test_a_line_of_elvacos_layout_is_a_wired_telegram_with_its_own_moment() -> None:
    (row,) = caught(elvaco(f"0012;12345678;2026-02-01 13:00:00;1;{TELEGRAM}\r\n"))
    assert (row.at, row.number) == (datetime(2026, 2, 1, 12, tzinfo=UTC), "12345678")
    telegram = Decoder().decode(row.frame)
    assert telegram.address.id == "12345678"
    assert telegram.body.records[0].value == pytest.approx(1.115)


def test_the_whole_secondary_address_a_head_and_an_empty_end_are_fine() -> None:
    head = "Gateway;Secondary address;Time;Telegram;Data\n"
    rows = caught(elvaco(f"{head}g;123456782404010A;2026-02-01 13:00:00;2;{TELEGRAM};\n"))
    assert [each.number for each in rows] == ["12345678"]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("g;12345678;2026-02-01 13:00:00;1", 4, "4 cells, expected are 5"),
        ("g;12345678;2026-02-01 13:00:00;1;08;x;y", 5, "7 cells"),
        ("g;meter;2026-02-01 13:00:00;1;080072", 2, "no secondary address"),
        ("g;1234567;2026-02-01 13:00:00;1;080072", 2, "no secondary address"),
        ("g;12345678;01.02.2026 13:00;1;080072", 3, "no time of the form"),
        ("g;12345678;2026-02-30 13:00:00;1;080072", 3, "no time of the form"),
        ("g;12345678;2026-02-03 09:21:01;1;080072", 3, "ahead of our clock"),
        ("g;12345678;2025-03-30 02:30:00;1;080072", 3, "there is no such time"),
        ("g;12345678;0001-01-01 00:00:00;1;080072", 3, "no time that can be"),
        ("g;12345678;2026-02-01 13:00:00;1;no hex", 5, "no telegram"),
        ("g;12345678;2026-02-01 13:00:00;1;0800", 5, "no telegram"),
        (f"g;12345678;2026-02-01 13:00:00;1;{'00' * 256}", 5, "no telegram"),
    ],
)
def test_a_wrong_row_is_told_with_its_place_and_the_next_one_read(
    row: str, column: int, says: str
) -> None:
    good = f"g;12345678;2026-02-01 13:00:00;1;{TELEGRAM}\n"
    first, fault, last = elvaco(f"{good}{row}\n{good}")
    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (2, column)
    assert says in fault.says
    assert isinstance(first, Caught)
    assert first == last


def test_an_envelope_is_what_a_bus_would_have_brought() -> None:
    frame = enveloped(bytes.fromhex("08007A"))
    assert frame.hex() == "680303680800" + "7a" + "82" + "16"


def test_a_table_tells_values_in_our_units() -> None:
    (row,) = caught(table("Meter;Time;Energy;Flow\r\n71482036;01.02.2026 13:15;12,345;250\r\n"))
    assert (row.number, row.at) == ("71482036", datetime(2026, 2, 1, 12, 15, tzinfo=UTC))
    energy, flow = row.points
    assert (energy.spec.key, energy.spec.unit, energy.counts) == ("energy", "kWh", True)
    assert energy.value == pytest.approx(12_345.0)
    assert flow.spec.unit == "m³/h"
    assert flow.value == pytest.approx(0.25)
    assert not flow.counts


def test_columns_may_stand_in_any_order_and_values_may_be_missing() -> None:
    rows = caught(table("Flow;Energy;x;Meter;Time\n;-1,5;?;42;01.02.2026 13:15\n"))
    assert rows[0].number == "00000042"
    assert [each.value for each in rows[0].points] == [pytest.approx(-1_500.0)]


def test_a_long_table_names_quantity_and_unit_in_each_row() -> None:
    text = (
        "7;01.02.2026 13:15;Wärme;2,5;MWh\n"
        "7;01.02.2026 13:15;volume;30;l\n"
        "7;01.02.2026 13:15;Glück;1;kWh\n"
        "7;01.02.2026 13:15;volume;1;kWh\n"
    )
    values = [{"column": 4, "quantity_column": 3, "unit_column": 5}]
    places = {"meter": 1, "time": 2, "head": 0}
    heat, water, luck, odd = table(text, values=values, names={"Wärme": "energy"}, **places)
    assert isinstance(heat, Caught)
    assert isinstance(water, Caught)
    assert heat.points[0].value == pytest.approx(2_500.0)
    assert water.points[0].value == pytest.approx(0.03)
    assert isinstance(luck, Fault)
    assert isinstance(odd, Fault)
    assert (luck.column, odd.column) == (3, 5)
    assert "no quantity this layout names" in luck.says
    assert "no unit of volume" in odd.says


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("=cmd();01.02.2026 13:15;1;1", 1, "no number of a meter"),
        ("7;13:15;1;1", 2, "no time of the form"),
        ("7;01.02.2026 13:15;1.5;1", 3, "no number with the decimal sign ,"),
        ("7;01.02.2026 13:15;=1+1;1", 3, "no number"),
        ("7;01.02.2026 13:15;1 000;1", 3, "no number"),
        ("7;01.02.2026 13:15;nan;1", 3, "no number"),
        ("7;01.02.2026 13:15;1e999;1", 3, "no number"),
        ("7;01.02.2026 13:15;١;1", 3, "no number"),
        ("7;01.02.2026 13:15;;", 3, "no value"),
        ("7;01.02.2026 13:15", 3, "ends before column 3"),
    ],
)
def test_a_wrong_cell_of_a_table_is_told_with_its_place(
    row: str, column: int, says: str
) -> None:
    good = "7;01.02.2026 13:15;1,5;1\n"
    _first, fault, _last = table(f"Meter;Time;Energy;Flow\n{good}{row}\n{good}")
    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (3, column)
    assert says in fault.says


def test_a_quantity_told_twice_in_a_row_is_refused() -> None:
    values = [{"column": name, "quantity": "flow", "unit": "l/h"} for name in ("A", "B")]
    (fault,) = table("Meter;Time;A;B\n7;01.02.2026 13:15;1;2\n", values=values)
    assert isinstance(fault, Fault)
    assert (fault.column, fault.says) == (4, "the row says flow twice")


def test_a_head_without_a_column_of_the_layout_refuses_the_file() -> None:
    with pytest.raises(BadInput, match="several columns 'Flow': let the layout say its place"):
        table("Meter;Time;Energy;Flow;Flow\n1;01.02.2026 13:00;1;2;3\n")
    with pytest.raises(BadInput, match="no column 'Flow'"):
        table("Meter;Time;Energy\n7;01.02.2026 13:15;1\n")


def test_lines_above_the_head_are_passed_over() -> None:
    text = "Report of the day\nnothing; here\nMeter;Time;Energy;Flow\n7;01.02.2026 13:15;1;1\n"
    assert len(caught(table(text, head=3))) == 1


def test_the_hour_that_comes_twice_is_told_in_the_order_of_the_rows() -> None:
    """On 2025-10-26 at 03:00 the clocks of Paris went back to 02:00."""
    times = ("01:45", "02:00", "02:30", "02:00", "02:30", "03:00")
    text = "Meter;Time;Energy;Flow\n" + "".join(
        f"{meter};26.10.2025 {time};1;1\n" for time in times for meter in ("7", "8")
    )
    for meter in ("00000007", "00000008"):
        told = [each.at for each in caught(table(text)) if each.number == meter]
        begun = datetime(2025, 10, 25, 23, 45, tzinfo=UTC)
        minutes = (0, 15, 45, 75, 105, 135)
        assert told == [begun + timedelta(minutes=each) for each in minutes]


def test_a_file_that_is_no_text_is_refused_with_its_place() -> None:
    good = f"g;12345678;2026-02-01 13:00:00;1;{TELEGRAM}\n".encode()
    for content, says in (
        (good + b"\xff\xfe;x\n", "day.csv, line 2, column 1"),
        (good + b"a\0b\n", "line 2, column 2: a NUL"),
        (good + b'g;"never closed\n' + good * 60, "never closed"),
        (b"x" * 70_000, "longer than"),
        (b"PK\x03\x04", "packed"),
    ):
        with pytest.raises(BadInput, match=says):
            elvaco(content)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen", "Asia/Kolkata"])
def test_both_forms_of_the_concentrator_say_what_its_meters_show(zone: str) -> None:
    own: dict[str, Any] = {"seed": 3, "meters": 8, "zone": zone}
    meters = {each.number: each for each in (StreetMeter(3, place) for place in range(8))}
    made = Concentrator(ConcentratorOptions(folder="x", form="elvaco", **own), AT)
    telegrams = caught(elvaco(made.content(0), ZoneInfo(zone)))
    made = Concentrator(ConcentratorOptions(folder="x", form="table", **own), AT)
    layout = layout_of(tomllib.loads(made.layout))
    values = caught(table_rows(csv_of(made.content(0)), layout, AT))
    assert (
        {each.number for each in telegrams} == {each.number for each in values} == set(meters)
    )
    hour = datetime(2026, 2, 3, 7, tzinfo=UTC)
    assert {each.at for each in telegrams + values} == {hour}
    for row in values:
        told = {each.spec.role or each.spec.key: each.value for each in row.points}
        says = shown(meters[row.number], hour)
        assert told["meter.volume"] == pytest.approx(says["volume"])
        assert told["meter.flow"] == pytest.approx(says["flow"], abs=1e-5)
        if "energy" in says:
            assert told["meter.energy"] == pytest.approx(says["energy"])
            assert told["meter.supply"] == pytest.approx(says["supply"])
    for row in telegrams:
        records = Decoder().decode(row.frame).body.records
        volume = next(each for each in records if each.heading.quantity == "volume")
        assert volume.value == pytest.approx(shown(meters[row.number], hour)["volume"])


BATTERY = {"column": "Batt", "unit": "V", "low": 3.1}
NOON_UTC = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.mark.feature("RD-14")
def test_a_table_may_tell_of_the_concentrator_s_own_battery() -> None:
    text = (
        "Meter;Time;Energy;Flow;Batt\n"
        "71;01.02.2026 13:00;1,5;;3,4\n"
        "71;01.02.2026 14:00;1,6;;\n"
        ";01.02.2026 15:00;;;3,0\n"
        "72;01.02.2026 15:00;;;2,9\n"
    )
    with_both, without, itself, valueless = caught(table(text, battery=BATTERY))
    assert with_both.charge == Charge(3.4, "V", NOON_UTC, 3.1)
    assert with_both.points[0].value == pytest.approx(1_500.0)
    assert (without.charge, without.number) == (None, "00000071")
    for row, value in ((itself, 3.0), (valueless, 2.9)):
        assert (row.number, row.points) == ("", ())
        assert row.charge is not None
        assert row.charge.value == value


@pytest.mark.parametrize(
    ("cell", "says"), [("full", "no number"), ("61", "no charge of a battery in V"),
                       ("-1", "no charge of a battery in V")],
)  # fmt: skip
def test_a_battery_nobody_can_read_does_not_cost_the_meter_its_row(
    cell: str, says: str
) -> None:
    text = f"Meter;Time;Energy;Flow;Batt\n71;01.02.2026 13:00;1,5;;{cell}\n"
    fault, row = table(text, battery=BATTERY)
    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (2, 5)
    assert says in fault.says
    assert isinstance(row, Caught)
    assert (row.charge, row.number) == (None, "00000071")


def test_a_meter_nobody_can_read_does_not_cost_the_battery() -> None:
    text = "Meter;Time;Energy;Flow;Batt\n71;01.02.2026 13:00;much;;3,4\n"
    fault, row = table(text, battery=BATTERY)
    assert isinstance(fault, Fault)
    assert isinstance(row, Caught)
    assert row.charge == Charge(3.4, "V", NOON_UTC, 3.1)


def test_a_row_without_a_meter_is_wrong_where_it_tells_no_battery_either() -> None:
    head = "Meter;Time;Energy;Flow;Batt\n"
    (fault,) = table(f"{head};01.02.2026 13:00;1,5;;\n", battery=BATTERY)
    assert isinstance(fault, Fault)
    assert "no number of a meter" in fault.says
    (short,) = table(f"{head}71;01.02.2026 13:00;1,5;\n", battery=BATTERY)
    assert isinstance(short, Caught), "a row may end before its battery"
    with pytest.raises(BadInput, match="no column 'Batt'"):
        table("Meter;Time;Energy;Flow\n1;01.02.2026 13:00;1;\n", battery=BATTERY)

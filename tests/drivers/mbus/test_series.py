"""Rows of values in one record, worked out by hand from the standard's annex F."""

from datetime import date, datetime

import pytest

from app.model.anatomy import PartKind
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import report_of
from drivers.mbus.series import Step, steps_of
from drivers.mbus.telegram import Telegram
from drivers.mbus.telling import told
from tests.drivers.mbus.telegrams import long_head, record_of, wired

# Storage 8: 1 September 2024 and 1.000 m³; the row is told beside them.
BASE = "82046C0139" + "8C041300100000"
NEXT = [date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1)]


def decoded(data: str) -> Telegram:
    return Decoder().decode(wired(long_head() + bytes.fromhex(data)))


def steps(data: str) -> tuple[Step, ...]:
    """Return the row of the last record."""
    records = decoded(data).body.records
    return steps_of(records[-1], records)


def values(found: tuple[Step, ...]) -> list[float | None]:
    return [each.record.value for each in found]


def row(vife: str, control: str, elements: str, spacing: str = "FE") -> str:
    length = len(elements) // 2 + 2
    return f"8D0493{vife}{length:02X}{control}{spacing}{elements}"


def test_months_in_a_row_stand_at_the_storages_behind_the_first() -> None:
    found = steps(BASE + row("1E", "3C", "501100005012000075120000"))
    assert values(found) == [1.150, 1.250, 1.275]
    assert [each.time for each in found] == NEXT
    assert [each.record.heading.storage for each in found] == [9, 10, 11]
    heading = found[0].record.heading
    assert (heading.quantity, heading.unit, heading.qualifiers) == ("volume", "m3", ())


def test_a_row_without_registers_is_read_alike() -> None:
    found = steps(BASE + row("1F", "34", "7E040000E2040000"))
    assert values(found) == [1.150, 1.250]


def test_increments_are_added_to_what_the_row_begins_from() -> None:
    found = steps(BASE + row("1F", "71", "9664C8"))  # 150, 100 and 200 of one byte
    assert values(found) == [1.150, 1.250, 1.450]


def test_an_increment_has_no_sign_and_decrements_are_taken_away() -> None:
    assert values(steps(BASE + row("1F", "72", "60EA"))) == [61.0]  # 60,000
    assert values(steps(BASE + row("1F", "B1", "9664"))) == [0.85, 0.75]


def test_a_row_that_is_told_backwards_goes_back_in_time() -> None:
    found = steps(BASE + row("13", "71", "6432"))
    assert values(found) == [0.9, 0.85]
    assert [each.time for each in found] == [date(2024, 8, 1), date(2024, 7, 1)]


def test_differences_have_a_sign() -> None:
    assert values(steps(BASE + row("1F", "F1", "649C"))) == [1.1, 1.0]
    assert values(steps(BASE + row("13", "F1", "649C"))) == [0.9, 1.0]


def test_behind_a_difference_that_is_none_nothing_is_known() -> None:
    """The row tells no more of the rest than how much was added to what nobody knows."""
    assert values(steps(BASE + row("1F", "71", "64FF64"))) == [1.1, None, None]
    assert values(steps(BASE + row("13", "FB", "FFFFFF010000"))) == [None, None]


def test_a_value_that_is_none_says_nothing_of_the_next_one() -> None:
    found = steps(BASE + row("1E", "3C", "FFFFFFFF50120000"))
    assert values(found) == [None, 1.250]
    assert [each.record.state.value for each in found] == ["invalid", "ok"]


def test_differences_from_a_value_nobody_told_are_none() -> None:
    assert values(steps("82046C0139" + row("1F", "71", "6464"))) == [None, None]
    assert values(steps("82046C0139" + row("1E", "3C", "50110000"))) == [1.150]


@pytest.mark.parametrize(
    ("control", "spacing", "moment"),
    [
        ("04", "1E", datetime(2024, 9, 1, 0, 0, 30)),  # noqa: DTZ001 - no zone is told
        ("14", "0F", datetime(2024, 9, 1, 0, 15)),  # noqa: DTZ001
        ("24", "01", datetime(2024, 9, 1, 1, 0)),  # noqa: DTZ001
        ("34", "01", date(2024, 9, 2)),
        ("34", "07", date(2024, 9, 8)),
        ("34", "FE", date(2024, 10, 1)),
        ("24", "FE", date(2024, 12, 1)),  # a quarter of a year
        ("14", "FE", date(2025, 3, 1)),  # half a year
        ("34", "FD", None),  # half a month
        ("04", "FE", None),  # reserved
        ("34", "00", None),  # a row that is none of time
        ("34", "FB", None),
    ],
)
def test_how_far_apart_the_values_are(
    control: str, spacing: str, moment: date | datetime | None
) -> None:
    (only,) = steps(BASE + row("1F", control, "7E040000", spacing))
    assert (only.record.value, only.time) == (1.150, moment)


def test_the_last_day_of_a_month_stays_the_last_and_the_year_turns() -> None:
    found = steps("82046C1F3C" + row("1F", "34", "010000000200000003000000"))
    assert [each.time for each in found] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
    ]


def test_without_a_date_the_values_have_no_time() -> None:
    (only,) = steps("8C041300100000" + row("1F", "71", "64"))
    assert (only.record.value, only.time) == (1.1, None)


@pytest.mark.parametrize(
    "record",
    [
        "8D04931F023CFE",  # no value at all
        "8D04931F013C",
        "8D04931F00",
        "8D04931F043DFE0000",  # values of any length cannot stand in a row
        "8D04931F0438FE0000",
        "8D04FC1F036261410434010100",  # a unit in letters
    ],
)
def test_a_row_that_cannot_be_told_is_none(record: str) -> None:
    whole = record_of(record)
    assert steps_of(whole, (whole,)) == ()


def test_bytes_that_are_left_over_are_no_value() -> None:
    assert values(steps(BASE + row("1F", "34", "7E040000E204"))) == [1.150]


def test_the_second_byte_of_a_vif_is_not_taken_for_the_word_of_a_row() -> None:
    """FD 1E is how often something was tried again, and no row by itself."""
    data = "8D04FD9E1F0533017B0000"
    (only,) = steps_of(record_of(data), ())
    assert (only.record.value, only.record.heading.quantity) == (123, "retries")


def test_the_bytes_of_a_row_are_no_letters() -> None:
    record = record_of(row("1E", "3C", "41424344"))
    assert (record.value, record.text) == (None, "3CFE41424344")
    assert record_of("0DFD3B03414243").text == "414243"  # nor those of a container


def test_a_row_is_told_beside_its_record_and_as_points_with_their_times() -> None:
    telegram = decoded(BASE + row("1E", "3C", "50110000FFFFFFFF"))
    *_others, last = told(telegram)["records"]
    assert last["series"] == [
        {"storage": 9, "value": 1.150, "time": "2024-10-01", "state": "ok", "raw": "50110000"},
        {
            "storage": 10,
            "value": None,
            "time": "2024-11-01",
            "state": "invalid",
            "raw": "FFFFFFFF",
        },
    ]
    points = {each.spec.key: each for each in report_of(telegram).points}
    assert (points["volume_s9"].value, points["volume_s9"].time) == (1.150, date(2024, 10, 1))
    assert points["volume_s10"].value is None
    assert points["volume_s8"].time == date(2024, 9, 1)
    assert "series" not in told(telegram)["records"][0]


def test_the_inspector_shows_a_row_as_one_record_with_its_moments() -> None:
    data = BASE + row("1E", "3C", "5011000050120000")
    anatomy = anatomy_of(wired(long_head() + bytes.fromhex(data)).hex())
    *_others, last = (part for part in anatomy.parts if part.kind is PartKind.RECORD)
    assert last.name == "volume, compact profile with registers"
    assert last.said == "2024-10-01 1.15 m³; 2024-11-01 1.25 m³"

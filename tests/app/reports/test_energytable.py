"""Houses are ranked by what can be compared, and what cannot says what it lacks."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest

from app.model.consumption import Consumption
from app.model.normalised import DegreeDays, Normalised
from app.model.reading import PointId
from app.reports.energy import Analysis, Line
from app.reports.energytable import energy_sheet, quotient_decimals, ranked
from app.reports.sheets.plaintable import plain_csv
from app.reports.words import Words

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
DAYS = DegreeDays(Decimal(400), 31, 0, 0)


def line(
    name: str,
    amount: str | None,
    area: str | None = None,
    *,
    sign: str = "kWh",
    degrees: str | None = "400",
    whole: bool = True,
) -> Line:
    used, m2, days = (
        None if each is None else Decimal(each) for each in (amount, area, degrees)
    )
    point = PointId(f"{name}.energy")
    part = Consumption(point, sign, (BEGIN,), END, (used,), (whole,), (False,))
    return Line(point, name.title(), sign, Normalised(used, m2, days), whole, part)


def ranks(*lines: Line, degrees: DegreeDays | None = DAYS) -> list[tuple[str, int | None]]:
    return [(row.line.device, row.rank) for row in ranked(Analysis(lines, degrees, ()))]


def test_the_largest_use_stands_first_whatever_the_size_of_the_house() -> None:
    small, large = line("small", "20000", "100"), line("large", "50000", "1000")
    assert ranks(large, small) == [("Small", 1), ("Large", 2)]


def test_equal_ones_share_a_rank_and_the_next_one_stands_behind_both() -> None:
    houses = [line("b", "100", "10"), line("a", "200", "20"), line("c", "90", "10")]
    assert ranks(*houses) == [("A", 1), ("B", 1), ("C", 3)]


@pytest.mark.parametrize(("sign", "same"), [("MWh", "10"), ("GJ", "36"), ("kWh", "10000")])
def test_units_of_energy_are_compared_as_what_they_are(sign: str, same: str) -> None:
    houses = [line("mine", "9999", "100"), line("theirs", same, "100", sign=sign)]
    assert ranks(*houses) == [("Theirs", 1), ("Mine", 2)]


def test_energy_and_volume_are_ranked_each_for_itself() -> None:
    houses = [line("e", "10", "10"), line("v", "99", "10", sign="m³"), line("f", "20", "10")]
    assert ranks(*houses) == [("F", 1), ("E", 2), ("V", 1)]


def test_what_cannot_be_compared_has_no_rank_and_says_why() -> None:
    houses = [
        line("bare", "100"),
        line("silent", None, "100"),
        line("gaps", "50", "100", whole=False),
        line("odd", "50", "100", sign="bushels"),
        line("good", "10", "100"),
    ]
    rows = ranked(Analysis(tuple(houses), DAYS, ()))
    assert [(row.line.device, row.rank, row.lacks) for row in rows] == [
        ("Gaps", 1, "not all that was counted is known"),
        ("Good", 2, ""),
        ("Bare", None, "no floor area"),
        ("Silent", None, "nothing counted"),
        ("Odd", None, ""),
    ]


def test_without_degree_days_square_metres_alone_decide_and_unknown_ones_rank_nobody() -> None:
    houses = [line("a", "100", "10", degrees=None), line("b", "300", "10", degrees=None)]
    assert ranks(*houses, degrees=None) == [("B", 1), ("A", 2)]
    unknown = DegreeDays(None, 31, 2, 0)
    assert ranks(*houses, degrees=unknown) == [("A", None), ("B", None)]


def test_a_file_holds_every_figure_its_rank_and_what_lacks() -> None:
    rows = ranked(Analysis((line("good", "1440.00", "600"), line("bare", "7")), DAYS, ()))
    table = energy_sheet(rows, (END, "Anna"), "Europe/Copenhagen", Words("en"))
    text = plain_csv(table, Words("en")).decode("utf-8-sig")
    heads, good, bare = csv.reader(StringIO(text, newline=""))
    told = dict(zip(heads, good, strict=True))
    assert (told["Used"], told["per m²"], told["Rank"]) == ("1440.00", "2.400", "1")
    assert told["per m² and K·d"] == "0.006000"
    assert dict(zip(heads, bare, strict=True)) == {
        "Device": "Bare",
        "Value": "bare.energy",
        "Unit": "kWh",
        "Used": "7",
        "Floor area, m²": "",
        "Degree days, K·d": "400",
        "per m²": "",
        "per K·d": "0.018",
        "per m² and K·d": "",
        "Rank": "",
        "Remarks": "no floor area",
    }


@pytest.mark.parametrize(
    ("amounts", "decimals"),
    [
        (["240.000", "103.500"], 3),  # 2.400 and 1.035: four figures of the largest
        (["24000.0", "11250.5"], 1),  # 240.0
        (["1200000", "950000"], 0),  # 12,000: whole, however many figures
        (["3", "2"], 2),  # 0.03: what was counted has one figure, so has its quotient
        (["240.000", "0.300"], 4),  # 0.0030: the smallest is seen, on the same mark
        (["0.001", "0.001"], 5),  # 0.00001
        (["0.0001"], 6),  # not finer than the model tells it
        (["0", "0.00"], 0),  # nothing used: 0
    ],
)
def test_quotients_are_told_as_finely_as_what_was_counted(
    amounts: list[str], decimals: int
) -> None:
    houses = [line(f"h{at}", each, "100") for at, each in enumerate(amounts)]
    rows = ranked(Analysis(tuple(houses), None, ()))
    assert quotient_decimals(rows, lambda told: told.per_m2).get("kWh", 0) == decimals


def test_each_unit_has_its_own_fineness_and_what_is_unknown_asks_for_none() -> None:
    houses = [
        line("fine", "12.345", "100", sign="MWh"),
        line("coarse", "12345", "100"),
        line("bare", "0.001"),
        line("silent", None, "100", sign="GJ"),
    ]
    rows = ranked(Analysis(tuple(houses), None, ()))
    assert quotient_decimals(rows, lambda told: told.per_m2) == {"MWh": 4, "kWh": 1}

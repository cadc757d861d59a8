"""The rows of the period report: units alike, empty is not nought, sums of what is known."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from app.asked import DeviceView
from app.model.figures import WholeFigures
from app.model.letterhead import Letterhead
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, point_id
from app.reports.paper.plaintable import plain_pdf
from app.reports.sheets.plaintable import plain_csv, plain_xlsx
from app.reports.words import Words
from tests.app.reports.papers import Paper
from tests.fakes import smallplant
from tests.fakes.smallplant import NOON
from widgets.consumption.remarks import moment_words
from widgets.controls.quality import Style
from widgets.periodreport.picks import Pick, Take, offered, pick_of, usual
from widgets.periodreport.rows import (
    Report,
    columns,
    lacking_words,
    report_of,
    running_words,
    sheet,
    sum_of,
    sum_words,
)

ENERGY, VOLUME, MEAN = (
    pick_of(key) for key in ("energy.change", "volume.change", "supply.mean")
)
KWH = PointSpec("e", "Energy", "kWh", 0, role="meter.energy")
MWH = PointSpec("e", "Energy", "MWh", 3, role="meter.energy")
GJ = PointSpec("e", "Energy", "GJ", 2, role="meter.energy")
UNSET = PointSpec("e", "Energy", "unit not set", 3, role="meter.energy")
CUBIC = PointSpec("v", "Volume", "m³", 2, role="meter.volume")
FLOW = PointSpec("t", "Supply", "°C", 1, role="meter.supply")
Roles = Mapping[str, PointSpec]


def roles(*specs: PointSpec) -> Roles:
    return {each.role: each for each in specs}


def views(count: int) -> list[DeviceView]:
    return list(smallplant.many(count))


def whole(spec: PointSpec, change: str | None, mean: float | None = None) -> WholeFigures:
    counted = None if change is None else Decimal(change)
    point = point_id(DeviceId("m"), spec.key)
    return WholeFigures(point, spec.unit, mean, mean, mean, mean, mean, counted)


def report(*devices: tuple[Roles, Mapping[str, WholeFigures]]) -> Report:
    """Return the report of devices, each with its points and what is told of them by key."""
    made = list(zip(views(len(devices)), (has for has, _told in devices), strict=True))
    told: dict[tuple[str, str], WholeFigures] = {
        (view.config.id, key): each
        for (view, _roles), (_has, found) in zip(made, devices, strict=True)
        for key, each in found.items()
    }
    picks = [each for each in (ENERGY, VOLUME, MEAN) if each is not None]
    return report_of(made, picks, told, {views(1)[0].config.id: "B. Jensen"})


def spoken(found: Report) -> list[list[str]]:
    shown = columns(found, named=False)[2:]
    return [[each.cell(row).spoken for each in shown] for row in found.rows]


@pytest.fixture
def found() -> Report:
    """Three meters of three units, one that nobody read, one for water alone."""
    return report(
        (roles(KWH, CUBIC), {"e": whole(KWH, "12000"), "v": whole(CUBIC, "210.55")}),
        (roles(MWH, CUBIC, FLOW), {"e": whole(MWH, "1.234"), "v": whole(CUBIC, "20.00"),
                                   "t": whole(FLOW, None, 65.25)}),
        (roles(GJ), {"e": whole(GJ, "3.60")}),
        (roles(MWH), {"e": whole(MWH, None)}),
        (roles(CUBIC), {"v": whole(CUBIC, "0.00")}),
    )  # fmt: skip


def test_each_column_has_one_unit_and_no_digit_is_invented(found: Report) -> None:
    assert spoken(found) == [
        ["12.000", "210.55", ""],
        ["1.234", "20.00", "65.2"],
        ["1.00", "", ""],
        ["–, no value", "", ""],
        ["", "0.00", ""],
    ]
    heads = [each.title() for each in columns(found, named=True)]
    assert heads == [
        *("Device", "Area", "Customer"),
        *("Energy (E1), counted [MWh]", "Volume (V1), counted [m³]", "Supply, mean [°C]"),
    ]


def test_sums_are_of_what_is_known_and_who_lacks_data_is_named(found: Report) -> None:
    assert ENERGY is not None
    assert MEAN is not None
    total = sum_of(found.rows, ENERGY)
    assert total is not None
    assert (total.words(), total.count, total.is_whole) == ("14.234", 3, True)
    assert sum_of(found.rows, MEAN) is None, "means do not add up"
    assert sum_of(found.rows[3:4], ENERGY) is None
    assert sum_words(found, found.rows) == (
        "5 devices · Energy (E1): 14.234 MWh (3) · Volume (V1): 230.55 m³ (3)"
    )
    name = found.rows[3].view.config.name
    assert lacking_words(found.rows) == f"Without data: {name}"
    assert lacking_words(found.rows[:3]) == ""
    many = [found.rows[3]] * 8
    assert lacking_words(many).endswith("… (+3)")
    assert lacking_words(many[:2]) == f"Without data: {name}; {name}", "a name may have commas"


def test_the_file_has_the_rows_their_sum_and_how_many_it_is_of(found: Report) -> None:
    made = sheet(
        found, found.rows, "Period report", (NOON, "K. Lund"), "UTC", Words("en"), named=True
    )
    content = plain_csv(made, Words("en")).decode("utf-8-sig")
    heads, *rows = csv.reader(StringIO(content, newline=""))
    assert heads[2:5] == ["Customer", "Energy (E1), counted [MWh]", "Volume (V1), counted [m³]"]
    assert rows[0][2:5] == ["B. Jensen", "12.000", "210.55"]
    assert rows[3][3] == rows[4][3] == "", (
        "what is not known is empty, and so is what is not there"
    )
    assert rows[4][4] == "0.00"
    assert rows[5] == ["Sum", "", "", "14.234", "230.55", "", ""]
    assert rows[6] == ["Devices with data", "", "", "3", "3", "", ""]
    assert heads[-1] == "Remarks"
    assert {row[-1] for row in rows} == {""}, "nothing of it is uncertain"


def test_a_unit_that_nobody_chose_is_not_taken_for_another() -> None:
    found = report((roles(UNSET), {"e": whole(UNSET, "1234")}))
    assert spoken(found) == [["unit not set", "", ""]]
    assert "Without data" in lacking_words(found.rows)


def test_what_is_not_all_of_the_time_says_so_in_its_cell_and_its_sum() -> None:
    part = replace(whole(KWH, "120"), is_whole=False)
    guess = replace(whole(KWH, "7"), estimated=True)
    found = report((roles(KWH), {"e": part}), (roles(KWH), {"e": guess}))
    cells = [columns(found, named=False)[2].cell(row) for row in found.rows]
    assert [each.shown.text for each in cells if each.shown] == ["~120", "~7"]
    assert "Energy (E1): ~127 kWh (2)" in sum_words(found, found.rows)


def test_files_mark_what_the_screen_marks() -> None:
    part = replace(whole(KWH, "120"), is_whole=False)
    guess = replace(whole(KWH, "7"), estimated=True)
    devices = [(roles(KWH), {"e": each}) for each in (part, guess, whole(KWH, "3"))]
    found = report(*devices)
    made = sheet(
        found, found.rows, "Period report", (NOON, "K. Lund"), "UTC", Words("en"), named=False
    )
    content = plain_csv(made, Words("en")).decode("utf-8-sig")
    _heads, *rows = csv.reader(StringIO(content, newline=""))
    assert [row[2] for row in rows] == ["120", "7", "3", "130", "3"], "programs read numbers"
    assert [row[-1] for row in rows] == [
        "~ Energy (E1): not all of the time is known",
        "~ Energy (E1): estimated",
        "",
        "~ Energy (E1): not all of the time is known",
        "",
    ]
    book = load_workbook(BytesIO(plain_xlsx(made, Words("en"))))
    cells = [row[2] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [120, 7, 3, 130, 3]
    assert ["~" in cell.number_format for cell in cells] == [True, True, False, True, False]
    words = " ".join(Paper(plain_pdf(made, Letterhead(), Words("en"))).words).split()
    assert {"~120", "~7", "~130", "3"} <= set(words)
    assert "~3" not in words


def test_a_running_period_lacks_nothing_of_who_answered_lately() -> None:
    first, second = (each.config.id for each in views(2))
    runs = replace(whole(KWH, "120"), is_whole=False, runs=True)
    made = [(view, roles(KWH)) for view in views(3)]
    told: dict[tuple[str, str], WholeFigures]
    told = {(view.config.id, "e"): runs for view, _roles in made}
    third = made[2][0].config.id
    told[third, "e"] = replace(runs, runs=False)  # a gap besides: no sum of what is known
    picks = [each for each in (ENERGY,) if each is not None]
    found = report_of(made, picks, told, {}, {first, third})
    cells = [columns(found, named=False)[2].cell(row) for row in found.rows]
    assert [each.shown.text for each in cells if each.shown] == ["120", "~120", "~120"]
    assert cells[0].shown is not None
    assert cells[0].shown.style is Style.PLAIN
    assert "~360" in sum_words(found, found.rows)
    assert "~" not in sum_words(found, found.rows[:1])
    guessed: dict[tuple[str, str], WholeFigures]
    guessed = {(first, "e"): replace(runs, estimated=True)}
    guess = report_of(made[:1], picks, guessed, {}, {first, second})
    cell = columns(guess, named=False)[2].cell(guess.rows[0])
    assert cell.shown is not None
    assert (cell.shown.text, cell.shown.tip) == ("~120", "estimated")


def test_up_to_when_a_running_period_is_told() -> None:
    assert running_words(None, None) == ""
    assert running_words(NOON, UTC) == (
        f"This period is not over: so far, up to {moment_words(NOON, UTC)}"
    )


def test_sums_of_many_units_are_exact_and_brought_together_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices = [
        (roles(spec), {"e": whole(spec, change)})
        for spec, change in ((KWH, "3333"), (MWH, "0.667"), (GJ, "3.60"))
        for _nth in range(40)
    ]
    added: list[Fraction] = []

    def counting(self: Fraction, other: Fraction) -> Fraction:
        added.append(self)
        return real(self, other)

    real = Fraction.__add__
    monkeypatch.setattr(Fraction, "__add__", counting)
    found = report(*devices)
    assert ENERGY is not None
    added.clear()
    total = sum_of(found.rows, ENERGY)
    assert total is not None
    assert total.value == 40 * (Fraction(3333, 1000) + Fraction(667, 1000) + 1)
    assert len(added) < 8, "120 figures of a few denominators"


def test_sorting_puts_empty_cells_below_all_figures(found: Report) -> None:
    energy = columns(found, named=False)[2]
    assert energy.order is not None
    order = sorted(range(5), key=lambda nth: energy.order(found.rows[nth]))  # type: ignore[misc]
    assert order[-3:] == [2, 1, 0]


def test_columns_are_offered_of_what_the_plant_has() -> None:
    offers = offered([roles(KWH, FLOW)])
    keys = [each.key for each in offers]
    assert {"energy.change", "energy.last", "supply.mean", "supply.least"} <= set(keys)
    assert "supply.change" not in keys, "a temperature counts nothing"
    assert not any(key.startswith("volume") for key in keys)
    assert [each.key for each in usual(offers)] == ["energy.change"]
    assert [each.take for each in usual(offered([roles(FLOW)]))] == [Take.MEAN]
    assert usual([]) == []


@pytest.mark.parametrize(
    "key", ["", "energy", "energy.sum", "heat.change", "supply.change", None]
)
def test_a_column_that_nobody_knows_is_none(key: object) -> None:
    assert pick_of(key) is None


def test_a_word_is_no_quantity() -> None:
    words = replace(FLOW, kind=ValueKind.TEXT)
    assert isinstance(MEAN, Pick)
    assert MEAN.spec(roles(words)) is None
    assert MEAN.spec(roles(FLOW)) is FLOW

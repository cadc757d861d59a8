"""A row a device: what was due, what came, of which quality; a file with the same."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.performance import Performance
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality
from app.reports.sheets.plaintable import plain_csv
from app.reports.words import Words
from tests.fakes import smallplant
from tests.fakes.received import came
from tests.fakes.smallplant import NOON
from widgets.received.rows import (
    Row,
    columns,
    judged_by,
    percent_words,
    points_of,
    qualities_in,
    share,
    sheet,
    summary,
    together,
)

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 1, 18, 23, tzinfo=UTC)
ENERGY = PointSpec("e1", "Energy", "kWh", 2, role="meter.energy")
VOLUME = PointSpec("v1", "Volume", "m³", 2, role="meter.volume")
SUPPLY = PointSpec("s3", "Supply", "°C", 1, role="temperature.supply")
RETURN = PointSpec("s5", "Return", "°C", 1, role="temperature.return")
FLOW = PointSpec("f", "Flow", "m³/h", 2, role="meter.flow")
MODE = PointSpec("mode", "Mode", kind=ValueKind.CHOICE, role="mode")
TARGET = replace(SUPPLY, key="target", live=False)


def rows() -> list[Row]:
    """Return a day and a half of the fake plant."""
    return [
        Row(view, came(PointId(f"{view.config.id}.s3"), BEGIN, NOON))
        for view in smallplant.substations()
    ]


def named(name: str) -> Row:
    return next(row for row in rows() if row.view.config.name == name)


def roles(*specs: PointSpec) -> dict[str, PointSpec]:
    return {spec.role: spec for spec in specs}


@pytest.mark.parametrize(
    ("specs", "meant"),
    [
        ((SUPPLY, ENERGY, VOLUME), ENERGY),
        ((VOLUME, SUPPLY), VOLUME),
        ((RETURN, SUPPLY), SUPPLY),
        ((FLOW, MODE), FLOW),
        ((RETURN, TARGET), RETURN),
        ((MODE,), None),
        ((), None),
    ],
)
def test_a_device_is_judged_by_its_index_else_by_what_it_measures(
    specs: Sequence[PointSpec], meant: PointSpec | None
) -> None:
    assert judged_by(roles(*specs)) == meant


def test_every_device_that_can_be_judged_has_a_point() -> None:
    one, two, three = smallplant.substations()[:3]
    alike = [(roles(SUPPLY), (one, two)), (roles(MODE), (three,))]
    assert points_of(alike) == [
        (one, PointId(f"{one.config.id}.s3")),
        (two, PointId(f"{two.config.id}.s3")),
    ]


@given(st.integers(0, 40_000), st.integers(1, 40_000))
def test_a_percentage_is_never_whole_while_something_lacks(part: int, whole: int) -> None:
    part = min(part, whole)
    told = round(share(part, whole), 1)
    assert 0 <= told <= 100
    assert (told == 100) == (part == whole)
    assert (told == 0) == (part == 0)
    assert abs(told - 100 * part / whole) <= 0.1 + 1e-9


def test_where_nothing_was_due_there_is_no_percentage() -> None:
    assert percent_words(0, 0) == "–"
    told = Performance(PointId("m.e"), NOON, NOON, 0)
    assert (told.percent, together([told])) == (None, (0, 0))
    assert summary([Row(rows()[0].view, told)]) == "No reading was due in this time."


@pytest.mark.feature("RD-39")
def test_the_plant_is_told_in_a_sentence() -> None:
    told = rows()
    due, received = together(row.told for row in told)
    assert due == sum(row.told.expected for row in told)
    lost = due - received
    assert summary(told) == (
        f"{100 * received / due:.1f} % of {due} readings received, 2 devices lack some"
    )
    assert lost > 0
    assert "0 devices lack some" in summary([named("Ahornvej 14")])
    assert "1 device lacks some" in summary([named("Lindevej 8")])


def test_a_device_that_came_later_is_not_blamed_for_before() -> None:
    new = named("Skovvej 118")
    assert new.told.since == NOON - timedelta(days=1)
    assert (new.told.expected, new.told.received) == (96, 96)
    assert new.is_whole


def test_what_is_doubtful_came_and_what_is_offline_did_not() -> None:
    doubtful, silent, lossy = (
        named(name) for name in ("Egevænget 5", "Lindevej 8", "Birkevej 27")
    )
    assert doubtful.told.by_quality[Quality.UNCERTAIN] > 0
    assert doubtful.is_whole
    assert silent.told.by_quality[Quality.OFFLINE] == 104
    assert (silent.told.missing, silent.is_whole) == (0, False)
    assert lossy.told.missing == lossy.told.expected - lossy.told.received > 0


def cells(told: Sequence[Row]) -> list[dict[str, str]]:
    made = columns(qualities_in(told), ZONE)
    return [{column.title(): column.cell(row).text for column in made} for row in told]


def test_only_qualities_that_occur_have_a_column() -> None:
    assert qualities_in([named("Ahornvej 14")]) == [Quality.GOOD]
    assert set(qualities_in(rows())) == {Quality.GOOD, Quality.UNCERTAIN, Quality.OFFLINE}
    assert qualities_in([]) == [Quality.GOOD]
    assert list(cells(rows())[0]) == [
        *("Device", "Area", "Received %", "Received", "Due"),
        *("good %", "uncertain %", "offline %", "nothing %", "Due since"),
    ]


def test_the_shares_of_a_row_are_those_of_what_was_due() -> None:
    for row, told in zip(cells(rows()), rows(), strict=True):
        due = told.told.expected
        assert row["Due"] == str(due)
        assert row["Received"] == str(told.told.received)
        parts = [row[each] for each in ("good %", "uncertain %", "offline %", "nothing %")]
        assert sum(map(float, parts)) == pytest.approx(100, abs=0.2)
        assert float(row["Received %"]) == pytest.approx(
            100 * told.told.received / due, abs=0.1
        )


def test_a_row_that_lacks_something_is_marked_and_not_by_colour_alone() -> None:
    (name, *_others) = columns([Quality.GOOD], ZONE)
    mark = name.cell(named("Lindevej 8")).mark
    assert mark is not None
    assert mark.drawing == "warning"
    assert name.cell(named("Ahornvej 14")).mark is None


def test_rows_are_sorted_by_their_numbers_not_their_words() -> None:
    made = {column.id: column for column in columns(qualities_in(rows()), ZONE)}
    for name in ("percent", "received", "expected", "nothing", "since"):
        order = made[name].order
        assert order is not None
        assert min(rows(), key=order) in rows()
    nothing = Row(rows()[0].view, Performance(PointId("m.e"), NOON, NOON, 0))
    order = made["percent"].order
    assert order is not None
    assert order(nothing) < order(named("Lindevej 8"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_file_holds_the_rows_of_the_screen(language: str) -> None:
    words = Words(language)
    told = sheet(rows(), qualities_in(rows()), (NOON, "K. Lund"), ZONE, words)
    text = plain_csv(told, words).decode("utf-8-sig")
    between = ";" if words.decimal_sign == "," else ","
    heads, *written = csv.reader(StringIO(text, newline=""), delimiter=between)
    shown = cells(rows())
    assert len(heads) == len(shown[0])
    for line, row in zip(written, shown, strict=True):
        assert [each.replace(",", ".") for each in line[:-1]] == list(row.values())[:-1]
        assert line[-1] == row["Due since"]

"""Rows of quarter hours: the present above, every cell with its quality and its door."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Series
from tests.fakes.desk import COPENHAGEN
from tests.fakes.smallplant import NOON
from widgets.controls.quality import Style
from widgets.models.valuerows import LIVE, Shelf, column_head, shelf_columns, shelf_table

FLOW = PointSpec("s3", "S3 Heating flow", "°C", 1)
MODE = PointSpec("mode", "Mode (HC1)", "", 0, ValueKind.CHOICE, {1: "scheduled", 2: "comfort"})
POINTS = (PointId("a.s3"), PointId("a.mode"))


def series(
    point: PointId, values: Sequence[float | None], qualities: Sequence[Quality]
) -> Series:
    begin = round((NOON - timedelta(hours=1)).timestamp() * 1000)
    return Series(
        point,
        begin + 900_000 * np.arange(len(values), dtype=np.int64),
        np.array([np.nan if value is None else value for value in values]),
        np.array([CODE_OF[quality] for quality in qualities], dtype=np.uint8),
    )


GOOD = Quality.GOOD
STORED = (
    series(
        POINTS[0],
        [50.0, 51.25, None, 53.0, -0.04],
        [GOOD, Quality.UNCERTAIN, Quality.OFFLINE, Quality.STALE, Quality.MANUAL],
    ),
    series(POINTS[1], [1.0, 2.0, 2.0, 7.0], [GOOD] * 4),
)


def shelf(*live: Reading, specs: tuple[PointSpec, ...] = (FLOW, MODE)) -> Shelf:
    table = shelf_table(
        specs,
        STORED,
        "Ahornvej 14",
        (NOON - timedelta(hours=1), NOON),
        zone="Europe/Copenhagen",
        made_at=NOON,
        made_by="K. Lund",
    )
    held = {reading.point: reading for reading in live}
    return Shelf(table, specs, POINTS, held.get, lambda: NOON, COPENHAGEN)


def test_the_newest_row_is_first_and_the_present_above_it() -> None:
    made = shelf()
    rows = made.rows()
    assert rows == [LIVE, 4, 3, 2, 1, 0]
    assert [made.time(row).text for row in rows[:3]] == [
        *("Now 12:00:00", "20 Jan 2026 12:00", "20 Jan 2026 11:45"),
    ]


@pytest.mark.parametrize(
    ("row", "text", "style"),
    [
        (1, "~51.2", Style.UNCERTAIN),
        (2, "–", Style.BAD),
        (3, "53.0", Style.STALE),
        (4, "0.0", Style.MANUAL),
    ],
)
def test_a_value_that_is_not_good_says_so(row: int, text: str, style: Style) -> None:
    told = shelf().cell(0, row).shown
    assert told is not None
    assert (told.text, told.style) == (text, style)
    assert told.tip, "why"


def test_a_good_value_is_calm_text() -> None:
    cell = shelf().cell(0, 0)
    assert cell.shown is None
    assert cell.text == "50.0"


def test_a_moment_without_sample_is_no_value_and_no_alarm() -> None:
    told = shelf().cell(1, 4).shown
    assert told is not None
    assert (told.text, told.style, told.tip) == ("–", Style.NONE, "nothing was stored")


def test_a_word_stands_with_its_code() -> None:
    made = shelf(Reading(POINTS[1], 2.0, GOOD, NOON))
    assert made.cell(1, 0).text == "scheduled (1)"
    live = made.cell(1, LIVE).shown
    assert live is not None
    assert live.text == "comfort (2)"
    assert made.cell(1, 3).text == "7", "a code nobody named stays a number"


def test_the_present_has_no_unit_of_its_own_it_stands_in_the_head() -> None:
    live = shelf(Reading(POINTS[0], 48.0, GOOD, NOON)).cell(0, LIVE).shown
    assert live is not None
    assert (live.text, live.unit) == ("48.0", "")
    nothing = shelf().cell(0, LIVE).shown
    assert nothing is not None
    assert nothing.style is Style.NONE


@pytest.mark.parametrize(
    ("spec", "head"),
    [
        (FLOW, "S3 Heating flow [°C]"),
        (MODE, "Mode (HC1) [Other]"),
        (replace(FLOW, name="<b>x</b>"), "<b>x</b> [°C]"),
    ],
)
def test_heads_say_name_and_unit(spec: PointSpec, head: str) -> None:
    assert column_head(spec) == head
    made = shelf(specs=(spec, MODE))
    assert shelf_columns(made)[1].title() == head


def test_every_cell_is_the_door_to_its_own_moment() -> None:
    made = shelf()
    at: datetime = NOON - timedelta(minutes=45)
    door = made.door(1, "s3")
    assert door is not None
    assert (door.point, door.at) == (POINTS[0], at)
    assert door.reading is not None
    assert (door.reading.value, door.reading.quality) == (51.25, Quality.UNCERTAIN)
    lost = made.door(2, "s3")
    assert lost is not None
    assert lost.reading is not None
    assert lost.reading.value is None
    empty = made.door(4, "mode")
    assert empty is not None
    assert empty.reading is None
    assert empty.at == NOON
    live = made.door(LIVE, "s3")
    assert live is not None
    assert live.at is None
    assert made.door(1, "time") is None
    assert made.door(1, "nothing") is None

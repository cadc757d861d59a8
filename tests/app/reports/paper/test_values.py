"""Printed tables of values keep their columns apart, whatever is in them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.model.letterhead import Letterhead
from app.model.reading import PointId, Quality
from app.reports.paper.values import NARROWEST_MM, TIME_MM, parts, values_pdf
from app.reports.render.style import TEXT_MM
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.reports.words import Words
from app.series import CODE_OF, Series
from tests.app.reports.ink import Ink, outside, overlaps
from tests.app.reports.papers import Paper

START = datetime(2026, 3, 28, 23, tzinfo=UTC)  # the clock is set in this night
HEAD = Letterhead("Østerby Fjernvarme", "Fjernvarmevej 2")
MARGINS_MM = (19.0, 11.8, 198.1, 289.1)
WORDS = ((0, "comfort"), (1, "Notbetrieb mit Frostschutz und Pumpennachlauf"))


def column(name: str, choices: tuple[tuple[int, str], ...] = (), count: int = 6) -> ValueColumn:
    qualities = [Quality.GOOD, Quality.UNCERTAIN, Quality.STALE, Quality.MANUAL]
    codes = [CODE_OF[qualities[at % 4]] for at in range(count)]
    times = [
        round((START + timedelta(minutes=15 * at)).timestamp() * 1000) for at in range(count)
    ]
    values = [float(at % 2) if choices else 50.0 + at / 7 for at in range(count)]
    series = Series(
        PointId(f"a.{name}"),
        np.array(times, dtype=np.int64),
        np.array(values),
        np.array(codes, dtype=np.uint8),
    )
    return ValueColumn(name, "Ahornvej 14", "", 1, series, choices)


def table(*columns: ValueColumn) -> ValueTable:
    return value_table(
        columns,
        (START, START + timedelta(days=7)),
        title="Ahornvej 14",
        zone="Europe/Copenhagen",
        made_at=START + timedelta(days=2),
        made_by="K. Lund",
    )


def printed(made: ValueTable, language: str = "en") -> Paper:
    return Paper(values_pdf(made, HEAD, Words(language)))


@pytest.mark.parametrize("language", ["en", "da", "de", "fr", "xx"])
@pytest.mark.parametrize("name", ["S3 Flow", "S3 " + "Heating flow " * 20, "W" * 100])
def test_times_names_and_values_do_not_touch(name: str, language: str) -> None:
    ink = Ink(printed(table(*[column(f"{name}{nth}") for nth in range(9)]), language))
    assert list(overlaps(ink)) == []
    assert list(outside(ink, MARGINS_MM)) == []


@pytest.mark.parametrize("language", ["en", "xx"])
def test_a_value_in_many_words_ends_with_dots_at_its_column(language: str) -> None:
    made = table(*[column(f"Mode {nth}", WORDS) for nth in range(7)])
    ink = Ink(printed(made, language))
    assert list(overlaps(ink)) == []
    assert any(text.text.endswith("…") for text in ink.texts)


def test_more_columns_than_a_page_has_room_for_follow_behind() -> None:
    most = int((TEXT_MM - TIME_MM) // NARROWEST_MM)
    assert [len(part) for part in parts(most + 2)] == [most, 2]
    words = " ".join(printed(table(*[column(f"Value {nth}") for nth in range(most + 2)])).words)
    assert words.count("Local time") == 2
    assert f"Value {most + 1}" in words


def test_long_tables_repeat_their_heads_on_every_page() -> None:
    paper = printed(table(column("S3", count=300)))
    assert paper.pages > 2
    for number, words in enumerate(paper.words, start=1):
        assert "Local time" in words
        assert f"Page {number} of {paper.pages}" in words


def test_all_fonts_of_a_table_are_embedded() -> None:
    assert set(printed(table(column("S3"))).fonts.values()) == {True}


@pytest.mark.parametrize("language", ["en", "da", "de", "fr"])
def test_every_day_of_the_year_is_printed_whole(language: str) -> None:
    words = Words(language)
    zone = ZoneInfo("Europe/Copenhagen")
    days = [datetime(2026, month, 28, 11, 45, tzinfo=UTC) for month in range(1, 13)]
    series = Series(
        PointId("a.s3"),
        np.array([round(day.timestamp() * 1000) for day in days], dtype=np.int64),
        np.arange(12.0),
        np.zeros(12, dtype=np.uint8),
    )
    made = value_table(
        [ValueColumn("S3", "Ahornvej 14", "°C", 1, series)],
        (days[0], days[-1]),
        title="Ahornvej 14",
        zone=zone.key,
        made_at=START,
        made_by="K. Lund",
    )
    (page,) = printed(made, language).words
    for day in days:
        assert words.moment(day, zone, seconds=False) in page


def test_a_week_of_eight_values_stands_side_by_side_with_its_heads_on_every_page() -> None:
    columns = [column(f"S{nth}", count=7 * 96) for nth in range(8)]
    pages = printed(table(*columns)).words
    assert len(pages) == 11  # 672 rows, some 64 to a page; not twice as many
    for nth, page in enumerate(pages, start=1):
        assert all(f"S{at}" in page for at in range(8))
        assert f"Page {nth} of {len(pages)}" in page


def test_a_table_repeats_its_figures_without_making_the_file_large() -> None:
    columns = [column(f"S{nth}", count=7 * 96) for nth in range(8)]
    raw = values_pdf(table(*columns), HEAD, Words("en"))
    assert b"/ASCII85Decode" not in raw
    assert len(raw) < 350_000  # fonts 40 kB, then 20 kB a page

"""Ten years of a meter, and fifty meters of a month, on the real window over a real project."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QFileDialog

from app.compose.joining import join
from app.compose.samplefiles import Manner, bring_in
from app.model.consumption import Step
from app.model.reading import PointId
from tests.journeys.meteryears import (
    BEGIN,
    FIRST_YEAR,
    HEAT,
    HOLED,
    HOUR,
    HOUR_MS,
    INDEX,
    LONG_GAP,
    MANY,
    METER,
    MONTH,
    NOW,
    SHORT_GAP,
    SUPPLY,
    TODAY,
    VOLTAGE,
    YEARS,
    ZONE,
    compared,
    index_at,
    ms,
    years_site,
)
from tests.journeys.product import heatdesk, json_of
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import LOGIN, PASSWORD, Site
from widgets.charts.timescale import day_bounds
from widgets.consumption.stretch import Scale, own, stretch_of
from widgets.devicetabs.consumption import ConsumptionTab
from widgets.pages.comparison import ComparisonPage
from widgets.pages.periodreport import PeriodReportPage
from widgets.pages.retention import RetentionPage
from widgets.pagetype import Show

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with years_site(tmp_path_factory.mktemp("month"), years=False) as made:
        yield made


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        yield made


@pytest.fixture
def aged(tmp_path: Path) -> Iterator[Screen]:
    with years_site(tmp_path, years=True) as made, screen_over(made) as screen:
        yield screen


def settled(screen: Screen) -> None:
    screen.until(lambda: screen.window.context.asking.standing[1] == 0, what="the answers")
    screen.live(0.1)


def consumption(screen: Screen, around: datetime = NOW) -> ConsumptionTab:
    screen.window.show_page(Show("device", METER, INDEX, around, part="consumption"))
    screen.until(lambda: screen.seen(ConsumptionTab), what="the tab")
    settled(screen)
    return screen.seen(ConsumptionTab)[0]


def amounts(screen: Screen) -> list[Decimal]:
    rows = screen.rows("Consumption")
    head = next(each for each in rows[0] if each.startswith("Consumption"))
    factor = 1000 if "MWh" in head else 1
    told = [row[head].replace("\u00a0", "").lstrip("~") for row in rows]
    return [Decimal(each) * factor for each in told if each[0].isdigit()]


def decade(screen: Screen) -> list[Decimal]:
    """Show ten years by their years; a day had its hours, whatever the clock did."""
    consumption(screen)
    screen.press("Period: 10 years")
    settled(screen)
    return amounts(screen)


@pytest.mark.campaign
@pytest.mark.feature("EW-30")
@pytest.mark.feature("RD-57")
def test_ten_years_are_what_the_meter_counted_also_after_most_readings_went(
    aged: Screen,
) -> None:
    screen = aged
    years = decade(screen)
    assert len(years) == YEARS
    last = ms(NOW - HOUR) // HOUR_MS * HOUR_MS
    final, initial = (Decimal(str(index_at(np.array([at]))[0])) for at in (last, ms(BEGIN)))
    assert sum(years) == final - initial
    whole = years[1:-1]
    assert all(each in {Decimal(8760), Decimal(8784)} for each in whole), (
        "no year is an hour off"
    )

    before = readings(screen, INDEX), readings(screen, VOLTAGE)
    screen.window.show_page(Show("retention"))
    screen.until(lambda: screen.seen(RetentionPage), what="the page")
    settled(screen)
    screen.press("Try")
    settled(screen)
    screen.press("Throw away now")
    settled(screen)
    after = readings(screen, INDEX), readings(screen, VOLTAGE)
    assert [len(each) for each in after] < [len(each) for each in before]
    assert decade(screen) == years, "to the last digit"

    for left in after:
        kept = [each.astimezone(ZONE) for each in left]
        since = _months_ago(13)
        for month, found in by_month(kept).items():
            if month in {(FIRST_YEAR, 1), (since.year, since.month)}:
                continue  # where a stage begins its neighbour's edge stays as well
            if month > (since.year, since.month):
                continue
            assert all((each.hour, each.minute) == (0, 0) for each in found), month
            daily = month >= _stage(60)
            assert [each.day for each in found] == (
                [*range(1, len(found) + 1)] if daily else [1]
            ), "the reading at the plant's midnight is the one that stays"


def _months_ago(months: int) -> date:
    count = TODAY.year * 12 + TODAY.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _stage(months: int) -> tuple[int, int]:
    first = _months_ago(months)
    return first.year, first.month


def by_month(moments: list[datetime]) -> dict[tuple[int, int], list[datetime]]:
    found: dict[tuple[int, int], list[datetime]] = {}
    for each in moments:
        found.setdefault((each.year, each.month), []).append(each)
    return found


def readings(screen: Screen, point: PointId) -> list[datetime]:
    history, viewer = screen.joined.asked.history, screen.joined.viewer
    (found,) = screen.ask(history.quarters(viewer, [point], BEGIN, NOW))
    return [datetime.fromtimestamp(at / 1000, UTC) for at in found.times_ms.tolist()]


@pytest.mark.feature("EW-33")
def test_today_stands_beside_the_same_hours_of_yesterday(screen: Screen) -> None:
    tab = consumption(screen)
    screen.press("Period: Day")
    settled(screen)
    hours = (NOW - day_bounds(TODAY, ZONE)[0]) // HOUR - 1
    if hours < 1:
        pytest.skip(
            "no two hours of today are over yet: nothing of it can stand beside another"
        )
    pairs = tab.sight.told.pairs if tab.sight is not None else ()
    both = [each for each in pairs if each.now and each.before and each.now.amount is not None]
    assert all(each.now.amount == Decimal("1.50") for each in both if each.now)
    assert all(each.before.amount == 1 for each in both if each.before)
    assert screen.says(f"Of the parts known in both: +{len(both) * 0.5:.2f} kWh (+50.0 %)")
    assert screen.says("beside it 24.00 kWh") or TODAY.month in (3, 10)


@pytest.mark.feature("EW-42")
def test_the_file_of_the_screen_is_offered_as_datalogger_and_adds_up_to_it(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = []

    def chosen(_over: object, _title: str, proposed: str, _filter: str) -> tuple[str, str]:
        offered.append(Path(proposed).name)
        return str(tmp_path / Path(proposed).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    tab = consumption(screen, datetime(2025, 10, 26, 12, tzinfo=UTC))
    tab.files._ask_path("csv")
    file = tmp_path / "datalogger.csv"
    screen.until(lambda: file.exists() and not screen.window.context.work.running())
    assert offered == ["datalogger.csv"]
    text = file.read_text(encoding="utf-8-sig")
    _heads, *rows = csv.reader(StringIO(text, newline=""))
    shown = amounts(screen)
    assert [Decimal(row[2]) for row in rows] == shown
    assert len(rows) == 25
    assert sum(shown) == 25


@pytest.mark.feature("LM-63")
@pytest.mark.feature("LM-65")
def test_two_values_of_fifty_devices_stand_beside_themselves_in_days_of_ones_own(
    screen: Screen,
) -> None:
    screen.window.show_page(Show("comparison"))
    screen.until(lambda: screen.seen(ComparisonPage), what="the page")
    (page,) = screen.seen(ComparisonPage)
    page.bar.choose(own(date(2025, 10, 20), date(2025, 10, 30)))
    page.add(compared())
    assert len(page.points) == 2 * MANY
    screen.until(lambda: len(screen.rows("Two periods")) > 2 * MANY, what="the values")
    settled(screen)
    rows = screen.rows("Two periods")
    now, before = "20 Oct 2025 – 29 Oct 2025", "10 Oct 2025 – 19 Oct 2025"
    fine = [nth for nth, point in enumerate(compared()) if point != HOLED]
    hours, earlier = 10 * 24 + 1, 10 * 24  # the clock went back on the 26th
    for nth in fine:
        each = Decimal(1 + nth) / 100
        assert Decimal(rows[nth][now].replace("\u00a0", "")) == each * hours
        assert Decimal(rows[nth][before].replace("\u00a0", "")) == each * earlier
    assert rows[fine[0]]["%"] == "+0.4"


def test_what_fifty_meters_counted_is_final_less_initial(screen: Screen) -> None:
    history, viewer = screen.joined.asked.history, screen.joined.viewer
    work = history.consumption(viewer, compared(), MONTH.start, MONTH.end, Step.DAY)
    hours = (MONTH.end - MONTH.start) // HOUR
    for nth, found in enumerate(screen.ask(work)):
        placed = sum(each for each in found.amounts if each is not None)
        lost = sum(each.amount for each in found.unplaced)
        assert placed + lost == hours * Decimal(1 + nth) / 100


def period_report(screen: Screen) -> PeriodReportPage:
    """Show what October was."""
    screen.window.show_page(Show("periodreport"))
    screen.until(lambda: screen.seen(PeriodReportPage), what="the page")
    (page,) = screen.seen(PeriodReportPage)
    page.bar.choose(stretch_of(Scale.MONTH, date(2025, 10, 10)))
    screen.until(lambda: len(screen.rows("Period report")) == 1 + MANY + len(HEAT))
    settled(screen)
    return page


NONE = "–, no value"


def by_device(screen: Screen) -> dict[str, dict[str, str]]:
    return {row["Device"]: row for row in screen.rows("Period report")}


@pytest.mark.feature("RD-36")
@pytest.mark.feature("RD-63")
@pytest.mark.feature("LM-46")
def test_a_plant_is_told_in_one_unit_with_its_sums_and_who_was_never_read(
    screen: Screen, tmp_path: Path
) -> None:
    page = period_report(screen)
    energy, volume = "Energy (E1), counted [MWh]", "Volume (V1), counted [m³]"
    found, hours = by_device(screen), (MONTH.end - MONTH.start) // HOUR
    assert Decimal(found["Heat 1"][energy]) == Decimal(2 * hours) / 1000
    assert Decimal(found["Heat 2"][energy]) == Decimal(3 * hours) / 1000
    assert (found["Heat 3"][energy], found["Heat 3"][volume]) == (NONE, NONE), "never 0"
    assert found["Meter 1"][volume] == "", "it has no such value"
    of_meters = [Decimal(1 + 2 * nth) / 100 * hours for nth in range(MANY)]
    total = (5 * hours + hours + sum(of_meters)) / 1000
    assert screen.says(f"Energy (E1): {total:.5f} MWh ({MANY + 3})")
    assert screen.says(f"Volume (V1): {Decimal('0.12') * hours:.2f} m³ (2)")
    assert screen.says("Without data: Heat 3")
    gap_within = found["Meter 02"][energy]
    assert Decimal(gap_within) == of_meters[0] / 1000, "a gap within the time loses nothing"

    page.bar.choose(own(date(2025, 10, 5), date(2025, 10, 15)))
    settled(screen)
    name = next(
        each for each in by_device(screen)["Meter 02"] if each.startswith("Energy (E1)")
    )
    assert "~" not in by_device(screen)["Meter 02"][name]
    page.bar.choose(own(date(2025, 10, 10), date(2025, 10, 15)))
    settled(screen)
    assert "~" in by_device(screen)["Meter 02"][name], "a part of the gap lies before"

    file = tmp_path / "report.csv"
    page.files.write(file)
    screen.until(lambda: file.exists() and not screen.window.context.work.running())
    _heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert [row[0] for row in rows[-2:]] == ["Sum", "Devices with data"]
    known = [Decimal(row[2]) for row in rows[:-2] if row[2]]
    assert sum(known) == Decimal(rows[-2][2])
    assert len(known) == int(rows[-1][2]) == MANY + 3


@pytest.mark.feature("LM-44")
def test_each_column_is_the_figure_that_sql_tells_of_all_samples(screen: Screen) -> None:
    page = period_report(screen)
    takes = {"least": "MIN(v)", "most": "MAX(v)", "mean": "AVG(v)"}
    page.keys = [f"supply.{take}" for take in (*takes, "first", "last")]
    page.refresh()
    settled(screen)
    history, viewer = screen.joined.asked.history, screen.joined.viewer
    (series,) = screen.ask(history.quarters(viewer, [SUPPLY], MONTH.start, MONTH.end))
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE samples (at INTEGER, v REAL)")
        base.executemany(
            "INSERT INTO samples VALUES (?, ?)",
            zip(series.times_ms.tolist(), series.values.tolist(), strict=True),
        )
        (truth,) = base.execute(f"SELECT {', '.join(takes.values())} FROM samples")
        ends = [
            base.execute(f"SELECT v FROM samples ORDER BY at {way} LIMIT 1").fetchone()[0]
            for way in ("ASC", "DESC")
        ]
    row = by_device(screen)["Heat 1"]
    words = ("smallest", "largest", "mean", "first", "last")
    shown = [row[f"Supply, {word} [°C]"] for word in words]
    assert shown == [f"{value:.1f}" for value in (*truth, *ends)]
    assert set(by_device(screen)) == {"Heat 1", "Heat 2", "Heat 3"}


@pytest.mark.feature("RD-50")
def test_gaps_are_filled_in_a_file_marked_and_never_come_back_as_readings(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "october.csv"
    of = ("--devices", "meter-02", "--points", "energy_import", "--since", "2025-10-01")
    options = ("--user", LOGIN, "--password-file", site.home / "word", "--json")
    done = heatdesk(
        site.home,
        "history",
        "export",
        site.folder,
        "--out",
        file,
        *of,
        "--fill-gaps",
        6,
        *options,
    )
    made = json_of(done)
    hours = (MONTH.end - MONTH.start) // HOUR + 1
    assert made["interpolated"] == SHORT_GAP[1] - SHORT_GAP[0]
    assert made["samples"] == hours - (LONG_GAP[1] - LONG_GAP[0])
    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    put_in = [row for row in rows if row["reason"] == "interpolated"]
    assert {row["quality"] for row in put_in} == {"uncertain"}
    assert {row["quality"] for row in rows if row not in put_in} == {"good"}
    values = [Decimal(row["value"]) for row in rows]
    steps = [after - each for each, after in pairwise(values)]
    assert sum(steps) == values[-1] - values[0]
    gap = LONG_GAP[1] - LONG_GAP[0] + 1
    assert sorted(set(steps)) == [Decimal("0.01"), gap * Decimal("0.01")], "the long one stays"

    with join(site.folder, LOGIN, PASSWORD, only=()) as joined:
        told = bring_in(joined, file, Manner())
        assert told.interpolated == len(put_in)
        assert told.verdict.same == len(rows) - len(put_in)
        assert told.verdict.taken == 0
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 20))
    (entry,) = [each for each in entries if each.verb == "samples.keep_export"]
    assert json.loads(entry.new)["interpolated"] == str(len(put_in))

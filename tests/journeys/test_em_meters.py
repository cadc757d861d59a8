"""The meters that a controller reads itself: six quantities of EM1 to EM5 to be chosen."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from app.history.samples import Bulk
from app.model.alarm import AlarmRule
from app.model.device import Option
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.project.config import PlantConfig
from app.project.opening import open_project
from tests.app.project.sites import device, link
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import LOGIN, Site, at_home, create_site
from widgets.charts.penpicker import PenPicker
from widgets.charts.period import custom
from widgets.controls.columnpicker import ColumnPicker
from widgets.devicelist.table import DeviceTable
from widgets.devicetabs.readings import ReadingsTab
from widgets.pages.periodreport import PeriodReportPage
from widgets.pagetype import Show

HOUSE = DeviceId("house")
BEGIN = datetime(2026, 2, 2, tzinfo=UTC)
QUARTERS = 96
# The places are not published; these are made up, as an engineer would enter them.
PLACES = {
    "energy": (1, "uint32", "MWh"),
    "volume": (3, "uint32", "m³"),
    "flow": (5, "uint16", "l/h"),
    "power": (6, "uint16", "kW"),
    "t1": (7, "int16", ""),
    "t2": (8, "int16", ""),
}
KEYS = [f"em{meter}_{key}" for meter in range(1, 6) for key in PLACES]
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


def options() -> dict[str, Option]:
    made: dict[str, Option] = {}
    for key, (offset, kind, unit) in PLACES.items():
        made |= {f"mbus_{key}_offset": offset, f"mbus_{key}_type": kind}
        if unit:
            made[f"mbus_{key}_unit"] = unit
    return made


def value_of(key: str) -> float:
    """Return what a point's samples begin with: another figure for each of the thirty."""
    return 10.0 * KEYS.index(key) + 5.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project with a controller that reads five meters, and a day of each quantity."""
    home = tmp_path_factory.mktemp("em")
    with at_home(home):
        made = Site(home)
        create_site(made, ())

        def fill(config: PlantConfig) -> PlantConfig:
            own = device(
                HOUSE, profile="danfoss.ecl310.a266_1", enabled=False, options=options()
            )
            return config.with_link(link()).with_device(own)

        with closing(open_project(made.folder, now=lambda: BEGIN)) as project:
            project.configuration.change(LOGIN, "", fill)
        with made.joined() as joined:
            assert joined.core is not None
            first = int(BEGIN.timestamp()) * 1000
            times = first + np.arange(QUARTERS, dtype=np.int64) * 900_000
            none = np.zeros(len(times), np.int64)
            for key in KEYS:
                values = value_of(key) + np.arange(QUARTERS) / QUARTERS
                points = (point_id(HOUSE, key),)
                good = none.astype(np.uint8)
                joined.core.recording.store.bring(
                    Bulk(points, none, times, values, good), "quarter"
                )
        yield made


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        yield made


@pytest.mark.feature("LM-79")
def test_thirty_values_of_five_meters_are_chosen_for_readings_and_chart(
    screen: Screen,
) -> None:
    screen.window.show_page(Show("device", HOUSE, part="readings"))
    screen.until(lambda: screen.seen(ReadingsTab), what="the tab")
    (tab,) = screen.seen(ReadingsTab)
    screen.until(lambda: set(KEYS) <= {spec.key for spec in tab.specs}, what="the thirty")
    tab.show_columns(KEYS)
    tab.period_bar.choose(custom(BEGIN, BEGIN + timedelta(days=1)))

    def kept() -> list[dict[str, str]]:
        return [row for row in screen.rows("Readings") if not row["Time"].startswith("Now")]

    screen.until(lambda: len(kept()) == QUARTERS, what="the readings")
    rows = kept()
    heads = [head for head in rows[0] if "EM" in head]
    assert len(heads) == len(KEYS)
    assert all(rows[-1][head].strip("–") for head in heads), "each has its figure"

    picker = PenPicker(screen.window.context, HOUSE, screen.window)
    screen.until(lambda: bool(picker.table.rows_model.rows), what="the pens")
    offered = {row.point for row in picker.table.rows_model.rows}
    assert {point_id(HOUSE, key) for key in KEYS} <= offered
    picker.deleteLater()


@pytest.mark.feature("LM-79")
def test_thirty_values_of_five_meters_are_columns_of_devices_and_of_the_report(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = screen.table("Devices")
    assert isinstance(table, DeviceTable)

    def wanted() -> list[str]:
        return [each.id for each in table.rows_model.columns if each.id.startswith("em")]

    table.show_columns(["name", "em3_power"])  # as kept since the last start
    screen.until(lambda: len(wanted()) == len(KEYS), what="what the controller has")
    assert [each.id for each in table.columns_shown()] == ["name", "em3_power"]
    choices: list[list[str]] = []

    def look(picker: ColumnPicker) -> int:
        items = (picker.list.item(at) for at in range(picker.list.count()))
        choices.append([item.text() for item in items if item is not None])
        return 0

    monkeypatch.setattr(ColumnPicker, "exec", look)
    screen.press("Columns…")
    offered = {words for words in choices[-1] if words.startswith("EM")}
    assert len(offered) == len(KEYS)
    assert {"EM1 Supply °C", "EM3 Power kW", "EM5 Volume m³"} <= offered
    table.show_columns(["name", *wanted()])
    assert len(table.columns_shown()) == 1 + len(KEYS)

    screen.window.show_page(Show("periodreport"))
    screen.until(lambda: screen.seen(PeriodReportPage), what="the report")
    (page,) = screen.seen(PeriodReportPage)
    screen.until(page.settled, what="the report to be there")
    page.choose_columns()
    told = {words.partition(",")[0] for words in choices[-1] if words.startswith("EM")}
    assert len(told) == len(KEYS)
    assert {"EM1 Supply", "EM3 Power", "EM5 Volume"} <= told


@pytest.mark.feature("LM-79")
def test_thirty_values_of_five_meters_are_watched_by_alarm_rules(site: Site) -> None:
    with site.joined() as joined:
        assert joined.core is not None
        project, viewer = joined.asked.project, joined.viewer
        for key in KEYS:
            point = point_id(HOUSE, key)
            rule = AlarmRule(f"{key}-high", "high", HOUSE, point, key, 2, limit=9000.0)
            joined.ask(project.put_rule(viewer, rule))
        hot = [point_id(HOUSE, key) for key in ("em1_t1", "em5_volume")]
        joined.ask(publish(joined.core.table.publish, hot))
        standing = {
            each.rule.point for each in joined.ask(joined.asked.alarms.standing(viewer))
        }
    assert standing == set(hot)


async def publish(table, points: list[PointId]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Tell the core what the meters say now, as its line would."""
    now = datetime.now(UTC)
    table([Reading(point, 9001.0, Quality.GOOD, now) for point in points])

"""The table of devices as an operator makes it: sensors of all, kept for another day."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site, running_site, substations
from widgets.models.devicefilter import By, Condition
from widgets.pages.devices import DevicesPage
from widgets.pagetype import Show

pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]
COUNT = 4
SENSORS = ["name", "outdoor", "supply", "return"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four real substations and a server process that reads them."""
    with running_site(tmp_path_factory.mktemp("table"), substations(COUNT)) as running:
        yield running


def page_of(screen: Screen) -> DevicesPage:
    screen.window.show_page(Show("devices"))
    screen.until(lambda: len(screen.rows("Devices")) == COUNT, what="every device")
    (page,) = screen.seen(DevicesPage)
    return page


def column(screen: Screen, start: str) -> list[str]:
    """Return the cells of a column whose head begins so; the values' units stand there."""
    rows = screen.rows("Devices")
    head = next(each for each in rows[0] if each.startswith(start))
    return [row[head] for row in rows]


def numbers(screen: Screen, start: str) -> list[float]:
    shown = [each.partition(" °C")[0].replace("\u2212", "-") for each in column(screen, start)]
    return [float(each) for each in shown]


def measured(screen: Screen, start: str) -> bool:
    return all(each[:1].isdigit() or each[:1] == "\u2212" for each in column(screen, start))


@pytest.mark.feature("LM-31")
def test_chosen_sensors_are_sorted_filtered_and_kept_as_a_preset(site: Site) -> None:
    with screen_over(site) as screen:
        page = page_of(screen)
        assert screen.joined.core is None, "the server reads the devices"
        page.table.show_columns(SENSORS)
        for start in ("Supply", "Return", "Outdoor"):
            screen.until(partial(measured, screen, start), what=f"every {start}")
        for falling in (True, False):
            page.panel.sort_by("supply", falling=falling)
            shown = numbers(screen, "Supply")
            assert shown == sorted(shown, reverse=falling)
        every = sorted(numbers(screen, "Supply"))
        middle = (every[1] + every[2]) / 2
        page.panel.filter([Condition(By.VALUE, f"supply > {middle:.2f}")])
        screen.until(lambda: 0 < len(screen.rows("Devices")) < COUNT, what="the warm ones")
        assert all(each > middle - 1 for each in numbers(screen, "Supply"))
        page.panel.filter([])
        page.search.setText("Ahornvej")
        assert sorted(column(screen, "Device")) == ["Ahornvej 14", "Ahornvej 22"], "by hand"
        page.search.clear()
        page.panel.filter([Condition(By.VALUE, "return > -30")])
        page.panel.sort_by("return", falling=True)
        page.presets.keep("Warm returns")
        desk = screen.window.context.desk
        screen.until(lambda: bool(desk.presets("devices")), what="the preset to be kept")
    with screen_over(site) as screen:  # another day
        page = page_of(screen)
        page.table.show_columns(["name", "state"])
        page.panel.filter([])
        page.panel.sort_by("name", falling=False)
        desk = screen.window.context.desk
        screen.until(lambda: bool(desk.presets("devices")), what="what was kept")
        (preset,) = desk.presets("devices")
        page.presets.show_preset(preset)
        screen.until(
            lambda: len(screen.rows("Devices")) == COUNT and measured(screen, "Return"),
            what="the values by which rows are shown",
        )
        assert [each.id for each in page.table.columns_shown()] == SENSORS
        assert page.panel.sorted_by() == ("return", True)
        assert page.panel.chips.conditions == [Condition(By.VALUE, "return > -30")]
        shown = numbers(screen, "Return")
        assert shown == sorted(shown, reverse=True)

"""The day begins on the dashboard: what it says is so, and it stands as one left it."""

from collections.abc import Iterator
from statistics import fmean

import pytest
from PyQt6.QtCore import Qt

from app.model.reading import PointId
from tests.fakes.hands import key
from tests.journeys.quicksite import quick_site
from tests.journeys.seated import Seated, seated
from tests.journeys.smallsite import Site
from widgets.dashboard.board import Place
from widgets.dashboard.frame import TileFrame
from widgets.dashboard.tiles.keyfigure import KeyFigureTile
from widgets.help.tour import Tour
from widgets.pages.dashboard import DashboardPage

pytestmark = [pytest.mark.timeout(120), pytest.mark.campaign]
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("start"), 2) as running:
        yield running


class Morning(Seated):
    """Somebody who comes in and sits down."""

    @property
    def dashboard(self) -> DashboardPage:
        page = self.window.front
        assert isinstance(page, DashboardPage)
        self.until(page.settled)
        return page

    def tile(self, kind: str) -> TileFrame:
        frames = self.dashboard.grid.frames.values()
        return next(each for each in frames if each.tile.kind == kind)

    def where(self, kind: str) -> Place:
        tiles = self.dashboard.page.tiles
        return next(each.place for each in tiles if each.kind == kind)


@pytest.mark.feature("LM-13")
def test_the_dashboard_is_the_start_page_and_its_figures_are_the_plant_s(site: Site) -> None:
    with seated(site, Morning) as morning:
        joined = morning.joined
        tiles = morning.dashboard.findChildren(KeyFigureTile)
        shown = next(each for each in tiles if "Return" in each.accessibleName())

        def by_hand() -> str:
            views = morning.ask(joined.asked.plant.devices(joined.viewer))
            points = [PointId(f"{view.config.id}.s5") for view in views]
            readings = morning.ask(joined.asked.plant.latest(joined.viewer, points))
            values = [each.value for each in readings if isinstance(each.value, float)]
            return f"{fmean(values):.1f}" if len(values) == len(points) else "?"

        def agrees() -> bool:
            shown.values.changed.emit()
            return shown.figure.text() == by_hand()

        morning.until(agrees, what="the mean return temperature worked out by hand")
        assert "2 devices" in morning.words(shown)
        morning.until(lambda: morning.says("of the devices answer"))
        morning.until(lambda: morning.says("100.0 %"))


@pytest.mark.feature("LM-13")
@pytest.mark.feature("LM-15")
def test_what_was_moved_by_keys_stands_there_after_a_restart_and_at_another_size(
    site: Site,
) -> None:
    with seated(site, Morning) as morning:
        morning.press("Edit layout")
        frame = morning.tile("alarms")
        frame.setFocus()
        before = morning.where("alarms")
        key(frame, Qt.Key.Key_Left)
        key(frame, Qt.Key.Key_Down, SHIFT)
        wanted = morning.where("alarms")
        assert (wanted.x, wanted.h) == (before.x - 1, before.h + 1)
        key(frame, Qt.Key.Key_Delete)
        key(morning.dashboard, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert morning.where("alarms") == wanted
        morning.press("Done")
    with seated(site, Morning) as again:
        again.window.resize(1000, 700)
        assert again.where("alarms") == wanted


def test_a_newcomer_is_led_around_once_and_f1_explains_the_page(site: Site) -> None:
    with seated(site, Morning) as morning:
        tours = morning.seen(Tour)
        for tour in tours:
            key(tour, Qt.Key.Key_Escape)
    with seated(site, Morning) as again:
        assert again.seen(Tour) == []
        again.window.guide.explain()
        helped = again.window.guide.help.window
        assert helped is not None
        assert helped.topic == "dashboard"
        helped.close()


def test_from_the_worst_device_a_person_comes_to_its_page(site: Site) -> None:
    with seated(site, Morning) as morning:
        morning.until(lambda: morning.rows("Return temperature"), what="the worst devices")
        worst = morning.rows("Return temperature")[0]["Device"]
        table = morning.table("Return temperature")
        table.setFocus()
        table.selectRow(0)
        key(table, Qt.Key.Key_Return)
        morning.until(lambda: morning.front_says(worst), what=f"the page of {worst}")

"""The week plan of a real controller process: moved by keys, sent, and what it then holds."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt

from app.errors import PlantError
from app.model.control import WriteRequest, WriteState
from app.model.reading import DeviceId
from tests.fakes import hands
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Simulated, Site, running_site, substations
from widgets.controls.weekview import WeekView

DEVICE, NAMED = "ahornvej-14", "Ahornvej 14"
MONDAY_START, MONDAY_STOP, SATURDAY_START = 3110, 3111, 3160
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("schedules"), substations(1)) as running:
        yield running


@pytest.fixture
def controller(site: Site) -> Simulated:
    return site.simulators[DEVICE]


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        made.open_device(NAMED)
        made.until(lambda: made.says("Online"))
        made.open_tab("Schedules")
        yield made


def heating(screen: Screen) -> WeekView:
    view = screen.find(WeekView, "Week plan, Heating")
    screen.until(lambda: view.plan.is_read, what="the week plan")
    return view


@pytest.mark.feature("LM-68")
def test_a_comfort_period_is_moved_by_keys_and_the_controller_holds_it(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    view = heating(screen)
    assert [band.words for band in view.plan.day(0) or ()] == ["05:30–22:00"]
    view.setFocus()
    hands.key(view, Qt.Key.Key_Right, SHIFT)
    hands.key(view, Qt.Key.Key_Right)
    hands.key(view, Qt.Key.Key_Left, SHIFT)
    assert view.plan.changed(0)
    screen.write("Reason, kept in the activity log", "later sunrise")
    screen.press("Apply 2 changes")
    screen.until(lambda: not view.plan.changed(0), what="both times to be confirmed")
    assert controller.register(MONDAY_START) == 545
    assert controller.register(MONDAY_STOP) == 2145
    with site.joined() as joined:
        newest = joined.ask(joined.asked.audit.entries(joined.viewer, 4))
    told = {(each.entity, each.new, each.result, each.reason) for each in newest}
    assert (f"{DEVICE}.week1_mon_1_start", "545", "confirmed", "later sunrise") in told


def test_a_day_is_carried_to_the_weekend(screen: Screen, controller: Simulated) -> None:
    view = heating(screen)
    view.setFocus()
    hands.key(view, Qt.Key.Key_Down)
    hands.key(view, Qt.Key.Key_C, CONTROL)
    for _ in range(4):
        hands.key(view, Qt.Key.Key_Down)
    hands.key(view, Qt.Key.Key_V, CONTROL)
    screen.press("Apply 2 changes")
    screen.until(lambda: not view.plan.changed(5), what="the times to be confirmed")
    assert controller.register(SATURDAY_START) == 530


def test_a_time_that_is_none_never_reaches_the_controller(site: Site) -> None:
    """What no screen would send: 07:75, and 25:00."""
    with site.joined() as joined:
        for value, says in ((775.0, "0775 is no time of day"), (2500.0, "outside")):
            wish = WriteRequest(DeviceId(DEVICE), "week1_mon_1_start", value, f"odd {value}")
            try:
                result = joined.ask(joined.asked.control.write(joined.viewer, wish))
            except PlantError as error:
                pytest.fail(f"refused as an error: {error}")
            assert result.state is WriteState.REFUSED
            assert says in result.reason

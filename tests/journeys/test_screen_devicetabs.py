"""Parts of the device page before a real controller: week plan, notes and files, raw frames."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPlainTextEdit

from app.errors import PlantError
from app.model.control import WriteRequest, WriteState
from app.model.reading import DeviceId
from tests.fakes import hands
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import NAME, Simulated, Site, running_site, substations
from widgets.controls.weekview import WeekView
from widgets.devicetabs.documents import DocumentsTab

DEVICE, NAMED = "ahornvej-14", "Ahornvej 14"
MONDAY_START, MONDAY_STOP, SATURDAY_START = 3110, 3111, 3160
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
pytestmark = [pytest.mark.timeout(120), pytest.mark.campaign]


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
        yield made


def heating(screen: Screen) -> WeekView:
    screen.open_tab("Schedules")
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


@pytest.mark.feature("LM-48")
def test_a_note_written_at_one_window_is_read_at_another_and_kept_in_versions(
    screen: Screen, site: Site, tmp_path: Path
) -> None:
    screen.open_tab("Documents & notes")
    screen.press("New note")
    words = screen.find(QPlainTextEdit, "Words of the note")
    hands.type_text(words, "Pump noise in the morning")
    hands.key(words, Qt.Key.Key_Return, CONTROL)
    screen.until(lambda: screen.says("1 note"), what="the note to be kept")
    plan = tmp_path / "Cellar plan.pdf"
    plan.write_bytes(b"%PDF-1.7 the cellar")
    tab = next(iter(screen.seen(DocumentsTab)))
    tab.files.adding.add([plan])
    screen.until(lambda: len(screen.rows("Documents")) == 1, what="the file to be kept")
    with screen_over(site) as other:
        other.open_device(NAMED)
        other.open_tab("Documents & notes")
        other.until(lambda: other.says("Pump noise in the morning"), what="the note")
        other.until(lambda: other.rows("Documents"), what="the file")
        [row] = other.rows("Documents")
        assert (row["Document"], row["Form"], row["Version"]) == ("Cellar plan", "PDF", "1")
    with site.joined() as joined:
        [note] = joined.ask(joined.asked.project.notes(joined.viewer, DeviceId(DEVICE)))
        [kept] = joined.ask(joined.asked.project.documents(joined.viewer, DeviceId(DEVICE)))
    assert (note.author, note.version) == (NAME, 1)
    assert kept.path.read_bytes() == plan.read_bytes()


def test_the_conversation_is_told_with_the_very_bytes(screen: Screen) -> None:
    screen.open_tab("Communication")
    screen.until(lambda: screen.says("answering "), what="the day")
    screen.press("Look now")
    screen.until(lambda: len(screen.rows("Raw frames")) > 1, what="the frames")
    asked = [row for row in screen.rows("Raw frames") if row["Way"] == "→ sent"]
    assert any(row["In words"].startswith("read holding registers") for row in asked)
    assert all(row["Bytes"].split()[6] == "01" for row in asked)

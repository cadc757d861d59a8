"""A setting changed at the screen: staged, reviewed, sent, read back – or refused in words."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from app.model.control import WriteRequest, WriteState
from app.model.reading import DeviceId
from tests.fakes import hands
from tests.journeys.keys import choosing
from tests.journeys.screen import Screen, answering, ground, screen_over
from tests.journeys.smallsite import NAME, Simulated, Site, running_site, substations

DEVICE, NAMED = "ahornvej-14", "Ahornvej 14"
COMFORT, COMFORT_PNU = "Room temperature, comfort", 11180
SAVING, SAVING_PNU = "Room temperature, saving", 11181
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("settings"), substations(1)) as running:
        yield running


@pytest.fixture
def controller(site: Site) -> Simulated:
    """The controller with 20 °C for comfort and 17 °C for saving."""
    controller = site.simulators[DEVICE]
    if controller.process is None:
        controller.restart()
    controller.say("fault clear")
    controller.say(f"set {COMFORT_PNU} 200")
    controller.say(f"set {SAVING_PNU} 170")
    return controller


@pytest.fixture(scope="module")
def desk(site: Site) -> Iterator[Screen]:
    """One window for all; the last journey stops the core below it."""
    with screen_over(site) as made:
        made.open_device(NAMED)
        yield made


@pytest.fixture
def screen(desk: Screen, controller: Simulated) -> Screen:
    """The Settings tab of the controller, read from it just now, nothing staged."""
    desk.open_device(NAMED)
    desk.until(lambda: desk.says("Online"))
    desk.open_tab("Settings")
    if staged(desk):
        desk.press("Discard all")
    desk.press("Read again")
    desk.until(
        lambda: (value_of(desk, COMFORT), value_of(desk, SAVING)) == ("20.0", "17.0"),
        what="the settings",
    )
    assert staged(desk) == []
    return desk


def settings(screen: Screen) -> dict[str, dict[str, str]]:
    """Return the rows of the table by the setting's name."""
    return {row["Setting"]: row for row in screen.rows("Settings") if row["Setting"]}


def value_of(screen: Screen, name: str) -> str:
    return settings(screen).get(name, {}).get("Value", "")


def open_editor(screen: Screen, name: str) -> QLineEdit:
    """Click on a setting's value and return the field that opens."""
    names = [row["Setting"] for row in screen.rows("Settings")]
    screen.click_cell("Settings", names.index(name), "Value")
    return screen.find(QLineEdit, name)


def stage(screen: Screen, name: str, text: str) -> None:
    """Type a value and press Enter."""
    editor = open_editor(screen, name)
    hands.key(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    hands.type_text(editor, text)
    hands.key(editor, Qt.Key.Key_Return)
    screen.until(
        lambda: any(each.startswith(f"{name}: ") for each in staged(screen)),
        what="the change to be staged",
    )


def staged(screen: Screen) -> list[str]:
    """Return the changes in review, as they are told: name, old → new, unit, device."""
    found = (each.accessibleName() for each in screen.frames(""))
    return [name for name in found if " → " in name and name.endswith(f", {NAMED}")]


def results(screen: Screen) -> list[str]:
    """Return how writes ended, as they are told, the newest first."""
    ends = tuple(f", {state.value}" for state in WriteState)
    found = (each for each in screen.frames("") if each.accessibleName().endswith(ends))
    return [each.accessibleName() for each in sorted(found, key=height)]


def height(widget: QWidget) -> int:
    """Return how far down a widget stands."""
    return widget.mapToGlobal(widget.rect().topLeft()).y()


def send(screen: Screen, reason: str = "") -> None:
    """Give a reason and press the one button that sends."""
    screen.write("Reason, kept in the activity log", reason)
    screen.press("Apply 1 change")


def sent(screen: Screen, reason: str = "") -> str:
    """Send the one change and return how it ended, as it is told."""
    before = len(results(screen))
    send(screen, reason)
    screen.until(lambda: len(results(screen)) > before, what="the result")
    return results(screen)[0]


def newest_entry(screen: Screen) -> dict[str, str]:
    """Return the first line of the activity log that is no login: our own looking is one."""
    rows = screen.rows("Activity log")
    return next((each for each in rows if each.get("What") != "login"), {})


def audited(site: Site) -> list[tuple[str, str, str, str, str]]:
    """Return (entity, old, new, result, reason) of the writes, newest first."""
    with site.joined() as joined:
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 100))
    return [(e.entity, e.old, e.new, e.result, e.reason) for e in entries if e.verb == "write"]


@pytest.mark.feature("LM-68")
def test_every_setting_stands_there_with_range_unit_default_and_access(
    screen: Screen, controller: Simulated
) -> None:
    told = [row for row in screen.rows("Settings") if row["Setting"]]
    assert len(told) >= 140
    rows = settings(screen)
    comfort = rows[COMFORT]
    assert comfort["ID"] == str(COMFORT_PNU)
    assert (comfort["Value"], comfort["Unit"]) == ("20.0", "°C")
    assert (comfort["Range"], comfort["Access"]) == ("5.0 – 40.0", "primary")
    assert rows["Heat curve slope"]["Default"] == "1.0"
    assert {row["Access"] for row in rows.values()} == {
        "primary",
        "limited",
        "all",
        "read only",
    }
    for row in told:
        assert row["Access"] == "read only" or row["Range"], row
        assert "no value" not in row["Value"], row
    controller.say(f"set {COMFORT_PNU} 215")
    screen.press("Read again")
    screen.until(lambda: value_of(screen, COMFORT) == "21.5", what="the value read again")


@pytest.mark.feature("BEYOND-6")
def test_escape_leaving_and_the_wheel_change_nothing_and_enter_only_stages(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    before = audited(site)
    editor = open_editor(screen, COMFORT)
    hands.type_text(editor, "25")
    hands.key(editor, Qt.Key.Key_Escape)
    screen.until(lambda: not screen.named(QLineEdit, COMFORT))
    assert (value_of(screen, COMFORT), staged(screen)) == ("20.0", [])

    editor = open_editor(screen, COMFORT)
    hands.type_text(editor, "26")
    screen.wheel(editor, editor.rect().center())
    hands.click(screen.find(QLineEdit, "Find setting or ID"))
    screen.until(lambda: not screen.named(QLineEdit, COMFORT), what="the editor to close")
    assert (value_of(screen, COMFORT), staged(screen)) == ("20.0", [])

    turn_the_wheel_over_a_choice(screen)
    names = [row["Setting"] for row in screen.rows("Settings")]
    table = screen.table("Settings")
    screen.wheel(ground(table), screen.place("Settings", names.index(COMFORT), "Value"))
    assert staged(screen) == []

    stage(screen, COMFORT, "22,5")
    assert staged(screen) == [f"{COMFORT}: 20.0 → 22.5 °C, {NAMED}"]
    assert screen.says("1 will be sent")
    screen.live(1.0)  # whatever would send it by itself has had its time
    assert value_of(screen, COMFORT) == "20.0"
    assert audited(site) == before
    assert controller.register(COMFORT_PNU) == 200
    screen.press("Discard all")
    screen.until(lambda: not staged(screen))


def turn_the_wheel_over_a_choice(screen: Screen) -> None:
    """Open a setting of words, turn the wheel over it, leave it."""
    rows = settings(screen)
    name = next(name for name, row in rows.items() if "ON" in row["Range"].split(", "))
    names = [row["Setting"] for row in screen.rows("Settings")]
    screen.click_cell("Settings", names.index(name), "Value")
    choice = screen.find(QComboBox, name)
    shown = choice.currentText()
    screen.wheel(choice, choice.rect().center())
    assert choice.currentText() == shown
    hands.click(screen.find(QLineEdit, "Find setting or ID"))
    screen.until(lambda: not screen.named(QComboBox, name))


@pytest.mark.feature("LM-68")
@pytest.mark.feature("BEYOND-6")
def test_an_applied_change_is_read_back_and_kept_in_the_activity_log(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    stage(screen, COMFORT, "22.5")
    ended = sent(screen, "the school is cold")
    assert ended == f"{COMFORT}: 20.0 → 22.5 °C, confirmed"
    assert staged(screen) == []
    screen.until(lambda: value_of(screen, COMFORT) == "22.5")
    screen.until(lambda: settings(screen)[COMFORT]["Last change"])
    screen.until(lambda: controller.register(COMFORT_PNU) == 225)
    entity = f"{DEVICE}.c1_room_comfort"
    assert audited(site)[:2] == [
        (entity, "20", "22.5", "confirmed", "the school is cold"),
        (entity, "20", "22.5", "sent", "the school is cold"),
    ]
    with choosing("Activity log"):
        screen.press("Admin")
        screen.table("Activity log")
    screen.until(
        lambda: newest_entry(screen).get("Of what") == f"{NAMED} · {COMFORT}",
        what="the setting's name",
    )
    newest = newest_entry(screen)
    assert (newest["Who"], newest["What"]) == (NAME, "setting changed")
    assert (newest["Old"], newest["New"], newest["Result"]) == (
        "20.0 °C",
        "22.5 °C",
        "confirmed",
    )
    assert newest["Reason"] == "the school is cold"
    assert {row["Result"] for row in screen.rows("Activity log")} >= {"sent", "confirmed"}
    screen.press("Verify the chain")
    screen.until(lambda: screen.says("The chain is whole: no entry was altered."))


def test_what_lies_outside_the_range_is_refused_before_it_can_be_sent(
    screen: Screen, site: Site
) -> None:
    before = audited(site)
    stage(screen, COMFORT, "99")
    assert staged(screen) == [f"{COMFORT}: 20.0 → 99.0 °C, {NAMED}"]
    (refused,) = [words for words in screen.words() if words.startswith("Refused: ")]
    assert refused.startswith(f"Refused: {COMFORT}: 99")
    assert refused.endswith("is outside 5.0 … 40.0 °C. It will not be sent.")
    assert not screen.find(QAbstractButton, "Apply").isEnabled()
    stage(screen, SAVING, "warm")
    assert screen.says(f"“warm” is no value for {SAVING}. It will not be sent.")
    assert not screen.find(QAbstractButton, "Apply").isEnabled()
    assert audited(site) == before


@pytest.mark.feature("LM-68")
@pytest.mark.feature("BEYOND-6")
def test_a_value_changed_at_the_display_meanwhile_is_not_overwritten(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    stage(screen, COMFORT, "18")
    controller.say(f"set {COMFORT_PNU} 215")
    assert sent(screen).endswith("18.0 °C, refused")
    assert screen.says("it is 21.5 by now, not 20; look again")
    screen.until(lambda: value_of(screen, COMFORT) == "21.5", what="what stands there now")
    assert controller.register(COMFORT_PNU) == 215
    assert audited(site)[0][3] == "refused"


def test_a_value_changed_by_a_colleague_meanwhile_is_not_overwritten(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    stage(screen, SAVING, "15")
    with site.joined() as colleague:
        wish = WriteRequest(
            DeviceId(DEVICE), "c1_room_saving", 18.0, "the colleague's", expected=17.0
        )
        done = colleague.ask(colleague.asked.control.write(colleague.viewer, wish))
        assert done.state is WriteState.CONFIRMED, done.reason
    screen.live(1.2)  # one setting is written once a second at most
    assert sent(screen).endswith("15.0 °C, refused")
    assert screen.says("it is 18 by now, not 17; look again")
    assert controller.register(SAVING_PNU) == 180


@pytest.mark.feature("BEYOND-6")
def test_a_controller_lost_in_the_middle_of_a_write_leaves_it_unconfirmed(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    controller.say("fault slow:900 on")
    stage(screen, COMFORT, "23")
    before = len(results(screen))
    send(screen)
    screen.until(lambda: controller.register(COMFORT_PNU) == 230, what="it to arrive")
    assert audited(site)[0][3] == "sent"
    controller.kill()
    screen.until(lambda: len(results(screen)) > before, what="the result")
    assert results(screen)[0] == f"{COMFORT}: 20.0 → 23.0 °C, unconfirmed"
    assert screen.says("whether it holds is not known")
    newest = audited(site)[0]
    assert newest[:4] == (f"{DEVICE}.c1_room_comfort", "20", "23", "unconfirmed")


def test_a_window_with_staged_changes_asks_before_it_closes(screen: Screen) -> None:
    stage(screen, COMFORT, "19")
    with answering("Go back") as asked:
        screen.window.close()
    told = f"{NAMED}: 1 staged change was not sent.\n{COMFORT}: 20.0 → 19.0 °C"
    assert asked == [told]
    assert screen.window.isVisible()


@pytest.mark.feature("LM-68")
def test_what_the_screen_confirmed_is_what_another_master_reads(
    screen: Screen, site: Site, controller: Simulated
) -> None:
    """The last journey: the core must go, for a controller takes one master at a time."""
    stage(screen, COMFORT, "21.5")
    assert sent(screen).endswith("20.0 → 21.5 °C, confirmed")
    site.stop_core()
    screen.until(lambda: screen.says("The core of Heatdesk has not answered since"))
    assert controller.register_asked(COMFORT_PNU) == 215

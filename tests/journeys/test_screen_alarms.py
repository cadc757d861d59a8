"""An alarm from the first sight in the strip to its last line in the journal."""

from collections.abc import Iterator

import pytest
from PyQt6.QtWidgets import QAbstractButton, QPushButton

from app.model.alarm import AlarmRule
from app.model.reading import DeviceId, point_id
from tests.fakes import hands
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import NAME, Site

DEVICE, NAMED, AREA = DeviceId("ahornvej-14"), "Ahornvej 14", "Skovkvarteret"
HOT, WARM = "Heating flow too hot", "Return too warm"
NOTE, OTHER_NOTE = "valve looked at, <b>Anna</b> & Co", "known, leave it"
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("alarms"), 1) as running:
        running.simulators[DEVICE].say("set s3 61.5")
        running.simulators[DEVICE].say("set s5 47")
        yield running


def put_rule(screen: Screen, name: str, key: str, priority: int, limit: float) -> None:
    """Make a rule; there is no page for that yet."""
    point = point_id(DEVICE, key)
    rule = AlarmRule(f"{DEVICE}-{key}", "high", DEVICE, point, name, priority, limit, 1.0)
    joined = screen.joined
    screen.ask(joined.asked.project.put_rule(joined.viewer, rule, "for this journey"))


def in_strip(screen: Screen, name: str) -> list[QPushButton]:
    """Return the strip's cells that tell of an alarm."""
    cells = screen.seen(QPushButton)
    return [each for each in cells if f", {name}, " in each.accessibleName()]


def standing(screen: Screen, name: str) -> dict[str, str]:
    """Return an alarm's row among those that stand, empty when it does not."""
    return screen.row("Active alarms", lambda row: row["Alarm"] == name) or {}


def journal(screen: Screen, name: str) -> list[dict[str, str]]:
    """Open the journal and return an alarm's lines, newest first."""
    screen.press("Alarms")
    screen.press("Which alarms: History")
    screen.until(lambda: screen.rows("Alarm journal"), what="the journal")
    screen.until(lambda: all(row["Input"] for row in screen.rows("Alarm journal")))
    return [row for row in screen.rows("Alarm journal") if row["Alarm"] == name]


def acknowledge(screen: Screen, name: str, note: str) -> None:
    """Go to an alarm by the strip, write a note, say that it was seen."""
    screen.until(lambda: in_strip(screen, name), what=f"“{name}” in the strip")
    hands.click(in_strip(screen, name)[0])
    screen.until(lambda: standing(screen, name), what="the alarm's row")
    screen.until(lambda: screen.named(QAbstractButton, "Acknowledge"))
    screen.write("Note for the acknowledgement", note)
    screen.press("Acknowledge")
    screen.until(lambda: standing(screen, name).get("State") == "Acknowledged")


@pytest.mark.feature("LM-36")
def test_an_alarm_is_seen_acknowledged_with_a_note_and_remembered_for_ever(
    site: Site,
) -> None:
    with screen_over(site) as screen:
        screen.open_device(NAMED)
        screen.until(lambda: screen.says("Online"))
        put_rule(screen, HOT, "s3", 1, 55.0)
        screen.until(lambda: in_strip(screen, HOT), what="the alarm in the strip")
        told = f"urgent, {HOT}, {NAMED} · 61.5 °C > 55.0, Unacknowledged, "
        screen.until(lambda: in_strip(screen, HOT)[0].accessibleName().startswith(told))

        hands.click(in_strip(screen, HOT)[0])
        screen.until(lambda: standing(screen, HOT).get("Input"), what="the alarm's row")
        check_columns(standing(screen, HOT))
        acknowledge(screen, HOT, NOTE)
        screen.until(lambda: screen.says("1 standing · 0 not acknowledged"))
        row = standing(screen, HOT)
        assert row["Acknowledged"].startswith(f"{NAME}, ")
        assert row["Note"] == NOTE
        screen.until(lambda: not in_strip(screen, HOT))
        screen.until(lambda: screen.says("No alarm waits for acknowledgement"))

        site.simulators[DEVICE].say("set s3 50")
        screen.until(lambda: not standing(screen, HOT), what="the alarm to go")
        nothing = "No alarm stands. An alarm appears here as soon as a rule is broken."
        screen.until(lambda: screen.says(nothing))
        put_rule(screen, WARM, "s5", 3, 40.0)
        acknowledge(screen, WARM, OTHER_NOTE)
        seen = journal(screen, HOT)
        check_story(seen)

    with screen_over(site, "night") as second:
        assert journal(second, HOT) == seen
    site.stop_core()
    site.start_core()
    with screen_over(site) as third:
        assert journal(third, HOT) == seen
        third.press("Active 1")
        third.until(lambda: standing(third, WARM), what="the alarm that stands on")
        row = standing(third, WARM)
        assert (row["State"], row["Note"]) == ("Acknowledged", OTHER_NOTE)
        assert row["Acknowledged"].startswith(f"{NAME}, ")
        third.until(lambda: third.says("No alarm waits for acknowledgement"))


def check_columns(row: dict[str, str]) -> None:
    """Everything an operator asks of an alarm, in one row."""
    times = {"Occurred", "Duration"}
    assert {head: text for head, text in row.items() if head not in times} == {
        "Priority": "urgent",
        "State": "Unacknowledged",
        "Device": NAMED,
        "Area": AREA,
        "Alarm": HOT,
        "Type": "High limit",
        "Input": "S3 Heating flow",
        "Value": "61.5 °C",
        "Limit": "> 55.0",
        "Resolved": "",
        "Acknowledged": "",
        "Note": "",
    }
    assert row["Occurred"].count(":") == 1
    assert row["Duration"].endswith(" s")


def check_story(lines: list[dict[str, str]]) -> None:
    """Raised, seen by whom with which note, over: each with its time."""
    assert [line["State"] for line in lines] == ["Normal", "Acknowledged", "Unacknowledged"]
    over, seen, raised = lines
    assert raised["Acknowledged"] == raised["Note"] == ""
    for line in (over, seen):
        assert line["Acknowledged"].startswith(f"{NAME}, ")
        assert line["Note"] == NOTE
    assert over["Resolved"]
    assert not seen["Resolved"]
    assert all(line["When"] and line["Occurred"] for line in lines)
    assert {line["Value"] for line in lines} == {"61.5 °C"}


def test_an_alarm_that_went_by_itself_still_waits_to_be_seen(site: Site) -> None:
    with screen_over(site) as screen:
        site.simulators[DEVICE].say("set s4 70")
        put_rule(screen, "Tank too hot", "s4", 2, 65.0)
        screen.until(lambda: in_strip(screen, "Tank too hot"))
        site.simulators[DEVICE].say("set s4 auto")
        screen.until(
            lambda: (
                in_strip(screen, "Tank too hot")
                and "Returned, unack." in in_strip(screen, "Tank too hot")[0].accessibleName()
            ),
            what="the alarm to return",
        )
        hands.click(in_strip(screen, "Tank too hot")[0])
        screen.until(lambda: standing(screen, "Tank too hot").get("Resolved"))
        screen.press("Acknowledge")
        screen.until(lambda: not standing(screen, "Tank too hot"), what="the alarm to go")

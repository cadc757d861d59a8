"""A shift without a mouse: in, an alarm, its trend, a setting, a report, locked, in by PIN."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QEvent, QLocale, QObject, Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from app.compose.desktop import application, make_window
from app.compose.joining import Joined, join
from app.model.alarm import AlarmRule
from app.model.reading import DeviceId, point_id
from tests.fakes import hands
from tests.fakes.sounder import FakeSounder
from tests.journeys.keys import CTRL, choosing, focused, go_by_palette, tab_to
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, clear_up, turn
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, Site
from tests.journeys.test_desk_work import (
    COMFORT,
    COMFORT_PNU,
    REASON,
    filed,
    told,
    type_into,
    value_of,
)
from tests.sweeping import collect
from widgets.charts.chart import Chart
from widgets.people.ownpin import OwnPin
from widgets.shell.lockscreen import LockScreen
from widgets.shell.login import LoginDialog
from widgets.theme import Look

HOUSE, NAMED = DeviceId("ahornvej-14"), "Ahornvej 14"
HOT, PIN = "Heating flow too hot", "418207"
PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel)
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


class NoMouse(QObject):
    """Remembers whether anybody used one after all."""

    used = False

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        self.used |= event is not None and event.type() in PRESSES
        return super().eventFilter(watched, event)


class Shift(Screen):
    """The window as it opens for an operator: settings locked, nothing chosen yet."""

    def __init__(self, joined: Joined) -> None:
        self.app = application()  # held as long as there are widgets
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        self.joined = joined
        self.window = make_window(joined, Look("day"), write_locked=True, sounder=FakeSounder())
        self.window.resize(1600, 960)
        self.window.show()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("keys"), 1) as running:
        running.simulators[HOUSE].say("set s3 61.5")
        running.simulators[HOUSE].say(f"set {COMFORT_PNU} 200")
        yield running


def come_in() -> tuple[str, str]:
    """Say who one is by keys alone, as the product asks before the window."""
    asks = LoginDialog("Østerby")
    asks.show()
    asks.activateWindow()
    while QApplication.focusWidget() is None:
        turn()
    hands.type_text(focused(), LOGIN)
    hands.key(focused(), Qt.Key.Key_Tab)
    hands.type_text(focused(), PASSWORD)
    hands.key(focused(), Qt.Key.Key_Return)
    assert asks.result() == LoginDialog.DialogCode.Accepted
    said = asks.login, asks.password
    asks.deleteLater()
    clear_up()
    return said


def see_to_the_alarm(shift: Shift) -> None:
    """Find it by Ctrl+K, acknowledge it with a note, and go from it to its trend."""
    go_by_palette(shift, HOT)
    shift.until(lambda: shift.front_says("Alarms"))
    shift.until(lambda: shift.row("Active alarms", lambda row: row["Alarm"] == HOT))
    note = tab_to(shift, "Note for the acknowledgement")
    hands.type_text(note, "strainer ordered")
    hands.key(note, Qt.Key.Key_Return, CTRL)
    shift.until(
        lambda: shift.row("Active alarms", lambda row: row["State"] == "Acknowledged"),
        what="the acknowledgement",
    )
    hands.key(tab_to(shift, "Trend"), Qt.Key.Key_Space)
    shift.until(lambda: shift.seen(Chart), what="the chart")


def read_the_trend(shift: Shift) -> None:
    """Place a cursor on the line, move it, and get out of the chart again."""
    (chart,) = shift.seen(Chart)
    shift.until(lambda: any(len(pen.trace) for pen in chart.set.pens), what="a line")
    while focused() is not chart:
        hands.key(focused(), Qt.Key.Key_Tab)
    hands.key(chart, Qt.Key.Key_A)
    assert chart.picture.plot is not None
    cursors = chart.picture.plot.cursors
    placed = cursors.at["a"]
    hands.key(chart, Qt.Key.Key_Left)
    assert cursors.at["a"] != placed, "by one sample"
    tab_to(shift, "Export…")


def set_the_comfort(shift: Shift, site: Site) -> None:
    """Change a setting; the lock asks for the password first, and what was typed stays."""
    go_by_palette(shift, "ahornvej 14 settings")
    shift.until(lambda: value_of(shift, COMFORT) == "20.0", what="the settings")
    type_into(shift, COMFORT, "21.5")
    shift.until(lambda: told(shift, f", {NAMED}"), what="the change in review")
    hands.type_text(tab_to(shift, REASON), "the school is cold")
    hands.key(tab_to(shift, "Apply 1 change"), Qt.Key.Key_Space)
    shift.until(QApplication.activeModalWidget, what="the question for the password")
    shift.until(lambda: isinstance(focused(), QLineEdit))
    hands.type_text(focused(), PASSWORD)
    hands.key(focused(), Qt.Key.Key_Return)
    shift.until(lambda: not shift.window.context.write_lock.locked, what="writing allowed")
    clear_up()
    hands.key(tab_to(shift, "Apply 1 change"), Qt.Key.Key_Space)
    shift.until(lambda: told(shift, "20.0 → 21.5 °C, confirmed"), what="the confirmation")
    assert site.simulators[HOUSE].register(COMFORT_PNU) == 215


def file_the_report(shift: Shift) -> None:
    hands.key(tab_to(shift, "Commissioning report"), Qt.Key.Key_Space)
    shift.until(lambda: filed(shift), 60, what="the report among the documents")


def choose_a_pin(shift: Shift) -> None:
    """Open one's own menu, and set a PIN in the dialog it leads to."""
    menu = tab_to(shift, f"Menu of {NAME}")
    with choosing("PIN for this workstation…"):
        hands.key(menu, Qt.Key.Key_Space)
        shift.until(lambda: shift.seen(OwnPin), what="the dialog")
    (asks,) = shift.seen(OwnPin)
    for name, text in (("Your password", PASSWORD), ("PIN", PIN), ("PIN again", PIN)):
        hands.type_text(tab_to(shift, name, asks), text)
    hands.key(focused(), Qt.Key.Key_Return)
    shift.until(lambda: not shift.seen(OwnPin), what="the PIN kept")


def go_away_and_come_back(shift: Shift) -> None:
    """Lock; a wrong PIN opens nothing; the right one opens the page that was left."""
    shift.window.activateWindow()  # a window manager would have done so after the dialog
    shift.until(shift.window.isActiveWindow)
    hands.key(shift.window, Qt.Key.Key_L, CTRL)
    shift.until(lambda: shift.seen(LockScreen), what="the lock")
    (locked,) = shift.seen(LockScreen)
    shift.until(lambda: focused() is locked.form.field and "PIN" in focused().accessibleName())
    hands.type_text(focused(), "111222")
    hands.key(focused(), Qt.Key.Key_Return)
    shift.until(locked.form.wrong.isVisible, what="why it does not open")
    shift.until(lambda: focused() is locked.form.field, what="the field again")
    hands.type_text(focused(), PIN)
    hands.key(focused(), Qt.Key.Key_Return)
    shift.until(lambda: not shift.seen(LockScreen), what="the desk again")
    assert shift.front_says(NAMED)
    assert shift.window.context.write_lock.locked, "a PIN allows no writing"
    assert shift.window.isAncestorOf(focused()), "the keys go on where they were"


@pytest.mark.feature("BEYOND-17", "EW-12")
def test_a_whole_shift_is_worked_without_a_mouse(site: Site) -> None:
    collect()  # nothing of an earlier test may be taken for a part of this window
    app, watch = application(), NoMouse()
    app.installEventFilter(watch)
    login, password = come_in()
    with join(site.folder, login, password) as joined:
        shift = Shift(joined)
        try:
            rule = AlarmRule("hot", "high", HOUSE, point_id(HOUSE, "s3"), HOT, 1, 55.0, 1.0)
            shift.ask(joined.asked.project.put_rule(joined.viewer, rule, "for this journey"))
            shift.until(
                lambda: any(
                    f", {HOT}, " in each.accessibleName()
                    for each in shift.seen(QAbstractButton)
                ),
                what="the alarm in the strip",
            )
            see_to_the_alarm(shift)
            read_the_trend(shift)
            set_the_comfort(shift, site)
            file_the_report(shift)
            choose_a_pin(shift)
            go_away_and_come_back(shift)
            assert not watch.used
        finally:
            app.removeEventFilter(watch)
            shift.close()
    collect()  # on this thread: no Qt object may die on another

"""A morning: the worst device, its trend, a note; the desk locked, torn apart, found again."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from app.asked import Note
from app.compose.joining import Joined
from app.model.reading import DeviceId
from tests.fakes.hands import key, type_text
from tests.journeys.quicksite import quick_site
from tests.journeys.seated import Seated, seated
from tests.journeys.smallsite import PASSWORD, Site
from widgets.charts.trendpanel import TrendPanel
from widgets.devicetabs.settings import SettingsTab
from widgets.help.tour import Tour
from widgets.pages.device import DevicePage
from widgets.shell.lockscreen import LockScreen

WORST = "Return temperature"
NOTE = "Strainer cleaned <b>today</b> & valve checked"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
pytestmark = [pytest.mark.timeout(150), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("morning"), 2) as running:
        yield running


class Person(Seated):
    """Somebody who sits down, and leaves the desk to be found again as it was."""

    def __init__(self, joined: Joined) -> None:
        super().__init__(joined, "night")
        self.live(2.0)  # whoever comes for the first time is offered a way around
        for tour in self.seen(Tour):
            key(tour, Qt.Key.Key_Escape)

    def worst(self) -> str:
        self.press("Overview")
        self.until(lambda: self.rows(WORST), what="the devices that stand out")
        return self.rows(WORST)[0]["Device"]

    def device_page(self) -> DevicePage:
        page = self.window.front
        assert isinstance(page, DevicePage)
        self.until(page.settled)
        return page

    def notes(self, device: DeviceId) -> list[Note]:
        return list(self.ask(self.joined.asked.project.notes(self.joined.viewer, device)))


@pytest.fixture
def person(site: Site) -> Iterator[Person]:
    with seated(site, Person) as made:
        yield made


def from_worst_to_chart(person: Person) -> TrendPanel:
    """Open the worst device by Enter and its chart by its tab."""
    name = person.worst()
    table = person.table(WORST)
    table.setFocus()
    table.selectRow(0)
    key(table, Qt.Key.Key_Return)
    person.until(lambda: person.front_says(name), what=f"the page of {name}")
    person.device_page()
    person.press("Trend")
    person.until(lambda: person.seen(TrendPanel), what="the chart")
    return person.seen(TrendPanel)[0]


def write_and_keep(person: Person, text: str) -> None:
    """Write into the note that was begun, and keep it by its own button."""
    person.until(lambda: person.seen(QPlainTextEdit), what="a note to write in")
    field = next(each for each in person.seen(QPlainTextEdit) if each.isEnabled())
    field.setFocus()
    type_text(field, text)
    person.press("Keep the note")


def test_the_morning_round_from_the_worst_device_over_its_chart_to_a_note(
    person: Person,
) -> None:
    panel = from_worst_to_chart(person)
    device = person.device_page().device
    before = len(person.notes(device))
    chart = panel.chart
    person.until(lambda: any(len(pen.trace) for pen in chart.set.pens), what="a line")
    chart.setFocus()
    key(chart, Qt.Key.Key_A)
    placed = chart.picture.plot.cursors.at["a"] if chart.picture.plot is not None else None
    assert placed is not None
    person.press("Note…")
    write_and_keep(person, NOTE)
    person.until(lambda: len(person.notes(device)) == before + 1, what="the note is kept")
    kept = person.notes(device)[0]
    assert kept.text == NOTE, "word for word"
    assert kept.about_at is not None
    assert abs(kept.about_at.timestamp() - placed) < 60
    assert kept.point == chart.set.points[0]
    assert kept.author
    person.open_tab("Chart")
    chart.reload()
    person.until(
        lambda: any(event.letter == "N" for event in chart.picture.happened.events()),
        what="the note on the chart",
    )
    marks = [event.words for event in chart.picture.happened.events() if event.letter == "N"]
    assert any(NOTE in words for words in marks)


def test_a_locked_desk_hides_the_plant_and_opens_with_the_password(person: Person) -> None:
    name = person.worst()
    key(person.window, Qt.Key.Key_L, CTRL)
    person.until(lambda: person.seen(LockScreen), what="the lock")
    assert not person.says(name), "no name, no value can be seen"
    assert person.rows(WORST) == []
    field = next(
        each
        for each in person.seen(QLineEdit)
        if each.echoMode() is QLineEdit.EchoMode.Password
    )
    type_text(field, "not the password")
    key(field, Qt.Key.Key_Return)
    person.live(0.5)
    assert person.seen(LockScreen), "a wrong password opens nothing"
    person.until(field.isEnabled)
    field.clear()
    type_text(field, PASSWORD)
    key(field, Qt.Key.Key_Return)
    person.until(lambda: not person.seen(LockScreen), what="the desk again")
    person.until(lambda: person.rows(WORST), what="the page as it was left")


@pytest.mark.feature("DC-06")
def test_a_page_torn_off_stands_there_after_a_restart(site: Site) -> None:
    with seated(site, Person) as person:
        from_worst_to_chart(person)
        page = person.device_page()
        heading = page.heading()
        key(person.window, Qt.Key.Key_N, CTRL | SHIFT)
        person.until(lambda: len(person.window.places.floats) == 1, what="a window of its own")
        (torn,) = person.window.places.floats
        torn.setGeometry(QRect(80, 60, 900, 640))
        person.live(0.5)
    with seated(site, Person) as again:
        again.until(lambda: len(again.window.places.floats) == 1, what="the torn-off page")
        (torn,) = again.window.places.floats
        again.until(lambda: heading in torn.windowTitle())
        assert (torn.width(), torn.height()) == (900, 640)
        shown = [each for each in torn.findChildren(TrendPanel) if each.isVisible()]
        assert shown, "on the part it was left at"
        torn.close()
        again.until(lambda: again.window.places.floats == (), what="at home again")
        assert again.front_says(heading)


def settings_of(person: Person) -> SettingsTab:
    page = person.device_page()
    person.until(lambda: isinstance(page.tab, SettingsTab) and page.tab.is_ready)
    assert isinstance(page.tab, SettingsTab)
    return page.tab


def kept(person: Person) -> str:
    """Return what the core keeps of the person's pages."""
    joined = person.joined
    preferences = person.ask(joined.asked.desk.preferences(joined.viewer))
    return str(preferences.get("arrangement", ""))


@pytest.mark.feature("BEYOND-13")
def test_a_crash_keeps_what_was_staged_and_a_step_back_takes_it_away(site: Site) -> None:
    with seated(site, Person) as person:
        person.open_device("Ahornvej 14")
        person.open_tab("Settings")
        settings_of(person).recall({"staged": [["c1_room_comfort", "22.5"]]})
        person.until(lambda: "22.5" in kept(person), what="the draft kept by the core")
        person.vanish()
    with seated(site, Person) as again:
        tab = settings_of(again)
        again.until(lambda: [each.text for each in tab.staging] == ["22.5"], what="the draft")
        again.window.activateWindow()
        again.until(again.window.isActiveWindow)
        again.until(lambda: again.says("will be sent"))
        again.table("Settings").setFocus()
        key(again.table("Settings"), Qt.Key.Key_Z, CTRL)
        again.until(lambda: len(tab.staging) == 0, what="the step back")


def test_every_control_of_the_desk_is_reached_by_tab(person: Person) -> None:
    """Walk once around the start page; what can be pressed can be reached."""
    person.worst()
    person.window.activateWindow()
    person.until(person.window.isActiveWindow)
    reached: set[str] = set()
    for _nth in range(250):
        now = QApplication.focusWidget()
        if now is not None:
            reached.add(now.accessibleName() or type(now).__name__)
        key(now or person.window, Qt.Key.Key_Tab)
    buttons = [
        each.accessibleName() or each.text()
        for each in person.seen(QPushButton)
        if each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    missed = [name for name in buttons if name not in reached]
    assert missed == []

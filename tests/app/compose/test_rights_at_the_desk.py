"""Changed rights take effect at the desk at once; who must go reads why."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QLabel

from app.compose.desktop import run_desktop
from app.compose.joining import Joined
from app.model.person import Person
from tests.app.compose.test_nextperson import meanwhile, signals
from tests.journeys.smallsite import Site, running_site, substations
from widgets.shell.login import LoginDialog
from widgets.shell.window import MainWindow, kinds_of_pages

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
WATCH, WORD = Person("berit", "Berit Vagt", "full"), "valves like to be turned"
REASON = "your contract ended on 30 November"
pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("signals")]
assert signals  # the fixture of the other module


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(tmp_path, substations(2)) as running:
        yield running


class Shift:
    """Looks at each window as it comes, and has the rights of who sits there changed."""

    def __init__(self, admin: Joined, devices: list[str]) -> None:
        self._admin, self._devices = admin, devices
        self._seen: list[MainWindow] = []
        self.sections: list[set[str]] = []
        self.shown: list[set[str]] = []
        self.told = ""

    def look(self) -> None:
        front = QApplication.activeModalWidget()
        if isinstance(front, LoginDialog):
            self.told = " ".join(each.text() for each in front.findChildren(QLabel))
            (box,) = front.findChildren(QDialogButtonBox)
            cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
            assert cancel is not None
            cancel.click()
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible():
                self._look_at(window)

    def _look_at(self, window: MainWindow) -> None:
        page, directory = window.front, window.context.directory
        if window in self._seen or page is None or not page.settled():
            return
        if not directory.views and window.context.viewer.rights.devices:
            return
        self._seen.append(window)
        self.sections.append(set(kinds_of_pages(window.context.viewer)))
        self.shown.append({view.config.id for view in directory.views})
        steps = (
            {"devices": tuple(self._devices[:1])},
            {"role": "site-user"},
            {"ended": REASON},
        )
        self._change(**steps[len(self._seen) - 1])

    def _change(self, **what: object) -> None:
        people, viewer = self._admin.asked.people, self._admin.viewer
        everybody = self._admin.ask(people.people(viewer))
        person = next(each for each in everybody if each.login == WATCH.login)
        self._admin.ask(people.change_person(viewer, replace(person, **what)))  # type: ignore[arg-type]


@pytest.mark.feature("LM-55", "LM-77", "EW-16")
def test_what_is_given_appears_what_is_taken_goes_and_who_must_go_reads_why(
    site: Site, qapp: QApplication
) -> None:
    with site.joined() as admin:
        views = admin.ask(admin.asked.plant.devices(admin.viewer))
        admin.ask(admin.asked.people.add_person(admin.viewer, WATCH, WORD))
        shift = Shift(admin, [view.config.id for view in views])
        with meanwhile(shift.look):
            assert run_desktop(site.folder, WATCH.login, WORD) == 0
    assert shift.shown[0] == set()
    assert shift.shown[1] == {views[0].config.id}
    assert {"devices", "device", "alarms", "trend"} <= shift.sections[1]
    assert "audit" not in shift.sections[1]
    analysis = {"trend", "comparison", "energy", "periodreport", "totals", "received"}
    assert shift.sections[2] == analysis | {"findings"}
    assert REASON in shift.told


@pytest.mark.feature("LM-55")
def test_a_locked_desk_stays_locked_when_rights_change(site: Site, qapp: QApplication) -> None:
    with site.joined() as admin:
        person = replace(WATCH, login="kim")
        made = admin.ask(admin.asked.people.add_person(admin.viewer, person, WORD))
        seen: list[MainWindow] = []
        locked: list[bool] = []

        def look() -> None:
            for window in QApplication.topLevelWidgets():
                if not isinstance(window, MainWindow) or window in seen:
                    continue
                if not window.isVisible() or window.front is None:
                    continue
                seen.append(window)
                if len(seen) == 1:
                    window.session.lock()
                    wished = replace(made, role="limited")
                    admin.ask(admin.asked.people.change_person(admin.viewer, wished))
                else:
                    locked.append(window.session.locked)
                    qapp.quit()

        with meanwhile(look):
            run_desktop(site.folder, person.login, WORD, seconds=30)
    assert locked == [True]

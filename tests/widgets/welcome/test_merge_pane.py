"""A packed project is compared at the screen, decided upon, merged, and opened."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from app.compose.handover.desk import Merger
from app.model.handover import Choice
from tests.app.compose.handover.places import BEGIN, PERSON, PHRASE, Place, plant_of
from tests.widgets.welcome.conftest import Hall
from widgets.welcome.context import OpenProject
from widgets.welcome.merge import MergePane

PATIENCE_MS = 60_000


@pytest.fixture
def office(tmp_path: Path) -> Place:
    made = Place(tmp_path, "office").new()
    made.change(plant_of("school"))
    return made


@pytest.fixture
def package(tmp_path: Path) -> Path:
    laptop = Place(tmp_path, "laptop").new()
    laptop.change(plant_of("ahornvej-14", "ahornvej-16"))
    laptop.measured("ahornvej-16.supply", [70.0, 71.0], BEGIN)
    return laptop.packed()


@pytest.fixture
def pane(hall: Hall, office: Place, package: Path, qtbot: QtBot) -> MergePane:
    """The pane, filled in; reached over the page that takes projects over."""
    hall.recents.note(office.root, "Nordby", BEGIN)
    hall.context = replace(hall.context, merging=Merger(office.keys))
    window = hall.open()
    qtbot.addWidget(window)
    window.doors[2].click()
    window.taking.merge.click()
    made = window.merging
    assert made is not None
    assert made.isVisible()
    assert made.root.text() == str(office.root.resolve())
    for field, text in (
        (made.package, str(package)),
        (made.passphrase, PHRASE),
        (made.login, PERSON[0]),
        (made.password, PERSON[1]),
    ):
        field.setText(text)
    return made


@pytest.mark.feature("DC-10")
def test_a_conflict_waits_for_a_decision_then_all_is_merged_and_opened(
    hall: Hall, pane: MergePane, office: Place, qtbot: QtBot
) -> None:
    (bar,) = pane.busy.findChildren(QProgressBar)
    for done, of, per_mille in ((0, 6, 0), (3, 6, 500), (6, 6, 1000), (5 * 2**40, 2**43, 625)):
        pane._stepped.emit(done, of)
        assert (bar.value(), bar.maximum()) == (per_mille, 1000)
    pane.compare.click()
    qtbot.waitUntil(lambda: bool(pane.choices), timeout=PATIENCE_MS)
    assert set(pane.choices) == {"device:school", "device:ahornvej-16"}
    assert not pane.merge.isEnabled()
    held = pane.choices["device:school"]
    held.setCurrentIndex(held.findData(Choice.HERE))
    assert pane.merge.isEnabled()
    pane.merge.click()
    qtbot.waitUntil(pane.open.isVisible, timeout=PATIENCE_MS)
    pane.open.click()
    assert hall.chosen == [OpenProject(office.root.resolve(), "Nordby", *PERSON)]
    assert set(office.config().devices) == {"school", "ahornvej-16"}
    assert len(office.samples("ahornvej-16.supply")) == 2


def test_a_wrong_passphrase_is_told_and_calling_off_changes_nothing(
    pane: MergePane, office: Place, qtbot: QtBot
) -> None:
    pane.passphrase.setText("something else altogether")
    pane.compare.click()
    qtbot.waitUntil(pane.notice.isVisible, timeout=PATIENCE_MS)
    assert "passphrase" in pane.notice.says.text()
    pane.passphrase.setText(PHRASE)
    pane.compare.click()
    pane.call_off()
    qtbot.waitUntil(pane.compare.isEnabled, timeout=PATIENCE_MS)
    assert pane.compare.isVisible()  # still the first step
    assert not pane.notice.isVisible()
    assert set(office.config().devices) == {"school"}

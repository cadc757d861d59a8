"""Taking a plant over from a laptop, step by step: what is told, what can be called off."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.project.check import Finding, Severity
from app.project.opening import Administrator, create_project
from app.project.takeover import Parcel, TakenOver
from tests.fakes.hands import click, key
from tests.widgets.eyes import button_named, words
from tests.widgets.welcome.conftest import Hall
from widgets.welcome.context import OpenProject
from widgets.welcome.takeover import TakeOverPane
from widgets.welcome.window import WelcomeWindow

Enter = Callable[..., WelcomeWindow]
MADE = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
SLOW_S = 20_000


def parcel(source: Path, **changes: object) -> Parcel:
    fields: dict[str, object] = {
        "source": source,
        "inside": "",
        "name": "nordby",
        "created_at": MADE,
        "program": "0.1.0",
        "files": 1204,
        "size_bytes": 845_000_000,
        "warning": "",
    }
    return Parcel(**(fields | changes))  # type: ignore[arg-type]


def laptop(hall: Hall, title: str = "Nordby") -> Path:
    root = hall.home / "laptop"
    who = Administrator("ole", "Ole Holm", "gul cykel under broen")
    create_project(
        root, title=title, zone="Europe/Copenhagen", administrator=who, keys=hall.keys
    )
    return root


@pytest.fixture
def pane(enter: Enter) -> TakeOverPane:
    window = enter()
    window.doors[2].click()
    return window.taking


def place(pane: TakeOverPane) -> QLineEdit:
    assert isinstance(pane.place.control, QLineEdit)
    return pane.place.control


def test_it_begins_by_saying_what_comes_along(pane: TakeOverPane) -> None:
    assert any("devices, settings on record, readings" in each for each in words(pane))
    assert pane.from_folder.hasFocus()
    assert button_named(pane, "Choose a zip…").isEnabled()


def test_what_was_found_is_told_before_anything_is_copied(
    pane: TakeOverPane, hall: Hall
) -> None:
    pane._found(parcel(hall.home / "stick"))
    said = "\n".join(words(pane))
    assert "1204 files, 845 MB" in said
    assert "made on 20 Jan 2026 with Heatdesk 0.1.0" in said
    assert place(pane).text() == str(hall.home / "nordby")
    assert pane.copy.hasFocus()


def test_a_project_still_open_elsewhere_comes_with_its_warning(
    pane: TakeOverPane, hall: Hall
) -> None:
    pane._found(parcel(hall.home, warning="It was still open on laptop-7."))
    assert "It was still open on laptop-7." in words(pane)
    pane._found(parcel(hall.home))
    assert "It was still open on laptop-7." not in words(pane)


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_folder_or_zip_is_chosen_copied_and_opened(
    pane: TakeOverPane,
    hall: Hall,
    qtbot: QtBot,
    tmp_path: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = laptop(hall)
    source = root
    if kind == "zip":
        source = tmp_path / "nordby.zip"
        with zipfile.ZipFile(source, "w") as pack:
            for file in root.rglob("*"):
                pack.write(file, Path("nordby") / file.relative_to(root))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: str(source))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(source), ""))
    click(pane.from_folder if kind == "folder" else pane.from_zip)
    qtbot.waitUntil(pane.copy.isVisible, timeout=SLOW_S)
    place(pane).setText(str(tmp_path / "office" / "Nordby"))
    key(pane.copy, Qt.Key.Key_Space)
    qtbot.waitUntil(pane.open.isVisible, timeout=SLOW_S)
    assert "Nordby: 0 devices, all in order" in words(pane)
    assert any("from now on" in each.casefold() for each in words(pane))
    click(pane.open)
    assert hall.chosen == [OpenProject(tmp_path / "office" / "Nordby", "Nordby")]


def test_turning_away_from_the_choice_of_a_file_changes_nothing(
    pane: TakeOverPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: ("", ""))
    click(pane.from_folder)
    click(pane.from_zip)
    assert not pane.copy.isVisible()
    assert not pane.notice.isVisible()


def test_a_place_that_is_taken_is_told_and_another_can_be_named(
    pane: TakeOverPane, hall: Hall, qtbot: QtBot, tmp_path: Path
) -> None:
    pane.look(laptop(hall))
    qtbot.waitUntil(pane.copy.isVisible, timeout=SLOW_S)
    place(pane).setText(str(hall.home / "laptop"))
    click(pane.copy)
    qtbot.waitUntil(pane.notice.isVisible, timeout=SLOW_S)
    assert "is there already" in pane.notice.says.text()
    assert pane.copy.isEnabled()
    place(pane).setText(str(tmp_path / "elsewhere"))
    click(pane.copy)
    qtbot.waitUntil(pane.open.isVisible, timeout=SLOW_S)


def test_how_far_it_is_and_how_long_it_takes_is_told(pane: TakeOverPane, hall: Hall) -> None:
    pane._found(parcel(hall.home))
    pane.busy.begin("Copying …", pane.call_off)
    pane.busy.show()
    pane._begun_s -= 1e9  # long ago: the estimate is sure of itself
    pane._tell(400_000_000, 800_000_000)
    assert any("400 of 800 MB, about" in each for each in words(pane))
    pane._begun_s = float("inf")
    pane._tell(1_000_000, 800_000_000)
    assert "1 of 800 MB" in words(pane)
    pane._tell(800_000_000, 800_000_000)
    assert "Checking …" in words(pane)


def test_the_copying_is_called_off_within_a_moment(pane: TakeOverPane, hall: Hall) -> None:
    assert pane._step(1, 2)
    pane.call_off()
    assert not pane._step(2, 2)


def test_called_off_nothing_is_complained_about(
    pane: TakeOverPane, hall: Hall, qtbot: QtBot, tmp_path: Path
) -> None:
    root = laptop(hall)
    (root / "history" / "samples.bin").write_bytes(bytes(30_000_000))
    pane.look(root)
    qtbot.waitUntil(pane.copy.isVisible, timeout=SLOW_S)
    target = tmp_path / "office" / "Nordby"
    place(pane).setText(str(target))
    seen = Event()
    pane._stepped.connect(lambda _done, _of: seen.set())
    click(pane.copy)
    pane.call_off()
    qtbot.waitUntil(pane.copy.isEnabled, timeout=SLOW_S)
    assert not pane.notice.isVisible()
    assert not target.exists()
    assert not target.with_name("Nordby.part").exists()


def test_while_a_copy_runs_the_pane_stays_where_it_is(pane: TakeOverPane, hall: Hall) -> None:
    pane._found(parcel(hall.home))
    pane.copy.setEnabled(False)
    pane.begin()
    assert pane.copy.isVisible()
    pane.copy.setEnabled(True)
    pane.begin()
    assert not pane.copy.isVisible()


def test_what_the_check_found_is_told_and_what_is_lost_first(
    pane: TakeOverPane, tmp_path: Path
) -> None:
    findings = (
        Finding(Severity.NOTE, "x", "it is old", "nothing to do"),
        Finding(Severity.WARNING, "y", "a photo is gone", "put it back"),
    )
    pane._arrived(TakenOver(tmp_path, "Nordby", 16, findings, renewed=True))
    said = "\n".join(words(pane))
    assert "Nordby: 16 devices, all in order" in said
    assert "sealed for the laptop" in said
    assert "a photo is gone. put it back" in said
    assert "it is old" not in said
    assert said.index("run from here") < said.index("sealed") < said.index("photo")


@pytest.mark.parametrize(
    ("urls", "taken"),
    [([], False), (["https://127.0.0.1/x"], True), (["file:///a", "file:///b"], True)],
)
def test_only_one_place_of_this_computer_can_be_dropped(
    pane: TakeOverPane, qtbot: QtBot, urls: list[str], taken: bool
) -> None:
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(each) for each in urls])
    at, copy = QPointF(9, 9), Qt.DropAction.CopyAction
    left, no = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(at.toPoint(), copy, data, left, no)
    entering.ignore()
    pane.dragEnterEvent(entering)
    assert entering.isAccepted() is taken
    pane.dropEvent(QDropEvent(at, copy, data, left, no))
    pane.dragEnterEvent(None)
    pane.dropEvent(None)
    assert not pane.notice.isVisible()
    assert not pane.copy.isVisible()

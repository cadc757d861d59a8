"""Before a project is open the page leads everybody to one, by mouse and by keyboard."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.project.opening import Administrator, create_project, open_project
from app.project.recent import Known
from app.words import PSEUDO, use_language
from tests.fakes.hands import click, key, type_text
from tests.plant import NOON
from tests.widgets.eyes import LONG, MARKUP, button_named, words
from tests.widgets.welcome.conftest import Hall
from widgets.welcome.context import OpenProject, Other
from widgets.welcome.newproject import login_for
from widgets.welcome.window import WelcomeWindow

Enter = Callable[..., WelcomeWindow]
GOOD = "gul cykel under broen"


@pytest.fixture
def strange() -> Iterator[None]:
    """Speak the pseudo language for the length of a test."""
    use_language(PSEUDO)
    yield
    use_language("en")


def field(window: QWidget, name: str) -> QLineEdit:
    for each in window.findChildren(QLineEdit):
        if each.accessibleName() == name and each.isVisibleTo(window):
            return each
    raise AssertionError(f"no field {name!r}")


def fill(window: WelcomeWindow, **given: str) -> None:
    """Type into the fields of a new project, in the order of reading."""
    answers = {
        "Name of the plant": "Østerby Fjernvarme",
        "Full name": "Kirsten Ørsted Lund",
        "Password": GOOD,
        "Password again": GOOD,
    }
    for name, text in (answers | {k.replace("_", " "): v for k, v in given.items()}).items():
        made = field(window, name)
        made.setFocus()
        made.selectAll()
        type_text(made, text)


def a_project(hall: Hall, name: str = "nordby") -> Path:
    root = hall.home / name
    who = Administrator("ole", "Ole Holm", GOOD)
    create_project(
        root, title="Nordby", zone="Europe/Copenhagen", administrator=who, keys=hall.keys
    )
    return root


def test_who_comes_for_the_first_time_is_led_to_the_demo(hall: Hall, enter: Enter) -> None:
    window = enter()
    assert any("nothing can break" in each for each in words(window))
    click(button_named(window, "Open the demo plant"))
    assert hall.chosen == [Other.DEMO]
    assert any("Opening the demo plant" in each for each in words(window))


def test_a_new_project_is_made_with_its_first_administrator(
    hall: Hall, enter: Enter, qtbot: QtBot
) -> None:
    window = enter()
    key(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert field(window, "Name of the plant").hasFocus()
    fill(window)
    assert field(window, "Login").text() == "kirsten.lund"
    root = Path(field(window, "Folder").text())
    assert root == hall.home / "Østerby Fjernvarme"
    assert "good" in words(window) or "strong" in words(window)
    key(field(window, "Password again"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(hall.chosen), timeout=20_000)
    assert hall.chosen == [OpenProject(root, "Østerby Fjernvarme", "kirsten.lund", GOOD)]
    assert GOOD not in repr(hall.chosen)
    project = open_project(root, keys=hall.keys)
    assert project.accounts.authenticate("kirsten.lund", GOOD).name == "Kirsten Ørsted Lund"
    assert project.configuration.current().config.zone == "Europe/Copenhagen"
    project.close()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"Name_of_the_plant": " "}, "needs a name"),
        ({"Full_name": " "}, "beside everything you do"),
        ({"Login": "Ø"}, "cannot be a login"),
        ({"Password": "short", "Password_again": "short"}, "at least 12 characters"),
        ({"Password_again": "something else"}, "not the same"),
        ({"Folder": "somewhere"}, "whole way"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_keyboard_stands_there(
    hall: Hall, enter: Enter, given: dict[str, str], complaint: str
) -> None:
    window = enter()
    window.doors[0].click()
    fill(window, **given)
    click(window.new.make)
    assert any(complaint in each for each in words(window))
    waiting = QApplication.focusWidget()
    assert waiting is not None
    assert waiting.accessibleName() == next(iter(given)).replace("_", " ")
    assert hall.chosen == []


def test_a_zone_nobody_knows_is_refused_and_any_part_of_a_name_finds_one(
    hall: Hall, enter: Enter
) -> None:
    window = enter()
    window.doors[0].click()
    fill(window)
    zone = next(
        each
        for each in window.findChildren(QComboBox)
        if each.accessibleName() == "Time zone of the plant"
    )
    zone.setCurrentText("Atlantis/Deep")
    click(window.new.make)
    assert any("no such zone" in each for each in words(window))
    completer = zone.completer()
    assert completer is not None
    completer.setCompletionPrefix("copenh")
    assert completer.currentCompletion() == "Europe/Copenhagen"


def test_a_folder_that_is_taken_is_told_and_the_form_stays_filled(
    hall: Hall, enter: Enter, qtbot: QtBot
) -> None:
    taken = hall.home / "taken"
    taken.mkdir(parents=True)
    (taken / "photo.jpg").write_bytes(b"x")
    window = enter()
    window.doors[0].click()
    fill(window, Folder=str(taken))
    click(window.new.make)
    qtbot.waitUntil(window.new.notice.isVisible, timeout=20_000)
    assert "not empty" in window.new.notice.says.text()
    assert window.new.make.isEnabled()
    assert field(window, "Password").text() == GOOD


def test_projects_opened_lately_are_one_key_away(hall: Hall, enter: Enter) -> None:
    old, new = a_project(hall, "old"), a_project(hall, "new")
    hall.recents.note(hall.home / "gone", "Gone", NOON - timedelta(days=9))
    hall.recents.note(old, "Old", NOON - timedelta(days=1))
    hall.recents.note(new, "New", NOON)
    window = enter()
    assert window.start.rows[0].door.hasFocus()
    assert [row.door.isEnabled() for row in window.start.rows] == [True, True, False]
    assert any("not found any more" in each for each in words(window))
    key(window.start.rows[0].door, Qt.Key.Key_Down)
    assert window.start.rows[1].door.hasFocus()
    key(window.start.rows[1].door, Qt.Key.Key_Space)
    assert hall.chosen == [OpenProject(old.resolve(), "Old")]


def test_the_list_says_where_one_is_a_guest(hall: Hall, enter: Enter) -> None:
    hall.recents.note(a_project(hall, "own"), "Own", NOON, Known("lund"))
    hall.recents.note(a_project(hall, "theirs"), "Theirs", NOON, Known("lund", is_guest=True))
    said = [text for row in enter().start.rows for text in words(row) if "guest" in text]
    assert len(said) == 1
    assert said[0].endswith("theirs – lund is a guest there")


def test_a_project_that_is_gone_can_be_taken_off_the_list(hall: Hall, enter: Enter) -> None:
    hall.recents.note(hall.home / "gone", "Gone", NOON)
    window = enter()
    click(button_named(window, "Take Gone off this list"))
    assert window.start.rows == []
    assert hall.recents.all() == ()


def test_opening_a_folder_that_is_no_project_says_so(hall: Hall, enter: Enter) -> None:
    window = enter()
    window.open_folder(hall.home)
    assert "is no Heatdesk project" in window.notice.says.text()
    root = a_project(hall)
    window.open_folder(root)
    assert hall.chosen == [OpenProject(root, "nordby")]


def test_when_opening_failed_the_page_says_why_and_goes_on(hall: Hall, enter: Enter) -> None:
    window = enter("The project Nordby is in use.")
    assert "The project Nordby is in use." in words(window)
    window.choose(Other.DEMO)
    assert not window.isEnabled()
    window.come_back("The simulators did not start.")
    assert window.isEnabled()
    assert "The simulators did not start." in words(window)
    assert window.doors[0].hasFocus()


def test_a_laptop_s_project_is_dropped_copied_and_opened(
    hall: Hall, enter: Enter, qtbot: QtBot, tmp_path: Path
) -> None:
    root = a_project(hall, "laptop")
    window = enter()
    window.doors[2].click()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(root))])
    no, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy = Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(9, 9), copy, data, left, no)
    window.taking.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.taking.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, no))
    qtbot.waitUntil(window.taking.copy.isVisible)
    assert "laptop" in words(window)
    place = field(window, "Folder on this computer")
    place.setText(str(tmp_path / "office" / "Nordby"))
    window.taking.copy.setFocus()
    key(window.taking.copy, Qt.Key.Key_Space)
    qtbot.waitUntil(window.taking.open.isVisible, timeout=20_000)
    assert "Nordby: 0 devices, all in order" in words(window)
    click(window.taking.open)
    assert hall.chosen == [OpenProject(tmp_path / "office" / "Nordby", "Nordby")]


def test_what_was_brought_and_is_no_project_is_told(
    hall: Hall, enter: Enter, qtbot: QtBot, tmp_path: Path
) -> None:
    window = enter()
    window.doors[2].click()
    window.taking.look(tmp_path)
    qtbot.waitUntil(window.taking.notice.isVisible)
    assert "holds no Heatdesk project" in window.taking.notice.says.text()
    key(window, Qt.Key.Key_Escape)
    assert window.start.isVisible()


@pytest.mark.parametrize("name", [LONG, MARKUP], ids=["long", "markup"])
def test_names_are_shown_as_they_are_and_break_nothing(
    hall: Hall, enter: Enter, name: str
) -> None:
    hall.recents.note(a_project(hall), name, NOON)
    window = enter(name)
    window.resize(900, 600)
    assert window.width() == 900
    plain = [each for each in window.findChildren(QLabel) if name in each.text()]
    assert plain
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in plain)


@pytest.mark.usefixtures("strange")
@pytest.mark.parametrize("size", [(900, 600), (1120, 720)])
@pytest.mark.parametrize("door", [None, 0, 2])
def test_in_a_long_language_no_word_is_cut(
    hall: Hall, enter: Enter, size: tuple[int, int], door: int | None
) -> None:
    window = enter()
    window.resize(*size)
    if door is not None:
        window.doors[door].click()
    QApplication.processEvents()
    for each in window.findChildren(QLabel):
        if each.isVisibleTo(window) and each.text() and each.wordWrap():
            assert each.height() >= each.heightForWidth(each.width()), each.text()
    for push in window.findChildren(QPushButton):
        if push.isVisibleTo(window) and push.text():
            assert push.width() >= push.sizeHint().width(), push.text()


def test_every_control_has_a_name_and_can_be_reached_by_tab(hall: Hall, enter: Enter) -> None:
    hall.recents.note(a_project(hall), "Nordby", NOON)
    window = enter()
    for door in (None, 0, 2):
        if door is not None:
            window.doors[door].click()
        controls = [
            each
            for kind in (QAbstractButton, QLineEdit, QComboBox)
            for each in window.findChildren(kind)
            if each.isVisibleTo(window) and not isinstance(each.parent(), QLineEdit)
        ]
        for each in controls:
            within = isinstance(each.parent(), QComboBox)
            assert within or each.accessibleName(), each
            assert within or each.focusPolicy() & Qt.FocusPolicy.TabFocus, each


def test_day_becomes_night_and_the_language_is_asked_for(hall: Hall, enter: Enter) -> None:
    window, wished = enter(), list[str]()
    window.language_chosen.connect(wished.append)
    key(window, Qt.Key.Key_F9)
    assert hall.look.theme.dark
    hall.look.use("day")
    spoken = next(
        each for each in window.findChildren(QComboBox) if each.accessibleName() == "Language"
    )
    spoken.activated.emit(2)
    assert wished == ["de"]


def test_f1_explains_how_to_begin(hall: Hall, enter: Enter) -> None:
    window = enter()
    key(window, Qt.Key.Key_F1)
    assert window.help.window is not None
    assert window.help.window.topic == "welcome"
    window.help.window.close()


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Kirsten Ørsted Lund", "kirsten.lund"),
        ("Åse", "aase"),
        ("  ", ""),
        ("K. Lund", "k.lund"),
        ("李 明", ""),
    ],
)
def test_a_login_is_suggested_as_people_make_them(name: str, login: str) -> None:
    assert login_for(name) == login

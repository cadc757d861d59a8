"""About Heatdesk: version, licence, libraries, and a copy for support without secrets."""

import csv
import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.fakes.asked import VIEWER
from tests.fakes.hands import click, key
from widgets.about.dialog import AboutDialog
from widgets.about.libraries import libraries, licence_text, own_licence
from widgets.about.support import Home, shortened
from widgets.shell.usermenu import UserMenu
from widgets.shell.window import MainWindow

OpenWindow = Callable[..., MainWindow]
ROOT = Path(__file__).parents[3]
LISTED = ROOT / "resources" / "licences" / "libraries.csv"
PIN = re.compile(r"([A-Za-z0-9._-]+)==")


def about(window: MainWindow) -> AboutDialog:
    found = window.findChildren(AboutDialog)
    assert len(found) == 1
    return found[0]


def do(window: MainWindow, words: str) -> None:
    menu = window.findChild(UserMenu)
    assert isinstance(menu, UserMenu)
    inside = menu.menu()
    assert inside is not None
    inside.aboutToShow.emit()
    next(each for each in inside.actions() if each.text().partition("\t")[0] == words).trigger()


def test_the_menu_of_the_person_leads_there_and_f1_explains_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    do(window, "About Heatdesk")
    dialog = about(window)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=5000)
    key(dialog, Qt.Key.Key_F1)
    explained = window.guide.help.window
    assert explained is not None
    assert explained.topic == "about"
    dialog.close()
    click(explained.about)
    qtbot.waitUntil(lambda: about(window).isVisible(), timeout=5000)
    explained.close()
    about(window).close()


def test_what_runs_here_and_what_is_open_is_told(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    dialog = window.guide.about()
    assert dialog.installation["Version"] == version("heatdesk")
    qtbot.waitUntil(lambda: dialog.project["Project"] == "Østerby Fjernvarme", timeout=5000)
    shown = {each.accessibleName(): each.text() for each in dialog.findChildren(QLabel)}
    assert shown["Project"] == "Østerby Fjernvarme"
    assert shown["Kind of database"].startswith("SQLite 3.")
    assert shown["Time zone"] == "Europe/Copenhagen"
    dialog.close()


def test_the_copy_for_support_names_paths_and_nobody(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    home = Home(Path.home() / "plants" / "oesterby", tmp_path / "settings.toml", tmp_path)
    dialog = AboutDialog(window.context, home, window)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.project["Project"] != "–", timeout=5000)
    click(dialog.copying)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    text = clipboard.text()
    assert f"Project folder: {Path('~') / 'plants' / 'oesterby'}" in text
    assert f"Version: {version('heatdesk')}" in text
    assert str(Path.home()) not in text
    for secret in (VIEWER.login, VIEWER.name, VIEWER.workstation):
        assert secret not in text
    assert "no secret" in dialog.says.text()
    dialog.close()


def test_the_whole_licence_can_be_read(open_window: OpenWindow) -> None:
    assert own_licence() == (ROOT / "LICENSE").read_text(encoding="utf-8")
    dialog = open_window().guide.about()
    dialog.switch.choose(1)
    assert "GNU GENERAL PUBLIC LICENSE" in own_licence()
    dialog.close()


def test_choosing_a_library_shows_its_licence(open_window: OpenWindow) -> None:
    dialog = open_window().guide.about()
    dialog.switch.choose(2)
    rows = [each.name for each in dialog.libraries.rows_model.rows]
    dialog.libraries.selectRow(rows.index("numpy"))
    assert "Redistribution and use" in dialog.library_text.toPlainText()
    dialog.libraries.selectRow(rows.index("Qt"))
    assert "LGPL-3.0-only" in dialog.library_text.toPlainText()
    dialog.close()


def test_every_library_that_is_shipped_is_listed_with_its_licence() -> None:
    pinned = {
        found[1]
        for line in (ROOT / "packaging" / "runtime.lock").read_text("utf-8").splitlines()
        if (found := PIN.match(line))
    }
    with LISTED.open(encoding="utf-8", newline="") as stream:
        listed = {row["name"]: row["licence"] for row in csv.DictReader(stream)}
    assert set(listed) == pinned
    assert all(listed.values())
    for name, licence in listed.items():
        try:
            told = metadata(name).get_all("License-Expression", [licence])[0]
        except PackageNotFoundError:
            continue
        assert told == licence, name


@pytest.mark.parametrize("name", ["pyqt6", "reportlab", "sqlalchemy"])
def test_texts_come_from_the_packages_themselves(name: str) -> None:
    found = next(each for each in libraries() if each.name == name)
    assert len(licence_text(found)) > 200


def test_a_path_outside_the_home_stays_whole(tmp_path: Path) -> None:
    assert shortened(tmp_path) in (str(tmp_path), str(Path("~") / tmp_path.name))

"""Dialogs, lock, palette, help and the welcome page can be read whole in every language."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from app.words import PSEUDO
from tests.pictures.findings import all_of, unreached
from tests.pictures.meterdialogs import DATA, DIALOGS
from tests.pictures.otherwindows import WINDOWS, opened, put_away, welcome
from tests.pictures.smallproject import small_project
from tests.pictures.stage import HOSTILE, SMALL, data_of, staged
from tests.pictures.strangenames import FIRST, person, strange, stranger
from tests.pictures.test_walk import EVERY, whole
from widgets.about.dialog import AboutDialog
from widgets.speech import speak
from widgets.theme import Look

SEEDS = range(1, 4)

QUICK = ("xx", "de")
OF_PROGRAM = ("Heatdesk", "Python", "Qt")
OF_QT = ("OK", "Cancel", "Close")  # Qt's own words have no pseudo language

pytestmark = [pytest.mark.timeout(200), pytest.mark.usefixtures("qapp")]


def stumbled(language: str, theme: str) -> list[str]:
    """Open one window after the other and return what a person would stumble over."""
    services, found = small_project(), dict[str, None]()
    data = None
    if language == PSEUDO:
        told = {*OF_QT, *DATA, *data_of(services)} - {""}
        data = sorted(told, key=len, reverse=True)
    with staged(language, theme, SMALL, services) as stage:
        for name in WINDOWS:
            widget = opened(stage, name)
            known = None if name == "help" else data  # its pages have no pseudo language
            if isinstance(widget, AboutDialog) and data is not None:
                told = {*widget.installation.values(), *widget.project.values()}
                known = [*sorted(told, key=len, reverse=True), *OF_PROGRAM, *data]
            seen = [*all_of(widget, data=known, whole=whole(language)), *unreached(widget)]
            found |= {f"{name}: {each}": None for each in seen}
            put_away(stage, widget)
            if name == "locked":
                stage.window.session._open()
    return list(found)


def strangely_said(name: str, language: str) -> list[str]:
    """Open every dialog about meters over a plant where all is called so."""
    found: list[str] = []
    with staged(language, "day", SMALL, stranger(name), person(name)) as stage:
        for called in DIALOGS:
            widget = opened(stage, called)
            seen = [f"{each}" for each in all_of(widget, whole=whole(language))]
            if widget.width() > SMALL[0]:
                seen.append(f"wider than the screen: {widget.width()}")
            seen += [
                f"markup in “{each.text()[:40]}”"
                for each in widget.findChildren(QLabel)
                if FIRST in each.text() and each.textFormat() != Qt.TextFormat.PlainText
            ]
            found += [f"{called}: {each}" for each in seen]
            put_away(stage, widget)
    return found


def stumbled_at_the_door(language: str, theme: str, folder: Path) -> list[str]:
    """Look at each pane of the welcome page."""
    speak(language)
    look, found = Look(theme), dict[str, None]()
    data = [str(folder), folder.name, *OF_QT, *data_of(small_project())]
    try:
        for name, widget in welcome(folder, look):
            of_pseudo = data if language == PSEUDO else None
            seen = [*all_of(widget, data=of_pseudo, whole=whole(language)), *unreached(widget)]
            found |= {f"{name}: {each}": None for each in seen}
    finally:
        speak("en")
        look.use("day")
    return list(found)


@pytest.mark.parametrize("language", QUICK)
def test_every_other_window_can_be_read_whole_and_reached_by_keys(language: str) -> None:
    assert stumbled(language, "day") == []


@pytest.mark.parametrize("language", QUICK)
def test_the_welcome_page_can_be_read_whole_and_reached_by_keys(
    language: str, tmp_path: Path
) -> None:
    assert stumbled_at_the_door(language, "day", tmp_path) == []


@pytest.mark.campaign
@pytest.mark.parametrize("language", ["en", "de", "fr", "da"])
@pytest.mark.parametrize("name", [*HOSTILE.values(), *map(strange, SEEDS)], ids=range(9))
def test_strange_names_break_no_dialog_about_meters(name: str, language: str) -> None:
    assert strangely_said(name, language) == []


@pytest.mark.campaign
@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("language", EVERY)
def test_all_of_them_in_every_language_and_look(
    language: str, theme: str, tmp_path: Path
) -> None:
    assert stumbled(language, theme) == []
    assert stumbled_at_the_door(language, theme, tmp_path) == []

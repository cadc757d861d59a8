"""Dialogs, lock, palette, help and the welcome page can be read whole in every language."""

from pathlib import Path

import pytest

from app.words import PSEUDO
from tests.pictures.findings import all_of, unreached
from tests.pictures.otherwindows import WINDOWS, opened, put_away, welcome
from tests.pictures.smallproject import small_project
from tests.pictures.stage import SMALL, data_of, staged
from tests.pictures.test_walk import EVERY, whole
from widgets.about.dialog import AboutDialog
from widgets.speech import speak
from widgets.theme import Look

QUICK = ("xx", "de")
OF_PROGRAM = ("Heatdesk", "Python", "Qt")
OF_QT = ("OK", "Cancel", "Close")  # Qt's own words have no pseudo language

pytestmark = [pytest.mark.timeout(200), pytest.mark.usefixtures("qapp")]


def stumbled(language: str, theme: str) -> list[str]:
    """Open one window after the other and return what a person would stumble over."""
    services, found = small_project(), dict[str, None]()
    data = [*OF_QT, *data_of(services)] if language == PSEUDO else None
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
@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("language", EVERY)
def test_all_of_them_in_every_language_and_look(
    language: str, theme: str, tmp_path: Path
) -> None:
    assert stumbled(language, theme) == []
    assert stumbled_at_the_door(language, theme, tmp_path) == []

"""The screen speaks one language at a time: words, figures, dates, and Qt's own texts."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.model.alarm import PROGRAM
from app.model.verified import Proof
from app.words import LANGUAGES, PSEUDO
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.smallplant import AHORNVEJ
from widgets.controls.quality import figures
from widgets.devicetabs.tabtype import TabType
from widgets.pages.device import DevicePage
from widgets.pagetype import Show
from widgets.shell.window import MainWindow, kinds_of_pages
from widgets.speech import speak, told_alarm, told_detail

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    yield
    speak("en")


def words_of(widget: QWidget) -> list[str]:
    shown = [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]
    return [text for text in shown if text]


@pytest.mark.parametrize(
    ("code", "text"), [("en", "1.5"), ("da", "1,5"), ("de", "1,5"), ("fr", "1,5")]
)
def test_figures_have_the_language_s_decimal_sign(code: str, text: str) -> None:
    speak(code)
    assert figures(1.5, 1) == text


@pytest.mark.parametrize(("code", "word"), [("da", "Annuller"), ("de", "Abbrechen")])
def test_qt_s_own_buttons_speak_too(code: str, word: str) -> None:
    speak(code)
    said = QCoreApplication.translate("QPlatformTheme", "Cancel")
    assert said.replace("é", "e").startswith(word[:5])
    speak("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_a_profile_s_words_are_told_and_a_device_s_name_is_not() -> None:
    detail = smallplant.detail(smallplant.substations()[0])
    point = replace(detail.points[0], name="Heat curve slope", choices={0: "saving"})
    speak("de")
    told = told_detail(replace(detail, points=(point,), circuits={1: "Heating"}))
    assert told.points[0].name == "Steilheit der Heizkurve"
    assert told.points[0].choices == {0: "Sparen"}
    assert told.circuits == {1: "Heizung"}
    assert told.view.config.name == detail.view.config.name
    alarm = smallplant.alarms()[0]
    assert told_alarm(alarm).rule.id == alarm.rule.id


def test_what_we_say_of_a_device_is_told_and_what_it_says_itself_is_not() -> None:
    detail = smallplant.detail(smallplant.substations()[0])
    facts = {"decoding": Proof.GENERIC.value, "hardware": "Open"}
    speak(PSEUDO)
    identity = told_detail(replace(detail, identity=facts)).identity
    assert identity["decoding"].startswith("[ñ"), "in the screen's language"
    assert identity["hardware"] == "Open", "the device's word stays, even if it is one of ours"


def test_an_alarm_of_the_program_is_told_with_the_part_it_names() -> None:
    alarm = smallplant.alarms()[0]
    words = "Receiver Cellar north hears nothing"
    own = replace(alarm, rule=replace(alarm.rule, device=PROGRAM, name=words))
    speak("de")
    assert "Cellar north" in told_alarm(own).rule.name != words
    theirs = replace(alarm, rule=replace(alarm.rule, name=words))
    assert told_alarm(theirs).rule.name == words, "somebody may call theirs as they like"


@pytest.mark.parametrize("code", [*LANGUAGES, PSEUDO])
def test_every_page_is_built_in_every_language(
    open_window: OpenWindow, qtbot: QtBot, code: str
) -> None:
    speak(code)
    window = open_window(FakeServices())
    for kind in kinds_of_pages().values():
        window.show_page(Show(kind.id, AHORNVEJ if kind.needs_device else None))
        page = window.front
        assert page is not None
        qtbot.waitUntil(page.settled)
        assert words_of(page)


def test_in_the_pseudo_language_no_word_of_the_shell_is_plain(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    speak(PSEUDO)
    window = open_window(FakeServices.empty())
    plain = [
        text
        for text in words_of(window._top) + words_of(window._strip)
        if any(letter.isalpha() for letter in text) and not text.startswith("[")
    ]
    data = {"SIM", "20 Jan 2026", window.context.viewer.name}
    data |= {"Østerby Fjernvarme", "Østerby", "Fjernvarme"}  # on one line or on two
    assert [text for text in plain if text not in data and ":" not in text] == []


def tab_titles(page: DevicePage) -> list[str]:
    return [page._bar.tabText(at) for at in range(page._bar.count())]


def test_the_tabs_of_a_device_are_called_in_the_language(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    speak("da")
    window = open_window()
    window.show_page(Show("device", AHORNVEJ))
    page = window.front
    assert isinstance(page, DevicePage)
    assert "Indstillinger" in tab_titles(page)
    assert TabType.__name__

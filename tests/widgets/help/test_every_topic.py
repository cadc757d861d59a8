"""Every help page can be read in its window, by day and by night, in every language."""

import re

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QColor, QTextDocument
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.words import LANGUAGES, catalogue_of, use_language
from widgets.help.book import find, page_of, pictures_in, topics
from widgets.help.window import HelpText, HelpWindow
from widgets.theme import THEMES, Look, contrast

# Names of controls as the screen calls them; the help must call them the same.
BOLD = re.compile(r"\*\*([^*]+)\*\*")
KEYS = re.compile(
    r"^(Ctrl|Strg|Shift|Alt|F1|F8|F9|Enter|Esc|Insert|Einfg|Insér|[AB]$|Space|Delete|Backspace|Mellemrum|Leertaste|Eingabe|"
    r"Entf|Rücktaste|Entrée|Échap|Espace|Suppr|Retour|Skift|Umschalt|Maj|\+)"
)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_topic_is_laid_out_within_the_window(qtbot: QtBot, code: str, theme: str) -> None:
    use_language(code)
    look = Look(theme)
    window = HelpWindow(look)
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    for topic in topics():
        window.go(topic)
        document = window.text.document()
        assert document is not None
        room = window.text.viewport()
        assert room is not None
        assert document.idealWidth() <= room.width() + 1, topic
        assert page_of(topic).title in window.text.toPlainText()
        assert "![" not in window.text.toPlainText()
        assert "](" not in window.text.toPlainText()
    use_language("en")
    look.use("day")


@pytest.mark.parametrize("code", LANGUAGES)
def test_links_are_shown_as_words_and_lead_somewhere(qtbot: QtBot, code: str) -> None:
    Look("day")
    text = HelpText()
    qtbot.addWidget(text)
    for topic in topics():
        page = page_of(topic, code)
        for words, target in re.findall(r"(?<!!)\[([^\]]+)\]\(help:([^)]+)\)", page.text):
            assert words
            assert page_of(target, code).topic == target
            heard: list[str] = []
            text.wanted.connect(heard.append)
            text.anchorClicked.emit(QUrl(f"help:{target}"))
            assert heard == [target]
            text.wanted.disconnect()


@pytest.mark.parametrize("theme", THEMES)
def test_the_ink_of_the_help_can_be_read(qtbot: QtBot, theme: str) -> None:
    look = Look(theme)
    text = HelpText()
    qtbot.addWidget(text)
    text.show_page(page_of("start", "en"))
    palette = text.palette()
    ground, ink, link = palette.base(), palette.text(), palette.link()
    for each in (ink, link):
        assert contrast(each.color().name(), ground.color().name()) >= 4.5
    assert ground.color() == QColor(look.theme.surface)
    look.use("day")


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "file:///x", "mailto:a", "x"])
def test_a_link_out_of_the_help_leads_nowhere(qtbot: QtBot, url: str) -> None:
    Look("day")
    text = HelpText()
    qtbot.addWidget(text)
    heard: list[str] = []
    text.wanted.connect(heard.append)
    text.anchorClicked.emit(QUrl(url))
    assert heard == []


@pytest.mark.parametrize("width", [300, 600, 1400])
def test_a_picture_is_never_wider_than_the_page(qtbot: QtBot, width: int) -> None:
    Look("day")
    text = HelpText()
    qtbot.addWidget(text)
    text.resize(width, 500)
    text.show()
    QApplication.processEvents()
    kind = QTextDocument.ResourceType.ImageResource.value
    for topic in topics():
        for name in pictures_in(page_of(topic, "en")):
            image = text.loadResource(kind, QUrl(name))
            assert 0 < image.width() <= width


def test_night_and_day_lay_the_open_page_out_anew(qtbot: QtBot) -> None:
    look = Look("day")
    text = HelpText()
    qtbot.addWidget(text)
    text.resize(600, 400)
    text.show_page(page_of("alarms", "en"))
    text.show()
    by_day = text.grab().toImage()
    look.use("night")
    QApplication.processEvents()
    assert text.grab().toImage() != by_day
    look.use("day")


@pytest.mark.parametrize("code", [each for each in LANGUAGES if each != "en"])
def test_the_help_calls_the_first_things_as_the_screen_does(code: str) -> None:
    """The names of pages in the contents are those of tabs and rail."""
    word = catalogue_of(code).gettext
    for topic, english in (
        ("alarms", "Alarms"),
        ("devices", "Devices"),
        ("audit", "Activity log"),
        ("people", "Users & roles"),
        ("versions", "Versions"),
        ("hardening", "Hardening"),
        ("device-settings", "Settings"),
        ("device-chart", "Chart"),
        ("device-live", "Live chart"),
        ("device-readings", "Readings"),
        ("device-consumption", "Consumption"),
        ("device-values", "Values"),
        ("device-communication", "Communication"),
        ("device-schedules", "Schedules"),
        ("device-documents", "Documents & notes"),
        ("trend", "Trend"),
        ("comparison", "Two periods"),
        ("energy", "Energy analysis"),
        ("periodreport", "Period report"),
        ("totals", "Totals"),
        ("received", "Readings received"),
        ("findings", "Findings"),
        ("heatlog", "Heat disconnections"),
    ):
        assert page_of(topic, code).title == word(english), topic


def shown_in(code: str) -> set[str]:
    """Return every text the screen shows in a language."""
    catalogue = catalogue_of("da" if code == "en" else code)
    pairs: dict[str | tuple[str, int], str] = catalogue._catalog  # type: ignore[attr-defined]
    if code == "en":
        return {key if isinstance(key, str) else key[0] for key in pairs}
    return set(pairs.values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_control_is_called_in_the_help_as_it_is_on_the_screen(code: str) -> None:
    known = shown_in(code)
    for topic in topics():
        for words in BOLD.findall(page_of(topic, code).text):
            if topic == "start" or KEYS.match(words):
                continue  # the rules of the house, and keys
            bare = words.rstrip("…")
            assert {bare, f"{bare}…"} & known, (topic, words)


@pytest.mark.parametrize(
    ("code", "words", "topic"),
    [
        ("en", "commissioning report", "device-documents"),
        ("da", "adgangskode", "device-settings"),
        ("de", "Rücklaufrohr", "device-overview"),
        ("fr", "trames brutes", "device-communication"),
        ("en", "ACKNOWLEDGE", "alarms"),
    ],
)
def test_what_somebody_looks_for_is_found_in_their_language(
    code: str, words: str, topic: str
) -> None:
    assert topic in [page.topic for page in find(words, code)]

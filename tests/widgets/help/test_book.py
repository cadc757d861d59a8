"""Every page of the desk is explained in every language, and no link leads nowhere."""

import re
from importlib.resources import files

import pytest
from PyQt6.QtGui import QImage

import widgets.devicetabs
from app.plugins import discover
from app.words import LANGUAGES
from widgets.devicetabs.tabtype import TabType
from widgets.help.book import (
    ORDER,
    START,
    find,
    links_in,
    page_of,
    picture,
    pictures_in,
    topic_for,
    topics,
)
from widgets.shell.window import kinds_of_pages

TABS = sorted(each.id for each in discover(widgets.devicetabs, "TAB", TabType).values())
NEEDED = [*kinds_of_pages(), *(topic_for("device", tab) for tab in TABS), "welcome", START]
EVERYWHERE = [(topic, code) for topic in topics() for code in LANGUAGES]
LONGEST_WORDS = 260  # short enough to be read while the plant waits


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("topic", NEEDED)
def test_every_page_and_every_tab_has_its_help(topic: str, code: str) -> None:
    assert (files("resources.help") / code / f"{topic}.md").is_file()
    assert page_of(topic, code).topic == topic


@pytest.mark.parametrize(("topic", "code"), EVERYWHERE)
def test_a_help_page_is_short_has_a_title_and_says_how(topic: str, code: str) -> None:
    page = page_of(topic, code)
    assert page.topic == topic
    assert page.text.startswith(f"# {page.title}\n")
    words = len(page.text.split())
    assert 25 < words < LONGEST_WORDS
    assert re.search(r"^(-|1\.) ", page.text, re.MULTILINE)


@pytest.mark.parametrize(("topic", "code"), EVERYWHERE)
def test_pictures_and_links_are_there_and_the_same_in_every_language(
    topic: str, code: str
) -> None:
    page, english = page_of(topic, code), page_of(topic, "en")
    assert pictures_in(page) == pictures_in(english)
    assert links_in(page) == links_in(english)
    assert set(links_in(page)) <= set(topics())
    for name in pictures_in(page):
        assert (files("resources.help") / "pictures" / code / name).is_file()
        assert QImage.fromData(picture(name, code)).width() >= 1000


@pytest.mark.parametrize("code", [each for each in LANGUAGES if each != "en"])
def test_what_is_translated_is_not_the_english_text(code: str) -> None:
    for topic in topics():
        theirs = set(page_of(topic, code).text.splitlines())
        same = theirs & set(page_of(topic, "en").text.splitlines())
        long = {each for each in same if len(each.split()) > 2 and not each.startswith("#")}
        assert long == set(), topic


def test_nothing_is_fetched_from_anywhere() -> None:
    for topic, code in EVERYWHERE:
        assert "http" not in page_of(topic, code).text


def test_the_contents_name_every_topic_once() -> None:
    assert list(topics()) == [each for each in ORDER if each in topics()]
    assert set(topics()) == set(ORDER)


def test_an_unknown_topic_leads_to_the_next_best() -> None:
    assert page_of("device-oracle").topic == "device"
    assert page_of("oracle").topic == START
    assert page_of("../../secrets").topic == START
    assert page_of("alarms", "xx").title == page_of("alarms", "en").title
    assert picture("../../../pyproject.toml") == b"" or picture("no.png") == b""


def test_the_search_finds_pages_by_all_their_words() -> None:
    assert find("acknowledge", "en")[0].topic in {"alarms", "device-alarms"}
    assert [page.topic for page in find("comfort period", "en")] == ["device-schedules"]
    assert find("kvittér", "da")
    assert find("zebra crossing", "en") == []

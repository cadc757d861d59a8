"""Every page in every language: nothing cut, covered, foreign, nameless, faint, unreachable."""

from collections.abc import Collection
from functools import cache
from itertools import product

import pytest
from babel.messages.pofile import read_po

from app.words import LANGUAGES, PSEUDO
from tests.fakes.asked import FakeServices
from tests.flashes import windows_that_come_up
from tests.pictures.findings import all_of, unreached
from tests.pictures.smallproject import small_project
from tests.pictures.stage import HOSTILE, LARGE, SMALL, data_of, hostile, places, staged
from tests.scripts import ROOT

DOUBLE = (960, 600)  # what a screen of 1920 × 1200 has at twice the scale
SIZES = (SMALL, LARGE, DOUBLE)
EVERY = sorted({*LANGUAGES, PSEUDO})
SHORT_ROUND = (("xx", "day", SMALL),)
FULL_ROUND = tuple(product(EVERY, ("day", "night"), SIZES))

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("qapp")]


@cache
def whole(language: str) -> Collection[str]:
    """Return the texts of a language that end with … although nothing was cut.

    English ones too: whether all are translated is what the catalogues' tests tell.
    """
    of = "da" if language in ("en", PSEUDO) else language
    file = ROOT / "i18n" / of / "LC_MESSAGES" / "heatdesk.po"
    with file.open("rb") as opened:
        read = read_po(opened, of)
    texts = [text for each in read if each.id for text in (each.id, each.string)]
    return frozenset(each for each in texts if isinstance(each, str) and each.endswith("…"))


def stumbled(
    language: str, theme: str, size: tuple[int, int], services: FakeServices, *, calm: bool
) -> list[str]:
    """Walk every page once and return what a person would stumble over, each once.

    Keys and untranslated words are looked for where the plant's names are ``calm``.
    """
    data = data_of(services) if language == PSEUDO and calm else None
    found: dict[str, None] = {}
    with staged(language, theme, size, services) as stage:
        for place in places():
            with windows_that_come_up() as windows:
                window = stage.open(place)
            seen = list(all_of(window, data=data, whole=whole(language)))
            if calm:
                seen += unreached(window)
            flashed = [f"{each} is a window" for each in windows if each != "MainWindow"]
            found |= {f"{place}: {each}": None for each in [*seen, *flashed]}
    return list(found)


def round_name(way: object) -> str:
    """Return how a round is called in a report of tests."""
    return "x".join(map(str, way)) if isinstance(way, tuple) else str(way)


@pytest.mark.parametrize(("language", "theme", "size"), SHORT_ROUND, ids=round_name)
def test_every_page_can_be_read_whole_and_reached_by_keys(
    language: str, theme: str, size: tuple[int, int]
) -> None:
    found = stumbled(language, theme, size, small_project(), calm=True)
    assert "\n".join(found) == ""


@pytest.mark.campaign
@pytest.mark.parametrize(("language", "theme", "size"), FULL_ROUND, ids=round_name)
def test_every_page_in_every_language_size_and_look(
    language: str, theme: str, size: tuple[int, int]
) -> None:
    found = stumbled(language, theme, size, small_project(), calm=True)
    assert "\n".join(found) == ""


@pytest.mark.campaign
@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("name", HOSTILE)
def test_strange_names_break_no_page_in_any_language(name: str, language: str) -> None:
    services = hostile(HOSTILE[name])
    assert stumbled(language, "day", SMALL, services, calm=False) == []

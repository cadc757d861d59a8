"""The same walk through a running project: a core, its controllers, its files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from app.compose.desktop import make_window
from app.compose.joining import Joined
from app.words import PSEUDO
from tests.journeys.quicksite import quick_site
from tests.journeys.smallsite import LOGIN, NAME, Site
from tests.pictures.findings import all_of, unreached
from tests.pictures.smallproject import small_project
from tests.pictures.stage import LARGE, SMALL, Stage, data_of, places, put_down
from tests.pictures.test_walk import EVERY, whole
from widgets.speech import speak
from widgets.theme import Look

NO_WORDS = ("own", "127.0.0.1", "system", "modbus-tcp")  # a profile's id, an address, a login
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("qapp")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("walk"), 2) as running:
        yield running


@contextmanager
def on_site(
    joined: Joined, language: str, theme: str, size: tuple[int, int]
) -> Iterator[Stage]:
    """Open the window of the product over a running project."""
    speak(language)
    joined.wait_for_answers()
    look = Look(theme)
    window = make_window(joined, look, simulated=True)
    device = joined.ask(joined.asked.plant.devices(joined.viewer))[0].config.id
    try:
        yield Stage(window, size, device)
    finally:
        put_down(window)
        look.use("day")
        speak("en")


def data(joined: Joined) -> Sequence[str]:
    """Return what this project's people and files named."""
    known = {LOGIN, NAME, joined.viewer.workstation, *NO_WORDS, *data_of(small_project())}
    known.add(joined.ask(joined.asked.plant.title(joined.viewer)))
    known |= {*joined.ask(joined.asked.plant.title(joined.viewer)).split()}
    for view in joined.ask(joined.asked.plant.devices(joined.viewer)):
        known |= {view.config.name, view.config.area, view.config.id}
        known |= {view.link.name} if view.link is not None else set()
    for rule in joined.ask(joined.asked.alarms.rules(joined.viewer)):
        known.add(rule.id)
    return sorted((each for each in known if each), key=len, reverse=True)


def stumbled(site: Site, language: str, theme: str, size: tuple[int, int]) -> list[str]:
    """Walk every page of the running project once."""
    found: dict[str, None] = {}
    with site.joined() as joined:
        known = data(joined) if language == PSEUDO else None
        with on_site(joined, language, theme, size) as stage:
            for place in places():
                window = stage.open(place)
                seen = list(all_of(window, data=known, whole=whole(language)))
                found |= {f"{place}: {each}": None for each in [*seen, *unreached(window)]}
    return list(found)


@pytest.mark.campaign
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("language", EVERY)
def test_every_page_of_a_running_project_can_be_read_and_reached(
    site: Site, language: str, theme: str, size: tuple[int, int]
) -> None:
    assert stumbled(site, language, theme, size) == []

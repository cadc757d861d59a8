"""A living picture: values no older than a cycle, an outage that cannot be missed, a return."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from PyQt6.QtGui import QColor

from flowdiagrams.scene import DiagramScene
from flowdiagrams.view import DiagramView
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site, running_site, substations

CYCLE_S = 10.0
LOST, OTHER = "Ahornvej 14", "Ahornvej 22"
SENSORS = ("S1 Outdoor", "S2 Room", "S3 Heating flow", "S4 DHW tank", "S5 Heating return")
NO_VALUE = "–, no value"
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("live"), substations(2)) as running:
        yield running


class Corner:
    """What the picture's corner said, second by second."""

    def __init__(self, view: DiagramView) -> None:
        self.said: list[str] = []
        view.agesChanged.connect(self.said.append)

    def last(self) -> str:
        return self.said[-1] if self.said else ""

    def oldest_s(self) -> list[int]:
        """Return every age of the oldest value, in s."""
        found = (re.match(r"oldest value (\d+) s \(", words) for words in self.said)
        return [int(match[1]) for match in found if match]


def ages_s(view: DiagramView) -> dict[str, float]:
    """Return how old each measured value in the picture is now, by slot."""
    scene = view.scene()
    assert isinstance(scene, DiagramScene)
    slots = {slot for wired in scene.wired for slot in wired.measured if slot}
    readings = {
        slot: scene.binding.reading(slot)
        for slot in slots
        if scene.binding.bound((slot,)) and not scene.binding.spec(slot).is_setting
    }
    now = datetime.now(UTC)
    return {
        slot: float("inf") if read is None else (now - read.measured_at).total_seconds()
        for slot, read in readings.items()
    }


def framed(view: DiagramView) -> float:
    """Return which part of the picture's upper edge is drawn over, 0 to 1."""
    image = view.grab().toImage()
    scene = view.scene()
    assert scene is not None
    area = view.mapFromScene(scene.sceneRect()).boundingRect()
    ground = QColor(image.pixel(area.left() + 30, area.top() + 30)).lightness()
    edge = range(max(area.left(), 0) + 2, min(area.right(), image.width()) - 2)
    tops = range(max(area.top(), 0), max(area.top(), 0) + 3)
    marked = sum(
        any(abs(QColor(image.pixel(x, y)).lightness() - ground) > 60 for y in tops)
        for x in edge
    )
    return marked / len(edge)


def number(words: str) -> float:
    """Return the figure at the beginning of what a value says."""
    match = re.match(r"−?\d+(\.\d+)?", words)
    assert match, words
    return float(match[0].replace("−", "-"))


def settled(screen: Screen) -> None:
    """Wait until every sensor in the picture has a value."""
    screen.until(lambda: all(" °C" in screen.figures()[name] for name in SENSORS))


@pytest.mark.feature("LM-23")
def test_no_value_of_the_picture_is_older_than_a_cycle_and_a_poll(site: Site) -> None:
    with screen_over(site) as screen:
        screen.open_device(LOST)
        view = screen.diagram()
        settled(screen)
        corner, worst_s = Corner(view), dict[str, float]()

        def look() -> None:
            for slot, age_s in ages_s(view).items():
                worst_s[slot] = max(age_s, worst_s.get(slot, 0.0))

        screen.live(2.2 * CYCLE_S, look)
        assert len(worst_s) >= 14  # sensors, valves, pumps, states of both circuits
        assert max(worst_s.values()) <= 2 * CYCLE_S, worst_s
        assert corner.oldest_s(), corner.said
        assert max(corner.oldest_s()) <= 2 * CYCLE_S
        later = corner.oldest_s()
        assert any(after < before for before, after in pairwise(later)), "it was never renewed"
        assert framed(view) < 0.05


@pytest.mark.campaign
@pytest.mark.feature("LM-23")
@pytest.mark.feature("BEYOND-3")
def test_a_dead_controller_fades_ends_in_dashes_and_comes_back_while_others_live(
    site: Site,
) -> None:
    with screen_over(site) as screen, screen_over(site) as other:
        screen.open_device(LOST)
        other.open_device(OTHER)
        settled(screen)
        settled(other)
        live = screen.figures()
        corner, elsewhere = Corner(screen.diagram()), Corner(other.diagram())
        seen: list[dict[str, str]] = []

        def look() -> dict[str, str]:
            seen.append(screen.figures())
            return seen[-1]

        site.simulators["ahornvej-14"].kill()

        screen.until(lambda: "No answer from the device for" in corner.last(), 3 * CYCLE_S)
        faded = look()
        for name in SENSORS:
            assert re.fullmatch(r"−?[\d.]+ °C, stale, \d+ s old", faded[name]), faded[name]
            assert number(faded[name]) == pytest.approx(number(live[name]), abs=8.0)
        screen.until(lambda: older(look(), faded), what="the ages to grow")
        assert framed(screen.diagram()) > 0.4

        screen.until(lambda: look()["S3 Heating flow"] == NO_VALUE, 5 * CYCLE_S)
        assert [seen[-1][name] for name in SENSORS] == [NO_VALUE] * len(SENSORS)
        for said in seen:  # at no moment a number without its age, and never a zero
            assert all(
                said[name] == NO_VALUE or (", stale, " in said[name] and number(said[name]))
                for name in SENSORS
            ), said
        assert framed(screen.diagram()) > 0.4
        screen.until(lambda: screen.says("Offline since"))

        site.simulators["ahornvej-14"].restart()
        back_s = screen.until(
            lambda: all(re.fullmatch(r"−?[\d.]+ °C", screen.figures()[n]) for n in SENSORS)
        )
        assert back_s <= 15.0
        screen.until(lambda: "oldest value" in corner.last())
        assert framed(screen.diagram()) < 0.05
        screen.until(lambda: screen.says("Online"))

        assert len(elsewhere.said) > 2 * CYCLE_S
        assert len(elsewhere.oldest_s()) == len(elsewhere.said), elsewhere.said
        assert max(elsewhere.oldest_s()) <= 2 * CYCLE_S


def older(said: dict[str, str], before: dict[str, str]) -> bool:
    """Whether a stale value is told to be older than it was."""
    ages = [re.search(r"(\d+) s old", each["S3 Heating flow"]) for each in (before, said)]
    return bool(ages[0] and ages[1] and int(ages[1][1]) > int(ages[0][1]))

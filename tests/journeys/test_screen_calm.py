"""A calm plant looks calm, a value shows where it stands, and every eye can read it all."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QFrame, QPushButton

from app.model.alarm import AlarmRule
from app.model.reading import DeviceId, point_id
from flowdiagrams.items import FieldItem
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import Site
from tests.pictures.findings import _ground, _over
from tests.pictures.seen import Seen, texts
from tests.pixels import parts_of
from tests.widgets.vision import EYES, seen
from widgets.controls.card import Elided
from widgets.theme import THEMES, Theme, contrast, load_theme

DEVICE, NAMED, AREA = DeviceId("ahornvej-14"), "Ahornvej 14", "Skovkvarteret"
WARM = "Return too warm"
NEAR = 6  # of 255 in each of red, green and blue: the same ink
READABLE = 4.5
WIDE = 0.2  # of a scale
# A journey of minutes: run with `pytest -m campaign tests/journeys`.
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(180), pytest.mark.feature("BEYOND-18")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("calm"), 2) as running:
        running.simulators[DEVICE].say("set s5 33")
        yield running


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


def picture_of(screen: Screen) -> NDArray[np.int16]:
    """Return the window's pixels as rows of red, green, blue."""
    return rows_of(screen.window.grab().toImage())


def rows_of(picture: QImage) -> NDArray[np.int16]:
    """Return a picture's pixels as rows of red, green, blue."""
    return parts_of(picture)


def drawn_in(picture: NDArray[np.int16], colour: str) -> int:
    """Return how many pixels have a colour."""
    ink = QColor(colour)
    wanted = np.array([ink.red(), ink.green(), ink.blue()])
    return int((np.abs(picture - wanted).max(axis=2) <= NEAR).sum())


def alarming(screen: Screen, theme: Theme) -> int:
    """Return how many pixels have the colour of an alarm."""
    picture = picture_of(screen)
    inks = {ink for each in theme.alarms for ink in (each.fill, each.edge)}
    return sum(drawn_in(picture, ink) for ink in inks)


def on_level(level: int) -> Callable[[Screen], None]:
    """Return what leads to one of the four levels, from the whole plant to one frame."""

    def device(screen: Screen) -> None:
        screen.open_device(NAMED)
        screen.until(lambda: any("°C" in each.text for each in texts(screen.window)))

    def frames(screen: Screen) -> None:
        device(screen)
        screen.open_tab("Communication")

    def devices(screen: Screen) -> None:
        screen.show_devices()
        screen.until(lambda: all(r["Return °C"] != "–" for r in screen.rows("Devices")))

    return (lambda screen: screen.press("Overview"), devices, device, frames)[level]


TRAILS = (
    ["Dashboard", "Operation"],
    ["Plant", "Devices"],
    [AREA, NAMED, "Overview"],
    [AREA, NAMED, "Communication"],
)


def trail(screen: Screen) -> list[str]:
    """Return the way to the page in front as the bar above shows it."""
    top = screen.window.findChild(QFrame, "top")
    assert top is not None
    shown = [each for each in screen.seen(Elided, top) if each.property("role") != "project"]
    left = screen.window._top.project.geometry().right()
    return [each.text() for each in shown if each.mapTo(top, each.rect().center()).x() > left]


def test_a_healthy_plant_has_no_alarming_colour_and_is_read_by_every_eye(
    site: Site, theme: Theme
) -> None:
    with screen_over(site, theme.name) as screen:
        screen.until(lambda: screen.says("No alarm waits"), what="a calm plant")
        for level, way in enumerate(TRAILS):
            on_level(level)(screen)
            screen.until(lambda way=way: trail(screen) == way, what=f"the way {way}")  # type: ignore[misc]
            assert alarming(screen, theme) == 0, way
            for (ink, under), text in inks_on(screen).items():
                for eye in EYES:
                    got = contrast(seen(ink, eye), seen(under, eye))
                    assert got >= READABLE, (way, text, ink, under, eye, got)


def inks_on(screen: Screen) -> dict[tuple[str, str], str]:
    """Return every pair of ink and ground that a text is drawn in, with such a text."""
    picture = screen.window.grab().toImage()
    found = {
        (_over(each.ink, ground).name(), ground.name()): each.text
        for each in texts(screen.window)
        if each.by.isEnabled() and (ground := ground_of(each, picture)) is not None
    }
    assert len(found) >= 3
    return found


def ground_of(each: Seen, picture: QImage) -> QColor | None:
    """Return the colour a text stands on; None where it is not in sight."""
    spot = each.box.intersected(each.shown).toRect().intersected(picture.rect())
    if spot.width() < 2 or spot.height() < 2:
        return None
    return _ground(picture, spot.adjusted(-2, -2, 2, 2).intersected(picture.rect()))


def test_a_value_stands_on_a_bar_with_its_range_limit_and_set_point(
    site: Site, theme: Theme
) -> None:
    with screen_over(site, theme.name) as screen:
        on_level(2)(screen)
        fields = value_fields(screen)
        for part in ("set_point", "limit", "band"):
            screen.until(
                lambda part=part: any(  # type: ignore[misc]
                    getattr(each.against, part) is not None for each in fields.values()
                ),
                what=f"a value with its {part}",
            )
        for name, field in fields.items():
            bar = picture_of_field(screen, field)
            assert drawn_in(bar, theme.text) > 20, f"{name}: where it stands on the scale"
            assert drawn_in(bar, theme.symbol_idle) + drawn_in(bar, theme.symbol_band) > 200
            low, high = field.against.band or (0.0, 0.0)
            if high - low > WIDE:  # else the tick may cover it
                assert drawn_in(bar, theme.symbol_band) > 20, f"{name}: the range accepted"


def value_fields(screen: Screen) -> dict[str, FieldItem]:
    """Return the fields of values that stand on a scale, by name."""
    scene = screen.diagram().scene()
    assert scene is not None
    found = (each for each in scene.items() if isinstance(each, FieldItem))
    return {each.field.name: each for each in found if each.field.scale is not None}


def picture_of_field(screen: Screen, field: FieldItem) -> NDArray[np.int16]:
    """Return the bar below a value as it is drawn, tick and set point included."""
    view = screen.diagram()
    place = field.core()
    bar = place.adjusted(0, place.height() - 40, 0, -22)
    ground = view.viewport()
    assert ground is not None
    image = ground.grab(view.mapFromScene(bar).boundingRect()).toImage()
    return rows_of(image)


def test_an_alarm_is_the_only_loud_thing_on_the_screen(site: Site, theme: Theme) -> None:
    with screen_over(site, theme.name) as screen:
        on_level(2)(screen)
        calm = alarming(screen, theme)
        point = point_id(DEVICE, "s5")
        rule = AlarmRule("warm", "high", DEVICE, point, WARM, 2, 30.0, 1.0)
        project, viewer = screen.joined.asked.project, screen.joined.viewer
        screen.ask(project.put_rule(viewer, rule, "for this test"))
        try:
            screen.until(lambda: any(WARM in each.accessibleName() for each in cells(screen)))
            screen.until(lambda: screen.says("1 alarm"), what="the alarm at the device")
            colours = theme.alarm(2)
            picture = picture_of(screen)
            assert drawn_in(picture, colours.fill) > calm
            others = [theme.alarm(each) for each in (1, 3, 4)]
            assert sum(drawn_in(picture, each.fill) for each in others) == 0
        finally:
            screen.ask(project.remove_rule(viewer, rule.id, "over"))
        screen.until(lambda: screen.says("No alarm waits"), what="a calm plant again")


def cells(screen: Screen) -> list[QPushButton]:
    return screen.seen(QPushButton)

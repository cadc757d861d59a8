"""The live picture on the screen: it shows what is, and opens what is clicked."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent, QHelpEvent, QImage, QPainter
from PyQt6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, Quality, Reading
from flowdiagrams.items import FieldItem
from flowdiagrams.symbolitems import SymbolItem
from flowdiagrams.view import FIT, DiagramView
from tests.flowdiagrams.hands import click, key, move, press, release
from tests.flowdiagrams.substation import (
    MEASURED,
    MORNING,
    NOW,
    OLD,
    RUNNING,
    colours,
    morning,
    picture_of,
    point,
    points,
    reading,
    specs,
)
from widgets.controls.standing import Standing
from widgets.pointfeed import PointFeed
from widgets.theme import load_theme

DAY = load_theme("day")
SIZE = (1248, 764)  # the picture's own: one px of it is one of the window
Make = Callable[..., DiagramView]


@pytest.fixture
def feed(qtbot: QtBot) -> PointFeed:
    return PointFeed()


@pytest.fixture
def make(qtbot: QtBot, feed: PointFeed) -> Make:
    def build(
        *readings: Reading,
        slots: Collection[str] = MORNING,
        theme: str = "day",
        size: tuple[int, int] = SIZE,
    ) -> DiagramView:
        feed.offer(readings or morning(slots=[slot for slot in slots if slot in MORNING]))
        feed.refresh()
        view = DiagramView(
            "a266_1", points(slots), specs(slots), feed, load_theme(theme), now=lambda: NOW
        )
        qtbot.addWidget(view)
        view.resize(*size)
        view.show()
        return view

    return build


def tell(feed: PointFeed, *readings: Reading) -> None:
    feed.offer(readings)
    feed.refresh()


def test_the_picture_of_the_a266_1_has_no_faults(make: Make) -> None:
    view = make()
    assert view.faults == ()
    assert view.accessibleName() == "A266.1 Heating and hot water with tank"


def test_the_return_pipe_is_hollow_and_the_supply_pipe_is_not(make: Make) -> None:
    image = picture_of(make())
    supply = [image.pixelColor(450, y).name() for y in range(117, 124)]
    assert supply.count(DAY.supply_pipe.lower()) == 4
    returning = [image.pixelColor(400, y).name() for y in range(717, 724)]
    assert image.pixelColor(400, 719).name() != DAY.return_pipe.lower(), "the core is light"
    assert returning[0] == returning[-1] == DAY.surface.lower()
    assert image.pixelColor(400, 719).lightness() > 200
    assert image.pixelColor(400, 718).lightness() < 200
    assert image.pixelColor(400, 721).lightness() < 200


def test_a_running_pump_is_filled_and_a_standing_one_hollow(
    make: Make, feed: PointFeed
) -> None:
    view = make()
    assert picture_of(view).pixelColor(821, 120).name() == DAY.symbol_run.lower()
    tell(feed, reading("p1", 0.0))
    assert picture_of(view).pixelColor(821, 120).name() == DAY.surface.lower()


def test_a_field_has_its_bar_set_point_and_tick_where_the_values_are(make: Make) -> None:
    image = picture_of(make())
    bar = [image.pixelColor(x, 76).name() for x in range(568, 720)]
    assert bar[10] == DAY.symbol_idle.lower()
    assert bar[75] == DAY.symbol_band.lower()
    tick = [x for x in range(152) if bar[x] == DAY.text.lower()]
    middle = (tick[0] + tick[-1] + 1) / 2
    assert middle == pytest.approx((51.6 - 20) / 60 * 152, abs=1)


def test_what_is_not_bound_is_not_drawn(make: Make) -> None:
    without, image = make(), picture_of(make())
    meter = {"em_power", "em_flow", "em_cooling", "dh_supply", "dh_return"}
    assert not [wired for wired in without._scene.wired if set(wired.measured) & meter]
    assert colours(image, 32, 156, 144, 128) == {DAY.surface.lower()}, "no empty heat meter"
    assert colours(image, 98, 130, 12, 20) == {DAY.surface.lower()}, "no leader to it"


def test_a_bound_heat_meter_appears(make: Make) -> None:
    view = make(slots=[*MORNING, "em_power", "em_flow", "em_cooling", "dh_supply"])
    assert len(colours(picture_of(view), 32, 156, 144, 128)) > 1


def test_an_empty_plant_is_dashes_and_no_zeros(make: Make, feed: PointFeed) -> None:
    view = make(reading("unrelated", 1.0))
    assert view._scene.ages.text == "no values yet"
    for wired in view._scene.wired:
        if isinstance(wired.item, FieldItem):
            assert wired.item._look is not None
            assert wired.item._look.figure.text == "–"
    assert picture_of(view).width() == SIZE[0]


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_quality_looks_different(make: Make, feed: PointFeed, theme: str) -> None:
    view = make(theme=theme)
    seen: list[QImage] = []
    for quality in Quality:
        tell(feed, *morning(quality, OLD, slots=MEASURED))
        seen.append(picture_of(view))
    for at, one in enumerate(seen):
        assert one not in seen[:at]


def test_a_dead_connection_frames_the_whole_picture(make: Make, feed: PointFeed) -> None:
    view = make(*morning(at=OLD))
    assert colours(picture_of(view), 0, 0, 200, 1) == {DAY.surface.lower()}
    tell(feed, *morning(Quality.STALE, OLD, slots=[*MEASURED, *RUNNING]))
    feed.age()
    framed = colours(picture_of(view), 0, 0, 200, 1)
    assert {DAY.text.lower(), DAY.surface.lower()} <= framed, "dashed"
    assert view._scene.ages.text == "No answer from the device for 14 min"
    tell(feed, *morning())
    feed.age()
    assert picture_of(view).pixelColor(4, 0).name() == DAY.surface.lower()


def test_ages_are_told_once_a_second(make: Make, feed: PointFeed, qtbot: QtBot) -> None:
    view = make()
    with qtbot.waitSignal(view.agesChanged) as told:
        feed.age()
    assert told.args == ["oldest value 8 s (M1)"]


def test_settings_do_not_count_as_old_values(make: Make, feed: PointFeed) -> None:
    view = make()
    tell(feed, *[replace(one, measured_at=OLD) for one in morning(slots=["slope", "flow_min"])])
    assert view._scene.ages.text == "oldest value 8 s (M1)"


def field_of(view: DiagramView, slot: str) -> FieldItem:
    items = [wired.item for wired in view._scene.wired if wired.item.slot == slot]
    return next(item for item in items if isinstance(item, FieldItem))


def written(view: DiagramView, slot: str) -> str:
    look = field_of(view, slot)._look
    return "" if look is None else look.figure.text


def painted(view: DiagramView, noted: list[str]) -> None:
    """Note which items are painted from now on."""
    for wired in view._scene.wired:
        wired.item.draw = partial(_noting, wired.item.draw, wired.item.slot, noted)  # type: ignore[method-assign]


def _noting(
    draw: Callable[[QPainter, object], None],
    slot: str,
    noted: list[str],
    painter: QPainter,
    look: object,
) -> None:
    noted.append(slot)
    draw(painter, look)


def test_only_what_changed_is_painted_again(make: Make, feed: PointFeed) -> None:
    view = make()
    picture_of(view)
    QApplication.processEvents()
    drawn: list[str] = []
    painted(view, drawn)
    tell(feed, reading("s3", 51.7))
    QApplication.processEvents()
    assert "s3" in drawn
    assert not {"s1", "s2", "s4", "s5", "s6", "p2"} & set(drawn)
    drawn.clear()
    tell(feed, reading("s3", 51.7, at=NOW))
    tell(feed, reading("s3", 51.7001, at=NOW))
    QApplication.processEvents()
    assert drawn == [], "the same figures are not painted twice"


def test_a_picture_nobody_sees_does_not_work_and_catches_up(
    make: Make, feed: PointFeed
) -> None:
    view = make()
    view.hide()
    tell(feed, reading("s3", 44.4))
    assert written(view, "s3") == "51.6"
    view.show()
    assert written(view, "s3") == "44.4"


def test_a_limit_that_moves_is_redrawn_in_the_still_part(make: Make, feed: PointFeed) -> None:
    view = make()
    before = picture_of(view).copy(320, 664, 152, 36)
    tell(feed, reading("dhw_return_limit", 50.0))
    QApplication.processEvents()
    assert picture_of(view).copy(320, 664, 152, 36) != before


def test_a_name_too_long_for_its_value_moves_above_it(make: Make, feed: PointFeed) -> None:
    view = make()
    top = field_of(view, "s5").core().top()
    assert top == 244
    tell(feed, reading("s5", -12345.6))
    assert field_of(view, "s5").core().top() == top - 16
    tell(feed, reading("s5", 33.3))
    assert field_of(view, "s5").core().top() == top - 16, "nothing jumps back and forth"


def test_an_alarm_marks_its_value_and_its_pump(make: Make) -> None:
    view = make()
    edge = DAY.alarm(1).edge.lower()
    clean = picture_of(view)
    now = Standing(1, NOW)
    view.set_alarms({point("s6"): now, point("p1"): now, PointId("other.s1"): now})
    image = picture_of(view)
    assert edge in colours(image, 311, 640, 3, 40), "the frame stands 8 px outside"
    assert edge in colours(image, 316, 604, 16, 20), "the marker at its upper left"
    assert edge in colours(image, 855, 90, 12, 14), "a symbol's at its upper right"
    view.set_alarms({})
    assert picture_of(view) == clean


def test_a_click_opens_the_value(make: Make, qtbot: QtBot) -> None:
    view = make()
    with qtbot.waitSignal(view.pointActivated) as opened:
        click(view, 640, 70)
    assert opened.args == [point("s3")]
    with qtbot.waitSignal(view.pointActivated) as opened:
        click(view, 832, 120)
    assert opened.args == [point("p1")]


def test_a_click_on_a_pipe_opens_nothing(make: Make, qtbot: QtBot) -> None:
    view = make()
    with qtbot.assertNotEmitted(view.pointActivated):
        click(view, 450, 120)
        press(view, 640, 70)
        release(view, 450, 120)


def test_the_keyboard_reaches_every_value(make: Make, qtbot: QtBot) -> None:
    view = make()
    opened: list[str] = []
    view.pointActivated.connect(opened.append)
    for _ in range(60):
        key(view, Qt.Key.Key_Right)
        key(view, Qt.Key.Key_Return)
    assert {point(slot) for slot in (*MEASURED, "p1", "p2", "curve_y1")} <= set(opened)
    assert "°C" in view.accessibleDescription() or "Name" in view.accessibleDescription()


def test_the_chosen_value_wears_a_ring_until_the_keyboard_leaves(
    make: Make, qtbot: QtBot
) -> None:
    view = make()
    clean = picture_of(view)
    key(view, Qt.Key.Key_Left)
    assert picture_of(view) != clean
    view.doors.leave()
    assert picture_of(view) == clean


def test_a_right_click_and_the_menu_key_ask_for_the_menu(make: Make, qtbot: QtBot) -> None:
    view = make()
    asked: list[str] = []
    view.menuWanted.connect(lambda of, _at: asked.append(of))
    by_mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(640, 70), QPoint(9, 9))
    QApplication.sendEvent(view.viewport(), by_mouse)
    assert asked == [point("s3")]
    key(view, Qt.Key.Key_Right)
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(view.viewport(), by_key)
    assert len(asked) == 2


def test_the_pointer_over_a_value_is_told_all_of_it(make: Make, qtbot: QtBot) -> None:
    view = make()
    viewport = view.viewport()
    assert viewport is not None
    at = QPoint(640, 70)
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert "Name of s3" in QToolTip.text()
    assert "51.6 °C" in QToolTip.text()
    move(view, 640, 70)
    QApplication.processEvents()
    QToolTip.hideText()


def test_it_fits_the_window_and_keeps_its_shape(make: Make) -> None:
    view = make(size=(624, 700))
    assert view.transform().m11() == view.transform().m22() == pytest.approx(0.5)
    view.resize(2496, 1528)
    QApplication.processEvents()
    assert view.transform().m11() == pytest.approx(2.0, abs=0.01)


def test_in_a_tiny_window_it_scrolls_instead_of_shrinking_away(make: Make) -> None:
    view = make(size=(200, 120))
    assert view.transform().m11() == 0.5
    bar = view.horizontalScrollBar()
    assert bar is not None
    assert bar.maximum() > 0


def test_once_and_twice_its_size_on_demand(make: Make) -> None:
    view = make(size=(624, 382))
    for zoom in (1.0, 2.0):
        view.set_zoom(zoom)
        assert view.transform().m11() == zoom
    view.set_zoom(FIT)
    assert view.transform().m11() == 0.5
    for which, zoom in ((Qt.Key.Key_2, 2.0), (Qt.Key.Key_1, 1.0), (Qt.Key.Key_0, 0.5)):
        key(view, which)
        assert view.transform().m11() == zoom


def test_another_theme_is_worn_at_once(make: Make) -> None:
    view = make()
    view.set_theme(load_theme("night"))
    night = load_theme("night")
    image = picture_of(view)
    assert image.pixelColor(2, 200).name() == night.surface.lower()
    assert image.pixelColor(821, 120).name() == night.symbol_run.lower()
    assert image == picture_of(make(theme="night"))


def test_a_symbol_knows_a_state_and_never_a_point(make: Make) -> None:
    view = make()
    for wired in view._scene.wired:
        if isinstance(wired.item, SymbolItem):
            assert "." not in wired.item.slot


def test_a_picture_the_library_lacks_says_so(qtbot: QtBot, feed: PointFeed) -> None:
    view = DiagramView("a267_1", {}, {}, feed, DAY)
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    assert view.faults == ('picture "a267_1" is not in the library; did you mean "a266_1"?',)
    assert picture_of(view).width() == 300


def test_a_closed_picture_is_told_nothing_more(make: Make, feed: PointFeed) -> None:
    view = make()
    view.close()
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)
    tell(feed, *morning())
    feed.age()

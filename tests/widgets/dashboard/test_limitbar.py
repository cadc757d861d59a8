"""Devices that stand out show how far: a bar, and where the alarm rule has its limit."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.reading import PointId
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.controls.card import Elided
from widgets.dashboard.limitbar import Bar, limits_of, scale_of
from widgets.dashboard.tiles.worst import BAR, WorstTile
from widgets.dashboard.tiletype import Given

S5 = PointId(f"{AHORNVEJ}.s5")


def rule(name: str, kind: str, limit: float | None, point: PointId | None = S5) -> AlarmRule:
    return AlarmRule(name, kind, AHORNVEJ, point, name, 2, limit)


def test_the_limit_that_is_met_first_counts() -> None:
    rules = [
        *(rule("a", "high", 60.0), rule("b", "high", 50.0), rule("c", "low", 20.0)),
        *(rule("d", "high", None), rule("e", "high", 1.0, None)),
        replace(rule("f", "high", 5.0), enabled=False),
    ]
    assert {key: each.limit for key, each in limits_of(rules, "high").items()} == {S5: 50.0}
    assert {key: each.limit for key, each in limits_of(rules, "low").items()} == {S5: 20.0}


@pytest.mark.parametrize(
    ("bars", "scale"),
    [
        ([], (0.0, 1.0)),
        ([Bar(None)], (0.0, 1.0)),
        ([Bar(40.0, 50.0), Bar(30.0)], (0.0, 50.0)),
        ([Bar(-5.0), Bar(10.0)], (-5.0, 10.0)),
    ],
)
def test_all_bars_share_a_scale_that_holds_zero(
    bars: list[Bar], scale: tuple[float, float]
) -> None:
    assert scale_of(bars) == scale


def test_a_bar_reaches_as_far_as_its_value_and_ticks_at_its_limit(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    alarm = Alarm(rule("Return too warm", "high", 50.0), AlarmState.NORMAL, NOON)
    desk = make_desk(FakeServices(alarms=[alarm]))
    tile = WorstTile(
        Given(
            desk.context,
            {"role": "return", "end": "highest"},
            lambda _detail: QWidget(),
            Elided(),
            Elided(),
        )
    )
    qtbot.addWidget(tile)
    tile.resize(620, 480)
    tile.show()
    qtbot.waitUntil(lambda: len(tile.table.rows_model.rows) > 1, timeout=30_000)
    hot = next(each for each in smallplant.readings(AHORNVEJ) if each.point == S5)
    qtbot.waitUntil(lambda: desk.feed.latest(S5) is not None, timeout=30_000)
    tile.table.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)  # there nothing moves
    desk.feed.offer([replace(hot, value=80.0)])
    desk.feed.refresh()
    qtbot.waitUntil(lambda: tile._limits != {}, timeout=30_000)
    tile.values.changed.emit()
    qtbot.waitUntil(lambda: tile.bars()[0] == Bar(80.0, 50.0, 2, True), timeout=30_000)
    assert tile.table.rows_model.rows[0].point == S5
    QApplication.processEvents()
    theme, at = desk.look.theme, [c.id for c in tile.table.rows_model.columns].index(BAR)
    cell = tile.table.visualRect(tile.table.rows_model.index(0, at))
    ground = tile.table.viewport()
    assert ground is not None
    image = ground.grab().toImage()
    across = [
        image.pixelColor(QPoint(x, cell.center().y())).name()
        for x in range(cell.left(), cell.right())
    ]
    edge, ink = QColor(theme.alarm(2).edge).name(), QColor(theme.text).name()
    assert ink in across, "past its limit the bar is dark"
    room = cell.width() - 16
    assert abs(across.index(edge) - 8 - room * 50 / 80) <= 2
    assert tile.table.rows_model.columns[at].cell(tile.table.rows_model.rows[0]).tip == (
        "limit 50 °C" if tile.table.rows_model.rows[0].spec.decimals == 0 else "limit 50.0 °C"
    )

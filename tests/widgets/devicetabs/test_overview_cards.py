"""The cards beside the picture: last day, set points, today's plan, meter, situation."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.asked import DeviceDetail
from app.model.point import PointSpec
from app.model.profile import UnknownMap
from app.model.reading import PointId, Quality, Reading, point_id
from app.series import Series
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.fakes.weekly import weekly_services
from widgets.ataglance.daycard import DayBar, DayCard
from widgets.ataglance.keycard import KeyCard, strokes_of
from widgets.ataglance.metercard import meter_card
from widgets.ataglance.situationline import SituationLine
from widgets.controls.table import AROUND_PX
from widgets.controls.value_label import ValueLabel
from widgets.controls.valuepainter import value_width
from widgets.devicetabs.overview import OverviewTab
from widgets.devicetabs.tabtype import Subject
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]
QUARTER_MS = 900_000


def subject_of(desk: Desk, **changes: object) -> Subject:
    plant = desk.services.plant
    detail: DeviceDetail = plant.details.get(AHORNVEJ) or smallplant.detail(plant.views[0])
    changed = replace(detail, **changes)  # type: ignore[arg-type]
    return Subject(desk.context, changed, lambda *_: None)


def opened(desk: Desk, qtbot: QtBot, width: int = 1600, **changes: object) -> OverviewTab:
    tab = OverviewTab(subject_of(desk, **changes))
    qtbot.addWidget(tab)
    tab.resize(width, 900)
    tab.show()
    return tab


def tell(desk: Desk, **values: float) -> None:
    desk.feed.offer(
        [
            Reading(point_id(AHORNVEJ, key), value, Quality.GOOD, NOON)
            for key, value in values.items()
        ]
    )
    desk.feed.refresh()
    desk.feed.age()


def test_every_number_has_its_last_day_as_a_line(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(), qtbot)
    [card] = tab.findChildren(KeyCard)
    qtbot.waitUntil(lambda: bool(card.lines))
    assert point_id(AHORNVEJ, "s1") in card.lines
    assert point_id(AHORNVEJ, "p1") not in card.lines
    at = [column.id for column in card.model.columns].index("trend")
    place = card.table.visualRect(card.model.index(0, at))
    ground = card.table.viewport()
    assert ground is not None
    image = ground.grab(place).toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
    }
    assert len(colours) > 3


def test_a_meter_s_index_has_room_for_all_its_figures(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    index = PointSpec("energy", "Heat energy E1", "kWh", 2, role="meter.energy")
    subject = subject_of(desk, points=(index,))
    tell(desk, energy=21_474_033.25)
    card = KeyCard(subject)
    qtbot.addWidget(card)
    names = [column.id for column in card.model.columns]
    assert names == ["name", "trend", "value", "unit"]  # nobody says what an index should be
    at = names.index("value")
    cell = card.model.columns[at].cell(index).shown
    assert cell is not None
    head = card.table.horizontalHeader()
    assert head is not None
    assert head.sectionSize(at) >= value_width(cell) + AROUND_PX > 80


def test_a_line_has_gaps_where_nothing_was_measured_or_believed() -> None:
    times = np.array([0, 1, 2, 3, 9, 10], np.int64) * QUARTER_MS
    values = np.array([1.0, 2.0, np.nan, 3.0, 4.0, 5.0])
    series = Series(PointId("a.b"), times, values, np.zeros(6, np.uint8))
    box = QRectF(0, 0, 100, 16)
    strokes = strokes_of(series, (0, 10 * QUARTER_MS), box)
    assert [stroke.size() for stroke in strokes] == [3, 2]
    assert strokes[0].at(0).y() == box.bottom()
    assert strokes[1].at(1).y() == box.top()
    flat = replace(series, values=np.full(6, 7.0))
    assert {round(stroke.at(0).y()) for stroke in strokes_of(flat, (0, 1), box)} == {8}
    young = replace(series, times_ms=times[:3], values=values[:2].repeat(2)[:3])
    assert strokes_of(young, (0, 10 * QUARTER_MS), box) == []  # no noise made tall
    none = replace(series, values=np.full(6, np.nan))
    assert strokes_of(none, (0, 1), box) == []


def test_today_s_plan_stands_beside_mode_and_status(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(weekly_services())
    roles = {
        "mode": ("mode.circuit_1", 1.0),
        "p11180": ("setpoint.room_comfort", 20.0),
        "p11177": ("setpoint.room_saving", 17.0),
    }
    detail = desk.services.plant.details[AHORNVEJ]
    points = tuple(
        replace(spec, role=roles[spec.key][0]) if spec.key in roles else spec
        for spec in detail.points
    )
    tab = opened(desk, qtbot, points=points)
    [card] = tab.findChildren(DayCard)
    qtbot.waitUntil(lambda: card.plans[0].is_read)
    tell(desk, **{key: value for key, (_role, value) in roles.items()})
    block = card._blocks[0]
    assert block.mode.text() == "Scheduled"
    assert block.status.text() == "17 → 20.0 °C at 15:00"
    [bar, _other] = card.findChildren(DayBar)
    bar.grab()
    assert bar.accessibleDescription() == "06:00–10:00, 15:00–22:00; 12:00"
    block.mode.click()
    block.plan.click()
    mode = Show("device", AHORNVEJ, point_id(AHORNVEJ, "mode"), part="settings")
    assert desk.shown == [mode, Show("device", AHORNVEJ, part="schedules")]


def test_a_plan_nobody_can_read_is_told_in_the_card(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = weekly_services()
    services.plant.silent.add(AHORNVEJ)
    tab = opened(make_desk(services), qtbot)
    [card] = tab.findChildren(DayCard)
    qtbot.waitUntil(lambda: "no answer" in card.subtitle.text())


def test_a_meter_shows_its_figures_as_doors(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    points = tuple(
        PointSpec(name, name.title(), "kWh", 1, role=f"meter.{name}")
        for name in ("energy", "volume", "power")
    )
    card = meter_card(subject_of(desk, points=points, identity={"serial": "71 482 036"}))
    assert card is not None
    qtbot.addWidget(card)
    assert card.subtitle.text() == "serial number 71 482 036"
    tell(desk, energy=412.7)
    assert next(each.text for each in card.findChildren(ValueLabel)) == "412.7 kWh"


def test_a_controller_whose_meter_nobody_knows_says_why(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    missing = UnknownMap("mbus_meters", "Meters on the M-Bus", "No source tells the registers.")
    card = meter_card(subject_of(desk, unknown=(missing,)))
    assert card is not None
    qtbot.addWidget(card)
    assert "Meters on the M-Bus" in [each.text() for each in card.findChildren(QLabel)]
    card.findChildren(QPushButton)[0].click()
    assert desk.shown == [Show("device", AHORNVEJ, part="communication")]
    assert meter_card(subject_of(desk, unknown=())) is None


def test_the_situation_line_follows_the_plant_and_leads_on(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(FakeServices(alarms=()))
    tab = opened(desk, qtbot, clock_drift_s=0.0, unknown=())
    [line] = tab.findChildren(SituationLine)
    assert line.situation is not None
    assert line.situation.title == "All is well"
    desk.feed.offer([Reading(point_id(AHORNVEJ, "s6"), None, Quality.BAD, NOON, "sensor-open")])
    desk.feed.refresh()
    desk.feed.age()
    assert line.situation.title == "A sensor gives no value"
    next(
        each for each in line.findChildren(QPushButton) if each.text() == "Write a note"
    ).click()
    note = Show("device", AHORNVEJ, point_id(AHORNVEJ, "s6"), part="documents:note")
    assert desk.shown == [note]


@pytest.mark.parametrize(("width", "beside"), [(1700, True), (1100, False)])
def test_the_cards_stand_below_the_picture_where_the_window_is_narrow(
    make_desk: MakeDesk, qtbot: QtBot, width: int, beside: bool
) -> None:
    tab = opened(make_desk(), qtbot, width)
    qtbot.waitUntil(lambda: (tab._side.x() > tab._picture.x() + 100) is beside)
    assert tab.width() == width

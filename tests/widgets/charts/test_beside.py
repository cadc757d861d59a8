"""Beside the lines: strips of events and alarms, the wider time, limits, empty stretches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.asked import Note
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, AlarmState
from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId
from app.series import Series
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import NOON
from tests.pixels import colours_of
from widgets.charts.lane import empty_stretches
from widgets.charts.navigator import Navigator
from widgets.charts.past import alarm_spans, limits, note_events, setting_events
from widgets.charts.pens import Kind, Pen, Subject
from widgets.charts.picture import wider

DEVICE = DeviceId("ahornvej-14")
S6 = PointId("ahornvej-14.s6")
SPEC = PointSpec("s6", "S6 DHW return", "°C", 1)
NOON_S = NOON.timestamp()


def rule(
    limit: float | None = 40.0, *, enabled: bool = True, point: PointId | None = S6
) -> AlarmRule:
    return AlarmRule("r1", "high", DEVICE, point, "DHW return high", 3, limit, enabled=enabled)


def record(
    seq: int, state: AlarmState, began: datetime, over: datetime | None = None
) -> AlarmRecord:
    alarm = Alarm(rule(), state, began, began, over)
    return AlarmRecord(seq, began, alarm)


def pen(*values: float | None, step_s: float = 10.0) -> Pen:
    made = Pen(0, Subject(S6, SPEC))
    times = NOON_S + np.arange(len(values)) * step_s
    kept = np.array([np.nan if value is None else value for value in values])
    made.trace.load(
        Series(S6, (times * 1000).astype(np.int64), kept, np.zeros(len(values), np.uint8))
    )
    made.look_at(NOON_S, NOON_S + len(values) * step_s, 10_000)
    return made


def test_only_enabled_limits_of_points_drawn_are_shown() -> None:
    mine = Pen(0, Subject(S6, SPEC))
    rules = [rule(), rule(enabled=False), rule(None), rule(point=PointId("other.s6"))]
    found = limits(rules, [mine, Pen(0, Subject(S6, SPEC), Kind.BEFORE, "−7 d")])
    assert [(each.pen, each.level, each.words) for each in found] == [
        (mine.key, 40.0, f"{mine.tag} limit 40")
    ]


def test_an_alarm_lasts_from_its_beginning_to_its_end() -> None:
    began, over = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    journal = [
        record(3, AlarmState.NORMAL, began, over),
        record(2, AlarmState.ACKNOWLEDGED, began),
        record(1, AlarmState.UNACKNOWLEDGED, began),
    ]
    spans = alarm_spans(journal, [Subject(S6, SPEC)], NOON)
    assert [(span.start_s, span.end_s) for span in spans] == [
        (began.timestamp(), over.timestamp())
    ], "one occurrence, told by its newest record"


def test_an_alarm_that_stands_lasts_until_now() -> None:
    began = NOON - timedelta(hours=3)
    spans = alarm_spans(
        [record(1, AlarmState.UNACKNOWLEDGED, began)], [Subject(S6, SPEC)], NOON
    )
    assert spans[0].end_s == NOON_S
    assert alarm_spans([record(1, AlarmState.NORMAL, began)], [], NOON) == []


def test_an_alarm_found_late_says_so_and_lasts_as_long_as_it_is_known_to() -> None:
    began, over = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    known, open_end = (
        replace(each, alarm=replace(each.alarm, historical=True, since=over))
        for each in (
            record(2, AlarmState.NORMAL, began, over),
            record(1, AlarmState.NORMAL, began - timedelta(hours=1)),
        )
    )
    spans = alarm_spans([known, open_end], [Subject(S6, SPEC)], NOON)
    assert {span.end_s for span in spans} == {over.timestamp()}
    assert all(span.words.endswith("(historical)") for span in spans)


def test_confirmed_changes_of_settings_are_events(make_desk: Callable[..., Desk]) -> None:
    def result(state: WriteState) -> WriteResult:
        return WriteResult(DEVICE, "11180", 20.0, 21.0, 21.0, state, "", NOON, "K. Lund")

    changes = {"a": result(WriteState.CONFIRMED), "b": result(WriteState.REFUSED)}
    events = setting_events(changes, str.upper, make_desk().context)
    assert [event.letter for event in events] == ["S"]
    assert events[0].words.startswith("A changed by K. Lund")
    assert events[0].at_s == NOON_S


def test_notes_about_a_moment_are_marks_on_the_chart() -> None:
    about = Note("n1", DEVICE, "strainer cleaned", NOON, S6, "K. Lund")
    whole = Note("n2", DEVICE, "new gasket ordered", None, None, "K. Lund")
    events = note_events([about, whole])
    assert [(event.at_s, event.letter, event.words) for event in events] == [
        (NOON_S, "N", "strainer cleaned (K. Lund)")
    ]


def test_nothing_is_hatched_before_the_first_and_after_the_last_sample() -> None:
    assert empty_stretches([pen(1.0, 2.0, 3.0)], NOON_S - 1000, NOON_S + 1000) == []


def test_a_stretch_is_empty_only_when_no_pen_has_a_value() -> None:
    gap = pen(1.0, 1.0, None, None, None, 1.0, 1.0)
    assert empty_stretches([gap], NOON_S, NOON_S + 100) == [(NOON_S + 10, NOON_S + 50)]
    whole = pen(*[1.0] * 7)
    assert empty_stretches([gap, whole], NOON_S, NOON_S + 100) == []
    whole.visible = False
    assert len(empty_stretches([gap, whole], NOON_S, NOON_S + 100)) == 1


@pytest.mark.parametrize(
    ("days", "wide"), [(1, 7), (2, 7), (7, 35), (31, 183), (92, 365), (365, 3 * 365)]
)
def test_the_wider_time_is_a_good_deal_wider(days: int, wide: int) -> None:
    start = NOON - timedelta(days=days)
    first, last = wider(start, NOON, NOON)
    assert last == NOON
    assert last - first == timedelta(days=wide)


def test_what_is_long_past_stands_in_the_middle_of_the_wider_time() -> None:
    start = NOON - timedelta(days=100)
    first, last = wider(start, start + timedelta(days=1), NOON)
    assert start - first == last - (start + timedelta(days=1))


class Strip:
    """The strip below a chart, a week with the last day looked at."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.made = Navigator(desk.look, UTC)
        qtbot.addWidget(self.made)
        self.made.resize(1128, 64)  # 1,000 px of ground
        self.made.show_whole(NOON_S - 1_000_000, NOON_S)
        self.made.show_window(NOON_S - 100_000, NOON_S)
        self.made.show()
        self.moved: list[tuple[float, float]] = []
        self.made.moved.connect(lambda start, end: self.moved.append((start, end)))

    def mouse(self, kind: QEvent.Type, x: float) -> None:
        held = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, QPointF(x, 20), held, held, Qt.KeyboardModifier.NoModifier)
        {
            QEvent.Type.MouseButtonPress: self.made.mousePressEvent,
            QEvent.Type.MouseMove: self.made.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: self.made.mouseReleaseEvent,
        }[kind](event)


@pytest.fixture
def strip(make_desk: Callable[..., Desk], qtbot: QtBot) -> Strip:
    return Strip(make_desk(), qtbot)


def test_dragging_the_window_looks_elsewhere_when_it_is_let_go(strip: Strip) -> None:
    strip.mouse(QEvent.Type.MouseButtonPress, 64 + 950)
    strip.mouse(QEvent.Type.MouseMove, 64 + 450)
    assert strip.moved == []
    strip.mouse(QEvent.Type.MouseButtonRelease, 64 + 450)
    start, end = strip.moved[0]
    assert start == pytest.approx(NOON_S - 600_000, abs=1100)
    assert end - start == pytest.approx(100_000)


def test_a_click_beside_the_window_brings_it_there(strip: Strip) -> None:
    strip.mouse(QEvent.Type.MouseButtonPress, 64 + 300)
    strip.mouse(QEvent.Type.MouseButtonRelease, 64 + 300)
    start, end = strip.moved[0]
    assert (start + end) / 2 == pytest.approx(NOON_S - 700_000, abs=1100)


def test_the_window_never_leaves_the_strip(strip: Strip) -> None:
    strip.mouse(QEvent.Type.MouseButtonPress, 64 + 950)
    strip.mouse(QEvent.Type.MouseMove, 5000)
    strip.mouse(QEvent.Type.MouseButtonRelease, 5000)
    assert strip.moved[-1][1] == pytest.approx(NOON_S)
    strip.mouse(QEvent.Type.MouseButtonPress, 64 + 950)
    strip.mouse(QEvent.Type.MouseMove, -5000)
    strip.mouse(QEvent.Type.MouseButtonRelease, -5000)
    assert strip.moved[-1][0] == pytest.approx(NOON_S - 1_000_000)


def test_the_arrow_keys_move_the_window_by_half_its_width(strip: Strip) -> None:
    key(strip.made, Qt.Key.Key_Left)
    assert strip.moved == [(NOON_S - 150_000, NOON_S - 50_000)]
    key(strip.made, Qt.Key.Key_Right)
    key(strip.made, Qt.Key.Key_Right)
    assert strip.moved[-1] == (NOON_S - 100_000, NOON_S), "not beyond the present"


def test_the_strip_draws_what_was_measured(strip: Strip) -> None:
    empty = ink(strip.made)
    times = NOON_S - 1_000_000 + np.arange(2000) * 500.0
    strip.made.trace.load(
        Series(
            S6,
            (times * 1000).astype(np.int64),
            np.sin(np.arange(2000) / 50),
            np.zeros(2000, np.uint8),
        )
    )
    strip.made.update()
    assert ink(strip.made) > empty + 300


def ink(widget: QWidget) -> int:
    """Return how many pixels have the colour they would not have on bare ground."""
    rows = colours_of(widget.grab().toImage())
    return int((rows[6:38, 70:900] != rows[8, 70]).sum())


def test_another_pen_with_as_many_samples_is_drawn_in_its_own_shape(strip: Strip) -> None:
    whole = (NOON_S - 1_000_000, NOON_S)
    times = ((whole[0] + np.arange(2000) * 500.0) * 1000).astype(np.int64)
    good = np.zeros(2000, np.uint8)
    strip.made.trace.load(Series(S6, times, np.sin(np.arange(2000) / 50), good))
    strip.made.show_whole(*whole)
    strip.made.trace.load(Series(S6, times, np.sin(np.arange(2000) / 50), good))
    waves = strip.made.grab().toImage()
    strip.made.show_whole(*whole)  # somebody chose another pen
    strip.made.trace.load(Series(S6, times, np.arange(2000.0), good))
    assert strip.made.grab().toImage() != waves


def test_a_gap_parts_the_line_of_the_strip(strip: Strip) -> None:
    values = np.full(2000, 20.0)
    values[700:1400] = np.nan
    times = ((NOON_S - 1_000_000 + np.arange(2000) * 500.0) * 1000).astype(np.int64)
    strip.made.trace.load(Series(S6, times, values, np.zeros(2000, np.uint8)))
    first, second = strip.made._stretches(strip.made._ground())
    assert first.last().x() == pytest.approx(64 + 350, abs=2)
    assert second.first().x() == pytest.approx(64 + 700, abs=2)

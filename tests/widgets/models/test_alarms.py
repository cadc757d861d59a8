"""The columns of alarms: how urgent, since when in local time, by whom seen, in which order."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.model.alarm import Alarm, AlarmState
from app.model.reading import DeviceId
from tests.fakes import smallplant
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import LONG, MARKUP, cell, column
from widgets.controls.marks import alarm_mark
from widgets.models.alarms import AlarmCells, AlarmRow, alarm_columns
from widgets.models.rows import RowsModel, Tone

MakeDesk = Callable[..., Desk]
UNSEEN = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk()
    qtbot.waitUntil(lambda: made.directory.is_listed)
    with qtbot.waitSignal(made.directory.described):
        made.directory.spec(next(iter(smallplant.readings(AHORNVEJ))).point)
    return made


def rows_of(
    desk: Desk,
    alarms: Iterable[Alarm],
    *,
    history: bool = False,
    device: bool = True,
    now: datetime = NOON,
) -> RowsModel[AlarmRow]:
    cells = AlarmCells(desk.directory, lambda: now, COPENHAGEN)
    columns = alarm_columns(cells, history=history, device=device)
    made: RowsModel[AlarmRow] = RowsModel(columns, lambda row: row.key)
    made.replace(
        AlarmRow(each, at + 1 if history else 0, each.since if history else None)
        for at, each in enumerate(alarms)
    )
    return made


def one(state: AlarmState = AlarmState.UNACKNOWLEDGED, priority: int = 2) -> Alarm:
    return smallplant.alarm(6, "Return temperature high", AHORNVEJ, priority, state)


def sort(model: RowsModel[AlarmRow], name: str, *, falling: bool = False) -> list[str]:
    order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
    model.sort([each.id for each in model.columns].index(name), order)
    return column(model, "name")


def test_an_alarm_found_late_says_so_in_place_of_its_state(desk: Desk) -> None:
    late = replace(one(AlarmState.NORMAL), historical=True)
    told = cell(rows_of(desk, [late], history=True), 0, "state")
    assert (told.text, told.tone) == ("Historical", Tone.QUIET)
    assert cell(rows_of(desk, [one(AlarmState.NORMAL)]), 0, "state").text == "Normal"


@pytest.mark.parametrize("state", list(AlarmState))
@pytest.mark.parametrize("priority", [1, 2, 3, 4, 9])
def test_priority_and_state_are_told_by_mark_and_word(
    desk: Desk, state: AlarmState, priority: int
) -> None:
    model = rows_of(desk, [one(state, priority)])
    words = {1: "urgent", 2: "high", 3: "medium", 4: "low", 9: "priority 9"}
    told = cell(model, 0, "priority")
    assert (told.text, told.mark) == (words[priority], alarm_mark(priority, state))
    assert cell(model, 0, "name").strong is (state in UNSEEN)
    loud = cell(model, 0, "state").tone is Tone.NORMAL
    assert loud is (state in UNSEEN)


def test_urgent_stands_first_and_among_equals_the_newest(desk: Desk) -> None:
    model = rows_of(desk, reversed(smallplant.alarms()))
    assert sort(model, "priority") == [
        "Supply pressure low",
        "No connection",
        "Return temperature high",
        "DHW return above limit",
        "Flow below desired flow",
        "Manual override on P2",
    ]


def test_times_are_those_of_the_plant_and_older_days_are_named(desk: Desk) -> None:
    alarms = [
        replace(one(), occurred_at=NOON - timedelta(minutes=6)),
        replace(one(), occurred_at=NOON - timedelta(hours=12)),
        replace(one(), occurred_at=NOON - timedelta(hours=13)),
    ]
    model = rows_of(desk, alarms)
    assert column(model, "occurred") == ["11:54", "00:00", "19 Jan 2026 23:00"]


def test_in_the_night_the_clock_goes_back_a_duration_is_as_long_as_it_was(
    desk: Desk,
) -> None:
    came = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # 01:30 summer time
    now = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)  # 03:30 winter time, three hours later
    model = rows_of(desk, [replace(one(), occurred_at=came, since=came)], now=now)
    assert column(model, "duration") == ["3 h 00 min"]
    assert column(model, "occurred") == ["01:30"]


def test_in_the_night_the_clock_goes_forward_too(desk: Desk) -> None:
    came = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30 winter time
    now = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)  # 04:30 summer time, two hours later
    model = rows_of(desk, [replace(one(), occurred_at=came, since=came)], now=now)
    assert column(model, "duration") == ["2 h 00 min"]


def test_a_duration_ends_when_the_condition_was_over(desk: Desk) -> None:
    returned = replace(
        one(AlarmState.RETURNED),
        occurred_at=NOON - timedelta(hours=5),
        resolved_at=NOON - timedelta(hours=4),
    )
    model = rows_of(desk, [returned, one()])
    assert column(model, "duration") == ["1 h 00 min", "6 min"]
    assert column(model, "resolved") == ["08:00", ""]
    future = replace(one(), occurred_at=NOON + timedelta(minutes=1))
    assert column(rows_of(desk, [future]), "duration") == ["0 s"]


def test_an_alarm_whose_moment_is_not_known_counts_from_when_it_was_heard_of(
    desk: Desk,
) -> None:
    heard = replace(one(), occurred_at=None, since=NOON - timedelta(minutes=9))
    model = rows_of(desk, [heard])
    assert column(model, "occurred") == ["11:51"]
    assert column(model, "duration") == ["9 min"]


def test_device_area_and_input_come_from_the_plant(desk: Desk) -> None:
    model = rows_of(desk, [one()])
    assert column(model, "device") == ["Ahornvej 14"]
    assert column(model, "area") == ["Skovkvarteret"]
    assert column(model, "source") == ["S6 DHW return"]


def test_an_alarm_of_a_device_that_left_the_plant_is_still_told(desk: Desk) -> None:
    gone = smallplant.alarm(6, "No connection", DeviceId("gone-1"), 1)
    model = rows_of(desk, [gone])
    assert column(model, "device") == ["gone-1"]
    assert column(model, "area") == [""]
    assert column(model, "source") == [""]
    assert column(model, "value") == ["47.3"]


def test_value_and_limit_wear_the_point_s_own_decimals(desk: Desk) -> None:
    bare = replace(one(), value=None)
    low = replace(one(), rule=replace(one().rule, kind="low", limit=-5.0), value=-5.25)
    model = rows_of(desk, [one(), bare, low])
    assert column(model, "value") == ["47.3 °C", "–", "−5.2 °C"]
    assert column(model, "limit") == ["> 40.0", "> 40.0", "< −5.0"]
    sort(model, "value")
    assert column(model, "value") == ["–", "−5.2 °C", "47.3 °C"]


def test_who_has_seen_it_and_when_is_told_and_sorted_by_time(desk: Desk) -> None:
    early = replace(one(AlarmState.ACKNOWLEDGED), acknowledged_at=NOON - timedelta(hours=30))
    late = replace(one(AlarmState.ACKNOWLEDGED), acknowledged_by="A. Aagaard")
    model = rows_of(desk, [late, early, one()])
    sort(model, "seen")
    assert column(model, "seen") == ["", "K. Lund, 19 Jan 2026 06:00", "A. Aagaard, 11:55"]


def test_every_column_of_the_journal_sorts_and_tells_when_it_was_written(
    desk: Desk,
) -> None:
    model = rows_of(desk, smallplant.alarms(), history=True)
    ids = [each.id for each in model.columns]
    assert ids[0] == "logged"
    assert "duration" not in ids
    for name in ids:
        for falling in (False, True):
            assert len(sort(model, name, falling=falling)) == 6
    sort(model, "logged")
    assert column(model, "logged")[0] == "06:30"


def test_the_rows_of_the_journal_are_told_apart_though_the_rule_is_one() -> None:
    rows = {AlarmRow(one(), seq, NOON).key for seq in range(3)}
    assert len(rows) == 3
    assert AlarmRow(one()).key == AlarmRow(replace(one(), note="seen")).key


def test_the_list_of_one_device_leaves_its_name_out(desk: Desk) -> None:
    ids = [each.id for each in rows_of(desk, [], device=False).columns]
    assert not {"device", "area"} & set(ids)
    both = [each.id for each in rows_of(desk, []).columns]
    assert [each for each in both if each not in ("device", "area")] == ids


@pytest.mark.parametrize("text", [LONG, MARKUP, "one\ntwo"])
def test_notes_and_names_are_told_as_people_wrote_them(desk: Desk, text: str) -> None:
    named = replace(one(), note=text, rule=replace(one().rule, name=text))
    model = rows_of(desk, [named])
    for name in ("name", "note"):
        assert column(model, name) == [text]
        at = [each.id for each in model.columns].index(name)
        tip = model.data(model.index(0, at), Qt.ItemDataRole.ToolTipRole)
        assert "<b>x" not in tip


def test_alarms_are_found_by_what_a_person_remembers(desk: Desk) -> None:
    model = rows_of(desk, smallplant.alarms())
    for words, count in {
        "urgent": 2,
        "lindevej": 1,
        "k. lund": 2,
        "skovkvarteret high limit": 3,
        "returned": 1,
        "11:54": 1,
        "nobody": 0,
    }.items():
        model.find(words)
        assert model.rowCount() == count, words


@pytest.mark.parametrize("history", [False, True])
def test_what_went_wrong_stands_before_what_is_looked_up(desk: Desk, history: bool) -> None:
    order = [each.id for each in rows_of(desk, [one()], history=history).columns]
    assert order.index("name") < order.index("value") < order.index("limit")
    assert order[-2:] == ["kind", "source"], "a narrow screen scrolls to them last"
    wide = {each.id: each.width for each in rows_of(desk, [one()]).columns}
    needed = sum(wide[name] for name in order[: order.index("limit")] if name in wide)
    assert needed < 1300, "beside the card of an alarm, on a screen of 1920"

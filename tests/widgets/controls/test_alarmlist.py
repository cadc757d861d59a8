"""Alarms in a list and the one chosen beside it: nothing jumps, nothing is noted twice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.alarms.own import own_rules
from app.errors import NotPermitted, StoreBroken
from app.model.alarm import Alarm, AlarmRecord, AlarmState
from app.model.reading import DeviceId
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key, type_text
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import LONG, MARKUP, button_named, column, ground, place, words
from widgets.controls.alarmlist import HISTORY, AlarmList
from widgets.controls.card import Search
from widgets.controls.facts import Facts

MakeDesk = Callable[..., Desk]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DOWN, ENTER = Qt.Key.Key_Down, Qt.Key.Key_Return


def opened(desk: Desk, qtbot: QtBot, device: DeviceId | None = None) -> AlarmList:
    made = AlarmList(desk.context, device)
    qtbot.addWidget(made)
    made.resize(1600, 800)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: desk.alarms.is_told and desk.directory.is_listed)
    settle(desk)
    return made


@pytest.mark.parametrize("width", [880, 1000, 1180, 1700])
def test_what_is_wrong_can_be_read_in_a_narrow_window(
    make_desk: MakeDesk, qtbot: QtBot, width: int
) -> None:
    made = opened(make_desk(), qtbot)
    made.resize(width, 700)
    QApplication.processEvents()
    table, head = made.active, made.active.horizontalHeader()
    ground_px = table.viewport()
    assert head is not None
    assert ground_px is not None
    names = [each.id for each in table.rows_model.columns]
    name = names.index("name")
    ends = head.sectionViewportPosition(name) + head.sectionSize(name)
    shown = [each for at, each in enumerate(names) if not head.isSectionHidden(at)]
    assert ends <= ground_px.width() or not {"area", "duration", "state"} & set(shown)
    assert head.sectionViewportPosition(name) + 100 < ground_px.width()
    assert ("area" in shown) is (width > 1400)


def test_how_far_off_a_value_is_stands_in_sight_in_a_window_of_1280(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    made = opened(make_desk(), qtbot)
    made.resize(1280 - 48 - 2 * 16, 700)  # beside the rail, within the page's margins
    QApplication.processEvents()
    table, head = made.active, made.active.horizontalHeader()
    ground = table.viewport()
    assert head is not None
    assert ground is not None
    names = [each.id for each in table.rows_model.columns]
    limit = names.index("limit")
    ends = head.sectionViewportPosition(limit) + head.sectionSize(limit)
    assert ends <= ground.width(), "value and limit need no sideways scrolling"
    made.resize(2200, 700)
    QApplication.processEvents()
    assert not any(head.isSectionHidden(at) for at in range(len(names)))


def test_the_panel_has_room_for_all_it_knows_when_it_is_first_seen(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.alarms.is_told and desk.directory.is_listed)
    made = AlarmList(desk.context)
    qtbot.addWidget(made)
    made.resize(1400, 800)
    made.show()

    def whole() -> bool:
        bar = made.panel._told.verticalScrollBar()
        return bar is not None and bar.maximum() == 0

    qtbot.waitUntil(whole, timeout=10000)
    notes = [each for each in made.panel.findChildren(QLabel) if each.text() == "Note"]
    assert all(not each.visibleRegion().isEmpty() for each in notes)


def settle(desk: Desk) -> None:
    """Let every answer that is on its way arrive."""
    desk.core.submit(asyncio.sleep(0)).result(30)
    QApplication.processEvents()


def tell_again(desk: Desk) -> None:
    """Let the core tell anew which alarms stand."""
    desk.alarms.refresh()
    settle(desk)


def names(alarms: AlarmList) -> list[str]:
    return column(alarms.active.rows_model, "name")


def chosen(alarms: AlarmList) -> list[str]:
    return [row.alarm.rule.name for row in alarms.active.chosen()]


def facts(alarms: AlarmList) -> dict[str, str]:
    [shown] = alarms.panel.findChildren(Facts)
    return {name: each.text() for name, each in shown._texts.items()}


def title(alarms: AlarmList) -> str:
    return alarms.panel._title.word.text()


def segment_words(alarms: AlarmList) -> str:
    button = alarms.segments._group.button(0)
    assert button is not None
    return button.text()


class Journal:
    """A journal of many lines, answered page by page; ``gate`` holds answers back."""

    def __init__(self, services: FakeServices, lines: int) -> None:
        self.asked: list[int | None] = []
        self.gate: asyncio.Event | None = None
        self.failure = ""
        kinds = services.alarms.alarms
        self._records = [
            AlarmRecord(seq, NOON, replace(kinds[seq % len(kinds)], since=NOON))
            for seq in range(lines, 0, -1)
        ]
        services.alarms.history = self.history  # type: ignore[method-assign]

    async def history(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AlarmRecord]:
        self.asked.append(before_seq)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure:
            raise StoreBroken(self.failure)
        found = [each for each in self._records if before_seq is None or each.seq < before_seq]
        return found[:limit]

    def open(self, desk: Desk) -> None:
        async def let() -> None:
            assert self.gate is not None
            self.gate.set()

        desk.core.submit(let()).result(30)


def seqs(alarms: AlarmList) -> list[int]:
    return [row.seq for row in alarms.past.rows_model.rows]


def test_the_first_alarm_is_chosen_so_that_the_panel_is_never_blank(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    alarms = opened(make_desk(), qtbot)
    assert chosen(alarms) == ["Supply pressure low"]
    assert title(alarms) == "Supply pressure low"
    assert segment_words(alarms) == "Active 6"
    assert "2 urgent · 1 high · 2 medium · 1 low" in words(alarms)


def test_the_panel_tells_all_that_is_known_in_local_time(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    alarms.choose("rule-22")
    qtbot.waitUntil(lambda: facts(alarms)["Point"] == "S6 DHW return")
    assert facts(alarms) == {
        "Device": "Ahornvej 14",
        "Area": "Skovkvarteret",
        "Priority": "3 · medium",
        "State": "Unacknowledged",
        "Point": "S6 DHW return",
        "Raised by": "47.3 °C > 40.0",
        "Occurred": "20 Jan 2026 11:38:00",
        "Resolved": "–",
        "Acknowledged": "–",
        "By": "–",
        "Note": "–",
    }


def test_what_has_no_point_and_no_figure_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    alarms = opened(make_desk(), qtbot)
    alarms.choose("rule-35")
    told = facts(alarms)
    assert (told["Point"], told["Raised by"], told["By"]) == ("–", "–", "K. Lund")
    assert not button_named(alarms.panel, "Trend").isEnabled()
    assert button_named(alarms.panel, "Device").isEnabled()


def test_an_acknowledged_alarm_offers_nothing_to_acknowledge(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    alarms = opened(make_desk(), qtbot)
    alarms.choose("rule-35")
    assert not alarms.panel.note.isVisible()
    alarms.choose("rule-93")  # returned, and nobody has seen it
    assert alarms.panel.note.isVisible()


def test_a_new_alarm_moves_neither_the_choice_nor_what_is_being_noted(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    alarms.choose("rule-24")
    type_text(alarms.panel.note, "Strainer")
    desk.services.alarms.alarms.insert(0, smallplant.alarm(1, "Pump stopped", AHORNVEJ, 1))
    tell_again(desk)
    assert names(alarms)[0] == "Pump stopped"
    assert chosen(alarms) == ["Return temperature high"]
    assert alarms.panel.note.toPlainText() == "Strainer"
    assert alarms.panel.note.hasFocus()


def test_several_are_chosen_with_shift_and_acknowledged_together(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    click(ground(alarms.active), place(alarms.active, 0))
    key(alarms.active, DOWN, SHIFT)
    key(alarms.active, DOWN, SHIFT)
    act = button_named(alarms.panel, "Acknowledge 2 alarms")
    assert act.text() == "Acknowledge 2 alarms"
    click(act)
    qtbot.waitUntil(lambda: desk.services.alarms.notes != [])
    assert desk.services.alarms.notes == [(("rule-6", "rule-24"), "")]


def test_pressing_twice_acknowledges_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services, gate = FakeServices(), asyncio.Event()
    asked: list[Sequence[str]] = []
    plain = services.alarms.acknowledge

    async def slow(viewer: Viewer, rules: Sequence[str], note: str = "") -> Sequence[Alarm]:
        asked.append(rules)
        await gate.wait()
        return await plain(viewer, rules, note)

    services.alarms.acknowledge = slow  # type: ignore[method-assign]
    desk = make_desk(services)
    alarms = opened(desk, qtbot)
    alarms.choose("rule-24")
    for _turn in range(3):
        key(alarms.panel.note, ENTER, CTRL)
    qtbot.waitUntil(lambda: asked != [])
    desk.core.submit(_set(gate)).result(30)
    qtbot.waitUntil(lambda: services.alarms.notes != [])
    assert asked == [["rule-24"]]


async def _set(gate: asyncio.Event) -> None:
    gate.set()


def test_a_refusal_keeps_the_note_and_can_be_tried_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    plain, refusing = services.alarms.acknowledge, [True]

    async def once(viewer: Viewer, rules: Sequence[str], note: str = "") -> Sequence[Alarm]:
        if refusing:
            refusing.clear()
            raise NotPermitted("K. Lund may not do this (Acknowledge alarms)")
        return await plain(viewer, rules, note)

    services.alarms.acknowledge = once  # type: ignore[method-assign]
    alarms = opened(make_desk(services), qtbot)
    alarms.choose("rule-24")
    type_text(alarms.panel.note, "Strainer")
    key(alarms.panel.note, ENTER, CTRL)
    qtbot.waitUntil(alarms.panel._notice.isVisible)
    assert alarms.panel.note.toPlainText() == "Strainer"
    click(button_named(alarms.panel, "Try again"))
    qtbot.waitUntil(lambda: services.alarms.notes == [(("rule-24",), "Strainer")])
    qtbot.waitUntil(lambda: alarms.panel.note.toPlainText() == "")


def test_enter_in_the_note_is_a_new_line_and_tab_leaves_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    alarms.choose("rule-24")
    note = alarms.panel.note
    type_text(note, "one")
    key(note, ENTER)
    type_text(note, "two")
    assert note.toPlainText() == "one\ntwo"
    key(note, Qt.Key.Key_Tab)
    assert not note.hasFocus()
    assert desk.services.alarms.notes == []


def test_an_alarm_that_is_over_throws_nobody_out_of_the_journal(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    alarms.choose("rule-that-went-away")
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 6)
    for _turn in range(2):
        tell_again(desk)
        assert alarms._stack.currentWidget() is alarms.past


def test_an_alarm_asked_for_before_the_core_has_told_is_chosen_once_it_has(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = AlarmList(desk.context)
    qtbot.addWidget(alarms)
    alarms.choose("rule-22")
    alarms.show()
    qtbot.waitUntil(lambda: chosen(alarms) == ["DHW return above limit"])


def test_an_alarm_asked_for_is_shown_although_a_search_hides_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    alarms = opened(make_desk(), qtbot)
    [search] = alarms.findChildren(Search)
    type_text(search, "pressure")
    assert names(alarms) == ["Supply pressure low"]
    alarms.choose("rule-22")
    assert chosen(alarms) == ["DHW return above limit"]
    assert search.text() == ""


def test_searching_narrows_standing_alarms_and_journal_alike(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    alarms = opened(make_desk(), qtbot)
    [search] = alarms.findChildren(Search)
    type_text(search, "ahornvej returned")
    assert names(alarms) == ["Flow below desired flow"]
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 6)
    assert column(alarms.past.rows_model, "name") == ["Flow below desired flow"]
    key(search, Qt.Key.Key_Escape)
    assert len(column(alarms.past.rows_model, "name")) == 6


def test_the_last_alarm_gone_leaves_a_calm_list_and_no_panel(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    counted: list[tuple[int, int]] = []
    alarms.counted.connect(lambda standing, unseen: counted.append((standing, unseen)))
    desk.services.alarms.alarms = []
    tell_again(desk)
    assert counted == [(0, 0)]
    assert any("No alarm stands." in each for each in words(alarms))
    assert "Choose an alarm to see what it is about." in words(alarms.panel)
    assert title(alarms) == "" or not alarms.panel._title.isVisible()
    desk.services.alarms.alarms = smallplant.alarms()
    tell_again(desk)
    assert len(names(alarms)) == 6


def test_the_journal_of_thousands_comes_page_by_page_and_every_line_once(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    journal = Journal(services, 1200)
    alarms = opened(make_desk(services), qtbot)
    alarms.segments.choose(HISTORY)
    older = button_named(alarms, "Load older")
    for expected in (500, 1000, 1200):
        qtbot.waitUntil(lambda n=expected: alarms.past.rows_model.total == n)  # type: ignore[misc]
        assert older.isEnabled() is (expected < 1200)
        click(older)
    assert seqs(alarms) == list(range(1200, 0, -1))
    assert journal.asked == [None, 701, 201]


def test_an_impatient_hand_loads_no_line_twice(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    journal = Journal(services, 1200)
    desk = make_desk(services)
    alarms = opened(desk, qtbot)
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 500)
    journal.gate = asyncio.Event()
    for _turn in range(3):
        click(button_named(alarms, "Load older"))
    qtbot.waitUntil(lambda: len(journal.asked) > 1)
    journal.open(desk)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total > 500)
    settle(desk)
    assert seqs(alarms) == list(range(1200, 200, -1))


def test_asking_anew_while_older_lines_are_on_their_way_keeps_the_order(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    journal = Journal(services, 1200)
    desk = make_desk(services)
    alarms = opened(desk, qtbot)
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 500)
    journal.gate = asyncio.Event()
    click(button_named(alarms, "Load older"))
    alarms.refresh()
    qtbot.waitUntil(lambda: len(journal.asked) == 3)
    journal.open(desk)
    qtbot.waitUntil(lambda: button_named(alarms, "Load older").isEnabled())
    settle(desk)
    assert seqs(alarms) == list(range(1200, 700, -1))


def test_a_journal_that_cannot_be_read_says_so_and_can_be_tried_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    journal = Journal(services, 30)
    journal.failure = "alarms.sqlite: the disk cannot be read"
    alarms = opened(make_desk(services), qtbot)
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: journal.failure in words(alarms))
    journal.failure = ""
    click(button_named(alarms, "Try again"))
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 30)


def test_the_list_of_one_device_names_it_nowhere_and_holds_its_own_alone(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot, AHORNVEJ)
    assert names(alarms) == [
        "DHW return above limit",
        "Flow below desired flow",
        "Manual override on P2",
    ]
    ids = {each.id for each in alarms.active.rows_model.columns}
    assert not {"device", "area"} & ids
    alarms.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: alarms.past.rows_model.total == 3)


def test_a_double_click_opens_the_device_at_the_moment_it_happened(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    alarms = opened(desk, qtbot)
    click(ground(alarms.active), place(alarms.active, 2))
    key(alarms.active, ENTER)
    [show] = desk.shown
    assert show.device == DeviceId("birkevej-3")
    assert show.around == desk.services.alarms.alarms[2].occurred_at
    assert isinstance(show.around, datetime)


def test_an_alarm_of_the_program_itself_leads_to_no_device(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    *_others, rule = own_rules(on_server=True)
    of_itself = Alarm(rule, AlarmState.UNACKNOWLEDGED, since=NOON, occurred_at=NOON)
    services.alarms.alarms = [of_itself]
    desk = make_desk(services)
    alarms = opened(desk, qtbot)
    assert title(alarms) == "Samples wait on this computer for the database server"
    told = facts(alarms)
    assert (told["Device"], told["Area"], told["Point"]) == ("Heatdesk", "–", "–")
    assert not button_named(alarms.panel, "Device").isEnabled()
    assert button_named(alarms.panel, "Acknowledge").isEnabled()
    assert "Heatdesk itself" in column(alarms.active.rows_model, "kind")
    click(ground(alarms.active), place(alarms.active, 0))
    key(alarms.active, ENTER)
    assert desk.shown == []


@pytest.mark.parametrize("name", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_however_an_alarm_is_called_it_can_be_acknowledged(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    services = FakeServices()
    services.alarms.alarms = [
        replace(
            each,
            rule=replace(each.rule, name=name),
            note=name,
            acknowledged_by=name if each.state is AlarmState.ACKNOWLEDGED else "",
        )
        for each in services.alarms.alarms
    ]
    alarms = opened(make_desk(services), qtbot)
    alarms.choose("rule-6")
    QApplication.processEvents()
    panel = alarms.panel
    assert title(alarms) == name
    assert alarms.width() == 1600
    for act in ("Acknowledge", "Trend", "Device"):
        assert button_named(panel, act).geometry().right() <= panel.width()
    guessing = [
        each.text()
        for each in panel.findChildren(QLabel)
        if each.text() and each.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert guessing == []

"""Two people at the screen: asked for once, confirmed once, and told to both of them."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.channel.wire import the_wire
from app.channel.wishes import arguments, wish
from app.errors import PlantError
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.person import Person
from app.model.point import PointSpec, WriteRules
from app.model.rights import every_right
from app.model.second import Danger, SecondRules, WishEnd, WishState
from app.verbs import Grant, Viewer, administrator
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key, type_text
from tests.fakes.personal import PASSWORD
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import wheel
from widgets.controls.applying import Applying
from widgets.models.staging import Staged, Staging
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.secondperson.rules import SecondRulesPanel
from widgets.secondperson.waiting import PairBadge, PairDesk, PairList

MakeDesk = Callable[..., Desk]
RELAY = PointSpec(
    "relay2_override",
    "Relay 2",
    choices={0: "AUTO", 1: "OFF", 2: "ON"},
    write=WriteRules(allow=(0.0, 1.0, 2.0), automatic=(0.0,)),
)
ON = Staged(RELAY, 0.0, "ON", 2.0)


def two(*dangers: Danger) -> Viewer:
    """Return the administrator where nobody does these alone."""
    rights = replace(every_right(), paired=frozenset(dangers))
    return Viewer("lund", "K. Lund", "desk-1", Grant(rights))


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk(FakeServices(), viewer=two(*Danger))
    qtbot.waitUntil(lambda: made.directory.is_listed)
    return made


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    made = QLabel("")
    qtbot.addWidget(made)
    made.show()
    return made


def applying(desk: Desk, over: QWidget) -> Applying:
    staging = Staging()
    staging._put(ON)
    made = Applying(desk.context, AHORNVEJ, staging, {RELAY.key: RELAY}, over)
    made.review.setParent(over)
    made.tell()
    return made


def confirmed_end(value: float = 2.0) -> WishEnd:
    told = WriteResult(
        AHORNVEJ, RELAY.key, 0.0, value, value, WriteState.CONFIRMED, "", NOON, "both"
    )
    return WishEnd(json.dumps(the_wire().unstructure(told)))


def fill(dialog: SecondPersonDialog, login: str = "vagt", password: str = PASSWORD) -> None:
    if not dialog._reason.text():
        type_text(dialog._reason, "the pump is tested")
    dialog._login.clear()
    type_text(dialog._login, login)
    dialog._password.clear()
    type_text(dialog._password, password)


def test_apply_and_confirm_pressed_twice_and_again_by_enter_are_one_write(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    pairs.ends = (confirmed_end(),)
    heard: list[WriteResult] = []
    made.wrote.connect(heard.append)
    press = next(
        b for b in made.review.findChildren(QPushButton) if b.text() == "Apply 1 change"
    )
    for _each in range(2):
        press.click()
    dialogs = over.findChildren(SecondPersonDialog)
    assert len(dialogs) == 1
    (dialog,) = dialogs
    assert "Relay 2" in dialog.what.text() or "relay2_override" in dialog.what.text()
    fill(dialog)
    click(dialog.go)
    click(dialog.go)
    key(dialog._password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert desk.services.control.requests == [], "the core carries it out, not the screen"
    assert len(pairs.requests) == 1
    assert [login for _request, login in pairs.confirmed] == ["vagt"]
    assert [each.state for each in heard] == [WriteState.CONFIRMED]
    (asked,) = pairs.requests.values()
    request: WriteRequest = arguments(asked.wishes[0])["request"]
    assert (request.key, request.value, request.expected) == (RELAY.key, 2.0, 0.0)
    assert asked.reason == "the pump is tested"


def test_what_waits_is_no_longer_staged_and_a_refusal_is_told(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    heard: list[WriteResult] = []
    made.wrote.connect(heard.append)
    made._apply("")
    dialog = made.second.dialog
    assert dialog is not None
    click(dialog.wait)  # without a reason
    assert dialog.reason.fault
    assert not pairs.requests
    type_text(dialog._reason, "pump test")
    click(dialog.wait)
    qtbot.waitUntil(lambda: made.second.dialog is None, timeout=30_000)
    assert len(made._staging) == 0
    (asked,) = pairs.requests.values()
    pairs.requests[asked.id] = replace(asked, state=WishState.EXPIRED)
    desk.context.pairs.refresh()
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert (heard[0].state, heard[0].reason) == (
        WriteState.REFUSED,
        "nobody confirmed it in time",
    )


def test_a_wrong_password_is_told_and_giving_up_takes_the_request_back(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    made._apply("")
    dialog = made.second.dialog
    assert dialog is not None
    fill(dialog, password="1234")
    click(dialog.go)
    qtbot.waitUntil(dialog.notice.isVisible, timeout=30_000)
    fill(dialog, login="lund")
    click(dialog.go)
    qtbot.waitUntil(lambda: "another one" in dialog.notice.says.text(), timeout=30_000)
    assert len(pairs.requests) == 1, "asked for once, however often it is tried"
    dialog.reject()
    qtbot.waitUntil(
        lambda: {each.state for each in pairs.requests.values()} == {WishState.WITHDRAWN},
        timeout=30_000,
    )
    assert len(made._staging) == 1, "the wish is still staged"


def tried_in_vain(desk: Desk, over: QWidget, qtbot: QtBot) -> SecondPersonDialog:
    """Return the dialog after a wrong password: the request is made, and waits."""
    (dialog,) = shown(over)
    fill(dialog, password="1234")
    click(dialog.go)
    qtbot.waitUntil(dialog.notice.isVisible, timeout=30_000)
    return dialog


def test_what_another_window_confirms_meanwhile_closes_the_dialog_and_is_told(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    pairs.ends = (confirmed_end(),)
    told: list[object] = []
    made.second.filed.connect(lambda: told.append("filed"))
    made.wrote.connect(lambda result: told.append(result.state))
    made._apply("the pump is tested")
    tried_in_vain(desk, over, qtbot)
    (asked,) = pairs.requests.values()
    desk.core.submit(pairs.confirm(desk.viewer, asked.id, "vagt", PASSWORD)).result(10)
    desk.context.pairs.refresh()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=30_000)
    assert told == ["filed", WriteState.CONFIRMED]
    assert dialogs_open(over) == 0
    assert len(made._staging) == 0


def test_an_end_that_is_quicker_than_the_answer_is_not_lost(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    pairs.ends = (confirmed_end(),)
    heard: list[WriteResult] = []
    made.wrote.connect(heard.append)
    made._apply("the pump is tested")
    dialog = tried_in_vain(desk, over, qtbot)
    (asked,) = pairs.requests.values()
    dialog._busy(yes=True)  # its question is on its way
    done = replace(asked, state=WishState.DONE, second="vagt", ends=pairs.ends)
    desk.context.pairs.ended.emit(done)
    assert dialog.isVisible()
    dialog._fail(PlantError("the other program went away"))
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert [each.state for each in heard] == [WriteState.CONFIRMED]


def test_a_request_declined_while_one_types_is_told_and_asked_for_anew(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    made, pairs = applying(desk, over), desk.services.pairs
    pairs.ends = (confirmed_end(),)
    heard: list[WriteResult] = []
    made.wrote.connect(heard.append)
    made._apply("the pump is tested")
    dialog = tried_in_vain(desk, over, qtbot)
    (asked,) = pairs.requests.values()
    other = Viewer("vagt", "B. Vagt", "desk-2", desk.viewer.grant)
    desk.core.submit(pairs.withdraw(other, asked.id)).result(10)
    desk.context.pairs.refresh()
    qtbot.waitUntil(lambda: "declined by B. Vagt" in dialog.notice.says.text())
    assert heard == []
    fill(dialog)
    click(dialog.go)
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    assert len(pairs.requests) == 2
    assert [each.state for each in heard] == [WriteState.CONFIRMED]


def test_an_answer_waits_for_nobody_whose_dialog_is_gone(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    asker, pairs = PairDesk(desk.context, over), desk.services.pairs
    desk.services.people.alone = True
    person = Person("ny", "Ny", "basic", version=1)
    pairs.ends = (WishEnd(json.dumps(the_wire().unstructure(person))),)
    answers: list[Any] = []
    desk.asking.ask(
        desk.context.asked.people.change_person(desk.viewer, person),
        owner=asker,
        done=answers.append,
        failed=answers.append,
    )
    qtbot.waitUntil(lambda: dialogs_open(over) == 1, timeout=30_000)
    dialog = next(shown(over))
    type_text(dialog._reason, "a new one")
    tried_in_vain(desk, over, qtbot)
    (asked,) = pairs.requests.values()
    desk.core.submit(pairs.confirm(desk.viewer, asked.id, "vagt", PASSWORD)).result(10)
    desk.context.pairs.refresh()
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    assert answers == [person]
    assert dialogs_open(over) == 0


def test_without_a_second_person_everything_goes_as_ever(
    make_desk: MakeDesk, over: QWidget, qtbot: QtBot
) -> None:
    plain = make_desk(FakeServices(), viewer=administrator("lund", "K. Lund", "desk-1"))
    made = applying(plain, over)
    made._apply("why")
    qtbot.waitUntil(lambda: len(plain.services.control.requests) == 1, timeout=30_000)
    for _each in range(5):
        plain.feed.aged.emit()
    assert plain.services.pairs.looked == 0, "nothing is asked for that nobody wants"


def test_the_badge_counts_and_the_list_confirms_declines_and_takes_back(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    pairs, context = desk.services.pairs, desk.context
    badge, toasts = PairBadge(context, over), list[str]()
    context.work.told.connect(toasts.append)
    assert badge.isHidden()
    other = Viewer("vagt", "B. Vagt", "desk-2", desk.viewer.grant)
    wished = wish("project.restore", 3)
    for _each in range(2):
        desk.core.submit(pairs.ask(other, [wished], "as on Friday")).result(10)
    desk.core.submit(pairs.ask(desk.viewer, [wished], "mine")).result(10)
    context.pairs.refresh()
    qtbot.waitUntil(lambda: badge.text() == "2 WAIT FOR YOU", timeout=30_000)
    what = "Make the plant as it was in version 3"
    assert toasts[0] == f"B. Vagt asks for a second person: {what}"
    listed = PairList(context, over)
    listed.show()

    def presses(text: str) -> list[QPushButton]:
        return [
            b for b in listed.findChildren(QPushButton) if b.text() == text and b.isVisible()
        ]

    assert [len(presses(each)) for each in ("Confirm…", "Decline", "Take back")] == [2, 2, 1]
    click(presses("Decline")[0])
    click(presses("Take back")[0])
    qtbot.waitUntil(lambda: badge.text() == "1 WAITS FOR YOU", timeout=30_000)
    qtbot.waitUntil(lambda: len(presses("Confirm…")) == 1, timeout=30_000)
    click(presses("Confirm…")[0])
    (dialog,) = listed.findChildren(SecondPersonDialog)
    assert dialog._login.text() == "lund"
    assert dialog._login.isReadOnly()
    assert dialog.wait.isHidden()
    type_text(dialog._password, PASSWORD)
    click(dialog.go)
    qtbot.waitUntil(badge.isHidden, timeout=30_000)
    states = sorted(each.state.value for each in pairs.requests.values())
    assert states == ["done", "withdrawn", "withdrawn"]
    listed.close()


def test_whatever_the_core_does_for_nobody_alone_is_asked_about_and_answered(
    desk: Desk, over: QWidget, qtbot: QtBot
) -> None:
    asker, pairs = PairDesk(desk.context, over), desk.services.pairs
    desk.services.people.alone = True
    person = Person("ny", "Ny", "basic", version=1)
    pairs.ends = (WishEnd(json.dumps(the_wire().unstructure(person))),)
    answers: list[Any] = []

    def change() -> None:
        desk.asking.ask(
            desk.context.asked.people.change_person(desk.viewer, person),
            owner=asker,
            done=answers.append,
            failed=answers.append,
        )

    change()
    qtbot.waitUntil(lambda: len(over.findChildren(SecondPersonDialog)) == 1, timeout=30_000)
    (dialog,) = over.findChildren(SecondPersonDialog)
    assert dialog.what.text() == "Account ny: Ny, basic"
    fill(dialog)
    click(dialog.go)
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    assert answers == [person]
    change()
    qtbot.waitUntil(lambda: dialogs_open(over) == 1, timeout=30_000)
    next(iter(shown(over))).reject()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=30_000)
    assert isinstance(answers[1], PlantError)
    assert "nothing has been done" in str(answers[1])


def shown(over: QWidget) -> Iterator[SecondPersonDialog]:
    return (each for each in over.findChildren(SecondPersonDialog) if each.isVisible())


def dialogs_open(over: QWidget) -> int:
    return len(list(shown(over)))


def test_the_rules_are_ticked_saved_once_and_the_wheel_changes_nothing(
    desk: Desk, qtbot: QtBot
) -> None:
    panel = SecondRulesPanel(desk.context)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.save.isEnabled()
    wheel(panel.wait)
    assert panel.wait.value() == SecondRules().wait_min
    panel.boxes[Danger.ERASE].click()
    assert panel.unsaved()
    click(panel.save)
    click(panel.save)
    people = desk.services.people
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=30_000)
    assert people.second == SecondRules(frozenset({Danger.ERASE}), version=1)


def test_what_is_ticked_while_the_rules_are_saved_stays_and_is_saved_next(
    desk: Desk, qtbot: QtBot
) -> None:
    panel, go_on, people = SecondRulesPanel(desk.context), Event(), desk.services.people
    qtbot.addWidget(panel)
    panel.show()
    put = people.put_second_rules

    async def slowly(viewer: Viewer, rules: SecondRules) -> SecondRules:
        await asyncio.to_thread(go_on.wait, 30)
        return await put(viewer, rules)

    people.put_second_rules = slowly  # type: ignore[assignment]
    panel.boxes[Danger.ERASE].click()
    click(panel.save)
    panel.boxes[Danger.BULK].click()
    assert not panel.save.isEnabled(), "one after the other"
    go_on.set()
    qtbot.waitUntil(panel.save.isEnabled, timeout=30_000)
    assert people.second.dangers == {Danger.ERASE}
    assert panel.boxes[Danger.BULK].isChecked()
    click(panel.save)
    qtbot.waitUntil(lambda: not panel.unsaved(), timeout=30_000)
    assert people.second == SecondRules(frozenset({Danger.ERASE, Danger.BULK}), version=2)


def test_only_an_administrator_may_tick(make_desk: MakeDesk, qtbot: QtBot) -> None:
    rights = replace(every_right(), role="manager")
    desk = make_desk(FakeServices(), viewer=Viewer("vagt", "B. Vagt", "d", Grant(rights)))
    panel = SecondRulesPanel(desk.context)
    qtbot.addWidget(panel)
    assert not any(box.isEnabled() for box in panel.boxes.values())

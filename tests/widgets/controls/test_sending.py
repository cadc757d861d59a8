"""Staged changes leave one by one, each once, and each tells how it ended."""

import asyncio
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.errors import CoreLost, NotPermitted, PlantError
from app.model.control import WriteRequest, WriteResult, WriteState
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON, SETTINGS, VALUES
from widgets.controls.sending import Sending
from widgets.models.staging import Staged

MakeDesk = Callable[..., Desk]


def wish(name: str, new: float | None) -> Staged:
    spec = next(each for each in SETTINGS if each.key == name)
    old = VALUES[name][0]
    assert isinstance(old, float)
    return Staged(spec, old, str(new), new)


SLOPE, ROOM, LIMIT = wish("p11175", 1.1), wish("p11180", 21.0), wish("p11034", 43.0)


class Door:
    """The door for writing, which a test holds shut and opens for one write at a time."""

    def __init__(self, services: FakeServices) -> None:
        self.services = services
        self.at_the_door: list[str] = []
        self.error: PlantError | None = None
        self._plain = services.control.write
        self._turn = asyncio.Semaphore(0)
        services.control.write = self.write  # type: ignore[method-assign]

    async def write(self, viewer: Viewer, request: WriteRequest) -> WriteResult:
        self.at_the_door.append(request.key)
        await self._turn.acquire()
        if self.error is not None:
            raise self.error
        return await self._plain(viewer, request)

    def let_through(self, desk: Desk, count: int = 1) -> None:
        async def release() -> None:
            for _ in range(count):
                self._turn.release()

        desk.core.submit(release()).result(30)


class Ear:
    """Everything a run says."""

    def __init__(self, sending: Sending) -> None:
        self.said: list[str] = []
        self.results: list[WriteResult] = []
        self.counts: list[tuple[int, int]] = []
        self._sending = sending
        sending.sending.connect(lambda change: self.said.append(f"begin {change.spec.key}"))
        sending.ended.connect(self._end)
        sending.finished.connect(lambda: self.said.append("finished"))

    def _end(self, result: WriteResult) -> None:
        self.said.append(f"end {result.key}")
        self.results.append(result)
        self.counts.append((self._sending.done, self._sending.total))


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


def over(sending: Sending, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not sending.under_way)


def test_changes_leave_in_their_order_and_only_one_at_a_time(desk: Desk, qtbot: QtBot) -> None:
    door, sending = Door(desk.services), Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    sending.begin([SLOPE, ROOM, LIMIT], "")
    for count in (1, 2, 3):
        qtbot.waitUntil(lambda count=count: len(door.at_the_door) == count)  # type: ignore[misc]
        assert sending.under_way
        door.let_through(desk)
    over(sending, qtbot)
    assert ear.said == [
        "begin p11175",
        "end p11175",
        "begin p11180",
        "end p11180",
        "begin p11034",
        "end p11034",
        "finished",
    ]
    assert ear.counts == [(1, 3), (2, 3), (3, 3)]


def test_each_write_tells_what_was_seen_why_and_has_a_name_of_its_own(
    desk: Desk, qtbot: QtBot
) -> None:
    sending = Sending(desk.context, AHORNVEJ)
    sending.begin([SLOPE, ROOM], "autumn setting")
    over(sending, qtbot)
    sent = desk.services.control.requests
    assert [(each.device, each.key, each.expected, each.value) for each in sent] == [
        (AHORNVEJ, "p11175", 1.2, 1.1),
        (AHORNVEJ, "p11180", 20.0, 21.0),
    ]
    assert {each.note for each in sent} == {"autumn setting"}
    assert len({each.intent for each in sent}) == 2


def test_a_run_under_way_is_not_begun_again(desk: Desk, qtbot: QtBot) -> None:
    door, sending = Door(desk.services), Sending(desk.context, AHORNVEJ)
    sending.begin([SLOPE], "")
    sending.begin([SLOPE, LIMIT], "")
    door.let_through(desk, 3)
    over(sending, qtbot)
    assert door.at_the_door == ["p11175"]


def test_nothing_to_send_is_no_run(desk: Desk) -> None:
    sending = Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    sending.begin([], "")
    assert (ear.said, sending.under_way) == ([], False)


def test_a_wish_that_says_no_value_is_passed_over(desk: Desk, qtbot: QtBot) -> None:
    sending = Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    sending.begin([wish("p11175", None), LIMIT], "")
    over(sending, qtbot)
    assert [each.key for each in desk.services.control.requests] == ["p11034"]
    assert ear.said[-1] == "finished"


def test_a_wish_taken_back_while_others_are_sent_is_not_sent(desk: Desk, qtbot: QtBot) -> None:
    door, sending = Door(desk.services), Sending(desk.context, AHORNVEJ)
    still = [SLOPE, ROOM, LIMIT]
    sending.begin([SLOPE, ROOM, LIMIT], "", lambda change: change in still)
    qtbot.waitUntil(lambda: door.at_the_door == ["p11175"])
    still.remove(ROOM)
    door.let_through(desk, 3)
    over(sending, qtbot)
    assert door.at_the_door == ["p11175", "p11034"]


def test_a_run_all_of_whose_wishes_are_gone_ends_well(desk: Desk, qtbot: QtBot) -> None:
    sending = Sending(desk.context, AHORNVEJ)
    with qtbot.waitSignal(sending.finished):
        sending.begin([SLOPE], "", lambda _change: False)
    assert desk.services.control.requests == []
    assert not sending.under_way


def test_calling_off_lets_the_one_under_way_end_and_starts_no_more(
    desk: Desk, qtbot: QtBot
) -> None:
    door, sending = Door(desk.services), Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    sending.begin([SLOPE, ROOM, LIMIT], "")
    qtbot.waitUntil(lambda: door.at_the_door == ["p11175"])
    sending.call_off()
    sending.call_off()
    assert sending.under_way
    door.let_through(desk, 3)
    over(sending, qtbot)
    assert ear.said == ["begin p11175", "end p11175", "finished"]
    assert sending.done == 1


@pytest.mark.parametrize("state", list(WriteState))
def test_the_door_s_answer_is_handed_on_as_it_came(
    desk: Desk, qtbot: QtBot, state: WriteState
) -> None:
    desk.services.control.endings["p11175"] = (state, "why not")
    sending = Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    sending.begin([SLOPE, LIMIT], "")
    over(sending, qtbot)
    assert [(each.key, each.state) for each in ear.results] == [
        ("p11175", state),
        ("p11034", WriteState.CONFIRMED),
    ]


@pytest.mark.parametrize("error", [CoreLost("the core has gone"), NotPermitted("you may not")])
def test_a_fault_on_the_way_claims_nothing_and_stops_the_rest(
    desk: Desk, qtbot: QtBot, error: PlantError
) -> None:
    door, sending = Door(desk.services), Sending(desk.context, AHORNVEJ)
    ear = Ear(sending)
    door.error = error
    sending.begin([SLOPE, LIMIT], "")
    door.let_through(desk, 2)
    over(sending, qtbot)
    assert door.at_the_door == ["p11175"]
    [result] = ear.results
    assert (result.state, result.read_back, result.at) == (WriteState.UNCONFIRMED, None, NOON)
    assert result.reason == f"{error} Read the value again to see what holds."


def test_after_a_run_the_next_one_begins_anew(desk: Desk, qtbot: QtBot) -> None:
    sending = Sending(desk.context, AHORNVEJ)
    sending.begin([SLOPE, ROOM], "first")
    over(sending, qtbot)
    sending.begin([LIMIT], "second")
    over(sending, qtbot)
    assert (sending.done, sending.total) == (1, 1)
    assert [each.note for each in desk.services.control.requests] == [
        "first",
        "first",
        "second",
    ]


def test_a_page_closed_while_sending_hears_nothing_and_sends_nothing_more(
    desk: Desk, qtbot: QtBot
) -> None:
    door, page = Door(desk.services), QObject()
    sending = Sending(desk.context, AHORNVEJ, page)
    ear = Ear(sending)
    sending.begin([SLOPE, LIMIT], "")
    qtbot.waitUntil(lambda: door.at_the_door == ["p11175"])
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    door.let_through(desk, 2)
    qtbot.waitUntil(lambda: len(desk.services.control.requests) == 1)
    desk.core.submit(asyncio.sleep(0)).result(30)
    QCoreApplication.processEvents()
    assert ear.said == ["begin p11175"]
    assert door.at_the_door == ["p11175"]

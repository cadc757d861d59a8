"""What is asked again and again: never twice at a time, and again after a failure."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.errors import PlantError
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from widgets.polled import Polled

MakeDesk = Callable[..., Desk]


class Counted(Polled[int]):
    every_s = 2
    count = 0
    wanted = True
    fails = False

    async def question(self) -> int:
        self.count += 1
        if self.fails:
            raise PlantError("no answer")
        return self.count

    def take(self, told: int) -> None:
        self.changed.emit()

    def is_wanted(self) -> bool:
        return self.wanted


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk(FakeServices())


def test_it_asks_when_it_is_time_once_and_again_after_a_failure(
    desk: Desk, qtbot: QtBot
) -> None:
    context = desk.context
    polled = Counted(context.asked, desk.viewer, desk.asking, desk.feed)
    told: list[int] = []
    polled.changed.connect(lambda: told.append(polled.count))
    desk.feed.aged.emit()
    assert polled.count == 0
    desk.feed.aged.emit()
    polled.refresh()
    qtbot.waitUntil(lambda: told == [1])
    polled.fails = True
    polled.refresh()
    qtbot.waitUntil(lambda: not polled._under_way)
    assert told == [1]
    polled.fails = False
    for _second in range(2):
        desk.feed.aged.emit()
    qtbot.waitUntil(lambda: told == [1, 3])
    polled.wanted = False
    for _second in range(4):
        desk.feed.aged.emit()
    qtbot.wait(20)
    assert polled.count == 3

"""What is wrong with the core itself stands above the page for as long as it is."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from widgets.shell.window import MainWindow


def test_a_history_that_is_not_recorded_is_told_and_taken_back(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    services = FakeServices()
    services.plant.wrong.append("history is not recorded: fast.sqlite is damaged")
    window = open_window(services)
    notice = window.trouble._notice
    feed = window.context.feed

    def told() -> bool:
        feed.age()
        return notice.isVisibleTo(window) and "fast.sqlite" in notice.says.text()

    qtbot.waitUntil(told, timeout=5000)
    services.plant.wrong.clear()

    def gone() -> bool:
        feed.age()
        return not notice.isVisibleTo(window)

    qtbot.waitUntil(gone, timeout=5000)

"""Others give way from the moment a page is asked for until it stands."""

from pytestqt.qtbot import QtBot

from widgets.shell.precedence import LOOK_EVERY_MS, Precedence


class Page:
    """A page that stands when it is told to, and who hears of it."""

    def __init__(self) -> None:
        self.opens = True
        self.told: list[str] = []

    def precedence(self) -> Precedence:
        return Precedence(
            lambda: self.opens,
            lambda: self.told.append("give way"),
            lambda: self.told.append("go on"),
        )


def test_others_go_on_once_the_page_stands(qtbot: QtBot) -> None:
    page = Page()
    precedence = page.precedence()
    precedence.begin()
    qtbot.wait(3 * LOOK_EVERY_MS)
    assert page.told == ["give way"]
    page.opens = False
    qtbot.waitUntil(lambda: page.told == ["give way", "go on"])
    qtbot.wait(3 * LOOK_EVERY_MS)
    assert page.told == ["give way", "go on"], "told once"


def test_a_window_that_closes_holds_nobody_up(qtbot: QtBot) -> None:
    page = Page()
    precedence = page.precedence()
    precedence.begin()
    precedence.end()
    qtbot.wait(3 * LOOK_EVERY_MS)
    assert page.told == ["give way", "go on"]


def test_one_page_after_another_is_one_wait(qtbot: QtBot) -> None:
    page = Page()
    precedence = page.precedence()
    precedence.begin()
    precedence.begin()
    page.opens = False
    qtbot.waitUntil(lambda: "go on" in page.told)
    assert page.told.count("go on") == 1

"""Presets: kept by name, brought back, shared, changed by their owner alone."""

import json
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from app.asked import Preset
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from widgets.controls.presetmenu import LONGEST_NAME, PresetMenu
from widgets.desk import Json

MINE = VIEWER.login


class Corner:
    """A button over a page whose selection is one word."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.selection: Json = {"word": "first"}
        self.taken: list[Json] = []
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.menu = PresetMenu(
            desk.context, "chart", lambda: self.selection, self.taken.append, self.page
        )

    def kept(self, count: int) -> list[Preset]:
        store = self.desk.context.desk
        self.qtbot.waitUntil(lambda: len(store.presets("chart")) == count, timeout=5000)
        return list(store.presets("chart"))

    def words(self) -> list[str]:
        menu = self.menu.menu_now()
        found = [action.text() for action in menu.actions() if action.text()]
        menu.deleteLater()
        return found

    def choose(self, word: str) -> None:
        menu = self.menu.menu_now()
        next(action for action in menu.actions() if action.text() == word).trigger()
        menu.deleteLater()


@pytest.fixture
def corner(make_desk: Callable[..., Desk], qtbot: QtBot) -> Corner:
    return Corner(make_desk(FakeServices()), qtbot)


def test_an_empty_menu_says_so_and_offers_to_keep(corner: Corner) -> None:
    corner.kept(0)
    assert corner.words() == ["Nothing is kept yet", "Keep as…"]


def test_what_is_kept_comes_back_as_it_was(corner: Corner) -> None:
    corner.menu.keep("Return check")
    (preset,) = corner.kept(1)
    assert json.loads(preset.content) == {"word": "first"}
    assert (preset.owner, preset.shared) == (MINE, False)
    corner.selection = {"word": "second"}
    corner.choose("Return check")
    assert corner.taken == [{"word": "first"}]
    assert corner.menu.text() == "Return check"


def test_its_owner_may_change_share_and_remove_it(corner: Corner) -> None:
    corner.menu.keep("Return check")
    corner.menu.show_preset(corner.kept(1)[0])
    assert corner.words() == [
        *("Return check", "Keep as…", "Keep in “Return check”"),
        *("Share “Return check”", "Versions of “Return check”", "Remove “Return check”"),
    ]
    corner.choose("Versions of “Return check”")
    assert corner.desk.shown[-1].part == f"preset/{corner.kept(1)[0].id}"
    corner.selection = {"word": "second"}
    corner.choose("Keep in “Return check”")
    corner.qtbot.waitUntil(lambda: "second" in corner.kept(1)[0].content, timeout=5000)
    corner.menu.show_preset(corner.kept(1)[0])
    corner.choose("Share “Return check”")
    corner.qtbot.waitUntil(lambda: corner.kept(1)[0].shared, timeout=5000)
    corner.menu.show_preset(corner.kept(1)[0])
    assert "No longer share “Return check”" in corner.words()
    corner.choose("Remove “Return check”")
    assert corner.kept(0) == []
    assert corner.menu.text() == "Presets…"


def test_somebody_else_s_is_only_looked_at(corner: Corner) -> None:
    other = Preset("p1", "chart", "Morning", "ole", shared=True, content='{"word": "third"}')
    corner.menu.show_preset(other)
    assert corner.taken == [{"word": "third"}]
    assert not [word for word in corner.words() if "Morning" in word and "Keep" in word]


def test_one_that_cannot_be_read_is_said_to_be_so(corner: Corner) -> None:
    said: list[str] = []
    corner.desk.context.work.told.connect(said.append)
    broken = Preset("p1", "chart", "Old", MINE, shared=False, content="{broken")
    corner.menu.show_preset(broken)
    assert corner.taken == []
    assert said == ["The preset “Old” cannot be read."]


@pytest.mark.parametrize("name", ["<b>x</b>", "a & b", "חימום", "🔥", "Ω" * 300])
def test_any_name_is_shown_as_it_is(corner: Corner, name: str) -> None:
    corner.menu.keep(name)
    (preset,) = corner.kept(1)
    assert preset.name == name[:LONGEST_NAME]
    assert corner.words()[0] == preset.name.replace("&", "&&")


def test_the_name_is_asked_for_and_may_be_refused(corner: Corner) -> None:
    def answer(name: str | None) -> None:
        def work() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QInputDialog)
            if name is None:
                dialog.reject()
            else:
                dialog.setTextValue(name)
                dialog.accept()

        QTimer.singleShot(0, work)

    answer(None)
    corner.menu._ask_name()
    answer("   ")
    corner.menu._ask_name()
    assert corner.kept(0) == []
    answer("  Evening ")
    corner.menu._ask_name()
    assert [preset.name for preset in corner.kept(1)] == ["Evening"]

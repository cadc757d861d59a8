"""What is staged of roles is saved when its button is pressed, and by nothing else."""

import asyncio
from collections.abc import Callable
from threading import Event

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.model.rights import Capability, Role, Scope
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.desk import Desk
from tests.widgets.pages.test_people_page import answering, viewer_as
from tests.widgets.people.test_matrix import dialog, go, roles_of
from widgets.people.roleform import RoleDialog
from widgets.people.rolespanel import RolesPanel

MakeDesk = Callable[..., Desk]


class Corner:
    """The panel of roles, and what the core keeps of them."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.page, self.panel = roles_of(desk, qtbot)

    @property
    def kept(self) -> dict[str, Role]:
        return self.desk.services.people.all_roles

    def press(self, role: str, capability: Capability, key: Qt.Key) -> None:
        go(self.panel.table, role, capability)
        hands.key(self.panel.table, key)

    def make_role(self, name: str) -> None:
        hands.click(self.panel.new)
        form = dialog(self.panel, self.qtbot)
        hands.type_text(form._name, name)
        hands.key(form._name, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: len(self.panel.table.cells.roles) == 13)


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    return Corner(make_desk(), qtbot)


def test_making_a_role_saves_nothing_that_is_staged_of_another(corner: Corner) -> None:
    corner.press("basic", Capability.ACKNOWLEDGE, Qt.Key.Key_1)
    corner.make_role("Night watch")
    assert corner.kept["basic"].version == 0
    assert corner.kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.NONE
    assert corner.page.unsaved() == "Changed rights are not saved yet: Basic"
    assert corner.panel.save.isEnabled()
    hands.click(corner.panel.save)
    corner.qtbot.waitUntil(lambda: corner.kept["basic"].version == 1)
    assert corner.kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED


def test_a_new_role_is_shown_also_while_something_staged_makes_no_sense(
    corner: Corner,
) -> None:
    corner.press("basic", Capability.ACKNOWLEDGE, Qt.Key.Key_2)
    assert "needs" in corner.panel.notice.says.text()
    corner.make_role("Night watch")
    assert not corner.panel.save.isEnabled()
    assert corner.kept["basic"].version == 0


def test_a_save_that_is_refused_keeps_what_is_staged(corner: Corner) -> None:
    corner.press("basic", Capability.ACKNOWLEDGE, Qt.Key.Key_1)
    corner.press("limited", Capability.KEEP_NOTES, Qt.Key.Key_0)
    corner.desk.services.people.refused = "somebody must manage people"
    hands.click(corner.panel.save)
    corner.qtbot.waitUntil(corner.panel.notice.isVisible)
    assert corner.panel.notice.says.text() == "somebody must manage people"
    assert corner.panel.count.text() == "2 roles changed"
    assert corner.panel.save.isEnabled()
    corner.desk.services.people.refused = ""
    hands.click(corner.panel.save)
    corner.qtbot.waitUntil(lambda: not corner.page.unsaved())
    assert {each for each in corner.kept if corner.kept[each].version} == {"basic", "limited"}


def test_the_head_of_a_group_is_nobodys_right(corner: Corner) -> None:
    panel = corner.panel
    panel.table.setCurrentIndex(panel.table.cells.index(0, 2))
    for each in (panel.reach, panel.change, panel.versions, panel.remove):
        assert not each.isEnabled()
    assert "Space takes a right one step further" in panel.says.text()
    hands.key(panel.table, Qt.Key.Key_2)
    panel._ask_change()
    panel._remove()
    panel._show_versions()
    assert not panel.matrix.staged
    assert corner.desk.shown == []


def test_the_menu_compares_what_is_ticked_and_shows_all_again(corner: Corner) -> None:
    for name in ("Basic", "Full"):
        choose(corner, name)
    assert [each.id for each in corner.panel.table.cells.roles] == ["full", "basic"]
    assert corner.panel.comparing.text() == "Compared: 2 roles"
    choose(corner, "Basic")  # taken back: one alone compares nothing
    assert len(corner.panel.table.cells.roles) == 12
    assert corner.panel.comparing.text() == "Compare…"
    choose(corner, "Limited")
    choose(corner, "Show all roles")
    assert corner.panel.matrix.compared == ()


def choose(corner: Corner, words: str) -> None:
    """Choose an entry of the menu of roles."""
    hands.click(corner.panel.comparing)
    corner.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(each for each in menu.actions() if each.text() == words).trigger()
    menu.close()


def test_a_role_is_not_removed_when_the_question_is_answered_with_no(
    corner: Corner,
) -> None:
    corner.make_role("Night watch")
    made = next(each for each in corner.kept.values() if each.name == "Night watch")
    go(corner.panel.table, made.id, Capability.SEE_PLANT)
    with answering("Go back") as asked:
        hands.click(corner.panel.remove)
    assert asked == ["Remove the role Night watch for good?"]
    assert made.id in corner.kept
    assert corner.desk.asking.standing[1] == 0


def test_who_may_not_change_a_role_is_offered_nothing(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    corner = Corner(make_desk(viewer=viewer_as("site-administrator")), qtbot)
    panel = corner.panel
    go(panel.table, "manager", Capability.KEEP_NOTES)
    for each in (panel.reach, panel.change, panel.remove):
        assert not each.isEnabled()
    assert panel.versions.isEnabled(), "looking is free"
    assert panel.says.text().startswith("Manager · ")
    panel._ask_change()
    assert not panel.findChildren(RoleDialog)
    go(panel.table, "basic", Capability.KEEP_NOTES)
    assert panel.reach.isEnabled()


def test_the_focus_stays_on_its_cell_when_roles_are_told_anew(corner: Corner) -> None:
    table = corner.panel.table
    go(table, "full", Capability.KEEP_NOTES)
    corner.page.refresh()
    corner.qtbot.waitUntil(corner.page.settled)
    cell = table.current()
    assert cell is not None
    assert (cell[0].id, cell[1]) == ("full", Capability.KEEP_NOTES)


def test_other_keys_move_and_change_nothing(corner: Corner) -> None:
    panel: RolesPanel = corner.panel
    go(panel.table, "basic", Capability.KEEP_NOTES)
    row = panel.table.currentIndex().row()
    for key in (Qt.Key.Key_3, Qt.Key.Key_A, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right):
        hands.key(panel.table, key)
    assert not panel.matrix.staged
    assert panel.table.currentIndex().row() == row
    cell = panel.table.current()
    assert cell is not None
    assert cell[0].id != "basic"


def test_a_new_name_saves_no_right_that_is_only_staged(corner: Corner) -> None:
    corner.make_role("Night watch")
    own = next(each.id for each in corner.kept.values() if each.name == "Night watch")
    before = corner.kept[own].cells
    corner.press(own, Capability.ACKNOWLEDGE, Qt.Key.Key_1)
    staged = corner.panel.matrix.role(own).scope(Capability.ACKNOWLEDGE)
    assert staged is not before.get(Capability.ACKNOWLEDGE)
    hands.click(corner.panel.change)
    form = dialog(corner.panel, corner.qtbot)
    hands.type_text(form._name, " two")
    hands.key(form._name, Qt.Key.Key_Return)
    corner.qtbot.waitUntil(lambda: corner.kept[own].name == "Night watch two")
    assert corner.kept[own].cells == before
    says = "Changed rights are not saved yet: Night watch two"
    corner.qtbot.waitUntil(lambda: corner.page.unsaved() == says)
    assert corner.panel.matrix.role(own).scope(Capability.ACKNOWLEDGE) is staged
    corner.qtbot.waitUntil(corner.panel.save.isEnabled)
    hands.click(corner.panel.save)
    corner.qtbot.waitUntil(lambda: corner.kept[own].scope(Capability.ACKNOWLEDGE) is staged)


def test_what_is_staged_while_roles_are_saved_waits_for_its_own_save(corner: Corner) -> None:
    people, go_on, panel = corner.desk.services.people, Event(), corner.panel
    put, sent = people.put_role, list[str]()

    async def slowly(viewer: Viewer, role: Role, note: str = "") -> Role:
        sent.append(role.id)
        await asyncio.to_thread(go_on.wait, 30)
        return await put(viewer, role)

    people.put_role = slowly  # type: ignore[method-assign]
    corner.press("basic", Capability.ACKNOWLEDGE, Qt.Key.Key_1)
    corner.press("limited", Capability.KEEP_NOTES, Qt.Key.Key_0)
    hands.click(panel.save)
    corner.press("basic", Capability.KEEP_NOTES, Qt.Key.Key_0)
    corner.press("full", Capability.KEEP_NOTES, Qt.Key.Key_0)
    assert not panel.save.isEnabled(), "one after the other"
    go_on.set()
    corner.qtbot.waitUntil(panel.save.isEnabled, timeout=30_000)
    assert sorted(sent) == ["basic", "limited"], "nothing goes that Save was not pressed for"
    assert corner.kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED
    assert corner.kept["basic"].scope(Capability.KEEP_NOTES) is Scope.ASSIGNED
    assert panel.count.text() == "2 roles changed"
    hands.click(panel.save)
    corner.qtbot.waitUntil(lambda: not corner.page.unsaved(), timeout=30_000)
    assert sorted(sent) == ["basic", "basic", "full", "limited"]
    assert corner.kept["basic"].scope(Capability.KEEP_NOTES) is Scope.NONE

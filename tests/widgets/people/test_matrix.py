"""The matrix of rights by hand and by mouse: staged, refused with a reason, compared, saved."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.model.rights import Capability, Scope
from tests.fakes import hands
from tests.fakes.desk import Desk
from tests.widgets.pages.test_people_page import answering, opened, viewer_as
from widgets.pages.people import PeoplePage
from widgets.people.matrixtable import MatrixTable
from widgets.people.roleform import RoleDialog
from widgets.people.rolespanel import RolesPanel

MakeDesk = Callable[..., Desk]


def roles_of(desk: Desk, qtbot: QtBot) -> tuple[PeoplePage, RolesPanel]:
    page = opened(desk, qtbot, "roles")
    return page, page.roles


def go(table: MatrixTable, role: str, capability: Capability) -> None:
    """Put the focus on a cell."""
    for row in range(table.cells.rowCount()):
        if table.cells.capability(row) is capability:
            names = [each.id for each in table.cells.roles]
            table.setCurrentIndex(table.cells.index(row, names.index(role)))
            return
    raise AssertionError(f"{capability} is not shown")


def middle(table: MatrixTable) -> QPoint:
    """Return where the cell in focus is."""
    return table.visualRect(table.currentIndex()).center()


def dialog(panel: RolesPanel, qtbot: QtBot) -> RoleDialog:
    """Wait for the form of a role."""
    qtbot.waitUntil(lambda: bool(panel.findChildren(RoleDialog)))
    return panel.findChildren(RoleDialog)[-1]


def test_rows_are_rights_in_words_and_columns_roles_by_rank(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    _page, panel = roles_of(make_desk(), qtbot)
    cells = panel.table.cells
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    heads = [cells.headerData(at, across) for at in range(cells.columnCount())]
    assert heads[:4] == ["Administrator", "Manager", "Site administrator", "Full"]
    sides = [cells.headerData(at, down) for at in range(cells.rowCount())]
    assert sides[:2] == ["Plant and history", "See devices, values and documents"]
    shown = [cells.capability(at) for at in range(cells.rowCount())]
    assert {each for each in shown if each} == set(Capability)
    go(panel.table, "full", Capability.WRITE_LIMITED)
    assert panel.table.currentIndex().data() == "assigned"
    assert "Full · Change the technician’s settings: what was given." in panel.says.text()


def test_space_digits_mouse_and_buttons_stage_a_cell_and_save_keeps_it(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page, panel = roles_of(desk, qtbot)
    table, kept = panel.table, desk.services.people.all_roles
    go(table, "basic", Capability.ACKNOWLEDGE)
    hands.key(table, Qt.Key.Key_Space)
    assert table.currentIndex().data() == "assigned"
    assert "not saved yet" in table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    hands.key(table, Qt.Key.Key_Space)
    # Further than what it needs: alarms are seen only of what was given.
    assert "needs" in panel.notice.says.text()
    assert not panel.save.isEnabled()
    hands.key(table, Qt.Key.Key_1)
    assert panel.notice.isHidden()
    go(table, "limited", Capability.KEEP_NOTES)
    ground = table.viewport()
    assert ground is not None
    table.scrollTo(table.currentIndex())
    hands.double_click(ground, middle(table))
    assert table.currentIndex().data() == "all"
    assert "needs" in panel.notice.says.text()
    panel.reach.choose(0)
    assert table.currentIndex().data() == "none"
    assert panel.count.text() == "2 roles changed"
    assert page.unsaved() == "Changed rights are not saved yet: Basic, Limited"
    assert kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.NONE
    hands.click(panel.save)
    qtbot.waitUntil(lambda: kept["limited"].version == 1)
    assert kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED
    assert kept["limited"].scope(Capability.KEEP_NOTES) is Scope.NONE
    qtbot.waitUntil(lambda: not page.unsaved())


def test_what_may_not_be_changed_says_why(make_desk: MakeDesk, qtbot: QtBot) -> None:
    _page, panel = roles_of(make_desk(viewer=viewer_as("site-administrator")), qtbot)
    for role, capability, why in (
        ("administrator", Capability.SEE_PLANT, "always may do everything"),
        ("manager", Capability.SEE_PLANT, "a lower rank than your own"),
        ("site-administrator", Capability.SEE_PLANT, "a lower rank than your own"),
        ("installer", Capability.EDIT_PROJECT, "nobody can give rights that they do not hold"),
    ):
        go(panel.table, role, capability)
        hands.key(panel.table, Qt.Key.Key_2)
        assert why in panel.notice.says.text()
        panel.notice.hide()
    go(panel.table, "installer", Capability.EDIT_GENERAL)
    hands.key(panel.table, Qt.Key.Key_1)
    assert panel.notice.says.text() == "This right is held for everything or not at all."
    hands.key(panel.table, Qt.Key.Key_Space)
    assert panel.table.currentIndex().data() == "all"
    hands.key(panel.table, Qt.Key.Key_Space)
    assert panel.table.currentIndex().data() == "none"
    assert not panel.matrix.staged


def test_comparing_shows_only_what_differs(make_desk: MakeDesk, qtbot: QtBot) -> None:
    _page, panel = roles_of(make_desk(), qtbot)
    panel.compare(["limited", "full"])
    cells = panel.table.cells
    assert [each.id for each in cells.roles] == ["full", "limited"]
    rows = [cells.capability(at) for at in range(cells.rowCount())]
    assert rows == [None, Capability.WRITE_ALL]  # with the head of its group
    assert panel.comparing.text() == "Compared: 2 roles"
    panel.compare(["administrator", "manager"])
    assert panel.table.cells.rowCount() == 0
    assert panel.says.text() == "The roles compared may do the same."
    panel.compare(())
    assert len(panel.table.cells.roles) == 12


def test_giving_up_brings_every_cell_back(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page, panel = roles_of(make_desk(), qtbot)
    go(panel.table, "basic", Capability.SEE_CHARGING)
    hands.key(panel.table, Qt.Key.Key_Delete)
    assert page.unsaved()
    hands.click(panel.drop)
    assert not page.unsaved()
    go(panel.table, "basic", Capability.SEE_CHARGING)
    assert panel.table.currentIndex().data() == "assigned"


def test_a_colleagues_change_of_a_role_is_told_and_ones_own_stays(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    _page, panel = roles_of(desk, qtbot)
    go(panel.table, "basic", Capability.ACKNOWLEDGE)
    hands.key(panel.table, Qt.Key.Key_1)
    kept = desk.services.people.all_roles
    basic = kept["basic"]
    cells = {**basic.cells, Capability.KEEP_NOTES: Scope.NONE}
    kept["basic"] = replace(basic, cells=cells, version=1)
    hands.click(panel.save)
    qtbot.waitUntil(panel.notice.isVisible)
    assert "Somebody else changed the role Basic" in panel.notice.says.text()
    qtbot.waitUntil(lambda: panel.matrix.role("basic").version == 1)
    hands.click(panel.save)
    qtbot.waitUntil(lambda: kept["basic"].version == 2)
    assert kept["basic"].scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED
    assert kept["basic"].scope(Capability.KEEP_NOTES) is Scope.NONE


def test_a_role_of_ones_own_is_made_renamed_and_removed(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    _page, panel = roles_of(desk, qtbot)
    kept = desk.services.people.all_roles
    go(panel.table, "installer", Capability.SEE_PLANT)
    hands.click(panel.new)
    form = dialog(panel, qtbot)
    assert form.source.currentText() == "Installer"
    hands.key(form._name, Qt.Key.Key_Return)
    assert form.name.fault == "A role needs a name."
    hands.type_text(form._name, "Night watch")
    form.rank.setValue(44)
    hands.key(form._name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.table.cells.roles) == 13)
    made = next(each for each in kept.values() if each.name == "Night watch")
    assert (made.rank, made.preset, made.pages) == (44, False, ("plant", "analysis"))
    assert made.cells == kept["installer"].cells
    go(panel.table, made.id, Capability.SEE_PLANT)
    hands.click(panel.change)
    form = dialog(panel, qtbot)
    hands.type_text(form._name, " 2")
    form.done(QDialog.DialogCode.Rejected)
    with answering("Remove") as asked:
        hands.click(panel.remove)
    assert asked == ["Remove the role Night watch for good?"]
    qtbot.waitUntil(lambda: made.id not in kept)


def test_a_changed_preset_is_made_again_as_it_came(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    _page, panel = roles_of(desk, qtbot)
    kept = desk.services.people.all_roles
    go(panel.table, "basic", Capability.KEEP_NOTES)
    assert not panel.remove.isEnabled()  # it is as it came
    hands.key(panel.table, Qt.Key.Key_0)
    hands.click(panel.save)
    qtbot.waitUntil(lambda: kept["basic"].version == 1)
    qtbot.waitUntil(panel.remove.isEnabled)
    with answering("As it came") as asked:
        hands.click(panel.remove)
    assert asked == ["Make the role Basic again as it came?"]
    qtbot.waitUntil(lambda: kept["basic"].version == 0)

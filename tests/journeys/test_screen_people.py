"""People and roles at the screen: somebody is let in to one device, and sent away again."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QTableView

from app.compose.joining import join
from app.errors import NotPermitted
from app.model.rights import Capability, Scope
from tests.fakes import hands
from tests.journeys.keys import choosing, focused, go_by_palette, tab_to
from tests.journeys.screen import Screen, answering, ground, headings, rows_of, screen_over
from tests.journeys.smallsite import Site, at_home, running_site, substations

WORD = "valves like to be turned"
LOGIN = "berit"
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("people"), substations(2)) as running:
        yield running


@pytest.fixture
def screen(site: Site) -> Iterator[Screen]:
    with screen_over(site) as made:
        yield made


def seen_by(site: Site, login: str) -> list[str]:
    """Come in as somebody and return the names of the devices there are for them."""
    with at_home(site.home), join(site.folder, login, WORD) as joined:
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        return [view.config.name for view in views]


def add_by_keys(screen: Screen, device: str) -> None:
    """Invite Berit as Basic with one device, without touching the mouse."""
    go_by_palette(screen, "Users & roles")
    screen.until(lambda: screen.rows("People"), what="the people")
    tab_to(screen, "Invite a guest")
    hands.key(focused(), Qt.Key.Key_Space)
    hands.type_text(focused(), "Berit Vagt")
    hands.type_text(tab_to(screen, "Login"), LOGIN)
    role = tab_to(screen, "Role")
    assert isinstance(role, QComboBox)
    hands.key(role, Qt.Key.Key_B)  # the first that begins so
    assert role.currentText() == "Basic"
    for name in ("New password", "Password again"):
        hands.type_text(tab_to(screen, name), WORD)
    tab_to(screen, "Part of a person: Person")
    hands.key(focused(), Qt.Key.Key_Right)
    hands.key(focused(), Qt.Key.Key_Space)
    table = tab_to(screen, "Devices given")
    assert isinstance(table, QTableView)
    names = [row["Device"] for row in rows_of(table)]
    hands.key(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _row in range(names.index(device)):
        hands.key(table, Qt.Key.Key_Down)
    hands.key(table, Qt.Key.Key_Space)
    tab_to(screen, "Add")
    hands.key(focused(), Qt.Key.Key_Space)


@pytest.mark.feature("LM-53", "LM-77")
def test_somebody_added_by_keys_sees_their_device_alone_until_sent_away(
    screen: Screen, site: Site
) -> None:
    own, foreign = (each.config.name for each in substations(2))
    add_by_keys(screen, own)
    screen.until(
        lambda: screen.row("People", lambda row: row["Login"] == LOGIN),
        what="Berit among the people",
    )
    row = screen.row("People", lambda each: each["Login"] == LOGIN)
    assert row is not None
    assert (row["Role"], row["What was given"], row["Guest"]) == ("Basic", "1 device", "guest")
    assert seen_by(site, LOGIN) == [own]
    assert foreign not in seen_by(site, LOGIN)
    # By the mouse: sent away, with a reason.
    screen.press("Part of a person: Coming in")
    screen.write("Why they may not come in any more", "gone to sea")
    with answering("Send away") as asked:
        screen.press("Send away…")
    assert asked == ["Send Berit Vagt away? Every window of theirs closes to them at once."]
    screen.until(lambda: screen.says("sent away: gone to sea"))
    with pytest.raises(NotPermitted, match="gone to sea"):
        seen_by(site, LOGIN)


@pytest.mark.feature("RD-59")
def test_a_cell_of_the_matrix_changed_at_the_screen_holds_in_the_core(
    screen: Screen, site: Site
) -> None:
    with choosing("Users && roles"):
        screen.press("Admin")
        screen.table("People")
    screen.press("Users & roles: Roles")
    table = screen.table("Roles and rights")
    model = table.model()
    assert model is not None
    screen.until(lambda: headings(table), what="the roles")
    heads = headings(table)
    assert {"Super user", "User", "Installer", "Site user", "Green’Up"} <= set(heads)
    down = Qt.Orientation.Vertical
    sides = [str(model.headerData(at, down)) for at in range(model.rowCount())]
    index = model.index(sides.index("Acknowledge alarms"), heads.index("User"))
    table.scrollTo(index)
    hands.double_click(ground(table), table.visualRect(index).center())
    assert model.index(index.row(), index.column()).data() == "assigned"
    screen.press("Save")
    viewer, people = screen.joined.viewer, screen.joined.asked.people

    def held() -> bool:
        roles = {each.id: each for each in screen.ask(people.roles(viewer))}
        return roles["meter-user"].scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED

    screen.until(held, what="the changed right")
    screen.until(lambda: not screen.says("1 role changed"))


def test_ones_own_password_and_rights_are_in_the_menu_of_the_name(screen: Screen) -> None:
    go_by_palette(screen, "What may I do?")
    screen.until(lambda: screen.app.activeModalWidget() is not None)
    own = screen.app.activeModalWidget()
    assert own is not None
    screen.until(lambda: screen.says("your role is Administrator", own))
    screen.press("Close", own)
    go_by_palette(screen, "Change my password")
    screen.until(lambda: screen.app.activeModalWidget() is not None)
    form = screen.app.activeModalWidget()
    assert form is not None
    hands.type_text(tab_to(screen, "Password of now", form), "not the right one")
    for name in ("New password", "Password again"):
        hands.type_text(tab_to(screen, name, form), "another warm valve")
    hands.key(focused(), Qt.Key.Key_Return)
    screen.until(lambda: screen.says("wrong", form))
    hands.key(form, Qt.Key.Key_Escape)

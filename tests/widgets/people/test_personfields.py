"""Who somebody is: what may be chosen, what must be filled in, and what stays as it was."""

import pytest
from PyQt6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Rights, Role, every_right
from app.users.roles import preset_roles
from tests.fakes import hands
from tests.fakes.people import CHOSEN
from widgets.people.personfields import PersonFields
from widgets.theme import Look

ROLES = list(preset_roles().values())
OWN = DeviceId("ahornvej-14")
BERIT = Person(
    "berit", "Berit Vagt", "basic", (OWN,), ("Nordby",), created_at=CHOSEN, version=3
)
HEAD = every_right()


@pytest.fixture
def fields(qtbot: QtBot) -> PersonFields:
    made = PersonFields(Look("day"))
    qtbot.addWidget(made)
    made.show()
    return made


def line(fields: PersonFields, name: str) -> QLineEdit:
    control = {"name": fields.name, "login": fields.login}[name].control
    assert isinstance(control, QLineEdit)
    return control


def offered(fields: PersonFields) -> list[str]:
    return [fields.role.itemData(at) for at in range(fields.role.count())]


def test_only_the_name_role_and_guest_change_and_all_else_stays(fields: PersonFields) -> None:
    assert fields.show_person(BERIT, ROLES, HEAD) == ""
    line(fields, "name").setText("  Berit Holm ")
    fields.guest.setChecked(True)
    fields.role.setCurrentIndex(fields.role.findData("limited"))
    made = fields.person(BERIT)
    assert (made.name, made.role, made.is_guest) == ("Berit Holm", "limited", True)
    assert (made.login, made.devices, made.areas) == ("berit", (OWN,), ("Nordby",))
    assert (made.created_at, made.version) == (CHOSEN, 3)


def test_a_login_is_chosen_once_and_kept_as_it_is_compared(fields: PersonFields) -> None:
    fields.show_person(BERIT, ROLES, HEAD)
    assert line(fields, "login").isReadOnly()
    assert not fields.password.isVisible()
    fields.show_person(Person("", "", "basic"), ROLES, HEAD)
    assert not line(fields, "login").isReadOnly()
    assert fields.password.isVisible()
    line(fields, "login").setText(" Berit.Vagt ")
    assert fields.person(Person("", "", "basic")).login == "berit.vagt"


@pytest.mark.parametrize("login", ["", " "])
def test_a_login_left_empty_is_asked_for(fields: PersonFields, login: str) -> None:
    fields.show_person(Person("", "", "basic"), ROLES, HEAD)
    line(fields, "name").setText("Berit Vagt")
    line(fields, "login").setText(login)
    assert not fields.is_right(new=True)
    assert fields.login.fault == "A person needs a login."


@pytest.mark.parametrize("login", ["Berit Vagt", "-berit", "bérit", "b" * 65])
def test_what_can_be_no_login_is_told_at_its_field(fields: PersonFields, login: str) -> None:
    fields.show_person(Person("", "", "basic"), ROLES, HEAD)
    line(fields, "name").setText("Berit Vagt")
    line(fields, "login").setText(login)
    assert not fields.is_right(new=True)
    assert "cannot be a login" in fields.login.fault
    line(fields, "login").setText("berit")
    assert fields.login.fault == ""


def test_nobody_is_without_a_name(fields: PersonFields) -> None:
    fields.show_person(BERIT, ROLES, HEAD)
    line(fields, "name").setText("   ")
    assert not fields.is_right(new=False)
    assert fields.name.fault == "A person needs a name."
    hands.type_text(line(fields, "name"), "Berit")
    assert fields.name.fault == ""
    assert fields.is_right(new=False)


def test_only_roles_that_one_may_give_are_offered(fields: PersonFields) -> None:
    manager = preset_roles()["manager"]
    mine = Rights(manager.cells, role=manager.id, rank=manager.rank)
    assert fields.show_person(BERIT, ROLES, mine) == ""
    assert "basic" in offered(fields)
    assert not {"administrator", "manager"} & set(offered(fields))
    fields.show_person(BERIT, ROLES, HEAD)
    assert set(offered(fields)) == set(preset_roles())


def test_who_stands_above_is_shown_and_may_not_be_touched(fields: PersonFields) -> None:
    manager = preset_roles()["manager"]
    mine = Rights(manager.cells, role=manager.id, rank=manager.rank)
    head = Person("lund", "K. Lund", "administrator", version=1)
    assert fields.show_person(head, ROLES, mine) == "only who stands higher may change this"
    assert fields.role.currentData() == "administrator"
    assert not fields.role.isEnabled()
    assert not line(fields, "name").isEnabled()


def test_a_role_that_is_gone_is_shown_as_gone_and_kept_until_another_is_chosen(
    fields: PersonFields,
) -> None:
    lost = Person("berit", "Berit Vagt", "nightwatch", version=1)
    fields.show_person(lost, ROLES, HEAD)
    assert fields.role.currentText() == "no longer there"
    assert fields.person(lost).role == "nightwatch"
    own = Role("nightwatch", "Night watch", 15, preset_roles()["basic"].cells)
    fields.show_person(lost, [*ROLES, own], HEAD)
    assert fields.role.currentText() == "Night watch"


def test_how_far_the_role_reaches_is_told_as_it_is_chosen(fields: PersonFields) -> None:
    fields.show_person(BERIT, ROLES, HEAD)
    assert "given under" in fields.reach.text()
    fields.role.setCurrentIndex(fields.role.findData("administrator"))
    assert fields.reaches_all
    assert "nothing needs to be given" in fields.reach.text()


def test_showing_somebody_is_no_change(fields: PersonFields, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(fields.changed):
        fields.show_person(BERIT, ROLES, HEAD)
    with qtbot.waitSignal(fields.changed, timeout=1000):
        hands.type_text(line(fields, "name"), "x")

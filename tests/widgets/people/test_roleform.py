"""A role of one's own gives nothing its maker does not hold; a preset stays one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtWidgets import QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.model.rights import Capability, Rights, Role, Scope
from app.users.roles import LONGEST_NAME, preset_roles
from app.words import use_language
from tests.fakes import hands
from tests.fakes.desk import Desk
from tests.widgets.pages.test_people_page import viewer_as
from widgets.models.rights import STEPS
from widgets.pagetype import Section
from widgets.people.roleform import RoleDialog, _lesser

MakeDesk = Callable[..., Desk]
Form = Callable[..., RoleDialog]
ROLES = sorted(preset_roles().values(), key=lambda role: -role.rank)


def rights_of(role: str) -> Rights:
    return viewer_as(role).rights


@pytest.fixture
def form(make_desk: MakeDesk, qtbot: QtBot) -> Form:
    """Return a maker of forms over one desk."""
    desk, over = make_desk(), QWidget()
    qtbot.addWidget(over)

    def make(
        known: str, changed: Role | None = None, mine: str = "administrator"
    ) -> RoleDialog:
        return RoleDialog(desk.context, ROLES, rights_of(mine), known, changed, over)

    return make


@pytest.mark.parametrize("source", ROLES, ids=lambda role: role.id)
@pytest.mark.parametrize("mine", ["administrator", "site-administrator"])
def test_a_new_role_never_reaches_further_than_its_maker(
    form: Form, source: Role, mine: str
) -> None:
    made = form(source.id, mine=mine).role()
    held = rights_of(mine)
    for capability in Capability:
        scope = made.scope(capability)
        assert STEPS.index(scope) <= STEPS.index(held.scope(capability)), capability
        assert STEPS.index(scope) <= STEPS.index(source.scope(capability)), capability
    assert made.rank < held.rank


def test_a_new_role_is_no_preset_and_has_nothing_of_its_source_but_what_it_may(
    form: Form,
) -> None:
    made = form("installer").role()
    assert (made.id, made.origin, made.preset, made.version) == ("", "", False, 0)
    assert made.name == ""
    assert made.cells == preset_roles()["installer"].cells


def test_a_source_that_is_gone_is_the_first_there_is(form: Form) -> None:
    assert form("long-gone").source.currentIndex() == 0


def test_another_source_brings_its_rank_page_and_sections(form: Form) -> None:
    dialog = form("administrator")
    dialog.source.setCurrentIndex(dialog.source.findData("installer"))
    installer = preset_roles()["installer"]
    assert dialog.rank.value() == installer.rank
    shown = {each.value for each, box in dialog.pages.items() if box.isChecked()}
    assert shown == set(installer.pages)
    dialog.source.setCurrentIndex(dialog.source.findData("administrator"))
    assert dialog.rank.value() == rights_of("administrator").rank - 1, "no equals are made"
    assert all(box.isChecked() for box in dialog.pages.values())


def test_all_sections_are_kept_as_all_so_that_new_ones_are_shown_too(form: Form) -> None:
    dialog = form("installer")
    for box in dialog.pages.values():
        box.setChecked(True)
    assert dialog.role().pages == ()
    dialog.pages[Section.ADMIN].setChecked(False)
    made = dialog.role()
    assert Section.ADMIN.value not in made.pages
    assert len(made.pages) == len(Section) - 1


def test_the_first_page_is_chosen_or_left_to_the_person(form: Form) -> None:
    dialog = form("basic")
    dialog.start.setCurrentIndex(dialog.start.findData(Section.ALARMS.value))
    assert dialog.role().start_page == Section.ALARMS.value
    dialog.start.setCurrentIndex(0)
    assert dialog.role().start_page == ""
    dialog.start.setCurrentIndex(-1)
    assert dialog.role().start_page == ""


def test_a_preset_keeps_its_rank_and_its_own_name_in_another_language(form: Form) -> None:
    basic = preset_roles()["basic"]
    use_language("xx")
    try:
        dialog = form("basic", changed=basic)
        assert not dialog.rank.isEnabled()
        assert dialog._name.text().startswith("["), "shown in the language of the screen"
        assert dialog.role().name == basic.name, "and kept as it came"
        dialog._name.setText("Vagt")
        assert dialog.role().name == "Vagt"
    finally:
        use_language("en")


def test_changing_a_role_keeps_its_rights_id_and_version(form: Form) -> None:
    own = replace(preset_roles()["basic"], id="role-9", name="Night", preset=False, version=4)
    dialog = form("role-9", changed=own)
    assert dialog.rank.isEnabled()
    dialog._name.setText("  Night watch ")
    made = dialog.role()
    assert made == replace(own, name="Night watch")
    assert dialog.source.parent() is None, "what it was made from is no question any more"


def test_nothing_is_kept_without_a_name_and_a_long_one_is_cut(form: Form, qtbot: QtBot) -> None:
    dialog = form("basic")
    heard: list[Role] = []
    dialog.wished.connect(heard.append)
    dialog.open()
    hands.type_text(dialog._name, "   ")
    dialog._name.returnPressed.emit()
    assert dialog.name.fault == "A role needs a name."
    assert heard == []
    hands.type_text(dialog._name, "w" * (LONGEST_NAME + 9))
    assert dialog.name.fault == "", "the complaint goes with the next key"
    dialog._name.returnPressed.emit()
    assert [len(each.name) for each in heard] == [LONGEST_NAME - 3]


@given(st.sampled_from(STEPS), st.sampled_from(STEPS))
def test_the_lesser_of_two_reaches_is_within_both(one: Scope, other: Scope) -> None:
    least = _lesser(one, other)
    assert least in (one, other)
    assert STEPS.index(least) == min(STEPS.index(one), STEPS.index(other))
    assert least is _lesser(other, one)


def test_a_rank_is_typed_there_are_no_arrows_too_small_to_press(form: Form) -> None:
    made = form("basic")
    assert made.rank.buttonSymbols() is QSpinBox.ButtonSymbols.NoButtons
    made.rank.setFocus()
    made.rank.selectAll()
    hands.type_text(made.rank, "33")
    assert made.role().rank == 33

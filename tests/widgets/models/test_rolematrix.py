"""The matrix while it is changed: what may be staged, by whom, and what is left of it."""

from dataclasses import replace

import pytest

from app.model.rights import WHOLE, Capability, Rights, Role, Scope, every_right
from app.users.roles import preset_roles
from widgets.models.rights import (
    GROUPS,
    STEPS,
    group_word,
    right_word,
    role_name,
    scope_mark,
    scope_short,
    scope_word,
    steps_of,
    why_not_edited,
    why_not_given,
)
from widgets.models.rolematrix import RoleMatrix

ROLES = sorted(preset_roles().values(), key=lambda role: -role.rank)
BOSS = Rights(every_right().cells, role="administrator", rank=100)


def rights_of(role: str) -> Rights:
    known = preset_roles()[role]
    return Rights(known.cells, role=known.id, rank=known.rank)


def matrix(mine: Rights = BOSS) -> RoleMatrix:
    made = RoleMatrix(mine)
    made.take(ROLES, mine)
    return made


def test_every_right_and_reach_has_words_of_its_own() -> None:
    listed = [each for group in GROUPS for each in group]
    assert sorted(listed, key=str) == sorted(Capability, key=str)
    assert len({right_word(each) for each in Capability}) == len(Capability)
    assert len({group_word(at) for at in range(len(GROUPS))}) == len(GROUPS)
    for words in (scope_short, scope_word):
        assert len({words(each) for each in Scope}) == 3
    assert len({scope_mark(each) for each in Scope}) == 3


@pytest.mark.parametrize("capability", Capability)
def test_what_is_held_whole_or_not_at_all_has_two_steps(capability: Capability) -> None:
    steps = steps_of(capability)
    assert (Scope.ASSIGNED in steps) == (capability not in WHOLE)
    made = matrix()
    refused = made.stage("super-user", capability, Scope.ASSIGNED)
    assert bool(refused) == (capability in WHOLE)


@pytest.mark.parametrize("capability", Capability)
def test_steps_go_round_and_end_where_nothing_is_staged(capability: Capability) -> None:
    made = matrix()
    began = made.role("site-user").scope(capability)
    seen = []
    for _step in steps_of(capability):
        assert made.step("site-user", capability) == ""
        seen.append(made.role("site-user").scope(capability))
    assert sorted(seen, key=STEPS.index) == list(steps_of(capability))
    assert seen[-1] is began
    assert made.staged == ()
    assert not made.is_staged("site-user", capability)


def test_nobody_gives_rights_they_do_not_hold() -> None:
    made = matrix(rights_of("site-administrator"))
    why = "nobody can give rights that they do not hold"
    assert made.stage("installer", Capability.EDIT_PROJECT, Scope.ALL) == why
    assert made.step("installer", Capability.EDIT_PROJECT) == why
    assert made.stage("installer", Capability.EDIT_GENERAL, Scope.ALL) == ""


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.id)
@pytest.mark.parametrize("own", ["administrator", "manager", "site-administrator"])
def test_only_roles_below_ones_own_are_edited(own: str, role: Role) -> None:
    mine = rights_of(own)
    made = matrix(mine)
    free = role.rank < mine.rank and role.id != "administrator"
    assert (why_not_edited(role, mine) == "") == free
    assert (made.stage(role.id, Capability.SEE_CHARGING, Scope.NONE) == "") == free
    assert (made.step(role.id, Capability.KEEP_OWN) == "") == free


def test_the_highest_touch_their_equals_and_nobody_else_does() -> None:
    roles = preset_roles()
    assert why_not_given(roles["administrator"], BOSS, ROLES) == ""
    manager = rights_of("manager")
    assert "stands higher" in why_not_given(roles["administrator"], manager, ROLES)
    assert "stands higher" in why_not_given(roles["manager"], manager, ROLES)
    assert why_not_given(roles["full"], manager, ROLES) == ""
    site = rights_of("site-administrator")
    assert "may do more than you" in why_not_given(roles["full"], site, ROLES)


def test_what_makes_no_sense_is_told_in_the_sentence_of_the_core() -> None:
    made = matrix()
    assert made.fault() == ""
    made.stage("basic", Capability.SEE_ALARMS, Scope.NONE)
    assert made.fault() == ""  # nothing of Basic needs it
    made.stage("basic", Capability.SEE_PLANT, Scope.NONE)
    assert "needs “See devices, values and documents”, as far at least" in made.fault()
    made.give_up()
    assert made.fault() == ""


def test_comparing_leaves_the_roles_chosen_and_the_rows_that_differ() -> None:
    made = matrix()
    made.compare(["basic", "read-only"])
    assert [each.id for each in made.roles] == ["basic", "read-only"]
    rows = {each for _at, group in made.groups() for each in group}
    assert rows == {*(Capability.WRITE_PRIMARY, Capability.KEEP_NOTES, Capability.EDIT_DEVICES)}
    made.stage("read-only", Capability.KEEP_NOTES, Scope.ASSIGNED)
    assert Capability.KEEP_NOTES not in {e for _at, group in made.groups() for e in group}
    made.compare(["basic"])  # one alone has nothing to be compared with
    assert len(made.roles) == len(ROLES)
    assert sum(len(group) for _at, group in made.groups()) == len(Capability)


def test_staged_cells_lie_upon_whatever_the_role_is_now() -> None:
    made = matrix()
    made.stage("basic", Capability.ACKNOWLEDGE, Scope.ASSIGNED)
    made.stage("limited", Capability.ACKNOWLEDGE, Scope.NONE)
    basic = preset_roles()["basic"]
    cells = {**basic.cells, Capability.KEEP_NOTES: Scope.NONE}
    theirs = replace(basic, cells=cells, version=4)
    left = [each for each in ROLES if each.id not in ("basic", "limited")]
    made.take([*left, theirs], BOSS)
    assert [each.id for each in made.staged] == ["basic"]  # the other is gone
    both = made.role("basic")
    assert both.version == 4
    assert both.scope(Capability.KEEP_NOTES) is Scope.NONE
    assert both.scope(Capability.ACKNOWLEDGE) is Scope.ASSIGNED
    made.saved(replace(both, version=5), both)
    assert made.staged == ()
    assert made.role("basic").version == 5


def test_a_colleague_who_did_the_same_leaves_nothing_staged() -> None:
    made = matrix()
    made.stage("basic", Capability.ACKNOWLEDGE, Scope.ASSIGNED)
    made.take([made.role("basic")], BOSS)
    assert made.staged == ()


def test_a_presets_name_is_translated_and_ones_own_stands_as_written() -> None:
    basic = preset_roles()["basic"]
    assert role_name(basic) == "Basic"
    assert role_name(replace(basic, name="Night watch")) == "Night watch"
    assert role_name(Role("x", "Full", 1, {})) == "Full"

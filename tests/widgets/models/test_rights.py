"""Why somebody may not give, edit or widen a role is said, and never let through."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.rights import WHOLE, Capability, Rights, Role, Scope, every_right
from app.users.roles import ADMINISTRATOR, preset_roles, within
from widgets.models.rights import (
    by_id,
    role_name,
    why_not_edited,
    why_not_given,
    why_not_this_far,
)

ROLES = tuple(preset_roles().values())
BOSS = Rights(every_right().cells, role=ADMINISTRATOR, rank=100)
HIGHER = "only who stands higher may change this"


def rights(rank: int, **cells: Scope) -> Rights:
    return Rights({Capability[name]: scope for name, scope in cells.items()}, rank=rank)


def role(rank: int, **cells: Scope) -> Role:
    known = {Capability[name]: scope for name, scope in cells.items()}
    return Role("night", "Night watch", rank, known)


@pytest.mark.parametrize(("theirs", "says"), [(49, ""), (50, HIGHER), (51, HIGHER)])
def test_only_lower_roles_are_given_by_who_is_not_the_highest(theirs: int, says: str) -> None:
    assert why_not_given(role(theirs), rights(50), ROLES) == says


def test_the_highest_give_their_own_rank_to_others() -> None:
    assert why_not_given(role(100), BOSS, ROLES) == ""
    assert why_not_given(role(100), BOSS, (*ROLES, role(101))) == HIGHER


def test_a_role_that_may_do_more_is_not_given_though_it_stands_lower() -> None:
    mine = rights(50, SEE_PLANT=Scope.ASSIGNED)
    wider = role(10, SEE_PLANT=Scope.ALL)
    assert "Night watch may do more than you" in why_not_given(wider, mine, ROLES)
    other = role(10, ACKNOWLEDGE=Scope.ASSIGNED)
    assert "may do more than you" in why_not_given(other, mine, ROLES)
    assert why_not_given(role(10, SEE_PLANT=Scope.ASSIGNED), mine, ROLES) == ""
    assert why_not_given(role(10, ACKNOWLEDGE=Scope.NONE), mine, ROLES) == ""


@pytest.mark.parametrize("known", ROLES, ids=lambda each: each.id)
def test_nobody_of_a_preset_edits_their_own_role_or_a_higher_one(known: Role) -> None:
    mine = Rights(known.cells, role=known.id, rank=known.rank)
    for each in ROLES:
        says = why_not_edited(each, mine)
        assert (says == "") is (each.rank < known.rank and each.id != ADMINISTRATOR), each.id


def test_the_administrators_role_is_edited_by_nobody_however_high() -> None:
    highest = replace(BOSS, rank=1000)
    assert "always may do everything" in why_not_edited(preset_roles()[ADMINISTRATOR], highest)


@given(st.sampled_from(Capability), st.sampled_from(Scope), st.sampled_from(Scope))
def test_nobody_lets_a_right_reach_further_than_their_own(
    capability: Capability, wished: Scope, own: Scope
) -> None:
    mine = Rights({capability: own}, rank=50)
    says = why_not_this_far(capability, wished, mine)
    halved = capability in WHOLE and wished is Scope.ASSIGNED
    further = not within({capability: wished}, mine.cells)
    assert bool(says) is (halved or further)
    if halved:
        assert "everything or not at all" in says


def test_a_right_that_is_taken_away_needs_none_of_ones_own() -> None:
    for capability in Capability:
        assert why_not_this_far(capability, Scope.NONE, Rights({})) == ""


def test_a_preset_is_called_as_the_screen_speaks_unless_it_was_renamed() -> None:
    full = preset_roles()["full"]
    assert role_name(full) == "Full"
    assert role_name(replace(full, name="Day shift")) == "Day shift"
    assert role_name(Role("full-2", "Full", 5, {})) == "Full"  # somebody's own word


def test_roles_are_found_by_their_ids_and_the_last_of_an_id_holds() -> None:
    old, new = role(10), role(20)
    assert by_id((old, preset_roles()["full"], new)) == {
        "night": new, "full": preset_roles()["full"],
    }  # fmt: skip

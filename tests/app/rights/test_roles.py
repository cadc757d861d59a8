"""The matrix file is read to the letter, and a role that makes no sense is named."""

from dataclasses import replace
from importlib.resources import files

import pytest

from app.errors import BadInput
from app.model.point import Category
from app.model.rights import NEEDS, WHOLE, WRITING, Capability, Rights, Role, Scope
from app.users.roles import preset_roles, read_roles, require_role, within

SOUND = """
[helper]
name = "Helper"
origin = "here"
rank = 5
assigned = ["see-plant", "see-history"]
all = ["keep-own"]
"""
A, Z, N = "assigned", "all", "none"
# LM-54, as the source has it: rows × Admin, Full, Limited, Basic, Read-only. A row with
# notes of the source that nobody could read is kept to what its word says.
LEANHEAT = {
    "devices": ("see-plant", (Z, A, A, A, A)),
    "settings, primary": ("write-primary", (Z, A, A, A, N)),
    "settings, limited": ("write-limited", (Z, A, A, N, N)),
    "settings, all": ("write-all", (Z, A, N, N, N)),
    "users": ("manage-users", (Z, N, N, N, N)),
    "own account": ("keep-own", (Z, Z, Z, Z, Z)),
    "alarms": ("see-alarms", (Z, A, A, A, A)),
    "alarms, acknowledge": ("acknowledge", (Z, A, A, N, N)),
    "alarm rules": ("edit-rules", (Z, A, A, N, N)),
    "reports": ("make-report", (Z, N, N, N, N)),
    "device management": ("edit-devices", (Z, A, A, A, N)),
    "API setup": ("manage-api", (Z, Z, Z, N, N)),
    "general settings": ("edit-general", (Z, Z, Z, N, N)),
}
COLUMNS = ("administrator", "full", "limited", "basic", "read-only")


@pytest.mark.parametrize("row", LEANHEAT)
@pytest.mark.feature("LM-53", "LM-54")
def test_the_five_roles_are_those_of_the_published_matrix(row: str) -> None:
    word, scopes = LEANHEAT[row]
    found = [preset_roles()[role].scope(Capability(word)).value for role in COLUMNS]
    assert tuple(found) == scopes


@pytest.mark.feature("EW-13")
def test_the_four_users_of_the_web_server_see_their_pages_and_no_other() -> None:
    pages = {role.origin.partition(": ")[2]: role.pages for role in preset_roles().values()}
    assert pages["administrator"] == ("plant", "analysis", "admin")
    assert pages["greenUp"] == ("plant", "analysis", "charging")
    assert pages["installer"] == ("plant", "analysis")
    assert pages["user"] == ("analysis",)
    holders = [r.id for r in preset_roles().values() if r.origin.startswith("Energy Web")]
    charging = [
        h for h in holders if preset_roles()[h].scope(Capability.SEE_CHARGING).value == Z
    ]
    assert charging == ["green-up"]


@pytest.mark.feature("RD-60")
def test_the_default_user_of_the_meter_system_views_and_changes_nothing() -> None:
    cells = preset_roles()["meter-user"].cells
    looks = {Capability.SEE_PLANT, Capability.SEE_HISTORY, Capability.SEE_ALARMS}
    assert set(cells) == looks | {Capability.KEEP_OWN}


def test_every_capability_is_held_whole_by_the_administrator() -> None:
    assert preset_roles()["administrator"].cells == dict.fromkeys(Capability, Scope.ALL)


def test_the_file_is_a_line_a_capability_and_nothing_is_made_up() -> None:
    role = read_roles(SOUND)["helper"]
    assert role.cells == {
        Capability.SEE_PLANT: Scope.ASSIGNED,
        Capability.SEE_HISTORY: Scope.ASSIGNED,
        Capability.KEEP_OWN: Scope.ALL,
    }
    assert (role.rank, role.start_page, role.pages, role.preset) == (5, "", (), True)
    text = files("resources.rights").joinpath("roles.toml").read_text(encoding="utf-8")
    assert read_roles(text) == preset_roles()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"see-history"', '"see-histories"', r"\[helper\]: there is no capability"),
        ('["keep-own"]', '["keep-own", "see-plant"]', "see-plant is named twice"),
        ("rank = 5", "height = 5", r"\[helper\]: cannot be understood: \['height'\]"),
        ("rank = 5\n", "", r"\[helper\]: rank is missing"),
        ("[helper]", "[helper", "roles.toml: "),
        ('"see-history"]', '"see-history", "manage-users"]', "everything or not at all"),
        ('["see-plant", ', "[", "“see-history” needs “see-plant”, as far at least"),
        ('["keep-own"]', '["keep-own", "see-alarms"]', "“see-alarms” needs “see-plant”"),
        ('"Helper"', '""', "a role needs a name of 1 to 80"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(old: str, new: str, says: str) -> None:
    assert old in SOUND
    with pytest.raises(BadInput, match=says):
        read_roles(SOUND.replace(old, new, 1))


def test_whatever_is_written_lets_its_writer_see_the_plant() -> None:
    for capability in Capability:
        role = Role("x", "X", 1, {capability: Scope.ALL})
        if NEEDS.get(capability):
            with pytest.raises(BadInput, match="needs"):
                require_role(role)
        else:
            require_role(role)
    assert {WRITING[each] for each in Category} <= set(NEEDS)


def test_within_compares_cell_by_cell() -> None:
    full, basic = preset_roles()["full"], preset_roles()["basic"]
    assert within(basic.cells, full.cells)
    assert not within(full.cells, basic.cells)
    assert within({}, {})
    assert within({Capability.SEE_PLANT: Scope.NONE}, {})


def test_rights_reach_as_far_as_their_scope() -> None:
    role = preset_roles()["basic"]
    rights = Rights(role.cells, frozenset({"a"}))  # type: ignore[arg-type]
    assert rights.may(Capability.SEE_PLANT, "a")  # type: ignore[arg-type]
    assert not rights.may(Capability.SEE_PLANT, "b")  # type: ignore[arg-type]
    assert rights.may(Capability.SEE_PLANT)
    assert not rights.whole(Capability.SEE_PLANT)
    assert not rights.may(Capability.ACKNOWLEDGE)
    assert all(not replace(rights, cells={}).may(each) for each in Capability)
    assert {Capability.EDIT_PROJECT, Capability.KEEP_OWN} <= WHOLE

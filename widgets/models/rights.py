"""Rights in plain words: what each allows, how far it reaches, and who may change it."""

from collections.abc import Mapping, Sequence

from app.model.rights import WHOLE, Capability, Rights, Role, Scope
from app.model.rightwords import RIGHT_WORDS
from app.users.roles import ADMINISTRATOR, within
from app.words import _
from widgets.controls.marks import Mark

STEPS = (Scope.NONE, Scope.ASSIGNED, Scope.ALL)  # from nothing to everything
GROUPS: Sequence[Sequence[Capability]] = (
    (Capability.SEE_PLANT, Capability.SEE_HISTORY, Capability.KEEP_NOTES),
    (Capability.SEE_ALARMS, Capability.ACKNOWLEDGE, Capability.EDIT_RULES),
    (Capability.WRITE_PRIMARY, Capability.WRITE_LIMITED, Capability.WRITE_ALL),
    (Capability.MAKE_REPORT, Capability.SEE_CHARGING),
    (Capability.EDIT_DEVICES, Capability.EDIT_GENERAL, Capability.EDIT_PROJECT),
    (
        Capability.MANAGE_USERS,
        Capability.SEE_AUDIT,
        Capability.MANAGE_API,
        Capability.KEEP_CUSTOMERS,
        Capability.ERASE_CUSTOMERS,
        Capability.KEEP_OWN,
    ),
)
_DRAWINGS = {Scope.NONE: "presence-disabled", Scope.ASSIGNED: "filter", Scope.ALL: "check"}


def group_word(at: int) -> str:
    """Return the head of a group of rights."""
    return (
        _("Plant and history"),
        _("Alarms"),
        _("Settings of devices"),
        _("Reports and charging"),
        _("Configuration"),
        _("People and oneself"),
    )[at]


def right_word(capability: Capability) -> str:
    """Return what a right allows."""
    return _(RIGHT_WORDS[capability])


def scope_word(scope: Scope) -> str:
    """Return how far a right reaches."""
    return {
        Scope.NONE: _("nothing"),
        Scope.ASSIGNED: _("what was given"),
        Scope.ALL: _("everything"),
    }[scope]


def scope_short(scope: Scope) -> str:
    """Return how far a right reaches, as short as a cell needs it."""
    return {Scope.NONE: _("none"), Scope.ASSIGNED: _("assigned"), Scope.ALL: _("all")}[scope]


def scope_mark(scope: Scope) -> Mark | None:
    """Return the symbol of how far a right reaches."""
    return Mark(_DRAWINGS[scope], role="quiet" if scope is Scope.NONE else "text")


def role_name(role: Role) -> str:
    """Return a role's name: a preset's in the screen's language unless it was renamed."""
    words = {
        "Administrator": _("Administrator"),
        "Full": _("Full"),
        "Limited": _("Limited"),
        "Basic": _("Basic"),
        "Read-only": _("Read-only"),
        "Manager": _("Manager"),
        "Super user": _("Super user"),
        "User": _("User"),
        "Site administrator": _("Site administrator"),
        "Green’Up": _("Green’Up"),
        "Installer": _("Installer"),
        "Site user": _("Site user"),
    }
    return words.get(role.name, role.name) if role.preset else role.name


def steps_of(capability: Capability) -> tuple[Scope, ...]:
    """Return how far a right can reach at all."""
    return (Scope.NONE, Scope.ALL) if capability in WHOLE else STEPS


def why_not_given(role: Role, mine: Rights, roles: Sequence[Role]) -> str:
    """Return why somebody may not give this role, nor touch its people; "" when they may."""
    highest = max((each.rank for each in roles), default=0)
    if role.rank > mine.rank or (role.rank == mine.rank and mine.rank < highest):
        return _("only who stands higher may change this")
    if not within(role.cells, mine.cells):
        return _("the role {role} may do more than you: you cannot give it").format(
            role=role_name(role)
        )
    return ""


def why_not_edited(role: Role, mine: Rights) -> str:
    """Return why a role may not be edited by somebody; "" when it may."""
    if role.id == ADMINISTRATOR:
        return _("the administrator’s role always may do everything")
    if role.rank >= mine.rank:
        return _("only roles of a lower rank than your own can be changed")
    return ""


def why_not_this_far(capability: Capability, scope: Scope, mine: Rights) -> str:
    """Return why somebody may not let a right reach so far; "" when they may."""
    if capability in WHOLE and scope is Scope.ASSIGNED:
        return _("This right is held for everything or not at all.")
    if STEPS.index(scope) > STEPS.index(mine.scope(capability)):
        return _("nobody can give rights that they do not hold")
    return ""


def by_id(roles: Sequence[Role]) -> Mapping[str, Role]:
    """Return roles by their ids."""
    return {role.id: role for role in roles}

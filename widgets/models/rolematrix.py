"""The matrix of rights while it is changed: roles side by side, staged cells, differences."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.errors import BadInput
from app.model.rights import Capability, Rights, Role, Scope
from app.users.roles import require_role
from widgets.models.rights import (
    GROUPS,
    STEPS,
    right_word,
    steps_of,
    why_not_edited,
    why_not_this_far,
)


class RoleMatrix:
    """Roles as the core told them, and what somebody staged of them (GUI thread)."""

    def __init__(self, mine: Rights) -> None:
        self._mine = mine
        self._known: dict[str, Role] = {}
        self._staged: dict[str, dict[Capability, Scope]] = {}
        self._due: list[str] = []  # roles being saved
        self.compared: tuple[str, ...] = ()

    def take(self, roles: Sequence[Role], mine: Rights) -> None:
        """Show these roles; the cells that were staged stay so, upon whatever they are now."""
        self._mine = mine
        self._known = {role.id: role for role in roles}
        staged, self._staged = self._staged, {}
        for key, cells in staged.items():
            for capability, scope in cells.items() if key in self._known else ():
                self._put(key, capability, scope)
        self.compared = tuple(each for each in self.compared if each in self._known)

    @property
    def roles(self) -> Sequence[Role]:
        """The roles shown, as staged, the highest rank first."""
        wanted = self.compared if len(self.compared) > 1 else tuple(self._known)
        return [self.role(each) for each in self._known if each in wanted]

    @property
    def all(self) -> Sequence[Role]:
        """Every role, as staged."""
        return [self.role(each) for each in self._known]

    @property
    def staged(self) -> Sequence[Role]:
        """The roles that were changed and not yet saved."""
        return tuple(self.role(each) for each in self._staged)

    def known(self, role: str) -> Role:
        """Return a role as the core has it."""
        return self._known[role]

    def role(self, role: str) -> Role:
        """Return a role as staged."""
        known = self._known[role]
        return replace(known, cells={**known.cells, **self._staged.get(role, {})})

    def groups(self) -> Sequence[tuple[int, Sequence[Capability]]]:
        """Return the rows shown, by group: while roles are compared only what differs."""
        shown = self.roles
        comparing = len(self.compared) > 1
        made = []
        for at, group in enumerate(GROUPS):
            rows = [
                each
                for each in group
                if not comparing or len({role.scope(each) for role in shown}) > 1
            ]
            if rows:
                made.append((at, rows))
        return made

    def compare(self, roles: Collection[str]) -> None:
        """Show only these roles and what differs between them; fewer than two show all."""
        self.compared = tuple(each for each in self._known if each in roles)

    def is_staged(self, role: str, capability: Capability) -> bool:
        """Whether a cell is not as the core has it."""
        return capability in self._staged.get(role, {})

    def why_not(self, role: str, capability: Capability, scope: Scope | None = None) -> str:
        """Return why a cell may not be changed, or not so far; "" when it may."""
        fixed = why_not_edited(self._known[role], self._mine)
        if fixed or scope is None:
            return fixed
        return why_not_this_far(capability, scope, self._mine)

    def stage(self, role: str, capability: Capability, scope: Scope) -> str:
        """Let a right reach so far; return why it cannot, "" when it is staged."""
        why = self.why_not(role, capability, scope)
        if not why:
            self._put(role, capability, scope)
        return why

    def step(self, role: str, capability: Capability) -> str:
        """Let a right reach one step further, after the furthest nowhere."""
        fixed = self.why_not(role, capability)
        if fixed:
            return fixed
        steps = [
            each for each in steps_of(capability) if not self.why_not(role, capability, each)
        ]
        now = self.role(role).scope(capability)
        further = [each for each in steps if STEPS.index(each) > STEPS.index(now)]
        if not further and now is Scope.NONE:
            return self.why_not(role, capability, Scope.ALL)
        return self.stage(role, capability, further[0] if further else Scope.NONE)

    def give_up(self) -> None:
        """Let go of all that was staged."""
        self._staged.clear()

    def send(self) -> None:
        """Let all that is staged now be saved, a role after the other; nothing staged later."""
        self._due = [each.id for each in self.staged]

    def due(self) -> Role | None:
        """The role that is to be saved next, since `send`."""
        staged = {each.id: each for each in self.staged}
        return next((staged[each] for each in self._due if each in staged), None)

    def stop(self) -> None:
        """Save nothing more by itself: one was refused."""
        self._due = []

    def saved(self, role: Role, sent: Role | None = None) -> None:
        """The core has this role now; of ``sent`` what was staged of it, and no later."""
        self._known[role.id] = role
        if sent is None:
            return
        self._due = [each for each in self._due if each != role.id]
        staged = self._staged.pop(role.id, {})
        later = {each: scope for each, scope in staged.items() if sent.scope(each) is not scope}
        if later:
            self._staged[role.id] = later

    def fault(self) -> str:
        """Return what makes no sense in what is staged, in the core's words; "" for nothing."""
        for role in self.staged:
            try:
                require_role(role)
            except BadInput as error:
                return _in_words(str(error))
        return ""

    def _put(self, role: str, capability: Capability, scope: Scope) -> None:
        cells = self._staged.setdefault(role, {})
        cells[capability] = scope
        if self._known[role].scope(capability) is scope:
            del cells[capability]
        if not cells:
            del self._staged[role]


def _in_words(says: str) -> str:
    """Return a sentence of the core with the rights named as the matrix names them."""
    for each in Capability:
        says = says.replace(each.value, right_word(each))
    return says

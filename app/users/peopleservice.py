"""People and roles as screens and commands may ask for them: who gives rights to whom."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from app.errors import BadInput, NotPermitted, SecondPersonNeeded
from app.model.person import Person
from app.model.rights import Capability, Role, Scope
from app.model.second import Danger, SecondRules
from app.users.accounts import Accounts, normal_login
from app.users.changing import Changing
from app.users.roles import ADMINISTRATOR, Roles, preset_roles, require_role, within
from app.users.secondrules import SqlSecondRules
from app.verbs import Viewer, verb
from app.words import _

# Somebody must always be left who can do these.
KEEPERS = (Capability.MANAGE_USERS, Capability.EDIT_PROJECT)


class PeopleService:
    """Fulfils `app.asked.PeopleVerbs`; on the core's loop, its work aside.

    Nobody gives what they do not hold, nor touches who stands above them; whoever has
    the highest rank there is may touch their equals. The last person who can manage
    people and the project can be neither removed nor sent away nor made less.
    """

    def __init__(
        self,
        accounts: Accounts,
        roles: Roles,
        changing: Changing,
        confirm: Callable[[Viewer, str], object],
        second: SqlSecondRules,
    ) -> None:
        """``confirm`` raises unless a password is the viewer's own; it blocks."""
        self._accounts, self._roles, self._second = accounts, roles, second
        self._changing, self._confirm = changing, confirm

    @verb(Capability.MANAGE_USERS, reads=True)
    async def people(self, viewer: Viewer) -> Sequence[Person]:
        """Return everybody who has an account, by the alphabet of their logins."""
        return await self._changing.aside(self._accounts.people)

    @verb(Capability.KEEP_OWN)
    async def roles(self, viewer: Viewer) -> Sequence[Role]:
        """Return every role, the highest rank first."""
        return await self._changing.aside(self._roles.all)

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def add_person(self, viewer: Viewer, person: Person, password: str) -> Person:
        """Let a new person in."""

        def work() -> Person:
            self._require_giving(viewer, person.role)
            self._require_unmade(person.login)
            return self._accounts.add(person, password)

        return await self._changing.change(
            viewer, "people.add_person", f"account {person.login}", work, meant=person
        )

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def change_person(self, viewer: Viewer, person: Person, note: str = "") -> Person:
        """Change a person's name, role, or what they were given; or send them away."""

        def work() -> Person:
            self._require_touching(viewer, person.login)
            self._require_giving(viewer, person.role)
            return self._accounts.change(person, self._require_keepers)

        return await self._changing.change(
            viewer,
            "people.change_person",
            f"account {person.login}",
            work,
            person.login,
            note,
            person,
        )

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def remove_person(self, viewer: Viewer, login: str) -> None:
        """Take an account away; what its person did stays in the audit."""

        def work() -> None:
            self._require_touching(viewer, login)
            self._accounts.remove(login, self._require_keepers)

        await self._changing.change(
            viewer, "people.remove_person", f"account {login}", work, login
        )

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def set_password(self, viewer: Viewer, login: str, password: str) -> None:
        """Give somebody another password."""

        def work() -> None:
            self._require_touching(viewer, login)
            self._accounts.set_password(login, password)

        await self._changing.change(viewer, "people.set_password", f"account {login}", work)

    @verb(Capability.KEEP_OWN)
    async def change_own_password(self, viewer: Viewer, old: str, new: str) -> None:
        """Choose another password for oneself; `NotPermitted` when ``old`` is wrong."""
        await self._changing.aside(partial(self._confirm, viewer, old))
        await self._changing.change(
            viewer,
            "people.change_own_password",
            f"account {viewer.login}",
            lambda: self._accounts.set_password(viewer.login, new),
        )

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def put_role(self, viewer: Viewer, role: Role, note: str = "") -> Role:
        """Change a role, or make one (without an id); presets keep their id and rank."""
        kept = role if role.id else replace(role, id=f"role-{uuid4().hex[:12]}")

        def work() -> Role:
            self._require_editing(viewer, kept)
            self._require_keepers(self._accounts.people(), kept)
            return self._roles.put(kept)

        return await self._changing.change(
            viewer, "people.put_role", f"role {kept.id}", work, note=note, meant=kept
        )

    @verb(Capability.MANAGE_USERS, danger=Danger.PEOPLE)
    async def remove_role(self, viewer: Viewer, role: str) -> None:
        """Remove a role of the project's own, or make a preset again as it came."""

        def work() -> None:
            known = self._roles.get(role)
            self._require_rank(viewer, known.rank)
            users = [p.name for p in self._accounts.people() if p.role == role]
            if users and not known.preset:
                raise NotPermitted(
                    _("the role {role} is still that of {people}").format(
                        role=known.name, people=", ".join(users)
                    )
                )
            if known.preset:
                self._require_keepers(self._accounts.people(), preset_roles()[role])
            self._roles.remove(role)

        await self._changing.change(viewer, "people.remove_role", f"role {role}", work)

    @verb(Capability.KEEP_OWN)
    async def second_rules(self, viewer: Viewer) -> SecondRules:
        """Return for what a second person is wanted."""
        return await self._changing.aside(self._second.get)

    @verb(Capability.MANAGE_USERS, dangers=(Danger.PEOPLE,))
    async def put_second_rules(
        self, viewer: Viewer, rules: SecondRules, note: str = ""
    ) -> SecondRules:
        """Say for what a second person is wanted; the administrator alone does.

        To want one for less needs a second person itself, as long as there is one who
        could be it.
        """

        def work() -> SecondRules:
            before = self._second.get()
            if viewer.rights.role != ADMINISTRATOR:
                raise NotPermitted(_("only an administrator changes this"))
            if before.dangers - rules.dangers and not viewer.second and self._others(viewer):
                raise SecondPersonNeeded(
                    _("to want a second person for less, a second person must confirm it")
                )
            if rules.dangers - before.dangers and not self._others(viewer):
                raise BadInput(
                    _("nobody else here could be the second person: give somebody an account")
                )
            return self._second.put(rules)

        return await self._changing.rule(
            viewer,
            "people.put_second_rules",
            "second person",
            work,
            lambda: _told(self._second.get()),
            _told(rules),
            note,
        )

    def _others(self, viewer: Viewer) -> bool:
        """Whether somebody besides the viewer manages people."""
        return any(
            person.login != viewer.login and self._roles.manages(person.login)
            for person in self._accounts.people()
        )

    def _require_unmade(self, login: str) -> None:
        if normal_login(login) in self._accounts.logins():
            raise BadInput(_("there is already an account {login}").format(login=login))

    def _require_touching(self, viewer: Viewer, login: str) -> None:
        role = self._accounts.person(login).role
        self._require_rank(viewer, self._rank_of(role))

    def _rank_of(self, role: str) -> int:
        try:
            return self._roles.get(role).rank
        except BadInput:
            return 0  # a role that is gone stands above nobody

    def _require_giving(self, viewer: Viewer, role: str) -> None:
        known = self._roles.get(role)
        self._require_rank(viewer, known.rank)
        if not within(known.cells, viewer.rights.cells):
            raise NotPermitted(
                _("the role {role} may do more than you: you cannot give it").format(
                    role=known.name
                )
            )

    def _require_rank(self, viewer: Viewer, rank: int) -> None:
        mine = viewer.rights.rank
        highest = max(role.rank for role in self._roles.all())
        if rank > mine or (rank == mine and mine < highest):
            raise NotPermitted(_("only who stands higher may change this"))

    def _require_editing(self, viewer: Viewer, role: Role) -> None:
        """A role is edited from above: whoever holds it could else make it more."""
        require_role(role)
        if role.id == ADMINISTRATOR:
            raise NotPermitted(_("the administrator’s role always may do everything"))
        try:
            before = self._roles.get(role.id)
        except BadInput:
            before = role
        mine = viewer.rights.rank
        if before.rank >= mine or role.rank >= mine:
            raise NotPermitted(_("only roles of a lower rank than your own can be changed"))
        if before.preset and role.rank != before.rank:
            raise BadInput(_("the rank of {role} stays as it came").format(role=before.name))
        if not within(role.cells, viewer.rights.cells):
            raise NotPermitted(_("nobody can give rights that they do not hold"))

    def _require_keepers(self, people: Sequence[Person], instead: Role | None = None) -> None:
        """Raise unless somebody is left who can do it all; ``instead`` is a changed role."""
        roles = {
            role.id: role for role in (*self._roles.all(), *((instead,) if instead else ()))
        }
        for person in people:
            role = roles.get(person.role)
            if role is None or person.ended:
                continue
            if all(role.scope(each) is Scope.ALL for each in KEEPERS):
                return
        raise NotPermitted(
            _("somebody must be left who manages people and the project: name another first")
        )


def _told(rules: SecondRules) -> str:
    """Return what the audit says of the rules."""
    named = ", ".join(sorted(each.value for each in rules.dangers)) or "nothing"
    return f"{named}; requests wait {rules.wait_min} min"

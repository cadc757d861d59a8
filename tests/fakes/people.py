"""People and roles in memory, as a page asks for them."""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import Conflict, missing
from app.model.person import Person
from app.model.rights import Role
from app.users.roles import preset_roles
from app.verbs import Viewer


class FakePeople:
    """Keeps what it is told; knows no ranks: those are the core's."""

    def __init__(self, *people: Person) -> None:
        self.kept = {each.login: each for each in people}
        self.all_roles = dict(preset_roles())
        self.passwords: dict[str, str] = {}

    async def people(self, viewer: Viewer) -> Sequence[Person]:
        return list(self.kept.values())

    async def roles(self, viewer: Viewer) -> Sequence[Role]:
        return sorted(self.all_roles.values(), key=lambda role: -role.rank)

    async def add_person(self, viewer: Viewer, person: Person, password: str) -> Person:
        self.passwords[person.login] = password
        self.kept[person.login] = replace(person, version=1)
        return self.kept[person.login]

    async def change_person(self, viewer: Viewer, person: Person) -> Person:
        known = self._known(person.login)
        if known.version != person.version:
            raise Conflict(f"somebody else changed {known.name}")
        self.kept[person.login] = replace(person, version=person.version + 1)
        return self.kept[person.login]

    async def remove_person(self, viewer: Viewer, login: str) -> None:
        self._known(login)
        del self.kept[login]

    async def set_password(self, viewer: Viewer, login: str, password: str) -> None:
        self.passwords[self._known(login).login] = password

    async def change_own_password(self, viewer: Viewer, old: str, new: str) -> None:
        self.passwords[viewer.login] = new

    async def put_role(self, viewer: Viewer, role: Role) -> Role:
        self.all_roles[role.id] = replace(role, version=role.version + 1)
        return self.all_roles[role.id]

    async def remove_role(self, viewer: Viewer, role: str) -> None:
        del self.all_roles[role]

    def _known(self, login: str) -> Person:
        if login not in self.kept:
            raise missing("account", login)
        return self.kept[login]

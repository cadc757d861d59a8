"""People and roles in memory, as a page asks for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from app.errors import BadInput, Conflict, NotPermitted, SecondPersonNeeded, missing
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Role
from app.model.second import SecondRules
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.fakes.personal import PASSWORD

CHOSEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def some_people() -> tuple[Person, ...]:
    """Return who works at a small plant: its head, a technician, a guest, and one who left."""
    own = DeviceId("ahornvej-14")
    return (
        Person("lund", "K. Lund", "administrator", password_at=CHOSEN, version=1),
        Person("berit", "Berit Vagt", "basic", (own,), password_at=CHOSEN, version=1),
        Person(
            "service",
            "Jens Service",
            "installer",
            is_guest=True,
            password_at=CHOSEN,
            version=1,
        ),
        Person(
            "ole",
            "Ole Olsen",
            "limited",
            areas=("Nordby",),
            ended="no longer here",
            password_at=CHOSEN,
            version=3,
        ),
    )


class FakePeople:
    """Keeps what it is told; knows no ranks: those are the core's."""

    def __init__(self, *people: Person) -> None:
        self.kept = {each.login: each for each in people}
        self.all_roles = dict(preset_roles())
        self.passwords: dict[str, str] = {}
        self.second = SecondRules()
        self.alone = False  # when set, nobody changes anything alone
        self.refused = ""  # when set, the sentence with which any change is refused

    async def people(self, viewer: Viewer) -> Sequence[Person]:
        return list(self.kept.values())

    async def roles(self, viewer: Viewer) -> Sequence[Role]:
        return sorted(self.all_roles.values(), key=lambda role: -role.rank)

    async def add_person(self, viewer: Viewer, person: Person, password: str) -> Person:
        self._let()
        if person.login in self.kept:
            raise BadInput(f"there is already an account {person.login}")
        self.passwords[person.login] = password
        self.kept[person.login] = replace(person, version=1)
        return self.kept[person.login]

    async def change_person(self, viewer: Viewer, person: Person, note: str = "") -> Person:
        self._let()
        known = self._known(person.login)
        if known.version != person.version:
            raise Conflict(f"somebody else changed {known.name}")
        self.kept[person.login] = replace(person, version=person.version + 1)
        return self.kept[person.login]

    async def remove_person(self, viewer: Viewer, login: str) -> None:
        self._let()
        self._known(login)
        del self.kept[login]

    async def set_password(self, viewer: Viewer, login: str, password: str) -> None:
        self._let()
        self.passwords[self._known(login).login] = password

    async def change_own_password(self, viewer: Viewer, old: str, new: str) -> None:
        if old != PASSWORD:
            raise NotPermitted("the password is wrong")
        self.passwords[viewer.login] = new

    async def put_role(self, viewer: Viewer, role: Role, note: str = "") -> Role:
        self._let()
        named = replace(role, id=role.id or f"role-{len(self.all_roles)}")
        known = self.all_roles.get(named.id)
        if known is not None and known.version != role.version:
            raise Conflict(f"somebody else changed the role {role.name}")
        self.all_roles[named.id] = replace(named, version=role.version + 1)
        return self.all_roles[named.id]

    async def remove_role(self, viewer: Viewer, role: str) -> None:
        self._let()
        del self.all_roles[role]
        if role in preset_roles():
            self.all_roles[role] = preset_roles()[role]

    def _let(self) -> None:
        if self.alone:
            raise SecondPersonNeeded("a second person must confirm it")
        if self.refused:
            raise NotPermitted(self.refused)

    def _known(self, login: str) -> Person:
        if login not in self.kept:
            raise missing("account", login)
        return self.kept[login]

    async def second_rules(self, viewer: Viewer) -> SecondRules:
        return self.second

    async def put_second_rules(
        self, viewer: Viewer, rules: SecondRules, note: str = ""
    ) -> SecondRules:
        self._let()
        self.second = replace(rules, version=rules.version + 1)
        return self.second

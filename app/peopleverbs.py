"""What may be asked of who may come in, and how well that is guarded: a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.hardening import HardeningFinding
from app.model.person import Person
from app.model.rights import Role
from app.model.second import SecondRules
from app.verbs import Viewer


class PeopleVerbs(Protocol):
    """Who may come in, and what they may do."""

    async def people(self, viewer: Viewer) -> Sequence[Person]:
        """Return everybody who has an account, by the alphabet of their logins."""
        ...

    async def roles(self, viewer: Viewer) -> Sequence[Role]:
        """Return every role, the highest rank first."""
        ...

    async def add_person(self, viewer: Viewer, person: Person, password: str) -> Person: ...

    async def change_person(self, viewer: Viewer, person: Person, note: str = "") -> Person:
        """Change what a person is called, may do or was given; `Conflict` when outdated."""
        ...

    async def remove_person(self, viewer: Viewer, login: str) -> None: ...

    async def set_password(self, viewer: Viewer, login: str, password: str) -> None: ...

    async def change_own_password(self, viewer: Viewer, old: str, new: str) -> None: ...

    async def put_role(self, viewer: Viewer, role: Role, note: str = "") -> Role:
        """Change a role, or make one (without an id); `Conflict` when outdated."""
        ...

    async def remove_role(self, viewer: Viewer, role: str) -> None:
        """Remove a role of the project's own, or make a preset again as it came."""
        ...

    async def second_rules(self, viewer: Viewer) -> SecondRules:
        """Return for what a second person is wanted."""
        ...

    async def put_second_rules(
        self, viewer: Viewer, rules: SecondRules, note: str = ""
    ) -> SecondRules:
        """Say for what a second person is wanted; `Conflict` when outdated."""
        ...


class HardeningVerbs(Protocol):
    """How well the project is guarded."""

    async def findings(self, viewer: Viewer) -> Sequence[HardeningFinding]:
        """Look around now, and return what was found, topic by topic."""
        ...

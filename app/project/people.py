"""The people of a project: their service, as it is put together from the project's parts."""

from collections.abc import Awaitable, Callable, Sequence

from app.errors import BadInput, Conflict, missing
from app.model.version import SECOND, Thing, ThingKind, ThingVersion
from app.project.clash import clash
from app.project.opening import Project
from app.project.thingcontent import content_of_person, content_of_role, content_of_rules
from app.users.changing import Changing
from app.users.peopleservice import PeopleService


def people_service(project: Project, changed: Callable[[], Awaitable[None]]) -> PeopleService:
    """Return the service; ``changed`` lets other rights take effect for who is in."""
    changing = Changing(
        project.accounts, project.audit, project.worker, changed, PeopleArchive(project)
    )
    return PeopleService(
        project.accounts, project.roles, changing, project.door.confirm, project.second
    )


class PeopleArchive:
    """Keeps the versions of people, roles and rules of safety; methods block.

    A `app.users.changing.Keeper`. An entity is named as the audit names it: "account
    ole", "role basic", "second person".
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def found(self, entity: str) -> None:
        """Note how somebody stands before they are changed."""
        thing = _thing(entity)
        self._project.archive.found(thing, self._content(thing))

    def saved(self, entity: str, author: str, note: str) -> None:
        """Keep how they stand now."""
        thing = _thing(entity)
        self._project.archive.saved(thing, self._content(thing), author, note)

    def clash(self, entity: str) -> Conflict:
        """Return what the second of two is told."""
        found = self.versions(_thing(entity))
        before = found[1].content if len(found) > 1 else ""
        zone = self._project.configuration.current().config.timezone
        return clash(entity, found[0], before, zone)

    def look(self) -> None:
        """Note everybody and every role as they are."""
        archive = self._project.archive
        for person in self._project.accounts.people():
            archive.found(Thing(ThingKind.PERSON, person.login), content_of_person(person))
        for role in self._project.roles.all():
            if role.preset and not role.version:
                continue  # as it came; its first version is noted when somebody asks
            archive.found(Thing(ThingKind.ROLE, role.id), content_of_role(role))
        rules = self._project.second.get()
        if rules.version:
            archive.found(Thing(ThingKind.SECOND, SECOND), content_of_rules(rules))

    def versions(self, thing: Thing) -> Sequence[ThingVersion]:
        """Return the versions of a person or role, newest first; `BadInput` for nobody."""
        archive = self._project.archive
        content = self._content(thing)
        if content:
            archive.found(thing, content)
        found = archive.versions(thing)
        if not found:
            raise missing(thing.kind.value, thing.id)
        return found

    def _content(self, thing: Thing) -> str:
        """Return how a thing stands; "" when it is not there."""
        if thing.kind is ThingKind.SECOND:
            return content_of_rules(self._project.second.get())
        try:
            if thing.kind is ThingKind.PERSON:
                return content_of_person(self._project.accounts.person(thing.id))
            return content_of_role(self._project.roles.get(thing.id))
        except BadInput:
            return ""


def _thing(entity: str) -> Thing:
    if entity == ThingKind.SECOND.value:
        return Thing(ThingKind.SECOND, SECOND)
    kind, _blank, name = entity.partition(" ")
    return Thing(ThingKind(kind), name)

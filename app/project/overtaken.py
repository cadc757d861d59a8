"""Who was quicker: the error for a change of the plant that somebody else overtook."""

from app.errors import Conflict
from app.model.version import Thing, ThingKind
from app.project.clash import clash
from app.project.opening import Project


def clash_over(project: Project, thing: Thing, seen: str) -> Conflict:
    """Return what is told about a thing of the plant that was ``seen`` otherwise; blocks."""
    newest = project.stories.versions(thing)[0]
    place = thing.id if thing.kind is ThingKind.PLANT else f"{thing.kind.value} {thing.id}"
    return clash(place, newest, seen, project.configuration.current().config.timezone)

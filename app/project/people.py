"""The people of a project: their service, as it is put together from the project's parts."""

from collections.abc import Awaitable, Callable

from app.project.opening import Project
from app.users.changing import Changing
from app.users.peopleservice import PeopleService


def people_service(project: Project, changed: Callable[[], Awaitable[None]]) -> PeopleService:
    """Return the service; ``changed`` lets other rights take effect for who is in."""
    changing = Changing(project.accounts, project.audit, project.worker, changed)
    return PeopleService(project.accounts, project.roles, changing, project.door.confirm)

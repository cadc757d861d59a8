"""Let the owner of the files in again when nobody is left who can."""

import getpass
import socket
from contextlib import closing
from pathlib import Path

from app.model.person import Person
from app.project.opening import open_project
from app.project.people import PeopleArchive
from app.users.accounts import normal_login


def recover(folder: Path, login: str, name: str, password: str) -> None:
    """Make somebody an administrator with a new password; blocks.

    Whoever can do this owns the files and the key to the project's secrets on this
    computer. It cannot be done while a core runs the project, and the audit has it, with
    the user of the operating system, before it is done.

    Raises:
        BadInput: No project, or not a login, name or password that can be one.
        ProjectInUse: A core runs it.
        SecretsLocked: The key to its secrets is not on this computer.
        StoreBroken: The audit cannot be written; then nothing was changed.
    """
    with closing(open_project(folder)) as project:
        people = PeopleArchive(project)
        account = f"account {normal_login(login)}"
        who = f"offline, by {getpass.getuser()}, who owns the files"

        def witness(person: Person) -> None:
            project.audit.append(
                login=person.login,
                name=person.name,
                workstation=socket.gethostname(),
                verb="people.recover",
                entity=account,
                new=f"{person.name}; {person.role}",
                result="done",
                reason=who,
            )
            people.found(account)

        made = project.accounts.recover(login, name, password, witness)
        people.saved(account, made.name, who)

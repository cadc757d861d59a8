"""``heatdesk recover``: the owner of the files makes an administrator anew."""

from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import PasswordFile, Project
from app.cli.person import first_password
from app.compose.terminal import tell
from app.words import _


def run(
    project: Project,
    user: Annotated[str, typer.Option("--user", help=_("Whose account; made when new."))],
    name: Annotated[str, typer.Option("--name", help=_("That person's full name."))] = "",
    password_file: PasswordFile = None,
) -> None:
    """Make an administrator with a new password, while nobody runs the project.

    For the owner of this computer, when no administrator can come in any more. The
    activity log keeps a record of it.
    """
    from app.compose.recovering import recover

    recover(project, user, name, first_password(password_file))
    tell(
        _("{user} is an administrator of {folder} with the new password").format(
            user=user, folder=project
        )
    )


COMMAND = Command("recover", run, 37)

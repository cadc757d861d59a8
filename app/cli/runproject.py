"""``heatdesk run``: the core without a screen."""

from app.cli.command import Command
from app.cli.options import PasswordFile, Project, Seconds, User
from app.cli.person import who


def run(
    project: Project,
    seconds: Seconds = None,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Run a project without a screen until Ctrl-C or SIGTERM."""
    from app.compose.headless import run_headless

    run_headless(project, *who(project, user, password_file), seconds=seconds)


COMMAND = Command("run", run, 40)

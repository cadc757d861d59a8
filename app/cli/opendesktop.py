"""``heatdesk open``: the desktop on a project."""

import typer

from app.cli.command import Command
from app.cli.options import Project


def run(project: Project) -> None:
    """Open a project on the desktop."""
    from app.compose.desktop import open_desktop

    raise typer.Exit(open_desktop(project))


COMMAND = Command("open", run, 15)

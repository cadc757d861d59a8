"""``heatdesk salvage``: what can be read of damaged history files, brought back."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.joining import join
from app.compose.terminal import tell, tell_json
from app.words import _, ngettext


def run(
    project: Project,
    again: Annotated[
        bool, typer.Option("--again", help=_("Also files that were brought back already."))
    ] = False,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Bring back what can be read of damaged history files, each sample once."""
    with join(project, *who(project, user, password_file), only=()) as joined:
        done = joined.ask(joined.asked.backups.salvage(joined.viewer, again=again))
    for each in done:
        if as_json:
            tell_json(asdict(each))
            continue
        said = _("{file}: {samples} samples could be read, {brought} of them were missing")
        tell(said.format(file=each.file, samples=each.samples, brought=each.brought))
        if each.unreadable:
            said = ngettext(
                "{file}: {count} block is damaged and is lost",
                "{file}: {count} blocks are damaged and are lost",
                each.unreadable,
            )
            tell(said.format(file=each.file, count=each.unreadable))
    if not done and not as_json:
        tell(_("no damaged history file waits to be salvaged"))


COMMAND = Command("salvage", run, 49)

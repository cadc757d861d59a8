"""``heatdesk backup``: a whole project in one file, while it runs or not."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PassphraseFile, PasswordFile, Project, User
from app.cli.person import passphrase, who
from app.compose.joining import join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.words import _


def run(
    project: Project,
    out: Annotated[
        Path, typer.Option("--out", help=_("The file to make, ending with .heatdesk-backup."))
    ],
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help=_("Seal it by a passphrase."))
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Write a whole project into one file, while it runs, and read it back."""
    if passphrase_file is not None and not encrypt:
        raise BadInput(_("a passphrase seals nothing without --encrypt"))
    person = who(project, user, password_file)
    secret = passphrase(passphrase_file, new=True) if encrypt else ""
    with join(project, *person, only=()) as joined:
        place = str(out.absolute())
        made = joined.ask(joined.asked.backups.make(joined.viewer, place, secret))
    if as_json:
        tell_json(asdict(made) | {"made_at": made.made_at.isoformat()})
        return
    said = _("{file}: {parts} parts, {size} kB, read back and whole")
    tell(said.format(file=made.file, parts=made.parts, size=made.size_bytes // 1000))
    if made.carried:
        tell(_("its databases lay on a server; restored, they lie in the project’s folder"))
    if not made.sealed:
        tell(
            _(
                "it is not sealed: its passwords and keys open on this computer alone; with "
                "--encrypt it can be restored on any"
            )
        )


COMMAND = Command("backup", run, 43)

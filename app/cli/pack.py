"""``heatdesk pack``: a project in one file, to be carried to another computer."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import PassphraseFile, PasswordFile, Project, User
from app.cli.person import passphrase, who
from app.compose.terminal import tell
from app.words import _


def run(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help=_("The file to make."))],
    passphrase_file: PassphraseFile = None,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Pack a project that nobody runs into one file, its secrets sealed by a passphrase."""
    from app.compose.handover.packing import pack_for

    person = who(project, user, password_file)
    packed = pack_for(project, out, passphrase(passphrase_file, new=True), person)
    tell(
        _("{file}: {files} files, {size} kB").format(
            file=packed.file, files=packed.files, size=packed.size_bytes // 1000
        )
    )


COMMAND = Command("pack", run, 41)

"""``heatdesk verify``: is a project, or a backup of one, whole?"""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PassphraseFile
from app.cli.person import passphrase
from app.compose.terminal import tell, tell_json
from app.words import _


def run(
    place: Annotated[Path, typer.Argument(help=_("A project's folder, or a backup."))],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Look through a project or a backup, and say what is broken, a sentence each."""
    from app.compose.verifying import faults_of

    secret = passphrase(passphrase_file) if passphrase_file is not None else ""
    faults = list(faults_of(place, secret))
    if as_json:
        tell_json({"place": str(place), "sound": not faults, "faults": faults})
    else:
        for each in faults:
            tell(each)
    if faults:
        raise typer.Exit(2)
    if not as_json:
        tell(_("{place} is whole: nothing is broken").format(place=place))


COMMAND = Command("verify", run, 45)

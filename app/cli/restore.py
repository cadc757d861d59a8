"""``heatdesk restore``: a project of a backup, on whatever computer."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import PassphraseFile
from app.cli.person import passphrase
from app.compose.terminal import tell
from app.words import _


def run(
    file: Annotated[Path, typer.Argument(help=_("Made by “heatdesk backup”."))],
    folder: Annotated[Path, typer.Argument(help=_("A folder that is new or empty."))],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a project of a backup: all of it, or nothing."""
    from app.compose.restoring import restored

    secret = passphrase(passphrase_file) if passphrase_file is not None else ""
    done = restored(file, folder, secret)
    tell(
        _(
            "{folder}: restored as of {moment} UTC, {parts} parts, each as it was written"
        ).format(folder=folder, moment=f"{done.made_at:%Y-%m-%d %H:%M}", parts=done.parts)
    )
    if done.server:
        said = _("its databases lay at {server} and lie in the folder now")
        tell(said.format(server=done.server))
    if done.locked:
        tell(
            _(
                "its passwords and keys stay locked on this computer ({why}): open it as the "
                "user and on the computer that made the backup, or make one with --encrypt"
            ).format(why=done.locked)
        )


COMMAND = Command("restore", run, 46)

"""``heatdesk backup``: a whole project in one file, now or every night."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PassphraseFile, PasswordFile, Project, User
from app.cli.person import passphrase, who
from app.compose.joining import Joined, join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.backup import Backup, BackupPlan
from app.words import _

_OFF = "off"


def run(
    project: Project,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=_("The file to make, ending with .heatdesk-backup.")),
    ] = None,
    nightly: Annotated[
        str, typer.Option("--nightly", help=_("Make one in this folder every night, or: off."))
    ] = "",
    hour: Annotated[
        int | None, typer.Option("--hour", help=_("When, in the plant’s zone: 0 to 23."))
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", help=_("How many nightly ones stay."))
    ] = None,
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
    if out is not None and nightly:
        raise BadInput(_("either --out or --nightly"))
    person = who(project, user, password_file)
    secret = passphrase(passphrase_file, new=True) if encrypt else ""
    with join(project, *person, only=()) as joined:
        asked, viewer = joined.asked.backups, joined.viewer
        if out is not None:
            made = joined.ask(asked.make(viewer, str(out.absolute()), secret))
            tell_json(_plain(made)) if as_json else _tell(made)
            return
        if nightly or hour is not None or keep is not None:
            before = joined.ask(asked.plan(viewer))
            plan = _changed(before, nightly, hour, keep, sealed=encrypt)
            joined.ask(asked.put_plan(viewer, plan, secret, base=before))
        _tell_all(joined, as_json=as_json)


def _changed(
    plan: BackupPlan, nightly: str, hour: int | None, keep: int | None, *, sealed: bool
) -> BackupPlan:
    """Return the plan as it shall be; what was not named stays."""
    if nightly:
        folder = "" if nightly == _OFF else str(Path(nightly).absolute())
        plan = replace(plan, folder=folder, sealed=sealed)
    return replace(
        plan,
        hour=plan.hour if hour is None else hour,
        keep=plan.keep if keep is None else keep,
    )


def _tell_all(joined: Joined, *, as_json: bool) -> None:
    asked, viewer = joined.asked.backups, joined.viewer
    plan, made = joined.ask(asked.plan(viewer)), joined.ask(asked.made(viewer))
    trouble = joined.ask(asked.trouble(viewer))
    if as_json:
        tell_json(
            {
                "plan": asdict(plan) if plan.folder else None,
                "trouble": trouble,
                "made": [_plain(each) for each in made],
            }
        )
        return
    if not plan.folder:
        tell(_("no backup is made by itself"))
    else:
        said = _("every night at {hour}:00 into {folder}; {keep} of them stay")
        tell(said.format(hour=plan.hour, folder=plan.folder, keep=plan.keep))
    if trouble:
        tell(_("the last one failed: {why}").format(why=trouble))
    for each in made:
        tell(f"{each.made_at:%Y-%m-%d %H:%M} UTC  {each.size_bytes // 1000} kB  {each.file}")


def _plain(made: Backup) -> dict[str, object]:
    return asdict(made) | {"made_at": made.made_at.isoformat()}


def _tell(made: Backup) -> None:
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

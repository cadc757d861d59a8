"""``heatdesk report``: any report, filed with its device and copied where you say."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.asked import Document
from app.cli.command import Command
from app.cli.options import PasswordFile, User
from app.cli.person import who
from app.compose.terminal import tell
from app.errors import BadInput
from app.model.reading import DeviceId
from app.words import _

KINDS = {"commissioning": "all settings and identification of a device, with signatures"}
FORMATS = (".pdf", ".xlsx")


def run(
    kind: Annotated[str | None, typer.Argument(help=_("Which report; see --list."))] = None,
    project: Annotated[Path | None, typer.Argument(help=_("The project's folder."))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("A .pdf or .xlsx file."))] = None,
    devices: Annotated[
        list[str] | None, typer.Option("--devices", help=_("Device ids; the first by default."))
    ] = None,
    language: Annotated[str, typer.Option("--language", help=_("Of the report."))] = "en",
    list_kinds: Annotated[bool, typer.Option("--list", help=_("Print the kinds."))] = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Make a report."""
    if list_kinds:
        for name, summary in KINDS.items():
            tell(f"{name:<16} {summary}")
        return
    if kind not in KINDS or project is None or out is None:
        raise BadInput(
            _("say which report, of which project, and --out; --list prints the kinds")
        )
    if out.suffix.lower() not in FORMATS:
        raise BadInput(_("{file}: it must end with .pdf or .xlsx").format(file=out))
    reports = _make(project, who(project, user, password_file), devices or [], language)
    for device, made in reports:
        target = out if len(reports) == 1 else out.with_stem(f"{out.stem}-{device}")
        chosen = next(d for d in made if d.path.suffix.lower() == out.suffix.lower())
        try:
            shutil.copyfile(chosen.path, target)
        except OSError as error:
            raise BadInput(f"{target}: {error.strerror}") from error
        tell(str(target))


def _make(
    project: Path, person: tuple[str, str], devices: Sequence[str], language: str
) -> list[tuple[str, Sequence[Document]]]:
    from app.compose.joining import join

    wanted = [DeviceId(device) for name in devices for device in name.split(",")]
    with join(project, *person, only=set(wanted) or None) as joined:
        joined.wait_for_answers()
        views = joined.ask(joined.asked.plant.devices(joined.viewer))
        if not views:
            raise BadInput(_("the project has no devices"))
        reports, viewer = joined.asked.reports, joined.viewer
        return [
            (device, joined.ask(reports.commissioning(viewer, device, language)))
            for device in wanted or [views[0].config.id]
        ]


COMMAND = Command("report", run, 80)

"""``heatdesk history schedule``: what goes out by itself every night, and where to."""

from dataclasses import asdict, replace
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import AsJson, PasswordFile, Project, User
from app.cli.person import who
from app.compose.joining import join
from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.words import _


def schedule(
    project: Project,
    folder: Annotated[
        str | None, typer.Option("--folder", help=_("Where the files go; the whole path."))
    ] = None,
    hour: Annotated[
        int | None, typer.Option("--hour", help=_("Of the day, in the plant's zone."))
    ] = None,
    window: Annotated[
        int | None, typer.Option("--window", help=_("Past days looked at anew, each time."))
    ] = None,
    devices: Annotated[
        str | None, typer.Option("--devices", help=_("Device ids; all by default."))
    ] = None,
    points: Annotated[
        str | None, typer.Option("--points", help=_("Points by key; all by default."))
    ] = None,
    flags: Annotated[
        bool | None,
        typer.Option(
            "--flags/--no-flags", help=_("A column tells what the rules found in indexes.")
        ),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help=_("Export nothing any more."))] = False,
    note: Annotated[str, typer.Option("--note", help=_("Why the plan changes."))] = "",
    as_json: AsJson = False,
    user: User = None,
    password_file: PasswordFile = None,
) -> None:
    """Export samples every night: a file a day, with a list of them."""
    if off and folder:
        raise BadInput(_("give either --folder or --off"))
    given = {
        "folder": "" if off else folder,
        "hour": hour,
        "window_days": window,
        "devices": devices,
        "points": points,
        "flags": flags,
    }
    wished = {name: value for name, value in given.items() if value is not None}
    with join(project, *who(project, user, password_file), only=()) as joined:
        asked, viewer = joined.asked.samples, joined.viewer
        plan = joined.ask(asked.export_plan(viewer))
        if wished:
            wanted = replace(plan, **wished)  # type: ignore[arg-type]  # names and kinds above
            plan = joined.ask(asked.put_export_plan(viewer, wanted, note, plan))
        trouble = joined.ask(asked.export_trouble(viewer))
    if as_json:
        tell_json(asdict(plan) | {"trouble": trouble})
        return
    tell(_("No samples go out by themselves.") if not plan.folder else plan.told())
    if trouble:
        tell(f"! {trouble}")


PART = Command("schedule", schedule, 5)

"""``heatdesk demo``: a plant to try everything on."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import Command
from app.cli.options import Seconds
from app.errors import BadInput
from app.words import _


def run(
    folder: Annotated[
        Path | None, typer.Option("--dir", help=_("Where the demo project lies."))
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help=_("12 controllers, 4 meters."))
    ] = False,
    large: Annotated[
        bool, typer.Option("--large", help=_("120 controllers, 4 meters."))
    ] = False,
    meters: Annotated[
        bool,
        typer.Option("--meters/--no-meters", help=_("With 20 wired and 200 radio meters.")),
    ] = True,
    headless: Annotated[bool, typer.Option("--headless", help=_("Without a screen."))] = False,
    seconds: Seconds = None,
) -> None:
    """Start the demo: simulated devices and the desktop on them."""
    from app.compose.demo import LARGE, SMALL, run_demo
    from app.compose.desktop import Onward, then_welcome

    if small and large:
        raise BadInput(_("choose either --small or --large"))
    size = LARGE if large else SMALL
    onward = Onward()
    code = run_demo(
        folder, size, headless=headless, seconds=seconds, onward=onward, meters=meters
    )
    raise typer.Exit(then_welcome(code, onward))


COMMAND = Command("demo", run, 10)

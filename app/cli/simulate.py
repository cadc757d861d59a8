"""``heatdesk simulate``: one simulated device as a process of its own."""

from typing import Annotated

import typer

from app.cli.command import Command
from app.compose.terminal import tell
from app.errors import BadInput
from app.words import _

_HELP = ("-h", "--help")  # of this command; behind a kind it means the kind's own


def run(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help=_("Which device; see --list."))] = None,
    list_kinds: Annotated[bool, typer.Option("--list", help=_("Print the kinds."))] = False,
) -> None:
    """Simulate a device: a real server with physical behaviour and faults on demand."""
    from drivers.simulators.launch import kinds, simulator
    from drivers.simulators.launch import run as run_simulator

    if kind in _HELP:
        tell(context.get_help())
        return
    if list_kinds:
        for name, each in kinds().items():
            tell(f"{name:<16} {each.summary}")
        return
    if kind is None:
        raise BadInput(_("say which device to simulate; --list prints the kinds"))
    simulator(kind)  # one that is not there is told as every slip of the hand
    raise typer.Exit(run_simulator(kind, context.args))


COMMAND = Command("simulate", run, 20, passes_on=True)

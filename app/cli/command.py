"""How a command introduces itself, and how its errors become exit codes."""

from collections.abc import Callable
from dataclasses import dataclass

from app.compose.terminal import BAD_INPUT, FAULT, FORBIDDEN, UNREACHABLE
from app.errors import (
    BadInput,
    CoreLost,
    DeviceRefused,
    DeviceUnreachable,
    FaultOfOurs,
    NotPermitted,
    PlantError,
    ProjectInUse,
    WriteRefused,
)

_CODES: tuple[tuple[type[PlantError], int], ...] = (
    (FaultOfOurs, FAULT),
    (NotPermitted, FORBIDDEN),
    (DeviceUnreachable, UNREACHABLE),
    (CoreLost, UNREACHABLE),
    (ProjectInUse, UNREACHABLE),
    (DeviceRefused, BAD_INPUT),
    (WriteRefused, BAD_INPUT),
    (BadInput, BAD_INPUT),
    (PlantError, BAD_INPUT),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One per module of ``app.cli``, named ``COMMAND``; ``run`` is a Typer function."""

    name: str
    run: Callable[..., None]
    order: int  # in the list of commands
    passes_on: bool = False  # options it does not know belong to what it starts
    takes_negatives: bool = False  # -5 is a value, no option
    parts: tuple["Command", ...] = ()  # each named after it: ``heatdesk history export``


def exit_code(error: PlantError) -> int:
    """Return the public exit code of an error (see the command line's reference)."""
    return next(code for kind, code in _CODES if isinstance(error, kind))

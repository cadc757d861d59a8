"""How a command introduces itself, and how its errors become exit codes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.compose.terminal import BAD_INPUT, FORBIDDEN, UNREACHABLE
from app.errors import (
    BadInput,
    CoreLost,
    DeviceRefused,
    DeviceUnreachable,
    NotPermitted,
    PlantError,
    ProjectInUse,
    WriteRefused,
)

_CODES: tuple[tuple[type[PlantError], int], ...] = (
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


def exit_code(error: PlantError) -> int:
    """Return the public exit code of an error (see the command line's reference)."""
    return next(code for kind, code in _CODES if isinstance(error, kind))


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """End without a fuss when whoever reads our output has gone (``| head``)."""
    try:
        yield
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None

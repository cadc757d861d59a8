"""Starts one simulator as a process: options from the command line, steering on standard input.

Prints one line per address, such as ``ecl310 listening on 127.0.0.1:50213``,
then takes control lines (see `drivers.simulators.hosting`). The end of standard
input is no reason to stop; ``quit``, Ctrl-C and a termination signal are.
"""

import argparse
import asyncio
import importlib
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from types import FrameType, ModuleType
from typing import NoReturn

import drivers.simulators
from app.errors import BadInput, PlantError
from app.plugins import discover
from app.ports import SimulatorType
from drivers.simulators.faults import FaultKind
from drivers.simulators.hosting import Handler
from drivers.simulators.options import add_arguments, from_arguments

_STDIN = 0
_BAD_INPUT = 2
_FILES_A_DEVICE = 4


def kinds() -> dict[str, SimulatorType]:
    """Return every simulator there is, by kind."""
    found = discover(drivers.simulators, "SIMULATOR", SimulatorType)
    return {simulator.kind: simulator for simulator in found.values()}


def simulator(kind: str) -> SimulatorType:
    """Return the simulator called ``kind``, importing only its module; raises `BadInput`."""
    name = f"{drivers.simulators.__name__}.{kind.replace('-', '_')}"
    if kind.replace("-", "").isalnum() and find_spec(name) is not None:
        found = getattr(importlib.import_module(name), "SIMULATOR", None)
        if isinstance(found, SimulatorType) and found.kind == kind:
            return found
    raise BadInput(f"there is no simulator '{kind}'; there are: {', '.join(sorted(kinds()))}")


def run(kind: str, arguments: Sequence[str] = ()) -> int:
    """Run a simulator until it is told to stop; return the exit code.

    0 after a clean stop, 2 with one sentence on standard error for bad input.
    """
    try:
        chosen = simulator(kind)
        options = _options(chosen, arguments)
        asyncio.run(_served(chosen, options))
    except PlantError as error:
        sys.stderr.write(f"{error}\n")
        return _BAD_INPUT
    except KeyboardInterrupt:
        pass
    return 0


def main(arguments: Sequence[str]) -> int:
    """Answer ``python -m drivers.simulators``: a kind and its options, or ``--list``."""
    if list(arguments) == ["--list"]:
        for each in sorted(kinds().values(), key=lambda found: found.kind):
            sys.stdout.write(f"{each.kind:14} {each.summary}\n")
        return 0
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m drivers.simulators KIND [options] | --list\n")
        return 0 if arguments and arguments[0] in {"-h", "--help"} else _BAD_INPUT
    return run(arguments[0], arguments[1:])


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, as every other command does."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{self.prog}: {message}; --help lists the options")


def _options(chosen: SimulatorType, arguments: Sequence[str]) -> object:
    parser = _Parser(
        prog=chosen.kind,
        description=chosen.summary,
        epilog=_epilog(chosen.faults),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_arguments(parser, chosen.options)
    return from_arguments(chosen.options, parser.parse_args(list(arguments)))


def _epilog(faults: Sequence[str]) -> str:
    """Return the help's last paragraph: faults and control lines."""
    module: ModuleType = importlib.import_module("drivers.simulators.hosting")
    grammar = (module.__doc__ or "").partition("\n\n")[2]
    known = ", ".join(kind.value for kind in FaultKind if kind.value in faults)
    return f"Faults: {known}.\n\n{grammar}"


async def _served(chosen: SimulatorType, options: object) -> None:
    """Serve until a signal or ``quit``, then let everything close."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    _stop_on_signals(lambda: loop.call_soon_threadsafe(stopped.set))
    _allow_many_files(_FILES_A_DEVICE * int(getattr(options, "count", 1)))

    def ready(address: str) -> None:
        _say(f"{chosen.kind} listening on {address}")

    def steer(handler: Handler) -> None:
        _listen_to_stdin(loop, handler)

    serving = asyncio.ensure_future(chosen.serve(options, ready, steer))
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def _stop_on_signals(stop: Callable[[], object]) -> None:
    """Ctrl-C, termination and on Windows Ctrl-Break end the simulator in order."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, heard)


def _allow_many_files(wanted: int) -> None:
    """Raise this process's limit of open files where there is one (not on Windows)."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted + 64, hard), hard))


def _listen_to_stdin(loop: asyncio.AbstractEventLoop, handler: Handler) -> None:
    """Carry control lines from standard input to the loop, in a thread that dies with us.

    The bare descriptor is read: a buffered reader left waiting would hold its
    lock while the interpreter ends.
    """

    def carry(line: str) -> None:
        _say(handler(line))

    def read() -> None:
        with (
            suppress(OSError, RuntimeError),
            open(_STDIN, "rb", buffering=0, closefd=False) as lines,
        ):
            for line in lines:
                text = line.decode("utf-8", "replace").strip()
                if text:
                    loop.call_soon_threadsafe(carry, text)

    threading.Thread(target=read, name="control lines", daemon=True).start()


def _say(line: str) -> None:
    """Print a line at once; nobody listening any more is no fault of ours."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

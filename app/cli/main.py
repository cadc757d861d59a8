"""The command line put together: every module here with a ``COMMAND`` is a command."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.exceptions import TyperException

import app.cli
from app.cli.command import Command, exit_code
from app.cli.inwords import SpokenCommand, in_order, slip
from app.compose.places import faults_of_ours
from app.compose.terminal import BAD_INPUT, FAULT, INTERRUPTED, complain
from app.crash import keep_memory_off_disk
from app.errors import PlantError
from app.plugins import discover
from app.words import _, use_language


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    keep_memory_off_disk()
    # Without a handler logging would speak on stderr, which is for our one sentence.
    logging.getLogger().addHandler(logging.NullHandler())
    use_language(_language_wished())
    return faults_of_ours().guarded(lambda: _run(arguments), _at_fault)


def _run(arguments: Sequence[str]) -> int:
    program = typer.main.get_command(build())
    try:
        code = program.main(list(arguments), prog_name="heatdesk", standalone_mode=False)
    except PlantError as error:
        complain(str(error))
        return exit_code(error)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except TyperException as error:
        complain(slip(error.format_message()))
        return BAD_INPUT
    except SystemExit as ending:
        # 1 is the library's way of saying that whoever read our output has gone (``| head``).
        return ending.code if isinstance(ending.code, int) and ending.code != 1 else 0
    return code if isinstance(code, int) else 0


def build() -> typer.Typer:
    """Return the program with all its commands."""
    found = sorted(discover(app.cli, "COMMAND", Command).values(), key=lambda each: each.order)
    program = typer.Typer(
        help=_("The desktop control room for district energy."),
        invoke_without_command=True,
        cls=in_order([command.name for command in found]),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for command in found:
        if command.parts:
            program.add_typer(_group(command), name=command.name, help=_help_of(command))
            continue
        manners: dict[str, Any] = {}
        if command.takes_negatives:
            manners = {"ignore_unknown_options": True}
        if command.passes_on:
            manners = {
                "ignore_unknown_options": True,
                "allow_extra_args": True,
                "help_option_names": [],
            }
        program.command(
            command.name, cls=SpokenCommand, help=_help_of(command), context_settings=manners
        )(command.run)
    program.callback()(_desktop)
    return program


def _group(command: Command) -> typer.Typer:
    """Return the parts of a command, each a command of its own."""
    parts = sorted(command.parts, key=lambda part: part.order)
    names = in_order([part.name for part in parts])
    group = typer.Typer(cls=names, rich_markup_mode=None)
    for part in parts:
        group.command(part.name, cls=SpokenCommand, help=_help_of(part))(part.run)
    return group


def _at_fault(error: Exception, report: Path) -> int:
    complain(
        _("a fault of Heatdesk itself ({kind}); its report lies in {file}").format(
            kind=type(error).__name__, file=report
        )
    )
    return FAULT


def _desktop(context: typer.Context) -> None:
    """Start the desktop when no command is named."""
    if context.invoked_subcommand is None:
        from app.compose.desktop import open_last_project

        raise typer.Exit(open_last_project())


def _help_of(command: Command) -> str:
    return _((command.run.__doc__ or "").strip().splitlines()[0])


def _language_wished() -> str:
    for name in ("HEATDESK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value.split(".")[0].split("_")[0]
    return "en"

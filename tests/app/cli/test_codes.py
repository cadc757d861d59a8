"""Every error has its public exit code, and every command introduces itself."""

import inspect

import pytest

import app.cli
import app.errors
from app.cli.command import Command, exit_code
from app.compose.terminal import BAD_INPUT, FAULT, FORBIDDEN, UNREACHABLE
from app.errors import (
    BadInput,
    CoreLost,
    DeviceRefused,
    DeviceUnreachable,
    FaultOfOurs,
    NothingSent,
    NotPermitted,
    PlantError,
    ProjectInUse,
    SecretsLocked,
    StoreBroken,
    WriteRefused,
)
from app.plugins import discover

EVERY_ERROR = [
    kind
    for _, kind in inspect.getmembers(app.errors, inspect.isclass)
    if issubclass(kind, PlantError)
]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (BadInput, 2),
        (WriteRefused, 2),
        (DeviceRefused, 2),
        (StoreBroken, 2),
        (SecretsLocked, 2),
        (NotPermitted, 3),
        (DeviceUnreachable, 4),
        (NothingSent, 4),
        (ProjectInUse, 4),
        (CoreLost, 4),
        (FaultOfOurs, 1),
    ],
)
def test_an_error_s_code_is_the_published_one(kind: type[PlantError], code: int) -> None:
    assert exit_code(kind("a sentence")) == code


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_no_error_is_without_a_code(kind: type[PlantError]) -> None:
    assert exit_code(kind("a sentence")) in {FAULT, BAD_INPUT, FORBIDDEN, UNREACHABLE}


def test_every_module_of_a_command_introduces_one_with_a_sentence_and_a_place() -> None:
    found = discover(app.cli, "COMMAND", Command)
    names = [command.name for command in found.values()]
    orders = [command.order for command in found.values()]
    assert len(set(names)) == len(names) >= 12
    assert len(set(orders)) == len(orders)
    for command in found.values():
        first = (inspect.getdoc(command.run) or "").splitlines()[0]
        assert first.endswith(".")
        assert len(first) < 100

"""The tests of one suite run again on another engine: each that asks for nothing else."""

import inspect
from collections.abc import Callable, Collection
from types import ModuleType
from typing import Any


def same_tests(
    suite: ModuleType, fixtures: Collection[str], without: Collection[str] = ()
) -> dict[str, Callable[..., Any]]:
    """Return the tests of a suite that need no other fixtures than those, by new names.

    A module that takes them into itself runs them with its own fixtures of those names.
    ``without`` are tests that speak of files; one that does not exist is an error.
    """
    prefix = suite.__name__.rpartition(".")[2]
    found = {
        name: each
        for name, each in vars(suite).items()
        if name.startswith("test_") and inspect.isfunction(each)
    }
    assert not set(without) - set(found), set(without) - set(found)
    chosen: dict[str, Callable[..., Any]] = {}
    for name, each in found.items():
        asked = set(inspect.signature(each).parameters) - _given(each)
        if name not in without and asked <= set(fixtures):
            chosen[f"{prefix}__{name.removeprefix('test_')}"] = each
    assert chosen
    return chosen


def _given(test: Callable[..., Any]) -> set[str]:
    """Return the parameters that a mark fills in."""
    names: set[str] = set()
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            said = mark.args[0]
            names |= set(said.replace(",", " ").split()) if isinstance(said, str) else set(said)
    return names

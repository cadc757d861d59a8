"""The word of the channel changes with every verb, parameter and type that crosses it."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import make_dataclass
from enum import Enum
from typing import Any, Optional

import pytest

from app.channel import dialect as module
from app.channel.dialect import _described, dialect
from app.channel.surface import surface

Colour = Enum("Colour", {"RED": "red"})
More = Enum("Colour", {"RED": "red", "BLUE": "blue"})  # type: ignore[misc]


def told(hint: Any) -> list[str]:
    return [*_described(hint, set())]


def test_it_is_the_same_in_every_process() -> None:
    code = "from app.channel.dialect import dialect; print(dialect())"
    words = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        ).stdout.strip()
        for _nth in range(2)
    }
    assert words == {dialect()}
    assert len(dialect()) == 16


@pytest.mark.parametrize("wrap", [Sequence, list, Optional])
def test_whatever_lies_inside_a_type_is_told(wrap: Any) -> None:
    def shape(colour: Any) -> Any:
        inner = make_dataclass("Inner", [("colour", colour)])
        return wrap[make_dataclass("Outer", [("inner", inner)])]

    assert told(shape(Colour)) != told(shape(More))
    assert told(shape(Colour)) == told(shape(Colour))


def test_another_parameter_is_another_word(monkeypatch: pytest.MonkeyPatch) -> None:
    now = dialect()
    known = dict(surface())
    known.pop("plant.title")
    monkeypatch.setattr(module, "surface", lambda: known)
    dialect.cache_clear()
    try:
        assert dialect() != now
    finally:
        monkeypatch.undo()
        dialect.cache_clear()
    assert dialect() == now

"""What the two ends of the channel must have in common: verbs, and the types they carry."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, get_args, get_type_hints

from app.channel.surface import EVENTS, surface

_DIGITS = 16


@cache
def dialect() -> str:
    """Return a word that is another one as soon as a verb or a type it carries is.

    Windows and commands of one version may meet a core of another: a service goes on
    running while the program is brought up to date. They must not guess at each other.
    """
    told: list[str] = [*EVENTS]
    seen: set[Any] = set()
    for name, call in sorted(surface().items()):
        told.append(f"{name}{call.parameters}")
        for hint in call.hints.values():
            told += _described(hint, seen)
    return sha256("\n".join(told).encode()).hexdigest()[:_DIGITS]


def _described(hint: Any, seen: set[Any]) -> Iterator[str]:
    """Yield what a type is made of, each type once, however deep it lies."""
    for part in get_args(hint):
        yield from _described(part, seen)
    if not isinstance(hint, type) or hint in seen:
        return
    seen.add(hint)
    if issubclass(hint, Enum):
        yield f"{hint.__name__}: {[each.value for each in hint]}"
    elif is_dataclass(hint):
        yield f"{hint.__name__}: {[(each.name, str(each.type)) for each in fields(hint)]}"
        for each in _hints(hint).values():
            yield from _described(each, seen)


def _hints(kind: type) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except NameError:  # of arrays, known to checkers alone: they cross in a way of their own
        return {}

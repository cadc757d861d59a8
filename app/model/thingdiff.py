"""What differs between two versions of a thing: field by field, or line by line of a file."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

ABSENT = ""  # stands for a field that is not there
_PLACE = " › "  # between the names of a field within a field


class Change(Enum):
    """How a field or a line of the newer version came about."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in both versions, in plain text."""

    name: str  # "options › host"
    old: str
    new: str
    change: Change


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of a file; numbers count from 1, None where the line is not."""

    old_number: int | None
    new_number: int | None
    text: str
    change: Change


def field_changes(older: str, newer: str) -> list[FieldChange]:
    """Return every field of two contents that are JSON, the older one's order first.

    A content that is empty, or no JSON, has no fields.
    """
    before, after = _fields(older), _fields(newer)
    return [
        FieldChange(
            name,
            before.get(name, ABSENT),
            after.get(name, ABSENT),
            _change(name, before, after),
        )
        for name in dict.fromkeys([*before, *after])
    ]


def line_changes(older: str, newer: str) -> list[LineChange]:
    """Return the lines of both texts as one list: what went stands before what came."""
    before, after = older.splitlines(), newer.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    made: list[LineChange] = []
    for kind, old, old_end, new, new_end in matcher.get_opcodes():
        if kind == "equal":
            both = zip(range(old, old_end), range(new, new_end), strict=True)
            made += [LineChange(a + 1, b + 1, after[b], Change.SAME) for a, b in both]
            continue
        made += [
            LineChange(at + 1, None, before[at], Change.REMOVED) for at in range(old, old_end)
        ]
        made += [
            LineChange(None, at + 1, after[at], Change.ADDED) for at in range(new, new_end)
        ]
    return made


def told(changes: Sequence[FieldChange], most: int = 5) -> str:
    """Return what changed in a few words: "name 'x' → 'y'; unit 1 → 2"."""
    really = [each for each in changes if each.change is not Change.SAME]
    parts = [
        f"{each.name.replace('_', ' ')} {_quoted(each.old)} → {_quoted(each.new)}"
        for each in really[:most]
    ]
    return "; ".join([*parts, "…"] if len(really) > most else parts)


def _change(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Change:
    if name not in before:
        return Change.ADDED
    if name not in after:
        return Change.REMOVED
    return Change.SAME if before[name] == after[name] else Change.CHANGED


def _fields(content: str) -> dict[str, str]:
    try:
        known: Any = json.loads(content)
    except ValueError:
        return {}
    return dict(_leaves("", known))


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every value there is with its place; short lists of plain values are one."""
    if isinstance(value, Mapping) and value:
        for name, inside in value.items():
            yield from _leaves(f"{place}{_PLACE}{name}" if place else str(name), inside)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for at, inside in enumerate(value, start=1):
            yield from _leaves(f"{place}{_PLACE}{at}" if place else str(at), inside)
    elif isinstance(value, list):
        yield place, ", ".join(map(_text, value))
    else:
        yield place, _text(value)


def _text(value: object) -> str:
    if value is None or value in ({}, []):
        return ABSENT
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "–"

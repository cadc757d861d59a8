"""Checking a profile's shape against the published schema, in words an engineer can act on."""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.profiles.fault import Faults
from app.profiles.tree import Entry, Items, Leaf, Node, Table, plain

SCHEMA_FILE = "profile-v1.schema.json"
METER_SCHEMA_FILE = "meter-v1.schema.json"

# how the entries of a list are called in sentences, and by which field
_CALLED = {
    "points": ("point", "id"),
    "alarms": ("alarm", "number"),
    "unknown": ("unknown", "key"),
    "week_programs": ("week program of circuit", "circuit"),
}
_COUNTED = {"detect": "detect rule", "tests": "test", "sources": "source", "notes": "note"}
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of 'word: value'",
    "null": "nothing",
}
_PATTERNS = {
    "^[a-z][a-z0-9_]*$": "small letters, digits and _, beginning with a letter",
    "^-?(0|[1-9][0-9]*)$": "a whole number",
    "^(0|[1-9][0-9]*)$": "a whole number from 0",
    "^[1-9]$": "a circuit from 1 to 9",
    "^[a-z][a-z0-9-]*$": "small letters, digits and -, beginning with a letter",
    "^[A-Z]{3}$": "three capital letters",
    "^([0-9A-F]{2})+$": "bytes in hexadecimal digits, 0 to 9 and A to F",
    "^[0-9A-F ]+$": "hexadecimal digits, 0 to 9 and A to F",
    "^[A-Za-z][A-Za-z0-9_]*$": "letters, digits and _, beginning with a letter",
    "^[a-z0-9][a-z0-9_]*$": "small letters, digits and _",
    "^[a-z0-9][a-z0-9_]*(\\.[a-z0-9][a-z0-9_]*)*$": "small letters, digits, _ and dots",
    "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$": "small words with dots between",
    "^([0-9]+(\\.[0-9]+)?(ms|s|min|h)|on_connect)$": "a time such as 10s, 500ms or on_connect",
}
_LONGEST_QUOTE = 40


@cache
def schema(file: str = SCHEMA_FILE) -> Mapping[str, Any]:
    """Return a published JSON Schema, without a ``file`` that of device profiles."""
    text = files("app.profiles.schema").joinpath(file).read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(file: str) -> Draft202012Validator:
    return Draft202012Validator(schema(file))


Cut = frozenset[tuple[str, ...]]  # what was left out: a section, or a section and an entry


def check_shape(tree: Node, faults: Faults, by: str = SCHEMA_FILE) -> tuple[Table, Cut]:
    """Note every fault of shape; return what is left when the faulty parts are cut out.

    The second answer names what was cut out, so that what refers to it is not called
    wrong as well; points go by their ids, not by their place in the list.
    """
    broken: set[tuple[str, ...]] = set()
    for error in _validator(by).iter_errors(plain(tree)):
        path = tuple(str(step) for step in error.absolute_path)
        broken.update(_cut(path, error))
        for line, sentence in _sentences(tree, path, error):
            faults.add(tree.file, line, sentence)
    if not isinstance(tree, Table):
        return Table({}, tree.file, tree.line), frozenset({()})
    return _without(tree, broken, by), frozenset(_by_name(tree, path) for path in broken)


def _cut(path: tuple[str, ...], error: ValidationError) -> Iterator[tuple[str, ...]]:
    """Return the smallest parts, sections or their entries, that one fault spoils."""
    if error.validator == "additionalProperties" and len(path) == 1:
        part: Any = error.schema
        found: Any = error.instance
        yield from ((*path, key) for key in found if not _allowed(key, part))
    else:
        yield path[:2]


def _allowed(key: str, part: Mapping[str, Any]) -> bool:
    """Whether a part of the schema knows ``key``."""
    patterns = part.get("patternProperties", {})
    return key in part.get("properties", {}) or any(re.search(p, key) for p in patterns)


def _without(tree: Table, broken: set[tuple[str, ...]], by: str) -> Table:
    """Return the tree without the sections, or entries of sections, that are broken."""
    kept: dict[str, Entry] = {}
    for key, entry in tree.entries.items():
        if (key,) in broken or key not in schema(by)["properties"]:
            continue
        node = entry.node
        if isinstance(node, Items):
            whole = [
                each for index, each in enumerate(node.nodes) if (key, str(index)) not in broken
            ]
            node = Items(tuple(whole), node.file, node.line)
        elif isinstance(node, Table):
            fit = {k: v for k, v in node.entries.items() if (key, k) not in broken}
            node = Table(fit, node.file, node.line)
        kept[key] = Entry(entry.key_line, node)
    return Table(kept, tree.file, tree.line)


def _by_name(tree: Table, path: tuple[str, ...]) -> tuple[str, ...]:
    points = tree.get("points")
    if path[:1] != ("points",) or len(path) == 1 or not isinstance(points, Items):
        return path
    return ("points", _field(points.nodes[int(path[1])], "id"))


def _sentences(
    tree: Node, path: Sequence[str], error: ValidationError
) -> Iterator[tuple[int, str]]:
    node, where = _walk(tree, path)
    wanted: Any = error.validator_value
    found: Any = error.instance
    if error.validator == "required":
        for missing in wanted:
            if missing not in found:
                yield node.line, f"{_intro(where)}'{missing}' is missing"
    elif error.validator == "additionalProperties":
        part: Any = error.schema
        yield from _unknown_words(node, where, part)
    else:
        yield node.line, f"{where or 'the file'} {_said(error)}"


def _unknown_words(
    node: Node, where: str, part: Mapping[str, Any]
) -> Iterator[tuple[int, str]]:
    for key, entry in node.entries.items() if isinstance(node, Table) else ():
        if not _allowed(key, part):
            yield entry.key_line, f"{_intro(where)}{_unknown_word(key, part)}"


def _unknown_word(key: str, part: Mapping[str, Any]) -> str:
    for pattern in part.get("patternProperties", ()):
        return f"key {_quote(key)} must be {_PATTERNS.get(pattern, 'another form')}"
    near = difflib.get_close_matches(key, part.get("properties", {}), n=1)
    return f"{_quote(key)} is not known here" + (f"; did you mean '{near[0]}'?" if near else "")


def _said(error: ValidationError) -> str:
    """Return what is wrong with a value, without its place."""
    say = _SAID.get(str(error.validator))
    if say is None:
        return f"does not fit: {error.message[:200]}"
    return say(error.instance, error.validator_value)


def _walk(tree: Node, path: Sequence[str]) -> tuple[Node, str]:
    """Return the node at ``path`` and its place in words: "point c1_xp: write.min"."""
    node, heads = tree, ""
    tail: list[str] = []
    for depth, step in enumerate(path):
        if isinstance(node, Items):
            node = node.nodes[int(step)]
            if depth == 1:
                heads, tail = _entry_name(path[0], int(step), node), []
            else:
                tail.append(str(int(step) + 1))
        elif isinstance(node, Table):
            node = node.entries[step].node
            tail.append(step)
    words = ".".join(tail)
    return node, f"{heads}: {words}" if heads and words else heads or words


def _entry_name(section: str, index: int, node: Node) -> str:
    if section in _CALLED:
        noun, field = _CALLED[section]
        name = _field(node, field)
        return f"{noun} {name}" if name else f"{noun} number {index + 1}"
    return f"{_COUNTED.get(section, section)} {index + 1}"


def _field(node: Node, field: str) -> str:
    leaf = node.get(field) if isinstance(node, Table) else None
    return str(leaf.value)[:_LONGEST_QUOTE] if isinstance(leaf, Leaf) else ""


def _intro(where: str) -> str:
    return f"{where}: " if where else ""


def _quote(value: Any) -> str:
    words = str(value).replace("\n", " ")
    return f"'{words[:_LONGEST_QUOTE]}…'" if len(words) > _LONGEST_QUOTE else f"'{words}'"


def _seen(value: Any) -> str:
    """Return what stands there, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a group"
    if isinstance(value, list):
        return "a list"
    return f"the text {_quote(value)}" if isinstance(value, str) else f"the number {value}"


def _wanted(types: Any) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(_KINDS.get(name, name) for name in names)


_SAID: Mapping[str, Callable[[Any, Any], str]] = {
    "type": lambda value, types: f"is {_seen(value)}, {_wanted(types)} is needed",
    "enum": lambda value, known: f"{_quote(value)} is not one of {', '.join(map(str, known))}",
    "const": lambda value, only: f"{_quote(value)} must be {only}",
    "pattern": lambda value, pattern: (
        f"{_quote(value)} must be {_PATTERNS.get(pattern, 'another form')}"
    ),
    "minimum": lambda value, limit: f"{value} is below {limit}",
    "maximum": lambda value, limit: f"{value} is above {limit}",
    "exclusiveMinimum": lambda value, limit: f"{value} must be above {limit}",
    "minLength": lambda _value, _limit: "is empty",
    "maxLength": lambda _value, limit: f"is longer than {limit} characters",
    "minItems": lambda value, limit: f"has {len(value)} entries, {limit} are needed",
    "maxItems": lambda value, limit: f"has {len(value)} entries, at most {limit} are possible",
    "minProperties": lambda _value, _limit: "is empty",
    "uniqueItems": lambda _value, _limit: "holds the same value twice",
}

"""Reading a profile file as a tree that still knows in which line everything stands."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from app.profiles.fault import ProfileError

MAX_BYTES = 1_000_000  # the largest profile we know of has 40 kB
MAX_DEPTH = 12  # a profile needs 6
MAX_NODES = 60_000  # 400 points of 30 fields and as many vectors again

Scalar = str | int | float | bool | None

_NULL = frozenset({"", "~", "null"})
_TRUTH = {"true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]{1,16}", re.ASCII)
_DECIMAL = re.compile(
    r"[-+]?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?", re.ASCII
)
_UNFIT = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# libyaml reads the same language some ten times faster; wheels carry it everywhere
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value; ``line`` counts from 1."""

    value: Scalar
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    nodes: "tuple[Node, ...]"
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands behind one key, and where the key stands."""

    key_line: int
    node: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; keys are always text, so that 0 and "0" are the same key."""

    entries: Mapping[str, Entry]
    file: str
    line: int

    def get(self, key: str) -> "Node | None":
        """Return what stands behind ``key``, or None."""
        entry = self.entries.get(key)
        return entry.node if entry else None


Node = Leaf | Items | Table


def plain(node: Node) -> Any:
    """Return the tree as dicts, lists and values, for the schema."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Items):
        return [plain(each) for each in node.nodes]
    return {key: plain(entry.node) for key, entry in node.entries.items()}


def read_tree(file: str, data: bytes) -> tuple[Node | None, tuple[ProfileError, ...]]:
    """Return the tree of a file's bytes and every fault of its writing.

    ``file`` is the name shown in sentences. The tree is None when the file cannot
    be read at all; keys given twice leave a tree (the first wins) and a fault.
    """
    text, faults = _text(file, data)
    if text is None:
        return None, faults
    reader = _Reader(file)
    try:
        tree = reader.document(_events(text))
    except _Unreadable as refusal:
        return None, (*reader.faults, refusal.fault)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "cannot be read"
        line = mark.line + 1 if mark else 1
        return None, (*reader.faults, ProfileError(file, line, f"not YAML: {said}"))
    except yaml.YAMLError as error:
        return None, (*reader.faults, ProfileError(file, 1, f"not YAML: {error}"))
    return tree, tuple(reader.faults)


class _Unreadable(Exception):
    """The file holds something that ends the reading."""

    def __init__(self, fault: ProfileError) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _text(file: str, data: bytes) -> tuple[str | None, tuple[ProfileError, ...]]:
    """Return the text with plain line ends, or the faults that keep it from being text."""
    if len(data) > MAX_BYTES:
        return None, (ProfileError(file, 1, f"larger than {MAX_BYTES // 1000} kB"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        return None, (ProfileError(file, line, said),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults = []
    for number, line_text in enumerate(text.split("\n"), start=1):
        found = _UNFIT.search(line_text)
        if found and found[0] == "\t":
            faults.append(ProfileError(file, number, "a tab; indent and separate with spaces"))
        elif found:
            said = f"character U+{ord(found[0]):04X} does not belong in a profile"
            faults.append(ProfileError(file, number, said))
    return (None if faults else text), tuple(faults)


def _events(text: str) -> Iterator[Any]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _value(event: yaml.ScalarEvent) -> Scalar:
    """Return a plain word as YAML 1.2 reads it: yes, on and 12:30 stay words."""
    word = str(event.value)
    if event.style or word in _TRUTH:
        return word if event.style else _TRUTH[word]
    if word.lower() in _NULL:
        return None
    if _WHOLE.fullmatch(word) or _HEX.fullmatch(word):
        return int(word, 16 if "x" in word else 10)
    if _DECIMAL.fullmatch(word) and math.isfinite(float(word)):
        return float(word)
    return word


def _line(event: Any) -> int:
    """Return the line an event begins in, counted from 1."""
    return int(event.start_mark.line) + 1


class _Reader:
    """Builds the tree from the parser's events; refuses what a profile has no use for."""

    def __init__(self, file: str) -> None:
        self.faults: list[ProfileError] = []
        self._file = file
        self._nodes = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        tree: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    raise self._refuse(event, "a second document; one profile a file")
            elif isinstance(event, yaml.NodeEvent):
                tree = self._node(event, events, 1)
        return tree

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._check(event, depth)
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            return Leaf(_value(event), self._file, line)
        if isinstance(event, yaml.SequenceStartEvent):
            nodes = []
            for inner in events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    break
                nodes.append(self._node(inner, events, depth + 1))
            return Items(tuple(nodes), self._file, line)
        return Table(self._entries(events, depth), self._file, line)

    def _entries(self, events: Iterator[Any], depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_event in events:
            if isinstance(key_event, yaml.MappingEndEvent):
                break
            self._check(key_event, depth + 1)
            if not isinstance(key_event, yaml.ScalarEvent):
                raise self._refuse(key_event, "a key must be a single word or number")
            line, key = _line(key_event), str(key_event.value)
            node = self._node(next(events), events, depth + 1)
            before = entries.setdefault(key, Entry(line, node))
            if before.node is not node:
                said = f"'{key}' is given twice, first in line {before.key_line}"
                self.faults.append(ProfileError(self._file, line, said))
        return entries

    def _check(self, event: Any, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refuse(event, f"more than {MAX_NODES} entries")
        if depth > MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise self._refuse(
                event, f"'{sign}{event.anchor}': profiles have no anchors and aliases"
            )
        if event.tag is not None:
            raise self._refuse(event, f"'{event.tag}': profiles have no tags")

    def _refuse(self, event: Any, said: str) -> "_Unreadable":
        return _Unreadable(ProfileError(self._file, _line(event), said))

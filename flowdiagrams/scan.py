"""Reads a picture's file entry by entry, so that one broken line costs one element."""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field

from app.errors import BadInput
from flowdiagrams.parts import shown

LONGEST_FILE = 2_000_000  # characters; a picture of 5,000 elements has a quarter of it
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_ENTRY = re.compile(r"^[ \t]*[{\]]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of the file and the line it starts on."""

    value: object
    line: int


@dataclass(slots=True)
class Scan:
    """What was readable, and a sentence (with its line) for each part that was not."""

    head: dict[str, Entry] = field(default_factory=dict)
    lists: dict[str, list[Entry]] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)


def scan(text: str, lists: frozenset[str]) -> Scan:
    """Read a JSON object whose entries named in ``lists`` are lists read entry by entry."""
    found = Scan()
    if len(text) > LONGEST_FILE:
        found.faults.append((1, f"is longer than {LONGEST_FILE:,} characters"))
        return found
    reader = _Reader(text, found)
    try:
        reader.read(lists)
    except BadInput as error:
        found.faults.append((reader.line, str(error)))
    return found


class _Reader:
    def __init__(self, text: str, found: Scan) -> None:
        self._text = text
        self._found = found
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_unique, parse_constant=_refuse_constant
        )

    @property
    def line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1

    def read(self, lists: frozenset[str]) -> None:
        self._expect("{")
        if self._peek() == "}":
            self._expect("}")
            return self._end()
        while True:
            self._entry(lists)
            if self._peek() != ",":
                break
            self._expect(",")
        self._expect("}")
        return self._end()

    def _entry(self, lists: frozenset[str]) -> None:
        self._peek()
        line = self.line
        key = self._value()
        if not isinstance(key, str):
            raise BadInput(f"expected the name of an entry, not {shown(key)}")
        self._expect(":")
        if key in self._found.head or key in self._found.lists:
            raise BadInput(f'"{key}" stands twice')
        if key in lists and self._peek() == "[":
            self._found.lists[key] = []
            self._list(self._found.lists[key])
        else:
            self._found.head[key] = Entry(self._value(), line)

    def _list(self, entries: list[Entry]) -> None:
        self._expect("[")
        while self._peek() != "]":
            start, line = self._at, self.line
            try:
                entries.append(Entry(self._value(), line))
            except BadInput as error:
                self._found.faults.append((line, str(error)))
                self._skip_to_next_entry(start)
                continue
            if self._peek() == ",":
                self._expect(",")
            elif self._peek() != "]":
                self._found.faults.append((line, "a comma is missing behind this entry"))
                self._skip_to_next_entry(start)
        self._expect("]")

    def _skip_to_next_entry(self, start: int) -> None:
        newline = self._text.find("\n", start)
        match = _NEXT_ENTRY.search(self._text, newline + 1) if newline >= 0 else None
        if match is None:
            self._at = len(self._text)
            raise BadInput("the list of entries never ends")
        self._at = match.start()

    def _value(self) -> object:
        self._peek()
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise BadInput(f"is not JSON: {error.msg}") from error
        except RecursionError as error:
            raise BadInput("is nested too deeply") from error
        except ValueError as error:
            raise BadInput(f"is not JSON: {error}") from error
        return value

    def _peek(self) -> str:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        if self._at >= len(self._text):
            raise BadInput("the file ends too early")
        return self._text[self._at]

    def _expect(self, mark: str) -> None:
        found = self._peek()
        if found != mark:
            raise BadInput(f'expected "{mark}", found "{found}"')
        self._at += 1

    def _end(self) -> None:
        if self._text[self._at :].strip():
            raise BadInput("something stands behind the end of the picture")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entry: dict[str, object] = {}
    for key, value in pairs:
        if key in entry:
            raise BadInput(f'"{key}" stands twice')
        entry[key] = value
    return entry


def _refuse_constant(word: str) -> float:
    raise BadInput(f"{word} is no number a picture can use")

"""A process picture as a file: loaded with a sentence for every fault, written to the byte."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from app.errors import BadInput
from flowdiagrams.elements import KINDS, Element, Symbol
from flowdiagrams.manifest import Manifest, manifest_faults, manifests
from flowdiagrams.parts import (
    PLACE,
    TEXT,
    WORD,
    Part,
    Place,
    known_word,
    part,
    shown,
    suggestion,
)
from flowdiagrams.scan import Entry, Scan, scan

FORMAT = 1
MOST_ELEMENTS = 5000
_LISTS = frozenset({"elements", "slots"})
_HEAD = ("elements", "format", "name", "size", "slots", "title")
_T = TypeVar("_T")

Migration = Callable[[str, object], object]  # (list, entry of the older format) → entry
MIGRATIONS: Mapping[int, Migration] = {}  # older format → the step to the next one


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place of the picture that a device's point may fill."""

    key: str = part(WORD)
    name: str = part(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole picture; places in px from its upper left corner, on the 4 px grid."""

    name: str
    title: str
    size: Place
    slots: tuple[Slot, ...] = ()
    elements: tuple[Element, ...] = ()


def load(
    text: str,
    name: str,
    symbols: Mapping[str, Manifest] | None = None,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> tuple[Document, tuple[str, ...]]:
    """Return the picture and a sentence for each part that had to be left out.

    ``name`` is the file's, for the sentences: ``a266_1.json:17: symbol "pmp" is not
    known; did you mean "pump"?``. Nothing raises: a file that is no picture at all
    gives an empty one and says why.
    """
    found = scan(text, _LISTS)
    loading = _Loading(found, manifests() if symbols is None else symbols)
    document = loading.document(migrations)
    ordered = sorted(found.faults, key=lambda fault: fault[0])
    return document, tuple(f"{name}:{line}: {fault}" for line, fault in ordered)


def dump(document: Document) -> str:
    """Return the file of a picture: sorted keys, one element per line."""
    entries: dict[str, str] = {
        "elements": _lines([{"kind": one.kind, **_entries(one)} for one in document.elements]),
        "format": str(FORMAT),
        "name": _json(document.name),
        "size": _json(document.size),
        "slots": _lines([_entries(slot) for slot in document.slots]),
        "title": _json(document.title),
    }
    return "{\n" + ",\n".join(f'"{key}": {text}' for key, text in entries.items()) + "\n}\n"


def load_library(name: str) -> tuple[Document, tuple[str, ...]]:
    """Return the ready picture ``name``; an unknown name gives an empty one and says so."""
    known = _library()
    if name not in known:
        fault = f'picture "{name}" is not in the library{suggestion(name, known)}'
        return Document(name="", title="", size=(0, 0)), (fault,)
    return load(known[name].read_text(encoding="utf-8"), f"{name}.json")


def library_faults() -> tuple[str, ...]:
    """Return a sentence for everything wrong with the symbols and ready pictures."""
    pictures = (fault for name in sorted(_library()) for fault in load_library(name)[1])
    return (*manifest_faults(), *pictures)


def _library() -> dict[str, Traversable]:
    return {
        file.name.removesuffix(".json"): file
        for file in files("flowdiagrams.library").iterdir()
        if file.name.endswith(".json")
    }


class _Loading:
    """Turns the entries of one file into a document, noting each fault with its line."""

    def __init__(self, found: Scan, symbols: Mapping[str, Manifest]) -> None:
        self._found = found
        self._symbols = symbols
        self._slots: dict[str, Slot] = {}
        self._is_lost = bool(found.faults) and not (found.head or found.lists)

    def document(self, migrations: Mapping[int, Migration]) -> Document:
        self._migrate(migrations)
        for slot in self._all("slots", lambda raw: _read(Slot, raw)):
            self._slots[slot.key] = slot
        elements = tuple(self._all("elements", self._element))
        document = Document(
            name=self._head("name", WORD, "nameless"),
            title=self._head("title", TEXT, ""),
            size=self._head("size", PLACE, (0, 0)),
            slots=tuple(self._slots.values()),
            elements=elements,
        )
        for key, entry in self._found.head.items():
            self._fault(entry.line, f'"{key}" is not known here{suggestion(key, _HEAD)}')
        return document

    def _migrate(self, migrations: Mapping[int, Migration]) -> None:
        entry = self._found.head.pop("format", Entry(None, 1))
        if entry.value == FORMAT or self._is_lost:
            return
        version = entry.value if isinstance(entry.value, int) else FORMAT
        if not all(step in migrations for step in range(version, FORMAT)) or version >= FORMAT:
            told = "states no format" if entry.value is None else f"has format {entry.value}"
            self._fault(entry.line, f"{told}; this program reads format {FORMAT}")
            self._found.lists.clear()
            return
        for step in range(version, FORMAT):
            for name, entries in self._found.lists.items():
                entries[:] = [
                    Entry(migrations[step](name, one.value), one.line) for one in entries
                ]

    def _all(self, name: str, read: Callable[[object], _T]) -> list[_T]:
        entries = self._found.lists.get(name, [])
        good: list[_T] = []
        for entry in entries[:MOST_ELEMENTS]:
            try:
                good.append(read(entry.value))
            except BadInput as error:
                self._fault(entry.line, str(error))
        if len(entries) > MOST_ELEMENTS:
            line = entries[MOST_ELEMENTS].line
            self._fault(line, f"only the first {MOST_ELEMENTS} {name} are read")
        return good

    def _head(self, key: str, kind: Part, missing: object) -> Any:
        entry = self._found.head.pop(key, None)
        if entry is None:
            if not self._is_lost:
                self._fault(1, f'"{key}" is missing')
            return missing
        try:
            return kind.read(entry.value)
        except BadInput as error:
            self._fault(entry.line, f'"{key}" {error}')
            return missing

    def _element(self, raw: object) -> Element:
        if not isinstance(raw, dict):
            raise BadInput(f"an element must stand in braces, not {shown(raw)}")
        kind = raw.get("kind")
        if not isinstance(kind, str):
            raise BadInput('an element must say its "kind"')
        known_word(kind, "kind", KINDS)
        element = _read(KINDS[kind], {key: raw[key] for key in raw if key != "kind"})
        for slot in element.slots():
            known_word(slot, "slot", self._slots)
        if isinstance(element, Symbol):
            known_word(element.symbol, "symbol", self._symbols)
            manifest = self._symbols[element.symbol]
            for name, _ in element.inputs:
                known_word(name, f"input of {element.symbol}", manifest.inputs)
        return element

    def _fault(self, line: int, sentence: str) -> None:
        self._found.faults.append((line, sentence))


def _read(kind: type[_T], raw: object) -> _T:
    """Return the dataclass ``kind`` read from a JSON object; `BadInput` if it cannot."""
    if not isinstance(raw, dict):
        raise BadInput(f"an entry must stand in braces, not {shown(raw)}")
    declared = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    for key in raw:
        known_word(key, "entry", declared)
    values: dict[str, object] = {}
    for key, one in declared.items():
        if key in raw:
            try:
                values[key] = one.metadata["part"].read(raw[key])
            except BadInput as error:
                raise BadInput(f'"{key}" {error}') from error
        elif one.default is MISSING:
            raise BadInput(f'"{key}" is missing')
    return kind(**values)


def _entries(one: Element | Slot) -> dict[str, object]:
    """Return what an element's file entry holds: everything that is not its default."""
    return {
        entry.name: entry.metadata["part"].write(getattr(one, entry.name))
        for entry in fields(one)
        if getattr(one, entry.name) != entry.default
    }


def _lines(entries: Sequence[Mapping[str, object]]) -> str:
    if not entries:
        return "[]"
    return "[\n" + ",\n".join(_json(entry) for entry in entries) + "\n]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)

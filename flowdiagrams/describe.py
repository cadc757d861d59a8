"""The JSON Schema of a picture's file, made from the same declarations the loader reads by."""

import json
from dataclasses import MISSING, fields
from importlib.resources import files

from flowdiagrams.document import FORMAT, Slot
from flowdiagrams.elements import KINDS, Element
from flowdiagrams.parts import PLACE, TEXT, WORD, Json

PUBLISHED = f"diagram-v{FORMAT}.schema.json"


def schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of the present format."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": PUBLISHED,
        "title": "Heatdesk process picture",
        "type": "object",
        "properties": {
            "elements": {"type": "array", "items": {"oneOf": [*map(_element, KINDS.values())]}},
            "format": {"const": FORMAT},
            "name": WORD.schema,
            "size": PLACE.schema,
            "slots": {"type": "array", "items": _entry(Slot)},
            "title": TEXT.schema,
        },
        "required": ["elements", "format", "name", "size", "slots", "title"],
        "additionalProperties": False,
    }


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def published() -> str:
    """Return the schema file that ships with the program."""
    return files("flowdiagrams.schema").joinpath(PUBLISHED).read_text(encoding="utf-8")


def _element(kind: type[Element]) -> Json:
    told = (kind.__doc__ or "").splitlines()[0]
    return {"description": told, **_entry(kind, {"kind": {"const": kind.kind}})}


def _entry(kind: type[Element | Slot], more: Json | None = None) -> Json:
    declared = {one.name: one for one in fields(kind)}
    properties = {name: one.metadata["part"].schema for name, one in declared.items()}
    required = [name for name, one in declared.items() if one.default is MISSING]
    return {
        "type": "object",
        "properties": {**properties, **(more or {})},
        "required": sorted([*required, *(more or {})]),
        "additionalProperties": False,
    }

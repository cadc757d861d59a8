"""Points as text and back: what a device told of its own points is known over a restart."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields
from enum import Enum
from typing import Any

from app.model.point import Category, PointSpec, ValueKind, WriteRules

Points = Mapping[str, PointSpec]


def points_text(points: Points) -> str:
    """Return points as JSON: of each what differs from a point that says nothing."""
    return json.dumps([_content(each) for each in points.values()], ensure_ascii=False)


def points_in(text: str) -> Points:
    """Return the points of a text, by key in its order; raises what malformed ones raise.

    That is ValueError, TypeError, KeyError or AttributeError.
    """
    specs = [_spec(content) for content in json.loads(text)]
    return {spec.key: spec for spec in specs}


def _content(spec: PointSpec) -> Mapping[str, object]:
    told = {each.name: getattr(spec, each.name) for each in fields(PointSpec)}
    said = {name: value for name, value in told.items() if value != _SAYS_NOTHING[name]}
    if spec.write is not None:
        said["write"] = asdict(spec.write)
    return {name: v.value if isinstance(v, Enum) else v for name, v in said.items()}


def _spec(content: Mapping[str, Any]) -> PointSpec:
    told = {name: content[name] for name in _SAYS_NOTHING if name in content}
    told["key"] = str(content["key"])
    if "kind" in told:
        told["kind"] = ValueKind(told["kind"])
    if "category" in told:
        told["category"] = Category(told["category"])
    if "choices" in told:
        told["choices"] = {int(code): str(word) for code, word in told["choices"].items()}
    if "write" in told:
        told["write"] = _rules(told["write"])
    return PointSpec(**told)


def _rules(content: Mapping[str, Any]) -> WriteRules:
    """Return what a setting accepts; lists of JSON were tuples."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in content.items()
    }
    return WriteRules(**told)


def _nothing(each: "Field[Any]") -> object:
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


_SAYS_NOTHING = {each.name: _nothing(each) for each in fields(PointSpec)}

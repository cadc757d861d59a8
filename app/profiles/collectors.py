"""The kinds of collectors that come along: one file of public facts each."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.model.collector import CollectorKind

_SUFFIX = ".toml"


@cache
def collector_kinds() -> Mapping[str, CollectorKind]:
    """Return every kind by its id, the name of its file; read once."""
    found = {}
    for file in sorted(files("resources.collectors").iterdir(), key=lambda each: each.name):
        if file.name.endswith(_SUFFIX):
            own = file.name.removesuffix(_SUFFIX)
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            found[own] = CollectorKind(own, **content)
    return found

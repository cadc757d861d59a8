"""The libraries Heatdesk is built upon, each with its licence, and Heatdesk's own."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.resources import files
from pathlib import Path

LICENCE = "GPL-3.0-or-later"
PROGRAM = "heatdesk"
# What is shipped inside a library or beside it, without being one of Python's.
_BESIDE = (
    ("Qt", "LGPL-3.0-only", "https://www.qt.io"),
    ("SQLite", "blessing", "https://www.sqlite.org"),
    ("FiraGO", "OFL-1.1", "https://github.com/bBoxType/FiraGO"),
    ("Noto Emoji", "OFL-1.1", "https://github.com/googlefonts/noto-emoji"),
    ("Tabler Icons", "MIT", "https://tabler.io/icons"),
)
_LICENCE_FILES = ("LICEN", "COPYING", "NOTICE")


@dataclass(frozen=True, slots=True)
class Library:
    """One library: its licence as SPDX writes it, and where it comes from."""

    name: str
    licence: str
    home: str

    @property
    def version(self) -> str:
        """The version installed here, "" for what is not there or has none."""
        return version_of(self.name)


def version_of(name: str) -> str:
    """Return which version of a package is installed here, "" when it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def libraries() -> Sequence[Library]:
    """Return what the program may load, by name."""
    text = (files("resources.licences") / "libraries.csv").read_text(encoding="utf-8")
    listed = [Library(**row) for row in csv.DictReader(text.splitlines())]
    beside = [Library(*each) for each in _BESIDE]
    return sorted([*listed, *beside], key=lambda each: each.name.casefold())


@cache
def own_licence() -> str:
    """Return the text of Heatdesk's licence."""
    place = files("resources.licences") / "LICENSE-GPL-3.0.txt"
    return place.read_text(encoding="utf-8")


def licence_text(library: Library) -> str:
    """Return the licence that came with an installed library; "" when none did."""
    try:
        kept = distribution(library.name).files or []
    except PackageNotFoundError:
        return ""
    found = [
        each
        for each in kept
        if each.name.upper().startswith(_LICENCE_FILES) and ".dist-info" in str(each)
    ]
    texts = [
        each.read_text(encoding="utf-8") for each in found if Path(each.locate()).is_file()
    ]
    return "\n\n".join(text.strip() for text in texts)

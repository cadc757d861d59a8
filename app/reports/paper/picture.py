"""A flow picture for paper as a file: pipes, plant parts, and where values stand."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import cattrs
from cattrs.preconf.json import make_converter

from app.errors import BadInput

FORMAT = 1
Place = tuple[float, float]  # 0.1 mm from the picture's upper left corner
Arrow = tuple[float, float, str]  # place, and where the water goes: right, left, up, down


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A thin line: between sections, or from a value to where it is measured."""

    points: tuple[Place, ...]
    style: str = "leader"  # "section", "leader" or "stem"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """Water on its way: supply solid, return dashed."""

    points: tuple[Place, ...]
    medium: str
    arrows: tuple[Arrow, ...] = ()
    junctions: tuple[Place, ...] = ()
    hops: tuple[Place, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A piece of plant that looks the same whatever it does."""

    symbol: str
    at: Place
    size: Place = (0, 0)
    label: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """A pump: filled when it runs; its sign above, what it does below (or beside)."""

    at: Place
    tag: str
    running: str
    override: str = ""
    manual: str = ""
    below: bool = False  # the sign stands below, behind it "running"
    right: float = 0  # how far such words may reach; 0: as far as they need
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Valve:
    """A motor valve with what its motor does, or how far it is open."""

    at: Place
    tag: str
    opening: str
    closing: str
    position: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A measured value, its set point or limit in a second line; drawn only when bound."""

    at: Place  # left end of the base line
    right: float
    slot: str
    tag: str = ""
    name: str = ""
    small: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The head of a circuit: number, name, what it is doing."""

    at: Place
    number: str
    text: str
    mode: str = ""
    status: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Fixed words."""

    at: Place
    text: str
    anchor: float = 0.0
    room: float = 0  # how wide it may be before it takes more lines; 0: the whole picture
    down: bool = False  # further lines stand below the first, not above the last
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box around things: a building dashed, an instrument solid."""

    at: Place
    size: Place
    style: str
    title: str = ""
    note: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What the lines and signs of the picture mean."""

    at: Place
    needs: tuple[str, ...] = ()


Element = Line | Pipe | Symbol | Pump | Valve | Field | Title | Text | Box | Legend
KINDS: dict[str, type[Any]] = {
    "line": Line,
    "pipe": Pipe,
    "symbol": Symbol,
    "pump": Pump,
    "valve": Valve,
    "field": Field,
    "title": Title,
    "text": Text,
    "frame": Box,
    "legend": Legend,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture; sizes in 0.1 mm."""

    title: str
    size: Place
    elements: tuple[Element, ...]


@cache
def picture(name: str) -> Picture | None:
    """Return the picture for paper called ``name``, or None when there is none."""
    file = files("app.reports.pictures").joinpath(f"{name}.json")
    return read_picture(file.read_text(encoding="utf-8"), name) if file.is_file() else None


def read_picture(text: str, name: str) -> Picture:
    """Return the picture a file describes; `BadInput` names what is wrong with it."""
    converter = make_converter(forbid_extra_keys=True)
    try:
        raw = json.loads(text)
        if raw["format"] != FORMAT:
            raise BadInput(f"{name}: its format {raw['format']} is not known")
        elements = tuple(_element(converter, entry, name) for entry in raw["elements"])
        width, height = raw["size"]
        return Picture(str(raw["title"]), (float(width), float(height)), elements)
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(f"{name}: this is no picture for paper: {error!r}") from error


def _element(converter: cattrs.Converter, entry: dict[str, Any], name: str) -> Element:
    kind = entry["kind"]
    if kind not in KINDS:
        raise BadInput(f"{name}: there is no part {kind!r}")
    try:
        fields = {key: value for key, value in entry.items() if key != "kind"}
        element: Element = converter.structure(fields, KINDS[kind])
    except cattrs.BaseValidationError as error:
        told = "; ".join(cattrs.transform_error(error))
        raise BadInput(f"{name}: a {kind} is wrong: {told}") from error
    return element

"""What a process picture is made of: pipes, symbols, value fields, texts, heat curve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, ClassVar

from app.errors import BadInput
from flowdiagrams.parts import (
    FLAG,
    NUMBER,
    PLACE,
    PLACES,
    SLOT,
    SLOT_MAP,
    SPAN,
    SPOTS,
    TEXT,
    WORD,
    Part,
    Place,
    choice,
    part,
    several,
    whole,
)

_NEEDS = several(SLOT, most=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing drawn; ``needs``: drawn only when at least one of these slots is bound."""

    kind: ClassVar[str] = ""
    needs: tuple[str, ...] = part(_NEEDS, ())

    def slots(self) -> tuple[str, ...]:
        """Return every slot the element names, each once, in the order of its entries."""
        named = (slot for _, kind, value in self._parts() for slot in kind.slots(value))
        return tuple(dict.fromkeys(named))

    def main_slots(self) -> tuple[str, ...]:
        """Return the slots without which there is nothing to show."""
        named = (
            slot
            for metadata, kind, value in self._parts()
            if metadata["main"]
            for slot in kind.slots(value)
        )
        return tuple(dict.fromkeys(named))

    def _parts(self) -> Iterator[tuple[Any, Part, Any]]:
        for one in fields(self):
            yield one.metadata, one.metadata["part"], getattr(self, one.name)


Arrow = tuple[int, int, str]  # x, y, and where the water goes: right, left, up, down


def _arrow(value: object) -> Arrow:
    *place, to = value if isinstance(value, list) and value else [value]
    return (*PLACE.read(place), _TO.read(to))


_TO = choice("right", "left", "up", "down")
_ARROWS = several(
    Part(
        _arrow,
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "integer"}, _TO.schema],
            "minItems": 3,
            "maxItems": 3,
        },
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe(Element):
    """Water on its way: a line through ``points``; the return is drawn hollow."""

    kind: ClassVar[str] = "pipe"
    points: tuple[Place, ...] = part(PLACES)
    medium: str = part(choice("supply", "return"))
    width: int = part(whole(2, 4), 4)
    arrows: tuple[Arrow, ...] = part(_ARROWS, ())
    junctions: tuple[Place, ...] = part(SPOTS, ())  # where another pipe joins
    hops: tuple[Place, ...] = part(SPOTS, ())  # where it passes over another without joining

    def __post_init__(self) -> None:
        for (x, y), (next_x, next_y) in pairwise(self.points):
            if (x == next_x) is (y == next_y):
                raise BadInput(
                    f"a pipe runs level or upright, not from {x}, {y} to {next_x}, {next_y}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol(Element):
    """A piece of plant; its manifest turns the readings of ``inputs`` into a state."""

    kind: ClassVar[str] = "symbol"
    symbol: str = part(WORD)
    at: tuple[int, int] = part(PLACE)  # of the symbol's own origin
    label: str = part(TEXT, "")
    inputs: tuple[tuple[str, str], ...] = part(SLOT_MAP, ())  # (input of the manifest, slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Element):
    """A measured value, 60 px high: tag, name, value, and a bar with its set point or limit.

    The accepted range around the set point comes from the controller's own settings:
    ``band_width`` is a whole width in K about it, ``band_low`` and ``band_high`` are
    differences to it. The limit is ``limit``, or the line through (``limit_x``,
    ``limit_y``) at the reading of ``limit_at``, level beyond its ends.
    """

    kind: ClassVar[str] = "field"
    at: tuple[int, int] = part(PLACE)
    slot: str = part(SLOT, main=True)
    tag: str = part(TEXT, "")
    name: str = part(TEXT)
    width: int = part(whole(96, 400), 152)
    scale: tuple[float, float] | None = part(SPAN, None)  # of the bar, in the point's unit
    set_point: str = part(SLOT, "")
    limit: str = part(SLOT, "")
    limit_at: str = part(SLOT, "")
    limit_x: tuple[str, ...] = part(several(SLOT, 2, 6), ())
    limit_y: tuple[str, ...] = part(several(SLOT, 2, 6), ())
    band_width: str = part(SLOT, "")
    band_low: str = part(SLOT, "")
    band_high: str = part(SLOT, "")
    decimals: int = part(whole(0, 3), 1)  # at most; never more than the point resolves

    def __post_init__(self) -> None:
        _as_many("limit_x", self.limit_x, "limit_y", self.limit_y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Element):
    """A line of text with one value at its right end, or several in a row."""

    kind: ClassVar[str] = "value"
    at: tuple[int, int] = part(PLACE)  # left end of the base line
    shows: tuple[str, ...] = part(several(SLOT, most=4), main=True)
    width: int = part(whole(40, 400))
    tag: str = part(TEXT, "")
    name: str = part(TEXT, "")
    size: int = part(whole(12, 16), 16)
    decimals: int = part(whole(0, 3), 1)  # at most; never more than the points resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Element):
    """How far a valve is open: a bar and the percentage above it."""

    kind: ClassVar[str] = "bar"
    at: tuple[int, int] = part(PLACE)
    slot: str = part(SLOT, main=True)
    width: int = part(whole(24, 200), 56)
    scale: tuple[float, float] = part(SPAN, (0, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Element):
    """The head of a circuit: its number, its name, what it is doing."""

    kind: ClassVar[str] = "title"
    at: tuple[int, int] = part(PLACE)
    number: str = part(TEXT)
    text: str = part(TEXT)
    mode: str = part(SLOT, "")
    status: str = part(SLOT, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Element):
    """Fixed words."""

    kind: ClassVar[str] = "text"
    at: tuple[int, int] = part(PLACE)  # on the base line
    text: str = part(TEXT)
    anchor: str = part(choice("start", "middle", "end"), "start")
    size: int = part(whole(12, 18), 12)
    strong: bool = part(FLAG, default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Element):
    """A box around things that belong together: a building dashed, an instrument solid."""

    kind: ClassVar[str] = "frame"
    at: tuple[int, int] = part(PLACE)
    size: tuple[int, int] = part(PLACE)
    style: str = part(choice("building", "instrument"))
    title: str = part(TEXT, "")
    note: str = part(TEXT, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Element):
    """A thin line: between sections, or from a value to where it is measured."""

    kind: ClassVar[str] = "line"
    points: tuple[Place, ...] = part(PLACES)
    style: str = part(choice("section", "leader"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve(Element):
    """The heat curve: supply set point over outdoor temperature, and where it stands now.

    Drawn only between the points the controller holds, and only when all are known;
    ``low`` and ``high`` are the settings that cap it.
    """

    kind: ClassVar[str] = "curve"
    at: tuple[int, int] = part(PLACE)  # upper left corner of the plot
    size: tuple[int, int] = part(PLACE)
    x_range: tuple[float, float] = part(SPAN)  # left to right, °C outdoor
    y_range: tuple[float, float] = part(SPAN)  # bottom to top, °C flow
    x_step: float = part(NUMBER, 20)
    y_step: float = part(NUMBER, 20)
    outdoor: tuple[float, ...] = part(several(NUMBER, 2, 12))  # °C, where the points stand
    points: tuple[str, ...] = part(several(SLOT, 2, 12), main=True)
    x: str = part(SLOT, "")
    y: str = part(SLOT, "")
    low: str = part(SLOT, "")
    high: str = part(SLOT, "")
    decimals: int = part(whole(0, 3), 1)  # of the working point, at most

    def __post_init__(self) -> None:
        _as_many("outdoor", self.outdoor, "points", self.points)


def _as_many(name: str, ones: Sequence[object], other: str, others: Sequence[object]) -> None:
    if len(ones) != len(others):
        raise BadInput(f'"{name}" has {len(ones)} entries, but "{other}" has {len(others)}')


KINDS: dict[str, type[Element]] = {
    element.kind: element
    for element in (Bar, Curve, Field, Frame, Line, Pipe, Symbol, Text, Title, Value)
}

"""Pictures drawn by chance survive the file to the byte, a thousand times over."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from random import Random
from typing import Any

import pytest

from flowdiagrams.document import Document, Slot, dump, load
from flowdiagrams.elements import KINDS, Element, Symbol
from flowdiagrams.manifest import manifests
from flowdiagrams.parts import (
    FLAG,
    NUMBER,
    PLACE,
    SLOT,
    SLOT_MAP,
    SPAN,
    TEXT,
    WORD,
    Part,
)

SLOTS = tuple(f"slot_{nth}" for nth in range(12))
WORDS = ("Heizungsrücklauf", "Επιστροφή", "回水", "P1", "", "·", "grįžtamoji", 'a "b" \\ c')


def place(random: Random) -> tuple[int, int]:
    return random.randrange(0, 1200, 4), random.randrange(0, 800, 4)


def line(random: Random) -> tuple[tuple[int, int], ...]:
    """Return the corners of a pipe, level and upright in turn."""
    x, y = place(random)
    corners = [(x, y)]
    for turn in range(random.randint(1, 5)):
        step = random.choice((4, 40, 400))
        x, y = (x + step, y) if turn % 2 else (x, y + step)
        corners.append((x, y))
    return tuple(corners)


def some(random: Random, part: Part, name: str) -> Any:
    """Return a value an entry may have."""
    if name == "points" and part.slots(("x",)) == ():
        return line(random)
    if name in {"limit_x", "limit_y", "outdoor", "points"}:
        return _matched(random, name)
    simple: dict[int, Callable[[], Any]] = {
        id(TEXT): lambda: random.choice(WORDS),
        id(WORD): lambda: random.choice(SLOTS),
        id(SLOT): lambda: random.choice(SLOTS),
        id(NUMBER): lambda: random.choice((1, -2.5, 20)),
        id(FLAG): lambda: random.random() < 0.5,
        id(PLACE): lambda: place(random),
        id(SPAN): lambda: (random.uniform(-50, 0), random.randint(1, 99)),
        id(SLOT_MAP): lambda: (),
    }
    if id(part) in simple:
        return simple[id(part)]()
    if "enum" in part.schema:
        words = part.schema["enum"]
        assert isinstance(words, list)
        return random.choice(words)
    if part.schema.get("type") == "integer":
        return random.randint(
            int(str(part.schema["minimum"])), int(str(part.schema["maximum"]))
        )
    return _several(random, part)


def _matched(random: Random, name: str) -> Any:
    """Return entries of pairs that must be equally many."""
    return (-15.0, 5, 20.5) if name == "outdoor" else tuple(random.choices(SLOTS, k=3))


def _several(random: Random, part: Part) -> Any:
    items = part.schema["items"]
    assert isinstance(items, dict)
    if "prefixItems" in items:
        return tuple((*place(random), random.choice(("up", "left"))) for _ in range(2))
    if items.get("type") == "array":
        return tuple(place(random) for _ in range(3))
    return tuple(random.choices(SLOTS, k=2))


def element(random: Random) -> Element:
    kind = random.choice(list(KINDS.values()))
    values: dict[str, Any] = {}
    for one in fields(kind):
        wanted = one.default is MISSING or random.random() < 0.6
        paired = one.name in {"limit_x", "limit_y"}
        if wanted and not paired:
            values[one.name] = some(random, one.metadata["part"], one.name)
    if kind.kind == "field" and random.random() < 0.5:
        values |= {name: tuple(random.choices(SLOTS, k=2)) for name in ("limit_x", "limit_y")}
    if kind is Symbol:
        manifest = manifests()[random.choice(list(manifests()))]
        pairs = tuple(sorted((entry, random.choice(SLOTS)) for entry in manifest.inputs))
        values |= {"symbol": manifest.name, "inputs": pairs}
    return kind(**values)


@pytest.mark.parametrize("seed", range(25))
def test_a_picture_by_chance_comes_back_to_the_byte(seed: int) -> None:
    random = Random(seed)
    document = Document(
        name="chance",
        title=random.choice(WORDS),
        size=place(random),
        slots=tuple(Slot(key=slot, name=random.choice(WORDS)) for slot in SLOTS),
        elements=tuple(element(random) for _ in range(40)),
    )
    text = dump(document)
    again, wrong = load(text, "chance.json")
    assert wrong == ()
    assert again == document
    assert dump(again) == text


@pytest.mark.parametrize("seed", range(5))
def test_lost_lines_cost_only_themselves(seed: int) -> None:
    random = Random(seed)
    elements = tuple(element(random) for _ in range(30))
    slots = tuple(Slot(key=slot, name="x") for slot in SLOTS)
    whole = Document(name="x", title="x", size=(4, 4), slots=slots, elements=elements)
    lines = dump(whole).splitlines()
    hurt = random.sample(range(2, 32), 5)
    for at in hurt:
        lines[at] = random.choice(("{", "nonsense,", '{"kind": "tube"},', "{}}{,"))
    document, wrong = load("\n".join(lines) + "\n", "x.json")
    told = {int(fault.split(":")[1]) for fault in wrong}
    # What follows a brace that was never closed is one broken element with it.
    owed = {at + 1 for at in hurt if not (at - 1 in hurt and lines[at - 1] == "{")}
    assert owed <= told
    kept = [one for nth, one in enumerate(elements) if nth + 2 not in hurt]
    assert list(document.elements) == kept

"""What a symbol says of itself: size, ports, inputs, and which readings make which state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from app.errors import BadInput

Spot = tuple[float, float]  # px from the symbol's origin


@dataclass(frozen=True, slots=True)
class State:
    """One look of a symbol: the first state whose ``when`` fits the inputs is shown."""

    name: str
    parts: tuple[str, ...]  # ids of the drawing's groups
    when: Mapping[str, int]  # input → its value; empty fits always and stands last
    text: str = ""  # said beside the symbol: "Running"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The file beside a symbol's drawing; all places in px from the origin."""

    name: str
    title: str
    size: tuple[int, int]
    origin: tuple[int, int]  # in the drawing; where the element's place comes to lie
    ports: Mapping[str, tuple[int, int]]  # where pipes end
    inputs: tuple[str, ...]
    parts: tuple[str, ...]
    states: tuple[State, ...]
    label: Spot  # base line of the tag
    label_anchor: str
    note: Spot  # base line of the state's text
    note_anchor: str
    by_hand: tuple[str, ...] = ()  # inputs that are not 0 while a person forces the output
    by_hand_texts: Mapping[int, str] = field(default_factory=dict)  # their value → words

    @property
    def judged(self) -> tuple[str, ...]:
        """The inputs that make the state, without those a person forces it by."""
        return tuple(name for name in self.inputs if name not in self.by_hand)

    def state(self, values: Mapping[str, float | None]) -> State:
        """Return the state for the inputs' readings; ``None`` fits no condition."""
        return next(state for state in self.states if _fits(state.when, values))


@cache
def _read_all() -> tuple[Mapping[str, Manifest], tuple[str, ...]]:
    found: dict[str, Manifest] = {}
    faults: list[str] = []
    folder = files("flowdiagrams.symbols")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        name = file.name.removesuffix(".json")
        if name == file.name:
            continue
        try:
            found[name] = read_manifest(name, file.read_text(encoding="utf-8"))
        except BadInput as error:
            faults.append(str(error))
    return found, tuple(faults)


def _fits(when: Mapping[str, int], values: Mapping[str, float | None]) -> bool:
    return all(values.get(name) == wanted for name, wanted in when.items())


def manifests() -> Mapping[str, Manifest]:
    """Return the manifest of every symbol that can be used, by its name."""
    return _read_all()[0]


def manifest_faults() -> tuple[str, ...]:
    """Return a sentence for every symbol that cannot be used."""
    return _read_all()[1]


def drawing(name: str) -> str:
    """Return the SVG text of a symbol, its colours still ``var(--token)``."""
    return files("flowdiagrams.symbols").joinpath(f"{name}.svg").read_text(encoding="utf-8")


def read_manifest(name: str, text: str) -> Manifest:
    """Return the manifest in ``text``; `BadInput` names the symbol's file and what is wrong."""
    try:
        raw = json.loads(text)
        manifest = Manifest(
            name=name,
            title=raw["title"],
            size=_pair(raw["size"]),
            origin=_pair(raw["origin"]),
            ports={port: _pair(place) for port, place in raw["ports"].items()},
            inputs=tuple(raw["inputs"]),
            parts=tuple(raw["parts"]),
            states=tuple(
                State(one["name"], tuple(one["parts"]), one["when"], one.get("text", ""))
                for one in raw["states"]
            ),
            label=_pair(raw["label"][:2]),
            label_anchor=raw["label"][2],
            note=_pair(raw["note"][:2]),
            note_anchor=raw["note"][2],
            by_hand=tuple(raw.get("by_hand", ())),
            by_hand_texts={
                int(value): text for value, text in raw.get("by_hand_texts", {}).items()
            },
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise BadInput(f"{name}.json: the symbol's manifest is broken: {error}") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    for state in manifest.states:
        if unknown := set(state.parts) - set(manifest.parts):
            raise BadInput(f"{manifest.name}.json: part {sorted(unknown)} is not drawn")
        if unknown := set(state.when) - set(manifest.inputs):
            raise BadInput(f"{manifest.name}.json: input {sorted(unknown)} is not declared")
    if unknown := set(manifest.by_hand) - set(manifest.inputs):
        raise BadInput(f"{manifest.name}.json: input {sorted(unknown)} is not declared")
    if not manifest.states or manifest.states[-1].when:
        raise BadInput(f"{manifest.name}.json: the last state must fit always")


def _pair(pair: tuple[int, int]) -> tuple[int, int]:
    first, second = pair
    return int(first), int(second)

"""What may stand in an entry of a picture's file: how it is checked and described."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from difflib import get_close_matches
from math import isfinite
from typing import Any

from app.errors import BadInput

GRID_PX = 4  # every place of a picture lies on this grid
FURTHEST_PX = 16000
LONGEST_TEXT = 200
LONGEST_QUOTE = 60  # letters of a wrong value repeated in a sentence
MOST_PLACES = 400  # corners of one pipe; more is a damaged file

Place = tuple[int, int]
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of entry: ``read`` raises `BadInput` with a sentence that names no place yet."""

    read: Callable[[object], Any]
    schema: Json
    slots: Callable[[Any], tuple[str, ...]] = lambda _: ()
    write: Callable[[Any], object] = lambda value: value


def part(kind: Part, default: object = MISSING, *, main: bool = False) -> Any:
    """Declare an element's entry; ``main``: without its slot bound the element is not drawn."""
    metadata = {"part": kind, "main": main}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def suggestion(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """Return ``; did you mean "pump"?`` when a known word is close, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else ""


def known_word(word: str, what: str, known: Sequence[str] | Mapping[str, object]) -> None:
    """Raise `BadInput` with a suggestion unless ``word`` is one of ``known``."""
    if word not in known:
        raise BadInput(f'{what} "{word}" is not known{suggestion(word, known)}')


def shown(value: object) -> str:
    """Return a value of the file as short text for a sentence."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"must be text, not {shown(value)}")
    if len(value) > LONGEST_TEXT or not value.isprintable():
        raise BadInput(f"must be printable text of at most {LONGEST_TEXT} letters")
    return value


def _word(value: object) -> str:
    text = _text(value)
    if not text or not all(
        letter.isascii() and (letter.isalnum() or letter == "_") for letter in text
    ):
        raise BadInput(f"must be a word of letters, digits and _, not {shown(value)}")
    return text


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise BadInput(f"must be a number, not {shown(value)}")
    return value


def _whole(value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadInput(f"must be a whole number from {least} to {most}, not {shown(value)}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"must be true or false, not {shown(value)}")
    return value


def _list(value: object, least: int, most: int) -> Sequence[object]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise BadInput(f"must be a list of {count} entries, not {shown(value)}")
    return value


def _place(value: object) -> Place:
    pair = _list(value, 2, 2)
    for coordinate in pair:
        if _whole(coordinate, 0, FURTHEST_PX) % GRID_PX:
            raise BadInput(f"is {shown(value)}, but places lie on the {GRID_PX} px grid")
    return int(str(pair[0])), int(str(pair[1]))


def _span(value: object) -> tuple[float, float]:
    first, last = (_number(end) for end in _list(value, 2, 2))
    if first == last:
        raise BadInput(f"must have two different ends, not {shown(value)}")
    return first, last


def _slot_map(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise BadInput(f"must name a slot for each input, not {shown(value)}")
    return tuple(sorted((_word(key), _word(slot)) for key, slot in value.items()))


def choice(*words: str) -> Part:
    """Return a part that is one of a few words."""

    def read(value: object) -> str:
        if value not in words:
            hint = suggestion(value, words) if isinstance(value, str) else ""
            raise BadInput(f"must be one of {', '.join(words)}, not {shown(value)}{hint}")
        return str(value)

    return Part(read, {"enum": list(words)})


def whole(least: int, most: int) -> Part:
    """Return a part that is a whole number in a range."""
    return Part(
        lambda value: _whole(value, least, most),
        {"type": "integer", "minimum": least, "maximum": most},
    )


def several(one: Part, least: int = 1, most: int = MOST_PLACES) -> Part:
    """Return a part that lists others of one kind."""
    return Part(
        lambda value: tuple(one.read(entry) for entry in _list(value, least, most)),
        {"type": "array", "items": one.schema, "minItems": least, "maxItems": most},
        lambda values: tuple(slot for value in values for slot in one.slots(value)),
    )


_PLACE_SCHEMA: Json = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0, "maximum": FURTHEST_PX, "multipleOf": GRID_PX},
    "minItems": 2,
    "maxItems": 2,
}
_WORD_SCHEMA: Json = {"type": "string", "pattern": "^[A-Za-z0-9_]+$", "maxLength": LONGEST_TEXT}

TEXT = Part(_text, {"type": "string", "maxLength": LONGEST_TEXT})
WORD = Part(_word, _WORD_SCHEMA)
SLOT = Part(_word, _WORD_SCHEMA, lambda slot: (slot,) if slot else ())
SLOT_MAP = Part(
    _slot_map,
    {"type": "object", "additionalProperties": _WORD_SCHEMA},
    lambda pairs: tuple(slot for _, slot in pairs),
    dict,
)
NUMBER = Part(_number, {"type": "number"})
FLAG = Part(_flag, {"type": "boolean"})
PLACE = Part(_place, _PLACE_SCHEMA)
PLACES = several(PLACE, least=2)
SPOTS = several(PLACE)
SPAN = Part(_span, {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2})

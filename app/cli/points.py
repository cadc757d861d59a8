"""Understand which point of a device somebody means: its key, or the maker's number."""

from collections.abc import Sequence
from difflib import get_close_matches

from app.errors import BadInput
from app.model.point import PointSpec
from app.words import _

_SIMILAR = 3


def find_point(specs: Sequence[PointSpec], text: str, name: str) -> PointSpec:
    """Return the point with the key ``text`` or with that number in the maker's manual.

    ``name`` is the device's. Raises `BadInput` that names the most similar keys.
    """
    for spec in specs:
        if spec.key == text:
            return spec
    if text.isascii() and text.isdigit():
        numbered = [spec for spec in specs if spec.number == int(text)]
        if len(numbered) == 1:
            return numbered[0]
    similar = get_close_matches(text, [spec.key for spec in specs], _SIMILAR)
    sentence = _("{device}: there is no point {point}").format(device=name, point=repr(text))
    if similar:
        sentence = _("{sentence}; similar ones are {keys}").format(
            sentence=sentence, keys=", ".join(similar)
        )
    raise BadInput(sentence)

"""Hebrew and Arabic on paper: letters in the order the eye meets them, Arabic ones joined.

A canvas prints from left to right whatever it is given, so names that read from right to left
are turned before. The order follows the Unicode bidirectional algorithm (UAX #9) as far as
names need it: no embedding marks, one line at a time. Joining follows the Unicode standard,
chapter 9.2, with the presentation forms that fonts keep for old programs.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache

_STRONG_RIGHT = frozenset({"R", "AL"})
_RIGHT = frozenset({"R", "AL", "AN"})
_MARKS = frozenset(range(0x202A, 0x202F)) | frozenset(range(0x2066, 0x206A)) | {0x200E, 0x200F}
_FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")
_TATWEEL = "\u0640"
_LAM_ALEF = {  # two letters that are always written as one: alone, and joined to the right
    f"{lam}{alef}": chr(code + joined)
    for code, alef in (
        (0xFEF5, "\ufe82"),
        (0xFEF7, "\ufe84"),
        (0xFEF9, "\ufe88"),
        (0xFEFB, "\ufe8e"),
    )
    for joined, lam in ((0, "\ufedf"), (1, "\ufee0"))
}
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def as_printed(text: str) -> str:
    """Return a line as a canvas must be given it; text without such letters stays as it is."""
    if not any(unicodedata.bidirectional(char) in _RIGHT for char in text):
        return text
    plain = "".join(char for char in text if ord(char) not in _MARKS)
    return _in_order(_joined(plain))


def _in_order(text: str) -> str:
    """Return the characters from left to right, those of right-to-left runs turned."""
    levels = _levels([unicodedata.bidirectional(char) for char in text])
    shown = [
        char.translate(_MIRRORED) if level % 2 else char
        for char, level in zip(text, levels, strict=True)
    ]
    for level in range(max(levels), 0, -1):
        start = None
        for index in range(len(shown) + 1):
            inside = index < len(shown) and levels[index] >= level
            if inside and start is None:
                start = index
            elif not inside and start is not None:
                shown[start:index] = shown[start:index][::-1]
                levels[start:index] = levels[start:index][::-1]
                start = None
    return "".join(shown)


def _levels(kinds: Sequence[str]) -> list[int]:
    """Return each character's embedding level: odd ones read from right to left."""
    strong = next((kind for kind in kinds if kind == "L" or kind in _STRONG_RIGHT), "L")
    base = "L" if strong == "L" else "R"
    sides = _with_neutrals(_sides(kinds, base), base)
    even = {"L": 0, "R": 1, "N": 2}
    odd = {"L": 2, "R": 1, "N": 2}
    return [(even if base == "L" else odd)[side] for side in sides]


def _sides(kinds: Sequence[str], base: str) -> list[str]:
    """Return L, R, N (a number among right-to-left words) or "" (neutral) for each."""
    sides: list[str] = []
    strong = base
    for index, kind in enumerate(kinds):
        after = kinds[index + 1] if index + 1 < len(kinds) else ""
        if kind == "L" or kind in _STRONG_RIGHT:
            strong = "L" if kind == "L" else "R"
            sides.append(strong)
        elif kind == "AN" or (kind == "EN" and strong == "R"):
            sides.append("N")
        elif kind == "EN":
            sides.append("L")
        elif kind in {"CS", "ES"} and sides and sides[-1] == "N" and after in {"EN", "AN"}:
            sides.append("N")
        elif kind == "NSM" and sides:
            sides.append(sides[-1])
        else:
            sides.append("")
    return sides


def _with_neutrals(sides: list[str], base: str) -> list[str]:
    """Return the sides with each neutral on that of its neighbours if they agree."""
    found = list(sides)
    index = 0
    while index < len(found):
        end = index
        while end < len(found) and not found[end]:
            end += 1
        if end > index:
            before = _side_of(found[index - 1]) if index else base
            after = _side_of(found[end]) if end < len(found) else base
            found[index:end] = [before if before == after else base] * (end - index)
        index = end + 1
    return found


def _side_of(side: str) -> str:
    return "R" if side == "N" else side


def _joined(text: str) -> str:
    """Return Arabic letters in the forms they take beside their neighbours."""
    forms = _forms()
    shown: list[str] = []
    for index, char in enumerate(text):
        own = forms.get(char)
        if own is None:
            shown.append(char)
            continue
        before = _joins_on(_neighbour(text, index, -1), forms)
        after = _joins_back(_neighbour(text, index, 1), forms) and len(own) > 2  # noqa: PLR2004
        wanted = ("<medial>" if after else "<final>") if before else "<initial>"
        shown.append(own.get(wanted, char) if before or after else char)
    joined = "".join(shown)
    for pair, one in _LAM_ALEF.items():
        joined = joined.replace(pair, one)
    return joined


def _neighbour(text: str, index: int, way: int) -> str:
    """Return the next letter on one side, vowel marks left out."""
    index += way
    while 0 <= index < len(text) and unicodedata.category(text[index]) == "Mn":
        index += way
    return text[index] if 0 <= index < len(text) else ""


def _joins_on(char: str, forms: dict[str, dict[str, str]]) -> bool:
    """Whether a letter reaches out to the one after it."""
    return char == _TATWEEL or "<initial>" in forms.get(char, {})


def _joins_back(char: str, forms: dict[str, dict[str, str]]) -> bool:
    """Whether a letter reaches out to the one before it."""
    return char == _TATWEEL or "<final>" in forms.get(char, {})


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return the presentation forms of each Arabic letter, as Unicode's own data tell them."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        form, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if form in _FORMS and len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), {})[form] = chr(code)
    return found

"""A number as a person types it: read in one way only, or not at all."""

import math
import re

from app.errors import BadInput
from app.words import _

_MINUS = "\N{MINUS SIGN}"
_BLANK = "[ \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}]"
_DECIMALS_OF_GROUP = 3  # digits between two marks of thousands
_SPACED = rf"\d{{1,3}}(?:{_BLANK}\d{{3}})+|\d+"
_NO_LETTER = re.compile("[\0\ud800-\udfff]")
_TWO_WAYS = re.compile(r"([+-]?)([1-9]\d{0,2})([.,])(\d{3})", re.ASCII)


def number_typed(text: str, mark: str, decimals: int = 0) -> float | None:
    """Return the number that was typed, None when it is none.

    ``mark`` stands before the decimals in the person's language, a point or a comma; the
    other one is taken for it where it cannot stand between thousands. ``decimals`` is how
    many places such a number is shown with. What is read here in one language is refused
    in another, or read the same.

    Raises:
        BadInput: It can mean two numbers, such as 1,500; the sentence names both.
    """
    plain = re.sub(rf"^([+-]){_BLANK}", r"\1", text.strip().replace(_MINUS, "-"))
    _refuse_two_meanings(plain, mark, decimals)
    own, other = re.escape(mark), "," if mark == "." else r"\."
    shapes = (
        rf"[+-]?(?:{_SPACED})(?:[.,]\d*)?|[+-]?[.,]\d+",
        rf"[+-]?\d{{1,3}}(?:{other}\d{{3}})+{own}\d+|[+-]?\d{{1,3}}(?:{other}\d{{3}}){{2,}}",
    )
    for shape, thousands in zip(shapes, (_BLANK, rf"{_BLANK}|{other}"), strict=True):
        if re.fullmatch(shape, plain, re.ASCII):
            number = float(re.sub(thousands, "", plain).replace(",", "."))
            return number if math.isfinite(number) else None
    return None


def require_keepable(text: str) -> None:
    """Raise `BadInput` for letters that not every database keeps: NUL, and half a letter."""
    if _NO_LETTER.search(text):
        raise BadInput(
            _("there is a sign in this text that cannot be kept; please type it again")
        )


def _refuse_two_meanings(plain: str, mark: str, decimals: int) -> None:
    found = _TWO_WAYS.fullmatch(plain)
    if found is None or (found[3] == mark and decimals >= _DECIMALS_OF_GROUP):
        return
    sign, whole, _mark, part = found.groups()
    small = f"{sign}{whole}{mark}{part}".rstrip("0").removesuffix(mark)
    sentence = _("“{text}” can mean {small} or {large}. Type the one that is meant.")
    raise BadInput(sentence.format(text=plain, small=small, large=f"{sign}{whole}{part}"))

"""What a receiver handed over, in words for somebody who tries it: who speaks, how loudly."""

from collections.abc import Mapping

from app.model.reception import TriedLine
from app.words import _, told
from drivers.mbus.names import maker_letters, medium_name
from drivers.wireless.caught import Caught

_SYNC = (b"\x54\xcd", b"\x54\x3d")
_HEAD, _SHOWN, _DIGITS = 10, 60, 8
_MOST_VALUES = 4  # of a row; the rest is left out


def spoken(caught: Caught | None, line: bytes, own: Mapping[str, str]) -> TriedLine:
    """Return one line in words.

    Args:
        caught: What stands in it; None where that is no telegram.
        line: As it came; the beginning of one that is none is shown.
        own: Names of the meters of the plant, by number (small letters, eight digits).
    """
    if caught is None:
        shown = line[:_SHOWN].decode("ascii", "replace")
        return TriedLine(_("no telegram: {line}").format(line=shown), good=False)
    if caught.damaged or (caught.frame and len(caught.frame) <= _HEAD):
        return TriedLine(_("a telegram that was damaged on the way"), good=False)
    if caught.charge is not None and not caught.number:
        charge = caught.charge
        said = _("the concentrator itself: battery {value} {unit}, {at} UTC")
        told_at = f"{charge.at:%Y-%m-%d %H:%M}"
        words = said.format(value=f"{charge.value:g}", unit=charge.unit, at=told_at)
        return TriedLine(words, good=True)
    parts = [_who(caught), _level(caught.level_dbm), *_values(caught)]
    name = own.get(_number(caught))
    parts.append(_("another’s") if name is None else name)
    return TriedLine(", ".join(each for each in parts if each), good=True)


def _number(caught: Caught) -> str:
    if caught.values is not None:
        return str(caught.values.get("id", "")).lower().zfill(_DIGITS)
    if caught.number:
        return caught.number.lower()
    return _frame(caught)[7:3:-1].hex()


def _frame(caught: Caught) -> bytes:
    return caught.frame[2:] if caught.frame[:2] in _SYNC else caught.frame


def _who(caught: Caught) -> str:
    number = _number(caught).upper()
    if caught.at is not None:
        return f"{number}, {caught.at:%Y-%m-%d %H:%M} UTC"
    if caught.values is not None:
        return number
    frame = _frame(caught)
    maker = maker_letters(int.from_bytes(frame[2:4], "little"))
    return f"{maker} {number}, {told(medium_name(frame[9]))}"


def _level(level_dbm: float | None) -> str:
    return "" if level_dbm is None else f"{level_dbm:.0f} dBm"


def _values(caught: Caught) -> list[str]:
    return [
        f"{told(each.spec.name)} {each.value} {each.spec.unit}".strip()
        for each in caught.points[:_MOST_VALUES]
    ]

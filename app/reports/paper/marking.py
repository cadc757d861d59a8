"""How a value's quality is printed: plain, estimated, stale, hatched, nothing."""

from dataclasses import dataclass

from app.model.reading import Quality
from app.reports.commissioning_data import Told
from app.reports.form import NOTHING, Form, written
from app.reports.reasons import reason_words
from app.reports.render import marks
from app.reports.render.sheet import Sheet
from app.reports.render.style import BODY, FRACTION_MM, STALE, Type
from app.reports.words import Words

HATCH_MM = (5.0, 2.9)
_UNBELIEVED = frozenset({Quality.BAD, Quality.OFFLINE})


@dataclass(frozen=True, slots=True)
class Look:
    """A value as it goes on paper."""

    text: str
    style: Type
    hatched: bool = False


def look(
    form: Form, told: Told, _: Words, style: Type = BODY, decimals: int | None = None
) -> Look:
    """Return how a value is printed for its quality; what was never told is an en dash."""
    text = written(form, told.value, _, decimals)
    if told.value is None:
        return Look(NOTHING, style, hatched=is_bad(told))
    if told.quality is Quality.UNCERTAIN:
        return Look(f"~{text}", style.italic())
    if told.quality is Quality.STALE:
        return Look(text, Type(style.size_pt, grey=STALE))
    return Look(text, style)


def is_bad(told: Told) -> bool:
    """Whether the device answered and disowned the value, so that it is hatched."""
    return told.quality in _UNBELIEVED and told.reason not in {"not-connected", "not-in-use"}


def reason_of(told: Told, _: Words) -> str:
    """Return why a value is not good, in few words; empty for a good one."""
    if told.quality is Quality.GOOD:
        return ""
    return reason_words(told.reason, _) if told.reason else ""


def put_value(sheet: Sheet, x: float, line: float, shown: Look) -> None:
    """Print a value with its decimal mark at ``x``; a bad one is a hatched box."""
    if shown.hatched:
        wide, high = HATCH_MM
        marks.hatch(sheet, x - wide + FRACTION_MM, line - high + 0.45, wide, high)
        return
    sheet.value(x, line, shown.text, shown.style)

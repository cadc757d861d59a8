"""How a point's values are written for people: decimals, OFF, words, clock times, ranges."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.model.point import PointSpec, ValueKind
from app.model.reading import Value
from app.reports.words import Words

NOTHING = "–"
_TAIL = re.compile(r"(.*?)(\d+)")
_GROUPED_FROM = 10_000
_MOST_DECIMALS = 15  # a float tells no more


@dataclass(frozen=True, slots=True)
class Form:
    """What numbers of a point mean; all values in the point's unit."""

    unit: str = ""
    decimals: int = 0
    kind: ValueKind = ValueKind.NUMBER
    choices: tuple[tuple[int, str], ...] = ()  # code or bit → word
    off_value: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    allow: tuple[float, ...] = ()
    writable: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= _MOST_DECIMALS:
            raise ValueError(f"{self.decimals} decimals cannot be printed")


def form_of(spec: PointSpec) -> Form:
    """Return how the values of a profile's point are written."""
    rules = spec.write
    return Form(
        unit=spec.unit,
        decimals=max(0, min(spec.decimals, _MOST_DECIMALS)),
        kind=spec.kind,
        choices=tuple(spec.choices.items()),
        off_value=rules.off_value if rules else None,
        minimum=rules.minimum if rules else None,
        maximum=rules.maximum if rules else None,
        step=rules.step if rules else None,
        allow=tuple(rules.allow) if rules else (),
        writable=rules is not None,
    )


def differ(form: Form, one: Value | None, other: Value | None) -> bool:
    """Whether two values are not the same setting: more than half a step apart.

    Without a step, half of the last printed digit. A value that is not known differs
    from nothing: nobody can say so.
    """
    if one is None or other is None:
        return False
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) > (form.step or 10.0**-form.decimals) / 2
    return one != other


def is_off(form: Form, value: Value | None) -> bool:
    """Whether the value is the number by which the device means OFF."""
    return form.off_value is not None and value is not None and value == form.off_value


def written(form: Form, value: Value | None, _: Words, decimals: int | None = None) -> str:
    """Return a value as printed, without its unit; an en dash for no value.

    ``decimals`` in place of the form's own; the minus is the real one.
    """
    if value is None or value == "":
        return NOTHING
    if not isinstance(value, int | float):
        return text_words(value, _) if isinstance(value, str) else f"{value:%Y-%m-%d %H:%M:%S}"
    if is_off(form, value):
        return _("OFF")
    if form.kind is ValueKind.CHOICE:
        word = dict(form.choices).get(round(value))
        return _(word) if word else _("code {code}").format(code=round(value))
    if form.kind is ValueKind.TIME_OF_DAY:
        return time_of_day(value)
    flags = form.kind is ValueKind.FLAGS
    digits = form.decimals if decimals is None else decimals
    return _flags(form, round(value), _) if flags else number(value, digits, _)


def text_words(text: str, _: Words) -> str:
    """Return a value in words, such as what a valve's motor does."""
    own = {
        "rests": _("rests"),
        "opens": _("opens"),
        "closes": _("closes"),
        "opens and closes": _("opens and closes"),
    }
    return own.get(text) or _(text)


def number(value: float, decimals: int, _: Words) -> str:
    """Return a number with a real minus; thousands apart from 10 000 on."""
    rounded = f"{abs(value):,.{decimals}f}"
    plain = rounded.replace(",", " " if abs(value) >= _GROUPED_FROM else "")
    grouped = plain.replace(".", _.decimal_sign)
    return f"−{grouped}" if value < 0 and float(rounded.replace(",", "")) else grouped


def signed(value: float, decimals: int, _: Words) -> str:
    """Return a difference with its sign: "+0.4", "−5.4", "0.0"."""
    text = number(value, decimals, _)
    is_nothing = not any("1" <= digit <= "9" for digit in text)
    return text if is_nothing or text.startswith("−") else f"+{text}"


def time_of_day(value: float) -> str:
    """Return the controller's HHMM as a time: 530 is "05:30"."""
    hours, minutes = divmod(round(value), 100)
    return f"{hours:02}:{minutes:02}"


def range_texts(form: Form, _: Words) -> list[str]:
    """Return the accepted values, the fullest wording first, shorter ones after it."""
    words = dict(form.choices)
    if form.kind is ValueKind.CHOICE and form.writable:
        allowed = form.allow or tuple(float(code) for code in words)
        named = [_(words.get(round(code), f"{code:g}")) for code in allowed]
        count = _.many("{n} choice", "{n} choices", len(named))
        return [", ".join(named), ", ".join(_shortened(named)), count]
    if form.kind is ValueKind.FLAGS and form.writable:
        return [_("any of {n}").format(n=len(words))]
    if form.minimum is None or form.maximum is None or form.kind is ValueKind.TEXT:
        return [NOTHING]
    span = " – ".join(number(end, form.decimals, _) for end in (form.minimum, form.maximum))
    outside = form.off_value is not None and not (
        form.minimum <= form.off_value <= form.maximum
    )
    return [f"{_('OFF')}, {span}" if outside else span]


def finite(value: Value | None) -> Value | None:
    """Return the value as it is stored: numbers as floats; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) if math.isfinite(value) else None


def _flags(form: Form, value: int, _: Words) -> str:
    words = [_(word) for bit, word in form.choices if value >> bit & 1]
    return ", ".join(words) or _("none")


def _shortened(names: Sequence[str]) -> list[str]:
    """Return runs of numbered names as spans: S1, S2, … S16 → "S1–16"."""
    short: list[str] = []
    numbered = [_TAIL.fullmatch(name) for name in names]
    keyed = [
        (match[1] if match else None, int(match[2]) - index if match else index)
        for index, match in enumerate(numbered)
    ]
    for (stem, _nth), run in groupby(range(len(names)), key=lambda index: keyed[index]):
        members = [names[index] for index in run]
        if stem and len(members) > 2:  # noqa: PLR2004 – a span of two saves nothing
            short.append(f"{members[0]}–{members[-1].removeprefix(stem)}")
        else:
            short.extend(members)
    return short

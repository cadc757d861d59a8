"""How a reading is put into words: a number is never shown without its quality."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum

from PyQt6.QtCore import QLocale

from app.model.point import PointSpec, ValueKind
from app.model.reading import Origin, Quality, Reading
from app.words import _
from widgets.controls.moments import age_text, meter_time_text, moment_text
from widgets.controls.reasons import reason_text

MINUS = "\u2212"
NO_VALUE = "\u2013"  # an en dash; never 0
_GROUP = "\u00a0"  # between thousands: reads alike in every language
_LONGEST_AGE_S = 100 * 365 * 86400.0


class Style(Enum):
    """How a value is drawn, apart from its text."""

    PLAIN = "plain"
    UNCERTAIN = "uncertain"  # italic, with ~
    STALE = "stale"  # quiet, with a clock and its age
    MANUAL = "manual"  # an outlined M before it
    BAD = "bad"  # hatched, dashed edge
    NONE = "none"  # a quiet en dash


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading ready to be painted; ``unit`` stands once, here or in the column's head."""

    text: str
    style: Style
    unit: str = ""
    age: str = ""  # only of a stale value
    tip: str = ""  # plain text: value, unit, quality, time, source

    @property
    def spoken(self) -> str:
        """Return the same for a person who listens: nothing is told by style alone."""
        words = {
            Style.UNCERTAIN: _("uncertain"),
            Style.STALE: _("stale, {age} old").format(age=self.age),
            Style.MANUAL: _("put in by hand"),
            Style.BAD: _("no usable value"),
            Style.NONE: _("no value"),
        }
        said = " ".join(part for part in (self.text, self.unit) if part)
        extra = words.get(self.style)
        return f"{said}, {extra}" if extra else said


def shown(
    reading: Reading | None,
    spec: PointSpec,
    now: datetime,
    zone: tzinfo | None = None,
    *,
    with_tip: bool = True,
) -> Shown:
    """Return how a point's newest reading looks at ``now`` (UTC), None before the first.

    A table leaves the tip out and works it out for the one cell somebody points at.
    """
    if reading is None:
        return Shown(NO_VALUE, Style.NONE, tip=_("{name}: not read yet").format(name=spec.name))
    tip = _tip(reading, spec, now, zone) if with_tip else ""
    if reading.value is None:
        style = Style.BAD if reading.quality is Quality.BAD else Style.NONE
        return Shown(NO_VALUE, style, tip=tip)
    text = value_text(reading, spec, zone)
    unit = spec.unit if _has_unit(reading, spec) else ""
    if reading.quality is Quality.UNCERTAIN:
        return Shown(f"~{text}", Style.UNCERTAIN, unit, tip=tip)
    if reading.quality is Quality.STALE:
        return Shown(text, Style.STALE, unit, _age(reading, now), tip)
    if reading.quality is Quality.MANUAL:
        return Shown(text, Style.MANUAL, unit, tip=tip)
    return Shown(text, Style.PLAIN, unit, tip=tip)


def value_text(reading: Reading, spec: PointSpec, zone: tzinfo | None = None) -> str:
    """Return the bare value in words or figures, without unit and quality."""
    value = reading.value
    if value is None:
        return NO_VALUE
    if isinstance(value, datetime):
        return moment_text(value, zone)
    if isinstance(value, str):
        return meter_time_text(value) or value or NO_VALUE
    return number_text(value, spec)


def number_text(value: float, spec: PointSpec) -> str:
    """Return a number as the point means it: OFF, a word, flags, a time of day, figures."""
    if spec.write is not None and spec.write.off_value == value:
        return _("OFF")
    if spec.kind is ValueKind.CHOICE:
        return spec.choices.get(round(value)) or _("code {number}").format(number=round(value))
    if spec.kind is ValueKind.FLAGS:
        return _flags(round(value), spec)
    if spec.kind is ValueKind.TIME_OF_DAY:
        return f"{round(value) // 100:02d}:{round(value) % 100:02d}"
    return figures(value, spec.decimals)


def figures(value: float, decimals: int) -> str:
    """Return a number with exactly ``decimals`` places, a real minus and grouped thousands."""
    rounded = round(value, decimals) + 0.0  # no "−0.0"
    return _grouped(f"{abs(rounded):.{decimals}f}", minus=rounded < 0)


def exact(value: Decimal) -> str:
    """Return a figure as somebody read it, none of its digits lost, by the screen's locale."""
    return _grouped(f"{abs(value):f}", minus=value < 0)


def quality_word(quality: Quality) -> str:
    """Return a quality in the operator's words."""
    return {
        Quality.GOOD: _("good"),
        Quality.UNCERTAIN: _("uncertain"),
        Quality.STALE: _("stale"),
        Quality.MANUAL: _("put in by hand"),
        Quality.BAD: _("bad"),
        Quality.OFFLINE: _("offline"),
    }[quality]


def range_text(spec: PointSpec) -> str:
    """Return what a setting accepts, as its column shows it: ``OFF, 10 – 110``."""
    rules = spec.write
    if rules is None:
        return ""
    if rules.allow:
        return ", ".join(number_text(value, spec) for value in rules.allow)
    if spec.kind is ValueKind.CHOICE:
        return ", ".join(spec.choices.values())
    parts = [] if rules.off_value is None else [_("OFF")]
    if rules.minimum is not None and rules.maximum is not None:
        low, high = (_bound(each, spec) for each in (rules.minimum, rules.maximum))
        parts.append(f"{low} {NO_VALUE} {high}")
    elif rules.minimum is not None:
        parts.append(f"≥ {_bound(rules.minimum, spec)}")
    elif rules.maximum is not None:
        parts.append(f"≤ {_bound(rules.maximum, spec)}")
    return ", ".join(parts)


def _grouped(plain: str, *, minus: bool) -> str:
    """Return a bare ``1234.50`` as the screen's locale writes it, its thousands grouped."""
    whole, _point, fraction = plain.partition(".")
    if len(whole) > len("9999") or (len(whole) == len("9999") and fraction):
        whole = f"{int(whole):,}".replace(",", _GROUP)
    sign = MINUS if minus else ""
    return f"{sign}{whole}" + (f"{QLocale().decimalPoint()}{fraction}" if fraction else "")


def _bound(value: float, spec: PointSpec) -> str:
    if spec.kind is ValueKind.TIME_OF_DAY:
        return number_text(value, spec)
    return figures(value, spec.decimals)


def _has_unit(reading: Reading, spec: PointSpec) -> bool:
    """Whether the unit belongs after the value: words and OFF have none."""
    if not isinstance(reading.value, int | float):
        return False
    off = spec.write is not None and spec.write.off_value == reading.value
    return spec.kind is ValueKind.NUMBER and not off


def _flags(bits: int, spec: PointSpec) -> str:
    set_ones = [bit for bit in range(max(bits.bit_length(), 0)) if bits >> bit & 1]
    if not set_ones:
        return _("nothing set")
    return ", ".join(
        spec.choices.get(bit) or _("bit {number}").format(number=bit) for bit in set_ones
    )


def _age(reading: Reading, now: datetime) -> str:
    seconds = (now - reading.measured_at).total_seconds()
    return age_text(min(max(seconds, 0.0), _LONGEST_AGE_S))


def _tip(reading: Reading, spec: PointSpec, now: datetime, zone: tzinfo | None) -> str:
    value = value_text(reading, spec, zone)
    unit = f" {spec.unit}" if spec.unit and reading.value is not None else ""
    lines = [spec.name, f"{value}{unit} · {quality_word(reading.quality)}"]
    if reading.reason:
        lines.append(reason_text(reading.reason))
    when = moment_text(reading.measured_at, zone)
    lines.append(_("measured {when} ({age} ago)").format(when=when, age=_age(reading, now)))
    if reading.origin is not Origin.LIVE:
        lines.append(
            {
                Origin.BACK_FILLED: _("fetched from the device's own memory"),
                Origin.ENTERED: _("entered by a person"),
                Origin.COMPUTED: _("computed"),
            }[reading.origin]
        )
    if spec.note:
        lines.append(spec.note)
    return "\n".join(lines)

"""Whether a wished value may be sent at all, by the profile's rules alone."""

from app.errors import WriteRefused
from app.model.point import PointSpec, ValueKind, WriteRules

_HOUR_MINUTES = 60
_DUST = 1e-6  # share of a step that floating point may be off


def resolution(spec: PointSpec) -> float:
    """Return the smallest difference the setting knows, in its unit."""
    if spec.write is not None and spec.write.step:
        return spec.write.step
    return float(10**-spec.decimals)


def same(spec: PointSpec, one: float, other: float) -> bool:
    """Whether two values of a setting are the same to the device."""
    if spec.write is not None and spec.write.tolerance is not None:
        return abs(one - other) <= spec.write.tolerance
    return abs(one - other) < resolution(spec) / 2


def check_limits(place: str, spec: PointSpec, value: float) -> None:
    """Raise `WriteRefused` with a sentence naming ``place`` when the value may not be sent."""
    rules = spec.write
    if rules is None:
        raise WriteRefused(f"{place} is read only")
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        raise WriteRefused(f"{place}: {value} is no value")
    if rules.off_value is not None and value == rules.off_value:
        return
    if rules.allow and value not in rules.allow:
        raise WriteRefused(f"{place}: {_named(spec, value)} may not be written")
    if not rules.allow and spec.choices and value not in spec.choices:
        raise WriteRefused(f"{place}: {value:g} is not one of its choices")
    _check_range(place, spec, rules, value)
    if spec.kind is ValueKind.TIME_OF_DAY and value % 100 >= _HOUR_MINUTES:
        raise WriteRefused(f"{place}: {value:04.0f} is no time of day")
    _check_step(place, rules, value)


def _check_range(place: str, spec: PointSpec, rules: WriteRules, value: float) -> None:
    low, high = rules.minimum, rules.maximum
    below = low is not None and value < low - _DUST * resolution(spec)
    above = high is not None and value > high + _DUST * resolution(spec)
    if below or above:
        unit = f" {spec.unit}" if spec.unit else ""
        raise WriteRefused(
            f"{place}: {_shown(spec, value)}{unit} is outside "
            f"{_limit(spec, low)} … {_limit(spec, high)}{unit}"
        )


def _check_step(place: str, rules: WriteRules, value: float) -> None:
    step = rules.step
    if not step:
        return
    steps = (value - (rules.minimum or 0.0)) / step
    if abs(steps - round(steps)) > _DUST * max(1.0, abs(steps)):
        raise WriteRefused(f"{place}: {value:g} is not in steps of {step:g}")


def _shown(spec: PointSpec, value: float) -> str:
    """Show the value as wished: a digit too many is worth seeing."""
    fixed = f"{value:.{spec.decimals}f}"
    return fixed if float(fixed) == value else f"{value:g}"


def _limit(spec: PointSpec, value: float | None) -> str:
    return "any" if value is None else f"{value:.{spec.decimals}f}"


def _named(spec: PointSpec, value: float) -> str:
    word = spec.choices.get(int(value)) if value.is_integer() else None
    return f"{value:g} ({word})" if word else f"{value:g}"

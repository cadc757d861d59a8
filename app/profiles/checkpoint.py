"""Checking one point of a profile: limits, words and places that contradict each other."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.profile import Area, DataType, RegisterPlace
from app.profiles import fields
from app.profiles.fault import Faults
from app.profiles.points import BuiltPoint
from app.profiles.rawrange import FLOATS, TEXTS, bit_count, misfit, raw_range

_READ_ONLY = frozenset({Area.INPUT, Area.DISCRETE})
_BIT_AREAS = frozenset({Area.COIL, Area.DISCRETE})


class _Said(NamedTuple):
    """What is wrong, and the word of the point it is said of."""

    path: tuple[str, ...]
    sentence: str


def check_point(point: BuiltPoint, faults: Faults) -> None:
    """Note everything in a point that contradicts itself."""
    for check in _CHECKS:
        for said in check(point):
            sentence = f"point {point.spec.key}: {said.sentence}"
            faults.add(*fields.place(point.table, *said.path), sentence)


def _place_fits(point: BuiltPoint) -> Iterator[_Said]:
    place = point.place
    bit = place.type is DataType.BIT
    if bit is not (place.area in _BIT_AREAS):
        word = "bit" if place.area in _BIT_AREAS else place.type.value
        yield _Said(("area",), f"type {word} and area {place.area.value} do not go together")
    bounds = raw_range(place.type) or (0, _most_bits(place))
    for raw in place.sentinels:  # may be written as its bits, 0xFFFF, or as what it means, −1
        if not bounds[0] <= raw <= max(bounds[1], _most_bits(place)):
            yield _Said(("sentinel",), f"sentinel {raw} does not fit {place.type.value}")
    low, high = place.minimum, place.maximum
    if low is not None and high is not None and low >= high:
        yield _Said(("valid",), f"valid {low:g} is not below {high:g}")


def _most_bits(place: RegisterPlace) -> int:
    return (1 << 16 * place.words) - 1


def _kind_fits(point: BuiltPoint) -> Iterator[_Said]:
    spec, table = point.spec, point.table
    if "enum" in table.entries and "bits" in table.entries:
        yield _Said(("bits",), "enum and bits cannot both be given")
    if spec.kind is ValueKind.CHOICE and "enum" not in table.entries:
        yield _Said(("kind",), "a choice needs 'enum'")
    if spec.kind is ValueKind.FLAGS and "bits" not in table.entries:
        yield _Said(("kind",), "flags need 'bits'")
    if (spec.kind is ValueKind.TEXT) is not (point.place.type in TEXTS):
        said = f"kind {spec.kind.value} and type {point.place.type.value} do not go together"
        yield _Said(("kind",), said)
    if spec.kind in {ValueKind.CHOICE, ValueKind.FLAGS} and not _whole_steps(point.place):
        yield _Said(
            ("type",), f"a {spec.kind.value} point is whole numbers, without scale or offset"
        )
    if spec.write and spec.kind is ValueKind.TEXT:
        yield _Said(("write",), "a text cannot be written")


def _whole_steps(place: RegisterPlace) -> bool:
    return place.type not in FLOATS and place.scale == 1 and place.offset == 0


def _codes_fit(point: BuiltPoint) -> Iterator[_Said]:
    spec, bounds = point.spec, raw_range(point.place.type)
    if spec.kind is ValueKind.CHOICE and bounds:
        for code in spec.choices:
            if not bounds[0] <= code <= bounds[1]:
                said = f"enum code {code} does not fit {point.place.type.value}"
                yield _Said(("enum", str(code)), said)
    if spec.kind is ValueKind.FLAGS and bounds:
        for bit in spec.choices:
            if bit >= bit_count(point.place.type):
                said = f"bit {bit} is outside {point.place.type.value}"
                yield _Said(("bits", str(bit)), said)


def _write_fits(point: BuiltPoint) -> Iterator[_Said]:
    rules = point.spec.write
    if rules is None:
        return
    if point.place.area in _READ_ONLY:
        yield _Said(("write",), f"{point.place.area.value} registers cannot be written")
    yield from _limits_fit(rules)
    yield from _raws_fit(rules, point.place)
    if point.spec.kind is ValueKind.CHOICE:
        for code in rules.allow:
            if code not in point.spec.choices:
                yield _Said(("write", "allow"), f"write.allow {code:g} is no code of enum")


def _limits_fit(rules: WriteRules) -> Iterator[_Said]:
    low, high, off = rules.minimum, rules.maximum, rules.off_value
    if not rules.allow and (low is None or high is None):
        yield _Said(("write",), "write needs min and max, or allow")
    if low is None or high is None:
        return
    if low > high:
        yield _Said(("write", "min"), f"write.min {low:g} is above write.max {high:g}")
        return
    if rules.step is not None and low < high < low + rules.step:
        yield _Said(("write", "step"), f"write.step {rules.step:g} is wider than the range")
    if off is not None and low <= off <= high:
        said = f"write.off {off:g} lies between min {low:g} and max {high:g}"
        yield _Said(("write", "off"), said)
    for value in rules.allow:
        if not low <= value <= high:
            said = f"write.allow {value:g} is outside {low:g} to {high:g}"
            yield _Said(("write", "allow"), said)


def _raws_fit(rules: WriteRules, place: RegisterPlace) -> Iterator[_Said]:
    named = [
        ("min", rules.minimum),
        ("max", rules.maximum),
        ("off", rules.off_value),
        *(("allow", value) for value in rules.allow),
    ]
    for word, value in named:
        why = "" if value is None else misfit(value, place)
        if why:
            yield _Said(("write", word), f"write.{word} {value:g} {why}")
    if rules.step is not None and misfit(rules.step + place.offset, place):
        said = f"write.step {rules.step:g} is no multiple of the scale {place.scale:g}"
        yield _Said(("write", "step"), said)


def _default_fits(point: BuiltPoint) -> Iterator[_Said]:
    spec, rules = point.spec, point.spec.write
    if fields.text(point.table, "default") == "off" and (not rules or rules.off_value is None):
        yield _Said(("default",), "default is off, but write.off says not how")
    if spec.default is None:
        return
    why = misfit(spec.default, point.place)
    if why:
        yield _Said(("default",), f"default {spec.default:g} {why}")
    elif spec.kind is ValueKind.CHOICE and spec.default not in spec.choices:
        yield _Said(("default",), f"default {spec.default:g} is no code of enum")
    elif rules and not _accepted(spec, rules, spec.default):
        yield _Said(("default",), f"default {spec.default:g} is outside what may be written")


def _accepted(spec: PointSpec, rules: WriteRules, value: float) -> bool:
    if value == rules.off_value:
        return True
    if spec.kind is ValueKind.CHOICE:
        return True  # a factory value nobody may go back to is still the factory's
    if rules.allow and value not in rules.allow:
        return False
    low, high = rules.minimum, rules.maximum
    return (low is None or value >= low) and (high is None or value <= high)


_CHECKS: tuple[Callable[[BuiltPoint], Iterator[_Said]], ...] = (
    _place_fits,
    _kind_fits,
    _codes_fit,
    _write_fits,
    _default_fits,
)

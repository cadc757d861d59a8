"""Checking a whole profile: doubles, overlaps, and names that lead nowhere."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.model.profile import GoldenVector, Profile, ProfileOption
from app.profiles import fields
from app.profiles.fault import Faults
from app.profiles.parts import counting_of
from app.profiles.points import LAST_ADDRESS, BuiltPoint
from app.profiles.rawrange import bit_count
from app.profiles.shape import Cut
from app.profiles.tree import Table
from app.profiles.vectors import value_of

_PART_KIND = {"address": "int", "type": "choice", "scale": "float", "unit": "choice"}
_CLOSE = 1e-6  # relative; float32 has seven digits


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile as built but not yet trusted."""

    tree: Table
    points: Mapping[str, BuiltPoint]
    profile: Profile
    cut: Cut  # what was left out because of faults of its own

    def knows(self, key: str) -> bool:
        """Whether the file has a point of that key, sound or not."""
        return key in self.points or self.lost("points", key)

    def lost(self, *path: str) -> bool:
        """Whether a part was left out, so that nobody is to be blamed for missing it."""
        return path in self.cut


def check_profile(draft: Draft, faults: Faults) -> None:
    """Note everything in which the parts of a profile contradict one another."""
    check_overlaps(tuple(draft.points.values()), faults)
    for point in draft.points.values():
        _point_is_at_home(draft, point, faults)
    _names_lead_somewhere(draft, faults)
    _alarms_fit(draft, faults)
    _options_fit(draft, faults)
    _reading_fits(draft, faults)
    for table, vector in zip(
        fields.tables(draft.tree, "tests"), draft.profile.tests, strict=True
    ):
        _vector_holds(draft, table, vector, faults)


def check_overlaps(points: Sequence[BuiltPoint], faults: Faults) -> None:
    """Note registers that two points claim."""
    awake = [point for point in points if point.awake]
    in_order = sorted(awake, key=lambda p: (p.place.area.value, p.place.address))
    reach: BuiltPoint | None = None  # the point that takes the furthest register so far
    for point in in_order:
        same_area = reach is not None and reach.place.area is point.place.area
        if reach and same_area and point.place.address <= reach.last_address:
            said = f"its place overlaps point {reach.spec.key} ({_at(reach)})"
            faults.add(*fields.place(point.table, "at"), f"point {point.spec.key}: {said}")
        if not (reach and same_area and point.last_address <= reach.last_address):
            reach = point


def _at(point: BuiltPoint) -> str:
    file, line = fields.place(point.table, "at")
    return f"{file}:{line}"


def _point_is_at_home(draft: Draft, point: BuiltPoint, faults: Faults) -> None:
    spec, profile = point.spec, draft.profile
    where = f"point {spec.key}:"
    group = spec.poll_group
    if group not in profile.poll_groups and not draft.lost("poll_groups", group):
        said = f"{where} poll group '{group}' is not among poll_groups"
        faults.add(*fields.place(point.table, "poll"), said)
    circuits = profile.circuits
    named = circuits.get(spec.circuit or 0) or draft.lost("circuits", str(spec.circuit))
    if spec.circuit is not None and circuits and not named:
        said = f"{where} circuit {spec.circuit} is not among circuits"
        faults.add(*fields.place(point.table, "circuit"), said)
    if point.place.words > profile.read.max_registers:
        most = profile.read.max_registers
        said = f"{where} takes {point.place.words} registers, read.max_registers is {most}"
        faults.add(*fields.place(point.table, "words"), said)
    for part, option in point.bindings.items():
        known = profile.options.get(option)
        word = "at" if part == "address" else part
        if draft.lost("options", option):
            continue
        if known is None:
            said = f"{where} option '{option}' is not among options"
            faults.add(*fields.place(point.table, word, "option"), said)
        elif known.kind != _PART_KIND[part]:
            said = f"{where} option '{option}' must be of kind {_PART_KIND[part]} for {word}"
            faults.add(*fields.place(point.table, word, "option"), said)


def _names_lead_somewhere(draft: Draft, faults: Faults) -> None:
    tree, profile = draft.tree, draft.profile
    for name, fact in profile.identity.items():
        at = fields.place(tree, "identity", name)
        _all_known(draft, fact.points, at, f"identity {name}", faults)
        if len(fact.points) != fact.format.takes:
            said = f"format {fact.format.value} takes {fact.format.takes} points"
            faults.add(*at, f"identity {name}: {said}, not {len(fact.points)}")
    clock = fields.group(tree, "clock")
    for word in clock.entries if clock else ():
        key = fields.text(clock or tree, word)
        at = fields.place(tree, "clock", word)
        _all_known(draft, (key,), at, f"clock.{word}", faults)
    for slot, key in profile.slots.items():
        at = fields.place(tree, "diagram", "slots", slot)
        _all_known(draft, (key,), at, f"slot {slot}", faults)
    for table, gap in zip(fields.tables(tree, "unknown"), profile.unknown, strict=True):
        at = fields.place(table, "points")
        _all_known(draft, gap.points, at, f"unknown {gap.key}", faults)
        for option in gap.fields:
            if option not in profile.options and not draft.lost("options", option):
                said = f"unknown {gap.key}: option '{option}' is not among options"
                faults.add(*fields.place(table, "fields"), said)


def _all_known(
    draft: Draft, keys: Sequence[str], at: tuple[str, int], where: str, faults: Faults
) -> None:
    for key in keys:
        if not draft.knows(key):
            faults.add(*at, f"{where}: there is no point '{key}'")


def _alarms_fit(draft: Draft, faults: Faults) -> None:
    first: dict[tuple[str, int], int] = {}
    for table, alarm in zip(
        fields.tables(draft.tree, "alarms"), draft.profile.alarms, strict=True
    ):
        where = f"alarm {alarm.number}"
        _all_known(draft, (alarm.point,), fields.place(table, "point"), where, faults)
        point = draft.points.get(alarm.point)
        if point and alarm.bit >= bit_count(point.place.type):
            said = f"{where}: bit {alarm.bit} is outside {point.place.type.value}"
            faults.add(*fields.place(table, "bit"), said)
        double = first.setdefault((alarm.point, alarm.bit), alarm.number)
        if double != alarm.number:
            said = f"{where}: bit {alarm.bit} of {alarm.point} is alarm {double} already"
            faults.add(*fields.place(table, "bit"), said)


def _options_fit(draft: Draft, faults: Faults) -> None:
    used = {name for point in draft.points.values() for name in point.bindings.values()}
    used |= {name for gap in draft.profile.unknown for name in gap.fields}
    for key, option in draft.profile.options.items():
        for word, sentence in _option_says(option):
            at = fields.place(draft.tree, "options", key, word)
            faults.add(*at, f"option {key}: {sentence}")
        # Of a profile without registers the options are its driver's business.
        if key not in used and draft.points and not draft.cut:
            at = fields.place(draft.tree, "options", key)
            faults.add(*at, f"option {key}: nothing in the profile uses it")


def _option_says(option: ProfileOption) -> list[tuple[str, str]]:
    said = []
    low, high, usual = option.minimum, option.maximum, option.default
    if option.kind == "choice" and not option.choices:
        said.append(("kind", "a choice needs 'choices'"))
    if option.kind != "choice" and option.choices:
        said.append(("choices", "only a choice has 'choices'"))
    if low is not None and high is not None and low > high:
        said.append(("min", f"min {low:g} is above max {high:g}"))
    elif usual is not None and refusal(option, usual):
        said.append(("default", f"default {refusal(option, usual)}"))
    return said


def refusal(option: ProfileOption, value: object) -> str:
    """Return why ``value`` cannot stand for an option; empty when it can."""
    if option.kind == "choice":
        known = ", ".join(option.choices)
        return "" if value in option.choices else f"'{value}' is not one of {known}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"'{value}' is not a number"
    if not math.isfinite(value) or (option.kind == "int" and value != int(value)):
        return f"{value:g} is not a whole number"
    if option.minimum is not None and value < option.minimum:
        return f"{value:g} is below {option.minimum:g}"
    if option.maximum is not None and value > option.maximum:
        return f"{value:g} is above {option.maximum:g}"
    return ""


def _reading_fits(draft: Draft, faults: Faults) -> None:
    tree, profile = draft.tree, draft.profile
    for number, rule in enumerate(profile.detect, start=1):
        at = fields.place(fields.tables(tree, "detect")[number - 1], "match")
        for offset in rule.match:
            if offset >= rule.count:
                said = f"match {offset} lies behind the {rule.count} registers read"
                faults.add(*at, f"detect rule {number}: {said}")
        if rule.address < 0 or rule.address + rule.count - 1 > LAST_ADDRESS:
            faults.add(*at, f"detect rule {number}: reads outside the registers there are")
    for first, last in profile.read.served:
        if first > last:
            at = fields.place(tree, "read", "served")
            base = counting_of(tree).base
            faults.add(*at, f"read.served: {first + base} is above {last + base}")


def _vector_holds(draft: Draft, table: Table, vector: GoldenVector, faults: Faults) -> None:
    wanted = fields.group(table, "expect") or table
    for key, value in vector.expect.items():
        at = fields.place(wanted, key)
        point = draft.points.get(key)
        if point is None or not point.awake:
            if not draft.lost("points", key):
                faults.add(*at, f"test: there is no point '{key}' with a place")
            continue
        places = range(point.place.address, point.last_address + 1)
        missing = [address for address in places if address not in vector.registers]
        if missing:
            number = missing[0] + counting_of(draft.tree).base
            faults.add(*at, f"test: {key} needs register {number}, which is not given")
            continue
        found, reason = value_of(point.place, vector.registers)
        if not _same(found, value) or reason != vector.reasons.get(key, reason):
            seen = _shown(found) if found is not None else f"nothing ({reason})"
            faults.add(*at, f"test: {key} decodes to {seen}, not {_expected(vector, key)}")


def _same(found: float | str | None, wanted: float | str | None) -> bool:
    if isinstance(found, float) and isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return found == wanted


def _expected(vector: GoldenVector, key: str) -> str:
    value = vector.expect[key]
    if value is not None:
        return _shown(value)
    reason = vector.reasons.get(key, "")
    return f"nothing ({reason})" if reason else "nothing"


def _shown(value: float | str) -> str:
    return f"{value:.10g}" if isinstance(value, float) else f"'{value}'"

"""What a record is as a point: its key, its name in words, its unit and whether it counts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.model.meterprofile import MeterProfile, RecordRule
from app.model.point import ValueKind
from drivers.mbus import vifes, vifs
from drivers.mbus.telegram import Function, Record, State
from drivers.mbus.vifs import Kind

# What a meter's unit is told in, how many of it one is, and the decimals that come to it.
# One unit for each quantity: a meter that tells Wh today and kWh tomorrow stays one point.
_UNITS: Mapping[str, tuple[str, Fraction, int]] = {
    "none": ("", Fraction(1), 0),
    "Wh": ("kWh", Fraction(1, 1000), 3),
    "MWh": ("kWh", Fraction(1000), -3),
    "MJ": ("GJ", Fraction(1, 1000), 3),
    "W": ("kW", Fraction(1, 1000), 3),
    "MW": ("kW", Fraction(1000), -3),
    "m3": ("m³", Fraction(1), 0),
    "l": ("m³", Fraction(1, 1000), 3),
    "m3/h": ("m³/h", Fraction(1), 0),
    "l/h": ("m³/h", Fraction(1, 1000), 3),
    "ft3": ("ft³", Fraction(1), 0),
}
_MOST_DECIMALS = 6
_COUNTING = frozenset(
    {
        "energy",
        "volume",
        "mass",
        "reactive energy",
        "apparent energy",
        "heat cost allocation",
        "on time",
        "operating time",
        "reset counter",
        "cumulation counter",
        "stop counter",
    }
)
# Better words than the standard's, which calls the supply of a circuit its "flow".
_CALLED = {
    "flow temperature": "supply temperature",
    "volume flow": "flow",
    "any": "value",
}
_ROLES = {
    "energy": "meter.energy",
    "volume": "meter.volume",
    "volume flow": "meter.flow",
    "power": "meter.power",
    "flow temperature": "meter.supply",
    "return temperature": "meter.return",
}
_HEAT = (0x04, 0x0A, 0x0B, 0x0C, 0x0D)  # media whose temperatures are those of a circuit
_ELECTRICITY = 0x02
_FORWARD, _BACKWARD = ("forward flow",), ("backward flow",)
_EXPORT = {"energy": "meter.energy_export"}
_COOLING = {"energy": "meter.energy_cooling"}  # of a meter for heat and cooling: E3
_SUFFIX = {Function.MAXIMUM: "max", Function.MINIMUM: "min", Function.ERROR: "error"}
_FUNCTION = {
    Function.MAXIMUM: "maximum",
    Function.MINIMUM: "minimum",
    Function.ERROR: "while an error stood",
}
_TEXTS = frozenset(
    meaning.quantity
    for table in vifs.TABLES
    for meaning in table.values()
    if meaning.kind in (Kind.IDENTITY, Kind.MOMENT, Kind.BYTES)
)
_FLAGS = ("error flags", "digital output", "digital input")
_NO_VALUE = frozenset(vifes.FAULTS.values())
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 60
_BITS_OF_FLAGS = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """A point before it has a key and a role of its own among the others."""

    key: str
    name: str
    value: float | str | None
    function: Function
    unit: str = ""
    decimals: int = 0
    kind: ValueKind = ValueKind.NUMBER
    choices: Mapping[int, str] = field(default_factory=dict)
    role: str = ""
    note: str = ""
    reason: str = ""
    counts: bool = False
    storage: int = 0
    record: int | None = None


def standard(record: Record, at: int, profile: MeterProfile | None, medium: int) -> Draft:
    """Return a record as the standard explains it; ``at`` is its place in the telegram."""
    heading = record.heading
    unit, factor, finer = _UNITS.get(heading.unit, (heading.unit, Fraction(1), 0))
    parts = [*_qualifiers(record), *(words for _kind, words in _besides(record, profile))]
    quantity = _CALLED.get(heading.quantity, heading.quantity)
    draft = Draft(
        key=_key(heading.quantity, record),
        name=_sentence([quantity, *parts]),
        value=_value(record, factor),
        function=heading.function,
        unit=unit,
        decimals=min(max(heading.decimals + finer, 0), _MOST_DECIMALS),
        kind=_kind(record),
        choices=_bit_names(heading.quantity),
        role=_role(record, medium),
        reason=_reason(record),
        counts=_counts(record),
        storage=heading.storage,
        record=at,
    )
    return draft if draft.kind is ValueKind.NUMBER else replace(draft, unit="", decimals=0)


def by_rule(record: Record, at: int, profile: MeterProfile, medium: int) -> Iterator[Draft]:
    """Return a record as a profile explains it: nothing, one point, or one for each part.

    The first rule that fits speaks; of rules with a mask all that fit do.
    """
    for rule in profile.rules:
        if not fits(rule, record):
            continue
        yield _ruled(rule, standard(record, at, profile, medium), record, profile)
        if rule.mask is None:
            return


def fits(rule: RecordRule, record: Record) -> bool:
    """Whether a rule is about this record: all that it asks for is so."""
    heading = record.heading
    asked = (
        (rule.dif_vif, heading.dif_vif),
        (rule.vif, vif_of(heading.dif_vif)),
        (rule.quantity or None, heading.quantity),
        (rule.function or None, heading.function.value),
        (rule.storage, heading.storage),
        (rule.tariff, heading.tariff),
        (rule.subunit, heading.subunit),
        (rule.qualifiers, heading.qualifiers),
    )
    return all(wanted is None or wanted == found for wanted, found in asked)


def unit_of(unit: str) -> Fraction:
    """Return what a number in a meter's unit is multiplied by to be in ours."""
    known = _UNITS.get(unit)
    return Fraction(1) if known is None else known[1]


def vif_of(dif_vif: bytes) -> bytes:
    """Return the VIF bytes behind the DIF bytes of a heading."""
    at = 0
    while at < len(dif_vif) and dif_vif[at] & 0x80:
        at += 1
    return dif_vif[at + 1 :]


def _ruled(rule: RecordRule, draft: Draft, record: Record, profile: MeterProfile) -> Draft:
    """Return the draft with what a rule says otherwise."""
    ruled = replace(
        draft,
        unit=draft.unit if rule.unit is None else rule.unit,
        role=rule.role or draft.role,
        note=rule.note,
        counts=draft.counts if rule.counts is None else rule.counts,
        decimals=draft.decimals if rule.decimals is None else rule.decimals,
    )
    if rule.name:
        ruled = replace(ruled, name=_sentence([rule.name, *_unasked(rule, record, profile)]))
    if rule.key:
        ruled = replace(ruled, key="_".join([rule.key, *_unasked_keys(rule, record)]))
    if isinstance(draft.value, float):
        value = draft.value * rule.scale
        if rule.mask is not None:
            lowest = rule.mask & -rule.mask
            value = float((int(draft.value) & rule.mask) // lowest)
        ruled = replace(ruled, value=value)
    if rule.bits or rule.choices:
        kind = ValueKind.FLAGS if rule.bits else ValueKind.CHOICE
        choices = rule.bits or rule.choices
        ruled = replace(ruled, kind=kind, choices=choices, unit="", decimals=0)
    return ruled


def _unasked(rule: RecordRule, record: Record, profile: MeterProfile) -> list[str]:
    """Return in words all that a rule left open: it may speak of several storages."""
    settled = {
        "function": bool(rule.function),
        "storage": rule.storage is not None,
        "tariff": rule.tariff is not None,
        "subunit": rule.subunit is not None,
    }
    if rule.dif_vif is not None:
        return []
    return [words for kind, words in _besides(record, profile) if not settled[kind]]


def _unasked_keys(rule: RecordRule, record: Record) -> list[str]:
    if rule.dif_vif is not None:
        return []
    heading = record.heading
    parts = []
    if not rule.function and heading.function in _SUFFIX:
        parts.append(_SUFFIX[heading.function])
    for letter, asked, found in (
        ("s", rule.storage, heading.storage),
        ("t", rule.tariff, heading.tariff),
        ("u", rule.subunit, heading.subunit),
    ):
        if asked is None and found:
            parts.append(f"{letter}{found}")
    return parts


def _besides(record: Record, profile: MeterProfile | None) -> list[tuple[str, str]]:
    """Return what the DIF adds to the quantity, in words, each with what it is."""
    heading = record.heading
    parts = []
    if heading.function in _FUNCTION:
        parts.append(("function", _FUNCTION[heading.function]))
    if heading.tariff:
        parts.append(("tariff", f"tariff {heading.tariff}"))
    if heading.subunit:
        parts.append(("subunit", f"subunit {heading.subunit}"))
    if heading.storage:
        known = profile.storages if profile else {}
        words = known.get(heading.storage, f"storage {heading.storage}")
        parts.append(("storage", words))
    return parts


def _key(quantity: str, record: Record) -> str:
    """Return a key that the same record of the same meter always has."""
    heading = record.heading
    parts = [quantity, *_qualifiers(record)]
    if heading.function in _SUFFIX:
        parts.append(_SUFFIX[heading.function])
    if heading.storage:
        parts.append(f"s{heading.storage}")
    if heading.tariff:
        parts.append(f"t{heading.tariff}")
    if heading.subunit:
        parts.append(f"u{heading.subunit}")
    key = _NO_LETTER.sub("_", "_".join(parts).lower()).strip("_")[:_LONGEST_KEY]
    return key if key[:1].isalpha() else f"value_{key}".rstrip("_")


def _qualifiers(record: Record) -> list[str]:
    """Return the qualifiers without those that say why there is no value today."""
    return [each for each in record.heading.qualifiers if each not in _NO_VALUE]


def _sentence(parts: list[str]) -> str:
    whole = ", ".join(parts)
    return whole[:1].upper() + whole[1:]


def _value(record: Record, factor: Fraction) -> float | str | None:
    if record.state is State.INVALID:
        return None
    if record.time is not None:
        return record.time.isoformat()
    if record.text is not None:
        return record.text
    if record.value is None or factor == 1:
        return record.value
    return record.value * factor.numerator / factor.denominator


def _kind(record: Record) -> ValueKind:
    """Return it by the quantity, so that a value missing today changes nothing."""
    if record.text is not None or record.time is not None:
        return ValueKind.TEXT
    quantity = record.heading.quantity
    if quantity in _FLAGS:
        return ValueKind.FLAGS
    return ValueKind.TEXT if quantity in _TEXTS else ValueKind.NUMBER


def _bit_names(quantity: str) -> Mapping[int, str]:
    """Return words for flags whose meaning only the maker knows: which of them are set."""
    if quantity not in _FLAGS:
        return {}
    return {bit: f"bit {bit}" for bit in range(_BITS_OF_FLAGS)}


def _counts(record: Record) -> bool:
    heading = record.heading
    return heading.quantity in _COUNTING and heading.function is Function.INSTANTANEOUS


def _role(record: Record, medium: int) -> str:
    """Return what pictures and reports take a present value for."""
    heading = record.heading
    present = heading.function is Function.INSTANTANEOUS and not heading.storage
    if not present or heading.tariff or heading.subunit:
        return ""
    if heading.qualifiers == _BACKWARD:
        there = _EXPORT if medium == _ELECTRICITY else _COOLING if medium in _HEAT else {}
        return there.get(heading.quantity, "")
    if heading.qualifiers not in ((), _FORWARD):
        return ""
    if heading.quantity.endswith("temperature") and medium not in _HEAT:
        return ""
    if heading.quantity == "error flags":
        return "meter.info"
    return _ROLES.get(heading.quantity, "")


def _reason(record: Record) -> str:
    """Return the code of why a value is none."""
    if record.state is not State.INVALID:
        return ""
    return "not-available" if record.heading.state is State.INVALID else "not-a-number"


def words_of_names() -> tuple[str, ...]:
    """Return every word that names are put together of, for those who translate them."""
    quantities = {meaning.quantity for table in vifs.TABLES for meaning in table.values()}
    called = {_CALLED.get(each, each) for each in quantities} | {"temperature", "dimensionless"}
    return tuple(sorted(called | {*_FUNCTION.values()} | set(vifes.phrases())))

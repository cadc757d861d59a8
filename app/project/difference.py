"""What changed between two configurations, told in sentences and in numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from app.project.config import PlantConfig
from app.words import _, ngettext

KINDS = ("link", "device", "rule")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things a change added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def things_of(config: PlantConfig, kind: str) -> Mapping[str, Any]:
    """Return the links, devices or rules of a plant by id; ``kind`` is one of `KINDS`."""
    things: Mapping[str, Any] = getattr(config, f"{kind}s")
    return things


def differences(older: PlantConfig, newer: PlantConfig) -> list[str]:
    """Return one sentence a change, in the language in force: the plant first, then by id."""
    lines = list(_changes(_("plant"), _header(older), _header(newer)))
    for kind in KINDS:
        before, after = things_of(older, kind), things_of(newer, kind)
        for key in sorted({*before, *after}):
            place = f"{_word(kind)} {key}"
            if key not in after:
                lines.append(_("{place} removed").format(place=place))
            elif key not in before:
                lines.append(_added(place, after[key]))
            elif before[key] != after[key]:
                lines += _changes(place, _fields(before[key]), _fields(after[key]))
    return lines


def tally(older: PlantConfig, newer: PlantConfig) -> dict[str, Tally]:
    """Return how many things of each kind changed; ``"plant"`` counts its own fields."""
    counts = {kind: _count(things_of(older, kind), things_of(newer, kind)) for kind in KINDS}
    counts["plant"] = _count(_header(older), _header(newer))
    return {kind: count for kind, count in counts.items() if count != Tally()}


def summary(counts: Mapping[str, Tally]) -> str:
    """Return "1 device added, 2 rules changed" in the language in force."""
    parts: list[str] = []
    if "plant" in counts:
        parts.append(_("plant changed"))
    for kind in KINDS:
        count = counts.get(kind, Tally())
        for number, doing in (
            (count.added, _("{things} added")),
            (count.changed, _("{things} changed")),
            (count.removed, _("{things} removed")),
        ):
            if number:
                parts.append(doing.format(things=_number_of(kind, number)))
    return ", ".join(parts) or _("nothing changed")


def _count(before: Mapping[str, object], after: Mapping[str, object]) -> Tally:
    return Tally(
        added=len(after.keys() - before.keys()),
        changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
    )


def _header(config: PlantConfig) -> dict[str, object]:
    return {
        name: value
        for name, value in _fields(config).items()
        if name not in ("links", "devices", "rules")
    }


def _fields(thing: Any) -> dict[str, object]:
    """Return a thing's fields by name, its options each on its own."""
    found: dict[str, object] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name == "options":
            found |= {f"option {name}": option for name, option in value.items()}
        else:
            found[field.name] = value
    return found


def _added(place: str, thing: Any) -> str:
    return _("{place} added: {name}").format(place=place, name=_quoted(thing.name))


def _changes(
    place: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if old != new:
            yield f"{place}: {name.replace('_', ' ')} {_quoted(old)} → {_quoted(new)}"


def _quoted(value: object) -> str:
    if value is None or value is _ABSENT:
        return _("none") if value is None else "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"'{value}'" if isinstance(value, str) else str(value)


def _word(kind: str) -> str:
    return {"link": _("link"), "device": _("device"), "rule": _("alarm rule")}[kind]


def _number_of(kind: str, number: int) -> str:
    words = {
        "link": ngettext("{n} link", "{n} links", number),
        "device": ngettext("{n} device", "{n} devices", number),
        "rule": ngettext("{n} alarm rule", "{n} alarm rules", number),
    }
    return words[kind].format(n=number)


def told_short(lines: Sequence[str], most: int = 20) -> str:
    """Return differences as one text for the audit, a long list cut with its number."""
    more = len(lines) - most
    if more <= 0:
        return "; ".join(lines)
    return "; ".join([*lines[:most], _("and {n} more").format(n=more)])

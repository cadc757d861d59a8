"""What stood before a change and after it, in the words and units of who reads the log.

The log itself keeps what was written, in the language of the program that wrote it; what
is recognised here is told anew, all else as it stands.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.words import _
from widgets.controls.quality import shown
from widgets.models.optionwords import kind_name, option_value
from widgets.models.versions import field_word, field_words

_BETWEEN = "; "
_PLACE = r"(?P<kind>plant|link|device|alarm rule)(?: (?P<id>\S+))?"
_ADDED = re.compile(rf"{_PLACE} added: (?P<name>.+)")
_REMOVED = re.compile(rf"{_PLACE} removed")
_VALUE = r"'.*'|\S+"
_OPTION = "option "
_MORE = re.compile(r"and (?P<n>\d+) more")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # of a number in the log nothing but the value counts
Named = Callable[[str, str], str]  # the kind of a thing and its id → its name in words


def told_number(written: str, point: PointId, spec: PointSpec) -> str:
    """Return a number of the log as its point means it: a word, a time, figures with unit."""
    try:
        value = float(written)
    except ValueError:
        return written
    said = shown(Reading(point, value, Quality.GOOD, _NEVER), spec, _NEVER, with_tip=False)
    return f"{said.text} {said.unit}".strip()


def told_changes(written: str, named: Named) -> str:
    """Return what a change of the configuration did, told by ``named`` and in words."""
    return _BETWEEN.join(_told(part, named) for part in written.split(_BETWEEN))


def _told(part: str, named: Named) -> str:
    if (found := _REMOVED.fullmatch(part)) is not None:
        return _("{place} removed").format(place=_place(found, named))
    if (found := _ADDED.fullmatch(part)) is not None:
        return _("{place} added: {name}").format(place=_place(found, named), name=found["name"])
    if (found := _MORE.fullmatch(part)) is not None:
        return _("and {n} more").format(n=found["n"])
    if (found := _changed().fullmatch(part)) is not None:
        said = f"{_field(found['field'])} {_value(found, 'old')} → {_value(found, 'new')}"
        return f"{_place(found, named)}: {said}" if found["kind"] else said
    return part


def _changed() -> re.Pattern[str]:
    fields = "|".join(re.escape(each.replace("_", " ")) for each in field_words())
    field = rf"(?P<field>{fields}|{_OPTION}[^']+?)"
    return re.compile(rf"(?:{_PLACE}: )?{field} (?P<old>{_VALUE}) → (?P<new>{_VALUE})")


def _place(found: re.Match[str], named: Named) -> str:
    return named(found["kind"], found["id"] or "") if found["id"] else _(found["kind"])


def _field(name: str) -> str:
    option = name.removeprefix(_OPTION)
    if option != name:
        return field_word(f"options › {option}")
    return field_word(name.replace(" ", "_"))


def _value(found: re.Match[str], which: str) -> str:
    written, field = found[which], found["field"]
    word = plain = written.strip("'")
    if field.startswith(_OPTION):
        word = option_value(field.removeprefix(_OPTION), plain)
    elif field == "kind":
        word = kind_name(plain)
    if word != plain:
        return word
    return {"yes": _("yes"), "no": _("no"), "none": _("none")}.get(written, written)

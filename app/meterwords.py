"""The names of meters' points in the language in force, told part by part."""

import re
from functools import lru_cache

from app.words import _, language, told

_KEPT = 4096  # names: a plant's thousands of devices share some hundreds
_NUMBERED = re.compile(r"(storage|tariff|subunit|value|bit|maker's bit|mode) (\d+)")


def meter_words(text: str) -> str:
    """Return a name, or a list of words such as an info code's, in the language in force.

    ``Energy, tariff 2`` is told in its parts, as no catalogue can hold all of them together;
    a part nobody translated stays as it is.
    """
    return _told_in(language(), text)


@lru_cache(_KEPT)
def _told_in(_language: str, text: str) -> str:
    whole = told(text)
    if whole != text or not text:
        return whole
    return "; ".join(
        ", ".join(_part(part) for part in side.split(", ")) for side in text.split("; ")
    )


def _part(part: str) -> str:
    found = _NUMBERED.fullmatch(part)
    if found is not None:
        return _of_number(found[1]).format(n=found[2])
    words = told(part)
    if words != part:
        return words
    lower = part[:1].lower() + part[1:]
    words = told(lower)
    return words[:1].upper() + words[1:] if words != lower else part


def _of_number(kind: str) -> str:
    return {
        "storage": _("storage {n}"),
        "tariff": _("tariff {n}"),
        "subunit": _("subunit {n}"),
        "value": _("value {n}"),
        "bit": _("bit {n}"),
        "maker's bit": _("maker's bit {n}"),
        "mode": _("mode {n}"),
    }[kind]

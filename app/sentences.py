"""Sentences of errors in the language of who reads them.

An error is raised in English, and so it stands in logs, journals and the audit: whoever
looks after a plant in another country can read them. Only where a person is told one
it is recognised by its words, taken apart into the values it names, and put into the
language in force. A sentence nobody translated is told as it is.
"""

import re
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations

from app.errors import PlantError
from app.words import PSEUDO, _, catalogue_of, language

_PLACE = re.compile(r"\{(\w+)\}")
_DEEPEST = 3  # a sentence may quote one that quotes another
_MOST = 2000  # characters; longer texts are no sentences


def told_sentence(text: str) -> str:
    """Return an English sentence of an error in the language in force."""
    return _told(text, _DEEPEST)


def told_error(error: PlantError) -> PlantError:
    """Return an error of the same sort whose sentence is in the language in force."""
    said = str(error)
    words = told_sentence(said)
    if words != said:
        error.args = (words, *error.args[1:])
    return error


def _told(text: str, deep: int) -> str:
    if not text or language() == "en" or len(text) > _MOST:
        return text
    whole = _(text)
    if whole != text or not deep or language() == PSEUDO:
        return whole
    for pattern, message in _templates(language()):
        found = pattern.fullmatch(text)
        if found is not None:
            values = {name: _told(value, deep - 1) for name, value in found.groupdict().items()}
            return _(message).format(**values)
    return text


@lru_cache(maxsize=8)
def _templates(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what recognises a sentence, those with the most words of their own first."""
    translations: NullTranslations = catalogue_of(code)
    if not isinstance(translations, GNUTranslations):
        return ()
    catalogue: dict[object, str] = getattr(translations, "_catalog", {})
    messages = [each for each in catalogue if isinstance(each, str) and _PLACE.search(each)]
    messages.sort(key=lambda each: -len(_PLACE.sub("", each)))
    found = []
    for message in messages:
        names = _PLACE.findall(message)
        letters = re.search(r"[^\W\d_]{2}", _PLACE.sub("", message))
        if letters and len(names) == len(set(names)):
            found.append((re.compile(_pattern(message), re.DOTALL), message))
    return tuple(found)


def _pattern(message: str) -> str:
    parts = _PLACE.split(message)
    return "".join(
        f"(?P<{part}>.*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )

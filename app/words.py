"""Words for people, in the language chosen: one catalogue for screen, paper and mails."""

import gettext
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

DOMAIN = "heatdesk"
# Every language that is complete, by its code, called as its speakers call it.
LANGUAGES = {"en": "English", "da": "Dansk", "de": "Deutsch", "fr": "Français"}
PSEUDO = "xx"  # long, accented words that show what is not translated and what is clipped
_ACCENTED = str.maketrans(
    "AEIOUYaeiouyncszNCSZ",
    "ÀÉÎÖÛÝàéîöûýñçšžÑÇŠŽ",
)
_PLACE = re.compile(r"(\{[^}]*\}|&(?=\w))")  # kept as they are: values, keys of menus
_PATTERN = re.compile(r"[dMyHhms .,:/'’-]*(d MMM|MMM d|HH|mm)[dMyHhms .,:/'’-]*")  # of dates


class _Pseudo(gettext.NullTranslations):
    """Makes every text a third longer and strange to look at, and still readable."""

    def gettext(self, message: str) -> str:
        """Return ``[Ŧéxţ one two]``-like words in place of a text."""
        if not message or _PATTERN.fullmatch(message):
            return message
        parts = _PLACE.split(message)
        strange = "".join(
            part if at % 2 else part.translate(_ACCENTED) for at, part in enumerate(parts)
        )
        longer = "·" * max(1, round(len(message) * 0.35))
        return f"[{strange}{longer}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the strange form of the English plural."""
        return self.gettext(msgid1 if n == 1 else msgid2)


class _Catalogue:
    """The translations in force; switching the language swaps them as a whole."""

    def __init__(self) -> None:
        self.language = "en"
        self.translations: gettext.NullTranslations = gettext.NullTranslations()


_catalogue = _Catalogue()


def use_language(language: str, folder: Path | None = None) -> None:
    """Answer in ``language`` (such as ``da``) from now on; unknown ones give English.

    ``folder`` holds catalogues as gettext lays them out; without it, our own are used.
    """
    _catalogue.translations = catalogue_of(language, folder)
    _catalogue.language = language


def catalogue_of(language: str, folder: Path | None = None) -> gettext.NullTranslations:
    """Return what translates into ``language``; nothing is translated into unknown ones."""
    if language == PSEUDO:
        return _Pseudo()
    place = str(folder or files("i18n"))
    return gettext.translation(DOMAIN, place, languages=[language], fallback=True)


def language() -> str:
    """Return the code of the language in force."""
    return _catalogue.language


def _(text: str) -> str:
    """Return ``text`` in the language in force; of nothing, nothing."""
    return _catalogue.translations.gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form that fits ``count`` in the language in force."""
    return _catalogue.translations.ngettext(one, many, count)


def retold(text: str, wanted: str) -> str:
    """Return a text of the screen in the language ``wanted``, for paper in another one.

    Parts between commas are told one by one where the whole is not known; what no
    catalogue holds, such as a device's name, stays as it is.
    """
    if wanted == language() or not text:
        return text
    english, others = _english_of(language()), catalogue_of(wanted)
    whole = others.gettext(english.get(text, text))
    if whole != text or ", " not in text:
        return whole
    return ", ".join(others.gettext(english.get(part, part)) for part in text.split(", "))


@cache
def _english_of(code: str) -> Mapping[str, str]:
    """Return the English text of every translation into a language."""
    pairs = getattr(catalogue_of(code), "_catalog", {})
    return {theirs: ours for ours, theirs in pairs.items() if isinstance(ours, str) and ours}


def told(text: str) -> str:
    """Return a word of a profile or a picture in the language in force.

    Texts somebody wrote themselves, such as a device's name, stay as they are: no
    catalogue holds them.
    """
    return _(text)

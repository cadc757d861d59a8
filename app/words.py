"""Words for people, in the language chosen: one catalogue for screen, paper and mails."""

import gettext
from importlib.resources import files
from pathlib import Path

DOMAIN = "heatdesk"


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
    place = str(folder or files("i18n"))
    _catalogue.translations = gettext.translation(
        DOMAIN, place, languages=[language], fallback=True
    )
    _catalogue.language = language


def language() -> str:
    """Return the code of the language in force."""
    return _catalogue.language


def _(text: str) -> str:
    """Return ``text`` in the language in force."""
    return _catalogue.translations.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form that fits ``count`` in the language in force."""
    return _catalogue.translations.ngettext(one, many, count)

"""Words come in the language in force; the pseudo-language shows what was forgotten."""

from collections.abc import Iterator

import pytest

from app.words import LANGUAGES, PSEUDO, _, language, ngettext, told, use_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("code", "word"), [("en", "Settings"), ("da", "Indstillinger"), ("de", "Einstellungen")]
)
def test_a_word_comes_in_the_language_in_force(code: str, word: str) -> None:
    use_language(code)
    assert (_("Settings"), language()) == (word, code)


def test_plurals_follow_the_language() -> None:
    use_language("fr")
    words = [
        ngettext("{count} device", "{count} devices", n).format(count=n) for n in (0, 1, 2)
    ]
    assert words == ["0 appareil", "1 appareil", "2 appareils"]


@pytest.mark.parametrize("code", [*LANGUAGES, PSEUDO, "tlh"])
def test_nothing_stays_nothing(code: str) -> None:
    """An empty text is gettext's name for the catalogue's own head."""
    use_language(code)
    assert _("") == ""
    assert told("") == ""


def test_what_somebody_wrote_themselves_stays_as_it_is() -> None:
    use_language("de")
    assert told("Ahornvej 14") == "Ahornvej 14"
    assert told("Heat curve slope") == "Steilheit der Heizkurve"


def test_an_unknown_language_speaks_english() -> None:
    use_language("tlh")
    assert _("Settings") == "Settings"


def test_the_pseudo_language_is_long_strange_and_keeps_places_and_keys() -> None:
    use_language(PSEUDO)
    said = _("{count} devices of {plant}")
    assert said.startswith("[{count} ")
    assert "{plant}" in said
    assert "devices" not in said
    assert len(said) >= 1.3 * len("{count} devices of {plant}")
    assert "&Û" in _("&User")
    assert ngettext("{n} link", "{n} links", 2).startswith("[{n} ")

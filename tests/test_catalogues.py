"""Every text is in every language, says the same, and none was forgotten."""

import csv
import re
import sys
import tomllib
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.pofile import read_po

from app.words import LANGUAGES
from tests.scripts import ROOT

sys.path.insert(0, str(ROOT / "packaging"))
catalogues: ModuleType = import_module("catalogues")
OTHERS = [code for code in LANGUAGES if code != "en"]
GLOSSARY = ROOT.parent / "shared" / "facts" / "glossary.csv"
PLACES = re.compile(r"\{[^}]*\}")
WORD = re.compile(r"[^\W\d_]{2,}")
ALIKE: dict[str, str] = tomllib.loads((ROOT / "tests" / "alike.toml").read_text("utf-8"))


def messages(language: str) -> dict[str, Any]:
    """Return a language's messages by their English text."""
    file = ROOT / "i18n" / language / "LC_MESSAGES" / "heatdesk.po"
    read = read_po(BytesIO(file.read_bytes()), language)
    return {catalogues.name_of(each): each for each in read if each.id}


def forms(message: Any, part: str) -> list[str]:
    """Return singular and plural of a message's ``id`` or ``string``."""
    found = getattr(message, part)
    return [found] if isinstance(found, str) else list(found)


def test_the_catalogues_hold_exactly_the_texts_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = catalogues.main(["--check"])
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_places_for_values_in_every_form(language: str) -> None:
    for name, message in messages(language).items():
        wanted = set(PLACES.findall(forms(message, "id")[-1]))
        for text in forms(message, "string"):
            found = set(PLACES.findall(text))
            allowed = [wanted, set(PLACES.findall(name))]
            assert found in allowed, f"{language}: {name!r} became {text!r}"


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_that_begins_or_ends_with_a_blank_keeps_it(language: str) -> None:
    for name, message in messages(language).items():
        for text in forms(message, "string"):
            blanks = (text[:1].isspace(), text[-1:].isspace())
            assert blanks == (name[:1].isspace(), name[-1:].isspace()), f"{language}: {name!r}"


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_equal_to_english_is_no_sentence(language: str) -> None:
    """A word may be the same in both; a sentence of three words is a forgotten one."""
    for name, message in messages(language).items():
        words = re.findall(r"[^\W\d_]{3,}", PLACES.sub("", name))
        same = forms(message, "string") == forms(message, "id")
        assert not (same and len(words) > 2), f"{language}: {name!r} is not translated"


def words_left_as_they_are(language: str) -> set[str]:
    """Return the words of all messages that read in this language as they do in English."""
    return {
        word.casefold()
        for name, message in messages(language).items()
        if forms(message, "string") == forms(message, "id")
        for word in WORD.findall(PLACES.sub("", name))
    }


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_equal_to_english_is_one_that_both_languages_have(language: str) -> None:
    known = {*ALIKE["everywhere"].split(), *ALIKE[language].split()}
    new = words_left_as_they_are(language) - known
    assert not new, f"not translated, or to be named in tests/alike.toml: {sorted(new)}"


def test_no_word_is_named_alike_that_no_text_has_any_more() -> None:
    left = {language: words_left_as_they_are(language) for language in OTHERS}
    idle = {language: set(ALIKE[language].split()) - left[language] for language in OTHERS}
    assert not any(idle.values()), idle
    assert set(ALIKE["everywhere"].split()) <= set.intersection(*left.values())


@pytest.mark.parametrize("language", OTHERS)
def test_terms_of_the_field_are_those_of_the_glossary(language: str) -> None:
    if not GLOSSARY.is_file():
        pytest.skip(f"NOT CHECKED: there is no glossary at {GLOSSARY}")
    kept = messages(language)
    by_word = {name.casefold(): each for name, each in kept.items()}
    checked = 0
    with GLOSSARY.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            message = by_word.get(row["term"].casefold())
            if message is None or row["term"] in UNLIKE:
                continue
            checked += 1
            said = forms(message, "string")[0].replace("’", "'")
            assert said.casefold() == row[language].replace("’", "'").casefold(), row["term"]
    assert checked > 40


# Where the screen means something else than the glossary: a button and a valve's end, not a
# breaker; the controller's own word for a command.
UNLIKE = {"open", "closed", "scan"}


def test_a_text_in_a_profile_is_found_and_a_tag_is_not() -> None:
    profile = {
        "points": [{"id": "s1", "name": "Outdoor", "enum": {0: False, 1: True, 2: "auto"}}],
        "tests": [{"note": "Worked out by hand"}],
        "label": "S1",
    }
    assert list(catalogues.yaml_texts(profile)) == ["Outdoor", "OFF", "ON", "auto"]


def test_what_is_not_translated_is_named(tmp_path: Path) -> None:
    template = catalogues.Catalog()
    template.add("Supply", "Fremløb")
    template.add("Return", "")
    template.add(("{n} device", "{n} devices"), ("{n} enhed", ""))
    assert catalogues.untranslated(template) == ["Return", "{n} device"]


def test_the_same_texts_give_the_same_file() -> None:
    made = catalogues.updated("da", catalogues.gathered())
    assert catalogues.po_bytes(made) == catalogues.po_bytes(made)
    assert b"POT-Creation" not in catalogues.po_bytes(made)

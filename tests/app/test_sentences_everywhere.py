"""Every sentence an operator may be told by an error is told in every language."""

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from app.sentences import told_sentence
from app.words import LANGUAGES, use_language
from tests.scripts import ROOT

sys.path.insert(0, str(ROOT / "packaging"))
catalogues: ModuleType = import_module("catalogues")
VALUES = ("Ahornvej 14", "s3", "71482036", "21.5")
OTHERS = [code for code in LANGUAGES if code != "en"]


def sentences() -> list[str]:
    found = {texts[0] for _place, texts in catalogues.error_texts()}
    return sorted(found)


def filled(sentence: str) -> str:
    """Return a sentence with something in each of its places."""
    names = catalogues.PLACE.findall(sentence)
    for nth, name in enumerate(names):
        sentence = sentence.replace(name, VALUES[nth % len(VALUES)], 1)
    return sentence


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def test_there_are_sentences_to_look_at() -> None:
    found = sentences()
    assert len(found) > 100
    assert "the login or the password is wrong" in found


@pytest.mark.parametrize("language", OTHERS)
def test_every_one_is_told_with_its_values(language: str) -> None:
    use_language(language)
    english = []
    for sentence in sentences():
        said = filled(sentence)
        told = told_sentence(said)
        if told == said and any(part.isalpha() for part in catalogues.PLACE.split(sentence)):
            english.append(sentence)
        for nth in range(len(catalogues.PLACE.findall(sentence))):
            assert VALUES[nth % len(VALUES)] in told, (sentence, told)
    assert english == []


@pytest.mark.parametrize("language", OTHERS)
def test_none_is_taken_for_another(language: str) -> None:
    """A sentence without values is told by its own translation, never by a wider one."""
    use_language(language)
    plain = [each for each in sentences() if not catalogues.PLACE.search(each)]
    told = {each: told_sentence(each) for each in plain}
    assert len(set(told.values())) == len(plain)


def test_in_english_nothing_is_touched() -> None:
    for sentence in sentences():
        said = filled(sentence)
        assert told_sentence(said) is said

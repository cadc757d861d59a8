"""An error raised in English is told in the reader's language, its values untouched."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.errors import BadInput, NotPermitted, WriteRefused
from app.model.rights import Capability, Grant
from app.model.rightwords import RIGHT_WORDS
from app.sentences import told_error, told_sentence
from app.verbs import require
from app.words import _, use_language
from tests.plant import LUND


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def test_in_english_every_sentence_stays_as_it_is() -> None:
    said = "Ahornvej 14 does not answer; nothing was sent"
    assert told_sentence(said) is said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("da", "Ahornvej 14 svarer ikke; intet blev sendt"),
        ("de", "Ahornvej 14 antwortet nicht; es wurde nichts gesendet"),
        ("fr", "Ahornvej 14 ne répond pas ; rien n’a été envoyé"),
    ],
)
def test_a_sentence_is_recognised_by_its_words(language: str, said: str) -> None:
    use_language(language)
    assert told_sentence("Ahornvej 14 does not answer; nothing was sent") == said


def test_the_most_particular_sentence_wins() -> None:
    use_language("de")
    told = told_sentence("there is no device ahornvej-14 in this project")
    assert told == "es gibt kein Gerät ahornvej-14 in diesem Projekt"


def test_a_sentence_inside_a_sentence_is_told_too() -> None:
    use_language("da")
    told = told_sentence("device Ahornvej 14: the gateway does not answer; nothing was sent")
    assert told == "enhed Ahornvej 14: the gateway svarer ikke; intet blev sendt"


@pytest.mark.parametrize("right", list(Capability))
def test_a_refusal_names_the_right_in_words(right: Capability) -> None:
    with pytest.raises(NotPermitted) as refused:
        require(replace(LUND, grant=Grant()), right)
    said = str(refused.value)
    assert said == f"{LUND.name} may not do this ({RIGHT_WORDS[right]})"
    for language in ("da", "de", "fr"):
        use_language(language)
        told = told_sentence(said)
        assert told != said
        assert f"({_(RIGHT_WORDS[right])})" in told, "as the page of roles calls it"
        assert right.value not in told


@pytest.mark.parametrize(
    "name",
    [
        "<b>bold</b>",
        "{device}",
        "{0}",
        "%s",
        "a.*b",
        "Ω" * 300,
        "🔥",
        "חימום",
        "line\nbreak",
        "\\d+",
    ],
)
def test_odd_values_come_through_whole(name: str) -> None:
    use_language("fr")
    assert told_sentence(f"there is no account {name}") == f"il n’y a pas de compte {name}"


@pytest.mark.parametrize("said", ["", "disk I/O error", "[Errno 13] Permission denied: 'x'"])
def test_a_sentence_nobody_knows_is_told_as_it_is(said: str) -> None:
    use_language("da")
    assert told_sentence(said) == said


def test_an_endless_text_is_no_sentence() -> None:
    use_language("da")
    endless = "there is no account " + "x" * 100_000
    assert told_sentence(endless) is endless


def test_an_error_keeps_its_sort() -> None:
    use_language("de")
    told = told_error(WriteRefused("Ahornvej 14: its driver cannot write"))
    assert isinstance(told, WriteRefused)
    assert str(told) == "Ahornvej 14: Sein Treiber kann nicht schreiben"
    unknown = BadInput("nobody translated this")
    assert told_error(unknown) is unknown
    assert str(unknown) == "nobody translated this"


def test_the_pseudo_language_shows_what_is_told() -> None:
    use_language("xx")
    assert told_sentence("the core has gone").startswith("[")

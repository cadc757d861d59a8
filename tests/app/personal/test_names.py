"""A resident is found however he is written, and nobody else is taken for him."""

import json

import pytest

from app.project.callname import GONE, Finder, call_names
from app.project.scrub import clean_text

KEY = b"k" * 32
CALLED = ("Mads Østerlund-Riis", "+45 20 71 55 43", "mads.riis@example.dk", "KV-204177")


@pytest.fixture
def finder() -> Finder:
    return Finder(KEY, call_names(KEY, CALLED))


@pytest.mark.parametrize(
    "text",
    [
        "Mads Østerlund-Riis",
        "MADS ØSTERLUND RIIS rang",
        "Riis, Mads Østerlund",
        "mads_østerlund_riis.pdf",
        "tel. 20 71 55 43",
        "tel. 2071 5543",
        "20715543",
        "+4520715543",
        "write to <mads.riis@example.dk>",
        "contract KV-204177",
    ],
)
def test_he_is_found(finder: Finder, text: str) -> None:
    assert finder.finds(text)
    assert GONE in finder.without(text)
    assert not finder.finds(finder.without(text))


@pytest.mark.parametrize(
    "text",
    [
        "Mads",
        "Riis",
        "Mads Hansen",
        "Østerlund",
        "20 71 55 44",
        "KV-204178",
        "",
        "the valve hums",
    ],
)
def test_others_are_left_alone(finder: Finder, text: str) -> None:
    assert not finder.finds(text)
    assert finder.without(text) == text


def test_what_stands_around_a_name_stays(finder: Finder) -> None:
    told = finder.without("Rang Mads Østerlund-Riis (20 71 55 43) at noon")
    assert told == f"Rang {GONE} ({GONE}) at noon"


def test_json_within_json_stays_json(finder: Finder) -> None:
    text = json.dumps({"a": [1, json.dumps({"to": CALLED[0]})], CALLED[1]: True})
    cleaned = json.loads(clean_text(finder, text))
    assert json.loads(cleaned["a"][1]) == {"to": GONE}
    assert "20 71" not in str(cleaned)


def test_another_key_finds_nobody() -> None:
    other = Finder(b"o" * 32, call_names(KEY, CALLED))
    assert not other.finds(CALLED[0])


def test_too_short_a_word_is_nobodys_name() -> None:
    assert call_names(KEY, ["Bo", "", "12"]) == ()

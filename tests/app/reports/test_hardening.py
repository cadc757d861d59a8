"""The hardening report on paper: one table, sentences whole, in the language of the paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.hardening.service import findings_of
from app.hardening.words import advice_of, sentence_of
from app.model.letterhead import Letterhead
from app.reports.paper.plaintable import plain_pdf
from app.reports.sheets.hardening import hardening_table
from app.reports.words import Words
from tests.app.hardening.premises import NOW, premises


def text_of(language: str) -> str:
    words = Words(language)
    table = hardening_table(
        findings_of(premises()),
        zone="Europe/Copenhagen",
        made_at=NOW,
        made_by="K. Lund",
        words=words,
    )
    content = plain_pdf(table, Letterhead("Østerby Fjernvarme"), words)
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_every_finding_stands_beside_its_advice_in_one_table() -> None:
    text = text_of("en")
    assert text.count("Finding Advice") == text.count("Topic Grade")  # heads of one table
    for each in findings_of(premises()):
        for told in (sentence_of(each, str), advice_of(each, str)):
            # A cell wraps, and its neighbour's lines come between: every word is there.
            assert all(word in text for word in told.split()), told


@pytest.mark.parametrize("language", ["da", "de", "fr"])
def test_it_is_whole_in_every_language(language: str) -> None:
    words, text = Words(language), text_of(language)
    for each in findings_of(premises()):
        told = sentence_of(each, words)
        assert told != sentence_of(each, str)
        assert all(word in text for word in told.split()), told

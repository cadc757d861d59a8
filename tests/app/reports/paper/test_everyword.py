"""No word of a report is left in English: all it says is in the catalogue of each language."""

import re
from gettext import NullTranslations

import pytest

from app.model.letterhead import Letterhead
from app.reports.difference_data import difference
from app.reports.paper.commissioning import commissioning_pdf
from app.reports.paper.difference import difference_pdf
from app.reports.sheets.commissioning import commissioning_xlsx
from app.reports.words import Words
from app.words import LANGUAGES, catalogue_of
from tests.app.reports import sample

HEAD = Letterhead("Østerby Fjernvarme", "Fjernvarmevej 2", None)
PROFILES = [
    "danfoss.ecl310.a266_1",
    "danfoss.ecl310.generic",
    "kamstrup.multical_x03",
    "eastron.sdm630",
    "gavazzi.em24_e1",
]
LETTERS = re.compile(r"[^\W\d_]{4}")  # shorter ones are signs and units
GIVEN = {"DHW return above limit"}  # the name somebody gave an alarm


class Listening(Words):
    """Words of a language that note what was asked of them."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.asked: set[str] = set()

    def __call__(self, text: str) -> str:
        self.asked.add(text)
        return super().__call__(text)

    def many(self, one: str, more: str, count: int) -> str:
        self.asked.add(one)
        return super().many(one, more, count)


class Missing(NullTranslations):
    """Notes what a catalogue does not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        self.texts.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.texts.add(msgid1)
        return msgid1


def asked(profile: str, language: str) -> set[str]:
    """Every text that the report of such a device asks for."""
    words, found = Listening(language), sample.profile(profile)
    data = sample.report(
        language=language,
        profile=found,
        detail=sample.detail(found),
        readings=sample.readings(of=found),
    )
    commissioning_pdf(data, HEAD, words)
    commissioning_xlsx(data, words)
    return words.asked


def missing(texts: set[str], language: str) -> set[str]:
    """What the language's catalogue lacks, as a text and as a plural."""
    catalogue, lacks = catalogue_of(language), Missing()
    catalogue.add_fallback(lacks)
    for text in texts:
        catalogue.gettext(text)
    alone, lacks.texts = lacks.texts, set()
    for text in alone:
        catalogue.ngettext(text, text, 1)
    return {text for text in alone & lacks.texts if LETTERS.search(text)}


def whole_names(texts: set[str], language: str) -> set[str]:
    """Of texts that are missing, those whose name is not known with its sign either."""
    return {
        text
        for text in texts
        if not re.match(r"[A-Z]\d ", text)  # the whole name is asked for in several spellings
        and not any(
            not missing({name}, language)
            for sign in ("P1", "P2", "M1", "M2", "L1", "L2", "L3", "E1", "A1", "V1")
            for name in (
                f"{sign} {text[:1].lower()}{text[1:]}",
                f"{sign} {text}",
                f"{text} {sign}",
            )
        )
    }


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_text_of_a_report_is_in_the_catalogue(profile: str, language: str) -> None:
    lacking = missing(asked(profile, language), language) - GIVEN
    assert whole_names(lacking, language) <= {"unit not set"}  # an engineer still chooses it


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_text_of_a_difference_is_in_the_catalogue(language: str) -> None:
    words = Listening(language)
    data = difference(
        sample.last_report(),
        sample.report(),
        number="CD-2026-0001",
        language="en",
        made_at=sample.END,
        made_by="K. Lund",
    )
    difference_pdf(data, HEAD, words)
    assert whole_names(missing(words.asked, language) - GIVEN, language) == set()

"""Nothing printed lies on anything else, in any language, whatever things are called."""

from dataclasses import replace
from functools import cache

import pytest

from app.model.letterhead import Letterhead
from app.reports.commissioning_data import CommissioningData, Utility
from app.reports.difference_data import difference
from app.reports.paper.commissioning import commissioning_pdf
from app.reports.paper.difference import difference_pdf
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.ink import Ink, outside, overlaps, struck
from tests.app.reports.papers import Paper

LANGUAGES = ("en", "da", "de", "fr", "xx")
MARGINS_MM = (19.0, 11.8, 198.1, 289.1)  # the change bar stands left of the text
NAMES = {
    "three hundred letters": "Ahornvej " * 33 + "end",
    "one endless word": "W" * 300,
    "four bytes a letter": "𝔥𝔢𝔞𝔱 🏠 𠮷野家 𓀀",
    "right to left": "محطة التدفئة المركزية 14 בית",
    "markup": '<b>Ørsted</b> & <img src="x"> {name} %s &amp;',
}


def printed(data: CommissioningData) -> Paper:
    letterhead = Letterhead(data.utility.name, data.utility.address, None)
    return Paper(commissioning_pdf(data, letterhead, Words(data.language)))


@cache
def station(language: str) -> Paper:
    """The station's report in a language."""
    return printed(sample.report(language=language))


def named(name: str, language: str = "en") -> CommissioningData:
    """The station's report where everything people may name is called ``name``."""
    config = replace(sample.CONFIG, name=name, area=name, options={"address": name})
    filed = [replace(document, title=name) for document in sample.documents()]
    data = sample.report(
        language=language,
        detail=sample.detail(config=config),
        utility=Utility(name, name),
        project=name,
        documents=filed,
        run=replace(sample.gathered().run, by=name, workstation=name),
        notes=(name,),
    )
    first, *others = data.settings
    alarm = replace(data.alarms[0], name=name, acknowledged_by=name)
    last = replace(data.last, by=name) if data.last else None
    return replace(
        data,
        settings=(replace(first, name=name, group=name), *others),
        alarms=(alarm,),
        last=last,
    )


def faults(paper: Paper) -> list[object]:
    """Every two texts on each other, every text beyond the margins or struck by a line."""
    ink = Ink(paper)
    return [*overlaps(ink), *outside(ink, MARGINS_MM), *struck(ink)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_clean_in_every_language(language: str) -> None:
    assert faults(station(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_difference_of_two_reports_is_clean_in_every_language(language: str) -> None:
    data = difference(
        sample.last_report(),
        sample.report(language=language),
        number="DR-2026-0002",
        language=language,
        made_at=sample.END,
        made_by="K. Lund",
    )
    letterhead = Letterhead(data.utility.name, data.utility.address, None)
    assert faults(Paper(difference_pdf(data, letterhead, Words(language)))) == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("language", ["en", "xx"])
def test_no_name_runs_into_anything(name: str, language: str) -> None:
    paper = printed(named(name, language))
    assert faults(paper) == []
    assert set(paper.fonts.values()) == {True}


@pytest.mark.parametrize(
    "profile",
    ["kamstrup.multical_x03", "eastron.sdm630", "gavazzi.em24_e1", "danfoss.ecl310.generic"],
)
@pytest.mark.parametrize("language", ["de", "xx"])
def test_the_report_of_every_device_is_clean(profile: str, language: str) -> None:
    found = sample.profile(profile)
    data = sample.report(
        language=language,
        profile=found,
        detail=sample.detail(found),
        readings=sample.readings(of=found),
        alarms=[],
        last=None,
    )
    assert faults(printed(data)) == []


def test_marks_of_a_page_are_printed_as_they_are_written() -> None:
    words = " ".join(printed(named(NAMES["markup"])).words)
    assert '<b>Ørsted</b> & <img src="x"> {name} %s &amp;' in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_which_of_how_many_it_is(language: str) -> None:
    paper = station(language)
    for number, words in enumerate(paper.words, start=1):
        assert str(number) in words[-30:]
        assert str(paper.pages) in words[-30:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_carries_next_to_nothing(language: str) -> None:
    ink = Ink(station(language))
    for page in range(1, ink.pages + 1):
        body = {round(t.y, 1) for t in ink.texts if t.page == page and 20 < t.y < 272}
        assert len(body) > 12, page


@pytest.mark.parametrize("language", ["da", "de", "fr"])
def test_figures_have_the_language_s_decimal_sign(language: str) -> None:
    cover = " ".join(t.text for t in Ink(station(language)).texts if t.page == 1)
    assert "51,8" in cover
    assert "51.8" not in cover


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_runs_into_anything_on_a_difference(name: str) -> None:
    data = difference(
        sample.last_report(),
        named(name, "de"),
        number="CD-2026-0002",
        language="de",
        made_at=sample.END,
        made_by=name,
    )
    assert faults(Paper(difference_pdf(data, Letterhead(name, name, None), Words("de")))) == []

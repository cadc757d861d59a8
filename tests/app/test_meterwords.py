"""Names of meters' points are told part by part, in any language, and lose nothing."""

from collections.abc import Iterator

import pytest

from app.meterwords import meter_words
from app.words import use_language


@pytest.fixture
def strange() -> Iterator[None]:
    """Speak the language in which every text that is translated looks strange."""
    use_language("xx")
    yield
    use_language("en")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Energy",
        "Energy, tariff 2, storage 1",
        "t1 above range, V1 air",
        "Info code; Dry for",
        "0; none",
        "A name, somebody, gave",
        "bit 3, maker's bit 7",
        "mode 5",
    ],
)
def test_english_names_stay_as_they_are(name: str) -> None:
    assert meter_words(name) == name


@pytest.mark.usefixtures("strange")
def test_numbers_stay_numbers_and_parts_stay_parts() -> None:
    told = meter_words("Energy, tariff 2; Volume, storage 13")
    assert told != "Energy, tariff 2; Volume, storage 13"
    assert "2" in told
    assert "13" in told
    assert told.count(";") == 1


@pytest.mark.parametrize("kind", ["storage", "tariff", "subunit", "value", "bit", "mode"])
@pytest.mark.usefixtures("strange")
def test_each_numbered_word_has_a_place_for_its_number(kind: str) -> None:
    told = meter_words(f"{kind} 17")
    assert "17" in told
    assert "{" not in told


def test_a_language_chosen_meanwhile_is_spoken_at_once() -> None:
    name = "Energy, tariff 2"
    told = [meter_words(name)]
    for code in ("xx", "da", "en"):
        use_language(code)
        told.append(meter_words(name))
    assert told[0] == told[3] == name
    assert len(set(told)) == 3

"""Read-outs and alarms are called by their names in the report's language."""

from dataclasses import replace

import pytest

from app.reports.commissioning_data import MeasuredRow
from app.reports.form import Form, text_words
from app.reports.readoutwords import alarm_state_words, name_words
from app.reports.words import Words
from tests.app.reports import sample

FR = Words("fr")


def row(tag: str, name: str) -> MeasuredRow:
    first = sample.report().measured[0]
    return replace(first, tag=tag, name=name, form=Form())


def test_in_english_a_name_stays_as_it_is() -> None:
    for measured in sample.report().measured:
        assert name_words(measured, Words()) == measured.name


@pytest.mark.parametrize(
    ("tag", "name", "told"),
    [
        ("P1", "Heating pump", "Pompe de chauffage"),  # the profile says "P1 heating pump"
        ("P2", "DHW pump", "Pompe ECS"),
        ("L1", "Voltage", "Tension"),  # … "Voltage L1"
        ("", "Boost", "Relance"),
    ],
)
def test_a_name_known_only_with_its_sign_loses_it_again(tag: str, name: str, told: str) -> None:
    assert name_words(row(tag, name), FR) == told


def test_a_name_somebody_gave_stays_as_it_is() -> None:
    assert name_words(row("S9", "Onkel Ottos Fühler"), FR) == "Onkel Ottos Fühler"
    assert name_words(row("", ""), FR) == ""


@pytest.mark.parametrize("state", ["rests", "opens", "closes", "opens and closes"])
def test_what_a_valve_does_is_a_word_of_the_catalogue(state: str) -> None:
    assert text_words(state, Words()) == state
    assert text_words(state, Words("xx")).startswith("[")


def test_a_text_of_a_device_stays_as_it_is() -> None:
    assert text_words("10.20.14.31", FR) == "10.20.14.31"


@pytest.mark.parametrize("state", ["unacknowledged", "acknowledged", "returned", "other"])
def test_where_an_alarm_stands_is_never_a_code_alone(state: str) -> None:
    assert alarm_state_words(state, Words("xx")).startswith("[")
    assert alarm_state_words("returned", Words()) == "over, not acknowledged"

"""A telegram in words: every kind of part has its own, and a whole one can be copied."""

from textwrap import dedent

import pytest

from app.model.anatomy import Anatomy, Part, PartKind
from app.model.undecoded import Cause, Undecoded
from app.words import use_language
from drivers.mbus.anatomy import anatomy_of
from widgets.pages.telegrams import EXAMPLE
from widgets.telegram.words import as_text, kind_word, part_name, part_said, places, sender


@pytest.mark.parametrize("kind", PartKind)
def test_every_kind_of_part_has_a_word(kind: PartKind) -> None:
    assert kind_word(kind)[:1].isupper()


def test_no_two_kinds_share_a_word() -> None:
    assert len({kind_word(kind) for kind in PartKind}) == len(PartKind)


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        (((0, 1),), "1"),
        (((0, 6),), "1–6"),
        (((17, 28), (30, 31)), "18–28, 31"),
        ((), ""),
    ],
)
def test_places_count_from_one(spans: tuple[tuple[int, int], ...], said: str) -> None:
    assert places(spans) == said


def test_a_record_is_called_by_its_value_and_a_field_by_its_kind() -> None:
    record = Part(PartKind.RECORD, ((0, 6),), "330 kWh", "Energy, storage 1")
    assert (part_name(record), part_said(record)) == ("Energy, storage 1", "330 kWh")
    number = Part(PartKind.NUMBER, ((0, 4),), "12345678")
    assert (part_name(number), part_said(number)) == ("Meter number", "12345678")


def test_a_telegram_as_text_has_its_bytes_its_meter_and_its_parts() -> None:
    text = as_text(anatomy_of(EXAMPLE))
    assert text.startswith(
        dedent("""\
        Telegram as received
                 1  68 40 40 68 08 01 72 78 56 34 12 2D 2C 35 04 2A
                17  00 00 00 04 06 4A 01 00 00 04 14 E8 03 00 00 04
        """)
    )
    assert "\nKAM 12345678 heat\n" in text
    assert "\n       1–6  Link layer\n" in text
    rows = [line.split() for line in text.split("\n")]
    assert ["20–25", "Energy", "330", "kWh"] in rows
    assert "Telegram opened" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_a_sealed_telegram_is_copied_as_received_and_opened() -> None:
    text = as_text(Anatomy("00FF", "00AA", (), "KAM 1", "MULTICAL"))
    assert "Telegram opened\n         1  00 AA" in text
    assert "KAM 1 · MULTICAL" in text


def test_the_medium_in_the_heading_is_told_in_the_language_in_force() -> None:
    anatomy = Anatomy("00", "00", (), "KAM 1", "MULTICAL", medium="heat")
    assert sender(anatomy) == "KAM 1 heat · MULTICAL"
    use_language("xx")
    try:
        told = sender(anatomy)
        assert told.startswith("KAM 1 ")
        assert told.endswith(" · MULTICAL")
        assert "heat" not in told.split()
    finally:
        use_language("en")


def test_why_it_cannot_be_read_is_copied_along() -> None:
    text = as_text(Anatomy("00", "00", (), cannot=Undecoded(Cause.PROPRIETARY, "CI A2")))
    assert "the maker's own telegram\nCI A2\nOnly the maker knows" in text


def test_names_are_told_in_the_language_in_force() -> None:
    use_language("xx")
    try:
        assert kind_word(PartKind.LINK) != "Link layer"
        assert (
            part_name(Part(PartKind.RECORD, (), "", "Energy, storage 1")) != "Energy, storage 1"
        )
    finally:
        use_language("en")

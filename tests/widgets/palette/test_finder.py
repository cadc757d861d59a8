"""A few letters are enough, with accents or without, and the likeliest stands first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.palette.finder import MOST_FOUND, Entry, EntryKind, Finder, plain

DEVICES = [
    Entry(EntryKind.DEVICE, "ahornvej-14", "Ahornvej 14", "Skovkvarteret · ECL 310"),
    Entry(EntryKind.DEVICE, "birkevej-14", "Birkevej 14", "Skovkvarteret · ECL 310"),
    Entry(EntryKind.DEVICE, "oster", "Østergade 3", "Midtbyen · ECL 310"),
    Entry(EntryKind.DEVICE, "meter", "Main heat meter Havnen", "Havnen · MULTICAL 603"),
    Entry(EntryKind.PAGE, "alarms", "Alarms", ""),
    Entry(EntryKind.PAGE, "devices", "Devices", ""),
    Entry(EntryKind.COMMAND, "theme", "Day or night", "F9"),
]
FINDER = Finder(DEVICES)


def found(text: str, *recent: tuple[EntryKind, str]) -> list[str]:
    return [entry.id for entry in FINDER.find(text, recent)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("aho", "ahornvej-14"),
        ("AHORNVEJ 14", "ahornvej-14"),
        ("14 bir", "birkevej-14"),
        ("ostergade", "oster"),
        ("østergade", "oster"),
        ("multical", "meter"),
        ("heat", "meter"),
        ("alar", "alarms"),
        ("ngt", "theme"),
        ("f9", "theme"),
    ],
)
def test_the_likeliest_is_first(text: str, first: str) -> None:
    assert found(text)[0] == first


def test_every_word_must_be_found() -> None:
    assert found("ahornvej 99") == []
    assert found("skovkvarteret 14") == ["ahornvej-14", "birkevej-14"]


def test_the_beginning_of_a_title_comes_before_the_middle_of_a_word() -> None:
    entries = [Entry(EntryKind.DEVICE, title, title) for title in ("Katorvet", "Torvet 6")]
    entries.append(Entry(EntryKind.DEVICE, "Nye Torvet", "Nye Torvet"))
    order = [entry.title for entry in Finder(entries).find("torv")]
    assert order == ["Torvet 6", "Nye Torvet", "Katorvet"]


def test_with_nothing_typed_the_recent_choices_come_first_then_the_pages() -> None:
    assert found("", (EntryKind.DEVICE, "oster"), (EntryKind.COMMAND, "theme")) == [
        "oster",
        "theme",
        "alarms",
        "devices",
    ]


def test_of_equal_finds_the_recent_one_is_first() -> None:
    assert found("14")[0] == "ahornvej-14"
    assert found("14", (EntryKind.DEVICE, "birkevej-14"))[0] == "birkevej-14"


def test_no_more_are_shown_than_anybody_reads() -> None:
    many = Finder(Entry(EntryKind.DEVICE, str(n), f"House {n}") for n in range(500))
    assert len(many.find("house")) == MOST_FOUND


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_letters_are_searched_for_without_a_fault(title: str, text: str) -> None:
    entry = Entry(EntryKind.DEVICE, "odd", title)
    assert Finder([entry]).find(text) in ([entry], [])
    if plain(title).split():
        assert Finder([entry]).find(title) == [entry]

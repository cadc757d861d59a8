"""Salted entries of the chain: redacted ones can be followed, and nothing else may change."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.users.chain import (
    GENESIS,
    ChainEntry,
    entry_fault,
    first_fault,
    head_of,
    read_redactions,
    redacted,
    salted,
    seal,
)
from app.users.chain import chained as hashed
from tests.app.users.test_chain import KEY, OTHER_KEY

NAME, GONE = "Mads Riis", "[erased]"
HIDDEN = ("workstation", "entity", "old", "new", "result", "reason")
KEPT = ("at", "login", "name", "verb")
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)


def bare(seq: int = 1, **texts: str) -> ChainEntry:
    """An entry that is not chained yet."""
    given_ones = (texts.get(name, "") for name in ChainEntry._fields[1:-1])
    return ChainEntry(seq, *given_ones)


def naming(field: str, text: str) -> ChainEntry:
    """An entry with one text alone."""
    texts: dict[str, Any] = {field: text}
    return bare(1, **texts)


def without(text: str) -> str:
    return text.replace(NAME, GONE)


def after_redaction(entry: ChainEntry) -> tuple[ChainEntry, str]:
    """The first entry of a chain as redacted, and the hash by which it is followed."""
    form = redacted(entry, without)
    return form, hashed(GENESIS, form)


@given(st.sampled_from(HIDDEN), TEXTS, TEXTS)
def test_wherever_a_resident_is_named_he_is_put_out_and_the_entry_still_followed(
    field: str, before: str, after: str
) -> None:
    entry = salted(KEY, GENESIS, naming(field, before + NAME + after), "5a17")
    form, hash_ = after_redaction(entry)
    assert NAME not in getattr(form, field)
    assert form.salt is None, "with its salt names could be tried out"
    assert (form.hash, form.seal) == (entry.hash, entry.seal), "the chain goes on as it was"
    assert entry_fault(form, GENESIS, KEY, hash_) == ""
    assert "not as it was written" in entry_fault(form, GENESIS, KEY, None)


@pytest.mark.parametrize("field", KEPT)
def test_what_names_the_staff_and_the_deed_stays(field: str) -> None:
    entry = salted(KEY, GENESIS, naming(field, NAME), "5a17")
    assert redacted(entry, without) is entry


@given(st.sampled_from([*HIDDEN, *KEPT]), st.text(min_size=1, max_size=9))
def test_a_redacted_entry_that_is_changed_once_more_is_found(field: str, more: str) -> None:
    form, hash_ = after_redaction(salted(KEY, GENESIS, bare(new=NAME), "5a17"))
    changed = form._replace(**{field: getattr(form, field) + more})
    assert "not as it was written" in entry_fault(changed, GENESIS, KEY, hash_)


@given(TEXTS, TEXTS)
def test_two_salts_make_two_hashes_of_one_text(one: str, other: str) -> None:
    hashes = {salted(KEY, GENESIS, bare(new=NAME), salt).hash for salt in (one, other)}
    assert len(hashes) == len({one, other})
    assert hashed(GENESIS, bare(new=NAME)) not in hashes, "no salt is not an empty one"


def test_the_form_told_for_one_entry_serves_no_other() -> None:
    first = salted(KEY, GENESIS, bare(1, new=NAME), "5a17")
    second = salted(KEY, first.hash, bare(2, new=NAME), "5a18")
    form, hash_ = after_redaction(first)
    end = head_of(KEY, 2, second.hash)
    assert first_fault([form, second], end, KEY, {1: hash_}) == ""
    assert "entry 1 is not" in first_fault([form, second], end, KEY, {2: hash_})
    put_out = redacted(second, without)
    assert "entry 2 is not" in first_fault([form, put_out], end, KEY, {1: hash_})


def test_a_seal_of_another_key_is_told_of_a_redacted_entry_too() -> None:
    form, hash_ = after_redaction(salted(KEY, GENESIS, bare(new=NAME), "5a17"))
    forged = form._replace(seal=seal(OTHER_KEY, form.hash))
    assert "not written by this project's program" in entry_fault(forged, GENESIS, KEY, hash_)
    assert entry_fault(forged, GENESIS, None, hash_) == "", "without the key: hashes alone"


def test_the_last_word_on_an_entry_holds() -> None:
    said = [bare(new=json.dumps(each)) for each in ({"3": "aa", "4": "bb"}, {"3": "cc"})]
    assert read_redactions(said) == {3: "cc", 4: "bb"}


@pytest.mark.parametrize("rubbish", ["", "{", "[]", "null", "7", '"3"', '{"three": "aa"}'])
def test_an_entry_that_says_nonsense_redacts_nothing_and_hides_no_other(rubbish: str) -> None:
    good = bare(new='{"3": "aa"}')
    assert read_redactions([bare(new=rubbish), good, bare(new=rubbish)]) == {3: "aa"}

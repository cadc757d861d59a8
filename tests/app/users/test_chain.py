"""The chain of the audit tells every tampering, and names the first broken entry."""

import json
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.users.chain import (
    GAP_VERB,
    GENESIS,
    ChainEntry,
    Head,
    chained,
    first_fault,
    head_of,
    parse_head,
    seal,
    tail_fault,
)

KEY = b"k" * 32
OTHER_KEY = b"o" * 32
TEXT_FIELDS = ChainEntry._fields[1:11]


def chain(length: int, key: bytes = KEY) -> list[ChainEntry]:
    """A whole chain of entries."""
    entries, previous = [], GENESIS
    for seq in range(1, length + 1):
        bare = ChainEntry(
            seq,
            f"2026-01-15T12:00:{seq % 60:02}+00:00",
            "ole",
            "Ole Holm",
            "desk-1",
            "control.write",
            f"device d-{seq % 90}",
            "55.0",
            "56.0",
            "confirmed",
            "",
            "",
            "",
        )
        previous = chained(previous, bare)
        entries.append(bare._replace(hash=previous, seal=seal(key, previous)))
    return entries


def head(entries: list[ChainEntry], key: bytes = KEY) -> Head:
    """The signed end of a chain."""
    return head_of(key, len(entries), entries[-1].hash if entries else GENESIS)


WHOLE = chain(40)
SIGNED = head(WHOLE)


def fault(entries: list[ChainEntry], signed: Head | None = SIGNED) -> str:
    """What is said of the entries, with the project's key."""
    return first_fault(entries, signed, KEY)


def resealed(entries: list[ChainEntry], key: bytes) -> list[ChainEntry]:
    """The same texts chained anew, as a forger with ``key`` would."""
    previous, forged = GENESIS, []
    for entry in entries:
        previous = chained(previous, entry)
        forged.append(entry._replace(hash=previous, seal=seal(key, previous)))
    return forged


def with_field(entry: ChainEntry, field: str, value: object) -> ChainEntry:
    """The entry with one field as somebody left it in the database."""
    return ChainEntry(**{**entry._asdict(), field: value})


def test_a_whole_chain_is_whole() -> None:
    assert fault(WHOLE) == ""
    assert first_fault(WHOLE, SIGNED, None) == ""


def test_an_empty_chain_is_whole() -> None:
    assert fault([], head([])) == ""


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("place", [0, 17, 39])
def test_a_changed_text_names_its_entry(field: str, place: int) -> None:
    changed = list(WHOLE)
    changed[place] = with_field(changed[place], field, "forged")
    assert fault(changed).startswith(f"audit entry {place + 1} is not as it was written")


@pytest.mark.parametrize("place", [0, 17, 39])
def test_a_changed_hash_or_seal_names_its_entry(place: int) -> None:
    changed = list(WHOLE)
    changed[place] = changed[place]._replace(hash="0" * 64)
    assert fault(changed).startswith(f"audit entry {place + 1} is not as it was written")
    changed[place] = WHOLE[place]._replace(seal="0" * 64)
    assert fault(changed) == (
        f"audit entry {place + 1} was not written by this project's program"
    )


@pytest.mark.parametrize("place", [0, 17, 38])
def test_a_deleted_entry_is_missed(place: int) -> None:
    left = WHOLE[:place] + WHOLE[place + 1 :]
    assert fault(left) == (
        f"audit entry {place + 1} is missing: {place + 2} stands in its place"
    )


def test_a_deleted_entry_is_missed_even_when_the_rest_is_numbered_anew() -> None:
    left = [entry._replace(seq=n) for n, entry in enumerate(WHOLE[:17] + WHOLE[18:], start=1)]
    assert fault(left).startswith("audit entry 18 is not as it was written")


@pytest.mark.parametrize("length", [0, 1, 38, 39])
def test_a_chain_that_was_cut_off_is_missed(length: int) -> None:
    assert fault(WHOLE[:length]) == (
        f"audit entry {length + 1} is missing: 40 were signed, {length} remain"
    )


def test_entries_that_changed_places_are_told() -> None:
    swapped = list(WHOLE)
    swapped[5], swapped[6] = WHOLE[6], WHOLE[5]
    assert fault(swapped).startswith("audit entry 6 is missing: 7 stands in its place")
    swapped[5] = WHOLE[6]._replace(seq=6)
    swapped[6] = WHOLE[5]._replace(seq=7)
    assert fault(swapped).startswith("audit entry 6 is not as it was written")


def test_an_inserted_entry_is_told() -> None:
    more = [*WHOLE[:9], WHOLE[9], *WHOLE[9:]]
    assert fault(more) == "audit entry 11 is missing: 10 stands in its place"


def test_a_chain_forged_without_the_key_is_told() -> None:
    texts = [WHOLE[0]._replace(new="99.0"), *WHOLE[1:]]
    forged = resealed(texts, OTHER_KEY)
    assert fault(forged) == "audit entry 1 was not written by this project's program"
    # Whoever has no key sees at least that it is not the chain that was signed.
    assert first_fault(forged, SIGNED, None) == "audit entry 40 is not the one that was signed"


def test_a_forged_end_is_told() -> None:
    shorter = WHOLE[:30]
    forged = head_of(OTHER_KEY, 30, shorter[-1].hash)
    assert fault(shorter, forged).startswith("the signed end of the audit was not written by")
    moved = Head(30, shorter[-1].hash, 1, SIGNED.signature)
    assert fault(shorter, moved).startswith("the signed end of the audit was not written by")


def test_a_missing_end_is_told() -> None:
    assert fault(WHOLE, None) == "the signed end of the audit is missing; there are 40 entries"
    assert "missing" in fault([], None)


def test_one_entry_past_the_end_is_a_stop_between_two_writes() -> None:
    assert fault(WHOLE, head(WHOLE[:39])) == ""
    assert fault(WHOLE[:1], head([])) == ""


def test_more_entries_past_the_end_are_not() -> None:
    assert fault(WHOLE, head(WHOLE[:38])) == "audit entry 40 was added past the signed end"


def test_an_entry_added_without_the_key_is_told_even_as_the_first_past_the_end() -> None:
    forged = resealed(WHOLE, OTHER_KEY)[-1]
    bare = WHOLE[39]
    assert fault([*WHOLE[:39], bare._replace(seal=forged.seal)], head(WHOLE[:39])) == (
        "audit entry 40 was not written by this project's program"
    )


def test_a_break_the_program_owned_up_to_stays_told() -> None:
    texts = [*WHOLE[:9], WHOLE[9]._replace(verb=GAP_VERB, reason="3 entries were gone")]
    entries = resealed(texts, KEY)
    assert (
        fault(entries, head(entries)) == "audit entry 10 records a break: 3 entries were gone"
    )


def test_entries_before_a_new_key_are_proved_by_their_hashes() -> None:
    old = chain(20, OTHER_KEY)
    newer = resealed([*old, *WHOLE[20:]], KEY)[20:]
    entries = [*old, *newer]
    assert first_fault(entries, head_of(KEY, 40, entries[-1].hash, 21), KEY) == ""
    assert "entry 1 was not written" in first_fault(entries, head(entries), KEY)
    changed = [*entries[:4], entries[4]._replace(new="99.0"), *entries[5:]]
    told = first_fault(changed, head_of(KEY, 40, entries[-1].hash, 21), KEY)
    assert told.startswith("audit entry 5 is not as it was written")


def test_where_the_new_key_begins_is_signed_too() -> None:
    assert not Head(40, WHOLE[-1].hash, 41, SIGNED.signature).is_signed(KEY)
    assert SIGNED.is_signed(KEY)
    assert not SIGNED.is_signed(OTHER_KEY)


def test_the_end_alone_tells_what_was_cut_off() -> None:
    assert tail_fault(WHOLE[-2:], SIGNED, 40, KEY) == ""
    assert tail_fault(WHOLE[-2:], head(WHOLE[:39]), 40, KEY) == ""
    assert tail_fault([], head([]), 0, KEY) == ""
    assert tail_fault(WHOLE[:1], head([]), 1, KEY) == ""
    assert "entry 31 is missing" in tail_fault(WHOLE[28:30], SIGNED, 30, KEY)
    assert "past the signed end" in tail_fault(WHOLE[-2:], head(WHOLE[:37]), 40, KEY)
    forged = resealed([*WHOLE[:39], WHOLE[39]._replace(new="x")], OTHER_KEY)
    assert "not written by this project's" in tail_fault(forged[-2:], head(WHOLE[:39]), 40, KEY)


def test_a_head_is_kept_as_text() -> None:
    assert parse_head(SIGNED.text()) == SIGNED


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"count": "x"}', '{"count": [1]}'])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_head(text)


def test_fields_cannot_run_into_each_other() -> None:
    bare = WHOLE[0]._replace(old="1", new="2")
    shifted = bare._replace(old="12", new="")
    quoted = bare._replace(old='1","2', new="")
    assert len({chained(GENESIS, entry) for entry in (bare, shifted, quoted)}) == 3


@given(st.data())
def test_whatever_single_thing_is_changed_it_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    field = data.draw(st.sampled_from(ChainEntry._fields))
    old = getattr(WHOLE[place], field)
    anything = st.integers(0, 99) | st.text() | st.binary() | st.none() | st.floats()
    new = data.draw(anything.filter(lambda value: value != old))
    changed = list(WHOLE)
    changed[place] = with_field(changed[place], field, new)
    assert fault(changed).startswith(f"audit entry {place + 1} ")


def flip(entries: list[ChainEntry], at: int, luck: random.Random) -> None:
    field = luck.choice(TEXT_FIELDS)
    old = getattr(entries[at], field)
    entries[at] = with_field(entries[at], field, old + "\u0000")


def drop(entries: list[ChainEntry], at: int, luck: random.Random) -> None:
    del entries[at : at + luck.randint(1, 3)]


def insert(entries: list[ChainEntry], at: int, luck: random.Random) -> None:
    entries.insert(at, entries[luck.randrange(len(entries))])


def swap(entries: list[ChainEntry], at: int, luck: random.Random) -> None:
    other = (at + luck.randint(1, len(entries) - 1)) % len(entries)
    entries[at], entries[other] = entries[other], entries[at]


def cut(entries: list[ChainEntry], at: int, luck: random.Random) -> None:
    del entries[at:]


@pytest.mark.parametrize("tamper", [flip, drop, insert, swap, cut])
def test_a_thousand_tamperings_are_all_found(
    tamper: Callable[[list[ChainEntry], int, random.Random], None],
) -> None:
    luck = random.Random(11)
    for _ in range(200):
        entries = list(WHOLE)
        tamper(entries, luck.randrange(len(entries)), luck)
        assert fault(entries) != ""


def test_a_hundred_thousand_entries_are_verified_within_five_seconds() -> None:
    entries = chain(100_000)
    signed = head(entries)
    begun = time.process_time()
    assert fault(entries, signed) == ""
    assert time.process_time() - begun < 5.0
    middle = entries[50_000]
    entries[50_000] = middle._replace(new=middle.new + " ")
    assert fault(entries, signed).startswith("audit entry 50001 ")


def test_the_hash_is_that_of_plain_json_so_anybody_can_follow_it() -> None:
    first = WHOLE[0]
    assert json.loads(json.dumps(first[:-2])) == list(first[:-2])
    assert first.hash == chained(GENESIS, first)

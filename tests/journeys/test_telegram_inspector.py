"""A key tried in the telegram inspector opens one telegram and is found nowhere afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.anatomy import Anatomy, PartKind
from app.model.undecoded import Cause
from tests.drivers.mbus.telegrams import (
    bare,
    ell_ctr,
    format_a,
    mode_5,
    mode_7,
    padded,
    short_head,
)
from tests.journeys.smallsite import Site, running_site
from tests.secretsearch import Searcher, Secret

KEY = bytes.fromhex("5A17C0DE77E1E5C0BE9A11D05EA1ED42")
RECORDS = bytes.fromhex("04064A010000 02FD170000")
SEALED = {
    "mode 5": format_a(short_head(0x0510) + mode_5(padded(RECORDS), KEY)),
    "mode 7": bare(mode_7(RECORDS, key=KEY)),
    "extended link layer": bare(ell_ctr(b"\x78" + RECORDS, KEY)),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A plant whose core took telegrams apart, and what it answered."""

    site: Site
    answers: dict[str, Anatomy]
    without: dict[str, Anatomy]
    refused: str
    entries: int  # of the activity log that name the inspector


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """Run a core in a process of its own, and ask it through the local channel."""
    with running_site(tmp_path_factory.mktemp("inspector"), []) as site:
        with site.joined() as joined:
            asked, viewer = joined.asked.telegrams, joined.viewer
            answers = {
                name: joined.ask(asked.inspect(viewer, data.hex(), KEY.hex()))
                for name, data in SEALED.items()
            }
            without = {
                name: joined.ask(asked.inspect(viewer, data.hex()))
                for name, data in SEALED.items()
            }
            with pytest.raises(BadInput) as refusal:
                joined.ask(asked.inspect(viewer, "E5", KEY.hex() + "99"))
            found = joined.ask(joined.asked.audit.entries(viewer, 500))
            entries = sum("telegrams" in repr(each) for each in found)
        site.stop_core()
        yield Tried(site, answers, without, str(refusal.value), entries)


@pytest.mark.parametrize("name", SEALED)
def test_the_right_key_opens_a_telegram_in_the_core(tried: Tried, name: str) -> None:
    anatomy = tried.answers[name]
    assert anatomy.cannot is None
    records = [part for part in anatomy.parts if part.kind is PartKind.RECORD]
    assert [part.said for part in records] == ["330 kWh", "0"]
    assert all(part.sealed for part in records)
    assert anatomy.opened != anatomy.received == SEALED[name].hex().upper()


@pytest.mark.parametrize("name", SEALED)
def test_the_core_forgets_the_key_with_its_answer(tried: Tried, name: str) -> None:
    cannot = tried.without[name].cannot
    assert cannot is not None
    assert cannot.cause is Cause.NO_KEY


def test_the_key_is_in_no_file_of_the_plant_and_in_no_answer(tried: Tried) -> None:
    search = Searcher([Secret("key of a meter", KEY.hex())])
    looked = search.look([tried.site.home])
    assert looked.files > 5
    assert looked.hits == ()
    assert KEY.hex() not in repr((tried.answers, tried.refused)).lower()


def test_the_search_would_have_found_it(tried: Tried, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"key={KEY.hex().upper()}", encoding="utf-8")
    search = Searcher([Secret("key of a meter", KEY.hex())])
    assert [hit.secret for hit in search.look([tmp_path]).hits] == ["key of a meter"]


def test_looking_at_a_telegram_changes_nothing_and_is_not_written_down(tried: Tried) -> None:
    assert tried.entries == 0
    assert "hexadecimal" in tried.refused

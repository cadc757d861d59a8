"""Every version of the configuration is kept, and every change can be taken back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.asked import Version
from app.database import Manner, open_database
from app.errors import BadInput, Conflict, StoreBroken
from app.model.device import DeviceConfig, LinkId
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from tests.app.project.sites import ZONE, Ticking, device, link, plant, rule


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.sqlite"
    migrate(path, CONFIG)
    return path


@pytest.fixture
def kept(file: Path) -> Iterator[Configuration]:
    engine = open_database(file, Manner.RARE)
    configuration = Configuration(engine, file, Ticking())
    configuration.begin("Ole", plant())
    yield configuration
    engine.dispose()


def rename(kept: Configuration, title: str) -> Version:
    """Give the plant another title."""
    return kept.change("Ole", "", lambda p: replace(p, title=title)).version


def title(kept: Configuration) -> str:
    return kept.current().config.title


def test_what_is_saved_is_read_back(kept: Configuration) -> None:
    version, config = kept.current()
    assert config == plant()
    assert (version.number, version.author, version.note) == (1, "Ole", "new project")


def test_everything_of_a_plant_survives_saving(kept: Configuration) -> None:
    rich = replace(
        plant()
        .with_device(
            device("birkevej-2", 2, serial="71482036", options={"map": None, "k": 1.5})
        )
        .with_rule(rule("a.b", point=None, limit=None, enabled=False, off_delay_s=1.5))
        .with_link(link("zweite", host="fe80::1", retry=True, note="Ü–°")),
        title="Nordby ≥ Østerby",
        logo="3f",
        options={"night": True, "percent": 12.5, "name": "x", "none": None},
    )
    saved = kept.change("Ole", "all", lambda _old: rich)
    assert saved.config == rich
    assert kept.current().config == rich


def test_the_lines_alone_are_those_of_the_newest_version(kept: Configuration) -> None:
    before = kept.links()
    assert before == list(kept.current().config.links.values())
    gone = before[0].id

    def drop(plant: PlantConfig) -> PlantConfig:
        devices = {k: v for k, v in plant.devices.items() if v.link != gone}
        rules = {k: v for k, v in plant.rules.items() if v.device in devices}
        links = {k: v for k, v in plant.links.items() if k != gone}
        return replace(plant, links=links, devices=devices, rules=rules)

    kept.change("karen", "a line less", drop)
    assert kept.links() == before[1:]


def test_a_change_is_a_new_version_with_author_note_and_summary(kept: Configuration) -> None:
    before = kept.current().version
    saved = kept.change("Ida", "moved", lambda p: p.with_device(device(area="Syd")))
    assert saved.version.number == 2
    assert saved.version.author == "Ida"
    assert saved.version.note == "moved"
    assert saved.version.summary == "1 device changed"
    assert saved.version.at > before.at
    assert saved.version.at.tzinfo is not None
    assert kept.current() == saved


def test_a_change_that_changes_nothing_is_no_version(kept: Configuration) -> None:
    saved = kept.change("Ida", "nothing", lambda p: p.with_device(device()))
    assert saved.version.number == 1
    assert len(kept.versions()) == 1


def test_every_earlier_version_stays_readable(kept: Configuration) -> None:
    for number in range(2, 30):
        rename(kept, f"title {number}")
    assert kept.at(1) == plant()
    for number in range(2, 30):
        assert kept.at(number).title == f"title {number}"


def test_versions_are_listed_newest_first(kept: Configuration) -> None:
    rename(kept, "two")
    rename(kept, "three")
    assert [version.number for version in kept.versions()] == [3, 2, 1]
    assert [version.number for version in kept.versions(limit=2)] == [3, 2]


def test_the_difference_of_two_versions_is_told(kept: Configuration) -> None:
    kept.change("Ole", "", lambda p: p.with_device(device(name="Ahornvej 14 b")))
    forth = "device ahornvej-14: name 'Ahornvej 14' → 'Ahornvej 14 b'"
    back = "device ahornvej-14: name 'Ahornvej 14 b' → 'Ahornvej 14'"
    assert kept.difference(1, 2) == [forth]
    assert kept.difference(2, 1) == [back]
    assert kept.difference(2, 2) == []


def test_a_version_that_never_was_is_refused(kept: Configuration) -> None:
    for number in (0, -1, 2):
        with pytest.raises(BadInput, match=f"there is no version {number}"):
            kept.at(number)
        with pytest.raises(BadInput, match=f"there is no version {number}"):
            kept.restore("Ole", number)


def test_a_change_from_an_old_version_is_a_conflict(kept: Configuration) -> None:
    rename(kept, "Ida's")
    with pytest.raises(Conflict) as conflict:
        kept.change("Ole", "", lambda p: replace(p, title="mine"), expected_version=1)
    assert "Ole saved version 2 meanwhile" in str(conflict.value)
    assert title(kept) == "Ida's"
    kept.change("Ole", "", lambda p: replace(p, title="mine"), expected_version=2)
    assert title(kept) == "mine"


def test_an_invalid_change_leaves_all_as_it_was(kept: Configuration) -> None:
    with pytest.raises(BadInput, match="is no time zone"):
        kept.change("Ole", "", lambda p: replace(p, zone="Mars"))
    assert kept.current().config == plant()
    assert len(kept.versions()) == 1


def test_a_refusal_of_the_change_itself_leaves_all_as_it_was(kept: Configuration) -> None:
    with pytest.raises(BadInput, match="there is no device x"):
        kept.change("Ole", "", lambda p: p.without_device(DeviceId("x")))
    assert len(kept.versions()) == 1


def test_a_driver_may_refuse_what_it_cannot_serve(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    strict = Configuration(
        engine, file, Ticking(), [lambda p: ["too hot"] if p.options else []]
    )
    strict.begin("Ole", plant())
    with pytest.raises(BadInput, match="too hot"):
        strict.change("Ole", "", lambda p: replace(p, options={"a": 1}))
    engine.dispose()


def test_a_witness_that_fails_takes_the_change_back(kept: Configuration) -> None:
    seen: list[tuple[int, str, str]] = []

    def faint(version: Version, old: PlantConfig, new: PlantConfig) -> None:
        seen.append((version.number, old.title, new.title))
        raise StoreBroken("the audit cannot be written")

    with pytest.raises(StoreBroken, match="audit"):
        kept.change("Ole", "", lambda p: replace(p, title="x"), witness=faint)
    assert seen == [(2, "Nordby", "x")]
    assert kept.current().config == plant()


def test_a_witness_hears_of_every_step_and_of_no_standstill(kept: Configuration) -> None:
    seen: list[int] = []

    def note(version: Version, _old: PlantConfig, _new: PlantConfig) -> None:
        seen.append(version.number)

    kept.change("Ole", "", lambda p: replace(p, title="x"), witness=note)
    kept.change("Ole", "", lambda p: replace(p, title="x"), witness=note)
    kept.undo("Ole", note)
    kept.redo("Ole", note)
    kept.restore("Ole", 1, note)
    assert seen == [2, 3, 4, 5]


def test_a_project_begins_only_once(kept: Configuration) -> None:
    with pytest.raises(Conflict, match="already holds a configuration"):
        kept.begin("Ole", plant())


def test_an_empty_database_holds_no_configuration(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    with pytest.raises(BadInput, match="holds no configuration"):
        Configuration(engine, file, Ticking()).current()
    engine.dispose()


def test_undo_takes_back_and_redo_brings_again(kept: Configuration) -> None:
    rename(kept, "two")
    assert kept.undo("Ida").config.title == "Nordby"
    version, config = kept.redo("Ida")
    assert config.title == "two"
    assert (version.number, version.author) == (4, "Ida")


def test_undo_goes_back_a_hundred_and_twenty_steps_and_forth_again(
    kept: Configuration,
) -> None:
    for number in range(120):
        rename(kept, f"step {number}")
    for number in reversed(range(119)):
        assert kept.undo("Ole").config.title == f"step {number}"
    assert kept.undo("Ole").config == plant()
    with pytest.raises(BadInput, match="no change left to take back"):
        kept.undo("Ole")
    for number in range(120):
        assert kept.redo("Ole").config.title == f"step {number}"
    with pytest.raises(BadInput, match="nothing was taken back"):
        kept.redo("Ole")


def test_a_new_change_after_an_undo_is_a_new_beginning(kept: Configuration) -> None:
    rename(kept, "two")
    kept.undo("Ole")
    rename(kept, "other")
    with pytest.raises(BadInput, match="nothing was taken back"):
        kept.redo("Ole")
    assert kept.undo("Ole").config.title == "Nordby"
    with pytest.raises(BadInput, match="no change left"):
        kept.undo("Ole")


def test_even_what_was_undone_can_be_restored(kept: Configuration) -> None:
    rename(kept, "two")
    kept.undo("Ole")
    rename(kept, "other")
    version, config = kept.restore("Ole", 2)
    assert config.title == "two"
    assert version.note == "version 2 restored"
    assert kept.undo("Ole").config.title == "other"


def test_restoring_what_stands_is_no_version(kept: Configuration) -> None:
    assert kept.restore("Ole", 1).version.number == 1


def test_nothing_ever_leaves_the_database(kept: Configuration, file: Path) -> None:
    kept.change("Ole", "", lambda p: p.without_device(DeviceId("ahornvej-14")))
    kept.undo("Ole")
    with closing(sqlite3.connect(file)) as raw:
        rows = raw.execute("SELECT since, until FROM device ORDER BY row_id").fetchall()
    assert rows == [(1, 2), (3, None)]


def test_two_programs_never_write_half_of_each(kept: Configuration, file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    other = Configuration(engine, file, Ticking())
    for number in range(5):
        rename(kept, f"mine {number}")
        rename(other, f"theirs {number}")
    assert title(kept) == "theirs 4"
    assert [version.number for version in other.versions()] == list(range(11, 0, -1))
    engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "config.sqlite"
    broken.write_bytes(b"not a database, but long enough to look at " * 50)
    engine = open_database(broken, Manner.RARE)
    configuration = Configuration(engine, broken, Ticking())
    for ask in (configuration.current, configuration.versions):
        with pytest.raises(StoreBroken, match=r"config\.sqlite cannot be used"):
            ask()
    with pytest.raises(StoreBroken, match=r"config\.sqlite cannot be used"):
        configuration.change("Ole", "", lambda p: p)
    engine.dispose()


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "config.sqlite"
    engine = open_database(empty, Manner.RARE)
    with pytest.raises(StoreBroken, match="no such table"):
        Configuration(engine, empty, Ticking()).current()
    engine.dispose()


def test_a_thousand_devices_are_read_and_changed_quickly_enough(file: Path) -> None:
    engine = open_database(file, Manner.RARE)
    kept = Configuration(engine, file, Ticking())
    big = PlantConfig("Nordby", ZONE)
    for number in range(4):
        big = big.with_link(link(f"l-{number}"))
    many: dict[DeviceId, DeviceConfig] = {}
    for number in range(1000):
        line, unit = divmod(number, 250)
        made = device(f"d-{number}", unit, link=LinkId(f"l-{line}"))
        many[made.id] = made
    kept.begin("Ole", replace(big, devices=many))
    changed = kept.change(
        "Ole", "", lambda p: p.with_device(replace(many[DeviceId("d-7")], name="x"))
    )
    assert changed.version.summary == "1 device changed"
    assert len(kept.current().config.devices) == 1000
    assert file.stat().st_size < 1_000_000
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE device SET options = '{' WHERE 1",
        "UPDATE version SET at = 'yesterday'",
        "UPDATE version SET counts = '{'",
        "DELETE FROM plant",
        "UPDATE plant SET until = 1",
    ],
)
def test_rows_that_make_no_sense_are_told_with_their_file(
    kept: Configuration, file: Path, statement: str
) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute(statement)
    with pytest.raises(
        StoreBroken, match=r"config\.sqlite holds something that cannot be read"
    ):
        kept.current()
    with pytest.raises(
        StoreBroken, match=r"config\.sqlite holds something that cannot be read"
    ):
        kept.change("Ole", "", lambda p: replace(p, title="x"))

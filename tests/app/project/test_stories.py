"""However a plant was changed, each thing's versions are what it was, one after the other."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.database import Manner, open_database
from app.errors import BadInput, StoreBroken
from app.model.device import DeviceConfig
from app.model.reading import DeviceId
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.archive import Archive
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.folder import ProjectFolder
from app.project.migrating import migrate
from app.project.ownfiles import OwnFiles, require_name
from app.project.stories import Stories
from app.project.thingcontent import content_of_held
from app.project.upgrade import CONFIG
from tests.app.project.sites import Ticking, device, link, plant, rule

AHORN = Thing(ThingKind.DEVICE, "ahornvej-14")
ROLE = Thing(ThingKind.ROLE, "basic")
PICTURE = Thing(ThingKind.DIAGRAM, "school.json")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.sqlite"
    migrate(made, CONFIG)
    return made


@pytest.fixture
def engine(file: Path) -> Engine:
    return open_database(file, Manner.RARE)


@pytest.fixture
def configuration(engine: Engine, file: Path) -> Configuration:
    kept = Configuration(engine, file, Ticking())
    kept.begin("Ole Holm", plant())
    return kept


def told(versions: list[ThingVersion]) -> list[tuple[int, str, Any]]:
    """Return number, author and name of each version; None for what was removed."""
    return [
        (each.number, each.author, json.loads(each.content)["name"] if each.content else None)
        for each in versions
    ]


def test_a_thing_follows_changes_removal_and_return(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    change = configuration.change
    change("Vera", "named", lambda p: p.with_device(device(name="School")))
    change("Vera", "a rule of it", lambda p: p.with_rule(rule(limit=80.0)))
    change("Ole Holm", "sold", lambda p: p.without_device(device().id))
    change("Vera", "back again", lambda p: p.with_device(device(name="School B")))
    stories = Stories(engine, file)
    assert told(stories.versions(AHORN)) == [
        (5, "Vera", "School B"),
        (4, "Ole Holm", None),
        (2, "Vera", "School"),
        (1, "Ole Holm", "Ahornvej 14"),
    ]
    assert [each.note for each in stories.versions(AHORN)][1] == "sold"
    gone = stories.versions(Thing(ThingKind.RULE, rule().id))
    assert [(each.number, each.is_gone) for each in gone] == [
        (4, True),  # it went with its device
        (3, False),
        (1, False),
    ]


def test_what_was_taken_back_is_a_version_too(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    configuration.change("Vera", "", lambda p: p.with_device(device(name="School")))
    configuration.undo("Ole Holm")
    configuration.redo("Ole Holm")
    configuration.restore("Vera", 1)
    assert told(Stories(engine, file).versions(AHORN)) == [
        (5, "Vera", "Ahornvej 14"),
        (4, "Ole Holm", "School"),
        (3, "Ole Holm", "Ahornvej 14"),
        (2, "Vera", "School"),
        (1, "Ole Holm", "Ahornvej 14"),
    ]


def test_a_version_says_the_same_as_the_plant_did_then(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    def numbered(config: PlantConfig, at: int) -> PlantConfig:
        return config.with_device(device(unit=at)).with_link(link(port=at))

    for at in range(2, 12):
        configuration.change("Vera", "", partial(numbered, at=at))
    stories = Stories(engine, file)
    for thing, kept in ((AHORN, "devices"), (Thing(ThingKind.LINK, "gateway"), "links")):
        for each in stories.versions(thing):
            then = getattr(configuration.at(each.number), kept)[thing.id]
            assert each.content == content_of_held(then)
    assert [each.number for each in stories.versions(AHORN)] == list(range(11, 0, -1))


def test_everything_of_a_kind_is_told_at_once(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    def second(unit: int) -> DeviceConfig:
        return device("elmevej-2", unit)

    configuration.change("Vera", "", lambda p: p.with_device(second(2)))
    configuration.change("Ole", "", lambda p: p.without_device(DeviceId("elmevej-2")))
    configuration.change("Vera", "", lambda p: p.with_device(second(3)))
    configuration.change("Ole", "", lambda p: p.with_device(second(4)))
    configuration.change("Ib", "", lambda p: p.with_device(device("old", 5)))
    configuration.change("Ida", "", lambda p: p.without_device(DeviceId("old")))
    stories = Stories(engine, file)
    found = {story.thing.id: story for story in stories.all(ThingKind.DEVICE)}
    assert {id_: story.count for id_, story in found.items()} == {
        "ahornvej-14": 1,
        "elmevej-2": 4,
        "old": 2,
    }
    for story in found.values():
        held = stories.versions(story.thing)
        newest = held[0]
        assert (story.at, story.author, story.is_gone) == (
            newest.at,
            newest.author,
            newest.is_gone,
        )
        assert story.count == len(held)
    assert found["old"].is_gone
    assert found["old"].author == "Ida"
    (plant,) = stories.all(ThingKind.PLANT)
    assert plant.name == configuration.current().config.title
    assert stories.versions(Thing(ThingKind.DEVICE, "nowhere")) == []


def test_a_rule_is_told_with_its_device_also_when_it_is_gone(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    alike = rule("again", name="Supply too hot")
    configuration.change("Vera", "", lambda p: p.with_rule(alike))
    stories = Stories(engine, file)
    before = {each.thing.id: each for each in stories.all(ThingKind.RULE)}
    assert {each.name for each in before.values()} == {"Supply too hot"}
    assert {each.watches for each in before.values()} == {"ahornvej-14"}
    configuration.change("Ida", "", lambda p: p.without_rule("again"))
    gone = {each.thing.id: each for each in stories.all(ThingKind.RULE)}["again"]
    assert (gone.is_gone, gone.watches) == (True, "ahornvej-14")
    for kind in (ThingKind.DEVICE, ThingKind.LINK, ThingKind.PLANT):
        assert {each.watches for each in stories.all(kind)} == {""}


def test_what_is_found_or_saved_as_it_was_makes_no_version(engine: Engine, file: Path) -> None:
    archive = Archive(engine, file, Ticking())
    archive.found(ROLE, "one")
    archive.found(ROLE, "one")
    first = archive.saved(ROLE, "one", "Vera", "nothing new")
    assert (first.number, first.author, first.note) == (1, "", "as it was found")
    second = archive.saved(ROLE, "two", "Vera", "something new")
    assert [each.number for each in archive.versions(ROLE)] == [2, 1]
    assert archive.versions(ROLE)[0] == second
    archive.saved(ROLE, "", "Vera", "gone")
    archive.saved(ROLE, "", "Vera", "gone already")
    assert [each.is_gone for each in archive.versions(ROLE)] == [True, False, False]


def test_what_never_was_is_not_removed(engine: Engine, file: Path) -> None:
    archive = Archive(engine, file, Ticking())
    nothing = archive.saved(ROLE, "", "Vera", "gone")
    assert (nothing.number, nothing.is_gone) == (0, True)
    assert archive.versions(ROLE) == []
    assert archive.stories(ThingKind.ROLE) == {}


def test_a_change_where_nobody_kept_versions_is_a_version_of_nobody(
    engine: Engine, file: Path
) -> None:
    archive = Archive(engine, file, Ticking())
    archive.saved(ROLE, "one", "Vera", "")
    archive.found(ROLE, "by hand")
    archive.saved(ROLE, "two", "Vera", "")
    assert [(each.author, each.content) for each in archive.versions(ROLE)] == [
        ("Vera", "two"),
        ("", "by hand"),
        ("Vera", "one"),
    ]


def test_a_database_that_is_none_is_told_by_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "config.sqlite"
    broken.write_bytes(b"no database at all, and long enough to be looked into" * 40)
    engine = open_database(broken, Manner.RARE)
    for work in (
        lambda: Archive(engine, broken, Ticking()).versions(ROLE),
        lambda: Archive(engine, broken, Ticking()).saved(ROLE, "x", "Vera", ""),
        lambda: Stories(engine, broken).versions(AHORN),
    ):
        with pytest.raises(StoreBroken, match=r"config\.sqlite"):
            work()


HOSTILE = [
    *("../x.json", "..\\x.json", "/etc/x.json", "C:\\x.json", "C:x.json", "a/b.json"),
    *("a\\b.json", "./x.json", "x.json/", "x.json\0", "x\n.json", " x.json", "x.json "),
    *("con.json", "NUL.json", "aux.json", "com1.json", "lpt9.json", "prn.json"),
    *(".json", "..json", ".hidden.json", "x", "x.yaml", "x.json.exe", "x.JSON"),
    *("ü.json", "x\u202ejson", "x:stream.json", "x*.json", "x?.json", '"x".json', "x|y.json"),
    *("%2e%2e%2fx.json", "~root.json", "$HOME.json", "`id`.json", "x;y.json", "&.json"),
    f"{'x' * 200}.json",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(BadInput, match="there is no diagram"):
        require_name(Thing(ThingKind.DIAGRAM, name))


def own_files(tmp_path: Path, engine: Engine, file: Path) -> tuple[OwnFiles, Path]:
    folder = ProjectFolder(tmp_path)
    folder.make_folders()
    return OwnFiles(folder, Archive(engine, file, Ticking())), folder.diagrams


def test_a_link_that_leads_elsewhere_is_not_read(
    tmp_path: Path, engine: Engine, file: Path
) -> None:
    files, diagrams = own_files(tmp_path, engine, file)
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody's business", encoding="utf-8")
    try:
        (diagrams / PICTURE.id).symlink_to(secret)
    except OSError:
        pytest.skip("this machine makes no links")
    with pytest.raises(BadInput, match=r"there is no diagram school\.json"):
        files.versions(PICTURE)
    files.look()
    files.put(PICTURE, "{}", "Vera", "")  # the link itself gives way to the file
    assert secret.read_text(encoding="utf-8") == "nobody's business"
    assert not (diagrams / PICTURE.id).is_symlink()


def test_files_come_go_and_come_back(tmp_path: Path, engine: Engine, file: Path) -> None:
    files, diagrams = own_files(tmp_path, engine, file)
    (diagrams / PICTURE.id).write_text('{"name": "one"}', encoding="utf-8")
    (diagrams / "notes.txt").write_text("no diagram", encoding="utf-8")
    files.look()
    (diagrams / PICTURE.id).unlink()
    files.look()
    files.look()
    files.put(PICTURE, '{"name": "two"}', "Vera", "drawn anew")
    known = files.versions(PICTURE)
    assert [(each.number, each.author, each.is_gone) for each in known] == [
        (3, "Vera", False),
        (2, "", True),
        (1, "", False),
    ]
    with pytest.raises(BadInput, match="a file needs words"):
        files.put(PICTURE, "  ", "Vera", "")
    with pytest.raises(BadInput, match="a file needs words"):
        files.put(PICTURE, " " + "x" * 2_000_001, "Vera", "")
    assert files.versions(PICTURE) == known


def test_when_a_device_came_is_known_however_it_was_changed_since(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    begun = configuration.current().version.at
    configuration.change("Ole", "", lambda plant: plant.with_device(device("birkevej-2", 2)))
    added = configuration.current().version.at
    renamed = device("birkevej-2", 2, name="Birkevej 2 b")
    configuration.change("Ole", "", lambda plant: plant.with_device(renamed))
    assert configuration.current().version.at > added > begun
    asked = [DeviceId(each) for each in ("ahornvej-14", "birkevej-2", "nowhere-1")]
    came = Stories(engine, file).came(asked)
    assert came == {asked[0]: begun, asked[1]: added}
    assert Stories(engine, file).came([]) == {}


def test_when_a_device_came_is_looked_up_once(
    configuration: Configuration, engine: Engine, file: Path
) -> None:
    asked: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _cursor, text, *_rest: asked.append(text)
    )
    stories, known = Stories(engine, file), DeviceId("ahornvej-14")
    first = stories.came([known])
    looked = len(asked)
    assert looked > 0
    assert stories.came([known, known]) == first
    assert len(asked) == looked, "it never changes"
    configuration.change("Ole", "", lambda plant: plant.with_device(device("birkevej-2", 2)))
    asked.clear()
    both = stories.came([known, DeviceId("birkevej-2")])
    looked = sum("FROM device" in text for text in asked)
    assert both == {**first, DeviceId("birkevej-2"): configuration.current().version.at}
    assert looked == 1, "of the new one alone"

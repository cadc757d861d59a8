"""An older project is brought up to date as a whole, or stays exactly as it was."""

import importlib
import pkgutil
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Column, Float, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from app.database import health_of, is_interrupted, look_at, recover
from app.errors import BadInput, StoreBroken
from app.project.configuration import Configuration
from app.project.migrating import departures, migrate
from app.project.upgrade import (
    AUDIT,
    CONFIG,
    JOURNAL,
    Schema,
    bring_up_to_date,
    require_known,
    revision_of,
)
from app.users.tables import ConfigBase
from tests.app.project.sites import Process, Ticking, create, plant
from tests.app.project.steps import failing, good, stray, wrong
from tests.plant import NOON

ALL = [CONFIG, JOURNAL, AUDIT]
NEWEST = CONFIG.newest()
EXAMPLES = Path(__file__).parent / "examples"
UPGRADE = """
import sys
from pathlib import Path
from tests.app.project.test_upgrade import later
from tests.app.project.steps import slow
from tests.plant import NOON
from app.project.upgrade import bring_up_to_date
bring_up_to_date(Path(sys.argv[1]), later(slow), Path(sys.argv[2]), lambda: NOON)
"""


def example(folder: Path, name: str, revision: str = NEWEST) -> Path:
    """Build the stored example of an older database."""
    file = folder / f"{name}.sqlite"
    with closing(sqlite3.connect(file)) as made:
        made.executescript((EXAMPLES / f"{name}-{revision}.sql").read_text("utf-8"))
    return file


def later(steps: ModuleType) -> Schema:
    """What a later program would expect: devices with their height."""
    metadata = MetaData(naming_convention=ConfigBase.metadata.naming_convention)
    for table in ConfigBase.metadata.tables.values():
        table.to_metadata(metadata)
    metadata.tables["device"].append_column(Column("height_m", Float))
    return Schema("config", metadata, steps)


def dump(file: Path) -> list[str]:
    """Everything a database holds, as text."""
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_the_steps_lead_to_what_the_program_expects(tmp_path: Path, schema: Schema) -> None:
    file = tmp_path / "new.sqlite"
    migrate(file, schema)
    with look_at(file).connect() as connection:
        assert departures(connection, schema) == []
    assert health_of(file) == ""
    assert revision_of(file) == schema.newest()


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_every_step_is_named_by_its_revision_and_follows_the_one_before(
    schema: Schema,
) -> None:
    before = None
    modules = sorted(info.name for info in pkgutil.iter_modules(schema.migrations.__path__))
    for name, revision in zip(modules, schema.revisions(), strict=True):
        step = importlib.import_module(f"{schema.migrations.__name__}.{name}")
        assert name.startswith(f"m{revision}_")
        assert (step.revision, step.down_revision) == (revision, before)
        before = revision


def test_a_project_that_is_up_to_date_is_opened_without_the_migration_library(
    tmp_path: Path,
) -> None:
    root = create(tmp_path)
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.app.project.sites import opened\n"
        "opened(Path(sys.argv[1]), Path(sys.argv[2])).close()\n"
        "print([name for name in ('alembic', 'keyring') if name in sys.modules])\n"
    )
    assert Process(script, tmp_path, root).rest() == ["[]"]


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_a_departure_from_the_schema_would_be_seen(tmp_path: Path, schema: Schema) -> None:
    file = tmp_path / "new.sqlite"
    migrate(file, schema)
    table = next(iter(schema.metadata.tables))
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"ALTER TABLE {table} ADD COLUMN extra TEXT")
    with look_at(file).connect() as connection:
        assert departures(connection, schema) != []


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_every_table_can_be_made_on_postgresql_too(schema: Schema) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in schema.metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect))
        assert "CREATE TABLE" in text
        for index in table.indexes:
            made = str(CreateIndex(index).compile(dialect=dialect))
            assert ("WHERE until IS NULL" in made) is bool(index.unique)


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_every_constraint_has_a_name_a_later_step_can_use(schema: Schema) -> None:
    for table in schema.metadata.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, f"a constraint of {table.name} has no name"


@pytest.mark.parametrize("schema", ALL, ids=lambda schema: schema.name)
def test_a_stored_example_of_every_revision_can_still_be_opened(
    tmp_path: Path, schema: Schema
) -> None:
    revisions = schema.revisions()
    stored = sorted(path.stem.split("-")[1] for path in EXAMPLES.glob(f"{schema.name}-*.sql"))
    assert stored == revisions
    for revision in revisions:
        folder = tmp_path / revision
        folder.mkdir()
        file = example(folder, schema.name, revision)
        bring_up_to_date(file, schema, folder / "backups", lambda: NOON)
        assert revision_of(file) == schema.newest()
        with look_at(file).connect() as connection:
            assert departures(connection, schema) == []
        assert health_of(file) == ""


def test_the_oldest_example_still_says_the_same(tmp_path: Path) -> None:
    file = example(tmp_path, "config", "0001")
    bring_up_to_date(file, CONFIG, tmp_path / "backups", lambda: NOON)
    kept = Configuration(look_at(file), file, Ticking())
    assert kept.at(2) == replace(plant(), utility="")
    assert kept.at(3).devices != kept.at(2).devices
    assert kept.current().config == kept.at(2)
    assert [version.note for version in kept.versions()] == [
        "back to version 2",
        "",
        "first devices",
        "new project",
    ]


def test_a_database_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    file = example(tmp_path, "config")
    before = file.read_bytes()
    assert bring_up_to_date(file, CONFIG, tmp_path / "backups", lambda: NOON) is None
    assert file.read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_an_older_database_is_copied_then_brought_up_to_date(tmp_path: Path) -> None:
    file = example(tmp_path, "config")
    before = dump(file)
    copy = bring_up_to_date(file, later(good), tmp_path / "backups", lambda: NOON)
    assert copy == tmp_path / "backups" / f"20260115T120000Z-config-{NEWEST}.sqlite"
    assert dump(copy) == before
    assert revision_of(file) == "9999"
    with closing(sqlite3.connect(file)) as database:
        heights = database.execute("SELECT DISTINCT height_m FROM device").fetchall()
    assert heights == [(12.5,)]
    assert Configuration(look_at(file), file, Ticking()).at(2) == replace(plant(), utility="")


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (failing, "no such table: nowhere"),
        (stray, "points at a row that does not exist"),
        (wrong, "differs from the schema"),
    ],
    ids=["a step fails", "rows point nowhere", "a column is missing"],
)
def test_what_does_not_pass_leaves_the_file_as_it_was(
    tmp_path: Path, steps: ModuleType, says: str
) -> None:
    file = example(tmp_path, "config")
    before, content = dump(file), file.read_bytes()
    with pytest.raises(StoreBroken) as trouble:
        bring_up_to_date(file, later(steps), tmp_path / "backups", lambda: NOON)
    sentence = str(trouble.value)
    assert str(file) in sentence
    assert says in sentence
    assert "the file is unchanged, a copy is" in sentence
    assert dump(file) == before
    assert file.read_bytes() == content
    (copy,) = (tmp_path / "backups").iterdir()
    assert dump(copy) == before


def test_a_program_killed_half_way_through_leaves_the_old_file(tmp_path: Path) -> None:
    file = example(tmp_path, "config")
    before = dump(file)
    upgrade = Process(UPGRADE, file, tmp_path / "backups")
    assert upgrade.line() == "half"
    upgrade.kill()
    upgrade.rest()
    recover(file)
    assert revision_of(file) == NEWEST
    assert dump(file) == before
    assert health_of(file) == ""
    assert bring_up_to_date(file, later(good), tmp_path / "backups", lambda: NOON)
    assert revision_of(file) == "9999"


def interrupted(file: Path) -> Path:
    """Return a copy of ``file`` as a kill in the middle of writing leaves it."""
    left = file.with_name("interrupted") / file.name
    left.parent.mkdir()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA cache_size = 1")  # so that pages go to the disk at once
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE rubbish (text)")
        database.executemany("INSERT INTO rubbish VALUES (?)", [("x" * 4000,)] * 50)
        database.execute("DELETE FROM device")
        for ending in ("", "-journal"):
            shutil.copy(f"{file}{ending}", f"{left}{ending}")
    return left


def test_a_file_whose_write_was_cut_off_is_put_right_before_it_is_looked_at(
    tmp_path: Path,
) -> None:
    file = example(tmp_path, "config")
    before = dump(file)
    left = interrupted(file)
    assert is_interrupted(left)
    assert health_of(left) != ""
    assert bring_up_to_date(left, CONFIG, tmp_path / "backups", lambda: NOON) is None
    assert dump(left) == before
    assert not is_interrupted(left)


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    file = example(tmp_path, "config")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '99999'")
    before = file.read_bytes()
    for attempt in (
        lambda: bring_up_to_date(file, CONFIG, tmp_path / "backups", lambda: NOON),
        lambda: require_known(file, CONFIG),
    ):
        with pytest.raises(BadInput, match=r"newer Heatdesk .schema 99999, this program"):
            attempt()
    assert file.read_bytes() == before


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    file.write_bytes(b"no database at all, only some words " * 100)
    with pytest.raises(StoreBroken, match=r"config\.sqlite cannot be used: file is not"):
        bring_up_to_date(file, CONFIG, tmp_path / "backups", lambda: NOON)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match=r"config\.sqlite cannot be used"):
        revision_of(tmp_path / "config.sqlite")


def test_an_empty_file_is_filled_from_the_first_step(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    sqlite3.connect(file).close()
    assert revision_of(file) is None
    copy = bring_up_to_date(file, CONFIG, tmp_path / "backups", lambda: NOON)
    assert copy is not None
    assert copy.name.endswith("config-empty.sqlite")
    assert revision_of(file) == CONFIG.newest()

"""Ten million rows of an older program are brought up to date, whatever kills it meanwhile.

``HEATDESK_ROWS`` says how many; the figures are in docs/backup-figures.md.
"""

import os
import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from app.database import recover
from app.errors import BadInput
from app.project.upgrade import (
    AUDIT,
    JOURNAL,
    Schema,
    bring_up_to_date,
    require_known,
    revision_of,
)
from tests.app.project.sites import Process
from tests.app.project.test_upgrade import example
from tests.plant import NOON

ROWS = int(os.environ.get("HEATDESK_ROWS", "10000000"))
KILLS = 10
UPGRADE = """
import sys
from pathlib import Path
from app.project import upgrade
from app.project.migrating import migrate  # loaded before the clock runs
from tests.plant import NOON
schema = {each.name: each for each in (upgrade.AUDIT, upgrade.JOURNAL)}[sys.argv[2]]
print("begun", flush=True)
upgrade.bring_up_to_date(Path(sys.argv[1]), schema, Path(sys.argv[3]), lambda: NOON)
print("done", flush=True)
"""
# What of a row says that it is still the row it was, and that none is lost or doubled.
SUMS = {
    "alarm": "count(*), sum(seq), sum(value), sum(length(rule)), max(occurred_at)",
    "audit": "count(*), sum(seq), sum(length(hash)), sum(length(new)), min(at), max(verb)",
}


def filled(folder: Path, schema: Schema, table: str) -> Path:
    """Return a database of the first form with so many rows, each with a number of its own."""
    file = example(folder, schema.name, "0001")
    with closing(sqlite3.connect(file)) as made:
        columns = [row[1] for row in made.execute(f"PRAGMA table_info({table})")]
        others = ", ".join(each for each in columns if each != "seq")
        kept = others.replace("definition", "'{}'")  # five times as large with it
        last = made.execute(f"SELECT max(seq) FROM {table}").fetchone()[0]
        made.execute("PRAGMA synchronous=OFF")
        made.execute(
            f"WITH RECURSIVE more(n) AS (SELECT {last + 1} UNION ALL "
            f"SELECT n + 1 FROM more WHERE n < {ROWS}) INSERT INTO {table} (seq, {others}) "
            f"SELECT n, {kept} FROM more CROSS JOIN {table} WHERE seq = {last}"
        )
        made.commit()
    return file


def sums(file: Path, table: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(file)) as database:
        found: tuple[object, ...] = database.execute(
            f"SELECT {SUMS[table]} FROM {table}"
        ).fetchone()
    return found


def older(schema: Schema, folder: Path) -> Schema:
    """Return what a program knew that was there before the last step."""
    folder.mkdir()
    (folder / "m0001_first_form.py").touch()
    steps = ModuleType("older")
    steps.__path__ = [str(folder)]
    return replace(schema, migrations=steps)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("schema", "table"), [(JOURNAL, "alarm"), (AUDIT, "audit")])
def test_ten_million_rows_killed_in_mid_upgrade_are_all_there(
    tmp_path: Path, schema: Schema, table: str
) -> None:
    file, backups = filled(tmp_path, schema, table), tmp_path / "backups"
    before, chance, whole_s = sums(file, table), random.Random(5), 0.0
    assert before[0] == ROWS
    outcomes: list[str | None] = []
    for kill in range(KILLS + 1):
        upgrade = Process(UPGRADE, file, schema.name, backups)
        assert upgrade.line() == "begun"
        begun_s = time.monotonic()
        if kill == 0:  # how long it takes
            assert upgrade.line() == "done"
            whole_s = time.monotonic() - begun_s
        else:
            time.sleep(chance.uniform(0.0, whole_s))
            upgrade.kill()
        upgrade.rest()
        recover(file)
        outcomes.append(revision_of(file))
        assert sums(file, table) == before
        if outcomes[-1] != "0001":  # the way back: the copy is put in its place
            (copy,) = backups.glob("*.sqlite")
            assert sums(copy, table) == before
            shutil.move(copy, file)
        shutil.rmtree(backups, ignore_errors=True)
    assert set(outcomes) <= {"0001", schema.newest()}
    bring_up_to_date(file, schema, backups, lambda: NOON)
    assert revision_of(file) == schema.newest()
    assert sums(file, table) == before
    with pytest.raises(BadInput, match="was written by a newer Heatdesk"):
        require_known(file, older(schema, tmp_path / "older"))
    size = file.stat().st_size / 1e6
    sys.stdout.write(
        f"{schema.name}: {ROWS:,} rows, {size:.0f} MB, {whole_s:.1f} s with its copy; "
        f"after {KILLS} kills at {outcomes[1:].count('0001')} still old, the others new\n"
    )

"""Databases of an older program are brought up to date: old or new, and a copy of the old."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app.database import health_of, recover
from app.project.upgrade import AUDIT, CONFIG, JOURNAL, Schema, bring_up_to_date, revision_of
from tests.faults.keeping import Said, Scenario, tried

EXAMPLES = Path(__file__).parents[1] / "app" / "project" / "examples"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OLDEST = "0001"


def dump(file: Path) -> list[str]:
    """Return everything a database holds, as text."""
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


class Upgrading:
    """Each database from its first form to the newest, one after the other."""

    def __init__(self, schemas: Sequence[Schema]) -> None:
        self._schemas = schemas
        self._old: dict[str, list[str]] = {}
        self._new: dict[str, list[str]] = {}

    def prepare(self, home: Path) -> None:
        for schema in self._schemas:
            file = home / f"{schema.name}.sqlite"
            script = EXAMPLES / f"{schema.name}-{OLDEST}.sql"
            with closing(sqlite3.connect(file)) as made:
                made.executescript(script.read_text("utf-8"))
            self._old[schema.name] = dump(file)
            aside = home.parent / f"aside-{file.name}"
            aside.write_bytes(file.read_bytes())
            self._bring(aside, schema, home.parent / "asides")
            self._new[schema.name] = dump(aside)

    def work(self, home: Path, said: Said) -> None:
        for schema in self._schemas:
            file = home / f"{schema.name}.sqlite"
            bring = partial(self._bring, file, schema, home / "backups")
            tried(said, schema.name, bring)

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        return next(filter(None, (self._fault(home, each, well) for each in self._schemas)), "")

    def _fault(self, home: Path, schema: Schema, well: set[str]) -> str:
        name, file = schema.name, home / f"{schema.name}.sqlite"
        recover(file)
        old, new, found = self._old[name], self._new[name], dump(file)
        if found not in (old, new):
            return f"{name} is neither the old nor the new, at {revision_of(file)}"
        if name in well and found != new:
            return f"{name} was acknowledged as new and is old"
        copies = list((home / "backups").glob(f"*-{name}-{OLDEST}.sqlite"))
        if found == new and [dump(each) for each in copies] != [old]:
            return f"{name} is new, and there is no copy of the old: {copies}"
        self._bring(file, schema, home / "backups")
        if dump(file) != new:
            return f"{name}, brought up to date again, is another"
        return health_of(file)

    def _bring(self, file: Path, schema: Schema, backups: Path) -> None:
        bring_up_to_date(file, schema, backups, lambda: NOW)


UPGRADING: dict[str, Scenario] = {"upgrading": Upgrading((CONFIG, JOURNAL, AUDIT))}

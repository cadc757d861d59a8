"""A hundred thousand entries, a thousand ways to tamper with them: every one is found."""

import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import Engine, StaticPool, create_engine

from app.database import look_at
from app.project.migrating import migrate
from app.project.upgrade import AUDIT
from app.users.audit import head_file, verify_audit
from app.users.chain import ChainEntry, Head
from tests.app.users.test_chain import KEY, chain, head, resealed

ENTRIES, MUTATIONS = 100_000, 1_000
EVERY_FILE = 50  # so many go through a file on the disk, the others through a copy in memory
WITHIN_S = 5.0
COLUMNS = ", ".join(ChainEntry._fields)
PLACES = ", ".join("?" for _each in ChainEntry._fields)
Luck = random.Random


@dataclass
class Audit:
    """An audit as a forger finds it: its rows, and the text of its signed end."""

    rows: sqlite3.Connection
    head: str

    def row(self, seq: int) -> ChainEntry:
        """One entry."""
        wanted = f"SELECT {COLUMNS} FROM audit WHERE seq = ?"
        return ChainEntry(*self.rows.execute(wanted, (seq,)).fetchone())

    def add(self, entry: ChainEntry) -> None:
        """Write an entry where none is."""
        self.rows.execute(f"INSERT INTO audit ({COLUMNS}) VALUES ({PLACES})", entry)

    def move(self, first: int, by: int) -> None:
        """Renumber everything from an entry on, so that no number is missing or twice."""
        self.rows.execute("UPDATE audit SET seq = -(seq + ?) WHERE seq >= ?", (by, first))
        self.rows.execute("UPDATE audit SET seq = -seq WHERE seq < 0")


def flip(audit: Audit, at: int, luck: Luck) -> None:
    """One character of one field of one entry is another one, or one too many."""
    field = luck.choice(ChainEntry._fields[1:])
    old = getattr(audit.row(at), field) or ""
    place = luck.randrange(len(old) + 1)
    other = chr(ord(old[place]) ^ (1 << luck.randrange(5))) if place < len(old) else "\u200b"
    new = old[:place] + other + old[place + 1 :]
    audit.rows.execute(f"UPDATE audit SET {field} = ? WHERE seq = ?", (new, at))


def delete(audit: Audit, at: int, luck: Luck) -> None:
    """Some entries are gone, and the later ones renumbered or not."""
    count = luck.randint(1, 3)
    audit.rows.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (at, at + count - 1))
    if luck.random() < 0.5:
        audit.move(at + count, -count)


def insert(audit: Audit, at: int, luck: Luck) -> None:
    """An entry that never was, chained rightly as far as it goes without the key."""
    model = audit.row(luck.randint(1, ENTRIES))
    audit.move(at + 1, 1)
    made = model._replace(seq=at + 1, new="99.0")
    if luck.random() < 0.5:
        before = audit.row(at)
        made = resealed([before, made], b"f" * 32)[1]._replace(seal=model.seal)
    audit.add(made)


def reorder(audit: Audit, at: int, luck: Luck) -> None:
    """Two entries stand in each other's place."""
    other = luck.choice([seq for seq in (at + 1, luck.randint(1, ENTRIES)) if seq != at])
    one, two = audit.row(at), audit.row(min(other, ENTRIES - (at == ENTRIES)))
    audit.rows.execute("DELETE FROM audit WHERE seq IN (?, ?)", (one.seq, two.seq))
    audit.add(one._replace(seq=two.seq))
    audit.add(two._replace(seq=one.seq))


def truncate(audit: Audit, at: int, luck: Luck) -> None:
    """The end is gone; perhaps the signed end was written anew, as far as it can be."""
    newest = audit.row(max(1, at - 1))
    audit.rows.execute("DELETE FROM audit WHERE seq > ?", (newest.seq,))
    if luck.random() < 0.5:
        signature = luck.choice([newest.seal, "0" * 64, _signature(audit.head)])
        audit.head = Head(newest.seq, newest.hash, 1, signature).text()


def _signature(text: str) -> str:
    return text.split('"signature": "')[1].split('"', maxsplit=1)[0]


WAYS: tuple[Callable[[Audit, int, Luck], None], ...] = (flip, delete, insert, reorder, truncate)


@dataclass
class Verifier:
    """Verifies copies of an audit as the command and the screen do, and takes the time."""

    folder: Path
    content: bytes
    head: str

    def tampered(self, way: Callable[[Audit, int, Luck], None], luck: Luck) -> Audit:
        """Return a copy in memory somebody tampered with."""
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        memory.deserialize(self.content)
        audit = Audit(memory, self.head)
        with memory:
            way(audit, luck.randint(1, ENTRIES), luck)
        return audit

    def verify(self, audit: Audit, *, on_disk: bool) -> tuple[str, float]:
        """Return what is said, and the seconds of processor time it took."""
        file = self.folder / "copy.sqlite"
        head_file(file).write_text(audit.head, "utf-8")
        if on_disk:
            file.write_bytes(audit.rows.serialize())
        engine = look_at(file) if on_disk else _in_memory(audit.rows)
        begun = time.process_time()
        said = verify_audit(engine, file, KEY)
        took = time.process_time() - begun
        engine.dispose()
        return said, took


def _in_memory(rows: sqlite3.Connection) -> Engine:
    return create_engine("sqlite://", creator=lambda: rows, poolclass=StaticPool)


@pytest.fixture
def verifier(tmp_path: Path) -> Verifier:
    """An audit of a hundred thousand entries, whole."""
    file, entries = tmp_path / "audit.sqlite", chain(ENTRIES)
    migrate(file, AUDIT)
    with closing(sqlite3.connect(file)) as database:
        with database:
            database.executemany(f"INSERT INTO audit ({COLUMNS}) VALUES ({PLACES})", entries)
        content = database.serialize()
    return Verifier(tmp_path, content, head(entries).text())


@pytest.mark.campaign
@pytest.mark.timeout(3 * 3600)
def test_a_thousand_tamperings_of_a_hundred_thousand_entries_are_found(
    verifier: Verifier,
) -> None:
    luck, missed, times = Luck(20261121), Counter[str](), []
    whole = Audit(sqlite3.connect(":memory:", check_same_thread=False), verifier.head)
    whole.rows.deserialize(verifier.content)
    said, longest = verifier.verify(whole, on_disk=True)
    assert said == ""
    whole.rows.close()
    for turn in range(MUTATIONS):
        way = WAYS[turn % len(WAYS)]
        audit = verifier.tampered(way, luck)
        said, took = verifier.verify(audit, on_disk=turn % EVERY_FILE == 0)
        audit.rows.close()
        times.append(took)
        missed[way.__name__] += said == ""
    figures = f"whole {longest:.2f} s, median {median(times):.2f} s, longest {max(times):.2f} s"
    assert missed.total() == 0, f"missed: {missed}"
    assert max(longest, *times) <= WITHIN_S, figures
    sys.stdout.write(f"{figures}\n")

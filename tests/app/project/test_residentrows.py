"""Of a database the rows of a resident go, of his meters and his time alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.project.callname import Finder, call_names
from app.project.erasures import ErasedMeter, Tombstone
from app.project.migrating import migrate
from app.project.residentrows import count_rows, drop_rows, named_documents
from app.project.upgrade import CONFIG, JOURNAL

KEY, NAME = b"k" * 32, "Mads Østerlund"
FINDER = Finder(KEY, call_names(KEY, [NAME]))
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
IN_TIME = (SINCE, SINCE + MOMENT, UNTIL - MOMENT)
OUT_OF_TIME = (SINCE - MOMENT, UNTIL, UNTIL + MOMENT)
FLAT, NEXT_DOOR = "flat-2", "flat-3"
HIS = ErasedMeter(FLAT, SINCE, UNTIL)
STONE = Tombstone("e-1", UNTIL, "c-1", "Europe/Copenhagen", (HIS,), ())


def told(moment: datetime) -> str:
    """A moment as the tables keep it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.fixture
def config(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The configuration of today's program, as another hand sees it."""
    file = tmp_path / "config.sqlite"
    migrate(file, CONFIG)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    file = tmp_path / "journal.sqlite"
    migrate(file, JOURNAL)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def put(connection: sqlite3.Connection, table: str, **given: object) -> None:
    """Put a row in; what is not said is empty, or 0, or now."""
    row: dict[str, object] = {}
    for _nth, name, kind, required, _default, key in connection.execute(
        f'PRAGMA table_info("{table}")'
    ):
        if required and not (key and kind == "INTEGER"):
            plain = 0 if kind in ("INTEGER", "BOOLEAN") else told(SINCE)
            row[name] = "" if kind.startswith(("VARCHAR", "TEXT", "JSON")) else plain
    row |= given
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()])


def ids(connection: sqlite3.Connection, table: str) -> list[str]:
    """Which rows are left."""
    rows = connection.execute(f"SELECT DISTINCT id FROM {table} ORDER BY id")
    return [own for (own,) in rows]


def test_notes_of_his_meter_and_time_go_to_the_microsecond(config: sqlite3.Connection) -> None:
    for nth, at in enumerate(IN_TIME):
        put(config, "note", id=f"in-{nth}", version=1, device=FLAT, written_at=told(at))
        put(
            config, "note", id=f"beside-{nth}", version=1, device=NEXT_DOOR, written_at=told(at)
        )
    for nth, at in enumerate(OUT_OF_TIME):
        put(config, "note", id=f"out-{nth}", version=1, device=FLAT, written_at=told(at))
    assert drop_rows(config, STONE, [])["notes"] == 3
    assert ids(config, "note") == [
        *("beside-0", "beside-1", "beside-2", "out-0", "out-1", "out-2"),
    ]


def test_a_note_is_of_the_moment_it_is_about_and_goes_with_all_its_versions(
    config: sqlite3.Connection,
) -> None:
    later, during = told(UNTIL + timedelta(days=9)), told(SINCE)
    put(config, "note", id="his", version=1, device=FLAT, written_at=later, about_at=during)
    put(config, "note", id="his", version=2, device=FLAT, written_at=later, about_at=later)
    put(config, "note", id="next", version=1, device=FLAT, written_at=during, about_at=later)
    assert drop_rows(config, STONE, [])["notes"] == 2
    assert ids(config, "note") == ["next"]


def test_he_goes_with_every_version_and_others_stay(config: sqlite3.Connection) -> None:
    for own in ("c-1", "c-2"):
        put(config, "customer", id=own, version=2, sealed="x")
        for number in (1, 2):
            put(config, "thing_version", kind="customer", id=own, number=number)
    put(config, "thing_version", kind="role", id="c-1", number=1)
    assert drop_rows(config, STONE, [])["customer records"] == 3
    assert ids(config, "customer") == ["c-2"]
    left = config.execute("SELECT kind, id FROM thing_version ORDER BY kind, id, number")
    assert left.fetchall() == [("customer", "c-2"), ("customer", "c-2"), ("role", "c-1")]


def test_alarms_stay_in_the_journal_without_what_was_measured_and_said(
    journal: sqlite3.Connection,
) -> None:
    for nth, (device, at, value, note) in enumerate(
        (
            (FLAT, SINCE, 91.5, ""),
            (FLAT, UNTIL - MOMENT, None, "he was away"),
            (FLAT, SINCE, None, ""),  # nothing to take
            (FLAT, UNTIL, 92.5, "the next one's"),
            (NEXT_DOOR, SINCE, 93.5, "another's"),
        ),
        start=1,
    ):
        put(journal, "alarm", seq=nth, device=device, at=told(at), value=value, note=note)
    assert drop_rows(journal, STONE, []) == {"alarm values": 2}
    assert journal.execute("SELECT value, note FROM alarm ORDER BY seq").fetchall() == [
        *((None, ""), (None, ""), (None, ""), (92.5, "the next one's"), (93.5, "another's")),
    ]
    assert drop_rows(journal, STONE, [])["alarm values"] == 0  # again does no harm


def test_counting_takes_nothing_and_counts_what_would_go(config: sqlite3.Connection) -> None:
    put(config, "customer", id="c-1", version=1, sealed="x")
    put(config, "note", id="n-1", version=1, device=FLAT, written_at=told(SINCE))
    before = [*config.iterdump()]
    counted = count_rows(config, STONE)
    assert [*config.iterdump()] == before
    assert counted == drop_rows(config, STONE, [])
    assert (counted["customer records"], counted["notes"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "is_his"),
    [
        ({"device": FLAT, "created_at": told(SINCE)}, True),
        ({"device": FLAT, "created_at": told(UNTIL - MOMENT)}, True),
        ({"device": FLAT, "created_at": told(UNTIL)}, False),
        ({"device": FLAT, "created_at": told(SINCE - MOMENT)}, False),
        ({"device": NEXT_DOOR, "created_at": told(SINCE)}, False),
        ({"device": NEXT_DOOR, "title": f"Letter to {NAME}"}, True),
        ({"device": None, "path": "general/mads-østerlund.pdf"}, True),
        ({"device": None, "title": "Letter to Mads Holm"}, False),
        ({"device": "named", "kind": "report", "created_at": told(UNTIL)}, True),
        ({"device": "named", "kind": "document", "created_at": told(UNTIL)}, False),
    ],
)
def test_a_document_is_his_by_meter_and_time_or_by_its_name(
    config: sqlite3.Connection, row: dict[str, object], *, is_his: bool
) -> None:
    given: dict[str, object] = {"id": "d-1", "path": "flat/a.pdf", "title": "A paper"}
    put(config, "device", id="named", name=f"Flat of {NAME}")
    put(config, "document", **(given | {"created_at": told(UNTIL)} | row))
    found = named_documents(config, STONE, FINDER)
    assert [own for own, _path in found] == (["d-1"] if is_his else [])
    assert drop_rows(config, STONE, [own for own, _path in found])["documents"] == len(found)
    assert ids(config, "document") == ([] if is_his else ["d-1"])


def test_a_database_of_an_older_program_has_less_to_take(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)) as old:
        old.execute("CREATE TABLE document (id, path, device, title, kind, created_at)")
        old.execute(
            "INSERT INTO document VALUES ('d-1', 'a.pdf', NULL, ?, 'report', '')", (NAME,)
        )
        assert named_documents(old, STONE, FINDER) == [("d-1", "a.pdf")]
        assert +drop_rows(old, STONE, ["d-1"]) == {"documents": 1}
    with closing(sqlite3.connect(tmp_path / "empty.sqlite", isolation_level=None)) as empty:
        assert named_documents(empty, STONE, FINDER) == []
        assert +count_rows(empty, STONE) == {}

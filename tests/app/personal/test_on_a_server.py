"""A resident of a project on a real PostgreSQL server: handed out, erased, gone for good."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.compose.databasemove import to_server
from app.compose.joining import Joined
from app.databaseserver import ServerPlace
from app.errors import BadInput
from app.history.bufferedhistory import WAITING
from app.history.history import History
from app.history.projecthistory import history_of
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, Customer, ErasureProof, ErasureWish, PersonalTraces
from app.model.reading import PointId, Quality, Reading
from app.personal.proving import digest_of_proof
from app.personal.staying import stay_erased
from app.project.folder import read_mark
from app.project.opening import Project, open_project
from app.users.keyplaces import Keys
from tests.app.personal.house import (
    FLATS,
    HIS,
    LOGIN,
    NAME,
    NEXT_DOOR,
    NOW,
    PASSWORD,
    SEEDED,
    SINCE,
    SPELLINGS,
    UNTIL,
    ZONE,
    Clock,
    make_house,
    running,
    seed,
    traces_in,
)
from tests.postgres import Postgres

pytestmark = pytest.mark.timeout(180)
HOURS = round((UNTIL - SINCE) / timedelta(hours=1))
LATE = SINCE + timedelta(days=30, minutes=20)


@dataclass
class Erased:
    """The house before and after, and copies of folder and database as they were with him."""

    folder: Path
    place: ServerPlace
    older: Path
    older_place: ServerPlace
    clock: Clock
    him: Customer
    before: dict[str, float]
    after: dict[str, float]
    traces: PersonalTraces
    handed_out: bytes
    proof: ErasureProof
    chain: str  # what the audit's proof found
    left_of_power: int


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Erased:
    home, clock = tmp_path_factory.mktemp("house"), Clock(NOW)
    folder, place = home / "site", postgres.new_place()
    make_house(folder)
    with running(folder, clock) as joined:
        him = seed(joined, folder, clock)
    keys = Keys.of_this_machine()
    to_server(folder, place, postgres.password, (LOGIN, PASSWORD), keys)
    assert read_mark(folder).server is not None
    shutil.copytree(folder, home / "older")
    older_place = postgres.copy_of(place)
    assert rows_that_name(postgres, place), "what is searched for is there to be found"
    wish = ErasureWish(him.id, him.version, AskedBy.RESIDENT, "2026-17")
    with running(folder, clock) as joined:
        asked, viewer, ask = joined.asked, joined.viewer, joined.ask
        store = store_of(joined)
        before = sums(store)
        handed_out = ask(asked.customers.personal_data(viewer, him.id))
        traces = ask(asked.customers.traces(viewer, wish))
        naming = ErasureWish(him.id, him.version, AskedBy.OPERATOR, NAME)
        with pytest.raises(BadInput, match="names nobody"):
            ask(asked.customers.erase(viewer, naming, PASSWORD))
        proof = ask(asked.customers.erase(viewer, wish, PASSWORD))
        after, chain = sums(store), ask(asked.audit.verify(viewer))
        power = len(store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter"))
    return Erased(
        folder,
        place,
        home / "older",
        older_place,
        clock,
        him,
        before,
        after,
        traces,
        handed_out,
        proof,
        chain,
        power,
    )


def store_of(joined: Joined) -> History:
    assert joined.core is not None
    return joined.core.recording.store


def sums(store: History) -> dict[str, float]:
    """What the house used in each month, counted here and not by the product."""
    bounds = [datetime(2026, month, 1, tzinfo=ZONE) for month in range(2, 6)]
    found = {}
    for key in ("energy_e1", "volume_v1"):
        for start, end in pairwise(bounds):
            stands = [
                float(store.range(PointId(f"{flat}.{key}"), at, at + HOUR, "quarter").values[0])
                for flat in FLATS
                for at in (start, end)
            ]
            found[f"{key} {start:%Y-%m}"] = sum(stands[1::2]) - sum(stands[::2])
    return found


HOUR = timedelta(hours=1)


def rows_that_name(postgres: Postgres, place: ServerPlace) -> list[str]:
    """Return the tables of a project of which any row's text names him."""
    with closing(postgres.connect(place.database)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE %s",
            (f"{place.schema}\\_%",),
        ).fetchall()
        found = []
        for schema, table in tables:
            rows = connection.execute(f'SELECT t::text FROM "{schema}"."{table}" t'.encode())
            said = "\n".join(str(row[0]) for row in rows)
            if any(each.lower() in said.lower() for each in SPELLINGS):
                found.append(f"{schema}.{table}")
    return found


def files_that_name(postgres: Postgres, place: ServerPlace) -> list[str]:
    """Return the files of a database, as they lie on the server's disk, that name him."""
    with closing(postgres.connect(place.database)) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    folder = postgres.folder / "data" / "base" / str(row[0])
    wanted = [each.encode() for each in SPELLINGS]
    files = [each for each in folder.iterdir() if each.is_file()]
    assert files
    return [f.name for f in files if any(each in f.read_bytes() for each in wanted)]


def test_no_row_no_file_of_the_server_and_none_of_the_folder_names_him(
    erased: Erased, postgres: Postgres
) -> None:
    assert rows_that_name(postgres, erased.place) == []
    assert files_that_name(postgres, erased.place) == []
    assert files_that_name(postgres, erased.older_place), "a search that finds"
    assert traces_in(erased.folder) == []
    assert traces_in(erased.older)


def test_the_sums_stay_and_his_readings_went(erased: Erased) -> None:
    assert erased.after == erased.before
    assert erased.proof.sums_checked == 2 * 3
    assert erased.left_of_power == 0
    assert erased.proof.counts["readings"] == 3 * HOURS - 2 * 4
    assert erased.chain == ""


def test_the_record_counts_what_was_foretold_and_says_what_it_cannot_reach(
    erased: Erased,
) -> None:
    proof, counts = erased.proof, erased.proof.counts
    assert proof.digest == digest_of_proof(proof)
    for kind in ("readings", "customer records", "notes"):
        assert counts[kind] == erased.traces.counts[kind] > 0
    assert counts["documents"] == 4
    assert counts["texts"] > 3
    assert counts["activity log entries"] >= 3
    assert counts["backup copies"] >= 2  # and those that the move to the server made
    [backups] = proof.left
    assert backups == f"{erased.place}: the server's own backups and its log of changes"
    assert any("personal_data" in line for line in proof.exports)


def test_he_was_handed_all_that_is_kept_of_him(erased: Erased) -> None:
    with zipfile.ZipFile(io.BytesIO(erased.handed_out)) as pack:
        names = set(pack.namelist())
        person = json.loads(pack.read("person.json"))
        readings = json.loads(pack.read("readings.json"))
        months = pack.read("months.csv").decode("utf-8-sig")
    assert {"readings.csv", "months.xlsx"} <= names
    papers = {name for name in names if name.startswith("documents/")}
    assert {re.sub(r"^documents/.*?(handover|contract).*", r"\1", each) for each in papers} == {
        "handover",
        "contract",
    }
    assert person["customer"]["name"] == NAME
    assert len(person["versions"]) == 3
    assert [each["text"] for each in person["notes"]] == ["the valve hums"]
    assert len(readings) == 3 * HOURS
    assert months.count("\r\n") == 1 + 2 * 3


def test_what_is_not_his_is_all_there(erased: Erased) -> None:
    with closing(opened(erased.folder)) as project:
        texts = [note.text for flat in FLATS for note in project.notes.of(flat)]
        assert "nothing to be seen" in texts
        assert any("has the key" in text for text in texts), "a note of others stays, unnamed"
        assert set(project.configuration.current().config.devices) == set(FLATS)
        assert project.customers.all() == []
        with closing(history_of(project.folder, project.databases)) as store:
            beside = store.range(PointId(f"{NEXT_DOOR}.power"), SINCE, UNTIL, "quarter")
            before = store.range(PointId(f"{HIS}.power"), SEEDED, SINCE, "quarter")
    assert len(beside) == HOURS
    assert len(before) == round((SINCE - SEEDED) / HOUR)


def opened(folder: Path) -> Project:
    return open_project(folder, now=Clock(NOW))


@pytest.fixture
def brought_back(erased: Erased, tmp_path: Path, postgres: Postgres) -> Iterator[Project]:
    """The project with its database as its administrator's backup had it, him in it."""
    folder, place = tmp_path / "site", postgres.copy_of(erased.older_place)
    shutil.copytree(erased.folder, folder)
    mark = folder / "project.toml"
    said = mark.read_text("utf-8")
    assert f'"{erased.place.database}"' in said
    mark.write_text(said.replace(f'"{erased.place.database}"', f'"{place.database}"'), "utf-8")
    with closing(EmbeddedHistory(folder / "history" / WAITING)) as aside:
        late = Reading(PointId(f"{HIS}.power"), 4.5, Quality.GOOD, LATE)
        aside.append([late], "quarter")  # waits here since the server was away
    assert rows_that_name(postgres, place)
    with closing(opened(folder)) as project:
        yield project


def test_what_a_servers_backup_brings_back_is_erased_again(
    brought_back: Project, postgres: Postgres
) -> None:
    project = brought_back
    assert stay_erased(project) == []
    server = project.databases.server
    assert server is not None
    assert rows_that_name(postgres, server.place) == []
    with closing(history_of(project.folder, project.databases)) as store:
        assert len(store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")) == 0
    with closing(EmbeddedHistory(project.folder.history / WAITING)) as aside:
        assert len(aside.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")) == 0
    assert "it was seen here" in project.audit.verify(), "an older log is told as one"
    assert stay_erased(project) == [], "again does no harm"

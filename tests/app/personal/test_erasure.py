"""A resident is erased: no trace in any file, the building's sums as before, for good."""

import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.channel.wire import the_wire
from app.compose.handover.package import keep_whole
from app.database import back_up
from app.errors import BadInput, Conflict, NotPermitted, PlantError, StoreBroken
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, Customer, ErasureProof, ErasureWish
from app.model.reading import PointId
from app.model.version import Thing, ThingKind
from app.personal.proving import digest_of_proof
from app.project.bringback import versions_of
from app.project.check import check_project
from app.project.folder import ProjectFolder
from app.project.opening import open_project
from tests.app.personal.house import (
    FLATS,
    HIS,
    LOGIN,
    MAIDEN,
    NAME,
    NEXT_DOOR,
    NOW,
    PASSWORD,
    SEEDED,
    SINCE,
    UNTIL,
    ZONE,
    Clock,
    make_house,
    running,
    seed,
    traces_in,
)
from tests.journeys.product import wait_for

WHOLE = "20260501T000000Z-ahornvej-before-import.zip"
pytestmark = pytest.mark.timeout(180)


@dataclass
class Erased:
    """The house before and after."""

    folder: Path
    older: Path  # as it was with him in it
    clock: Clock
    before: Mapping[str, float]
    proof: ErasureProof
    him: Customer
    traces: Any
    handed_out: bytes
    seen: str  # all that can be asked of the core, once he is gone


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    home = tmp_path_factory.mktemp("house")
    folder, clock = home / "site", Clock(NOW)
    make_house(folder)
    with running(folder, clock) as joined:
        him = seed(joined, folder, clock)
        before = sums(folder)
    keep_whole(ProjectFolder(folder), folder / "backups" / WHOLE)  # as an import makes it
    shutil.copytree(folder, home / "older")
    assert len(traces_in(folder)) > 15
    wish = ErasureWish(him.id, him.version, AskedBy.RESIDENT, "2026-17")
    with running(folder, clock) as joined:
        asked, viewer = joined.asked, joined.viewer
        handed_out = joined.ask(asked.customers.personal_data(viewer, him.id))
        told = joined.ask(asked.customers.traces(viewer, wish))
        proof = joined.ask(asked.customers.erase(viewer, wish, PASSWORD))
        seen = everything_asked(joined)
        assert joined.ask(asked.audit.verify(viewer)) == ""
    return Erased(folder, home / "older", clock, before, proof, him, told, handed_out, seen)


def sums(folder: Path) -> dict[str, float]:
    """What the house used in each month, counted here and not by the product."""
    bounds = [datetime(2026, month, 1, tzinfo=ZONE) for month in range(2, 6)]
    found = {}
    with closing(EmbeddedHistory(folder / "history")) as store:
        for key in ("energy_e1", "volume_v1"):
            for start, end in pairwise(bounds):
                total = 0.0
                for flat in FLATS:
                    stands = []
                    for at in (start, end):
                        series = store.range(
                            PointId(f"{flat}.{key}"), at, at + timedelta(hours=1), "quarter"
                        )
                        stands.append(float(series.values[0]))
                    total += stands[1] - stands[0]
                found[f"{key} {start:%Y-%m}"] = total
    return found


def everything_asked(joined: Any) -> str:
    """Every question about the project that reads, answered and written down."""
    asked, viewer, ask, wire = joined.asked, joined.viewer, joined.ask, the_wire()
    said: list[Any] = []
    for flat in FLATS:
        said += [
            ask(asked.project.notes(viewer, flat)),
            ask(asked.project.documents(viewer, flat)),
            ask(asked.versions.of_device(viewer, flat)),
        ]
        for note in ask(asked.project.notes(viewer, flat)):
            said.append(ask(asked.project.note_versions(viewer, note.id)))
    for story in ask(asked.versions.things(viewer)):
        said.append(story)
        try:
            said.append(ask(versions_of(asked, viewer, story.thing)))
        except PlantError:
            assert story.thing.kind is not ThingKind.DEVICE
    said += [
        ask(asked.plant.devices(viewer)),
        ask(asked.alarms.rules(viewer)),
        ask(asked.alarms.history(viewer, 1000)),
        ask(asked.project.versions(viewer)),
        ask(asked.project.difference(viewer, 1, ask(asked.project.versions(viewer))[0].number)),
        ask(asked.desk.preferences(viewer)),
        ask(asked.desk.presets(viewer, "device-group")),
        ask(asked.audit.entries(viewer, 1000)),
        ask(asked.customers.customers(viewer)),
        ask(asked.customers.proofs(viewer)),
    ]
    return json.dumps(
        [wire.unstructure(each) for each in said], ensure_ascii=False, default=str
    )


@pytest.mark.feature("RD-61")
def test_no_byte_of_any_file_and_no_answer_names_him(erased: Erased) -> None:
    assert traces_in(erased.folder) == []
    for name in (NAME, MAIDEN, "Riis", "Kjærgaard", "20 71 55 43", "KV-204177"):
        assert name not in erased.seen
    assert "nothing to be seen" in erased.seen  # what is others' is there
    assert "manual-1.txt" in erased.seen or "Manual" in erased.seen


@pytest.mark.feature("RD-61")
def test_the_sums_of_the_building_are_as_they_were(erased: Erased) -> None:
    assert sums(erased.folder) == erased.before
    assert erased.proof.sums_checked == 2 * 3  # energy and volume, February to April
    with closing(EmbeddedHistory(erased.folder / "history")) as store:
        power = store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")
        index = store.range(PointId(f"{HIS}.energy_e1"), SINCE, UNTIL, "quarter")
        beside = store.range(PointId(f"{NEXT_DOOR}.power"), SINCE, UNTIL, "quarter")
        before = store.range(PointId(f"{HIS}.power"), SEEDED, SINCE, "quarter")
    assert len(power) == 0
    assert len(index) == 4  # moving in, 1 March, 1 April, the last one
    assert len(beside) == round((UNTIL - SINCE) / timedelta(hours=1))
    assert len(before) == round((SINCE - SEEDED) / timedelta(hours=1))


@pytest.mark.feature("RD-61")
def test_the_proof_counts_and_names_nobody(erased: Erased) -> None:
    proof, counts = erased.proof, erased.proof.counts
    assert proof.digest == digest_of_proof(proof)
    assert (proof.done_by, proof.asked_by, proof.case) == (
        "Ole Holm",
        AskedBy.RESIDENT,
        "2026-17",
    )
    assert proof.left == ()
    hours = round((UNTIL - SINCE) / timedelta(hours=1))
    assert counts["readings"] == 3 * hours - 2 * 4 == erased.traces.counts["readings"]
    assert counts["customer records"] == 4 == erased.traces.counts["customer records"]
    assert counts["documents"] == 4
    assert counts["notes"] == 1
    assert counts["backup copies"] == 3
    assert counts["activity log entries"] >= 3
    assert counts["log lines"] >= 3
    assert any("personal_data" in line for line in proof.exports)


@pytest.mark.feature("RD-61")
def test_he_is_handed_all_that_is_kept_of_him(erased: Erased) -> None:
    with zipfile.ZipFile(io.BytesIO(erased.handed_out)) as pack:
        names = set(pack.namelist())
        person = json.loads(pack.read("person.json"))
        readings = json.loads(pack.read("readings.json"))
        months = pack.read("months.csv").decode("utf-8-sig")
    assert {"readings.csv", "months.xlsx"} <= names
    assert {
        Path(name).name.split("-")[-2] for name in names if name.startswith("documents/")
    } == {
        "handover",
        "contract",
    }
    assert person["customer"]["name"] == NAME
    assert [each["name"] for each in person["versions"]] == [NAME, NAME, MAIDEN]
    assert [each["text"] for each in person["notes"]] == ["the valve hums"]
    assert len(readings) == 3 * round((UNTIL - SINCE) / timedelta(hours=1))
    assert months.count("\r\n") == 1 + 2 * 3


@pytest.mark.parametrize(
    "what", ["all", "config.sqlite", "audit.sqlite", "history", "documents"]
)
@pytest.mark.feature("RD-61")
def test_what_an_older_copy_brings_back_is_erased_again(
    erased: Erased, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(erased.older if what == "all" else erased.folder, folder)
    if what != "all":
        here, there = folder / what, erased.older / what
        if there.is_dir():
            shutil.rmtree(here)
            shutil.copytree(there, here)
        else:
            shutil.copy(there, here)
    with running(folder, erased.clock) as joined:
        asked, viewer = joined.asked, joined.viewer
        seen = everything_asked(joined)
        assert [each.digest for each in joined.ask(asked.customers.proofs(viewer))] == [
            erased.proof.digest
        ]
        fault = joined.ask(asked.audit.verify(viewer))
    assert what == "audit.sqlite" or fault == ""  # an audit older than its head owns up to that
    assert "was written" not in fault
    assert traces_in(folder) == []
    assert NAME not in seen
    assert sums(folder) == erased.before
    with closing(EmbeddedHistory(folder / "history")) as store:
        assert len(store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")) == 0


@pytest.mark.feature("RD-61")
def test_he_is_gone_from_a_packed_backup_that_is_still_a_sound_project(
    erased: Erased, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    with zipfile.ZipFile(erased.older / "backups" / WHOLE) as packed:
        before = set(packed.namelist())
    with zipfile.ZipFile(erased.folder / "backups" / WHOLE) as packed:
        assert set(packed.namelist()) < before, "his documents went"
        packed.extractall(folder)
    (folder / "secrets.bin").chmod(0o600)
    assert traces_in(folder) == []
    with closing(EmbeddedHistory(folder / "history")) as store:
        assert len(store.range(PointId(f"{HIS}.power"), SINCE, UNTIL, "quarter")) == 0
    assert sums(folder) == erased.before
    assert [each for each in check_project(folder) if each.severity.name == "ERROR"] == []
    with closing(open_project(folder)) as project:
        assert project.audit.verify() == "", "its end is signed"
    assert not list((erased.folder / "backups").glob(".*"))


def test_who_opens_it_again_finds_a_sound_project(erased: Erased, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(erased.folder, folder)
    with running(folder, erased.clock) as joined:
        stories = joined.ask(joined.asked.versions.things(joined.viewer))
        assert Thing(ThingKind.DEVICE, HIS) in {each.thing for each in stories}
    worst = [each for each in check_project(folder) if each.severity.name == "ERROR"]
    assert worst == []


def test_an_erasure_asks_for_the_password_and_the_newest_version(
    erased: Erased, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(erased.folder, folder)
    with running(folder, Clock(NOW)) as joined:
        asked, viewer, ask = joined.asked, joined.viewer, joined.ask
        made = ask(asked.customers.put_customer(viewer, Customer("", "Ingrid Holm-Sand")))
        wish = ErasureWish(made.id, made.version, AskedBy.OPERATOR)
        with pytest.raises(NotPermitted):
            ask(asked.customers.erase(viewer, wish, "something else"))
        with pytest.raises(BadInput, match="names nobody"):
            ask(asked.customers.erase(viewer, replace(wish, case="Ingrid Holm-Sand"), PASSWORD))
        ask(asked.customers.put_customer(viewer, replace(made, remark="moved")))
        with pytest.raises(Conflict):
            ask(asked.customers.put_customer(viewer, made))
        with pytest.raises(Conflict):
            ask(asked.customers.erase(viewer, wish, PASSWORD))
        assert [each.id for each in ask(asked.customers.customers(viewer))] == [made.id]
        entries = ask(asked.audit.entries(viewer, 20))
        told = [each for each in entries if each.verb == "customers.put_customer"]
        assert told[0].new == "remark"
        assert all("Ingrid" not in f"{each}" for each in entries)
        assert viewer.login == LOGIN


def test_a_rotten_copy_keeps_nobody_from_being_erased_and_is_named(
    erased: Erased, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(erased.folder, folder)
    rotten = folder / "backups" / "20260401T000000Z-config.sqlite"
    rotten.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    with running(folder, Clock(NOW)) as joined:
        asked, viewer, ask = joined.asked, joined.viewer, joined.ask
        made = ask(asked.customers.put_customer(viewer, Customer("", "Ingrid Holm-Sand")))
        wish = ErasureWish(made.id, made.version, AskedBy.OPERATOR)
        proof = ask(asked.customers.erase(viewer, wish, PASSWORD))
        assert proof.left == (f"backups/{rotten.name}",)
        assert ask(asked.customers.customers(viewer)) == []


def test_what_could_not_be_erased_at_once_is_done_as_soon_as_it_can_be(
    erased: Erased, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.personal.service.GO_ON_S", 0.2)
    monkeypatch.setattr("app.project.scrub.BUSY_S", 0.2)
    folder = tmp_path / "site"
    shutil.copytree(erased.folder, folder)
    held = folder / "journal.copy.sqlite"
    back_up(folder / "journal.sqlite", held)
    name = "Ingrid Holm-Sand"
    (folder / "logs" / "old.log").write_text(f"{name} rang\n", "utf-8")
    with running(folder, Clock(NOW)) as joined:
        asked, viewer, ask = joined.asked, joined.viewer, joined.ask
        made = ask(asked.customers.put_customer(viewer, Customer("", name)))
        wish = ErasureWish(made.id, made.version, AskedBy.RESIDENT, "2026-18")
        before = len(ask(asked.customers.proofs(viewer)))
        with closing(sqlite3.connect(held, isolation_level=None)) as somebody:
            somebody.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreBroken, match="is done as soon as it can be"):
                ask(asked.customers.erase(viewer, wish, PASSWORD))
            assert ask(asked.customers.customers(viewer)) == []
        wait_for(lambda: len(ask(asked.customers.proofs(viewer))) == before + 1, 60)
        (proof,) = [p for p in ask(asked.customers.proofs(viewer)) if p.customer == made.id]
        assert (proof.asked_by, proof.case) == (AskedBy.RESIDENT, "2026-18")
        assert traces_in(folder, (name,)) == []
        assert ask(asked.audit.verify(viewer)) == ""

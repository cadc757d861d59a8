"""An erasure the power cut short is carried out when the project is opened again."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from app.asked import Note
from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, Customer, ErasureProof, Tenancy
from app.model.reading import DeviceId, PointId
from app.personal.handedout import SAMPLES_VERB, SCHEDULED_VERB, handed_out
from app.personal.proving import digest_of_proof
from app.personal.staying import erasure_key, keep_erased, stay_erased
from app.project.callname import Finder, call_names
from app.project.erasures import ErasedMeter, Tombstone
from app.project.opening import Project
from app.users.chain import ARCHIVE_VERB
from tests.app.history.plant import MIDNIGHT, all_of, record_quarters
from tests.app.project.sites import create, opened

Answer = TypeVar("Answer")
FLAT, NAME = DeviceId("flat-2"), "Mads Østerlund"
POWER, NEXT_DOOR = PointId("flat-2.power"), PointId("flat-3.power")
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def lived_in(tmp_path: Path) -> Path:
    """A project in which he left a reading, a note, a line in a log."""
    root = create(tmp_path)
    with closing(EmbeddedHistory(root / "history")) as history:
        record_quarters(history, [POWER, NEXT_DOOR], MIDNIGHT, 8)
    (root / "logs" / "old.log").write_text(f"{NAME} rang\n", "utf-8")
    return root


def at_the_project(tmp_path: Path, root: Path, work: Callable[[Project], Answer]) -> Answer:
    """Open the project, do something, close it again."""
    with closing(opened(tmp_path, root)) as project:
        return work(project)


def cut_short(project: Project) -> str:
    """Leave it as a power cut does, just after the tombstone was written; return his id."""
    him = project.customers.put(Customer("", NAME, meters=(Tenancy(FLAT, SINCE),)), "Ole", "")
    project.notes.keep(Note("", FLAT, "the valve hums", about_at=MIDNIGHT), "Ole Holm")
    project.notes.keep(Note("", DeviceId("flat-3"), f"ask {NAME}", about_at=MIDNIGHT), "Ole")
    key = erasure_key(project)
    meters, names = (ErasedMeter(FLAT, SINCE, UNTIL),), call_names(key, [NAME])
    stone = Tombstone("e-1", UNTIL, him.id, "Europe/Copenhagen", meters, names)
    project.erasures.keep([stone], key)
    return him.id


def test_what_was_begun_is_done_and_what_is_another_s_stays(tmp_path: Path) -> None:
    root = lived_in(tmp_path)
    him = at_the_project(tmp_path, root, cut_short)

    def look(project: Project) -> None:
        assert stay_erased(project) == []
        assert project.customers.all() == []
        assert project.customers.versions(him) == []
        assert project.notes.of(FLAT) == []
        (left,) = project.notes.of(DeviceId("flat-3"))
        assert left.text == "ask [erased]"
        assert project.customers.was_erased("e-1")
        assert project.audit.verify() == ""

    at_the_project(tmp_path, root, look)
    with closing(EmbeddedHistory(root / "history")) as history:
        assert len(all_of(history, POWER)) == 0
        assert len(all_of(history, NEXT_DOOR)) == 8
    assert (root / "logs" / "old.log").read_text("utf-8") == "[erased] rang\n"
    for path in root.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path


def test_a_project_in_which_nobody_was_erased_is_not_looked_through(tmp_path: Path) -> None:
    root = lived_in(tmp_path)

    def look(project: Project) -> None:
        project.customers.put(Customer("", NAME), "Ole Holm", "")
        assert stay_erased(project) == []
        assert len(project.customers.all()) == 1

    at_the_project(tmp_path, root, look)
    assert NAME in (root / "logs" / "old.log").read_text("utf-8")
    assert not (root / "erasures.json").exists()


def test_a_key_that_an_older_copy_of_the_secrets_lacks_is_taken_from_the_private_place(
    tmp_path: Path,
) -> None:
    root = create(tmp_path)
    before = (root / "secrets.bin").read_bytes()
    at_the_project(tmp_path, root, cut_short)
    key = at_the_project(tmp_path, root, erasure_key)
    (root / "secrets.bin").write_bytes(before)
    assert at_the_project(tmp_path, root, erasure_key) == key


def test_an_archive_of_the_log_is_named_among_what_was_handed_out(tmp_path: Path) -> None:
    root = lived_in(tmp_path)

    def look(project: Project) -> list[str]:
        cut_short(project)
        project.audit.append(
            login="ole", name="Ole Holm", workstation="desk-2", verb=ARCHIVE_VERB,
            entity="audit", result="done",
        )  # fmt: skip
        (stone,) = project.erasures.all()
        return handed_out(project, stone, Finder(erasure_key(project), stone.names))

    lines = at_the_project(tmp_path, root, look)
    assert [line.split(" ", 2)[2] for line in lines] == [f"{ARCHIVE_VERB} audit, Ole Holm"]


@pytest.mark.parametrize(
    ("devices", "named"),
    [
        ('{"devices": "all"}', True),
        ('{"devices": ["%s"]}', True),
        ('{"devices": ["other"]}', False),
        ("no JSON", True),
    ],
)
def test_a_file_of_samples_is_named_where_his_meter_may_be_in_it(
    tmp_path: Path, devices: str, named: bool
) -> None:
    root = lived_in(tmp_path)

    def look(project: Project) -> list[str]:
        cut_short(project)
        (stone,) = project.erasures.all()
        (meter, *_others) = stone.meters
        new = devices % meter.meter if "%s" in devices else devices
        project.audit.append(
            login="ole", name="Ole Holm", workstation="desk-2", verb=SAMPLES_VERB,
            entity="2 devices", new=new, result="96 samples",
        )  # fmt: skip
        return handed_out(project, stone, Finder(erasure_key(project), stone.names))

    lines = at_the_project(tmp_path, root, look)
    assert any(SAMPLES_VERB in line for line in lines) is named


def test_files_of_every_night_are_named_once_for_each_plan(tmp_path: Path) -> None:
    root = lived_in(tmp_path)
    plans = ("/billing, daily at 3:00", "/reports, daily at 4:00")

    def look(project: Project) -> list[str]:
        cut_short(project)
        (stone,) = project.erasures.all()
        for night in range(6):
            project.audit.append(
                login="", name="Heatdesk", workstation="", verb=SCHEDULED_VERB,
                entity="scheduled export", new=plans[night // 4],
                result="written: samples.csv (1)" if night % 4 else "failed",
            )  # fmt: skip
        return handed_out(project, stone, Finder(erasure_key(project), stone.names))

    lines = at_the_project(tmp_path, root, look)
    named = [line.split(" ", 2)[2] for line in lines if SCHEDULED_VERB in line]
    assert sorted(named) == [f"{SCHEDULED_VERB} {plan}, Heatdesk" for plan in plans]


def test_what_was_cut_short_gets_its_record_once_and_is_not_done_again(
    tmp_path: Path,
) -> None:
    root = lived_in(tmp_path)

    def begun(project: Project) -> str:
        him = cut_short(project)
        project.audit.append(
            login="ole", name="Ole Holm", workstation="desk-2", verb="customers.erase",
            entity=f"customer {him}", reason="asked by authority; case 2026-17",
            result="erasure e-1",
        )  # fmt: skip
        return him

    him = at_the_project(tmp_path, root, begun)

    def finish(project: Project) -> ErasureProof:
        assert stay_erased(project) == []
        (stone,) = project.erasures.all()
        assert stone.proof is not None
        (entry,) = project.audit.of_entities("customers.erased", f"customer {him}")
        assert (entry.login, entry.new) == ("ole", stone.proof.digest)
        return stone.proof

    proof = at_the_project(tmp_path, root, finish)
    assert (proof.customer, proof.done_by, proof.workstation) == (him, "Ole Holm", "desk-2")
    assert (proof.asked_by, proof.case) == (AskedBy.AUTHORITY, "2026-17")
    assert proof.digest == digest_of_proof(proof)
    assert (proof.counts["readings"], proof.sums_checked) == (8, 0)

    def again(project: Project) -> int:
        before = project.audit.entries(1)[0].seq
        assert stay_erased(project) == []
        assert [each.proof for each in project.erasures.all()] == [proof]
        assert project.audit.verify() == ""
        return project.audit.entries(1)[0].seq - before

    assert at_the_project(tmp_path, root, again) == 0, "nothing is done twice"


def test_killed_between_his_documents_and_their_rows_none_of_either_stays(
    tmp_path: Path,
) -> None:
    root = lived_in(tmp_path)

    def begun(project: Project) -> None:
        cut_short(project)
        project.documents.file(
            b"two of them", "keys.txt", title="Keys", kind="document", created_by="Ole",
            device=FLAT,
        )  # fmt: skip

    at_the_project(tmp_path, root, begun)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.personal.applying.wipe", killed)
        with pytest.raises(KeyboardInterrupt):
            at_the_project(tmp_path, root, stay_erased)
    at_the_project(tmp_path, root, stay_erased)
    assert at_the_project(tmp_path, root, lambda each: each.documents.all()) == []
    assert not [each for each in (root / "documents").rglob("*") if each.is_file()]


def test_a_project_whose_list_is_rotten_is_given_back_and_opens_without_the_list(
    tmp_path: Path,
) -> None:
    root = create(tmp_path)
    (root / "erasures.json").write_text('{"tombstones": [5]}', "utf-8")
    with pytest.raises(StoreBroken, match=r"erasures\.json is damaged .* move it away"):
        keep_erased(opened(tmp_path, root))
    (root / "erasures.json").unlink()
    with closing(opened(tmp_path, root)) as project:  # nobody holds it
        keep_erased(project)

"""What somebody wishes erased is looked at first; what cannot be proved is not begun."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.asked import Note
from app.errors import BadInput, Conflict, NotPermitted
from app.history.store import EmbeddedHistory
from app.model.customer import AskedBy, Customer, ErasureWish, Tenancy
from app.model.reading import DeviceId
from app.personal.erasing import LONGEST_CASE
from app.personal.proving import digest_of_proof
from app.personal.service import CustomerService
from app.project.opening import Project
from app.project.service import ProjectService
from tests.app.project.sites import OLE, PASSWORD, Ticking, create, device, link, opened
from tests.plant import LUND, NOON

FLAT = DeviceId("ahornvej-14")
SINCE = datetime(2026, 1, 2, tzinfo=UTC)
WHO = replace(LUND, login=OLE.login, name=OLE.name)
LATER = timedelta(days=1)


@dataclass
class Office:
    """The services that keep residents, and one resident."""

    kept: Project
    project: ProjectService
    customers: CustomerService
    him: Customer

    def wish(self, **changes: object) -> ErasureWish:
        """What he asks for."""
        given: dict[str, object] = {"asked_by": AskedBy.RESIDENT, "case": "2026-17"}
        return ErasureWish(self.him.id, self.him.version, **(given | changes))  # type: ignore[arg-type]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    kept = opened(tmp_path, create(tmp_path))
    project = ProjectService(kept)
    await project.put_link(LUND, link())
    await project.put_device(LUND, device())
    tomorrow = Ticking(NOON + LATER)
    with closing(EmbeddedHistory(kept.folder.history)) as history:
        served = CustomerService(kept, project.changes, history, lambda _own: None, tomorrow)
        him = await served.put_customer(
            WHO, Customer("", "Mads Østerlund", "KV-204177", meters=(Tenancy(FLAT, SINCE),))
        )
        yield Office(kept, project, served, him)
    kept.close()


def log(office: Office) -> list[str]:
    """What the activity log tells of erasures, newest first."""
    return [each.verb for each in office.kept.audit.entries(20) if ".eras" in each.verb]


@pytest.mark.parametrize(
    "case",
    [
        "x" * (LONGEST_CASE + 1),
        "Mads Østerlund",
        "letter of MADS ØSTERLUND, May",
        "contract kv-204177",
        "as Østerlund, Mads asked",
    ],
)
async def test_a_case_that_names_him_or_tells_a_story_is_refused(
    office: Office, case: str
) -> None:
    for ask in (
        office.customers.traces(WHO, office.wish(case=case)),
        office.customers.erase(WHO, office.wish(case=case), PASSWORD),
    ):
        with pytest.raises(BadInput, match="names nobody"):
            await ask
    assert await office.customers.customers(WHO) == [office.him]
    assert log(office) == []


async def test_the_longest_case_is_taken_and_looking_changes_nothing(office: Office) -> None:
    before = office.kept.configuration.current().version.number
    await office.project.keep_note(WHO, Note("", FLAT, "Mads Østerlund has the key"))
    wish = office.wish(case="x" * LONGEST_CASE)
    first = await office.customers.traces(WHO, wish)
    assert first == await office.customers.traces(WHO, wish)
    assert first.counts == {"customer records": 2, "notes": 1}
    assert await office.customers.customers(WHO) == [office.him]
    assert office.kept.configuration.current().version.number == before
    assert office.kept.erasures.all() == []
    assert log(office) == []


async def test_a_wrong_password_or_an_outdated_wish_erases_nobody(office: Office) -> None:
    with pytest.raises(NotPermitted):
        await office.customers.erase(WHO, office.wish(), f"{PASSWORD}!")
    await office.customers.put_customer(WHO, replace(office.him, phone="20715543"))
    with pytest.raises(Conflict, match="open it again"):
        await office.customers.erase(WHO, office.wish(), PASSWORD)
    assert len(await office.customers.customers(WHO)) == 1
    assert await office.customers.proofs(WHO) == []
    assert log(office) == []


async def test_an_erasure_is_begun_and_ended_in_the_log_and_none_can_be_asked_for_again(
    office: Office,
) -> None:
    note = await office.project.keep_note(WHO, Note("", FLAT, "Lillemor has the key"))
    wish = office.wish(also=("Lillemor",), asked_by=AskedBy.AUTHORITY)
    proof = await office.customers.erase(WHO, wish, PASSWORD)
    assert (proof.customer, proof.done_by, proof.asked_by) == (
        office.him.id,
        OLE.name,
        AskedBy.AUTHORITY,
    )
    assert proof.counts["customer records"] == 2
    assert proof.left == ()
    assert await office.customers.proofs(WHO) == [proof]
    assert log(office) == ["customers.erased", "customers.erase"]
    with pytest.raises(BadInput, match="there is no customer"):
        await office.customers.erase(WHO, wish, PASSWORD)
    with pytest.raises(BadInput, match="there is no customer"):
        await office.customers.personal_data(WHO, office.him.id)
    assert all(each.id != note.id for each in await office.project.notes(WHO, FLAT))
    assert office.kept.audit.verify() == ""


async def test_a_word_he_is_called_besides_is_put_out_of_what_others_wrote(
    office: Office,
) -> None:
    await office.project.put_device(WHO, device("elmevej-2", 2))
    await office.project.keep_note(WHO, Note("", DeviceId("elmevej-2"), "ask Lillemor Jensen"))
    await office.customers.erase(WHO, office.wish(also=("Lillemor Jensen",)), PASSWORD)
    (left,) = await office.project.notes(WHO, DeviceId("elmevej-2"))
    assert left.text == "ask [erased]"


async def test_any_word_of_a_proof_that_is_changed_is_seen(office: Office) -> None:
    proof = await office.customers.erase(WHO, office.wish(), PASSWORD)
    assert digest_of_proof(proof) == proof.digest
    for changed in (
        replace(proof, case="2026-18"),
        replace(proof, at=proof.at + LATER),
        replace(proof, asked_by=AskedBy.OPERATOR),
        replace(proof, counts={**proof.counts, "notes": 7}),
        replace(proof, left=("documents/a.pdf",)),
        replace(proof, done_by="Somebody"),
    ):
        assert digest_of_proof(changed) != proof.digest

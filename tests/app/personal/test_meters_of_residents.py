"""A resident has meters that are there; one that was taken out stays with whom it was."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import BadInput, NotPermitted
from app.history.store import EmbeddedHistory
from app.model.customer import Customer, Tenancy
from app.model.reading import DeviceId
from app.personal.service import CustomerService
from app.project.opening import Project
from app.project.service import ProjectService
from tests.app.project.sites import Ticking, create, device, link, opened
from tests.plant import GUEST, LUND

SPRING = datetime(2026, 3, 1, tzinfo=UTC)
FLAT = DeviceId("ahornvej-14")
MADS = Customer("", "Mads Riis", meters=(Tenancy(FLAT, SPRING),))


@dataclass
class Office:
    """The services that keep residents and their meters."""

    kept: Project
    project: ProjectService
    customers: CustomerService


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    kept = opened(tmp_path, create(tmp_path))
    project = ProjectService(kept)
    await project.put_link(LUND, link())
    await project.put_device(LUND, device())
    with closing(EmbeddedHistory(kept.folder.history)) as history:
        served = CustomerService(kept, project.changes, history, lambda _own: None, Ticking())
        yield Office(kept, project, served)
    kept.close()


async def test_nobody_is_given_a_meter_that_is_not_there(office: Office) -> None:
    lost = (Tenancy("ahornvej-15", SPRING),)
    with pytest.raises(BadInput, match="there is no device ahornvej-15"):
        await office.customers.put_customer(LUND, replace(MADS, meters=lost))
    made = await office.customers.put_customer(LUND, MADS)
    with pytest.raises(BadInput, match="there is no device ahornvej-15"):
        await office.customers.put_customer(LUND, replace(made, meters=(*made.meters, *lost)))
    assert await office.customers.customers(LUND) == [made]


async def test_a_meter_that_was_taken_out_stays_with_whom_it_was(office: Office) -> None:
    made = await office.customers.put_customer(LUND, MADS)
    await office.project.remove_device(LUND, FLAT)
    ended = replace(made, meters=(Tenancy(FLAT, SPRING, SPRING.replace(month=6)),))
    kept = await office.customers.put_customer(LUND, ended)
    assert kept.meters == ended.meters
    with pytest.raises(BadInput, match="there is no device ahornvej-14"):
        await office.customers.put_customer(LUND, replace(MADS, name="Anna"))


async def test_the_log_tells_which_fields_and_never_what_stands_in_them(
    office: Office,
) -> None:
    made = await office.customers.put_customer(LUND, replace(MADS, phone="20715543"))
    changed = replace(made, phone="20715544", remark="has a dog")
    await office.customers.put_customer(LUND, changed)
    last, first = office.kept.audit.entries(2)
    assert (last.verb, last.entity) == ("customers.put_customer", f"customer {made.id}")
    assert (last.new, last.result) == ("phone, remark", "version 2")
    assert first.result == "version 1"
    assert not any(word in f"{last}{first}" for word in ("Mads", "2071", "dog"))


async def test_who_may_not_keep_residents_is_told_so_and_nothing_is_kept(
    office: Office,
) -> None:
    for ask in (
        lambda: office.customers.put_customer(GUEST, MADS),
        lambda: office.customers.customers(GUEST),
        lambda: office.customers.proofs(GUEST),
        lambda: office.customers.personal_data(GUEST, "c-1"),
    ):
        with pytest.raises(NotPermitted):
            await ask()
    assert await office.customers.customers(LUND) == []

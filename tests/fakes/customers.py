"""Residents as a page asks for them: kept in a list, erased by leaving it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.errors import Conflict, NotPermitted, PlantError
from app.model.customer import (
    AskedBy,
    Customer,
    ErasureProof,
    ErasureWish,
    PersonalTraces,
    Tenancy,
)
from app.verbs import Viewer
from tests.fakes.smallplant import NOON

PASSWORD = "correct horse battery"


def some_customers() -> list[Customer]:
    """Two residents of one house, one of whom moved out."""
    begun = NOON - timedelta(days=700)
    left = NOON - timedelta(days=30)
    return [
        Customer(
            "c-5f03a1",
            "Mads Riis",
            "K-20417",
            "mads.riis@example.dk",
            "+45 20 12 34 56",
            meters=(Tenancy("ahornvej-14", begun, left),),
            version=2,
        ),
        Customer("c-77e2b0", "Ingrid Holm", meters=(Tenancy("ahornvej-22", begun),), version=1),
    ]


class FakeCustomers:
    """Answers what it was given, or fails once."""

    def __init__(self, known: Sequence[Customer]) -> None:
        self.known = list(known)
        self.wishes: list[ErasureWish] = []
        self.made: list[ErasureProof] = []
        self.fails: PlantError | None = None

    async def customers(self, viewer: Viewer) -> Sequence[Customer]:
        if self.fails is not None:
            raise self.fails
        return self.known

    async def customer_versions(self, viewer: Viewer, customer: str) -> Sequence[Customer]:
        return [each for each in self.known if each.id == customer]

    async def put_customer(
        self, viewer: Viewer, customer: Customer, note: str = ""
    ) -> Customer:
        made = replace(customer, id=customer.id or "c-0000aa", version=customer.version + 1)
        before = [each for each in self.known if each.id == customer.id]
        if before and before[0].version != customer.version:
            raise Conflict("somebody changed this customer meanwhile: open it again")
        self.known = [each for each in self.known if each.id != made.id] + [made]
        return made

    async def personal_data(self, viewer: Viewer, customer: str, language: str = "en") -> bytes:
        return b"PK packed"

    async def traces(self, viewer: Viewer, wish: ErasureWish) -> PersonalTraces:
        counts = {"customer records": 3, "readings": 64_000, "notes": 2, "texts": 4}
        return PersonalTraces(counts, 24, ("2026-01-10 09:00 Commissioning report, K. Lund",))

    async def erase(self, viewer: Viewer, wish: ErasureWish, password: str) -> ErasureProof:
        if password != PASSWORD:
            raise NotPermitted("this is not your password")
        self.wishes.append(wish)
        self.known = [each for each in self.known if each.id != wish.customer]
        self.made.insert(0, some_proof(wish.customer, wish.asked_by, wish.case))
        return self.made[0]

    async def proofs(self, viewer: Viewer) -> Sequence[ErasureProof]:
        return self.made


def some_proof(
    customer: str = "c-5f03a1", asked_by: AskedBy = AskedBy.RESIDENT, case: str = "2026-17"
) -> ErasureProof:
    """What is left of somebody."""
    return ErasureProof(
        "e-91c2f0",
        NOON,
        customer,
        "K. Lund",
        "desk-1",
        asked_by,
        case,
        {"customer records": 3, "readings": 64_000, "notes": 2, "texts": 4},
        24,
        "ab" * 32,
        (),
        ("2026-01-10 09:00 Commissioning report, K. Lund",),
        "cd" * 32,
    )

"""What may be asked about residents and their personal data, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.customer import Customer, ErasureProof, ErasureWish, PersonalTraces
from app.verbs import Viewer


class CustomerVerbs(Protocol):
    """Residents: kept sealed, handed out on request, erased for good."""

    async def customers(self, viewer: Viewer) -> Sequence[Customer]:
        """Return everybody, by name."""
        ...

    async def customer_versions(self, viewer: Viewer, customer: str) -> Sequence[Customer]:
        """Return a resident as each version had him, newest first."""
        ...

    async def put_customer(
        self, viewer: Viewer, customer: Customer, note: str = ""
    ) -> Customer:
        """Add a resident (without an id) or change one; `Conflict` when outdated."""
        ...

    async def personal_data(self, viewer: Viewer, customer: str, language: str = "en") -> bytes:
        """Return all that is kept of a resident as a ZIP of JSON, CSV, XLSX and documents."""
        ...

    async def traces(self, viewer: Viewer, wish: ErasureWish) -> PersonalTraces:
        """Return what an erasure would take, and change nothing."""
        ...

    async def erase(self, viewer: Viewer, wish: ErasureWish, password: str) -> ErasureProof:
        """Erase a resident for good; ``password`` is the viewer's own, asked once more.

        Takes seconds to minutes. `Conflict` when he was changed after he was seen.
        """
        ...

    async def proofs(self, viewer: Viewer) -> Sequence[ErasureProof]:
        """Return what shows that somebody was erased, newest first."""
        ...

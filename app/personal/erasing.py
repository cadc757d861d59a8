"""Plans and carries out the erasure of one resident, step by step, each safe to repeat."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.errors import BadInput, Conflict
from app.model.customer import (
    KINDS_OF_TRACES,
    Customer,
    ErasureProof,
    ErasureWish,
    PersonalTraces,
)
from app.model.reading import DeviceId
from app.personal.applying import Applying
from app.personal.handedout import handed_out
from app.personal.proving import proof_of, why_of, with_digest
from app.personal.reaching import changing
from app.personal.site import Site
from app.personal.staying import applying_for, erasure_key, finished_by
from app.ports import Clock, Deed
from app.project.callname import Finder, call_names
from app.project.erasures import Tombstone
from app.project.opening import Project
from app.project.residentrows import count_rows, named_documents
from app.project.upgrade import CONFIG, JOURNAL
from app.words import _

LONGEST_CASE = 60
_MOST_EXPORTS = 200
_OWN = Deed(login="", name="Heatdesk", workstation="", verb="", entity="audit")


@dataclass(frozen=True, slots=True)
class Erasing:
    """Works on an open project; methods block, so call them outside the core's loop."""

    project: Project
    site: Callable[[], Site]
    now: Clock

    def traces(self, wish: ErasureWish) -> PersonalTraces:
        """Count what would go."""
        stone = self._planned(wish, erasure_key(self.project))
        site = self.site()
        finder = Finder(erasure_key(self.project), stone.names)
        counts = Counter({"readings": self._readings(site, stone)})
        for schema in (CONFIG, JOURNAL):
            with changing(self.project.databases, schema) as rows:
                counts += count_rows(rows, stone)
                counts["documents"] += len(named_documents(rows, stone, finder))
        sums, _digest = site.sums(stone.meters)
        return PersonalTraces(
            {kind: counts[kind] for kind in KINDS_OF_TRACES if counts[kind]},
            len({each.month for each in sums}),
            tuple(handed_out(self.project, stone, finder)[:_MOST_EXPORTS]),
        )

    def erase(self, wish: ErasureWish, deed: Deed) -> ErasureProof:
        """Erase somebody and return the proof; `BadInput` when a sum would change.

        The tombstone is on the disk before anything goes: what a kill leaves undone is
        done when the project is opened again.
        """
        key = erasure_key(self.project)
        begun = [each for each in self._cut_short() if each.customer == wish.customer]
        stone = begun[0] if begun else self._planned(wish, key)
        _require_case(wish, key, stone)
        site, finder = self.site(), Finder(key, stone.names)
        sums, digest = site.sums(stone.meters)
        if site.sums(stone.meters, reduced=True)[1] != digest:
            raise BadInput(
                _("nothing was erased: the monthly sums of the building would change")
            )
        exports = tuple(handed_out(self.project, stone, finder)[:_MOST_EXPORTS])
        self.project.audit.append(
            **_deed(
                deed,
                "customers.erase",
                stone,
                reason=why_of(wish),
                result=f"erasure {stone.id}",
            )
        )
        self.project.erasures.keep([stone], key)
        applying = applying_for(self.project, site.history, key, deed)
        done = applying.apply(stone)
        if site.sums(stone.meters)[1] != digest:
            done.left.append(_("the sums of the building are no longer the same"))
        proof = proof_of(stone, wish, deed, done.counts, done.left)
        proof = with_digest(
            replace(proof, sums_checked=len(sums), sums_digest=digest, exports=exports)
        )
        finished = replace(stone, proof=proof)
        self.project.erasures.keep([finished], key)
        self.project.customers.keep_erasure(stone.id, stone.at, finished.text())
        self.project.audit.keep(
            **_deed(deed, "customers.erased", stone, result="done", new=proof.digest)
        )
        return proof

    def go_on(self) -> None:
        """Finish what could not be when it was begun; `StoreBroken` while it still cannot."""
        key, deed = erasure_key(self.project), Deed(**_OWN)
        applying = applying_for(self.project, self.site().history, key, deed)
        for stone in self._cut_short():
            finished = finished_by(self.project, stone, applying.apply(stone))
            self.project.erasures.keep([finished], key)
            self.project.customers.keep_erasure(stone.id, stone.at, finished.text())

    def _cut_short(self) -> list[Tombstone]:
        return [each for each in self.project.erasures.all() if each.proof is None]

    def proofs(self) -> list[ErasureProof]:
        """Return what was carried out, newest first."""
        proofs = [each.proof for each in self.project.erasures.all() if each.proof is not None]
        return sorted(proofs, key=lambda each: each.at, reverse=True)

    def _planned(self, wish: ErasureWish, key: bytes) -> Tombstone:
        customer = self.project.customers.get(wish.customer)
        if customer.version != wish.version:
            raise Conflict(_("somebody changed this customer meanwhile: open it again"))
        stone = self.planned(customer, wish.also)
        _require_case(wish, key, stone)
        return stone

    def planned(self, customer: Customer, also: Sequence[str]) -> Tombstone:
        """Return what an erasure of a resident would take: his meters, periods, names."""
        older = self.project.customers.versions(customer.id)
        called = {word for each in [customer, *older] for word in each.called} | {*also}
        names = call_names(erasure_key(self.project), sorted(called))
        now = self.now()
        meters = self.site().meters_of(_with_all_meters(customer, older), now)
        own = f"e-{secrets.token_hex(6)}"
        zone = self.site().plant.zone
        return Tombstone(own, now, customer.id, zone, meters, names)

    def _readings(self, site: Site, stone: Tombstone) -> int:
        count = 0
        hands = Applying(self.project.folder, site.history, b"", b"", lambda _f, _s: 0)
        for meter in stone.meters:
            kept = sum(map(len, hands.kept(meter, site.zone).values()))
            points = site.history.points_of(DeviceId(meter.meter))
            for stream in ("quarter", "fast"):
                held = site.history.ranges(points, meter.since, meter.until, stream)
                count += sum(len(each.times_ms) for each in held)
            count -= kept
        return count


def _require_case(wish: ErasureWish, key: bytes, stone: Tombstone) -> None:
    if len(wish.case) > LONGEST_CASE or Finder(key, stone.names).finds(wish.case):
        raise BadInput(_("the case is a short reference, and names nobody"))


def _with_all_meters(customer: Customer, older: Sequence[Customer]) -> Customer:
    """Return him with every meter he ever had; the newest word on a period holds."""
    found = {(each.meter, each.since): each for each in customer.meters}
    for version in older:
        for each in version.meters:
            if all(each.meter != meter for meter, _since in found):
                found[each.meter, each.since] = each
    return replace(customer, meters=tuple(found.values()))


def _deed(deed: Deed, verb: str, stone: Tombstone, **what: str) -> Deed:
    said = deed.copy()
    said["verb"], said["entity"] = verb, f"customer {stone.customer}"
    said.update(what)  # type: ignore[typeddict-item]  # keys checked by the callers
    return said

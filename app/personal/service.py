"""Residents as screens and commands may ask for them."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from app.errors import BadInput, StoreBroken
from app.history.history import History
from app.model.customer import Customer, ErasureProof, ErasureWish, PersonalTraces
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId
from app.model.second import Danger
from app.model.version import Thing, ThingKind
from app.personal.erasing import Erasing
from app.personal.export import packed
from app.personal.formerways import FormerWay, ways_of
from app.personal.site import Site
from app.personal.staying import erasure_key
from app.ports import Clock, Deed
from app.project.callname import Finder
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.reports.words import Words
from app.verbs import Capability, Viewer, verb
from app.words import _

GO_ON_S = 10.0  # until what could not be erased is tried again
_log = logging.getLogger(__name__)
_FIELDS = ("name", "number", "email", "phone", "address", "remark", "meters")


class CustomerService:
    """Fulfils `app.asked.CustomerVerbs`; on the core's loop, its work aside.

    Residents are seen whole or not at all, whatever meters are theirs. Nothing of what
    is personal goes into the audit: it tells which fields changed, of whose number.
    """

    def __init__(
        self,
        project: Project,
        desk: ChangeDesk,
        history: History,
        profile_of: Callable[[DeviceId], Profile | None],
        now: Clock,
    ) -> None:
        self._project, self._desk, self._history = project, desk, history
        self._profile_of, self._now = profile_of, now
        self._erasing = Erasing(project, self._site, now)
        self._one_at_a_time = asyncio.Lock()
        self._cut_short = False

    @verb(Capability.KEEP_CUSTOMERS, whole=True, reads=True)
    async def customers(self, viewer: Viewer) -> Sequence[Customer]:
        """Return everybody, by name."""
        return await self._desk.work(self._project.customers.all)

    @verb(Capability.KEEP_CUSTOMERS, whole=True, reads=True)
    async def customer_versions(self, viewer: Viewer, customer: str) -> Sequence[Customer]:
        """Return a resident as each version had him, newest first."""
        return await self._desk.work(lambda: self._project.customers.versions(customer))

    @verb(Capability.KEEP_CUSTOMERS, whole=True)
    async def put_customer(
        self, viewer: Viewer, customer: Customer, note: str = ""
    ) -> Customer:
        """Add a resident (without an id) or change one; `Conflict` when outdated."""

        def work() -> Customer:
            customers = self._project.customers
            before = customers.get(customer.id) if customer.id else None
            self._require_meters(customer, before)
            with self._desk.before(viewer, "customers.put_customer") as tell:
                return customers.put(
                    customer,
                    viewer.name,
                    note,
                    lambda made: tell(
                        f"customer {made.id}",
                        new=", ".join(_changed(before, made)),
                        result=f"version {made.version}",
                    ),
                )

        return await self._desk.deed(work)

    @verb(Capability.KEEP_CUSTOMERS, whole=True, reads=True)
    async def personal_data(self, viewer: Viewer, customer: str, language: str = "en") -> bytes:
        """Return all that is kept of a resident as a ZIP; the audit has it."""

        def work() -> bytes:
            known = self._project.customers.get(customer)
            stone = self._erasing.planned(known, ())
            finder = Finder(erasure_key(self._project), stone.names)
            made = (self._now(), viewer.name)
            words = Words(language)
            content = packed(self._project, self._site(), known, stone, finder, made, words)
            self._desk.audit(
                viewer,
                "customers.personal_data",
                f"customer {customer}",
                result=f"{len(content)} bytes",
            )
            return content

        return await asyncio.to_thread(work)

    @verb(Capability.ERASE_CUSTOMERS, whole=True, reads=True)
    async def traces(self, viewer: Viewer, wish: ErasureWish) -> PersonalTraces:
        """Return what an erasure would take, and change nothing."""
        return await asyncio.to_thread(self._erasing.traces, wish)

    @verb(Capability.ERASE_CUSTOMERS, whole=True, danger=Danger.ERASE)
    async def erase(self, viewer: Viewer, wish: ErasureWish, password: str) -> ErasureProof:
        """Erase a resident for good; ``password`` is the viewer's own, asked once more."""
        await self._desk.work(lambda: self._project.door.confirm(viewer, password))
        deed = Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb="",
            entity="",
        )
        async with self._one_at_a_time:
            await self._desk.work(self._project.audit.admit)
            try:
                proof = await asyncio.shield(asyncio.to_thread(self._erasing.erase, wish, deed))
            except StoreBroken as error:
                self._cut_short = True
                later = _("{fault}. What is left of the erasure is done as soon as it can be")
                await self._desk.reread()
                raise StoreBroken(later.format(fault=error)) from error
            await self._desk.reread()
        return proof

    async def run(self) -> None:
        """Let what a full disk cut short be finished as soon as there is room."""
        while True:
            await asyncio.sleep(GO_ON_S)
            if not self._cut_short:
                continue
            async with self._one_at_a_time:
                try:
                    await asyncio.to_thread(self._erasing.go_on)
                except StoreBroken as error:
                    _log.warning("an erasure waits to be finished: %s", error)
                    continue
                self._cut_short = False
                await self._desk.reread()

    @verb(Capability.KEEP_CUSTOMERS, whole=True, reads=True)
    async def proofs(self, viewer: Viewer) -> Sequence[ErasureProof]:
        """Return what shows that somebody was erased, newest first."""
        return await self._desk.work(self._erasing.proofs)

    def _site(self) -> Site:
        return Site(self._desk.present.config, self._history, self._specs, self._ways)

    def _ways(self, meter: str) -> Sequence[FormerWay]:
        return ways_of(self._project.stories.versions(Thing(ThingKind.DEVICE, meter)))

    def _specs(self, device: str) -> Mapping[str, PointSpec]:
        profile = self._profile_of(DeviceId(device))
        return {} if profile is None else profile.points

    def _require_meters(self, customer: Customer, before: Customer | None) -> None:
        """A meter that was taken out stays with whom it was; a new one must be there."""
        known = {each.meter for each in before.meters} if before else set[str]()
        for each in customer.meters:
            there = DeviceId(each.meter) in self._desk.present.config.devices
            if not there and each.meter not in known:
                raise BadInput(_("there is no device {device}").format(device=each.meter))


def _changed(before: Customer | None, made: Customer) -> list[str]:
    """Return the names of the fields that changed."""
    return [
        name
        for name in _FIELDS
        if before is None or getattr(before, name) != getattr(made, name)
    ]

"""Meters of a bus searched for and added to the project: one search at a time."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, runtime_checkable

from app.acquisition.service import Acquisition, link_of
from app.errors import BadInput, PlantError
from app.model.device import DeviceConfig, LinkConfig, Option
from app.model.reading import DeviceId
from app.model.scan import (
    ScanFound,
    ScanPick,
    ScanProgress,
    ScanStanding,
    ScanState,
    ScanSteer,
    ScanWish,
)
from app.ports import Clock, DriverType, Link
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.names import slug
from app.verbs import Capability, Viewer, verb
from app.words import _

PROFILE = "generic.mbus"
BY_SECONDARY = 253  # the unit of a device whose options say its secondary address
_UNDER_WAY = frozenset({ScanState.RUNNING, ScanState.PAUSED})
_LONGEST_ID = 40
_log = logging.getLogger(__name__)


class Searching(Protocol):
    """A search for devices on a line; on the core's loop."""

    async def run(self) -> None:
        """Search to the end; raises `DeviceUnreachable` when the line is lost."""
        ...

    def rest(self, *, resting: bool) -> None:
        """Stop asking, with the line free for others, or go on."""
        ...

    def progress(self) -> ScanProgress:
        """Return how far it has come and what was found."""
        ...


@runtime_checkable
class Searchable(Link, Protocol):
    """A line whose devices can be found by asking."""

    def search(self, wish: ScanWish) -> Searching:
        """Return a search that has not begun; raises `BadInput` for what cannot be."""
        ...


class ScanService:
    """A `ScanVerbs`; lives on the core's loop.

    The search shares a line that is running with its readouts; a line of its own is opened
    for it alone.
    """

    def __init__(
        self,
        acquisition: Acquisition,
        drivers: Mapping[str, DriverType],
        desk: ChangeDesk,
        clock: Clock,
    ) -> None:
        self._acquisition, self._drivers = acquisition, drivers
        self._desk, self._clock = desk, clock
        self._standing = ScanStanding()
        self._search: Searching | None = None
        self._task: asyncio.Task[None] | None = None

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def begin(self, viewer: Viewer, wish: ScanWish) -> None:
        """Begin a search; see `ScanVerbs.begin`.

        Raises:
            BadInput: One is under way, or its line or its numbers cannot be.
            StoreBroken: The activity log cannot be written.
        """
        if self._standing.state in _UNDER_WAY:
            raise BadInput(_("a search is under way already; end it first"))
        link, own = self._line(wish.link)
        if not isinstance(link, Searchable):
            raise BadInput(
                _("{line}: its devices cannot be searched for").format(line=wish.link.name)
            )
        search = link.search(wish)
        told, before = f"{wish.link.kind} {wish.within}", self._standing
        # Stands at once: a second click comes while the log is written.
        self._standing = begun = ScanStanding(ScanState.RUNNING, wish, by=viewer.name)
        is_written = False
        try:
            await self._desk.deed(
                lambda: self._desk.audit(
                    viewer, "scan.begin", f"link {wish.link.name}", new=told, result="begun"
                )
            )
            is_written = True
        finally:
            if not is_written and self._standing is begun:
                self._standing = before
        self._search = search
        self._task = asyncio.create_task(self._run(search, link, own=own), name="bus search")
        self._task.add_done_callback(partial(self._over, search))

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def steer(self, viewer: Viewer, how: ScanSteer) -> ScanStanding:
        """Let the search rest, go on or end; see `ScanVerbs.steer`."""
        if self._search is None or self._standing.state not in _UNDER_WAY:
            raise BadInput(_("no search is under way"))
        if how is ScanSteer.CANCEL:
            await self._stop()
            self._end(ScanState.CANCELLED)
        else:
            resting = how is ScanSteer.PAUSE
            self._search.rest(resting=resting)
            state = ScanState.PAUSED if resting else ScanState.RUNNING
            self._standing = replace(self._standing, state=state)
        return self._told()

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def standing(self, viewer: Viewer) -> ScanStanding:
        """Return how the newest search stands, with what it found."""
        return self._told()

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def take(
        self, viewer: Viewer, picks: Sequence[ScanPick], area: str = ""
    ) -> Sequence[DeviceId]:
        """Add found meters to the project in one change; see `ScanVerbs.take`.

        Raises:
            BadInput: None is named, one was not found, is there already, or has no name.
        """
        if self._standing.state in _UNDER_WAY:
            raise BadInput(_("a search is under way already; end it first"))
        wish, added = self._standing.wish, list[DeviceId]()
        found = {each.secondary: each for each in self._told().progress.found}
        if wish is None or not picks:
            raise BadInput(_("choose the meters to be added"))
        for pick in picks:
            if pick.secondary not in found:
                raise BadInput(
                    _("{meter} was not found by this search").format(meter=pick.secondary)
                )

        def mutate(plant: PlantConfig) -> PlantConfig:
            added.clear()
            made = plant if wish.link.id in plant.links else plant.with_link(wish.link)
            for pick in picks:
                device = _device_of(made, wish, found[pick.secondary], pick.name, area)
                made = made.with_device(device)
                added.append(device.id)
            return made

        await self._desk.change(viewer, "take_meters", f"link {wish.link.id}", "", mutate)
        return tuple(added)

    async def _stop(self) -> None:
        """End a search; within the time of one answer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _line(self, config: LinkConfig) -> tuple[Link, bool]:
        """Return the line to search: the one that runs, or one of its own."""
        running = link_of(self._acquisition, config.id)
        if running is not None:
            return running, False
        driver = self._drivers.get(config.kind)
        if driver is None:
            raise BadInput(
                _("{line}: there is no driver of this kind").format(line=config.name)
            )
        return driver.link(config, self._clock), True

    async def _run(self, search: Searching, link: Link, *, own: bool) -> None:
        try:
            await link.open()
            await search.run()
        except PlantError as error:
            self._end(ScanState.FAILED, str(error))
        else:
            self._end(ScanState.DONE)
        finally:
            if own:
                await link.close()

    def _over(self, search: Searching, task: asyncio.Task[None]) -> None:
        """End a search that an error nobody named ended: it would be under way for ever.

        One that ended as it should is nobody's by now; the next may have begun.
        """
        if self._search is not search:
            return
        error = None if task.cancelled() else task.exception()
        if error is None:
            self._end(ScanState.CANCELLED)
            return
        _log.error("a search of a bus was ended by a fault of ours", exc_info=error)
        fault = _("a fault of Heatdesk itself: {kind}")
        self._end(ScanState.FAILED, fault.format(kind=type(error).__name__))

    def _end(self, state: ScanState, error: str = "") -> None:
        self._standing = replace(self._told(), state=state, error=error)
        self._search = None

    def _told(self) -> ScanStanding:
        now = self._standing
        if self._search is not None:
            now = replace(now, progress=self._search.progress())
        if now.wish is None:
            return now
        plant = self._desk.present.config
        there = {each.secondary: _known(plant, now.wish, each) for each in now.progress.found}
        known = tuple((name, device) for name, device in there.items() if device is not None)
        return replace(now, known=known)


def _known(plant: PlantConfig, wish: ScanWish, found: ScanFound) -> DeviceId | None:
    """Return the device that a meter is already, by its number or its address on the line."""
    for device in plant.devices.values():
        if device.link != wish.link.id:
            continue
        own = str(device.options.get("secondary") or "").strip().upper()
        if own and found.secondary.startswith(own):
            return device.id
        if not own and device.unit == found.primary:
            return device.id
    return None


def _device_of(
    plant: PlantConfig, wish: ScanWish, found: ScanFound, name: str, area: str
) -> DeviceConfig:
    if _known(plant, wish, found) is not None:
        raise BadInput(_("{meter} is in the project already").format(meter=found.secondary))
    called = name.strip() or found.suggested_name
    base = slug(called, _LONGEST_ID)
    own, count = base, 1
    while own in plant.devices:
        count += 1
        own = f"{base}-{count}"
    by_address = wish.by_primary and found.primary > 0
    options: dict[str, Option] = {} if by_address else {"secondary": found.secondary}
    if found.baud:
        options["baud"] = found.baud
    return DeviceConfig(
        DeviceId(own),
        called,
        area.strip(),
        wish.link.id,
        found.primary if by_address else BY_SECONDARY,
        PROFILE,
        serial=found.number,
        options=options,
    )

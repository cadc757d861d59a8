"""Samples in files, as commands may ask for them: taken out, judged, brought in as one."""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

from app.errors import BadInput, PlantError, missing
from app.history.exchange.judging import AHEAD, judged
from app.history.exchange.staging import Spans, Staging
from app.history.history import History
from app.history.schema import FAST, QUARTER
from app.model.counter import INDEX_ROLES
from app.model.device import DeviceConfig
from app.model.hardening import said
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, point_id, split_point
from app.ports import AuditTrail, Clock, Deed, HistoryStats, Sample
from app.sampleverbs import HandedOut, Part, PointFacts, Verdict
from app.verbs import Capability, Viewer, require, verb

_T = TypeVar("_T")
_MOST_IMPORTS = 32
_IDLE_S = 3600.0  # whoever brings nothing for so long has gone
_LONGEST_NAME = 200  # letters of a file's name
_MOST_NAMED = 1000  # devices that stand in one entry of the activity log


class ExchangeService:
    """`SampleVerbs` over a history; works in a thread of its own, never on the core's loop."""

    def __init__(
        self,
        history: History,
        folder: Path,
        devices: Callable[[], Mapping[DeviceId, DeviceConfig]],
        profile_of: Callable[[DeviceId], Profile | None],
        audit: AuditTrail,
        now: Clock,
        room: Callable[[], int],
    ) -> None:
        """``folder`` holds what is laid aside; ``room`` tells the bytes that may be filled."""
        self._history, self._folder, self._room = history, folder, room
        self._devices, self._profile_of = devices, profile_of
        self._audit, self._now = audit, now
        self._worker = ThreadPoolExecutor(1, "samples-in-and-out")
        self._under_way: dict[str, Staging] = {}
        self._last_used: dict[str, float] = {}
        # Hears of which points an import brought readings, and of which times; any thread.
        self.taken_in: Callable[[Spans], None] = lambda _spans: None

    @verb(Capability.SEE_HISTORY)
    async def points(self, viewer: Viewer) -> Sequence[PointFacts]:
        """Return every point there is or was, by name.

        Raises:
            StoreBroken: A file cannot be read.
        """
        devices = dict(self._devices())
        profiles = {device: self._profile_of(device) for device in devices}
        return await self._work(lambda: self._facts(devices, profiles))

    @verb(Capability.SEE_HISTORY)
    async def kept(
        self, viewer: Viewer, point: PointId, start: datetime, end: datetime
    ) -> Sequence[Sample]:
        """Return a point's samples of the kept stream, with all that is known of them.

        Raises:
            BadInput: A time without zone.
            StoreBroken: A file cannot be read.
        """
        if start.tzinfo is None or end.tzinfo is None:
            raise BadInput("a time of history must say its time zone")
        return await self._work(lambda: self._history.samples(point, start, end, QUARTER.name))

    @verb(Capability.SEE_HISTORY, whole=True)
    async def stats(self, viewer: Viewer) -> HistoryStats:
        """Count what is kept; reads through it, so it may take a while."""
        return await self._work(self._history.stats)

    @verb(Capability.SEE_HISTORY)
    async def keep_export(self, viewer: Viewer, out: HandedOut) -> None:
        """Write down that a file of samples was made."""
        devices = list(out.devices)
        whole = not set(self._devices()) - set(devices)
        one = len(devices) == 1
        new = {
            "file": out.file[:_LONGEST_NAME],
            "sha256": out.sha256[:64],
            "from": out.start.isoformat(),
            "to": out.end.isoformat(),
            "devices": "all" if whole or len(devices) > _MOST_NAMED else sorted(devices),
        }
        if out.interpolated:
            new["interpolated"] = str(out.interpolated)
        deed = self._deed(viewer, "keep_export")
        deed["entity"] = f"device {devices[0]}" if one else f"{len(devices)} devices"
        deed["new"] = json.dumps(new, ensure_ascii=False)
        deed["result"] = said("{count} samples").format(count=out.samples)
        await self._work(lambda: self._audit.append(**deed))

    @verb(Capability.EDIT_DEVICES)
    async def add_import(self, viewer: Viewer, file: str, *, dry_run: bool = False) -> str:
        """Begin to bring a file's samples; return the name of the import.

        One a person at a time: what they began before is called off, and so is what
        nobody brought anything to for longest where there are many.

        Raises:
            StoreBroken: The disk takes nothing.
        """
        for name, each in list(self._under_way.items()):
            if each.login == viewer.login or monotonic() - self._last_used[name] > _IDLE_S:
                await self._end(name)
        while len(self._under_way) >= _MOST_IMPORTS:  # who has gone holds up nobody
            await self._end(min(self._under_way, key=self._last_used.__getitem__))
        made = await self._work(
            lambda: Staging(
                viewer.login, file[:_LONGEST_NAME], self._folder, self._room, dry=dry_run
            )
        )
        name = secrets.token_hex(8)
        self._under_way[name], self._last_used[name] = made, monotonic()
        return name

    @verb(Capability.EDIT_DEVICES)
    async def add_part(self, viewer: Viewer, bringing: str, part: Part) -> Verdict:
        """Judge some samples and lay them aside; nobody reads them yet.

        Raises:
            BadInput: No such import, it was called off, or something that is no sample.
            StoreBroken: A file cannot be read, or the disk is full.
        """
        staging = self._named(viewer, bringing)
        latest = self._now() + AHEAD

        def work() -> Verdict:
            staging.require_on()
            taken, verdict = judged(self._history, part, latest)
            staging.add(taken, verdict)
            return verdict

        return await self._work(work)

    @verb(Capability.EDIT_DEVICES)
    async def keep_import(
        self, viewer: Viewer, bringing: str, sha256: str, *, keep: bool
    ) -> Verdict:
        """Take in all that was laid aside, at once; without ``keep`` nothing of it.

        It stands in the activity log before it is written. Called off meanwhile by a
        second call without ``keep``, nothing of it is written.

        Raises:
            BadInput: No such import, or it was called off.
            NotPermitted: A device is no longer this person's to change.
            StoreBroken: A file cannot be written; nothing of it was.
        """
        staging = self._named(viewer, bringing)
        verdict = staging.verdict
        if not keep or staging.dry:
            await self._end(bringing)
            return verdict
        for device in {split_point(point)[0] for point in staging.points}:
            require(viewer, Capability.EDIT_DEVICES, device)
        try:
            await self._work(lambda: self._take_in(viewer, staging, sha256))
        finally:
            await self._end(bringing)
        return verdict

    def close(self) -> None:
        """End what is under way; nothing of it is taken in."""
        for each in self._under_way.values():
            each.call_off()
        self._worker.shutdown(cancel_futures=True)
        for each in self._under_way.values():
            each.close()
        self._under_way.clear()

    def _take_in(self, viewer: Viewer, staging: Staging, sha256: str) -> None:
        self._audit.admit()
        deed = self._deed(viewer, "keep_import")
        devices = sorted({split_point(point)[0] for point in staging.points})
        one = len(devices) == 1
        told = staging.verdict
        deed["entity"] = f"device {devices[0]}" if one else f"{len(devices)} devices"
        new = {"file": staging.file, "sha256": sha256[:64], "devices": devices[:_MOST_NAMED]}
        deed["new"] = json.dumps(new, ensure_ascii=False)
        deed["result"] = said("{fresh} samples new, {changed} changed").format(
            fresh=told.fresh, changed=told.changed
        )
        self._audit.append(**deed)
        try:
            staging.take_in(self._history)
            self.taken_in(staging.spans)
        except PlantError as error:
            deed["result"] = "failed"
            deed["reason"] = str(error)
            self._audit.keep(**deed)
            raise

    def _named(self, viewer: Viewer, bringing: str) -> Staging:
        staging = self._under_way.get(bringing)
        if staging is None or staging.login != viewer.login:
            raise missing("import", bringing)
        self._last_used[bringing] = monotonic()
        return staging

    async def _end(self, name: str) -> None:
        """Call an import off, unless it is through, and let go of it."""
        staging = self._under_way.pop(name, None)
        self._last_used.pop(name, None)
        if staging is not None:
            staging.call_off()
            with suppress(RuntimeError):  # the service is closed: so is this
                await self._work(staging.close)

    def _facts(
        self,
        devices: Mapping[DeviceId, DeviceConfig],
        profiles: Mapping[DeviceId, Profile | None],
        *,
        gone: bool = False,
    ) -> list[PointFacts]:
        """Return what the profiles name, and what else was ever kept of their devices.

        With ``gone`` also of devices that were taken out, which are called by their ids.
        """
        found: dict[PointId, PointFacts] = {}
        for device, config in devices.items():
            profile = profiles[device]
            for key, spec in profile.points.items() if profile is not None else ():
                point = point_id(device, key)
                found[point] = PointFacts(
                    point, config.name, spec.name, spec.unit, spec.kind,
                    spec.decimals, spec.role in INDEX_ROLES,
                )  # fmt: skip
        for place in (p for stream in (QUARTER, FAST) for p in self._history.there(stream)):
            for point in place.points():
                device, key = split_point(point)
                if point in found or (device not in devices and not gone):
                    continue
                name = devices[device].name if device in devices else device
                found[point] = PointFacts(point, name, key, "")
        return [found[point] for point in sorted(found)]

    @staticmethod
    def _deed(viewer: Viewer, verb_name: str) -> Deed:
        return Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb=f"samples.{verb_name}",
            entity="",
        )

    async def _work(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

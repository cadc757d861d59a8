"""One device as acquisition holds it: its driver object, profile, presence and values."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app.acquisition.presence import PresenceKeeper, cycle_s
from app.acquisition.schedule import groups_of
from app.model.device import DeviceConfig, LinkConfig, Presence
from app.model.profile import Profile
from app.model.reading import PointId, Quality, Reading, point_id, split_point
from app.pointtable import PointTable
from app.ports import Clock, Device, DeviceMemory, Identity, PollOutcome

# Reasons that say something of the answer, not of the sensor behind it.
NO_ANSWERS = frozenset({"device-trouble", "garbled", "refused", "register-refused", "timeout"})
BEFORE_START = "before-start"  # stored by an earlier run, and not read again yet
EMPTY_ROUNDS = 2  # in a row in which nothing came of a group's questions


class Unit:
    """A device on a line; publishes what it reads and fades what it lost."""

    def __init__(
        self,
        config: DeviceConfig,
        table: PointTable,
        clock: Clock,
        now_s: float,
        memory: DeviceMemory | None = None,
        link: LinkConfig | None = None,
    ) -> None:
        """``memory`` knows who answered on this ``link`` before; without it nobody did."""
        self.config = config
        self._memory = memory
        self._link = link
        self.profile: Profile | None = None
        self.driver: Device | None = None
        self.identity: Identity | None = None
        self.loss_told = False
        self.mismatch = ""  # a sentence when the device is not what was configured
        self.stranger = ""  # a sentence when another device answers than before
        self._table = table
        self._clock = clock
        self._expected: Profile | None = None  # whose points the table may hold
        self._faded = False
        self._faults: dict[str, tuple[str, ...]] = {}
        self._told: set[str] = set()  # groups that were read well once
        self._empty: dict[str, int] = {}  # … and how often in a row nothing came of them
        self.keeper = PresenceKeeper(config.id, 10.0, 2, clock(), now_s)

    def expect(self, profile: Profile) -> None:
        """Judge silence by this profile's cycles, even before the device ever answered."""
        self.keeper.cycle_s = cycle_s(profile)
        self.keeper.offline_after_cycles = profile.link.offline_after_cycles
        self._expected = profile

    def equip(self, profile: Profile, driver: Device, now_s: float) -> None:
        """Take the profile in force and the driver object that speaks to the device."""
        self.driver = driver
        if self.profile is profile:
            return
        if self._expected is not profile:
            self.forget()
        self.profile = profile
        self._faults.clear()
        self._told.clear()
        self._empty.clear()
        self.expect(profile)
        self.keeper.profile = profile.id
        self.keeper.started_s = now_s

    def learn(self, profile: Profile, identity: Identity) -> None:
        """Take a profile with more points than before; the values of the others stand."""
        self.profile = self._expected = profile
        self.keeper.profile = profile.id
        self.meet(identity)

    def meet(self, identity: Identity) -> None:
        """Take who answers; a serial number that changed is somebody else.

        The stranger stays one, over restarts too, until a change of the device or its
        line is saved: a person has looked at it then.
        """
        before = "" if self.identity is None else self.identity.facts.get("serial", "")
        if not before and self._memory is not None:
            before = self._memory.serial_of(self.config, self._link)
        serial = identity.facts.get("serial", "")
        if before and serial and serial != before:
            self.stranger = (
                f"{self.config.name}: another device answers here, serial number "
                f"{serial} instead of {before}"
            )
            return
        if before and serial:
            self.stranger = ""
        if serial and self._memory is not None:
            self._memory.meet(self.config, self._link, serial)
        self.identity = identity

    def nothing_came(self, group: str, outcome: PollOutcome) -> str:
        """Return why a device that answers is of no use, "" while it is.

        Once a group was read well, two of its rounds in which every question came to
        nothing, and no other group was read well in between, are no answer.
        """
        told = any(reading.value is not None for reading in outcome.readings)
        failed = [r.reason for r in outcome.readings if r.reason in NO_ANSWERS]
        if told or not (outcome.faults or failed):
            self._told.add(group)
            self._empty.clear()
            return ""
        if group in self._told:
            self._empty[group] = self._empty.get(group, 0) + 1
        if max(self._empty.values(), default=0) < EMPTY_ROUNDS:
            return ""
        return outcome.faults[0] if outcome.faults else f"every answer says {failed[0]}"

    def show(self, readings: Sequence[Reading]) -> None:
        """Show readings that say nothing of how the device is doing."""
        self._table.publish(readings)

    def placed(self) -> tuple[str, ...]:
        """Return every point that has a place in the device."""
        profile = self.profile
        return tuple(key for key in profile.points if profile.gives(key)) if profile else ()

    def groups(self) -> dict[str, tuple[float, tuple[str, ...]]]:
        """Return ``{group: (period in s, keys)}`` of what is polled by itself."""
        if self.profile is None:
            return {}
        polled = (
            (spec.key, spec.poll_group)
            for spec in self.profile.points.values()
            if spec.live and self.profile.gives(spec.key)
        )
        return groups_of(polled, self.profile.poll_groups)

    def publish(
        self,
        group: str,
        readings: Sequence[Reading],
        faults: tuple[str, ...],
        *,
        now_s: float,
        took_s: float | None,
        requests: int,
    ) -> bool:
        """Take in an answer; True when the presence changed; ``took_s`` None: unasked."""
        if group:  # what was asked on demand says nothing of the cycles
            self._faults[group] = faults
        everything = tuple(fault for part in self._faults.values() for fault in part)
        everything = (*filter(None, (self.mismatch, self.stranger)), *everything)
        self._faded = False
        changed = self.keeper.answered(now_s, self._clock(), took_s, requests, everything)
        self._table.publish(readings)
        return changed

    def failed(self, now_s: float, error: str, *, link_lost: bool) -> bool:
        """Take in silence; True when the presence changed."""
        changed = self.keeper.failed(now_s, self._clock(), error, link_lost=link_lost)
        self._fade()
        return changed

    def aged(self, now_s: float) -> bool:
        """Judge by the clock; True when the presence changed."""
        changed = self.keeper.aged(now_s, self._clock())
        self._fade()
        return changed

    def latest(self, keys: Collection[str]) -> list[Reading]:
        """Return what the table holds of these points."""
        found = (self._table.latest(point_id(self.config.id, key)) for key in keys)
        return [reading for reading in found if reading is not None]

    def recall(self, stored: Sequence[Reading]) -> None:
        """Show what was stored last before this core ran, as old as it is.

        It stands until the device itself speaks, or is known to be silent.
        """
        known = self._expected.points if self._expected is not None else ()
        kept = [
            _recalled(reading)
            for reading in stored
            if reading.value is not None and split_point(reading.point)[1] in known
        ]
        self._table.recall(kept)
        if kept and self.keeper.last_answer_at is None:
            self.keeper.last_answer_at = max(reading.measured_at for reading in kept)

    def forget(self) -> None:
        """Leave no values behind: the device was removed or changed."""
        self._table.forget(self.points())

    def _fade(self) -> None:
        presence = self.keeper.presence
        if presence is Presence.LATE and not self._faded:
            self._faded = True
            self._table.publish([faded for faded in map(self._stale, self._held()) if faded])
        elif presence is Presence.OFFLINE:
            at = self._clock()
            self._table.publish([_offline(point, at) for point in self._not_gone()])

    def points(self) -> list[PointId]:
        """Return every point of the profile; not kept, there are thousands of devices."""
        keys = self._expected.points if self._expected is not None else ()
        return [point_id(self.config.id, key) for key in keys]

    def _not_gone(self) -> Iterator[PointId]:
        """Yield the points of an offline device that do not say so yet.

        A device that was silent from the start says it of everything it should tell.
        """
        profile = self._expected
        if profile is None:
            return
        for key, spec in profile.points.items():
            point = point_id(self.config.id, key)
            held = self._table.latest(point)
            expected = spec.live and profile.gives(key)
            if expected if held is None else held.quality is not Quality.OFFLINE:
                yield point

    def _held(self) -> list[Reading]:
        found = (self._table.latest(point) for point in self.points())
        return [reading for reading in found if reading is not None]

    def _stale(self, reading: Reading) -> Reading | None:
        if reading.quality in (Quality.STALE, Quality.BAD, Quality.OFFLINE):
            return None
        return Reading(
            reading.point,
            reading.value,
            Quality.STALE,
            reading.measured_at,
            "device-late",
            reading.origin,
            self._clock(),
        )


def _recalled(reading: Reading) -> Reading:
    device, key = split_point(reading.point)
    fresh = reading.quality in (Quality.GOOD, Quality.UNCERTAIN)
    return replace(
        reading,
        point=point_id(device, key),
        quality=Quality.STALE if fresh else reading.quality,
        reason=BEFORE_START if fresh else reading.reason,
    )


def _offline(point: PointId, at: datetime) -> Reading:
    return Reading(point, None, Quality.OFFLINE, at, "device-offline")

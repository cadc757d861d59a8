"""What is known of a resident's meters and their building, for sums and for handing out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.history.history import History
from app.model.counter import INDEX_ROLES
from app.model.customer import Customer, Tenancy
from app.model.paths import meters_of_paths, paths_of
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId
from app.personal.formerways import FormerWay
from app.personal.meterindex import (
    Sum,
    building_sums,
    digest_of,
    kept_moments,
    months,
    without,
)
from app.project.config import PlantConfig
from app.project.erasures import ErasedMeter
from app.series import Series

Specs = Callable[[str], Mapping[str, PointSpec]]  # of a device; empty while it is unknown


@dataclass(frozen=True, slots=True)
class Site:
    """The plant, its history and what its points mean; methods block."""

    plant: PlantConfig
    history: History
    specs: Specs
    # By which devices a meter was ever read; a device may be named several times.
    ways: Callable[[str], Sequence[FormerWay]] = lambda _meter: ()

    @property
    def zone(self) -> ZoneInfo:
        """The plant's local time."""
        return self.plant.timezone

    def meters_of(self, customer: Customer, now: datetime) -> tuple[ErasedMeter, ...]:
        """Return his meters and periods as an erasure keeps them, with their indexes."""
        return tuple(
            ErasedMeter(device, since, until, tuple(self._indexes(device)))
            for each in customer.meters
            if each.end(now) > each.since
            for device, since, until in self._told(each, now)
        )

    def once(self, meters: Sequence[ErasedMeter]) -> list[ErasedMeter]:
        """Return the meters without the devices they are read by, which count the same."""
        paths = meters_of_paths(self.plant.devices.values())
        return [each for each in meters if DeviceId(each.meter) not in paths]

    def sums(
        self, meters: Sequence[ErasedMeter], *, reduced: bool = False
    ) -> tuple[list[Sum], str]:
        """Return the monthly sums of the buildings of some meters, and their digest.

        ``reduced`` takes them as they will be when the meters' periods are erased.
        """
        if not meters:
            return [], digest_of([])
        bounds = months(
            min(each.since for each in meters), max(each.until for each in meters), self.zone
        )
        buildings = {
            area: [self._held(point, bounds, meters if reduced else ()) for point in points]
            for area, points in self._points_by_building(meters).items()
        }
        found = building_sums(buildings, bounds)
        return found, digest_of(found)

    def _held(
        self, point: PointId, bounds: Sequence[datetime], erased: Sequence[ErasedMeter]
    ) -> Series:
        series = self.history.range(point, bounds[0], bounds[-1], "quarter")
        for meter in erased:
            if point in meter.indexes:
                kept = kept_moments(series, meter.since, meter.until, self.zone)
                series = without(series, meter.since, meter.until, kept)
        return series

    def _points_by_building(self, meters: Sequence[ErasedMeter]) -> dict[str, list[PointId]]:
        """Return the indexes of every meter in the areas that are concerned."""
        devices = self.plant.devices
        areas = {
            devices[DeviceId(each.meter)].area if DeviceId(each.meter) in devices else ""
            for each in meters
        }
        found: dict[str, list[PointId]] = {area: [] for area in areas}
        paths = meters_of_paths(devices.values())  # they count what their meter counts
        for device in devices.values():
            if device.area in areas and device.id not in paths:
                found[device.area] += self._indexes(device.id)
        for meter in meters:  # one that was taken out since counts for itself
            if DeviceId(meter.meter) not in devices:
                found[""] += [PointId(each) for each in meter.indexes]
        return found

    def _told(
        self, tenancy: Tenancy, now: datetime
    ) -> Iterator[tuple[str, datetime, datetime]]:
        """Yield the devices that told of a resident's meter, and of which time.

        A way that is no device any more told of nothing else; one that has become another's
        did so while it was a way of this meter.
        """
        since, until = tenancy.since, tenancy.end(now)
        device = self.plant.devices.get(DeviceId(tenancy.meter))
        now_read_by = () if device is None else paths_of(device)
        for each in (tenancy.meter, *now_read_by):
            yield each, since, until
        named = {DeviceId(tenancy.meter), *now_read_by}
        for way in self.ways(tenancy.meter):
            if way.device in named:
                continue
            if way.device not in self.plant.devices:
                named.add(way.device)
                yield way.device, since, until
            elif (within := way.within(since, until)) is not None:
                yield way.device, *within

    def _indexes(self, device: str) -> list[PointId]:
        keys = [key for key, spec in self.specs(device).items() if spec.role in INDEX_ROLES]
        return [PointId(f"{device}.{key}") for key in sorted(keys)]
